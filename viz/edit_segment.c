/*
 * edit_segment.c: see edit_segment.h. Pure; the command is only written, never run.
 *
 * What the learner changes in the dialog becomes the `edit` command that would make it so.
 */
#include "viz/edit_segment.h"

#include <stdlib.h>
#include <string.h>

enum { PAYLOAD_MAX = 65536 };

static bool segment_now(const World *w, uint32_t row, Seg *s, Bytes *payload)
{
    PktId id = world_packet_of_row(w, row);
    if (!id.v)
        return false;
    WireError e = wire_decode(world_frame(w, id), s, payload);
    return e == WIRE_OK || e == WIRE_BAD_CHECKSUM;
}

static HostId sender_of(const World *w, uint32_t row)
{
    return world_packets(w)[world_packet_of_row(w, row).v].from;
}

bool edit_segment_text(Text *out, const World *w, const Trace *t, uint32_t row)
{
    Seg s;
    Bytes payload;
    SegNames names = trace_names(t, row, false);
    if (!segment_now(w, row, &s, &payload))
        return false;
    segtext_print(out, &names, sender_of(w, row), &s, SEG_STYLE_FULL);
    return true;
}

static void add_data(Text *out, const uint8_t *data, size_t len)
{
    text_add(out, " data=\"");
    for (size_t i = 0; i < len; i++) {
        if (data[i] < ' ' || data[i] > '~' || data[i] == '"' || data[i] == '\\')
            text_addf(out, "\\x%02x", (unsigned)data[i]);
        else
            text_char(out, (char)data[i]);
    }
    text_char(out, '"');
}

/* Fields that `edit` cannot change: options but MSS, addresses. */
static bool changes_the_fixed(const Seg *a, const Seg *b)
{
    uint16_t fixed = (uint16_t)~SEG_OPT_MSS;
    return ((a->opts ^ b->opts) & fixed) || a->wscale != b->wscale || a->ts_val != b->ts_val ||
           a->ts_ecr != b->ts_ecr || a->sack_count != b->sack_count ||
           ((a->opts & SEG_OPT_MSS) && !(b->opts & SEG_OPT_MSS));
}

static const char *const fixed_text[LANG_COUNT] = {
    "of the options only mss can be changed here; `inject` sends any segment",
    "这里的选项只能修改 mss；要发送任意报文段请用 inject"};
static const char *const length_text[LANG_COUNT] = {
    "to change the length, write the new data in quotes: PSH+ACK A+1:A+4(3) \"abc\"",
    "要改变长度，请把新数据写在引号里：PSH+ACK A+1:A+4(3) \"abc\""};

static EditOutcome wrong(Text *out, const char *const text[LANG_COUNT], Lang lang)
{
    text_clear(out);
    text_add(out, text[lang]);
    return EDIT_SEGMENT_WRONG;
}

static EditOutcome compare(Text *out, const SegNames *names, HostId from, uint32_t row,
                           const Seg *old, const Seg *new)
{
    size_t start;
    text_addf(out, "edit #%u", (unsigned)row);
    start = out->len;
    if (new->flags != old->flags) {
        text_add(out, " flags=");
        segtext_flags(out, new->flags);
    }
    if (!seq_eq(new->seq, old->seq)) {
        text_add(out, " seq=");
        segtext_seq(out, names, from, new->seq);
    }
    if (!seq_eq(new->ack, old->ack)) {
        text_add(out, " ack=");
        segtext_seq(out, names, host_peer(from), new->ack);
    }
    if (new->wnd != old->wnd)
        text_addf(out, " wnd=%u", (unsigned)new->wnd);
    if (new->urg != old->urg)
        text_addf(out, " urg=%u", (unsigned)new->urg);
    if ((new->opts &SEG_OPT_MSS) && (new->mss != old->mss || !(old->opts & SEG_OPT_MSS)))
        text_addf(out, " mss=%u", (unsigned)new->mss);
    return out->len > start ? EDIT_SEGMENT_COMMAND : EDIT_SEGMENT_SAME;
}

EditOutcome edit_segment_command(Text *out, const World *w, const Trace *t, uint32_t row,
                                 const char *text, Lang lang)
{
    static const char *const gone[LANG_COUNT] = {"this segment is no longer under way",
                                                 "该报文段已不在途中"};
    Seg old, new;
    Bytes payload;
    SegParseError error;
    size_t len = 0;
    if (!segment_now(w, row, &old, &payload))
        return wrong(out, gone, lang);
    HostId from = sender_of(w, row);
    SegNames names = trace_names(t, row, false);
    uint8_t *data = malloc(PAYLOAD_MAX);
    if (!data)
        return EDIT_SEGMENT_SAME;
    new = old;
    if (!segtext_parse(text, strlen(text), &names, from, &new, data, PAYLOAD_MAX, &len, &error)) {
        free(data);
        return wrong(out, error.text, lang);
    }
    bool quoted = strchr(text, '"') != NULL;
    EditOutcome outcome;
    if (changes_the_fixed(&old, &new)) {
        outcome = wrong(out, fixed_text, lang);
    } else if (!quoted && len != payload.len) {
        outcome = wrong(out, length_text, lang);
    } else {
        outcome = compare(out, &names, from, row, &old, &new);
        bool same = !quoted || (len == payload.len && memcmp(data, payload.data, len) == 0);
        if (!same) {
            add_data(out, data, len);
            outcome = EDIT_SEGMENT_COMMAND;
        }
    }
    free(data);
    return outcome;
}
