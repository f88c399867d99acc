/*
 * view_json.c: the rows as JSON, for programs.
 *
 * One object per row: number, time in nanoseconds, kind, host, cause, states after it, and for a
 * segment its fields and its text. Keys never change their meaning; new ones may come.
 */
#include "repl/view.h"

#include <inttypes.h>
#include <string.h>

static void add_string(Text *out, const char *s)
{
    text_char(out, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            text_addf(out, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            text_addf(out, "\\u%04x", (unsigned char)*s);
        else
            text_char(out, *s);
    }
    text_char(out, '"');
}

static const char *kind_name(const Note *n)
{
    static const char *const names[] = {"none",   "call",   "sent",  "arrived", "lost",
                                        "copied", "edited", "timer", "app",     "power"};
    return n->kind < sizeof names / sizeof *names ? names[n->kind] : "other";
}

static void add_segment(Text *out, const View *v, const Note *n)
{
    Seg s;
    Bytes payload;
    char buf[300];
    if (!trace_seg(v->trace, n->row, &s, &payload))
        return;
    HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
    SegNames names = trace_names(v->trace, n->row, v->absolute);
    Text t = text_fixed(buf, sizeof buf);
    segtext_flags(&t, s.flags);
    text_add(out, ",\"segment\":{\"flags\":");
    add_string(out, buf);
    text_addf(out, ",\"seq\":%u,\"ack\":%u,\"len\":%u,\"win\":%u,\"sport\":%u,\"dport\":%u",
              s.seq.v, s.ack.v, s.len, s.wnd, s.src_port, s.dst_port);
    t = text_fixed(buf, sizeof buf);
    segtext_print(&t, &names, from, &s, SEG_STYLE_FULL);
    text_add(out, ",\"text\":");
    add_string(out, buf);
    text_char(out, '}');
    t = text_fixed(buf, sizeof buf);
    trace_annotation(&t, v->trace, n->row);
    if (t.len) {
        text_add(out, ",\"annotation\":");
        add_string(out, buf);
    }
}

void look_json(Text *out, const View *v)
{
    text_add(out, "[");
    const char *between = "\n";
    for (uint32_t row = v->trace->first_row; row <= trace_last(v->trace); row++) {
        const Note *n = trace_note(v->trace, row);
        const Row *r = trace_row(v->trace, row);
        char words[200];
        Text t = text_fixed(words, sizeof words);
        text_addf(out, "%s{\"row\":%u,\"time\":%" PRIu64 ",\"kind\":\"%s\"", between, row, n->at,
                  kind_name(n));
        between = ",\n";
        if (n->host < HOST_COUNT)
            text_addf(out, ",\"host\":\"%c\"", host_letter((HostId)n->host));
        if (n->cause)
            text_addf(out, ",\"cause\":%u", n->cause);
        if (n->peer_row && n->kind != NOTE_CALL)
            text_addf(out, ",\"of\":%u", n->peer_row);
        text_addf(out, ",\"state\":{\"A\":\"%s\",\"B\":\"%s\"}", state_name((TcpState)r->state[0]),
                  state_name((TcpState)r->state[1]));
        look_row_words(&t, v, row);
        if (t.len) {
            text_add(out, ",\"what\":");
            add_string(out, words);
        }
        if (n->kind == NOTE_LOST) {
            text_add(out, ",\"why\":");
            add_string(out, lost_why_text((LostWhy)n->a, LANG_EN));
        }
        add_segment(out, v, n);
        text_char(out, '}');
    }
    text_add(out, "\n]\n");
}
