/*
 * test_why.c - everything that can happen has a sentence in both languages, and a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/why.h"
#include "tests/lab/desk.h"

static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xe3)
            return true;
    return false;
}

/* A sentence a learner may be shown: nothing unfilled, in its language, not empty. */
static void check_words(const char *text, Lang lang, const char *what, uint64_t number)
{
    bool good = strlen(text) >= 4 && !strchr(text, '$') && !strchr(text, '?');
    good = good && (lang == LANG_ZH) == has_chinese(text);
    if (strstr(text, "? ") || strstr(text, "still closed?") || strstr(text, "still there?") ||
        strstr(text, "吗？"))
        good = !strchr(text, '$'); /* two timers ask a question */
    if (!good)
        print_error("%s %u: <%s>\n", what, (unsigned)number, text);
    assert_true(good);
}

static void every_rule_has_a_text_without_holes(void **state)
{
    (void)state;
    Text t = text_heap();
    for (int rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            text_clear(&t);
            why_rule_text(&t, (RuleId)rule, 1234, 5678, (Lang)lang);
            if (strchr(t.buf, '$') || t.len < 10 || (lang == LANG_ZH) != has_chinese(t.buf))
                print_error("%s: <%s>\n", rule_info((RuleId)rule)->name, t.buf);
            assert_null(strchr(t.buf, '$'));
            assert_true(t.len >= 10 && (lang == LANG_ZH) == has_chinese(t.buf));
        }
    text_heap_free(&t);
}

static void numbers_are_filled_in(void **state)
{
    (void)state;
    Text t = text_heap();
    why_rule_text(&t, RULE_RTO_SAMPLE, 100 * NANOS_MS, NANOS_S, LANG_EN);
    assert_non_null(strstr(t.buf, "100ms"));
    assert_non_null(strstr(t.buf, "1s"));
    text_clear(&t);
    why_rule_text(&t, RULE_COUNT, 0, 0, LANG_EN);
    assert_string_equal(t.buf, "");
    text_heap_free(&t);
}

/* A trace of one departure and, behind it, one row of the kind with the number a. */
static Trace *one_row(const Session *s, Note note)
{
    static Note notes[2];
    static uint8_t frame[100];
    Trace *t = trace_new(0);
    assert_non_null(t);
    Seg seg = {.flags = SEG_SYN, .seq = {1}, .src_port = 9, .dst_port = 80};
    size_t len = wire_encode(&seg, bytes_of(NULL, 0), frame, sizeof frame);
    notes[0] = (Note){.row = 1, .kind = NOTE_SENT, .conn = 1, .bytes_len = (uint32_t)len};
    notes[1] = note;
    Sink sink = {.notes = notes,
                 .note_cap = 2,
                 .note_count = 2,
                 .bytes = frame,
                 .byte_cap = 100,
                 .byte_count = (uint32_t)len};
    trace_take(t, session_world(s), &sink);
    return t;
}

/* How many values the number a of a kind may have. */
static uint64_t values_of(NoteKind kind)
{
    switch (kind) {
    case NOTE_CALL: return CMD_OP_COUNT;
    case NOTE_LOST: return LOST_WHY_COUNT;
    case NOTE_TIMER:
    case NOTE_SET:
    case NOTE_CLEARED: return TIMER_COUNT;
    case NOTE_APP: return APP_KIND_COUNT;
    case NOTE_ERROR: return CONN_ERROR_COUNT;
    case NOTE_RESULT: return CALL_STATUS_COUNT;
    case NOTE_DROPPED: return WIRE_ERROR_COUNT;
    case NOTE_STATE: return TCP_STATE_COUNT;
    default: return 2;
    }
}

static void every_kind_of_note_has_a_sentence(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    Text t = text_heap();
    for (int kind = NOTE_NONE + 1; kind < NOTE_KIND_COUNT; kind++) {
        bool is_row = kind < NOTE_STATE;
        for (uint64_t a = 0; a < values_of((NoteKind)kind); a++) {
            Note note = {.row = is_row ? 2 : 0,
                         .kind = (uint16_t)kind,
                         .host = HOST_B,
                         .conn = 1,
                         .peer_row = 1,
                         .rule = RULE_CHECKSUM,
                         .a = kind == NOTE_ANNOTATE ? a + 1 : a,
                         .b = 3};
            Trace *trace = one_row(s, note);
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                text_clear(&t);
                why_detail(&t, trace, is_row ? 2 : 1,
                           is_row ? trace_note(trace, 2) : trace_detail(trace, 1, 0), (Lang)lang,
                           false);
                check_words(t.buf, (Lang)lang, "kind", (uint64_t)kind * 1000 + a);
            }
            trace_free(trace);
        }
    }
    text_heap_free(&t);
    session_free(s);
}

static void a_whole_story_can_be_explained(void **state)
{
    (void)state;
    Text t = text_heap();
    for (uint64_t seed = 1; seed < 4; seed++) {
        Session *s = desk_new(seed, 0);
        desk_bad_wire_story(s);
        const Trace *trace = session_trace(s);
        for (uint32_t row = 1; row <= trace_last(trace); row++)
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                text_clear(&t);
                why_sentence(&t, trace, row, (Lang)lang, false);
                check_words(t.buf, (Lang)lang, "row", row);
                text_clear(&t);
                why_row(&t, trace, row, (Lang)lang, row % 2);
                assert_true(t.len > 10 && !t.full && !strchr(t.buf, '$'));
            }
        session_free(s);
    }
    text_heap_free(&t);
}

static void sentences_read_like_this(void **state)
{
    (void)state;
    static const struct {
        uint32_t row;
        const char *en, *zh;
    } want[] = {
        {2,
         "At 0.000s: the application at A calls connect: it wants a connection to port 80 of B; A "
         "goes from CLOSED to SYN-SENT.",
         "0.000s：A 的应用程序调用 connect：要与 B 的端口 80 建立连接；A 从 CLOSED 进入 "
         "SYN-SENT。"},
        {4, "At 0.050s: B receives #3 (SYN A); B goes from LISTEN to SYN-RECEIVED.",
         "0.050s：B 收到 #3（SYN A）；B 从 LISTEN 进入 SYN-RECEIVED。"},
    };
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    Text t = text_heap();
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        text_clear(&t);
        why_sentence(&t, session_trace(s), want[i].row, LANG_EN, false);
        assert_string_equal(t.buf, want[i].en);
        text_clear(&t);
        why_sentence(&t, session_trace(s), want[i].row, LANG_ZH, false);
        assert_string_equal(t.buf, want[i].zh);
    }
    text_heap_free(&t);
    session_free(s);
}

static void the_chain_leads_back_to_the_learner(void **state)
{
    (void)state;
    Session *s = desk_new(1, 0);
    desk_listen(s);
    desk_connect(s);
    desk_quiet(s);
    uint32_t chain[10];
    uint32_t n = why_chain(session_trace(s), 8, chain, 10);
    static const uint32_t want[] = {8, 7, 6, 5, 4, 3, 2};
    assert_int_equal(n, 7);
    assert_memory_equal(chain, want, sizeof want);
    assert_int_equal(why_chain(session_trace(s), 8, chain, 3), 3);
    assert_int_equal(why_chain(session_trace(s), 99, chain, 10), 0);
    Text t = text_heap();
    why_row(&t, session_trace(s), 99, LANG_EN, false);
    why_sentence(&t, session_trace(s), 99, LANG_EN, false);
    why_rules(&t, session_trace(s), 99, LANG_EN);
    assert_string_equal(t.buf, "");
    why_rules(&t, session_trace(s), 5, LANG_EN);
    assert_non_null(strstr(t.buf, "RFC 9293 3.5 [syn-ack] "));
    text_heap_free(&t);
    session_free(s);
}

/* Every event, in a story with loss, has a cause that is earlier, or is the learner's own. */
static void every_event_has_a_cause(void **state)
{
    (void)state;
    Session *s = desk_new(2, 0);
    desk_bad_wire_story(s);
    const Trace *t = session_trace(s);
    for (uint32_t row = 1; row <= trace_last(t); row++) {
        uint32_t chain[1000];
        uint32_t n = why_chain(t, row, chain, 1000);
        const Note *first = trace_note(t, chain[n - 1]);
        if (first->kind != NOTE_CALL)
            print_error("#%u ends at #%u of kind %u\n", row, chain[n - 1], first->kind);
        assert_int_equal(first->kind, NOTE_CALL);
    }
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_a_text_without_holes),
        cmocka_unit_test(numbers_are_filled_in),
        cmocka_unit_test(every_kind_of_note_has_a_sentence),
        cmocka_unit_test(a_whole_story_can_be_explained),
        cmocka_unit_test(sentences_read_like_this),
        cmocka_unit_test(the_chain_leads_back_to_the_learner),
        cmocka_unit_test(every_event_has_a_cause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
