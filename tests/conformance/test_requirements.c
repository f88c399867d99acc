/*
 * test_requirements.c: the table of requirements is complete and tells the truth.
 *
 * Complete: every identifier of RFC 9293's appendix B is there once. The truth: each file, rule,
 * knob and test that a row names exists, no MUST is without a test, and what is not simply met has
 * a note in both languages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/rule.h"
#include "core/lab/requirement.h"
#include "core/tcp/knob.h"

static uint32_t complaints;

static void complain(const Requirement *r, const char *what, Bytes word)
{
    complaints++;
    print_error("%s: %s%.*s\n", r->id, what, (int)word.len,
                word.len ? (const char *)word.data : "");
}

/* ---- names of tests ---- */

typedef struct Names {
    char (*name)[128];
    size_t count, cap;
} Names;

static Names cmocka_tests;

static void names_add(Names *names, const char *name, size_t len)
{
    if (names->count == names->cap) {
        names->cap = names->cap ? 2 * names->cap : 256;
        names->name = realloc(names->name, names->cap * sizeof *names->name);
        assert_non_null(names->name);
    }
    assert_true(len < sizeof *names->name);
    memcpy(names->name[names->count], name, len);
    names->name[names->count++][len] = '\0';
}

/* The names registered with cmocka_unit_test...(NAME in one source file. */
static void collect_from(const char *path)
{
    static char text[1 << 17];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t len = fread(text, 1, sizeof text - 1, f);
    text[len] = '\0';
    fclose(f);
    for (const char *at = text; (at = strstr(at, "cmocka_unit_test"));) {
        at = strchr(at, '(');
        if (!at)
            break;
        at++;
        names_add(&cmocka_tests, at, strcspn(at, ",) \n"));
    }
}

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n > k && strcmp(s + n - k, end) == 0;
}

static void collect_below(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[1024];
        struct stat info;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode) && depth > 0)
            collect_below(path, depth - 1);
        else if (ends_in(path, ".c"))
            collect_from(path);
    }
    closedir(dir);
}

static int collect(void **state)
{
    (void)state;
    collect_below(SANDWIRE_SOURCE_DIR "/tests", 1);
    return cmocka_tests.count > 100 ? 0 : -1;
}

static int forget(void **state)
{
    (void)state;
    free(cmocka_tests.name);
    return 0;
}

/* Is there a file of this name, in the folder, with the ending? */
static bool is_file(const char *folder, Bytes word, const char *ending)
{
    char path[1024];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s%.*s%s", SANDWIRE_SOURCE_DIR, folder, (int)word.len,
             (const char *)word.data, ending);
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool begins_with(Bytes word, const char *start, Bytes *rest)
{
    size_t n = strlen(start);
    if (word.len <= n || memcmp(word.data, start, n) != 0)
        return false;
    *rest = bytes_of(word.data + n, word.len - n);
    return true;
}

static bool test_exists(Bytes word)
{
    char name[160];
    Bytes rest;
    snprintf(name, sizeof name, "%.*s", (int)word.len, word.len ? (const char *)word.data : "");
    if (ends_in(name, ".sw"))
        return is_file("tests/scenarios/", word, "");
    if (ends_in(name, ".pkt"))
        return is_file("tests/pkt/", word, "");
    if (begins_with(word, "family:", &rest))
        return is_file("tests/pkt/generate/", rest, ".c");
    if (begins_with(word, "fuzz_", &rest))
        return is_file("tests/fuzz/", word, ".c");
    for (size_t i = 0; i < cmocka_tests.count; i++)
        if (strcmp(cmocka_tests.name[i], name) == 0)
            return true;
    return false;
}

/* ---- the tests ---- */

static size_t rows_of_id(const char *id)
{
    size_t n = 0;
    for (size_t i = 0; i < requirement_count(); i++)
        n += strcmp(requirement_at(i)->id, id) == 0;
    return n;
}

static void every_identifier_of_rfc_9293_is_there_once(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int count;
    } kinds[] = {{"MUST", 69}, {"SHLD", 31}, {"MAY", 18}, {"REC", 1}};
    size_t all = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (int n = 1; n <= kinds[k].count; n++, all++) {
            char id[16];
            snprintf(id, sizeof id, "%s-%d", kinds[k].word, n);
            if (rows_of_id(id) != 1)
                fail_msg("%s has %zu rows", id, rows_of_id(id));
        }
    }
    size_t rows = 0;
    for (size_t i = 0; i < requirement_count(); i++)
        rows += requirement_at(i)->rfc == 9293;
    assert_int_equal(all, 119);
    assert_int_equal(rows, all);
}

static void every_id_is_there_once_and_begins_with_its_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        char start[24];
        if (rows_of_id(r->id) != 1)
            fail_msg("%s has %zu rows", r->id, rows_of_id(r->id));
        snprintf(start, sizeof start, "RFC%u-%s", r->rfc, r->section);
        if (r->rfc != 9293 && strncmp(r->id, start, strlen(start)) != 0)
            fail_msg("%s does not begin with %s", r->id, start);
        if (!requirement_rfc_title(r->rfc)[0])
            fail_msg("RFC %u has no title", r->rfc);
    }
}

/* The level is in the identifier; only MUST NOT and SHOULD NOT are not. */
static void levels_agree_with_identifiers(void **state)
{
    (void)state;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        bool must = r->level == LEVEL_MUST || r->level == LEVEL_MUST_NOT;
        if (r->rfc == 9293 && must != (strncmp(r->id, "MUST", 4) == 0))
            fail_msg("%s has the level %s", r->id, requirement_level_text(r->level));
        if (r->rfc == 9293 && (r->level == LEVEL_MAY) != (strncmp(r->id, "MAY", 3) == 0))
            fail_msg("%s has the level %s", r->id, requirement_level_text(r->level));
    }
}

static bool has_chinese(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0xe3)
            return true;
    return false;
}

static void every_row_has_its_texts(void **state)
{
    (void)state;
    complaints = 0;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        const Bytes none = {0};
        if (!r->text[LANG_EN][0] || has_chinese(r->text[LANG_EN]) || !has_chinese(r->text[LANG_ZH]))
            complain(r, "a text is missing or in the wrong language", none);
        bool noted = r->note[LANG_EN][0] && has_chinese(r->note[LANG_ZH]);
        if (noted != (r->status != STATUS_MET))
            complain(r, "a row has a note exactly when it is not simply met", none);
    }
    assert_int_equal(complaints, 0);
}

static void what_a_row_names_exists(void **state)
{
    (void)state;
    complaints = 0;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        Bytes word, name;
        for (const char *at = r->where; requirement_next_word(&at, &word);) {
            bool known = begins_with(word, "rule:", &name)
                             ? rule_of_name((const char *)name.data, name.len) != RULE_NONE
                         : begins_with(word, "knob:", &name)
                             ? knob_of_name((const char *)name.data, name.len) < KNOB_COUNT
                             : is_file("", word, "");
            if (!known)
                complain(r, "there is no ", word);
        }
        for (const char *at = r->tests; requirement_next_word(&at, &word);)
            if (!test_exists(word))
                complain(r, "there is no test ", word);
        if (r->status == STATUS_MET && !r->where[0])
            complain(r, "met, but where?", (Bytes){0});
    }
    assert_int_equal(complaints, 0);
}

/* What is not there cannot be tested: such a MUST has a note instead, and is counted. The number
 * may only become smaller. */
enum { MUSTS_NOT_YET = 0 };

static void no_must_is_without_a_test(void **state)
{
    (void)state;
    uint32_t not_yet = 0;
    complaints = 0;
    for (size_t i = 0; i < requirement_count(); i++) {
        const Requirement *r = requirement_at(i);
        bool must = r->level == LEVEL_MUST || r->level == LEVEL_MUST_NOT;
        bool there = r->status == STATUS_MET || r->status == STATUS_PARTLY;
        if (there && !r->tests[0] && (must || r->level != LEVEL_MAY))
            complain(r, "has no test", (Bytes){0});
        not_yet += must && r->status == STATUS_NOT_YET;
    }
    print_message("MUST, not yet: %u\n", not_yet);
    assert_int_equal(complaints, 0);
    assert_in_range(not_yet, 0, MUSTS_NOT_YET);
}

static void words_find_their_rows(void **state)
{
    (void)state;
    const Requirement *karn = NULL;
    for (size_t i = 0; i < requirement_count(); i++)
        if (strcmp(requirement_at(i)->id, "MUST-18") == 0)
            karn = requirement_at(i);
    assert_non_null(karn);
    assert_true(requirement_is_meant(karn, "MUST-18") && requirement_is_meant(karn, "must-18"));
    assert_true(requirement_is_meant(karn, "9293") && requirement_is_meant(karn, "rfc9293"));
    assert_true(requirement_is_meant(karn, "3.8") && requirement_is_meant(karn, "3.8.1"));
    assert_false(requirement_is_meant(karn, "MUST-1") || requirement_is_meant(karn, "3.8.10"));
    assert_false(requirement_is_meant(karn, "3.80") || requirement_is_meant(karn, ""));
    assert_false(requirement_is_meant(karn, "rfc") || requirement_is_meant(karn, "99999999293"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_identifier_of_rfc_9293_is_there_once),
        cmocka_unit_test(every_id_is_there_once_and_begins_with_its_document),
        cmocka_unit_test(levels_agree_with_identifiers),
        cmocka_unit_test(every_row_has_its_texts),
        cmocka_unit_test(what_a_row_names_exists),
        cmocka_unit_test(no_must_is_without_a_test),
        cmocka_unit_test(words_find_their_rows),
    };
    return cmocka_run_group_tests(tests, collect, forget);
}
