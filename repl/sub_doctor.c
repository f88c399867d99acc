/*
 * sub_doctor.c: `sandwire doctor`: what works on this machine, and the one fix for what does not.
 *
 * Each check looks and touches nothing. The playground itself needs none of them.
 */
#define _GNU_SOURCE
#include "core/live/tap.h"
#include "repl/sub.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/width.h"

typedef struct Finding {
    bool good;
    char detail[200];
    const char *fix[LANG_COUNT]; /* what to do when it is not */
} Finding;

static void look_at_terminal(const Program *p, Finding *f)
{
    struct winsize size = {0};
    const char *term = getenv("TERM");
    bool tty = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    f->good = utf8 && (!tty || size.ws_col >= 80);
    if (tty)
        snprintf(f->detail, sizeof f->detail, "%s, %u x %u, %s", term ? term : "-", size.ws_col,
                 size.ws_row, nl_langinfo(CODESET));
    else
        snprintf(f->detail, sizeof f->detail, TELL(p, "not a terminal, %s", "不是终端，%s"),
                 nl_langinfo(CODESET));
    f->fix[LANG_EN] = "a window of 80 columns, and a UTF-8 locale: export LC_ALL=C.UTF-8";
    f->fix[LANG_ZH] = "窗口至少 80 列，并使用 UTF-8：export LC_ALL=C.UTF-8";
}

static void look_at_window(const Program *p, Finding *f)
{
    const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");
    bool built = SANDWIRE_VIZ;
    bool display = (x && *x) || (wayland && *wayland);
    f->good = built && display;
    snprintf(f->detail, sizeof f->detail, TELL(p, "%s, %s", "%s，%s"),
             built ? TELL(p, "built in", "已编译") : TELL(p, "not built in", "未编译"),
             display ? (wayland && *wayland ? wayland : x) : TELL(p, "no display", "没有显示器"));
    f->fix[LANG_EN] = built ? "log in with a desktop, or ssh -X; `sandwire render` needs no display"
                            : "build with -DSANDWIRE_VIZ=ON (./play does)";
    f->fix[LANG_ZH] = built ? "在桌面环境中运行，或用 ssh -X；sandwire render 不需要显示器"
                            : "编译时加 -DSANDWIRE_VIZ=ON（./play 会这样做）";
}

static void look_at_fonts(const Program *p, Finding *f)
{
    static const char *const names[] = {"DejaVuSansMono.ttf", "WenQuanYiMicroHei-GB2312.ttf"};
    char path[1024];
    (void)p;
    f->good = true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/assets/fonts/%s", SANDWIRE_DATA_DIR, names[i]);
        if (access(path, R_OK) == 0)
            continue;
        f->good = false;
        snprintf(f->detail, sizeof f->detail, "%.190s", names[i]);
    }
    if (f->good)
        snprintf(f->detail, sizeof f->detail, "%.180s/assets/fonts", SANDWIRE_DATA_DIR);
    f->fix[LANG_EN] = "the program was moved away from its sources: build it where it shall live";
    f->fix[LANG_ZH] = "程序离开了源码目录：请在它要待的地方重新编译";
}

static void look_at_tun(const Program *p, Finding *f)
{
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    f->good = fd >= 0;
    snprintf(f->detail, sizeof f->detail, TELL(p, "/dev/net/tun: %s", "/dev/net/tun：%s"),
             f->good ? TELL(p, "may be opened", "可以打开") : strerror(errno));
    if (fd >= 0)
        close(fd);
    f->fix[LANG_EN] =
        access("/dev/net/tun", F_OK) == 0 ? "sudo chmod 666 /dev/net/tun" : "sudo modprobe tun";
    f->fix[LANG_ZH] = f->fix[LANG_EN];
}

/* In a child, because a namespace cannot be left again. */
static void look_at_namespaces(const Program *p, Finding *f)
{
    fflush(stdout);
    pid_t child = fork();
    int status = 0;
    if (child == 0)
        _exit(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 0 : 1);
    f->good = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
              WEXITSTATUS(status) == 0;
    snprintf(f->detail, sizeof f->detail, "%s",
             f->good ? TELL(p, "a network of its own without root", "不用 root 即可拥有独立的网络")
                     : TELL(p, "not permitted", "不允许"));
    f->fix[LANG_EN] = "sudo sysctl kernel.unprivileged_userns_clone=1 (or run as root)";
    f->fix[LANG_ZH] = "sudo sysctl kernel.unprivileged_userns_clone=1（或用 root 运行）";
}

/* All of it together, as `sandwire live` does it; in a child, too. */
static void look_at_live(const Program *p, Finding *f)
{
    static char fix[400];
    fflush(stdout);
    pid_t child = fork();
    int status = 0;
    if (child == 0) {
        Tap tap;
        int error;
        TapOptions options = {.kernel_addr = 0x0a000001, .our_addr = 0x0a000002, .mtu = 1500};
        _exit((int)tap_enter(&options, &tap, &error));
    }
    bool ended = child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status);
    TapError error = ended ? (TapError)WEXITSTATUS(status) : TAP_NO_NAMESPACE;
    f->good = ended && error == TAP_OK;
    snprintf(f->detail, sizeof f->detail, "%s",
             f->good ? TELL(p, "the kernel can be the other end", "内核可以充当另一端")
                     : TELL(p, "`sandwire live` is not possible", "无法使用 sandwire live"));
    snprintf(fix, sizeof fix, tap_error_text(error, p->lang), "/dev/net/tun", "/dev/net/tun");
    f->fix[p->lang] = fix;
}

static bool in_path(const char *name)
{
    const char *path = getenv("PATH");
    char file[1024];
    while (path && *path) {
        size_t n = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)(n < 900 ? n : 900), path, name);
        if (access(file, X_OK) == 0)
            return true;
        path += n + (path[n] == ':');
    }
    return false;
}

static void look_at_capture(const Program *p, Finding *f)
{
    bool tshark = in_path("tshark"), wireshark = in_path("wireshark"), dump = in_path("tcpdump");
    f->good = tshark || wireshark || dump;
    snprintf(f->detail, sizeof f->detail, "%s%s%s%s", wireshark ? "wireshark " : "",
             tshark ? "tshark " : "", dump ? "tcpdump " : "",
             f->good ? "" : TELL(p, "none found", "没有找到"));
    f->fix[LANG_EN] = "sudo apt install wireshark (to open what Sandwire writes)";
    f->fix[LANG_ZH] = "sudo apt install wireshark（用来打开 Sandwire 写出的抓包文件）";
}

/* What the lesson about the kernel runs in the namespace. */
static void look_at_programs(const Program *p, Finding *f)
{
    bool curl = in_path("curl"), nc = in_path("nc"), ss = in_path("ss"), ping = in_path("ping");
    f->good = curl && nc;
    snprintf(f->detail, sizeof f->detail, "%s%s%s%s%s", curl ? "curl " : "", nc ? "nc " : "",
             ss ? "ss " : "", ping ? "ping " : "",
             curl || nc || ss || ping ? "" : TELL(p, "none found", "没有找到"));
    f->fix[LANG_EN] = "sudo apt install curl netcat-openbsd (to talk to our TCP)";
    f->fix[LANG_ZH] = "sudo apt install curl netcat-openbsd（用来与我们的 TCP 通信）";
}

int sub_doctor(const Program *p)
{
    static const struct {
        const char *name[LANG_COUNT];
        void (*look)(const Program *, Finding *);
    } checks[] = {
        {{"terminal", "终端"}, look_at_terminal},
        {{"window", "窗口"}, look_at_window},
        {{"fonts", "字体"}, look_at_fonts},
        {{"TAP device", "TAP 设备"}, look_at_tun},
        {{"namespaces", "命名空间"}, look_at_namespaces},
        {{"live wire", "真实线路"}, look_at_live},
        {{"programs", "网络程序"}, look_at_programs},
        {{"capture tools", "抓包工具"}, look_at_capture},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        Finding f = {0};
        checks[i].look(p, &f);
        char name[64];
        Text t = text_fixed(name, sizeof name);
        width_pad(&t, checks[i].name[p->lang], 15);
        const char *mark = f.good ? TELL(p, "ok     ", "可用   ") : TELL(p, "missing", "不可用 ");
        if (p->color)
            printf("%s %s%s\033[0m %s\n", name, f.good ? "\033[38;5;36m" : "\033[38;5;166m", mark,
                   f.detail);
        else
            printf("%s %s %s\n", name, mark, f.detail);
        if (!f.good)
            printf(TELL(p, "                fix: %s\n", "                修复：%s\n"),
                   f.fix[p->lang]);
    }
    puts(TELL(p, "The playground, `run`, lessons and grading need none of these.",
              "终端里的练习、run、课程和批改都不依赖以上各项。"));
    return 0;
}
