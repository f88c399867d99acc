/*
 * progress.c: reading, writing and replacing the progress file (progress.h).
 *
 * The new file is written beside the old one and renamed over it: a crash between the two loses
 * nothing that was saved before.
 */
#define _POSIX_C_SOURCE 200809L

#include "lessons/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/lab/heap.h"
#include "lessons/outline.h"

enum { PROGRESS_BYTES_MAX = 8 * 1024 * 1024 };

static const char *const status_names[BLOCK_STATUS_COUNT] = {"open", "done", "solved", "shown",
                                                             "skipped"};

const char *block_status_name(BlockStatus status)
{
    return status < BLOCK_STATUS_COUNT ? status_names[status] : "open";
}

void progress_free(Progress *p)
{
    arena_free(&p->arena);
    *p = (Progress){0};
}

LessonProgress *progress_find(Progress *p, const char *lesson)
{
    for (uint32_t i = 0; i < p->lesson_count; i++)
        if (strcmp(p->lessons[i].lesson, lesson) == 0)
            return &p->lessons[i];
    return NULL;
}

static const char *copy(Arena *arena, const char *s)
{
    return arena_text(arena, s ? s : "", s ? strlen(s) : 0);
}

void progress_add_block(Arena *arena, LessonProgress *l, const BlockProgress *b)
{
    l->blocks =
        arena_grow(arena, l->blocks, &l->block_cap, l->block_count + 1, sizeof(BlockProgress));
    BlockProgress *to = &l->blocks[l->block_count++];
    *to = *b;
    to->id = copy(arena, b->id);
    to->lines = copy(arena, b->lines);
}

static LessonProgress *add_lesson(Progress *p, const char *id)
{
    p->lessons = arena_grow(&p->arena, p->lessons, &p->lesson_cap, p->lesson_count + 1,
                            sizeof(LessonProgress));
    LessonProgress *l = &p->lessons[p->lesson_count++];
    *l = (LessonProgress){.lesson = copy(&p->arena, id), .section = ""};
    return l;
}

void progress_put(Progress *p, const LessonProgress *from)
{
    LessonProgress *to = progress_find(p, from->lesson);
    if (!to)
        to = add_lesson(p, from->lesson);
    to->section = copy(&p->arena, from->section);
    to->offset = from->offset;
    to->finished = from->finished;
    to->blocks = NULL;
    to->block_count = to->block_cap = 0;
    for (uint32_t i = 0; i < from->block_count; i++)
        progress_add_block(&p->arena, to, &from->blocks[i]);
}

/* ---- text ---- */

typedef struct Words {
    const char *word[8];
    uint32_t count;
} Words;

/* Cuts a line at its blanks, in place. */
static Words cut(char *line)
{
    Words w = {.count = 0};
    for (char *save = NULL, *s = strtok_r(line, " \r", &save); s && w.count < 8;
         s = strtok_r(NULL, " \r", &save))
        w.word[w.count++] = s;
    return w;
}

static bool read_count(const char *s, uint32_t max, uint32_t *out)
{
    char *end;
    unsigned long n = strtoul(s, &end, 10);
    if (s[0] < '0' || s[0] > '9' || *end || n > max)
        return false;
    *out = (uint32_t)n;
    return true;
}

static bool read_block(Progress *p, LessonProgress *l, const Words *w)
{
    BlockProgress b = {.id = w->word[1], .lines = ""};
    if (w->count < 3 || !outline_is_id(b.id) || l->block_count >= 1000)
        return false;
    while (b.status < BLOCK_STATUS_COUNT && strcmp(status_names[b.status], w->word[2]) != 0)
        b.status++;
    if (b.status == BLOCK_STATUS_COUNT)
        return false;
    for (uint32_t i = 3; i < w->count; i++) {
        uint32_t n = 0;
        if (strncmp(w->word[i], "attempts=", 9) == 0 && read_count(w->word[i] + 9, 60000, &n))
            b.attempts = (uint16_t)n;
        else if (strncmp(w->word[i], "hints=", 6) == 0 && read_count(w->word[i] + 6, 60000, &n))
            b.hints = (uint16_t)n;
        else
            return false;
    }
    progress_add_block(&p->arena, l, &b);
    return true;
}

/* The lines typed in a task are gathered until something else comes, then belong to its block. */
static void end_typed(Progress *p, LessonProgress *l, Text *typed)
{
    if (typed->len > 0)
        l->blocks[l->block_count - 1].lines = arena_text(&p->arena, typed->buf, typed->len);
    text_clear(typed);
}

static bool read_line(Progress *p, LessonProgress **l, char *line, Text *typed)
{
    if (line[0] == '|' && *l && (*l)->block_count > 0) {
        text_add(typed, line[1] == ' ' ? line + 2 : line + 1);
        text_char(typed, '\n');
        return true;
    }
    end_typed(p, *l, typed);
    Words w = cut(line);
    if (w.count == 0 || w.word[0][0] == '#')
        return true;
    if (strcmp(w.word[0], "lesson") == 0 && w.count == 2 && outline_is_id(w.word[1]) &&
        !progress_find(p, w.word[1]) && p->lesson_count < 1000) {
        *l = add_lesson(p, w.word[1]);
        return true;
    }
    if (!*l || strcmp(w.word[0], "lesson") == 0) {
        *l = NULL; /* what follows belongs to a lesson that could not be read */
        return false;
    }
    if (strcmp(w.word[0], "at") == 0 && w.count == 3 &&
        read_count(w.word[2], 1000, &(*l)->offset)) {
        (*l)->section = copy(&p->arena, w.word[1]);
        return true;
    }
    if (strcmp(w.word[0], "finished") == 0 && w.count == 1)
        return (*l)->finished = true;
    return strcmp(w.word[0], "block") == 0 && read_block(p, *l, &w);
}

void progress_parse(Progress *p, const char *text, size_t len)
{
    LessonProgress *lesson = NULL;
    Text typed = text_heap();
    while (len > 0) {
        const char *newline = memchr(text, '\n', len);
        size_t n = newline ? (size_t)(newline - text) : len;
        char *line = arena_text(&p->arena, text, n);
        p->bad_lines += !read_line(p, &lesson, line, &typed);
        n += newline != NULL;
        text += n;
        len -= n;
    }
    end_typed(p, lesson, &typed);
    text_heap_free(&typed);
}

static void print_block(Text *out, const BlockProgress *b)
{
    text_addf(out, "block %s %s attempts=%u hints=%u\n", b->id,
              block_status_name((BlockStatus)b->status), b->attempts, b->hints);
    for (const char *s = b->lines; *s;) {
        size_t n = strcspn(s, "\n");
        text_add(out, "| ");
        text_add_n(out, s, n);
        text_char(out, '\n');
        s += n + (s[n] == '\n');
    }
}

void progress_print(Text *out, const Progress *p)
{
    text_add(out, "# Sandwire progress 1\n");
    for (uint32_t i = 0; i < p->lesson_count; i++) {
        const LessonProgress *l = &p->lessons[i];
        text_addf(out, "\nlesson %s\n", l->lesson);
        if (l->section[0])
            text_addf(out, "at %s %u\n", l->section, l->offset);
        for (uint32_t b = 0; b < l->block_count; b++)
            print_block(out, &l->blocks[b]);
        if (l->finished)
            text_add(out, "finished\n");
    }
}

/* ---- the file ---- */

void progress_default_path(Text *out)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && state[0] == '/')
        text_addf(out, "%s/sandwire/progress", state);
    else if (home && home[0])
        text_addf(out, "%s/.local/state/sandwire/progress", home);
}

bool progress_load(Progress *p, const char *path, const char **error)
{
    *p = (Progress){0};
    FILE *f = fopen(path, "rb");
    if (!f) {
        *error = strerror(errno);
        return errno == ENOENT || errno == ENOTDIR;
    }
    Text text = text_heap();
    char buf[4096];
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0 && text.len < PROGRESS_BYTES_MAX;)
        text_add_n(&text, buf, n);
    bool ok = !ferror(f);
    *error = ok ? NULL : strerror(errno);
    fclose(f);
    if (ok)
        progress_parse(p, text.buf, text.len);
    text_heap_free(&text);
    return ok;
}

/* Makes the directories of a path, as `mkdir -p`; what is there already is no error. */
static void make_directories(const char *path)
{
    char dir[4096];
    size_t n = strlen(path);
    if (n >= sizeof dir)
        return;
    for (size_t i = 1; i < n; i++) {
        if (path[i] != '/')
            continue;
        memcpy(dir, path, i);
        dir[i] = '\0';
        mkdir(dir, 0700);
    }
}

bool progress_save(const Progress *p, const char *path, const char **error)
{
    Text text = text_heap(), beside = text_heap();
    progress_print(&text, p);
    text_addf(&beside, "%s.new", path);
    make_directories(path);
    int fd = open(beside.buf, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0;
    for (size_t done = 0; ok && done < text.len;) {
        ssize_t n = write(fd, text.buf + done, text.len - done);
        ok = n > 0 || (n < 0 && errno == EINTR);
        done += n > 0 ? (size_t)n : 0;
    }
    ok = ok && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = ok && rename(beside.buf, path) == 0;
    *error = ok ? NULL : strerror(errno);
    text_heap_free(&text);
    text_heap_free(&beside);
    return ok;
}
