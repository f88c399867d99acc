/*
 * sub_pkt.h: what `sandwire run` knows of packetdrill scripts.
 *
 * Private to sub_run.c and sub_pkt.c.
 */
#ifndef SANDWIRE_REPL_SUB_PKT_H
#define SANDWIRE_REPL_SUB_PKT_H

#include "core/lab/script.h"
#include "repl/sub.h"

/* The words of the command line that concern scripts, and a runner used for all of them. */
typedef struct PktDesk {
    const Program *program;
    ScriptOptions options;
    ScriptRunner *runner;
    const char *pcap; /* where to write what was on the wire; NULL: nowhere */
} PktDesk;

/* Takes --strict, --lenient, -D NAME=value, --define=..., --rule-off NAME, --check and script
 * options out of the words. False: one of them is wrong, and that has been said. */
bool pkt_options(PktDesk *, const Program *, int *argc, char **argv);

/* Runs one script; says what there is to say (failures always, passes when `alone`). */
ScriptOutcome pkt_run(PktDesk *, const char *path, Bytes text, bool alone);

void pkt_end(PktDesk *);

#endif
