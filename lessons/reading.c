/*
 * reading.c: see reading.h.
 *
 * Progress that cannot be read or written never stands in the way of learning: it is only told.
 */
#include "lessons/reading.h"

#include "core/lab/heap.h"
#include "lessons/library.h"

static void find_path(Text *path, const char *given)
{
    if (given)
        text_add(path, given);
    else
        progress_default_path(path);
}

static void load(Reading *r, Lang lang, Text *said)
{
    Text path = text_heap();
    const char *error = NULL;
    find_path(&path, r->progress_path);
    if (path.len > 0 && !progress_load(&r->progress, path.buf, &error))
        text_addf(said,
                  lang == LANG_ZH ? "无法读取学习进度：%s\n" : "Your progress cannot be read: %s\n",
                  error);
    text_heap_free(&path);
}

ReadingStatus reading_open(Reading *r, const char *name, Shell *sh, const ReadingOptions *o,
                           Text *said)
{
    Text path = text_heap();
    Diags diags = {0};
    *r = (Reading){.progress_path = o->progress_path};
    bool found = library_find(&path, library_dir(o->lessons_dir), name);
    r->lesson = found ? library_load(path.buf, &diags) : NULL;
    if (found && !r->lesson)
        diags_print(said, &diags, o->player.lang);
    diags_free(&diags);
    text_heap_free(&path);
    if (!r->lesson)
        return found ? READING_WRONG : READING_NOT_FOUND;
    r->player = player_new(r->lesson, sh, o->player);
    load(r, o->player.lang, said);
    const LessonProgress *done = progress_find(&r->progress, r->lesson->id);
    if (done && !o->again && done->section[0])
        player_import(r->player, done);
    return READING_OPEN;
}

void reading_keep(Reading *r, Text *said)
{
    Text path = text_heap();
    const char *error = NULL;
    player_export(r->player, &r->progress);
    find_path(&path, r->progress_path);
    if (path.len > 0 && !progress_save(&r->progress, path.buf, &error))
        text_addf(said,
                  player_lang(r->player) == LANG_ZH ? "无法保存学习进度：%s\n"
                                                    : "Your progress cannot be kept: %s\n",
                  error);
    text_heap_free(&path);
}

void reading_close(Reading *r)
{
    player_free(r->player);
    progress_free(&r->progress);
    lesson_free(r->lesson);
    *r = (Reading){0};
}
