/*
 * trace.h: what happened so far, as rows.
 *
 * The trace is output, not state: it is filled from sinks and can always be made again by replay. A
 * Row is a numbered event (note.h) with its details behind it; rows are numbered 1, 2, 3 ... from
 * the beginning of the run on the current branch. When a limit is reached the oldest half is given
 * up; first_row tells where the trace now begins.
 *
 *     notes:  [row note][detail][detail] [row note][detail] ...
 *     rows:    ^1                         ^2
 */
#ifndef SANDWIRE_CORE_LAB_TRACE_H
#define SANDWIRE_CORE_LAB_TRACE_H

#include "core/base/note.h"
#include "core/lab/segtext.h"
#include "core/net/world.h"

typedef struct Row {
    uint32_t first, count; /* notes[first] is the row's note, count - 1 details follow */
    uint8_t
        state[HOST_COUNT]; /* after the row: the state at each end of the connection it concerns */
    uint16_t conn[HOST_COUNT];    /* that connection's number at each end; 0: none */
    uint16_t classes;             /* bit per SegClass that its segment belongs to */
    uint32_t visited[HOST_COUNT]; /* edges of state_edges taken so far by each host, bit per edge */
    Seq isn[HOST_COUNT];          /* the initial sequence numbers of the connection, as known ... */
    uint8_t isn_known[HOST_COUNT]; /* ... so that A+1 can be printed */
    uint16_t reserved;
    uint32_t fate; /* of a departure: the row where it arrived or was lost */
    uint32_t flow; /* private: which 4-tuple */
    uint32_t reserved2;
    uint64_t stream_end[HOST_COUNT]; /* length of the stream each host received so far */
} Row;

/* Counts over the whole past of the branch, also over rows given up. */
typedef struct TraceTotals {
    uint32_t sent[HOST_COUNT][CLASS_COUNT];    /* departures from the host */
    uint32_t arrived[HOST_COUNT][CLASS_COUNT]; /* arrivals at the host */
    uint32_t lost[HOST_COUNT][CLASS_COUNT];    /* losses of what the host had sent */
    uint64_t read[HOST_COUNT];                 /* bytes its applications took */
    uint32_t moves[HOST_COUNT][TCP_STATE_COUNT][TCP_STATE_COUNT]; /* state changes [from][to] */
} TraceTotals;

typedef struct Trace {
    Note *notes;
    Row *rows; /* rows[i] is row number first_row + i */
    uint8_t *bytes;
    uint32_t note_count, note_cap;
    uint32_t row_count, row_cap;
    uint32_t byte_count, byte_cap;
    uint32_t first_row;
    uint32_t note_limit;
    TraceTotals totals;
    struct TraceIndex *index; /* private: connections and streams */
} Trace;

/* note_limit: at most so many notes are kept; 0: a million. NULL when memory ends. */
Trace *trace_new(uint32_t note_limit);
void trace_free(Trace *);

/* A copy that grows and shrinks on its own; NULL when memory ends. */
Trace *trace_copy(const Trace *);

/* Takes over what a call left in the sink, then empties the sink. world is the world after the
 * call. */
void trace_take(Trace *, const World *, Sink *);

/* Shows the trace as it was after `last_row`, and keeps what came later for trace_advance; false if
 * rows before it have been given up. What trace_take brings replaces the rows that are ahead. */
bool trace_rewind(Trace *, uint32_t last_row);

/* Shows kept rows again, up to last_row. False, and nothing changed, if they are not there. */
bool trace_advance(Trace *, uint32_t last_row);

/* The number of the last row kept, shown or ahead. */
uint32_t trace_ahead(const Trace *);

/* Forgets every row after `last_row` (0: everything). If rows before it have been given up, so that
 * it is not known any more what was true then, all rows and counts are forgotten and the trace goes
 * on with row last_row + 1. */
void trace_truncate(Trace *, uint32_t last_row);

/* The number of the last row; 0 if nothing has happened. */
uint32_t trace_last(const Trace *);

/* NULL if the row does not exist or has been given up. */
const Row *trace_row(const Trace *, uint32_t row);
const Note *trace_note(const Trace *, uint32_t row); /* the row's own note */
const Note *trace_detail(const Trace *, uint32_t row,
                         uint32_t i); /* i-th detail, NULL after the last */
Bytes trace_bytes(const Trace *, const Note *);

/* The stream that the host's TCP has put in order so far, over all its connections in the order of
 * arrival. *len is its length; the bytes are complete up to 16 MiB, after that only counted. */
Bytes trace_stream(const Trace *, HostId, uint64_t *len);

/* Decodes the frame of a NOTE_SENT, NOTE_ARRIVED or NOTE_EDITED row; for NOTE_LOST and NOTE_COPIED
 * that of its departure. False if the row has none. */
bool trace_seg(const Trace *, uint32_t row, Seg *, Bytes *payload);

/* The same for an ICMP message; false if the row's frame is none. */
bool trace_icmp(const Trace *, uint32_t row, Icmp *);

/* The row where segment `departure` arrived or was lost; 0 if it is still under way (or the trace
 * does not say). */
uint32_t trace_fate(const Trace *, uint32_t departure);

/* Must this connection be called A[2], or is A enough? True if the host has had another one that
 * exchanged segments (a listener does not count). */
bool trace_needs_number(const Trace *, HostId, uint16_t number);

/* The initial sequence numbers to print a row with. */
SegNames trace_names(const Trace *, uint32_t row, bool absolute);

/* Wireshark's words for a departure or arrival: writes "Dup ACK 2#1" ...; nothing if there is
 * nothing to say. */
void trace_annotation(Text *, const Trace *, uint32_t row);

/* "drop 2nd FIN from B", as it was typed, of the call that armed it. */
void trace_arm_text(Text *, const Note *);

#endif
