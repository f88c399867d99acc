/*
 * form.c - what a reader may expect of every file, whoever wrote it.
 *
 * An essay at the head, lines that fit beside another window, files that fit in one head, no tabs,
 * no notes to self, and a root folder in which one finds the door.
 */
#include "tests/tidy/checks.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 100, LINES_MAX = 800, ESSAY_LINES_MIN = 2 };

void complain(Report *report, const Source *source, size_t place, const char *format, ...)
{
    report->complaints++;
    if (report->quiet)
        return;
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", source->path, line_of(source, place));
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

static bool is_c(const char *path)
{
    return has_suffix(path, ".c") || has_suffix(path, ".h") || has_suffix(path, ".def");
}

/* Program text of any kind; prose, data and scenarios have lines of their own. */
static bool is_program(const char *path)
{
    return is_c(path) || has_suffix(path, "CMakeLists.txt") || has_suffix(path, ".sh") ||
           strcmp(path, "play") == 0;
}

static bool is_of_the_product(const char *path)
{
    return has_prefix(path, "core/") || has_prefix(path, "repl/") || has_prefix(path, "viz/") ||
           has_prefix(path, "lessons/");
}

void file_begins_with_an_essay(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    if (!is_c(source->path) || !is_of_the_product(source->path))
        return;
    const char *end = strstr(source->text, "*/");
    int lines = 0;
    if (has_prefix(source->text, "/*") && end) {
        for (const char *at = source->text + 2; at < end;) {
            size_t blank = strspn(at, " *");
            size_t length = strcspn(at, "\n");
            if (at + length > end)
                length = (size_t)(end - at);
            lines += length > blank;
            at += length + 1;
        }
    }
    if (lines < ESSAY_LINES_MIN)
        complain(report, source, 0,
                 "no essay; begin with a comment: what this file is, what it may not do, its laws");
}

void lines_are_short(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    if (!is_program(source->path))
        return;
    size_t columns = 0;
    for (size_t i = 0; i < source->size; i++) {
        unsigned char c = (unsigned char)source->text[i];
        if (c == '\n')
            columns = 0;
        else if ((c & 0xc0) != 0x80)
            columns++; /* not a later byte of a UTF-8 letter */
        if (columns == COLUMNS_MAX + 1) {
            complain(report, source, i, "longer than %d columns; break the line", COLUMNS_MAX);
            columns++;
        }
    }
}

void files_are_short(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    if (!has_suffix(source->path, ".c") && !has_suffix(source->path, ".h"))
        return;
    int lines = line_of(source, source->size) - 1;
    if (lines > LINES_MAX)
        complain(report, source, source->size, "%d lines, more than %d; one thing per file: split",
                 lines, LINES_MAX);
}

void blanks_are_clean(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    if (!is_program(source->path))
        return;
    const char *text = source->text;
    for (size_t i = 0; i < source->size; i++) {
        if (text[i] == '\t')
            complain(report, source, i, "a tab; use four spaces");
        if (text[i] == '\r')
            complain(report, source, i, "a carriage return; lines end with LF");
        if (text[i] == '\n' && i > 0 && text[i - 1] == ' ')
            complain(report, source, i, "blanks at the end of the line; remove them");
    }
    if (source->size > 0 && text[source->size - 1] != '\n')
        complain(report, source, source->size, "no newline at the end of the file; add one");
}

void no_note_to_self_is_left(const Source *source, const Tree *tree, Report *report)
{
    (void)tree;
    /* In two pieces, so that this file does not find itself. */
    static const char *const marks[] = {"TO"
                                        "DO",
                                        "FIX"
                                        "ME",
                                        "XX"
                                        "X",
                                        "HA"
                                        "CK"};
    for (size_t m = 0; m < sizeof marks / sizeof marks[0]; m++) {
        size_t length = strlen(marks[m]);
        for (const char *at = source->text; (at = strstr(at, marks[m])); at += length) {
            const char *const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789_";
            bool begins = at == source->text || !strchr(letters, at[-1]);
            bool ends = !at[length] || !strchr(letters, at[length]);
            if (begins && ends)
                complain(report, source, (size_t)(at - source->text),
                         "a note to self (%s); do it, or say in plain words what is not done",
                         marks[m]);
        }
    }
}

void name_belongs_in_the_root(const char *name, Report *report)
{
    static const char *const allowed[] = {
        "CMakeLists.txt", "CMakePresets.json",
        "README.md",      "README.zh.md",
        "LICENSE",        "CHANGELOG.md",
        "play",           "core",
        "repl",           "viz",
        "lessons",        "tests",
        "assets",         "build",
    };
    if (name[0] == '.')
        return;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        if (strcmp(name, allowed[i]) == 0)
            return;
    report->complaints++;
    if (!report->quiet)
        fprintf(stderr, "%s:1: does not belong in the root; put it into the folder it is about\n",
                name);
}
