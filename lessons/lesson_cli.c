/*
 * lesson_cli.c: `sandwire lesson` (lesson_cli.h).
 *
 * Words in, text out: finding lessons, the interactive loop, the content check. What a lesson does
 * is in player.c, what is right in check.c; here is only who calls whom, and the files between.
 */
#include "lessons/lesson_cli.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/check.h"
#include "lessons/cli_private.h"
#include "lessons/library.h"
#include "lessons/progress.h"
#include "lessons/reading.h"
#include "repl/ink.h"
#include "repl/width.h"

void cli_write(const CommandIo *io, const Text *t)
{
    io->write(io->user, t->buf, t->len);
}

void cli_complain(const CommandIo *io, const Text *t)
{
    if (io->complain)
        io->complain(io->user, t->buf, t->len);
    else
        cli_write(io, t);
}

int cli_refuse(const CommandIo *io, const char *en, const char *zh, const char *what)
{
    Text t = text_heap();
    text_addf(&t, io->lang == LANG_ZH ? zh : en, what);
    text_char(&t, '\n');
    cli_complain(io, &t);
    text_heap_free(&t);
    return CLI_NOT_UNDERSTOOD;
}

bool cli_wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int help(const CommandIo *io)
{
    static const char *const text[LANG_COUNT] = {
        "sandwire lesson [list]              the lessons, and how far you are\n"
        "sandwire lesson start ID            play a lesson; it goes on where you left it\n"
        "sandwire lesson start ID --again    ... from its beginning\n"
        "sandwire lesson start ID --presenter   ... with the presenter's notes\n"
        "sandwire lesson progress            what you have solved\n"
        "sandwire lesson check [PATH...]     test lessons: solutions, demos, translations\n"
        "        --accept                    take over what the demos print now\n"
        "        --stamp                     mark translations as up to date\n"
        "\n"
        "Examples\n"
        "  sandwire lesson start opening\n"
        "  sandwire lesson check lessons/en/loss.md\n"
        "\n"
        "Lessons are Markdown files; SANDWIRE_LESSONS names another directory.\n",
        "sandwire lesson [list]              列出课程和你的进度\n"
        "sandwire lesson start ID            学习一课，从上次停下的地方继续\n"
        "sandwire lesson start ID --again    从头开始\n"
        "sandwire lesson start ID --presenter   同时显示讲课人的备注\n"
        "sandwire lesson progress            已经完成了什么\n"
        "sandwire lesson check [PATH...]     检查课程：解答、演示、译文\n"
        "        --accept                    采用演示现在的输出\n"
        "        --stamp                     标记译文已与原文核对\n"
        "\n"
        "例子\n"
        "  sandwire lesson start opening\n"
        "  sandwire lesson check lessons/en/loss.md\n"
        "\n"
        "课程是 Markdown 文件；环境变量 SANDWIRE_LESSONS 可以指定别的目录。\n"};
    io->write(io->user, text[io->lang], strlen(text[io->lang]));
    return CLI_GOOD;
}

/* ---- progress ---- */

static void progress_path(Text *path, const CommandIo *io)
{
    if (io->progress_path)
        text_add(path, io->progress_path);
    else
        progress_default_path(path);
}

/* A progress that cannot be read is said so, and an empty one taken: learning goes on. */
static void load_progress(Progress *p, const CommandIo *io)
{
    Text path = text_heap();
    const char *error = NULL;
    *p = (Progress){0};
    progress_path(&path, io);
    if (path.len > 0 && !progress_load(p, path.buf, &error))
        cli_refuse(io, "Your progress cannot be read: %s", "无法读取学习进度：%s", error);
    text_heap_free(&path);
}

/* ---- list ---- */

static void count_done(const Lesson *l, const LessonProgress *done, uint32_t *solved,
                       uint32_t *total)
{
    *solved = *total = 0;
    for (uint32_t i = 0; i < l->block_count; i++) {
        const Block *b = l->blocks[i];
        if (b->kind != BLOCK_PREDICT && b->kind != BLOCK_TASK)
            continue;
        ++*total;
        for (uint32_t k = 0; done && k < done->block_count; k++)
            *solved +=
                strcmp(done->blocks[k].id, b->id) == 0 && done->blocks[k].status == BLOCK_SOLVED;
    }
}

static void print_entry(Text *out, const Lesson *l, const LessonProgress *done, const CommandIo *io)
{
    uint32_t solved, total;
    count_done(l, done, &solved, &total);
    text_add(out, "  ");
    width_pad(out, l->id, 20);
    text_char(out, ' ');
    width_pad(out, lesson_title(l, io->lang), 34);
    if (l->minutes > 0)
        text_addf(out, io->lang == LANG_ZH ? " %u 分钟" : " %u min", l->minutes);
    text_addf(out, "  %u/%u", solved, total);
    if (done && done->finished)
        text_add(out, io->lang == LANG_ZH ? "  学完" : "  finished");
    text_char(out, '\n');
}

typedef struct Listed {
    Lesson *lesson;
    bool exercise;
} Listed;

static int by_order(const void *a, const void *b)
{
    const Listed *x = a, *y = b;
    if (x->exercise != y->exercise)
        return x->exercise - y->exercise;
    if (x->lesson->order != y->lesson->order)
        return x->lesson->order < y->lesson->order ? -1 : 1;
    return strcmp(x->lesson->id, y->lesson->id);
}

/* Reads all lessons of the directory; complains about those that cannot be read. */
static uint32_t load_all(const CommandIo *io, const Library *lib, Listed *listed, int *status)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < lib->count; i++) {
        Diags diags = {0};
        Text out = text_heap();
        Lesson *l = library_load(lib->entries[i].path, &diags);
        if (l) {
            listed[count++] = (Listed){l, lib->entries[i].exercise};
        } else {
            diags_print(&out, &diags, io->lang);
            cli_complain(io, &out);
            *status = CLI_FAILED;
        }
        text_heap_free(&out);
        diags_free(&diags);
    }
    if (count > 0)
        qsort(listed, count, sizeof *listed, by_order);
    return count;
}

static int list(const CommandIo *io, bool only_begun)
{
    Library lib;
    Progress progress;
    Text out = text_heap();
    int status = CLI_GOOD;
    const char *dir = library_dir(io->lessons_dir);
    library_list(&lib, dir);
    load_progress(&progress, io);
    Listed *listed = arena_get(&lib.arena, (lib.count + 1) * sizeof *listed);
    uint32_t count = load_all(io, &lib, listed, &status);
    for (uint32_t i = 0; i < count; i++) {
        const LessonProgress *done = progress_find(&progress, listed[i].lesson->id);
        if (only_begun && !done)
            continue;
        if (listed[i].exercise && (i == 0 || !listed[i - 1].exercise) && !only_begun)
            text_add(&out, io->lang == LANG_ZH ? "\n练习（sandwire grade 评分）\n"
                                               : "\nExercises (graded by `sandwire grade`)\n");
        print_entry(&out, listed[i].lesson, done, io);
    }
    if (lib.count == 0)
        status = cli_refuse(io, "There are no lessons in %s", "%s 中没有课程", dir);
    else if (only_begun && out.len == 0)
        text_add(&out, io->lang == LANG_ZH ? "还没有开始任何课程；请看 `sandwire lesson list`。\n"
                                           : "Nothing begun yet; see `sandwire lesson list`.\n");
    cli_write(io, &out);
    for (uint32_t i = 0; i < count; i++)
        lesson_free(listed[i].lesson);
    text_heap_free(&out);
    progress_free(&progress);
    library_free(&lib);
    return status;
}

/* ---- start ---- */

static void keep(Reading *r, const CommandIo *io)
{
    Text said = text_heap();
    reading_keep(r, &said);
    cli_complain(io, &said);
    text_heap_free(&said);
}

/* The prompt's last line is asked with; what stands before it is printed. */
static char *ask(Player *p, const CommandIo *io)
{
    Text prompt = text_heap();
    player_prompt(p, &prompt);
    char *last = strrchr(prompt.buf, '\n');
    if (last) {
        io->write(io->user, prompt.buf, (size_t)(last - prompt.buf) + 1);
        last++;
    }
    char *line = io->read_line ? io->read_line(io->user, last ? last : prompt.buf) : NULL;
    text_heap_free(&prompt);
    return line;
}

static void show(Player *p, const CommandIo *io)
{
    Text out = text_heap();
    text_char(&out, '\n');
    player_screen(p, &out);
    text_char(&out, '\n');
    cli_write(io, &out);
    text_heap_free(&out);
}

static void play(Reading *r, const CommandIo *io)
{
    PlayerStatus status = PLAYER_STAYS;
    show(r->player, io);
    for (char *line; status != PLAYER_LEFT && (line = ask(r->player, io)); free(line)) {
        Text out = text_heap();
        status = player_line(r->player, line, &out);
        cli_write(io, &out);
        text_heap_free(&out);
        keep(r, io);
        if (status == PLAYER_MOVED || status == PLAYER_ENDED)
            show(r->player, io);
        if (status == PLAYER_ENDED)
            status = PLAYER_LEFT;
    }
    keep(r, io);
}

static int start(const CommandIo *io, const char *name, bool again, bool presenter)
{
    ShellOptions options = {.lang = io->lang,
                            .color = io->color,
                            .ascii = io->ascii,
                            .width = io->width,
                            .interrupt = io->interrupt};
    ReadingOptions wanted = {.player = {.lang = io->lang,
                                        .color = io->color,
                                        .width = io->width,
                                        .presenter = presenter},
                             .lessons_dir = io->lessons_dir,
                             .progress_path = io->progress_path,
                             .again = again};
    Shell *sh = shell_new(&options);
    CHECK(sh != NULL);
    Text said = text_heap();
    Reading reading;
    int status = CLI_GOOD;
    switch (reading_open(&reading, name, sh, &wanted, &said)) {
    case READING_OPEN:
        cli_complain(io, &said);
        play(&reading, io);
        break;
    case READING_NOT_FOUND:
        status = cli_refuse(io, "There is no lesson `%s`; `sandwire lesson list` shows them",
                            "没有课程 `%s`；`sandwire lesson list` 列出全部课程", name);
        break;
    case READING_WRONG:
        status = CLI_FAILED;
        cli_complain(io, &said);
        break;
    }
    text_heap_free(&said);
    reading_close(&reading);
    shell_free(sh);
    return status;
}

/* ---- check ---- */

static bool read_glossary(Glossary *g, const char *dir, Diags *diags)
{
    Text path = text_heap();
    const char *error;
    size_t len;
    text_addf(&path, "%s/glossary.md", dir);
    char *text = library_read(path.buf, LESSON_BYTES_MAX, &len, &error);
    *g = (Glossary){0};
    if (text)
        glossary_read(g, &(Source){path.buf, text, len}, diags);
    text_heap_free(&path);
    if (!text)
        return false;
    free(text);
    return true;
}

typedef enum Mending { MEND_NOTHING, MEND_ACCEPT, MEND_STAMP } Mending;

static int mend(const CommandIo *io, const char *path, Mending what)
{
    const char *error = NULL;
    int n = what == MEND_ACCEPT ? check_accept(path, &error) : check_stamp(path, &error);
    Text out = text_heap();
    if (n < 0)
        text_addf(&out, "%s: %s\n", path, error ? error : "?");
    else if (what == MEND_ACCEPT)
        text_addf(&out, io->lang == LANG_ZH ? "%s：更新了 %d 个演示\n" : "%s: %d demos changed\n",
                  path, n);
    else
        text_addf(&out, io->lang == LANG_ZH ? "%s：更新了 %d 处标记\n" : "%s: %d stamps changed\n",
                  path, n);
    cli_write(io, &out);
    text_heap_free(&out);
    return n < 0 ? CLI_FAILED : CLI_GOOD;
}

static int check_one(const CommandIo *io, const char *path, const Glossary *g)
{
    Diags diags = {0};
    Text out = text_heap();
    check_file(path, g, &diags);
    diags_print(&out, &diags, io->lang);
    if (diags.total == 0)
        text_addf(&out, io->lang == LANG_ZH ? "%s：没有问题\n" : "%s: all is well\n", path);
    cli_write(io, &out);
    int status = diags.total == 0 ? CLI_GOOD : CLI_FAILED;
    text_heap_free(&out);
    diags_free(&diags);
    return status;
}

static int check_path(const CommandIo *io, const char *path, const Glossary *g, Mending what)
{
    return what == MEND_NOTHING ? check_one(io, path, g) : mend(io, path, what);
}

static int check(const CommandIo *io, int argc, char **argv)
{
    const char *dir = library_dir(io->lessons_dir);
    Mending what = MEND_NOTHING;
    Glossary glossary;
    Diags diags = {0};
    int status = CLI_GOOD, paths = 0;
    bool listed = read_glossary(&glossary, dir, &diags);
    if (diags.total > 0) {
        Text out = text_heap();
        diags_print(&out, &diags, io->lang);
        cli_write(io, &out);
        text_heap_free(&out);
        status = CLI_FAILED;
    }
    for (int i = 0; i < argc; i++)
        what = strcmp(argv[i], "--accept") == 0  ? MEND_ACCEPT
               : strcmp(argv[i], "--stamp") == 0 ? MEND_STAMP
                                                 : what;
    for (int i = 0; i < argc && status != CLI_NOT_UNDERSTOOD; i++) {
        Text path = text_heap();
        if (argv[i][0] == '-') {
            if (strcmp(argv[i], "--accept") != 0 && strcmp(argv[i], "--stamp") != 0)
                status =
                    cli_refuse(io, "lesson check knows no `%s`", "lesson check 没有 `%s`", argv[i]);
        } else if (++paths && !library_find(&path, dir, argv[i])) {
            status = cli_refuse(io, "There is no lesson %s", "没有课程 %s", argv[i]);
        } else {
            int one = check_path(io, path.buf, listed ? &glossary : NULL, what);
            status = one > status ? one : status;
        }
        text_heap_free(&path);
    }
    Library lib = {0};
    if (paths == 0 && status != CLI_NOT_UNDERSTOOD)
        library_list(&lib, dir);
    for (uint32_t i = 0; i < lib.count; i++) {
        int one = check_path(io, lib.entries[i].path, listed ? &glossary : NULL, what);
        status = one > status ? one : status;
    }
    library_free(&lib);
    glossary_free(&glossary);
    diags_free(&diags);
    return status;
}

/* ---- the command ---- */

static int start_words(const CommandIo *io, int argc, char **argv)
{
    const char *name = NULL;
    bool again = false, presenter = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--again") == 0)
            again = true;
        else if (strcmp(argv[i], "--presenter") == 0)
            presenter = true;
        else if (argv[i][0] == '-' || name)
            return cli_refuse(io, "lesson start does not understand `%s`",
                              "lesson start 看不懂 `%s`", argv[i]);
        else
            name = argv[i];
    }
    if (!name)
        return cli_refuse(io, "Which lesson? For example: sandwire lesson start %s",
                          "要学哪一课？例如：sandwire lesson start %s", "opening");
    return start(io, name, again, presenter);
}

int lesson_main(int argc, char **argv, const CommandIo *io)
{
    if (cli_wants_help(argc, argv))
        return help(io);
    if (argc == 0 || strcmp(argv[0], "list") == 0)
        return argc > 1
                   ? cli_refuse(io, "lesson list takes no %s", "lesson list 后面不能有 %s", argv[1])
                   : list(io, false);
    if (strcmp(argv[0], "progress") == 0)
        return argc > 1 ? cli_refuse(io, "lesson progress takes no %s",
                                     "lesson progress 后面不能有 %s", argv[1])
                        : list(io, true);
    if (strcmp(argv[0], "start") == 0)
        return start_words(io, argc - 1, argv + 1);
    if (strcmp(argv[0], "check") == 0)
        return check(io, argc - 1, argv + 1);
    return cli_refuse(io, "lesson does not know `%s`; it knows list, start, check, progress",
                      "lesson 没有 `%s`；可用 list、start、check、progress", argv[0]);
}
