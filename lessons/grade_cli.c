/*
 * grade_cli.c: `sandwire grade` (lesson_cli.h).
 *
 *     sandwire grade EXERCISE ANSWER... [--format text|json] [--moment CHECK]
 */
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/cli_private.h"
#include "lessons/grade.h"
#include "lessons/library.h"

enum { ANSWERS_MAX = 1000 };

typedef struct GradeWords {
    const char *exercise, *moment;
    const char *answers[ANSWERS_MAX];
    uint32_t answer_count;
    bool json;
} GradeWords;

static int help(const CommandIo *io)
{
    static const char *const text[LANG_COUNT] = {
        "sandwire grade EXERCISE ANSWER... [--format text|json]\n"
        "sandwire grade EXERCISE ANSWER --moment CHECK > moment.sw\n"
        "\n"
        "EXERCISE is the id of an exercise (`sandwire lesson list`) or a Markdown file.\n"
        "ANSWER is a file with the lines that solve it, one command each, or a saved\n"
        "session.\n"
        "--moment writes the answer's own run, standing where CHECK failed; `load` shows\n"
        "it.\n"
        "\n"
        "Exit code: 0 every answer passed, 1 one did not, 2 not understood.\n"
        "\n"
        "Example\n"
        "  sandwire grade last-ack my-answer.sw\n",
        "sandwire grade EXERCISE ANSWER... [--format text|json]\n"
        "sandwire grade EXERCISE ANSWER --moment CHECK > moment.sw\n"
        "\n"
        "EXERCISE 是练习的 id（见 `sandwire lesson list`）或一个 Markdown 文件。\n"
        "ANSWER 是解答文件，每行一条命令；也可以是保存的会话。\n"
        "--moment 输出你的答案的运行过程，停在检查 CHECK 失败的时刻；可用 load 打开。\n"
        "\n"
        "退出码：0 全部通过，1 有答案没有通过，2 看不懂请求。\n"
        "\n"
        "例子\n"
        "  sandwire grade last-ack my-answer.sw\n"};
    io->write(io->user, text[io->lang], strlen(text[io->lang]));
    return CLI_GOOD;
}

static int read_words(const CommandIo *io, int argc, char **argv, GradeWords *w)
{
    *w = (GradeWords){0};
    for (int i = 0; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--format") == 0 && more) {
            const char *format = argv[++i];
            w->json = strcmp(format, "json") == 0;
            if (!w->json && strcmp(format, "text") != 0)
                return cli_refuse(io, "There is no format `%s`; there are text and json",
                                  "没有格式 `%s`；可用 text、json", format);
        } else if (strcmp(argv[i], "--moment") == 0 && more) {
            w->moment = argv[++i];
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return cli_refuse(io, "grade does not understand `%s`", "grade 看不懂 `%s`", argv[i]);
        } else if (!w->exercise) {
            w->exercise = argv[i];
        } else if (w->answer_count < ANSWERS_MAX) {
            w->answers[w->answer_count++] = argv[i];
        }
    }
    if (!w->exercise)
        return cli_refuse(io, "Which exercise? See `sandwire grade --help`%s",
                          "要评哪道练习？见 `sandwire grade --help`%s", "");
    if (w->answer_count == 0)
        return cli_refuse(io, "Where is the answer to %s? Give a file",
                          "%s 的答案在哪里？请给出文件", w->exercise);
    return CLI_GOOD;
}

static Lesson *load_exercise(const CommandIo *io, const char *name, int *status)
{
    Text path = text_heap(), said = text_heap();
    Diags diags = {0};
    Lesson *l = NULL;
    if (!library_find(&path, library_dir(io->lessons_dir), name)) {
        *status = cli_refuse(io, "There is no exercise `%s`; `sandwire lesson list` shows them",
                             "没有练习 `%s`；`sandwire lesson list` 列出全部练习", name);
    } else if (!(l = library_load(path.buf, &diags))) {
        diags_print(&said, &diags, io->lang);
        cli_complain(io, &said);
        *status = CLI_NOT_UNDERSTOOD;
    } else if (!lesson_exercise(l)) {
        *status = cli_refuse(io, "`%s` is no exercise: it has not exactly one task",
                             "`%s` 不是练习：它不是恰好有一个任务", name);
        lesson_free(l);
        l = NULL;
    }
    text_heap_free(&path);
    text_heap_free(&said);
    diags_free(&diags);
    return l;
}

/* The answer's bytes; more than may be is read, so that it can be refused as too large. */
static char *read_answer(const CommandIo *io, const char *path, size_t *len)
{
    const char *error = NULL;
    char *text = library_read(path, 4 * 1024 * 1024, len, &error);
    if (!text) {
        Text t = text_heap();
        text_addf(&t, "%s: %s\n", path, error);
        cli_complain(io, &t);
        text_heap_free(&t);
    }
    return text;
}

static int moment(const CommandIo *io, const Lesson *l, const GradeWords *w)
{
    size_t len;
    char *answer = read_answer(io, w->answers[0], &len);
    Text out = text_heap();
    int status = CLI_NOT_UNDERSTOOD;
    if (answer && grade_moment(l, bytes_of(answer, len), w->moment, &out)) {
        cli_write(io, &out);
        status = CLI_GOOD;
    } else if (answer) {
        status = cli_refuse(io, "There is no moment of `%s` (no such check, or a refused answer)",
                            "没有 `%s` 的时刻（没有这项检查，或答案未被评分）", w->moment);
    }
    text_heap_free(&out);
    free(answer);
    return status;
}

int grade_main(int argc, char **argv, const CommandIo *io)
{
    GradeWords w;
    int status = CLI_GOOD;
    if (cli_wants_help(argc, argv))
        return help(io);
    status = read_words(io, argc, argv, &w);
    Lesson *l = status == CLI_GOOD ? load_exercise(io, w.exercise, &status) : NULL;
    if (!l)
        return status;
    if (w.moment) {
        status = moment(io, l, &w);
        lesson_free(l);
        return status;
    }
    GradeResult *results = calloc(w.answer_count, sizeof *results);
    CHECK(results != NULL);
    uint32_t count = 0;
    for (uint32_t i = 0; i < w.answer_count; i++) {
        size_t len;
        char *answer = read_answer(io, w.answers[i], &len);
        if (answer) {
            grade_answer(l, w.answers[i], bytes_of(answer, len), io->lang, &results[count]);
            status = results[count++].passed || status != CLI_GOOD ? status : CLI_FAILED;
        } else {
            status = CLI_NOT_UNDERSTOOD;
        }
        free(answer);
    }
    Text out = text_heap();
    if (w.json)
        grade_print_json(&out, results, count);
    for (uint32_t i = 0; !w.json && i < count; i++)
        grade_print_text(&out, &results[i], io->color);
    cli_write(io, &out);
    text_heap_free(&out);
    for (uint32_t i = 0; i < count; i++)
        grade_free(&results[i]);
    free(results);
    lesson_free(l);
    return status;
}
