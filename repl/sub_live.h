/*
 * sub_live.h: what the files of `sandwire live` share.
 *
 * Private to sub_live.c, which is a session with the kernel, and sub_live_fast.c, which is none.
 */
#ifndef SANDWIRE_REPL_SUB_LIVE_H
#define SANDWIRE_REPL_SUB_LIVE_H

#include "core/live/tap.h"
#include "repl/sub.h"

typedef struct LiveOptions {
    bool fast; /* the words of `--fast` were given: */
    AppKind app;
    uint64_t amount;
    uint64_t rtt, loss_ppm;
    uint16_t conns;
} LiveOptions;

/* Reads "echo", "source=1GiB". False: not an application. */
bool live_fast_app(LiveOptions *, const char *text);

/* Runs the command against a bare world; its exit code. */
int live_fast(const Program *, const LiveOptions *, const Tap *, char **argv);

#endif
