/*
 * test_schema.c - the table of fields is complete, and says what it should in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/lab/heap.h"
#include "core/lab/schema.h"
#include "core/net/canon.h"

static const size_t sizes[SCHEMA_COUNT] = {
    [SCHEMA_TCB] = sizeof(Tcb),       [SCHEMA_HOST] = sizeof(Host), [SCHEMA_LINK] = sizeof(Link),
    [SCHEMA_PACKET] = sizeof(Packet), [SCHEMA_SENT] = sizeof(Sent), [SCHEMA_APP] = sizeof(App),
    [SCHEMA_WORLD] = sizeof(World),
};

/* How often the rows name each byte: once. */
static void the_rows_tile_each_struct_exactly(void **state)
{
    (void)state;
    for (int of = 0; of < SCHEMA_COUNT; of++) {
        static uint8_t named[65536];
        size_t count;
        const Field *f = schema_fields((SchemaOf)of, &count);
        memset(named, 0, sizeof named);
        for (size_t i = 0; i < count; i++) {
            assert_true(f[i].offset + f[i].size <= sizes[of]);
            for (size_t k = 0; k < f[i].size; k++)
                named[f[i].offset + k]++;
        }
        for (size_t k = 0; k < sizes[of]; k++)
            if (named[k] != 1)
                print_error("schema %d: byte %zu of %zu is named %u times\n", of, k, sizes[of],
                            named[k]);
        for (size_t k = 0; k < sizes[of]; k++)
            assert_int_equal(named[k], 1);
    }
}

static void the_rows_stand_in_the_order_of_the_struct(void **state)
{
    (void)state;
    for (int of = 0; of < SCHEMA_COUNT; of++) {
        size_t count;
        const Field *f = schema_fields((SchemaOf)of, &count);
        for (size_t i = 1; i < count; i++)
            assert_true(f[i].offset > f[i - 1].offset);
    }
}

static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xe3)
            return true;
    return false;
}

static void every_row_is_documented_in_both_languages(void **state)
{
    (void)state;
    for (int of = 0; of < SCHEMA_COUNT; of++) {
        size_t count;
        const Field *f = schema_fields((SchemaOf)of, &count);
        for (size_t i = 0; i < count; i++) {
            assert_true(strlen(f[i].text[LANG_EN]) > 5 && !has_chinese(f[i].text[LANG_EN]));
            assert_true(has_chinese(f[i].text[LANG_ZH]));
            assert_true(strlen(f[i].path) > 0);
        }
    }
}

static void every_path_is_found_and_is_unique(void **state)
{
    (void)state;
    for (int of = 0; of < SCHEMA_COUNT; of++) {
        size_t count;
        const Field *f = schema_fields((SchemaOf)of, &count);
        for (size_t i = 0; i < count; i++) {
            const Field *found = schema_find((SchemaOf)of, f[i].path, strlen(f[i].path));
            assert_ptr_equal(found, f[i].type == FIELD_RESERVED ? NULL : &f[i]);
        }
    }
    assert_null(schema_find(SCHEMA_TCB, "snd", 3));
    assert_null(schema_find(SCHEMA_TCB, "snd.unb", 7));
    assert_null(schema_find(SCHEMA_TCB, "", 0));
}

static void the_last_part_is_enough_where_it_is_clear(void **state)
{
    (void)state;
    assert_string_equal(schema_find(SCHEMA_TCB, "irs", 3)->path, "rcv.irs");
    assert_string_equal(schema_find(SCHEMA_TCB, "cwnd", 4)->path, "cc.cwnd");
    assert_null(schema_find(SCHEMA_TCB, "wnd", 3)); /* snd.wnd or rcv.wnd? */
    assert_string_equal(schema_find(SCHEMA_TCB, "state", 5)->path, "state");
}

static void every_knob_is_a_field_of_its_host(void **state)
{
    (void)state;
    Host host = {0};
    for (int k = 0; k < KNOB_COUNT; k++) {
        const char *name = knob_info((KnobId)k)->name;
        host.knob[k] = 1000u + (unsigned)k;
        const Field *f = schema_find(SCHEMA_HOST, name, strlen(name));
        assert_non_null(f);
        assert_int_equal(schema_value(f, &host), 1000 + k);
    }
}

static const char *shown(Text *t, const char *path, const Tcb *tcb, bool absolute)
{
    text_clear(t);
    schema_print(t, schema_find(SCHEMA_TCB, path, strlen(path)), tcb, tcb, absolute);
    return t->buf;
}

static void fields_print_as_a_learner_reads_them(void **state)
{
    (void)state;
    Text t = text_heap();
    Tcb b = {.host = HOST_B,
             .state = ESTABLISHED,
             .rto = 1500 * NANOS_MS,
             .remote_addr = 0x0a000001,
             .error = CONN_RESET,
             .used = 1};
    b.snd.iss = seq_of(7000);
    b.snd.una = seq_of(7001);
    b.rcv.irs = seq_of(4000);
    b.rcv.nxt = seq_of(4006);
    b.cc.ssthresh = UINT32_MAX;
    b.due[TIMER_REXMIT] = NANOS_NEVER;
    assert_string_equal(shown(&t, "snd.una", &b, false), "B+1");
    assert_string_equal(shown(&t, "snd.una", &b, true), "7001");
    assert_string_equal(shown(&t, "rcv.nxt", &b, false), "A+6");
    assert_string_equal(shown(&t, "snd.iss", &b, false), "7000");
    assert_string_equal(shown(&t, "state", &b, false), "ESTABLISHED");
    assert_string_equal(shown(&t, "rto", &b, false), "1.5s");
    assert_string_equal(shown(&t, "due.rexmit", &b, false), "never");
    assert_string_equal(shown(&t, "remote_addr", &b, false), "10.0.0.1");
    assert_string_equal(shown(&t, "error", &b, false), "ECONNRESET");
    assert_string_equal(shown(&t, "used", &b, false), "yes");
    assert_string_equal(shown(&t, "host", &b, false), "B");
    assert_string_equal(shown(&t, "cc.ssthresh", &b, false), "unset");
    text_heap_free(&t);
}

static void counters_and_row_numbers_do_not_vote(void **state)
{
    (void)state;
    static const char *const silent[] = {"segs_in", "rexmits", "armed.rexmit", "tx.head"};
    static const char *const loud[] = {"state", "snd.una", "due.rexmit", "cc.cwnd", "rx.len"};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        assert_false(schema_find(SCHEMA_TCB, silent[i], strlen(silent[i]))->votes);
    for (size_t i = 0; i < sizeof loud / sizeof *loud; i++)
        assert_true(schema_find(SCHEMA_TCB, loud[i], strlen(loud[i]))->votes);
}

/* Is any byte of the field one that the canonical hash looks at? */
static bool is_hashed(const CanonField *rows, size_t count, const Field *f)
{
    for (size_t i = 0; i < count; i++) {
        bool meets =
            rows[i].offset < f->offset + f->size && f->offset < rows[i].offset + rows[i].size;
        if (meets && rows[i].kind < CANON_COUNT)
            return true;
    }
    return false;
}

static void what_votes_is_what_the_canonical_hash_looks_at(void **state)
{
    (void)state;
    static const CanonOf same[SCHEMA_COUNT] = {
        [SCHEMA_TCB] = CANON_OF_TCB,    [SCHEMA_HOST] = CANON_OF_HOST,
        [SCHEMA_LINK] = CANON_OF_LINK,  [SCHEMA_PACKET] = CANON_OF_PACKET,
        [SCHEMA_SENT] = CANON_OF_SENT,  [SCHEMA_APP] = CANON_OF_APP,
        [SCHEMA_WORLD] = CANON_OF_COUNT};
    for (int of = 0; of < SCHEMA_WORLD; of++) {
        size_t count, rows_count;
        const Field *f = schema_fields((SchemaOf)of, &count);
        const CanonField *rows = canon_fields(same[of], &rows_count);
        for (size_t i = 0; i < count; i++) {
            if (f[i].votes != is_hashed(rows, rows_count, &f[i]))
                print_error("%s: votes %d in schema.def, but not so in core/net/canon.def\n",
                            f[i].path, f[i].votes);
            assert_int_equal(f[i].votes, is_hashed(rows, rows_count, &f[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_tile_each_struct_exactly),
        cmocka_unit_test(the_rows_stand_in_the_order_of_the_struct),
        cmocka_unit_test(every_row_is_documented_in_both_languages),
        cmocka_unit_test(every_path_is_found_and_is_unique),
        cmocka_unit_test(the_last_part_is_enough_where_it_is_clear),
        cmocka_unit_test(every_knob_is_a_field_of_its_host),
        cmocka_unit_test(fields_print_as_a_learner_reads_them),
        cmocka_unit_test(counters_and_row_numbers_do_not_vote),
        cmocka_unit_test(what_votes_is_what_the_canonical_hash_looks_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
