/*
 * predict.c: computing the answer of a prediction, and judging the learner's (predict.h).
 *
 * Each type has two small functions: one that fills the key from the world after `on:`, one that
 * reads what was typed and compares. A wrong answer looks for its `wrong NAME:`; names are read the
 * same way as answers, so `wrong A` fits a learner who types `a` or the number itself.
 */
#include "lessons/predict.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/state.h"
#include "core/lab/heap.h"
#include "lessons/desk.h"

static bool fail(const char *why[LANG_COUNT], const char *en, const char *zh)
{
    why[LANG_EN] = en;
    why[LANG_ZH] = zh;
    return false;
}

/* ---- reading small things ---- */

static size_t trim(const char **s)
{
    *s += strspn(*s, " \t");
    size_t n = strlen(*s);
    while (n > 0 && strchr(" \t\r\n", (*s)[n - 1]))
        n--;
    return n;
}

/* 42, -1, 1.5s, 200ms, 64KiB. *unit: it had a unit of time. */
static bool read_number(const char *s, size_t n, int64_t *out, bool *unit)
{
    static const struct {
        const char *name;
        int64_t value;
        bool time;
    } units[] = {{"", 1, false},          {"ns", 1, true},
                 {"us", 1000, true},      {"ms", 1000000, true},
                 {"s", 1000000000, true}, {"B", 1, false},
                 {"KiB", 1024, false},    {"MiB", 1024 * 1024, false}};
    size_t i = n > 0 && s[0] == '-' ? 1 : 0, digits = 0;
    int64_t whole = 0, part = 0, scale = 1;
    for (; i < n && s[i] >= '0' && s[i] <= '9' && digits < 12; i++, digits++)
        whole = whole * 10 + (s[i] - '0');
    if (i < n && s[i] == '.')
        for (i++; i < n && s[i] >= '0' && s[i] <= '9' && scale < 1000000000; i++, scale *= 10)
            part = part * 10 + (s[i] - '0');
    while (i < n && s[i] == ' ')
        i++;
    for (size_t u = 0; digits > 0 && u < sizeof units / sizeof units[0]; u++) {
        if (strlen(units[u].name) != n - i || memcmp(units[u].name, s + i, n - i) != 0)
            continue;
        if (whole > INT64_MAX / units[u].value / 2)
            return false;
        *unit = units[u].time;
        *out = whole * units[u].value + part * units[u].value / scale;
        *out = s[0] == '-' ? -*out : *out;
        return true;
    }
    return false;
}

/* 1: yes, 0: no, -1: neither. */
static int read_yesno(const char *s, size_t n)
{
    static const char *const words[2][7] = {{"no", "n", "false", "否", "不", "不是", "错"},
                                            {"yes", "y", "true", "是", "对", "会", "是的"}};
    for (int v = 0; v < 2; v++)
        for (size_t i = 0; i < 7; i++)
            if (strlen(words[v][i]) == n && memcmp(words[v][i], s, n) == 0)
                return v;
    return n == strlen("不会") && memcmp(s, "不会", n) == 0 ? 0 : -1;
}

/* A sequence number as learners write it: A+1, B, 4711. */
static bool read_seq(const PredictKey *key, const char *s, size_t n, Seq *out)
{
    char text[64];
    uint8_t payload[4];
    size_t len;
    SegParseError error;
    Seg seg = {0};
    if (n == 0 || n > 40 || memchr(s, ' ', n) || memchr(s, ':', n))
        return false;
    Text t = text_fixed(text, sizeof text);
    text_add(&t, "ACK ");
    for (size_t i = 0; i < n; i++)
        text_char(&t, s[i] == 'a' ? 'A' : s[i] == 'b' ? 'B' : s[i]);
    if (!segtext_parse(text, t.len, &key->names, HOST_A, &seg, payload, sizeof payload, &len,
                       &error))
        return false;
    *out = seg.seq;
    return true;
}

/* The number of a choice typed as its name or as 1, 2, 3; UINT32_MAX if it is none. */
static uint32_t read_choice(const Block *b, const char *s, size_t n)
{
    uint32_t i = 0;
    for (const Entry *e = block_entry(b, ENTRY_CHOICE); e;
         e = block_next(b, ENTRY_CHOICE, e), i++) {
        bool number = n == 1 && s[0] == (char)('1' + (int)i);
        if (number || (strlen(e->name) == n && memcmp(e->name, s, n) == 0))
            return i;
    }
    return UINT32_MAX;
}

static const Entry *choice_at(const Block *b, uint32_t i)
{
    const Entry *e = block_entry(b, ENTRY_CHOICE);
    for (; e && i > 0; i--)
        e = block_next(b, ENTRY_CHOICE, e);
    return e;
}

/* ---- the key ---- */

/* The departure that the question means, among the rows after `since`. */
static uint32_t find_segment(const Trace *trace, const SegmentQuery *q, uint32_t since)
{
    uint32_t found = 0;
    for (uint32_t row = since + 1; row <= trace_last(trace); row++) {
        const Note *n = trace_note(trace, row);
        if (!n || n->kind != NOTE_SENT || n->host != q->host)
            continue;
        found = row;
        if (!q->last)
            break;
    }
    return found;
}

static void print_field(Text *out, const PredictKey *key, const SegmentQuery *q)
{
    HostId peer = host_peer(q->host);
    switch ((SegmentField)q->field) {
    case SEGMENT_SEQ: segtext_seq(out, &key->names, q->host, key->seg.seq); break;
    case SEGMENT_ACK: segtext_seq(out, &key->names, peer, key->seg.ack); break;
    case SEGMENT_LEN: text_addf(out, "%u", key->seg.len); break;
    case SEGMENT_WIN: text_addf(out, "%u", key->seg.wnd); break;
    case SEGMENT_FLAGS: segtext_flags(out, key->seg.flags); break;
    default: segtext_print(out, &key->names, q->host, &key->seg, SEG_STYLE_SHORT); break;
    }
}

static bool compute_segment(const Entry *answer, Session *s, uint32_t since, PredictKey *key,
                            const char *why[LANG_COUNT])
{
    const Trace *trace = session_trace(s);
    uint32_t row = find_segment(trace, &answer->query, since);
    Bytes payload;
    if (row == 0 || !trace_seg(trace, row, &key->seg, &payload))
        return fail(why, "no such segment is sent", "没有发出这样的报文段");
    key->names = trace_names(trace, row, false);
    Text t = text_fixed(key->text, sizeof key->text);
    print_field(&t, key, &answer->query);
    return true;
}

static bool compute_choice(const Block *b, Session *s, PredictKey *key, const char *why[LANG_COUNT])
{
    uint32_t i = 0;
    for (const Entry *e = block_entry(b, ENTRY_CHOICE); e; e = block_next(b, ENTRY_CHOICE, e), i++)
        if (pred_true(e->pred, session_world(s), session_trace(s)))
            key->right[key->right_count++] = i;
    if (key->right_count == 0)
        return fail(why, "no choice is right", "没有一个选项是对的");
    Text t = text_fixed(key->text, sizeof key->text);
    text_add(&t, choice_at(b, key->right[0])->name);
    return key->right_count == 1 || fail(why, "two choices are right", "有两个选项都对");
}

/* The order in which the choices' expressions turn true between position `from` and now. */
static bool compute_order(const Block *b, Session *s, uint64_t from, PredictKey *key,
                          const char *why[LANG_COUNT])
{
    bool seen[LESSON_CHOICES_MAX] = {false};
    uint64_t end = session_position(s);
    uint32_t total = 0;
    session_goto_position(s, from);
    do {
        uint32_t i = 0, now = 0;
        for (const Entry *e = block_entry(b, ENTRY_CHOICE); e;
             e = block_next(b, ENTRY_CHOICE, e), i++) {
            if (seen[i] || !pred_true(e->pred, session_world(s), session_trace(s)))
                continue;
            seen[i] = true;
            key->right[key->right_count++] = i;
            now++;
        }
        total = i;
        if (now > 1)
            return fail(why, "two of them turn true at the same moment", "有两项在同一时刻成立");
    } while (session_position(s) < end && session_forward(s, 1) == 1);
    if (key->right_count < total)
        return fail(why, "one of them never turns true", "有一项从未成立");
    Text t = text_fixed(key->text, sizeof key->text);
    for (uint32_t i = 0; i < total; i++)
        text_addf(&t, "%s%s", i > 0 ? " " : "", choice_at(b, key->right[i])->name);
    return true;
}

static bool compute_value(const Block *b, Session *s, PredictKey *key, const char *why[LANG_COUNT])
{
    const Entry *answer = block_entry(b, ENTRY_ANSWER);
    const World *w = session_world(s);
    Text t = text_fixed(key->text, sizeof key->text);
    key->number = pred_number(answer->pred, w, session_trace(s));
    if (b->type == PREDICT_YESNO) {
        key->number = pred_true(answer->pred, w, session_trace(s));
        text_add(&t, key->number ? "yes" : "no");
        return true;
    }
    pred_print(&t, answer->pred, w, session_trace(s));
    if (b->type == PREDICT_NUMBER) {
        int64_t same;
        read_number(key->text, t.len, &same, &key->unit);
        return true;
    }
    key->state = (uint8_t)state_of_name(key->text, t.len);
    return key->state != TCP_STATE_COUNT || fail(why, "it is no state", "结果不是状态");
}

bool predict_compute(const Block *b, Shell *sh, PredictKey *key, const char *why[LANG_COUNT])
{
    memset(key, 0, sizeof *key);
    Shell *fork = desk_fork(sh);
    Session *s = shell_session(fork);
    const Entry *on = block_entry(b, ENTRY_ON), *answer = block_entry(b, ENTRY_ANSWER);
    uint32_t since = trace_last(session_trace(s));
    uint64_t from = session_position(s);
    Text said = text_heap();
    bool ok = !on || desk_run(fork, on->code, &said, NULL);
    if (!ok)
        fail(why, "a line of `on:` does not work here", "`on:` 中有一行在这里行不通");
    else if (b->type == PREDICT_CHOICE)
        ok = compute_choice(b, s, key, why);
    else if (b->type == PREDICT_ORDER)
        ok = compute_order(b, s, from, key, why);
    else if (b->type == PREDICT_SEGMENT || b->type == PREDICT_FIELD)
        ok = compute_segment(answer, s, since, key, why);
    else
        ok = compute_value(b, s, key, why);
    text_heap_free(&said);
    shell_free(fork);
    return ok;
}

/* ---- the learner's answer ---- */

/* The feedback of `wrong NAME`, else of `wrong else`. */
static void say_wrong(Text *out, const Block *b, const char *name, Lang lang)
{
    const Entry *e = name ? block_named(b, ENTRY_WRONG, name) : NULL;
    e = e ? e : block_named(b, ENTRY_WRONG, "else");
    if (e)
        text_add(out, entry_say(e, lang));
}

static PredictVerdict nothing(Text *out, PredictType type, Lang lang)
{
    text_addf(out, lang == LANG_ZH ? "请写%s。" : "Write %s.", predict_form(type, lang));
    return PREDICTED_NOTHING;
}

static PredictVerdict judge_state(const Block *b, const PredictKey *key, const char *s, size_t n,
                                  Lang lang, Text *out)
{
    TcpState given = state_of_name(s, n);
    if (given == TCP_STATE_COUNT)
        return nothing(out, b->type, lang);
    if (given == key->state)
        return PREDICTED_RIGHT;
    const char *name = NULL;
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e))
        if (state_of_name(e->name, strlen(e->name)) == given)
            name = e->name;
    say_wrong(out, b, name, lang);
    return PREDICTED_WRONG;
}

static PredictVerdict judge_number(const Block *b, const PredictKey *key, const char *s, size_t n,
                                   Lang lang, Text *out)
{
    int64_t given, other;
    bool unit, other_unit;
    if (!read_number(s, n, &given, &unit))
        return nothing(out, b->type, lang);
    if (key->unit && !unit && given != 0) {
        text_add(out, lang == LANG_ZH ? "请带上单位，例如 200ms 或 1s。"
                                      : "Write it with its unit, such as 200ms or 1s.");
        return PREDICTED_NOTHING;
    }
    if (given == key->number)
        return PREDICTED_RIGHT;
    const char *name = NULL;
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e))
        if (read_number(e->name, strlen(e->name), &other, &other_unit) && other == given)
            name = e->name;
    say_wrong(out, b, name, lang);
    return PREDICTED_WRONG;
}

static PredictVerdict judge_yesno(const Block *b, const PredictKey *key, const char *s, size_t n,
                                  Lang lang, Text *out)
{
    int given = read_yesno(s, n);
    if (given < 0)
        return nothing(out, b->type, lang);
    if (given == key->number)
        return PREDICTED_RIGHT;
    say_wrong(out, b, given ? "yes" : "no", lang);
    return PREDICTED_WRONG;
}

/* One field of a segment as a number that can be compared; false if it is none. */
static bool read_field(const PredictKey *key, SegmentField field, const char *s, size_t n,
                       uint64_t *out)
{
    Seq seq;
    int64_t number;
    uint16_t flags;
    bool unit, ok = false;
    if (field == SEGMENT_SEQ || field == SEGMENT_ACK) {
        ok = read_seq(key, s, n, &seq);
        *out = ok ? seq.v : 0;
    } else if (field == SEGMENT_FLAGS) {
        ok = segtext_parse_flags(s, n, &flags);
        *out = ok ? flags : 0;
    } else {
        ok = read_number(s, n, &number, &unit) && number >= 0;
        *out = ok ? (uint64_t)number : 0;
    }
    return ok;
}

static uint64_t field_of(const Seg *seg, SegmentField field)
{
    switch (field) {
    case SEGMENT_SEQ: return seg->seq.v;
    case SEGMENT_ACK: return seg->ack.v;
    case SEGMENT_LEN: return seg->len;
    case SEGMENT_FLAGS: return seg->flags;
    default: return seg->wnd;
    }
}

static PredictVerdict judge_field(const Block *b, const PredictKey *key, const char *s, size_t n,
                                  Lang lang, Text *out)
{
    SegmentField field = (SegmentField)block_entry(b, ENTRY_ANSWER)->query.field;
    uint64_t given, other;
    bool number = field == SEGMENT_SEQ || field == SEGMENT_ACK;
    if (!read_field(key, field, s, n, &given))
        return nothing(out, b->type, lang);
    if (given == field_of(&key->seg, field))
        return PREDICTED_RIGHT;
    if (number && s[0] >= '0' && s[0] <= '9') {
        text_add(out, lang == LANG_ZH ? "请写明从谁的初始序号数起：例如 A+1、B。"
                                      : "Say from whose initial number you count: A+1, B.");
        return PREDICTED_NOTHING;
    }
    const char *name = NULL;
    for (const Entry *e = block_entry(b, ENTRY_WRONG); e; e = block_next(b, ENTRY_WRONG, e))
        if (read_field(key, field, e->name, strlen(e->name), &other) && other == given)
            name = e->name;
    say_wrong(out, b, name, lang);
    return PREDICTED_WRONG;
}

/* A whole segment: the first field that differs gets its feedback. */
static PredictVerdict judge_segment(const Block *b, const PredictKey *key, const char *s, size_t n,
                                    Lang lang, Text *out)
{
    HostId from = block_entry(b, ENTRY_ANSWER)->query.host;
    uint8_t payload[64];
    size_t len;
    SegParseError error;
    Seg seg = key->seg; /* what is left out must not be right by accident: */
    seg.flags = 0;
    seg.len = 0;
    seg.seq = seq_add(seg.seq, 0x40000000);
    seg.ack = seq_add(seg.ack, 0x40000000);
    if (!segtext_parse(s, n, &key->names, from, &seg, payload, sizeof payload, &len, &error)) {
        text_add(out, error.text[lang] ? error.text[lang] : "");
        text_char(out, ' ');
        return nothing(out, b->type, lang);
    }
    static const SegmentField fields[] = {SEGMENT_FLAGS, SEGMENT_SEQ, SEGMENT_ACK, SEGMENT_LEN};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bool counts = fields[i] != SEGMENT_ACK || (key->seg.flags & SEG_ACK);
        uint64_t right = field_of(&key->seg, fields[i]), given = field_of(&seg, fields[i]);
        if (fields[i] == SEGMENT_FLAGS) { /* PSH says nothing that a beginner must foresee */
            right &= ~(uint64_t)SEG_PSH;
            given &= ~(uint64_t)SEG_PSH;
        }
        if (!counts || right == given)
            continue;
        const char *name = segment_field_name(fields[i]);
        text_addf(out, lang == LANG_ZH ? "`%s` 不对。" : "The `%s` is not right. ", name);
        say_wrong(out, b, name, lang);
        return PREDICTED_WRONG;
    }
    return PREDICTED_RIGHT;
}

static PredictVerdict judge_choice(const Block *b, const PredictKey *key, const char *s, size_t n,
                                   Lang lang, Text *out)
{
    uint32_t given = read_choice(b, s, n);
    if (given == UINT32_MAX)
        return nothing(out, b->type, lang);
    if (given == key->right[0])
        return PREDICTED_RIGHT;
    say_wrong(out, b, choice_at(b, given)->name, lang);
    return PREDICTED_WRONG;
}

static PredictVerdict judge_order(const Block *b, const PredictKey *key, const char *s, size_t n,
                                  Lang lang, Text *out)
{
    static const char blanks[] = " ,\t>";
    uint32_t count = 0;
    bool right = true;
    for (size_t i = 0; i < n;) {
        i += strspn(s + i, blanks);
        size_t len = strcspn(s + i, blanks);
        len = len < n - i ? len : n - i;
        if (i >= n)
            break;
        uint32_t given = read_choice(b, s + i, len);
        if (given == UINT32_MAX || count == key->right_count)
            return nothing(out, b->type, lang);
        right &= key->right[count++] == given;
        i += len;
    }
    if (count < key->right_count)
        return nothing(out, b->type, lang);
    if (!right)
        say_wrong(out, b, NULL, lang);
    return right ? PREDICTED_RIGHT : PREDICTED_WRONG;
}

PredictVerdict predict_judge(const Block *b, const PredictKey *key, const char *given, Lang lang,
                             Text *feedback)
{
    size_t n = trim(&given);
    switch (b->type) {
    case PREDICT_STATE: return judge_state(b, key, given, n, lang, feedback);
    case PREDICT_NUMBER: return judge_number(b, key, given, n, lang, feedback);
    case PREDICT_FIELD: return judge_field(b, key, given, n, lang, feedback);
    case PREDICT_SEGMENT: return judge_segment(b, key, given, n, lang, feedback);
    case PREDICT_CHOICE: return judge_choice(b, key, given, n, lang, feedback);
    case PREDICT_ORDER: return judge_order(b, key, given, n, lang, feedback);
    case PREDICT_YESNO: return judge_yesno(b, key, given, n, lang, feedback);
    default: return PREDICTED_NOTHING;
    }
}

const char *predict_form(PredictType type, Lang lang)
{
    static const char *const forms[PREDICT_TYPE_COUNT][LANG_COUNT] = {
        [PREDICT_NONE] = {"", ""},
        [PREDICT_STATE] = {"a state, such as ESTABLISHED", "一个状态，例如 ESTABLISHED"},
        [PREDICT_NUMBER] = {"a number, with its unit if it has one", "一个数，有单位的带上单位"},
        [PREDICT_FIELD] = {"the field's value, such as A+1 or B", "字段的值，例如 A+1 或 B"},
        [PREDICT_SEGMENT] = {"a segment, such as SYN+ACK B ack A+1",
                             "一个报文段，例如 SYN+ACK B ack A+1"},
        [PREDICT_CHOICE] = {"the number of a choice", "选项的编号"},
        [PREDICT_ORDER] = {"all the numbers in order, such as 2 1 3",
                           "按顺序写出全部编号，例如 2 1 3"},
        [PREDICT_YESNO] = {"yes or no", "“是”或“否”"},
    };
    return forms[type < PREDICT_TYPE_COUNT ? type : PREDICT_NONE][lang];
}

void predict_show(Text *out, const Block *b, const PredictKey *key, Lang lang)
{
    if (b->type == PREDICT_CHOICE) {
        text_addf(out, "%u) %s", key->right[0] + 1, entry_say(choice_at(b, key->right[0]), lang));
    } else if (b->type == PREDICT_ORDER) {
        for (uint32_t i = 0; i < key->right_count; i++)
            text_addf(out, "%s%u", i > 0 ? " " : "", key->right[i] + 1);
    } else if (b->type == PREDICT_YESNO && lang == LANG_ZH) {
        text_add(out, key->number ? "是" : "否");
    } else {
        text_add(out, key->text);
    }
}
