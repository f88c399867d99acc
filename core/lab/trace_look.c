/*
 * trace_look.c: reading the trace of trace.h.
 *
 * Only looks; a row number that does not exist gives nothing, never a stop, because learners type
 * them.
 */
#include "core/lab/trace.h"

#include "core/lab/trace_index.h"

uint32_t trace_last(const Trace *t)
{
    return t->first_row + t->row_count - 1;
}

uint32_t trace_ahead(const Trace *t)
{
    return t->first_row + t->index->row_stored - 1;
}

const Row *trace_row(const Trace *t, uint32_t row)
{
    if (row < t->first_row || row - t->first_row >= t->row_count)
        return NULL;
    return &t->rows[row - t->first_row];
}

const Note *trace_note(const Trace *t, uint32_t row)
{
    const Row *r = trace_row(t, row);
    return r ? &t->notes[r->first] : NULL;
}

const Note *trace_detail(const Trace *t, uint32_t row, uint32_t i)
{
    const Row *r = trace_row(t, row);
    return r && i < r->count - 1 ? &t->notes[r->first + 1 + i] : NULL;
}

Bytes trace_bytes(const Trace *t, const Note *n)
{
    if (n->bytes_len == 0)
        return bytes_of(NULL, 0);
    if (n->kind == NOTE_STREAM && n->host < HOST_COUNT)
        return bytes_of(t->index->stream[n->host] + n->bytes_at, n->bytes_len);
    return bytes_of(t->bytes + n->bytes_at, n->bytes_len);
}

Bytes trace_stream(const Trace *t, HostId host, uint64_t *len)
{
    const TraceIndex *x = t->index;
    *len = x->stream_len[host];
    return bytes_of(x->stream[host], (size_t)min_u64(*len, x->stream_cap[host]));
}

/* The bytes of the frame that the row is about; none: len 0. */
static Bytes frame_of(const Trace *t, uint32_t row)
{
    const Note *n = trace_note(t, row);
    /* What was lost may have been a copy: a few steps lead to a row that has the bytes. */
    for (int i = 0; i < 8 && n && n->bytes_len == 0; i++)
        n = n->kind == NOTE_LOST || n->kind == NOTE_COPIED ? trace_note(t, n->peer_row) : NULL;
    if (!n || n->kind < NOTE_SENT || n->kind > NOTE_EDITED)
        return bytes_of(NULL, 0);
    return trace_bytes(t, n);
}

bool trace_icmp(const Trace *t, uint32_t row, Icmp *m)
{
    Bytes data, frame = frame_of(t, row);
    if (frame.len == 0)
        return false;
    WireError e = icmp_decode(frame, m, &data);
    return e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
}

bool trace_seg(const Trace *t, uint32_t row, Seg *s, Bytes *payload)
{
    Bytes frame = frame_of(t, row);
    if (frame.len == 0)
        return false;
    WireError e = wire_decode(frame, s, payload);
    return e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
}

uint32_t trace_fate(const Trace *t, uint32_t departure)
{
    const Row *r = trace_row(t, departure);
    return r ? r->fate : 0;
}

bool trace_needs_number(const Trace *t, HostId host, uint16_t number)
{
    const TraceIndex *x = t->index;
    for (uint32_t i = 1; host < HOST_COUNT && i < x->conn_cap[host]; i++)
        if (i != number && x->conns[host][i].flow)
            return true;
    return false;
}

SegNames trace_names(const Trace *t, uint32_t row, bool absolute)
{
    SegNames names = {.absolute = absolute};
    const Row *r = trace_row(t, row);
    for (int h = 0; r && h < HOST_COUNT; h++) {
        names.isn[h] = r->isn[h];
        names.known[h] = r->isn_known[h];
    }
    return names;
}

/* ---- Wireshark's words -------------------------------------------------------------------------
 */

enum { LOOK_BACK = 4096 };

static Annotation annotation_of(const Trace *t, uint32_t row, uint64_t *number)
{
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(t, row, i)); i++) {
        if (d->kind != NOTE_ANNOTATE || d->a >= ANN_COUNT)
            continue;
        *number = d->b;
        return (Annotation)d->a;
    }
    const Note *n = trace_note(t, row);
    return n && n->kind == NOTE_SENT && n->peer_row ? ANN_RETRANSMISSION : ANN_NONE;
}

/* "Dup ACK 2#1": the first duplicate of the acknowledgment that row 2 carried. Nothing if no row
 * carried it before: an answer to a hole may be the first to acknowledge what came before it. */
static void add_duplicate(Text *text, const Trace *t, uint32_t row)
{
    Seg seg, other;
    Bytes payload;
    const Row *r = trace_row(t, row);
    const Note *n = trace_note(t, row);
    uint32_t count = 0, original = 0;
    if (!trace_seg(t, row, &seg, &payload))
        return;
    uint32_t oldest = row > LOOK_BACK ? row - LOOK_BACK : 1;
    for (uint32_t i = row - 1; i >= oldest && trace_row(t, i); i--) {
        uint64_t ignored;
        const Note *m = trace_note(t, i);
        if (m->kind != NOTE_SENT || m->host != n->host || trace_row(t, i)->flow != r->flow ||
            !trace_seg(t, i, &other, &payload) || !(other.flags & SEG_ACK))
            continue;
        if (!seq_eq(other.ack, seg.ack))
            break;
        original = i;
        count++;
        if (annotation_of(t, i, &ignored) != ANN_DUP_ACK)
            break;
    }
    if (original)
        text_addf(text, "%s %u#%u", annotation_name(ANN_DUP_ACK), original, count);
}

/* The blocks are what a learner looks for in an acknowledgment that has some. */
static void add_sack(Text *text, const Trace *t, uint32_t row)
{
    Seg seg;
    Bytes payload;
    const Note *n = trace_note(t, row);
    if (!n || n->kind != NOTE_SENT || !trace_seg(t, row, &seg, &payload) ||
        !(seg.opts & SEG_OPT_SACK))
        return;
    SegNames names = trace_names(t, row, false);
    if (text->len)
        text_add(text, ", ");
    segtext_sack(text, &names, (HostId)n->host, &seg);
}

void trace_annotation(Text *text, const Trace *t, uint32_t row)
{
    uint64_t number = 0;
    Annotation a = annotation_of(t, row, &number);
    if (a == ANN_DUP_ACK)
        add_duplicate(text, t, row);
    else if (a != ANN_NONE)
        text_add(text, annotation_name(a));
    add_sack(text, t, row);
}

void trace_arm_text(Text *out, const Note *n)
{
    static const char *const actions[] = {"drop", "delay", "dup", "corrupt"};
    uint32_t nth = n->peer_row >> 8, seg_class = n->peer_row & 0xff;
    text_addf(out, "%s ", n->key < 4 ? actions[n->key] : "?");
    if (nth <= 1)
        text_add(out, "next");
    else
        text_addf(out, "%u%s", nth, nth == 2 ? "nd" : nth == 3 ? "rd" : "th");
    text_addf(out, " %s from %c",
              seg_class < CLASS_COUNT ? seg_class_name((SegClass)seg_class) : "?",
              host_letter((HostId)n->host));
    if (n->key == ARMED_DELAY) {
        text_char(out, ' ');
        text_duration(out, n->b);
    }
}
