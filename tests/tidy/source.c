/*
 * source.c - reads the tree, and blanks out what is not C code.
 */
#define _POSIX_C_SOURCE 200809L

#include "tests/tidy/source.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void *must(void *pointer, const char *what)
{
    if (!pointer) {
        perror(what);
        exit(2);
    }
    return pointer;
}

bool has_prefix(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool has_suffix(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);
    return a >= b && strcmp(text + a - b, suffix) == 0;
}

/* ---- code without comments and constants ---- */

/* Behind the constant that begins at `i` with a quote. An unclosed one ends with its line. */
static size_t end_of_quoted(const char *text, size_t size, size_t i)
{
    char quote = text[i++];
    while (i < size && text[i] != quote && text[i] != '\n')
        i += text[i] == '\\' ? 2 : 1;
    return i < size ? i + 1 : size;
}

static size_t end_of_comment(const char *text, size_t size, size_t i)
{
    bool block = text[i + 1] == '*';
    const char *end = strstr(text + i + 2, block ? "*/" : "\n");
    return end ? (size_t)(end - text) + (block ? 2 : 0) : size;
}

static char *blanked(const char *text, size_t size)
{
    char *code = must(malloc(size + 1), "malloc");
    memcpy(code, text, size + 1);
    for (size_t i = 0; i < size;) {
        size_t end = i;
        bool digit_separator = i > 0 && isalnum((unsigned char)text[i - 1]);
        if (text[i] == '/' && (text[i + 1] == '*' || text[i + 1] == '/'))
            end = end_of_comment(text, size, i);
        else if (text[i] == '"' || (text[i] == '\'' && !digit_separator))
            end = end_of_quoted(text, size, i);
        if (end == i)
            i++;
        for (; i < end; i++)
            if (code[i] != '\n')
                code[i] = ' ';
    }
    return code;
}

Source source_of(const char *path, const char *text)
{
    Source source = {.path = must(strdup(path), "strdup"),
                     .text = must(strdup(text), "strdup"),
                     .size = strlen(text)};
    source.code = blanked(source.text, source.size);
    return source;
}

void source_free(Source *source)
{
    free(source->path);
    free(source->text);
    free(source->code);
}

int line_of(const Source *source, size_t place)
{
    int line = 1;
    for (size_t i = 0; i < place && i < source->size; i++)
        line += source->text[i] == '\n';
    return line;
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

Word next_word(const Source *source, size_t *place)
{
    size_t i = *place;
    while (i < source->size) {
        size_t start = i;
        while (i < source->size && is_word_char(source->code[i]))
            i++;
        /* What begins with a digit is a number. */
        if (i > start && !isdigit((unsigned char)source->code[start])) {
            *place = i;
            return (Word){source->code + start, i - start, start};
        }
        if (i == start)
            i++;
    }
    *place = source->size;
    return (Word){source->code + source->size, 0, source->size};
}

bool word_is(Word word, const char *name)
{
    return strlen(name) == word.length && strncmp(word.start, name, word.length) == 0;
}

bool word_at(const Source *source, size_t place, const char *name)
{
    size_t length = strlen(name);
    return strncmp(source->code + place, name, length) == 0 &&
           !(place > 0 && is_word_char(source->code[place - 1])) &&
           !is_word_char(source->code[place + length]);
}

/* ---- the tree ---- */

static bool is_text(const char *name)
{
    static const char *const suffixes[] = {".c",  ".h",    ".def", ".txt",  ".md", ".sw",
                                           ".sh", ".json", ".pkt", "/play", "/run"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (has_suffix(name, suffixes[i]))
            return true;
    return false;
}

static char *read_text(const char *path)
{
    FILE *file = must(fopen(path, "rb"), path);
    size_t room = 1 << 16, size = 0, got;
    char *text = must(malloc(room), "malloc");
    while ((got = fread(text + size, 1, room - size - 1, file)) > 0) {
        size += got;
        if (room - size < 4096)
            text = must(realloc(text, room *= 2), "realloc");
    }
    text[size] = 0;
    fclose(file);
    return text;
}

static void add_file(Tree *tree, const char *absolute, const char *relative)
{
    char *text = read_text(absolute);
    tree->files = must(realloc(tree->files, (tree->count + 1) * sizeof *tree->files), "realloc");
    tree->files[tree->count++] = source_of(relative, text);
    free(text);
}

static void add_top(Tree *tree, const char *name)
{
    tree->top = must(realloc(tree->top, (tree->top_count + 1) * sizeof *tree->top), "realloc");
    tree->top[tree->top_count++] = must(strdup(name), "strdup");
}

static void read_folder(Tree *tree, const char *root, const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *directory = must(opendir(path), path);
    for (struct dirent *entry; (entry = readdir(directory));) {
        const char *name = entry->d_name;
        char relative[2048];
        struct stat info;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (!*folder)
            add_top(tree, name);
        if (!*folder && (strcmp(name, ".git") == 0 || strcmp(name, "build") == 0))
            continue;
        snprintf(relative, sizeof relative, "%s%s%s", folder, *folder ? "/" : "", name);
        snprintf(path, sizeof path, "%s/%s", root, relative);
        if (lstat(path, &info) != 0)
            continue; /* an editor's file, gone again */
        if (S_ISDIR(info.st_mode))
            read_folder(tree, root, relative);
        else if (S_ISREG(info.st_mode) && is_text(path))
            add_file(tree, path, relative);
    }
    closedir(directory);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const Source *)a)->path, ((const Source *)b)->path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

Tree tree_read(const char *root)
{
    Tree tree = {0};
    read_folder(&tree, root, "");
    qsort(tree.files, tree.count, sizeof *tree.files, by_path);
    qsort(tree.top, tree.top_count, sizeof *tree.top, by_name);
    return tree;
}

void tree_free(Tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        source_free(&tree->files[i]);
    for (size_t i = 0; i < tree->top_count; i++)
        free(tree->top[i]);
    free(tree->files);
    free(tree->top);
    *tree = (Tree){0};
}

const Source *tree_find(const Tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->count; i++)
        if (strcmp(tree->files[i].path, path) == 0)
            return &tree->files[i];
    return NULL;
}
