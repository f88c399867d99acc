/*
 * why.c: the reason for an event, in words (why.h).
 *
 * A sentence is a template with the note's facts put in; the templates are in why_words.c, the
 * rules' texts in rule.def. This file knows only how to fill them and how to follow causes. Every
 * number comes from the notes: nothing is computed twice.
 */
#include "core/lab/why.h"

#include <inttypes.h>
#include <string.h>

#include "core/lab/why_words.h"
#include "core/net/sock.h"

enum { QUOTED_BYTES = 24, CHAIN_MAX = 64 };

/* What a template speaks of. */
typedef struct Facts {
    const Trace *trace;
    const Note *note;
    uint32_t row; /* the row the note belongs to */
    Lang lang;
    bool absolute;
} Facts;

/* ---- numbers in rule texts ---------------------------------------------------------------------
 */

/* Fills $1 $2 $t1 $t2; returns how many characters of the template it took, 0 if none of these. */
static size_t fill_number(Text *t, const char *at, uint64_t a, uint64_t b)
{
    if (at[1] == '1' || at[1] == '2') {
        text_addf(t, "%" PRIu64, at[1] == '1' ? a : b);
        return 2;
    }
    if (at[1] == 't' && (at[2] == '1' || at[2] == '2')) {
        text_duration(t, at[2] == '1' ? a : b);
        return 3;
    }
    return 0;
}

static void fill_rule(Text *t, const char *text, uint64_t a, uint64_t b)
{
    while (*text) {
        size_t n = *text == '$' ? fill_number(t, text, a, b) : 0;
        if (n == 0)
            text_char(t, *text);
        text += n ? n : 1;
    }
}

void why_rule_text(Text *t, RuleId rule, uint64_t a, uint64_t b, Lang lang)
{
    if (rule > RULE_NONE && rule < RULE_COUNT)
        fill_rule(t, rule_info(rule)->text[lang], a, b);
}

/* ---- facts -------------------------------------------------------------------------------------
 */

static void add_host(Text *t, HostId host, Lang lang)
{
    static const char *const network[LANG_COUNT] = {"the network", "网络"};
    if (host < HOST_COUNT)
        text_char(t, host_letter(host));
    else
        text_add(t, network[lang]);
}

/* A, or A[2] when the host has several. */
static void add_conn(Text *t, const Facts *f)
{
    const Note *n = f->note;
    add_host(t, n->host, f->lang);
    if (n->conn && n->host < HOST_COUNT && trace_needs_number(f->trace, n->host, n->conn))
        text_addf(t, "[%u]", n->conn);
}

static HostId sender_of(const Trace *trace, const Note *n)
{
    if (n->kind == NOTE_ARRIVED)
        return host_peer(n->host);
    if (n->kind == NOTE_SENT)
        return n->host;
    const Note *departure = trace_note(trace, n->peer_row);
    return departure && departure->host < HOST_COUNT ? departure->host : n->host;
}

static void add_segment(Text *t, const Facts *f)
{
    static const char *const unreadable[LANG_COUNT] = {"bytes that are no segment",
                                                       "不成报文段的字节"};
    Seg seg;
    Icmp icmp;
    Bytes payload;
    SegNames names = trace_names(f->trace, f->row, f->absolute);
    HostId from = sender_of(f->trace, f->note);
    from = from < HOST_COUNT ? from : HOST_A;
    if (trace_seg(f->trace, f->row, &seg, &payload))
        segtext_print(t, &names, from, &seg, SEG_STYLE_SHORT);
    else if (trace_icmp(f->trace, f->row, &icmp))
        segtext_icmp(t, &names, host_peer(from), &icmp);
    else
        text_add(t, unreadable[f->lang]);
}

static void add_quoted(Text *t, Bytes bytes)
{
    text_char(t, '"');
    for (size_t i = 0; i < bytes.len && i < QUOTED_BYTES; i++) {
        uint8_t c = bytes.data[i];
        if (c == '\n')
            text_add(t, "\\n");
        else if (c == '\r')
            text_add(t, "\\r");
        else if (c < 0x20 || c >= 0x7f)
            text_addf(t, "\\x%02x", c);
        else
            text_char(t, (char)c);
    }
    text_add(t, bytes.len > QUOTED_BYTES ? "\"..." : "\"");
}

/* Bytes of the stream: of a departure its data, of others what the note brings. */
static uint64_t byte_count(const Facts *f)
{
    Seg seg;
    Bytes payload;
    if (f->note->kind == NOTE_SENT && trace_seg(f->trace, f->row, &seg, &payload))
        return seg.len;
    return f->note->bytes_len ? f->note->bytes_len : f->note->a;
}

/* $w: the word that the kind of note takes from another table. */
static void add_word(Text *t, const Facts *f)
{
    const Note *n = f->note;
    switch ((NoteKind)n->kind) {
    case NOTE_LOST: text_add(t, lost_why_text((LostWhy)n->a, f->lang)); break;
    case NOTE_SET:
    case NOTE_CLEARED: text_add(t, why_timer_name(n->a, f->lang)); break;
    case NOTE_ERROR:
        text_addf(t, "%s (%s)", conn_error_text((ConnError)n->a, f->lang),
                  conn_error_symbol((ConnError)n->a));
        break;
    case NOTE_RESULT:
        text_add(t, call_status_text((CallStatus)n->a, f->lang));
        if (n->a == CALL_ERRNO)
            text_addf(t, " (%s)", sock_errno_name((int)n->b));
        break;
    case NOTE_ANNOTATE: text_add(t, annotation_name((Annotation)n->a)); break;
    case NOTE_RULE: why_rule_text(t, (RuleId)n->rule, n->a, n->b, f->lang); break;
    case NOTE_DROPPED:
        if (n->a != WIRE_OK)
            text_add(t, wire_error_text((WireError)n->a, f->lang));
        else
            why_rule_text(t, (RuleId)n->rule, n->a, n->b, f->lang);
        break;
    default: break;
    }
}

/* Fills one $x of a template; returns the characters taken. */
static size_t fill(Text *t, const char *at, const Facts *f)
{
    const Note *n = f->note;
    size_t taken = fill_number(t, at, n->a, n->b);
    if (taken)
        return taken;
    switch (at[1]) {
    case 'h': add_host(t, n->host, f->lang); return 2;
    case 'o': add_host(t, n->host < HOST_COUNT ? host_peer(n->host) : HOST_NONE, f->lang); return 2;
    case 'c': add_conn(t, f); return 2;
    case 's': add_segment(t, f); return 2;
    case 'd': text_addf(t, "%u", n->peer_row); return 2;
    case 'f': text_add(t, state_name((TcpState)n->a)); return 2;
    case 'g': text_add(t, state_name((TcpState)n->b)); return 2;
    case 'x': sock_call_text(t, n->key, n->b); return 2;
    case 'k': text_addf(t, "%u", n->key); return 2;
    case 'n': text_addf(t, "%" PRIu64, byte_count(f)); return 2;
    case 'q': add_quoted(t, trace_bytes(f->trace, n)); return 2;
    case 'r': trace_arm_text(t, n); return 2;
    case 'w': add_word(t, f); return 2;
    case 'm': text_time(t, n->b); return 3;
    default: text_char(t, '$'); return 1;
    }
}

static void fill_all(Text *t, const char *template, const Facts *f)
{
    while (*template) {
        if (*template == '$') {
            template += fill(t, template, f);
        } else {
            size_t n = strcspn(template, "$");
            text_add_n(t, template, n);
            template += n;
        }
    }
}

/* ---- choosing the sentence ---------------------------------------------------------------------
 */

static SentWords sent_words(const Trace *trace, uint32_t row, const Note *n)
{
    Seg s;
    Bytes payload;
    if (!trace_seg(trace, row, &s, &payload))
        return SENT_OTHER_WORDS;
    if (!n->conn && !n->cause)
        return SENT_INJECTED;
    if (n->peer_row)
        return SENT_AGAIN;
    if (s.flags & SEG_RST)
        return SENT_RST_WORDS;
    if (s.flags & SEG_SYN)
        return s.flags & SEG_ACK ? SENT_SYN_ACK_WORDS : SENT_SYN_WORDS;
    if (s.flags & SEG_FIN)
        return s.len ? SENT_FIN_DATA_WORDS : SENT_FIN_WORDS;
    return s.len ? SENT_DATA_WORDS : s.flags & SEG_ACK ? SENT_ACK_WORDS : SENT_OTHER_WORDS;
}

static const char *template_of(const Facts *f)
{
    static const char *const power[2][LANG_COUNT] = {
        {"$h loses power: all it knew is gone, and nobody is told",
         "$h 断电：它所知道的一切都没有了，也没有人得到通知"},
        {"$h is switched on again: it knows nothing of its former connections",
         "$h 重新通电：对以前的连接一无所知"},
    };
    const Note *n = f->note;
    switch ((NoteKind)n->kind) {
    case NOTE_CALL: return why_call_words(n->a, f->lang);
    case NOTE_SENT: return why_sent_words(sent_words(f->trace, f->row, n), f->lang);
    case NOTE_TIMER: return why_timer_words(n->a, f->lang);
    case NOTE_APP: return why_app_words(n->a, f->lang);
    case NOTE_POWER: return power[n->a ? 1 : 0][f->lang];
    default: return why_kind_words((NoteKind)n->kind, f->lang);
    }
}

void why_detail(Text *t, const Trace *trace, uint32_t row, const Note *note, Lang lang,
                bool absolute)
{
    Facts f = {trace, note, row, lang, absolute};
    fill_all(t, template_of(&f), &f);
}

/* What else a learner wants to hear of the row at once: a new state, or that it was discarded. */
static bool is_consequence(const Note *d)
{
    return d->kind == NOTE_STATE || d->kind == NOTE_DROPPED || d->kind == NOTE_ERROR;
}

void why_sentence(Text *t, const Trace *trace, uint32_t row, Lang lang, bool absolute)
{
    static const char *const at[LANG_COUNT] = {"At ", ""};
    static const char *const between[LANG_COUNT] = {": ", "："};
    static const char *const then[LANG_COUNT] = {"; ", "；"};
    static const char *const stop[LANG_COUNT] = {".", "。"};
    const Note *n = trace_note(trace, row), *d;
    if (!n)
        return;
    text_add(t, at[lang]);
    text_time(t, n->at);
    text_add(t, between[lang]);
    why_detail(t, trace, row, n, lang, absolute);
    bool discarded = false;
    for (uint32_t i = 0; (d = trace_detail(trace, row, i)); i++) {
        if (!is_consequence(d) || (d->kind == NOTE_DROPPED && discarded))
            continue;
        static const char *const dropped[LANG_COUNT] = {"$h discards it", "$h 丢弃它"};
        Facts f = {trace, d, row, lang, absolute};
        text_add(t, then[lang]);
        if (d->kind == NOTE_DROPPED)
            fill_all(t, dropped[lang], &f);
        else
            why_detail(t, trace, row, d, lang, absolute);
        discarded = discarded || d->kind == NOTE_DROPPED;
    }
    text_add(t, stop[lang]);
}

/* ---- rules and causes --------------------------------------------------------------------------
 */

static void add_rule(Text *t, const Note *n, Lang lang)
{
    const RuleInfo *info = rule_info((RuleId)n->rule);
    text_add(t, "  ");
    rule_cite(t, (RuleId)n->rule);
    text_addf(t, " [%s] ", info->name);
    why_rule_text(t, (RuleId)n->rule, n->a, n->b, lang);
    text_char(t, '\n');
}

/* A rule that acted and is the reason of the row as well is told once. */
static bool told_before(const Trace *trace, uint32_t row, uint32_t i, uint16_t rule)
{
    const Note *d;
    for (uint32_t k = 0; k < i && (d = trace_detail(trace, row, k)); k++)
        if (d->kind == NOTE_RULE && d->rule == rule)
            return true;
    return false;
}

void why_rules(Text *t, const Trace *trace, uint32_t row, Lang lang)
{
    const Note *n = trace_note(trace, row), *d;
    bool own_told = false;
    if (!n)
        return;
    for (uint32_t i = 0; (d = trace_detail(trace, row, i)); i++) {
        if (d->kind != NOTE_RULE || d->rule == RULE_NONE || d->rule >= RULE_COUNT ||
            told_before(trace, row, i, d->rule))
            continue;
        own_told = own_told || d->rule == n->rule;
        add_rule(t, d, lang);
    }
    if (n->rule != RULE_NONE && n->rule < RULE_COUNT && !own_told)
        add_rule(t, n, lang);
}

uint32_t why_chain(const Trace *trace, uint32_t row, uint32_t *out, uint32_t cap)
{
    uint32_t count = 0;
    while (count < cap) {
        const Note *n = trace_note(trace, row);
        if (!n)
            break;
        out[count++] = row;
        if (n->cause == 0 || n->cause >= row)
            break; /* a learner's own act; or a cause that cannot be one */
        row = n->cause;
    }
    return count;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static void add_line(Text *t, const Trace *trace, uint32_t row, Lang lang, bool absolute)
{
    text_addf(t, "#%u ", row);
    why_sentence(t, trace, row, lang, absolute);
    text_char(t, '\n');
}

static bool has_rules(const Trace *trace, uint32_t row)
{
    const Note *d;
    for (uint32_t i = 0; (d = trace_detail(trace, row, i)); i++)
        if (d->kind == NOTE_RULE && d->rule != RULE_NONE)
            return true;
    return trace_note(trace, row)->rule != RULE_NONE;
}

/* Details that neither the sentence nor the rules have told. */
static bool is_telling(const Note *d)
{
    return d->kind == NOTE_SET || d->kind == NOTE_CLEARED || d->kind == NOTE_CWND ||
           d->kind == NOTE_RTT || d->kind == NOTE_STREAM || d->kind == NOTE_READ ||
           d->kind == NOTE_ANNOTATE || (d->kind == NOTE_RESULT && d->a != CALL_OK);
}

void why_row(Text *t, const Trace *trace, uint32_t row, Lang lang, bool absolute)
{
    static const char *const because[LANG_COUNT] = {"because of\n", "起因\n"};
    static const char *const rules[LANG_COUNT] = {"rules\n", "依据的规则\n"};
    static const char *const effects[LANG_COUNT] = {"also\n", "同时\n"};
    uint32_t chain[CHAIN_MAX];
    uint32_t count = why_chain(trace, row, chain, CHAIN_MAX);
    const Note *d;
    if (count == 0)
        return;
    add_line(t, trace, row, lang, absolute);
    if (has_rules(trace, row))
        text_add(t, rules[lang]);
    why_rules(t, trace, row, lang);
    bool any = false;
    for (uint32_t i = 0; (d = trace_detail(trace, row, i)); i++) {
        if (!is_telling(d))
            continue;
        text_add(t, any ? "" : effects[lang]);
        text_add(t, "  ");
        why_detail(t, trace, row, d, lang, absolute);
        text_char(t, '\n');
        any = true;
    }
    if (count > 1)
        text_add(t, because[lang]);
    for (uint32_t i = 1; i < count; i++) {
        text_add(t, "  ");
        add_line(t, trace, chain[i], lang, absolute);
    }
}
