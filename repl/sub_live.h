/*
 * sub_live.h: what the files of `sandwire live` share.
 *
 * Private to sub_live.c (a session with the kernel), sub_live_play.c (its prompt and its own lines)
 * and sub_live_fast.c, which is no session.
 */
#ifndef SANDWIRE_REPL_SUB_LIVE_H
#define SANDWIRE_REPL_SUB_LIVE_H

#include "core/live/files.h"
#include "core/live/service.h"
#include "core/live/tap.h"
#include "repl/front.h"
#include "repl/sub.h"

#include <sys/types.h>

typedef struct LiveOptions {
    bool fast; /* the words of `--fast` were given: */
    bool offload;
    bool trivial; /* a responder instead of our TCP: responder.h */
    AppKind app;
    uint64_t amount;
    uint64_t rtt, loss_ppm;
    uint16_t conns;
} LiveOptions;

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
    bool waiting; /* a line waits for the wire: nothing can be typed */
    bool talks;   /* rows are shown although nobody types: a played script */
    pid_t child;
    uint32_t programs; /* started by `!` and still running */
    int program_code;  /* the last exit code that was not 0 */
    int child_status;
    char **command;
    const char *node, *pcap, *save, *script, *folder;
    Files files; /* of the folder */
    bool plain;
    LiveOptions options;
} Live;

/* ---- sub_live.c ---- */

const World *live_world(const Live *);

/* Packets that the wire holds. */
uint64_t live_held(const Live *);

/* Is the present the end of the branch on which the kernel lives? */
bool live_is_present(const Live *);

/* One turn: both clocks, the wire, the keyboard; sleeps most_ms at most. False: the learner has
 * quit. */
bool live_turn(Live *, int most_ms);

/* Of a program, by waitpid's status. */
int live_exit_code(int status);

/* ---- sub_live_play.c ---- */

/* The counters: segments seen, held, passed. */
void live_add_counts(const Live *, Text *out);
/* The kernel's connections, as it tells them. */
void live_add_kernel(const Live *, Text *out);

/* A line that only a live session knows, or that means something else there. False: it is the
 * shell's. */
bool live_line(void *user, Shell *, const char *line, Text *out, LineStatus *);

/* The prompt, until the learner quits. */
int live_prompt(Live *);

/* A whole text, line by line, on the wall's time. Its exit code. */
int live_script(Live *, const char *name, Bytes text);

/* ---- sub_live_fast.c ---- */

/* Reads "echo", "source=1GiB". False: not an application. */
bool live_fast_app(LiveOptions *, const char *text);

/* Runs the command against a bare world; its exit code. */
int live_fast(const Program *, const LiveOptions *, const Tap *, char **argv);

#endif
