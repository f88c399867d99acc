/*
 * screen.c: Xvfb, xdotool and a pty for screen.h.
 */
#define _GNU_SOURCE
#include "tests/screen/screen.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000, SAID_MAX = 1 << 20, WORDS_MAX = 40 };

static pid_t server, program;
static int terminal = -1;
static char said[SAID_MAX + 1];
static size_t said_len, seen; /* seen: what was waited for lies before */
static char window[32];

static bool is_there(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

const char *screen_missing(void)
{
    if (!is_there("Xvfb"))
        return "Xvfb is not installed (apt-get install xvfb)";
    if (!is_there("xdotool"))
        return "xdotool is not installed (apt-get install xdotool)";
    return NULL;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Cuts the line into words, in place. */
static void split(char *line, char **words)
{
    int n = 0;
    for (char *w = strtok(line, " "); w && n < WORDS_MAX; w = strtok(NULL, " "))
        words[n++] = w;
    words[n] = NULL;
}

/* Up to the end of the line, or of what there is; in so many pieces as it comes. */
static bool read_line(int fd, char *out, size_t cap)
{
    size_t n = 0;
    struct pollfd in = {.fd = fd, .events = POLLIN};
    int64_t until = now_ms() + PATIENCE_MS;
    out[0] = '\0';
    while (n + 1 < cap) {
        int64_t left = until - now_ms();
        if (left <= 0 || poll(&in, 1, (int)left) != 1)
            return false;
        ssize_t got = read(fd, out + n, 1);
        if (got <= 0 || out[n] == '\n')
            break;
        n++;
    }
    out[n] = '\0';
    return true;
}

/* ---- The server ---------------------------------------------------------------------------- */

/* The server chooses a free number and writes it into the pipe when it is ready. */
static void start_server(int width, int height)
{
    int ends[2];
    char size[40], fd[12], number[16] = ":";
    assert_int_equal(pipe(ends), 0);
    snprintf(size, sizeof size, "%dx%dx24", width, height);
    snprintf(fd, sizeof fd, "%d", ends[1]);
    server = fork();
    if (server == 0) {
        close(ends[0]);
        freopen("/dev/null", "w", stderr);
        execlp("Xvfb", "Xvfb", "-displayfd", fd, "-screen", "0", size, "-nolisten", "tcp",
               (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    if (!read_line(ends[0], number + 1, sizeof number - 1) || !number[1])
        fail_msg("Xvfb does not start");
    close(ends[0]);
    setenv("DISPLAY", number, 1);
}

/* ---- The program --------------------------------------------------------------------------- */

/* Takes what the terminal has, waiting for it at most so long. False: nothing came. */
static bool listen_for(int ms)
{
    struct pollfd in = {.fd = terminal, .events = POLLIN};
    if (terminal < 0 || poll(&in, 1, ms) <= 0)
        return false;
    if (said_len > SAID_MAX / 2) { /* the oldest half goes */
        memmove(said, said + said_len / 2, said_len - said_len / 2);
        seen = seen > said_len / 2 ? seen - said_len / 2 : 0;
        said_len -= said_len / 2;
    }
    ssize_t n = read(terminal, said + said_len, SAID_MAX - said_len);
    if (n <= 0)
        return false;
    said_len += (size_t)n;
    said[said_len] = '\0';
    return true;
}

void screen_expect(const char *words)
{
    int64_t until = now_ms() + PATIENCE_MS;
    for (;;) {
        char *found = memmem(said + seen, said_len - seen, words, strlen(words));
        if (found) {
            seen = (size_t)(found - said) + strlen(words);
            return;
        }
        int64_t left = until - now_ms();
        if (left <= 0 || (!listen_for((int)left) && now_ms() >= until))
            fail_msg("the terminal did not say <%s>, but:\n%s", words, said + seen);
        int status;
        if (program && waitpid(program, &status, WNOHANG) == program) {
            program = 0;
            while (listen_for(0))
                ;
            fail_msg("the program ended (%d) before <%s>:\n%s", status, words, said + seen);
        }
    }
}

/* In the child: the program is the one beside this test. */
static void run_program(const char *arguments)
{
    static char line[1024];
    char *words[WORDS_MAX + 1];
    setenv("XDG_STATE_HOME", "screen-state", 1);
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "1", 1);
    setenv("SDL_VIDEODRIVER", "x11", 1);
    /* Libraries of the desktop keep some memory when the display is torn away from them. */
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    snprintf(line, sizeof line, "%s --lang en viz %s", SANDWIRE_PROGRAM, arguments);
    split(line, words);
    execv(words[0], words);
    _exit(127);
}

/* Runs a program to its end; what it printed first. */
static int run_tool(char *const *words, char *out, size_t cap)
{
    int ends[2], status = -1;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        freopen("/dev/null", "w", stderr);
        execvp(words[0], words);
        _exit(127);
    }
    close(ends[1]);
    if (!read_line(ends[0], out, cap))
        kill(child, SIGKILL);
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* Without a window manager the window takes the focus by itself once it is seen. */
static void find_window(void)
{
    char *ask[] = {"xdotool", "getwindowfocus", NULL};
    int64_t until = now_ms() + PATIENCE_MS;
    while (run_tool(ask, window, sizeof window) != 0 || strtoul(window, NULL, 10) < 100) {
        if (now_ms() > until)
            fail_msg("there is no window on the screen");
        listen_for(20);
    }
}

void screen_open(int width, int height, const char *arguments)
{
    struct winsize size = {.ws_row = 50, .ws_col = 160};
    char all[512];
    screen_close();
    start_server(width, height);
    snprintf(all, sizeof all, "--size %dx%d %s", width, height, arguments);
    said_len = seen = 0;
    program = forkpty(&terminal, NULL, NULL, &size);
    assert_true(program >= 0);
    if (program == 0)
        run_program(all);
    screen_expect("The window is open");
    find_window();
}

static void end_process(pid_t *pid)
{
    if (*pid > 0) {
        kill(*pid, SIGKILL);
        while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    *pid = 0;
}

void screen_close(void)
{
    end_process(&program);
    end_process(&server);
    if (terminal >= 0)
        close(terminal);
    terminal = -1;
}

void screen_kill_display(void)
{
    end_process(&server);
}

void screen_do(const char *words)
{
    char line[512], rest[64], *list[WORDS_MAX + 1];
    const char *rest_of = strstr(words, "WINDOW");
    int before = rest_of ? (int)(rest_of - words) : (int)strlen(words);
    snprintf(line, sizeof line, "xdotool %.*s%s%s", before, words, rest_of ? window : "",
             rest_of ? rest_of + strlen("WINDOW") : "");
    split(line, list);
    if (run_tool(list, rest, sizeof rest) != 0)
        fail_msg("%s failed", words);
}

void screen_type(const char *text)
{
    char copy[512], rest[64];
    snprintf(copy, sizeof copy, "%s", text);
    char *list[] = {"xdotool", "type", "--delay", "5", copy, NULL};
    assert_int_equal(run_tool(list, rest, sizeof rest), 0);
}

void screen_say(const char *line)
{
    assert_int_equal(write(terminal, line, strlen(line)), (ssize_t)strlen(line));
    assert_int_equal(write(terminal, "\n", 1), 1);
}

int screen_end(void)
{
    int status = -1;
    int64_t until = now_ms() + PATIENCE_MS;
    while (now_ms() < until) {
        listen_for(50);
        if (waitpid(program, &status, WNOHANG) == program) {
            program = 0;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
    }
    fail_msg("the program does not end");
    return -1;
}
