/*
 * sub_read.h: what the two files of `sandwire read` share.
 *
 * Private to sub_read.c, which reads, and sub_read_show.c, which prints.
 */
#ifndef SANDWIRE_REPL_SUB_READ_H
#define SANDWIRE_REPL_SUB_READ_H

#include "core/live/capture.h"
#include "core/live/flow.h"
#include "repl/sub.h"

/* What a whole file comes to. */
typedef struct ReadTotals {
    uint64_t packets, results[DISSECT_RESULT_COUNT];
    uint64_t unknown_link; /* of those that are not IP: because the link type is not known ... */
    uint16_t link;         /* ... such as this one */
    bool no_memory;
} ReadTotals;

/* The list of connections, as text or as the members of a JSON object. */
void read_show_list(Text *, const Program *, const FlowTable *, const ReadTotals *);
void read_json_list(Text *, const FlowTable *, const ReadTotals *);

/* One connection's ladder: its head, a line for each segment, what it comes to at the end. */
void read_show_head(Text *, const Program *, const SeenFlow *);
void read_show_segment(Text *, const Program *, const Sighting *, const Seg *, uint64_t packet,
                       Nanos at);
void read_json_segment(Text *, const Sighting *, const Seg *, uint64_t packet, Nanos at);
void read_show_end(Text *, const Program *, const SeenFlow *);
void read_json_flow(Text *, const SeenFlow *);

#endif
