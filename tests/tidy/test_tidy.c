/*
 * test_tidy.c - style that can be tested is tested.
 *
 * Every check runs over the whole tree. So that a check which has gone blind is noticed, each is
 * first shown samples that it must complain about, and samples that look alike and are fine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/tidy/checks.h"

static Tree tree;

static void run_over_the_tree(Check *check)
{
    Report report = {0};
    for (size_t i = 0; i < tree.count; i++)
        check(&tree.files[i], &tree, &report);
    assert_int_equal(report.complaints, 0);
}

/* ---- samples ---- */

typedef struct {
    int complaints;
    const char *path, *text;
} Sample;

static void show(Check *check, const Sample *samples, size_t count)
{
    /* What the samples may include. */
    Source files[] = {
        source_of("core/base/seq.h", ""),  source_of("core/tcp/tcb.h", ""),
        source_of("core/net/world.h", ""), source_of("core/lab/trace.h", ""),
        source_of("core/live/tap.h", ""),  source_of("repl/lang.h", ""),
        source_of("viz/scene.h", ""),      source_of("viz/sdl_window.h", ""),
        source_of("lessons/lesson.h", ""), source_of("tests/tidy/source.h", ""),
    };
    Tree small = {.files = files, .count = sizeof files / sizeof files[0]};
    for (size_t i = 0; i < count; i++) {
        Report report = {.quiet = true};
        Source source = source_of(samples[i].path, samples[i].text);
        check(&source, &small, &report);
        if (report.complaints != samples[i].complaints)
            print_error("sample %zu, %s: <%s>\n", i, samples[i].path, samples[i].text);
        assert_int_equal(report.complaints, samples[i].complaints);
        source_free(&source);
    }
    for (size_t i = 0; i < small.count; i++)
        source_free(&files[i]);
}

#define SHOW(check, ...)                                          \
    do {                                                          \
        const Sample samples[] = {__VA_ARGS__};                   \
        show(check, samples, sizeof samples / sizeof samples[0]); \
    } while (0)

static void includes_check_sees_each_layer(void **state)
{
    (void)state;
    SHOW(includes_point_down, {0, "core/tcp/a.c", "#include \"core/base/seq.h\"\n"},
         {0, "core/tcp/a.c", "#include \"core/tcp/tcb.h\"\n#include <string.h>\n"},
         {1, "core/base/a.c", "#include \"core/tcp/tcb.h\"\n"},
         {1, "core/tcp/a.c", "int x;\n#  include \"core/net/world.h\"\n"},
         {1, "core/net/a.h", "#include \"core/lab/trace.h\"\n"},
         {1, "core/lab/a.c", "#include \"core/live/tap.h\"\n"},
         {0, "core/live/a.c", "#include \"core/lab/trace.h\"\n"},
         {1, "core/live/a.c", "#include \"repl/lang.h\"\n"},
         {0, "repl/a.c", "#include \"core/lab/trace.h\"\n#include \"repl/lang.h\"\n"},
         {2, "repl/a.c", "#include \"viz/scene.h\"\n#include \"lessons/lesson.h\"\n"},
         {0, "repl/main.c", "#include \"viz/sdl_window.h\"\n#include \"lessons/lesson.h\"\n"},
         {0, "repl/sub_viz.c", "#include \"viz/sdl_window.h\"\n"},
         {1, "lessons/a.c", "#include \"viz/scene.h\"\n"},
         {0, "lessons/a.c", "#include \"repl/lang.h\"\n"},
         {2, "viz/a.c", "#include \"repl/lang.h\"\n#include \"viz/sdl_window.h\"\n"},
         {0, "viz/sdl_a.c", "#include \"repl/lang.h\"\n#include <SDL.h>\n"},
         {1, "viz/a.c", "#include <SDL.h>\n"}, {1, "repl/a.c", "#include <readline/readline.h>\n"},
         {0, "repl/front_a.c", "#include <readline/readline.h>\n"},
         {1, "core/tcp/a.c", "#include \"tcb.h\"\n"},
         {1, "core/tcp/a.c", "#include \"core/base/gone.h\"\n"},
         {1, "core/tcp/a.c", "#include \"tests/tidy/source.h\"\n"},
         {0, "core/base/a.c", "/* #include \"core/tcp/tcb.h\" */\n// #include \"x.h\"\n"});
}

static void purity_check_sees_each_forbidden_word(void **state)
{
    (void)state;
    SHOW(core_calls_nothing_impure, {1, "core/base/a.c", "void *p = malloc(3);"},
         {1, "core/net/a.c", "free (p);"}, {0, "core/lab/a.c", "free(malloc(3));"},
         {1, "core/tcp/a.c", "now = time(NULL);"}, {1, "core/lab/a.c", "now = time(NULL);"},
         {0, "core/tcp/a.c", "now = ctx->time(3) + w.clock(2);"},
         {0, "core/tcp/a.c", "Nanos time = now; bool free = true;"},
         {0, "core/tcp/a.c", "/* time(x) */ const char *s = \"rand() double\"; char c = '\"';"},
         {1, "core/tcp/a.c", "char c = '\"'; x = rand();"},
         {1, "core/base/a.h", "static inline double f(void);"}, {1, "core/net/a.c", "float x;"},
         {0, "core/lab/a.c", "double x;"}, {0, "core/net/a.c", "int double_check;"},
         {1, "core/tcp/a.c", "printf(\"x\");"}, {0, "core/tcp/a.c", "snprintf(b, n, \"x\");"},
         {2, "core/lab/a.c", "FILE *f = fopen(name, \"r\");"},
         {1, "core/base/a.c", "getenv(\"HOME\");"}, {1, "core/net/a.c", "assert(x);"},
         {0, "core/live/a.c", "malloc(time(0));"}, {0, "repl/a.c", "puts(\"x\");"},
         {0, "core/base/base.c", "fprintf(stderr, \"x\"); abort();"});
}

static void statics_check_tells_constants_from_variables(void **state)
{
    (void)state;
    SHOW(core_keeps_no_mutable_statics, {1, "core/tcp/a.c", "static int x;"},
         {1, "core/tcp/a.c", "static int x = 3;"}, {0, "core/tcp/a.c", "static const int x = 3;"},
         {0, "core/tcp/a.c", "static int f(int a)\n{\n    return a;\n}\n"},
         {1, "core/lab/a.c", "int f(void)\n{\n    static int calls;\n    return calls++;\n}\n"},
         {0, "core/tcp/a.c", "int f(void)\n{\n    static const int t[] = {1, 2};\n    int x;\n}\n"},
         {1, "core/tcp/a.c", "static const char *names[] = {\"a\"};"},
         {0, "core/tcp/a.c", "static const char *const names[] = {\"a\", \"b\"};"},
         {0, "core/tcp/a.c", "static const struct {\n    int a;\n} t[] = {{1}};\nint f(void);\n"},
         {0, "core/tcp/a.c", "static const struct {\n    char *a;\n} t[] = {{0}};"},
         {1, "core/tcp/a.c", "static struct {\n    const int a;\n} t;"},
         {1, "core/tcp/a.c", "static int (*hook)(int);"},
         {0, "core/tcp/a.c", "static int (*const hook)(int) = f;"},
         {1, "core/tcp/a.c", "int counter;\n"}, {1, "core/tcp/a.c", "int f(void) { }\nWorld w;\n"},
         {0, "core/tcp/a.h", "#define X \\\n int y;\nextern const int z;\nstruct S;\n"},
         {0, "core/tcp/a.h", "typedef struct {\n    int a;\n} T;\nenum { A, B };\n"},
         {0, "core/tcp/a.h", "struct S {\n    int a;\n};\nunion U { int a; };\nint f(int);\n"},
         {1, "core/tcp/a.c", "struct S {\n    int a;\n} s;\n"}, {1, "core/tcp/a.c", "struct S s;"},
         {0, "core/tcp/a.c",
          "const Row table[] = {\n    {1, \"a;b\"},\n};\nvoid f(void) { int x; }\n"},
         {0, "core/tcp/a.h", "static inline bool f(S *s)\n{\n    return s->x;\n}\n#endif\n"},
         {0, "core/tcp/a.h", "_Static_assert(sizeof(S) == 8, \"x\");\n"},
         {0, "repl/a.c", "static int x;"});
}

static void form_checks_see_what_is_ill_formed(void **state)
{
    (void)state;
#define TEN     "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
    SHOW(file_begins_with_an_essay, {0, "core/base/a.c", "/*\n * One.\n * Two.\n */\nint x;"},
         {0, "viz/a.h", "/* One\n   two. */\n"}, {1, "core/base/a.c", "int x;\n/* One\n * two */"},
         {1, "core/base/a.c", "\n/*\n * One.\n * Two.\n */\n"},
         {1, "repl/a.c", "/*\n *\n * Only one.\n *\n */\nint x;"},
         {1, "core/tcp/a.def", "ROW(1)\n"}, {1, "lessons/a.c", "/* one */\n/* two */\n"},
         {0, "tests/base/test_a.c", "int x;"}, {0, "lessons/en/a.md", "# Lesson\n"});
    SHOW(lines_are_short, {0, "core/a.c", HUNDRED "\n"}, {1, "core/a.c", "\n" HUNDRED "1\nx"},
         {1, "core/a.c", HUNDRED HUNDRED}, {2, "tests/a.c", HUNDRED "1\n" HUNDRED "2"},
         {0, "core/a.def",
          "// 中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文中文"},
         {1, "play", HUNDRED "1"}, {0, "README.md", HUNDRED "1"});
    SHOW(blanks_are_clean, {0, "core/a.c", "int x;\n"}, {1, "core/a.c", "\tint x;\n"},
         {1, "core/a.c", "int x; \nint y;\n"}, {1, "core/a.c", "int x;"},
         {1, "core/CMakeLists.txt", "a\r\n"}, {0, "README.md", "two  \nlines\n"});
    SHOW(no_note_to_self_is_left,
         {1, "core/a.c",
          "/* TO"
          "DO */"},
         {1, "a.md",
          "FIX"
          "ME"},
         {1, "core/a.c",
          "XX"
          "X: y"},
         {1, "play",
          "# HA"
          "CK"},
         {0, "core/a.c",
          "XX"
          "XX MTO"
          "DO TO"
          "DOS"});

    char lines[801 + 1] = "";
    memset(lines, '\n', 800);
    SHOW(files_are_short, {0, "core/a.c", lines});
    lines[800] = '\n';
    SHOW(files_are_short, {1, "core/a.c", lines}, {0, "README.md", lines});
}

static void root_check_knows_its_names(void **state)
{
    (void)state;
    Report report = {.quiet = true};
    name_belongs_in_the_root("core", &report);
    name_belongs_in_the_root(".ci", &report);
    assert_int_equal(report.complaints, 0);
    name_belongs_in_the_root("scratch.c", &report);
    name_belongs_in_the_root("docs", &report);
    assert_int_equal(report.complaints, 2);
}

static void tables_check_misses_no_text(void **state)
{
    (void)state;
#define RULE_FILE "core/base/rule.def"
    SHOW(table_rows_have_both_texts,
         {0, RULE_FILE,
          "RULE(A, \"a-b\", 9293, \"1\", 0,\n \"One, (\\\"two\\\")\" \" x\",\n \"中文\")"},
         {1, RULE_FILE, "RULE(A, \"a-b\", 9293, \"1\", 0, \"\", \"中文\")"},
         {1, RULE_FILE, "RULE(A, \"a-b\", 9293, \"1\", 0, \"One\", \" \")"},
         {1, RULE_FILE, "RULE(A, \"a-b\", 9293, \"1\", 0, \"One\", \"One\")"},
         {2, RULE_FILE, "RULE(A, \"a-b\", 9293, \"1\", 0, \"中文\", \"One\")"},
         {1, RULE_FILE, "RULE(A, \"a_b\", 9293, \"1\", 0, \"One\", \"中文\")"},
         {1, RULE_FILE, "RULE(A, \"A\", 9293, \"1\", 0, \"One\", \"中文\")"},
         {1, RULE_FILE, "RULE(A, \"a-\", 9293, \"1\", 0, \"One\", \"中文\")"},
         {1, RULE_FILE, "RULE(A, \"a\")"}, {1, RULE_FILE, "/* RULE(A) */\n"},
         {1, RULE_FILE,
          "RULE(A, \"a\", 1, \"1\", 0, \"x\", \"中\")\nRULE(B, \"a\", 1, \"1\", 0, \"x\", \"中\")"},
         {0, RULE_FILE,
          "RULE(A, \"a\", 1, \"1\", 0, \"x\", \"中\")\nRULE(B, \"b\", 1, \"1\", 0, \"x\", \"中\")"},
         {0, "core/tcp/knob.def", "KNOB(A, \"a_b\", 1, 2, \"\", \"One\", \"中文\")"},
         {1, "core/tcp/knob.def", "KNOB(A, \"a_b\", 1, 2, \"\", \"\", \"中文\")"});
}

/* ---- the tree ---- */

static void the_tree_is_there(void **state)
{
    (void)state;
    assert_non_null(tree_find(&tree, "tests/tidy/test_tidy.c"));
    assert_non_null(tree_find(&tree, "CMakeLists.txt"));
    assert_non_null(tree_find(&tree, "play"));
}

#define TREE_TEST(name, check)     \
    static void name(void **state) \
    {                              \
        (void)state;               \
        run_over_the_tree(check);  \
    }

TREE_TEST(every_include_points_down, includes_point_down)
TREE_TEST(the_core_calls_nothing_impure, core_calls_nothing_impure)
TREE_TEST(the_core_keeps_no_mutable_statics, core_keeps_no_mutable_statics)
TREE_TEST(every_file_begins_with_an_essay, file_begins_with_an_essay)
TREE_TEST(every_line_is_short, lines_are_short)
TREE_TEST(every_file_is_short, files_are_short)
TREE_TEST(all_blanks_are_clean, blanks_are_clean)
TREE_TEST(no_note_to_self_is_left_anywhere, no_note_to_self_is_left)
TREE_TEST(every_table_row_has_both_texts, table_rows_have_both_texts)

static void the_root_holds_only_what_belongs_there(void **state)
{
    (void)state;
    Report report = {0};
    for (size_t i = 0; i < tree.top_count; i++)
        name_belongs_in_the_root(tree.top[i], &report);
    assert_int_equal(report.complaints, 0);
}

static int read_tree(void **state)
{
    (void)state;
    tree = tree_read(SANDWIRE_SOURCE_DIR);
    return 0;
}

static int free_tree(void **state)
{
    (void)state;
    tree_free(&tree);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(includes_check_sees_each_layer),
        cmocka_unit_test(purity_check_sees_each_forbidden_word),
        cmocka_unit_test(statics_check_tells_constants_from_variables),
        cmocka_unit_test(form_checks_see_what_is_ill_formed),
        cmocka_unit_test(root_check_knows_its_names),
        cmocka_unit_test(tables_check_misses_no_text),
        cmocka_unit_test(the_tree_is_there),
        cmocka_unit_test(every_include_points_down),
        cmocka_unit_test(the_core_calls_nothing_impure),
        cmocka_unit_test(the_core_keeps_no_mutable_statics),
        cmocka_unit_test(every_file_begins_with_an_essay),
        cmocka_unit_test(every_line_is_short),
        cmocka_unit_test(every_file_is_short),
        cmocka_unit_test(all_blanks_are_clean),
        cmocka_unit_test(no_note_to_self_is_left_anywhere),
        cmocka_unit_test(every_table_row_has_both_texts),
        cmocka_unit_test(the_root_holds_only_what_belongs_there),
    };
    return cmocka_run_group_tests(tests, read_tree, free_tree);
}
