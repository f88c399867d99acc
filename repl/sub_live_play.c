/*
 * sub_live_play.c: what is typed while the kernel is on the other end.
 *
 * The language is the same as everywhere, but time is the wall's: `run 300ms` and `run until ...`
 * wait for what the kernel will do, instead of computing a future without it. Besides there are
 * lines about the namespace: `! COMMAND` starts a program in it, `wait` waits for it, `wait 5000`
 * until the kernel listens there, `kernel` and `live` tell. A file of such lines is a script: it
 * runs the same way, and stops at the first line that fails.
 *
 *      line --> ! wait kernel live run?  -- no -->  the shell, as in any session
 *                        | yes: turn after turn of the live wire, until it is so or too late
 */
#define _GNU_SOURCE
#include "repl/sub_live.h"

#include "core/lab/heap.h"
#include "core/lab/predicate.h"
#include "core/live/kernel.h"
#include "repl/lang.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nobody waits longer than this for something that may never come. */
static const Nanos PATIENCE = 60 * NANOS_S;

enum { KERNEL_CONNS = 32, TURN_MS = 10 };

/* ---- telling ---- */

void live_add_counts(const Live *l, Text *out)
{
    text_addf(out,
              TELL(l->p,
                   "the kernel sent %" PRIu64 " segments, %" PRIu64 " were handed to it, %" PRIu64
                   " are held; besides %" PRIu64 " questions answered (ARP, neighbours, ping), "
                   "%" PRIu64 " other frames\n",
                   "内核发出 %" PRIu64 " 个报文段，交给它 %" PRIu64 " 个，扣留 %" PRIu64
                   " 个；另外回答了 %" PRIu64 " 次询问（ARP、邻居发现、ping），其他帧 %" PRIu64
                   " 个\n"),
              l->counts.seen, l->counts.passed, live_held(l), l->counts.answers, l->counts.noise);
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
void live_add_kernel(const Live *l, Text *out)
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

/* ---- waiting on the wall's time ---- */

/* What is waited for. */
typedef struct Awaited {
    const Pred *pred;  /* NULL: not this */
    bool programs;     /* none runs any more */
    uint16_t listener; /* the kernel listens on this port; 0: not this */
} Awaited;

static bool kernel_listens(uint16_t port)
{
    KernelConn conns[KERNEL_CONNS];
    int n = kernel_conns(conns, KERNEL_CONNS);
    for (int i = 0; i < n && i < KERNEL_CONNS; i++)
        if (conns[i].state == LISTEN && conns[i].own.port == port)
            return true;
    return false;
}

static bool has_come(const Live *l, const Awaited *a)
{
    Session *s = shell_session(l->sh);
    return (a->pred && pred_true(a->pred, session_world(s), session_trace(s))) ||
           (a->programs && l->programs == 0) || (a->listener && kernel_listens(a->listener));
}

/* Turns until it is so. False: too late, or Ctrl-C, or a breakpoint stopped time. */
static bool await(Live *l, const Awaited *a, Nanos patience)
{
    Nanos end = tap_clock() + patience;
    bool come = has_come(l, a);
    l->waiting = true;
    while (!come && tap_clock() < end && !sub_interrupted && shell_pace(l->sh) == PACE_LIVE) {
        Nanos left = (end - tap_clock()) / NANOS_MS;
        live_turn(l, left < TURN_MS ? (int)left : TURN_MS);
        come = has_come(l, a);
    }
    l->waiting = false;
    return come;
}

static LineStatus too_late(const Live *l, Text *out, const char *what)
{
    text_addf(out, TELL(l->p, "not so after %u s on the wall: %s\n", "等了 %u 秒仍未成立：%s\n"),
              (unsigned)(PATIENCE / NANOS_S), what);
    return LINE_FAILED;
}

/* `run TIME`, `run until EXPR`; false: another `run`, or time is not the wall's now. */
static bool run_line(Live *l, const char *words, Text *out, LineStatus *status)
{
    uint64_t time;
    PredError error;
    if (shell_pace(l->sh) != PACE_LIVE || !live_is_present(l))
        return false;
    if (quantity_parse(words, strlen(words), QUANTITY_TIME, &time)) {
        await(l, &(Awaited){0}, time);
        *status = LINE_OK;
        return true;
    }
    if (strncmp(words, "until ", 6) != 0)
        return false;
    Pred *pred = pred_compile(words + 6, strlen(words + 6), &error);
    if (!pred)
        return false; /* the shell knows more words, and explains errors */
    *status = await(l, &(Awaited){.pred = pred}, PATIENCE) ? LINE_OK : too_late(l, out, words);
    pred_free(pred);
    return true;
}

/* ---- programs ---- */

static LineStatus start_program(Live *l, const char *words, Text *out)
{
    char *argv[] = {(char *)"sh", (char *)"-c", (char *)words, NULL};
    fflush(stdout);
    if (tap_spawn(argv) >= 0) {
        l->programs++;
        return LINE_OK;
    }
    text_addf(out, "%s\n", strerror(errno));
    return LINE_ERROR;
}

/* `wait`: for all programs; they must have ended well. `wait PORT`. */
static LineStatus wait_line(Live *l, const char *words, Text *out)
{
    uint64_t port;
    if (quantity_parse(words, strlen(words), QUANTITY_COUNT, &port) && port > 0 && port < 65536) {
        Awaited a = {.listener = (uint16_t)port};
        return await(l, &a, PATIENCE) ? LINE_OK : too_late(l, out, "LISTEN");
    }
    if (*words) {
        text_add(out,
                 TELL(l->p, "`wait` waits for programs, `wait 5000` for the kernel's listener\n",
                      "wait 等待程序结束，wait 5000 等待内核在该端口上监听\n"));
        return LINE_ERROR;
    }
    l->program_code = 0;
    if (!await(l, &(Awaited){.programs = true}, PATIENCE))
        return too_late(l, out, "wait");
    if (l->program_code == 0)
        return LINE_OK;
    text_addf(out, TELL(l->p, "a program ended with code %d\n", "有程序以返回值 %d 结束\n"),
              l->program_code);
    return LINE_FAILED;
}

/* ---- lines ---- */

/* Is this the line's first word? Then *rest is what follows. */
static bool begins(const char *line, const char *word, const char **rest)
{
    size_t n = strlen(word);
    if (strncmp(line, word, n) != 0 || (line[n] && !isspace((unsigned char)line[n])))
        return false;
    *rest = line + n + strspn(line + n, " \t");
    return true;
}

static bool own_line(Live *l, const char *line, Text *out, LineStatus *status)
{
    const char *rest;
    *status = LINE_OK;
    if (line[0] == '!')
        *status = start_program(l, line + 1, out);
    else if (begins(line, "wait", &rest))
        *status = wait_line(l, rest, out);
    else if (begins(line, "run", &rest))
        return run_line(l, rest, out, status);
    else if (begins(line, "live", &rest) && !*rest)
        live_add_counts(l, out);
    else if (begins(line, "kernel", &rest) && !*rest)
        live_add_kernel(l, out);
    else
        return false;
    return true;
}

bool live_line(void *user, Shell *sh, const char *line, Text *out, LineStatus *status)
{
    Live *l = user;
    line += strspn(line, " \t");
    if (own_line(l, line, out, status))
        return true;
    /* `hold on; ! curl ...`: a program's line goes to the end, so only the last `;` part is one. */
    const char *program = strstr(line, "; !");
    if (!program || memchr(line, '"', (size_t)(program - line)))
        return false;
    char *before = strndup(line, (size_t)(program - line));
    if (!before)
        return false;
    *status = live_line(user, sh, before, out, status) ? *status : shell_line(sh, before, out);
    if (*status != LINE_ERROR && *status != LINE_FAILED)
        *status = start_program(l, program + 3, out);
    free(before);
    return true;
}

int live_prompt(Live *l)
{
    char history[1024];
    bool has_state = sub_state_path("history", history, sizeof history);
    puts(TELL(l->p,
              "The kernel is A (10.0.0.1, fd00::a00:1), our TCP is B (10.0.0.2, fd00::a00:2).\n"
              "Ports 7 9 19 80 8001 8002 8003 answer.  (help, live, kernel, quit)   Try:\n"
              "  ! curl -s http://10.0.0.2/state\n"
              "  hold on; ! nc 10.0.0.2 7",
              "内核是 A（10.0.0.1，fd00::a00:1），我们的 TCP 是 B（10.0.0.2，fd00::a00:2）。\n"
              "端口 7 9 19 80 8001 8002 8003 有服务。（help、live、kernel、quit）先试试：\n"
              "  ! curl -s http://10.0.0.2/state\n"
              "  hold on; ! nc 10.0.0.2 7"));
    FrontOptions options = {.history_path = has_state ? history : NULL,
                            .color = l->p->color,
                            .ascii = l->p->ascii,
                            .interrupt = &sub_interrupted,
                            .line = live_line,
                            .user = l};
    fflush(stdout);
    l->front = front_open(l->sh, &options);
    if (!l->front)
        return 2;
    while (live_turn(l, 50))
        ;
    front_close(l->front);
    l->front = NULL;
    return 0;
}

/* ---- a script ---- */

static LineStatus script_line(Live *l, const char *line, Text *out)
{
    LineStatus status;
    if (l->talks)
        text_addf(out, "> %s\n", line);
    sub_print(out);
    fflush(stdout);
    if (!live_line(l, l->sh, line, out, &status))
        status = shell_line(l->sh, line, out);
    if (l->talks || status == LINE_ERROR || status == LINE_FAILED)
        sub_print(out);
    text_clear(out);
    fflush(stdout);
    live_turn(l, 0);
    return status;
}

int live_script(Live *l, const char *name, Bytes text)
{
    Text out = text_heap();
    const char *at = (const char *)text.data, *end = at + text.len;
    LineStatus status = LINE_OK;
    for (uint32_t number = 0; at < end && status <= LINE_EMPTY && !sub_interrupted; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);
        char *line = strndup(at, len);
        if (!line)
            return 2;
        at += len + 1;
        shell_place(l->sh, name, number + 1);
        size_t first = strspn(line, " \t\r");
        if (line[first] && line[first] != '#')
            status = script_line(l, line + first, &out);
        free(line);
    }
    text_heap_free(&out);
    return status == LINE_FAILED ? 1 : status == LINE_ERROR ? 2 : 0;
}
