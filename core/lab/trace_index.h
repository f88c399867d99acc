/*
 * trace_index.h: what a trace must remember to describe its next row; private to trace*.c.
 *
 * Which state is each connection in, which two connections are the ends of one flow, and which
 * initial numbers do they have? Everything is learned from the notes and frames themselves, so that
 * a replay gives the same rows.
 *
 * Each change is written into a log with the row that made it, the value it replaced beside it.
 * Going back swaps the two, newest first, and going forward again swaps them once more; the tables
 * are therefore always those of the last row shown.
 *
 *     log:  [done ................][ahead ..........]
 *                                 ^log_done         ^log_count
 */
#ifndef SANDWIRE_CORE_LAB_TRACE_INDEX_H
#define SANDWIRE_CORE_LAB_TRACE_INDEX_H

#include "core/lab/trace.h"

typedef struct ConnEntry {
    uint8_t state;
    uint8_t reserved;
    uint16_t local_port; /* of a listener; 0: not known */
    uint32_t flow;       /* 0: none yet */
} ConnEntry;

/* How sure an initial number is: seen in somebody's segment, or in the core's own SYN. */
enum { ISN_UNKNOWN = 0, ISN_SEEN, ISN_OWN };

/* A 4-tuple as the side of A and the side of B see it, and its present incarnation. */
typedef struct FlowEntry {
    uint32_t addr[HOST_COUNT];
    uint16_t port[HOST_COUNT];
    uint16_t conn[HOST_COUNT];
    Seq isn[HOST_COUNT];
    uint8_t known[HOST_COUNT]; /* ISN_... */
    uint16_t reserved;
} FlowEntry;

typedef struct LogEntry {
    uint32_t row;
    uint8_t what; /* LOG_... */
    uint8_t host;
    uint16_t number;
    uint32_t flow;
    ConnEntry conn;
    FlowEntry old;
} LogEntry;

enum { LISTENERS_MAX = 16 };

/* A departure before the first row kept, whose segment was under way there. */
typedef struct Ghost {
    uint32_t row, flow;
    uint16_t classes;
    uint8_t host, reserved;
} Ghost;

/* Where a stream's bytes were replaced by others: another branch's. */
typedef struct StreamChange {
    uint64_t at;
    HostId host;
} StreamChange;

typedef struct TraceIndex {
    ConnEntry *conns[HOST_COUNT]; /* by number */
    uint32_t conn_cap[HOST_COUNT];
    FlowEntry *flows; /* 1 .. flow_count */
    uint32_t flow_count, flow_cap;
    uint32_t *slots; /* hash of tuples to flows; slot_cap is a power of two */
    uint32_t slot_cap;
    uint16_t listeners[HOST_COUNT][LISTENERS_MAX];
    uint32_t listener_count[HOST_COUNT];
    LogEntry *log;
    uint32_t log_done, log_count, log_cap;
    uint8_t *stream[HOST_COUNT];
    uint64_t stream_len[HOST_COUNT];
    uint32_t stream_cap[HOST_COUNT];
    uint64_t base_stream[HOST_COUNT]; /* stream_len before the first row kept */
    uint64_t stream_top[HOST_COUNT];  /* bytes there are, shown or not */
    StreamChange *changes;
    uint32_t change_count, change_cap;
    Row before; /* the row before the first one kept, for the states it left */
    bool has_before;
    Ghost *ghosts;
    uint32_t ghost_count;
    uint32_t row_stored; /* rows there are, of which row_count are shown */
    bool out_of_memory;  /* something was not remembered: rows before are worthless */
} TraceIndex;

TraceIndex *index_new(void);
void index_free(TraceIndex *);
TraceIndex *index_copy(const TraceIndex *);
void index_clear(TraceIndex *);

/* What is known of a connection; zeros if nothing is. */
ConnEntry index_conn(const TraceIndex *, HostId, uint16_t number);
void index_set_conn(TraceIndex *, uint32_t row, HostId, uint16_t number, ConnEntry);

/* A listener of the host that this port reaches; 0: none. */
uint16_t index_listener(const TraceIndex *, HostId, uint16_t port);
void index_add_listener(TraceIndex *, uint32_t row, HostId, uint16_t number);

/* The flow of a segment that `from` sent, made if it is new; 0 when memory ends. */
uint32_t index_flow(TraceIndex *, uint32_t row, HostId from, const Seg *);
FlowEntry index_flow_at(const TraceIndex *, uint32_t flow);
void index_set_flow(TraceIndex *, uint32_t row, uint32_t flow, FlowEntry);

/* Appends to a host's stream; the place of its bytes, or UINT32_MAX if they are only counted. */
uint32_t index_stream_add(TraceIndex *, HostId, Bytes);

/* What is known of a departure that is not kept; NULL: nothing. */
const Ghost *index_ghost(const TraceIndex *, uint32_t row);

/* The tables become these, and there is no way back. False when memory ends: nothing has changed.
 */
bool index_sow(TraceIndex *, const ConnEntry *const conns[HOST_COUNT],
               const uint32_t conn_count[HOST_COUNT], const FlowEntry *flows, uint32_t flow_count,
               const Ghost *ghosts, uint32_t ghost_count);

/* Takes back every change made by rows after last_row; makes those up to last_row again. */
void index_rewind(TraceIndex *, uint32_t last_row);
void index_advance(TraceIndex *, uint32_t last_row);

/* Forgets how to go back before first_row. */
void index_forget(TraceIndex *, uint32_t first_row);

#endif
