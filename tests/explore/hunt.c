/*
 * hunt.c: does the search find what is wrong with this TCP, when nobody tells it what to look for?
 *
 *     hunt NAME     searches each ground below with the default properties; prints
 *                   NAME  property  ground  events  states  seconds, of the first violation
 *
 * A ground is a moment with the calls that may follow: opening, talking, closing from one end or
 * from both, a closed window, somebody who forges a segment. None was made for one particular bug:
 * each bug of tests/explore/NAME.patch is searched for on all of them.
 *
 * Exit code 0: something is wrong; 1: nothing was found, all bounded spaces exhausted; 2: the
 * search itself failed.
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "repl/explore_preset.h"

#define CALL(line_, times_, after_, ...)                                                     \
    {                                                                                        \
        .line = (line_), .cmd = {__VA_ARGS__}, .times = (times_), .after = (uint8_t)(after_) \
    }
#define CONNECT   .op = CMD_CONNECT, .host = HOST_A, .key = 80, .len = 4000
#define CLOSE(h)  .op = CMD_CLOSE, .host = (h)
#define SEND(h)   .op = CMD_SEND, .host = (h), .val = 1
#define CONNECTED "B listen 80; A connect B:80 from 4000"

static const Preset grounds[] = {
    {.name = "refused",
     .setup = "B state",
     .calls = {CALL("A connect B:80 from 4000", 1, 0, CONNECT)},
     .bounds = {.drops = 1, .dups = 1, .lates = 1, .timers = 2}},
    {.name = "opening",
     .setup = "B listen 80",
     .calls = {CALL("A connect B:80 from 4000", 1, 0, CONNECT),
               CALL("A send 1", 1, 1, SEND(HOST_A)), CALL("A close", 1, 1, CLOSE(HOST_A))},
     .bounds = {.drops = 1, .dups = 1, .timers = 2}},
    {.name = "opening-again",
     .setup = "B listen 80",
     .calls = {CALL("A connect B:80 from 4000", 2, 0, CONNECT),
               CALL("A close", 1, 1, CLOSE(HOST_A))},
     .bounds = {.dups = 1, .reorders = 1, .timers = 1}},
    {.name = "crossing",
     .setup = "B state",
     .calls = {CALL("A connect B:4001 from 4000", 1, 0, .op = CMD_CONNECT, .host = HOST_A,
                    .key = 4001, .len = 4000),
               CALL("B connect A:4000 from 4001", 1, 1, .op = CMD_CONNECT, .host = HOST_B,
                    .key = 4000, .len = 4001)},
     .bounds = {.drops = 1, .dups = 1, .timers = 2}},
    {.name = "talking",
     .setup = CONNECTED "; A set nodelay on",
     .calls = {CALL("A send 1", 3, 0, SEND(HOST_A))},
     .bounds = {.drops = 2, .dups = 1, .reorders = 1, .timers = 2}},
    {.name = "talking-both",
     .setup = CONNECTED,
     .calls = {CALL("A send 1", 1, 0, SEND(HOST_A)), CALL("B send 1", 1, 0, SEND(HOST_B))},
     .bounds = {.drops = 1, .dups = 1, .lates = 1, .timers = 2}},
    {.name = "closing",
     .setup = CONNECTED,
     .calls = {CALL("A close", 1, 0, CLOSE(HOST_A)), CALL("B close", 1, 0, CLOSE(HOST_B))},
     .bounds = {.drops = 3, .timers = 6}},
    {.name = "closing-late",
     .setup = CONNECTED,
     .calls = {CALL("A close", 1, 0, CLOSE(HOST_A)), CALL("B close", 1, 0, CLOSE(HOST_B))},
     .bounds = {.drops = 1, .dups = 1, .lates = 1, .timers = 3}},
    {.name = "last-words",
     .setup = CONNECTED,
     .calls = {CALL("A send 1", 2, 0, SEND(HOST_A)), CALL("A shutdown", 1, 0, .op = CMD_SHUTDOWN),
               CALL("B shutdown", 1, 0, .op = CMD_SHUTDOWN, .host = HOST_B)},
     .bounds = {.drops = 1, .reorders = 1, .timers = 2}},
    {.name = "last-words-at-once",
     .setup = CONNECTED "; A set nodelay on",
     .calls = {CALL("A send 1", 2, 0, SEND(HOST_A)), CALL("A shutdown", 1, 1, .op = CMD_SHUTDOWN)},
     .bounds = {.drops = 3, .timers = 3}},
    {.name = "closed-window",
     .setup = "set B.rcvbuf 4; " CONNECTED "; A send \"abcdef\"",
     .calls = {CALL("B recv", 1, 0, .op = CMD_RECV, .host = HOST_B)},
     .bounds = {.drops = 2, .dups = 1, .timers = 3}},
    {.name = "forged-reset",
     .setup = CONNECTED "; pace step; inject A>B RST A+9",
     .calls = {CALL("A send 1", 1, 0, SEND(HOST_A)), CALL("B send 1", 1, 0, SEND(HOST_B))},
     .bounds = {.drops = 1, .timers = 1}},
    {.name = "forged-ack",
     .setup = CONNECTED "; pace step; inject B>A ACK B+1 ack A+9",
     .calls = {CALL("A send 1", 2, 0, SEND(HOST_A)), CALL("B send 1", 1, 0, SEND(HOST_B))},
     .bounds = {.drops = 1, .timers = 1}},
};

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static const char *broken_property(uint32_t seen)
{
    for (uint32_t i = 0; property_at(i); i++)
        if (property_at(i)->watch & seen)
            return property_at(i)->name;
    return "?";
}

typedef struct Tally {
    uint64_t states;
    double seconds;
    bool open; /* a space was not exhausted */
} Tally;

/* Searches one ground; true: something is wrong there, and told. */
static bool hunt_on(const Preset *ground, const char *name, Tally *tally)
{
    Shell *shell = preset_shell(ground, false, LANG_EN);
    if (!shell)
        exit(2);
    uint32_t calls = 0;
    while (calls < EXPLORE_CALLS && ground->calls[calls].line)
        calls++;
    const World *root = session_world(shell_session(shell));
    ExploreAsk ask = {
        .root = root,
        .bounds = ground->bounds,
        .calls = ground->calls,
        .call_count = calls,
    };
    ask.watch = explore_default_watch(&ask);
    ExploreResult result;
    double began = seconds();
    if (!explore(&ask, &result))
        exit(2);
    double took = seconds() - began;
    tally->states += result.states;
    tally->seconds += took;
    tally->open = tally->open || (result.end != END_EXHAUSTED && result.end != END_VIOLATED);
    bool found = result.end == END_VIOLATED;
    if (found || getenv("HUNT_ALL"))
        printf("%-20s %-14s %-14s %6u %8" PRIu64 " %7.2f\n", name,
               found ? broken_property(result.seen) : explore_end_name(result.end), ground->name,
               result.count, result.states, took);
    fflush(stdout);
    shell_free(shell);
    return found;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "whole";
    Tally tally = {0};
    for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++)
        if (hunt_on(&grounds[i], name, &tally))
            return 0;
    printf("%-20s %-14s %-14s %6s %8" PRIu64 " %7.2f\n", name, tally.open ? "OPEN" : "nothing",
           "all", "-", tally.states, tally.seconds);
    return tally.open ? 2 : 1;
}
