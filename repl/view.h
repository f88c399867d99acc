/*
 * view.h: the world as text.
 *
 * A view is pure: it reads a world and its trace and writes text. 80 columns, and no character
 * whose width a terminal may see differently in what must line up.
 */
#ifndef SANDWIRE_REPL_VIEW_H
#define SANDWIRE_REPL_VIEW_H

#include "core/lab/trace.h"

typedef struct View {
    const World *world;
    const Trace *trace;
    Lang lang;
    bool color, ascii;
    bool absolute;  /* sequence numbers as they are */
    bool scripted;  /* B is a script: it has no state to show */
    uint16_t width; /* columns, at least 40 */
} View;

#define VIEW_SAY(view, en, zh) ((view)->lang == LANG_ZH ? (zh) : (en))

/* Rows first..last of the trace as the RFCs draw them. conn: only rows of that connection of the
 * host (0: all). heading: the line with the hosts' names. */
typedef struct LadderRange {
    uint32_t first, last;
    bool heading;
    HostId host; /* HOST_NONE: no filter */
    uint16_t conn;
} LadderRange;
void look_ladder(Text *, const View *, const LadderRange *);

/* True to time: sloping arrows, time goes down. */
void look_ladder_time(Text *, const View *, const LadderRange *);

/* What a row that is no segment says, in a few words: "connect B:80", "timer: retransmission". */
void look_row_words(Text *, const View *, uint32_t row);

/* A segment's header as RFC 9293 figure 1 draws it, with its values. False if the row has none. */
bool look_header(Text *, const View *, uint32_t row);

/* One event with all its details. */
void look_event(Text *, const View *, uint32_t row);

void look_state(Text *, const View *, HostId);
void look_fsm(Text *, const View *, HostId); /* HOST_NONE: both */
void look_visited(Text *, const View *);
void look_tcb(Text *, const View *, const Tcb *, bool all);
/* Only the fields that differ between two blocks of one connection. */
void look_tcb_diff(Text *, const View *, const Tcb *before, const Tcb *after,
                   const char *head_before, const char *head_after);
void look_seqspace(Text *, const View *, const Tcb *);
void look_timers(Text *, const View *);
void look_queue(Text *, const View *, const Tcb *);
void look_ss(Text *, const View *, HostId); /* HOST_NONE: both */
void look_net(Text *, const View *);
void look_link(Text *, const View *);
void look_armed(Text *, const View *);

typedef enum PlotKind { PLOT_CWND, PLOT_FLIGHT, PLOT_SEQ } PlotKind;
void look_plot(Text *, const View *, PlotKind, HostId);

/* The rows as a JSON array, one object each. */
void look_json(Text *, const View *);

/* "A" or, for any but its only connection, "A[2]". */
void look_conn_name(Text *, const View *, HostId, uint16_t conn);

/* A segment in exactly `columns`, in the fullest form that fits. One that arrives (departs false)
 * was shown when it left: it would rather lose its acknowledgment than its words. */
void look_segment(Text *, const SegNames *, HostId from, const Seg *, bool departs, size_t columns);

/* Bytes as a learner reads them: quoted, control characters escaped, cut with dots at `max`. */
void look_bytes(Text *, Bytes, size_t max);

#endif
