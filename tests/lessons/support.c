/*
 * support.c - see support.h.
 */
#define _XOPEN_SOURCE 700
#include "tests/lessons/support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lessons/library.h"

Source source_of(const char *path, const char *text)
{
    return (Source){path, text, strlen(text)};
}

static void show(const Diags *diags)
{
    Text out = text_heap();
    diags_print(&out, diags, LANG_EN);
    print_message("%s", out.buf);
    text_heap_free(&out);
}

Lesson *lesson_of(const char *text)
{
    Diags diags = {0};
    Source source = source_of("small.md", text);
    Lesson *l = lesson_parse(&source, &diags);
    if (!l)
        show(&diags);
    assert_non_null(l);
    assert_int_equal(diags.total, 0);
    diags_free(&diags);
    return l;
}

const char *in_tree(const char *name)
{
    static char paths[4][1024];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", SANDWIRE_SOURCE_DIR, name);
    return path;
}

char *slurp(const char *path, size_t *len)
{
    const char *error = NULL;
    char *text = library_read(path, 4 * 1024 * 1024, len, &error);
    if (!text)
        print_message("%s: %s\n", path, error);
    assert_non_null(text);
    return text;
}

Lesson *content(const char *name)
{
    char path[256];
    Diags diags = {0};
    snprintf(path, sizeof path, "lessons/%s", name);
    Lesson *l = library_load(in_tree(path), &diags);
    show(&diags);
    assert_non_null(l);
    assert_int_equal(diags.total, 0);
    diags_free(&diags);
    return l;
}

/* ---- files of a test ---- */

static char scratch[64];

const char *scratch_begin(void)
{
    static const char *const folders[] = {"en", "zh", "exercises", "exercises/zh"};
    snprintf(scratch, sizeof scratch, "/tmp/sandwire-test-XXXXXX");
    assert_non_null(mkdtemp(scratch));
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        assert_int_equal(mkdir(scratch_path(folders[i]), 0700), 0);
    return scratch;
}

const char *scratch_path(const char *name)
{
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

void scratch_write(const char *name, const char *text)
{
    const char *error = NULL;
    assert_true(library_write(scratch_path(name), bytes_of(text, strlen(text)), &error));
}

static void remove_tree(const char *path, int depth)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && depth > 0 && (e = readdir(d));) {
        char below[512];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        if (unlink(below) != 0)
            remove_tree(below, depth - 1);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

void scratch_end(void)
{
    assert_true(strncmp(scratch, "/tmp/sandwire-test-", 19) == 0);
    remove_tree(scratch, 6);
}

/* ---- words ---- */

static char *squeeze(const char *s)
{
    char *out = malloc(strlen(s) + 1), *to = out;
    assert_non_null(out);
    for (; *s; s++)
        if (!strchr(" \t\r\n*`|", *s))
            *to++ = *s;
    *to = '\0';
    return out;
}

bool says_words(const char *text, const char *words)
{
    char *a = squeeze(text), *b = squeeze(words);
    bool found = strstr(a, b) != NULL;
    free(a);
    free(b);
    return found;
}

void assert_says(const char *text, const char *words)
{
    if (!says_words(text, words))
        print_message("this text:\n%s\ndoes not say: %s\n", text, words);
    assert_true(says_words(text, words));
}
