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
#include "core/live/service.h"
#include "repl/lang.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FRAME_MAX = 2048,
    LINGER_MS = 300,
    WORDS_MAX = 64,
    PACKET_MAX = 1500,
    ROOM = 64,
    ROUNDS_MAX = 64
};

const World *live_world(const Live *l)
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
    if (l->front || l->talks || status == LINE_ERROR || status == LINE_FAILED)
        tell(l, &out);
    text_heap_free(&out);
    return status;
}

uint64_t live_held(const Live *l)
{
    const World *w = live_world(l);
    uint64_t n = 0;
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        n += world_packets(w)[i].place == PACKET_HELD;
    return n;
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
bool live_is_present(const Live *l)
{
    const Session *s = shell_session(l->sh);
    return session_position(s) == session_length(s) &&
           strcmp(session_branch_name(s), l->branch) == 0;
}

/* Hands over what has arrived at A since the last time. */
static void follow_rows(Live *l)
{
    const Trace *t = session_trace(shell_session(l->sh));
    bool present = live_is_present(l);
    if (present && l->out) /* time stood still in here */
        l->start = tap_clock() - live_world(l)->now;
    l->out = !present;
    if (l->out)
        return;
    for (; l->row < trace_last(t); l->row++) {
        const Note *n = trace_note(t, l->row + 1);
        if (n && n->kind == NOTE_ARRIVED && n->host == HOST_A)
            to_kernel(l, n);
    }
}

/* True if a service had something to do. */
static bool serve(Live *l)
{
    char buf[SERVICE_LINE_MAX + 512];
    bool busy = false;
    for (int i = 0; i < 1000 && !l->out; i++) {
        Text line = text_fixed(buf, sizeof buf);
        l->services.seen = l->counts.seen;
        l->services.passed = l->counts.passed;
        l->services.held = live_held(l);
        if (!service_next(&l->services, live_world(l), &line) || line.full)
            return busy;
        if (do_line(l, buf) != LINE_OK)
            return busy;
        busy = true;
    }
    return busy;
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
    const World *w = live_world(l);
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

static void advance(Live *l, Nanos by)
{
    Text out = text_heap();
    if (!shell_advance(l->sh, by, &out))
        shell_line(l->sh, "pace step", &out); /* a breakpoint */
    if ((l->front || l->talks) && out.len)
        tell(l, &out);
    text_heap_free(&out);
    follow_rows(l);
}

/* What the device has was there before a timer that only now is found to be over: we are slower
 * than a wire. So the clock stops in front of that timer until it is read. */
static Nanos before_timers(const Live *l, Nanos wall)
{
    Move next = world_next(live_world(l));
    return next.kind == MOVE_NONE || next.at > wall ? wall : next.at - (next.at > 0);
}

/* Lets the world's clock catch up with the wall's. */
static void catch_up(Live *l, bool unread)
{
    Nanos wall = tap_clock() - l->start, now = live_world(l)->now;
    wall = unread ? before_timers(l, wall) : wall;
    follow_rows(l);
    if (l->out)
        return;
    if (shell_pace(l->sh) != PACE_LIVE) { /* the learner moves time */
        l->start = tap_clock() - now;
        return;
    }
    if (wall < now + NANOS_US)
        return;
    advance(l, wall - now);
    /* What the services have sent leaves at once: the time that saying it took is not the wire's.
     */
    if (serve(l))
        advance(l, 1);
}

static int wait_ms(const Live *l, int most)
{
    Nanos next = world_next(live_world(l)).at, due = service_due(&l->services, live_world(l));
    Nanos wall = tap_clock() - l->start;
    next = world_next(live_world(l)).kind == MOVE_NONE || due < next ? due : next;
    if (l->out || shell_pace(l->sh) != PACE_LIVE || next == NANOS_NEVER)
        return most;
    if (next <= wall)
        return 0;
    Nanos left = (next - wall) / NANOS_MS;
    return left < (Nanos)most ? (int)left : most;
}

/* What has ended among our programs. */
static void reap(Live *l)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == l->child) {
            l->child = 0;
            l->child_status = status;
            continue;
        }
        l->programs -= l->programs > 0;
        if (live_exit_code(status) != 0)
            l->program_code = live_exit_code(status);
    }
}

/* What we send may be answered before the clock has caught up. */
static void read_and_catch_up(Live *l)
{
    struct pollfd tap = {.fd = l->tap.fd, .events = POLLIN};
    for (int i = 0; i < ROUNDS_MAX && poll(&tap, 1, 0) > 0 && (tap.revents & POLLIN); i++) {
        catch_up(l, true);
        read_tap(l);
        if (!l->out && shell_pace(l->sh) == PACE_LIVE)
            advance(l, 1);
    }
    catch_up(l, false);
}

bool live_turn(Live *l, int most_ms)
{
    bool typed = l->front && !l->waiting;
    struct pollfd fds[2] = {{.fd = l->tap.fd, .events = POLLIN},
                            {.fd = typed ? STDIN_FILENO : -1, .events = POLLIN}};
    int ready = poll(fds, 2, wait_ms(l, most_ms));
    read_and_catch_up(l);
    if (typed && ready > 0 && (fds[1].revents & (POLLIN | POLLHUP)) && !front_ready(l->front))
        return false;
    if (typed)
        front_idle(l->front, 0);
    reap(l);
    return true;
}

/* ---- a command ---- */

int live_exit_code(int status)
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
        live_turn(l, 50);
    if (l->child > 0) {
        kill(l->child, SIGTERM);
        waitpid(l->child, &l->child_status, 0);
    }
    Nanos until = tap_clock() + LINGER_MS * NANOS_MS;
    while (tap_clock() < until && !world_quiet(live_world(l)))
        live_turn(l, 10);
    return live_exit_code(l->child_status);
}

/* ---- beginning and end ---- */

static bool begin(Live *l)
{
    ShellOptions options = sub_shell_options(l->p);
    if (!l->p->profile_given)
        options.session.profile = PROFILE_LINUX;
    options.session.shape = SHAPE_LESSON;
    options.session.shape.conns = ROOM;
    l->sh = shell_new(&options);
    if (!l->sh)
        return sub_complain("live", "%s", TELL(l->p, "no memory", "内存不足")), false;
    Text out = text_heap();
    shell_line(l->sh, "pace live; A puppet; link rtt=0", &out);
    text_clear(&out);
    text_heap_free(&out);
    const Session *s = shell_session(l->sh);
    snprintf(l->branch, sizeof l->branch, "%s", session_branch_name(s));
    l->start = tap_clock() - live_world(l)->now;
    return true;
}

/* What is wanted at the end: the ladder, a capture, the session as text. */
static bool finish(Live *l)
{
    bool good = true;
    Text out = text_heap();
    if (l->p->ladder) {
        shell_ladder(l->sh, 1, UINT32_MAX, &out);
        live_add_kernel(l, &out);
        live_add_counts(l, &out);
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
        else if (strcmp(p->argv[i], "--offload") == 0)
            l->options.offload = true;
        else if (!takes(p, &i, "--tun", &l->node) && !takes(p, &i, "--pcap", &l->pcap) &&
                 !takes(p, &i, "--save", &l->save) && !takes(p, &i, "--script", &l->script) &&
                 !takes(p, &i, "--files", &l->folder))
            return sub_complain("live",
                                TELL(p, "what is `%s`? See sandwire live --help",
                                     "`%s` 是什么？见 sandwire live --help"),
                                p->argv[i]),
                   false;
    }
    return true;
}

/* The script, then the command or the prompt. Without all of them, standard input is the script. */
static int go(Live *l)
{
    bool prompt = !l->command && isatty(STDIN_FILENO);
    int code = 0;
    if (l->script) {
        const char *error = NULL;
        size_t len = 0;
        char *text = sub_read_file(l->script, &len, &error);
        if (!text)
            return sub_complain("live", "%s: %s", l->script, error);
        l->talks = !l->command && !prompt;
        code = live_script(l, strcmp(l->script, "-") == 0 ? "" : l->script, bytes_of(text, len));
        free(text);
    }
    if (code != 0)
        return code;
    return l->command ? run_command(l) : prompt ? live_prompt(l) : 0;
}

/* Do the words go together? */
static bool is_sensible(const Live *l)
{
    const Program *p = l->p;
    const char *wrong = NULL;
    if (!l->command && l->options.fast)
        wrong = TELL(p, "--fast needs a command: sandwire live --fast echo -- nc 10.0.0.2 7",
                     "--fast 需要一条命令：sandwire live --fast echo -- nc 10.0.0.2 7");
    else if (l->options.offload && !l->options.fast)
        wrong =
            TELL(p,
                 "--offload goes with --fast only: such a card joins segments, and here each "
                 "of them shall be seen",
                 "--offload 只能与 --fast 合用：这样的网卡会合并报文段，而这里要看到每一个报文段");
    else if (l->folder && l->options.fast)
        wrong = TELL(p, "--files is served by a session: leave --fast out",
                     "--files 由会话提供服务：请去掉 --fast");
    if (wrong)
        sub_complain("live", "%s", wrong);
    return !wrong;
}

static bool open_folder(Live *l)
{
    char error[600];
    if (!l->folder || files_open(&l->files, l->folder, l->p->lang, error, sizeof error)) {
        l->services.files = l->files.files;
        l->services.file_count = l->files.count;
        return true;
    }
    sub_complain("live", "--files %s: %s", l->folder, error);
    return false;
}

int sub_live(const Program *p)
{
    Live l = {.p = p, .options = {.conns = 16}};
    if (!read_words(&l) || !is_sensible(&l) || !open_folder(&l))
        return 2;
    if (!l.command && !l.script && !isatty(STDIN_FILENO))
        l.script = "-";
    int system_error;
    TapOptions options = {.node = l.node,
                          .kernel_addr = 0x0a000001,
                          .our_addr = 0x0a000002,
                          .mtu = 1500,
                          .plain = l.plain,
                          .offload = l.options.fast && l.options.offload};
    TapError error = tap_enter(&options, &l.tap, &system_error);
    if (error) {
        char text[400];
        const char *node = l.node ? l.node : "/dev/net/tun";
        snprintf(text, sizeof text, tap_error_text(error, p->lang), node, node);
        sub_complain("live", "%s (%s)", text, strerror(system_error));
        files_close(&l.files);
        return 77;
    }
    int code = 2;
    if (l.options.fast) {
        code = live_fast(p, &l.options, &l.tap, l.command);
    } else if (begin(&l)) {
        code = go(&l);
        if (!finish(&l) && code == 0)
            code = 2;
    }
    shell_free(l.sh);
    files_close(&l.files);
    close(l.tap.fd);
    return code;
}
