/*
 * sub_live.c: `sandwire live`: our TCP against the kernel's, in a network of its own.
 *
 * The kernel is host A, played by hand as a puppet is: what it sends comes in as `A inject raw ...`
 * at the time on the wall, and what arrives at A in our world is handed to the kernel. Host B is
 * our TCP with its services. So everything in between is the playground's own wire, and the whole
 * session is text: it can be saved, replayed, branched and explained like any other.
 *
 *      kernel --> tap --> "A inject raw 4500..." --> wire (hold, drop, delay...) --> B, our TCP
 *      kernel <-- tap <-- rows that arrive at A  <-- wire                        <-- B
 *
 * In the past (back, goto) or on another branch the cable is out: the kernel cannot be taken back,
 * so its segments are lost until one returns to the end of the branch that is live.
 */
#define _GNU_SOURCE
#include "repl/sub_live.h"

#include "core/lab/heap.h"
#include "core/live/kernel.h"
#include "core/live/service.h"
#include "repl/front.h"
#include "repl/lang.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FRAME_MAX = 2048, LINGER_MS = 300, WORDS_MAX = 64, PACKET_MAX = 1500 };

typedef struct Counts {
    uint64_t seen;    /* segments that the kernel sent */
    uint64_t passed;  /* segments handed to the kernel */
    uint64_t missed;  /* sent while the cable was out */
    uint64_t answers; /* ARP, neighbours, ping */
    uint64_t noise;
} Counts;

typedef struct Live {
    const Program *p;
    Tap tap;
    Shell *sh;
    Front *front; /* NULL: nobody is typing */
    Services services;
    Counts counts;
    Nanos start; /* the wall's time at the world's beginning */
    char branch[64];
    uint32_t row; /* what lies up to here has been handed to the kernel */
    bool out;     /* the cable is out */
    pid_t child;
    int child_status;
    char **command;
    const char *node, *pcap, *save, *script;
    bool plain;
    LiveOptions options;
} Live;

static const World *world_of(const Live *l)
{
    return session_world(shell_session(l->sh));
}

/* ---- telling ---- */

static void tell(Live *l, Text *out)
{
    if (l->front)
        front_print(l->front, out);
    else
        sub_print(out);
    fflush(stdout);
    text_clear(out);
}

/* One line of the language; what it says is shown to whoever types, errors to all. */
static LineStatus do_line(Live *l, const char *line)
{
    Text out = text_heap();
    LineStatus status = shell_line(l->sh, line, &out);
    if (l->front || status == LINE_ERROR || status == LINE_FAILED)
        tell(l, &out);
    text_heap_free(&out);
    return status;
}

static uint64_t held_now(const World *w)
{
    uint64_t n = 0;
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        n += world_packets(w)[i].place == PACKET_HELD;
    return n;
}

static void add_counts(const Live *l, Text *out)
{
    text_addf(out,
              TELL(l->p,
                   "the kernel sent %" PRIu64 " segments, %" PRIu64 " were handed to it, %" PRIu64
                   " are held; besides %" PRIu64 " questions answered (ARP, neighbours, ping), "
                   "%" PRIu64 " other frames\n",
                   "内核发出 %" PRIu64 " 个报文段，交给它 %" PRIu64 " 个，扣留 %" PRIu64
                   " 个；另外回答了 %" PRIu64 " 次询问（ARP、邻居发现、ping），其他帧 %" PRIu64
                   " 个\n"),
              l->counts.seen, l->counts.passed, held_now(world_of(l)), l->counts.answers,
              l->counts.noise);
    if (l->counts.missed)
        text_addf(out,
                  TELL(l->p, "%" PRIu64 " were lost while the cable was out\n",
                       "拔线期间丢失 %" PRIu64 " 个\n"),
                  l->counts.missed);
    if (l->out)
        text_add(out, TELL(l->p, "the cable is out: `goto end` on the first branch plugs it in\n",
                           "网线已拔：在最初的分支上输入 goto end 即可接回\n"));
}

/* The kernel's side, and ours is a line above it in the ladder or with `ss`. */
static void add_kernel(const Live *l, Text *out)
{
    KernelConn conns[32];
    int n = kernel_conns(conns, 32);
    if (n < 0)
        text_addf(out, TELL(l->p, "the kernel does not answer: %s\n", "内核没有回答：%s\n"),
                  strerror(errno));
    if (n == 0)
        text_add(out, TELL(l->p, "the kernel has no connection\n", "内核没有连接\n"));
    for (int i = 0; i < n && i < 32; i++) {
        kernel_text(out, &conns[i]);
        text_char(out, '\n');
    }
    if (n > 32)
        text_addf(out, TELL(l->p, "and %d more\n", "另有 %d 条\n"), n - 32);
}

/* ---- the cable ---- */

static void to_kernel(Live *l, const Note *n)
{
    uint8_t frame[FRAME_MAX];
    Bytes packet = trace_bytes(session_trace(shell_session(l->sh)), n);
    size_t len = ether_wrap(&l->tap.us, &l->tap.kernel, packet, frame, sizeof frame);
    if (len > 0 && write(l->tap.fd, frame, len) == (ssize_t)len)
        l->counts.passed++;
}

/* Is the present the end of the branch on which the kernel lives? */
static bool is_present(const Live *l)
{
    const Session *s = shell_session(l->sh);
    return session_position(s) == session_length(s) &&
           strcmp(session_branch_name(s), l->branch) == 0;
}

/* Hands over what has arrived at A since the last time. */
static void follow_rows(Live *l)
{
    const Trace *t = session_trace(shell_session(l->sh));
    bool present = is_present(l);
    if (present && l->out) /* time stood still in here */
        l->start = tap_clock() - world_of(l)->now;
    l->out = !present;
    if (l->out)
        return;
    for (; l->row < trace_last(t); l->row++) {
        const Note *n = trace_note(t, l->row + 1);
        if (n && n->kind == NOTE_ARRIVED && n->host == HOST_A)
            to_kernel(l, n);
    }
}

static void serve(Live *l)
{
    char buf[SERVICE_LINE_MAX + 512];
    for (int i = 0; i < 1000 && !l->out; i++) {
        Text line = text_fixed(buf, sizeof buf);
        l->services.seen = l->counts.seen;
        l->services.passed = l->counts.passed;
        l->services.held = held_now(world_of(l));
        if (!service_next(&l->services, world_of(l), &line) || line.full)
            return;
        if (do_line(l, buf) != LINE_OK)
            return;
        follow_rows(l);
    }
}

/* A service begins to listen when somebody knocks. */
static void open_service(Live *l, Bytes packet)
{
    Seg s;
    Bytes payload;
    char line[40];
    WireError e = wire_parse(packet, &s, &payload);
    if (e != WIRE_OK || (s.flags & (SEG_SYN | SEG_ACK)) != SEG_SYN || !service_on(s.dst_port))
        return;
    const World *w = world_of(l);
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &world_conns(w)[i];
        if (t->used && t->host == HOST_B && t->state == LISTEN && t->local_port == s.dst_port)
            return;
    }
    snprintf(line, sizeof line, "B listen %u", s.dst_port);
    do_line(l, line);
}

static void from_kernel(Live *l, Bytes packet)
{
    char line[PACKET_MAX * 2 + 40];
    l->counts.seen++;
    if (l->out || packet.len > PACKET_MAX) {
        l->counts.missed++;
        return;
    }
    open_service(l, packet);
    Text t = text_fixed(line, sizeof line);
    text_add(&t, "A inject raw ");
    for (size_t i = 0; i < packet.len; i++)
        text_addf(&t, "%02x", packet.data[i]);
    do_line(l, line);
}

/* Everything that lies in the device. */
static void read_tap(Live *l)
{
    uint8_t frame[FRAME_MAX], answer[FRAME_MAX];
    for (int i = 0; i < 64; i++) {
        ssize_t n = read(l->tap.fd, frame, sizeof frame);
        if (n <= 0)
            return;
        Bytes packet;
        size_t len;
        switch (ether_take(&l->tap.us, bytes_of(frame, (size_t)n), &packet, answer, sizeof answer,
                           &len)) {
        case ETHER_PACKET: from_kernel(l, packet); break;
        case ETHER_ANSWER:
            l->counts.answers += write(l->tap.fd, answer, len) == (ssize_t)len;
            break;
        default: l->counts.noise++;
        }
        follow_rows(l);
    }
}

/* ---- time ---- */

/* Lets the world's clock catch up with the wall's. */
static void catch_up(Live *l)
{
    Nanos wall = tap_clock() - l->start, now = world_of(l)->now;
    follow_rows(l);
    if (l->out)
        return;
    if (shell_pace(l->sh) != PACE_LIVE) { /* the learner moves time */
        l->start = tap_clock() - now;
        return;
    }
    if (wall < now + NANOS_US)
        return;
    Text out = text_heap();
    if (!shell_advance(l->sh, wall - now, &out))
        shell_line(l->sh, "pace step", &out); /* a breakpoint */
    if (l->front && out.len)
        tell(l, &out);
    text_heap_free(&out);
    follow_rows(l);
    serve(l);
}

static int wait_ms(const Live *l, int most)
{
    Nanos next = world_next(world_of(l)).at, due = service_due(&l->services, world_of(l));
    Nanos wall = tap_clock() - l->start;
    next = world_next(world_of(l)).kind == MOVE_NONE || due < next ? due : next;
    if (l->out || shell_pace(l->sh) != PACE_LIVE || next == NANOS_NEVER)
        return most;
    if (next <= wall)
        return 0;
    Nanos left = (next - wall) / NANOS_MS;
    return left < (Nanos)most ? (int)left : most;
}

/* One turn. False: the learner has quit. */
static bool turn(Live *l, int most_ms)
{
    struct pollfd fds[2] = {{.fd = l->tap.fd, .events = POLLIN},
                            {.fd = l->front ? STDIN_FILENO : -1, .events = POLLIN}};
    int ready = poll(fds, 2, wait_ms(l, most_ms));
    catch_up(l);
    if (ready > 0 && (fds[0].revents & POLLIN))
        read_tap(l);
    catch_up(l);
    if (l->front && ready > 0 && (fds[1].revents & (POLLIN | POLLHUP)) && !front_ready(l->front))
        return false;
    if (l->front)
        front_idle(l->front, 0);
    if (l->child > 0 && waitpid(l->child, &l->child_status, WNOHANG) == l->child)
        l->child = 0;
    return true;
}

/* ---- two ways to use it ---- */

static int exit_code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A program in the namespace; afterwards what is under way may come to its end. */
static int run_command(Live *l)
{
    l->child = tap_spawn(l->command);
    if (l->child < 0)
        return sub_complain("live", "%s: %s", l->command[0], strerror(errno));
    while (l->child > 0 && !sub_interrupted)
        turn(l, 50);
    if (l->child > 0) {
        kill(l->child, SIGTERM);
        waitpid(l->child, &l->child_status, 0);
    }
    Nanos until = tap_clock() + LINGER_MS * NANOS_MS;
    while (tap_clock() < until && !world_quiet(world_of(l)))
        turn(l, 10);
    return exit_code(l->child_status);
}

/* Lines that only a live session knows: `! COMMAND`, `live` and `kernel`. */
static bool own_line(void *user, Shell *sh, const char *line, Text *out, LineStatus *status)
{
    Live *l = user;
    (void)sh;
    line += strspn(line, " \t");
    if (line[0] == '!') {
        char *argv[] = {(char *)"sh", (char *)"-c", (char *)line + 1, NULL};
        if (tap_spawn(argv) < 0)
            text_addf(out, "%s\n", strerror(errno));
        *status = LINE_OK;
        return true;
    }
    bool live = strcmp(line, "live") == 0, kernel = strcmp(line, "kernel") == 0;
    if (live)
        add_counts(l, out);
    if (kernel)
        add_kernel(l, out);
    *status = LINE_OK;
    return live || kernel;
}

static int play(Live *l)
{
    char history[1024];
    bool has_state = sub_state_path("history", history, sizeof history);
    puts(TELL(l->p,
              "The kernel is A (10.0.0.1, fd00::a00:1), our TCP is B (10.0.0.2, fd00::a00:2).\n"
              "Ports 7 9 19 80 8001 8002 8003 answer.  (help, live, kernel, quit)   Try:\n"
              "  ! curl -s http://10.0.0.2/state\n"
              "  hold on; ! ping -c1 10.0.0.2; ! nc 10.0.0.2 7",
              "内核是 A（10.0.0.1，fd00::a00:1），我们的 TCP 是 B（10.0.0.2，fd00::a00:2）。\n"
              "端口 7 9 19 80 8001 8002 8003 有服务。（help、live、kernel、quit）先试试：\n"
              "  ! curl -s http://10.0.0.2/state\n"
              "  hold on; ! ping -c1 10.0.0.2; ! nc 10.0.0.2 7"));
    FrontOptions options = {.history_path = has_state ? history : NULL,
                            .color = l->p->color,
                            .ascii = l->p->ascii,
                            .interrupt = &sub_interrupted,
                            .line = own_line,
                            .user = l};
    fflush(stdout);
    l->front = front_open(l->sh, &options);
    if (!l->front)
        return 2;
    while (turn(l, 50))
        while (waitpid(-1, &l->child_status, WNOHANG) > 0)
            ;
    front_close(l->front);
    l->front = NULL;
    return 0;
}

/* ---- beginning and end ---- */

static bool begin(Live *l)
{
    ShellOptions options = sub_shell_options(l->p);
    if (!l->p->profile_given)
        options.session.profile = PROFILE_LINUX;
    l->sh = shell_new(&options);
    if (!l->sh)
        return sub_complain("live", "%s", TELL(l->p, "no memory", "内存不足")), false;
    Text out = text_heap();
    shell_line(l->sh, "pace live; A puppet; link rtt=0", &out);
    text_clear(&out);
    uint32_t line = 0;
    if (l->script) {
        const char *error = NULL;
        size_t len = 0;
        char *text = sub_read_file(l->script, &len, &error);
        LineStatus status = LINE_ERROR;
        if (text)
            status = shell_text(l->sh, l->script, bytes_of(text, len), false, &out, &line);
        else
            sub_complain("live", "%s: %s", l->script, error);
        free(text);
        if (status == LINE_ERROR || status == LINE_FAILED) {
            sub_print(&out);
            text_heap_free(&out);
            return false;
        }
    }
    text_heap_free(&out);
    const Session *s = shell_session(l->sh);
    snprintf(l->branch, sizeof l->branch, "%s", session_branch_name(s));
    l->start = tap_clock() - world_of(l)->now;
    return true;
}

/* What is wanted at the end: the ladder, a capture, the session as text. */
static bool finish(Live *l)
{
    bool good = true;
    Text out = text_heap();
    if (l->p->ladder) {
        shell_ladder(l->sh, 1, UINT32_MAX, &out);
        add_kernel(l, &out);
        add_counts(l, &out);
        sub_print(&out);
    }
    if (l->pcap)
        good = sub_write_capture(l->p, "live", l->pcap, session_trace(shell_session(l->sh)));
    if (l->save) {
        const char *error = NULL;
        shell_save(l->sh, &out);
        if (!sub_write_file(l->save, bytes_of(out.buf, out.len), &error)) {
            sub_complain("live", "%s: %s", l->save, error);
            good = false;
        }
    }
    text_heap_free(&out);
    return good;
}

/* The value of `--name VALUE` or `--name=VALUE`. */
static bool takes(const Program *p, int *i, const char *name, const char **value)
{
    size_t n = strlen(name);
    if (strncmp(p->argv[*i], name, n) != 0)
        return false;
    if (p->argv[*i][n] == '=')
        return *value = p->argv[*i] + n + 1, true;
    if (p->argv[*i][n] != '\0' || *i + 1 >= p->argc)
        return false;
    return *value = p->argv[++*i], true;
}

/* The words of `--fast`. -1: one of them is wrong. */
static int take_fast(Live *l, int *i)
{
    const char *value;
    uint64_t number;
    LiveOptions *o = &l->options;
    bool good;
    if (takes(l->p, i, "--fast", &value))
        good = live_fast_app(o, value);
    else if (takes(l->p, i, "--rtt", &value))
        good = quantity_parse(value, strlen(value), QUANTITY_TIME, &o->rtt);
    else if (takes(l->p, i, "--loss", &value))
        good = quantity_parse(value, strlen(value), QUANTITY_CHANCE, &o->loss_ppm);
    else if (takes(l->p, i, "--conns", &value)) {
        good = quantity_parse(value, strlen(value), QUANTITY_COUNT, &number) && number >= 8 &&
               number <= 20000;
        o->conns = good ? (uint16_t)number : 8;
    } else
        return 0;
    if (!good)
        sub_complain("live",
                     TELL(l->p, "`%s` does not fit here; see sandwire live --help",
                          "`%s` 用在这里不对；见 sandwire live --help"),
                     value);
    return good ? 1 : -1;
}

static bool read_words(Live *l)
{
    const Program *p = l->p;
    for (int i = 0; i < p->argc; i++) {
        if (strcmp(p->argv[i], "--") == 0 && i + 1 < p->argc) {
            l->command = p->argv + i + 1; /* argv is ended by NULL */
            return true;
        }
        int fast = take_fast(l, &i);
        if (fast < 0)
            return false;
        if (fast > 0)
            continue;
        if (strcmp(p->argv[i], "--plain") == 0)
            l->plain = true;
        else if (!takes(p, &i, "--tun", &l->node) && !takes(p, &i, "--pcap", &l->pcap) &&
                 !takes(p, &i, "--save", &l->save) && !takes(p, &i, "--script", &l->script))
            return sub_complain("live",
                                TELL(p, "what is `%s`? See sandwire live --help",
                                     "`%s` 是什么？见 sandwire live --help"),
                                p->argv[i]),
                   false;
    }
    return true;
}

int sub_live(const Program *p)
{
    Live l = {.p = p, .options = {.conns = 16}};
    if (!read_words(&l))
        return 2;
    if (!l.command && (l.options.fast || !isatty(STDIN_FILENO)))
        return sub_complain("live", "%s",
                            TELL(p,
                                 "without a terminal it needs a command: sandwire live -- curl -s "
                                 "http://10.0.0.2/state",
                                 "没有终端时需要给出命令：sandwire live -- curl -s "
                                 "http://10.0.0.2/state"));
    int system_error;
    TapOptions options = {.node = l.node,
                          .kernel_addr = 0x0a000001,
                          .our_addr = 0x0a000002,
                          .mtu = 1500,
                          .plain = l.plain};
    TapError error = tap_enter(&options, &l.tap, &system_error);
    if (error) {
        char text[400];
        const char *node = l.node ? l.node : "/dev/net/tun";
        snprintf(text, sizeof text, tap_error_text(error, p->lang), node, node);
        sub_complain("live", "%s (%s)", text, strerror(system_error));
        return 77;
    }
    int code = 2;
    if (l.options.fast) {
        code = live_fast(p, &l.options, &l.tap, l.command);
    } else if (begin(&l)) {
        code = l.command ? run_command(&l) : play(&l);
        if (!finish(&l) && code == 0)
            code = 2;
    }
    shell_free(l.sh);
    close(l.tap.fd);
    return code;
}
