/*
 * library.c: files and directories of lessons (library.h).
 *
 * The only place of lessons/, with progress.c, that opens files; it reads and never writes.
 */
#define _POSIX_C_SOURCE 200809L

#include "lessons/library.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/lab/heap.h"

enum { NAMES_MAX = 500 };

const char *library_dir(const char *given)
{
    const char *set = getenv("SANDWIRE_LESSONS");
    return given ? given : set && set[0] ? set : SANDWIRE_LESSONS_DIR;
}

/* ---- files ---- */

char *library_read(const char *path, size_t max, size_t *len, const char **error)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        *error = strerror(EISDIR);
        return NULL;
    }
    FILE *f = fopen(path, "rb");
    if (!f) {
        *error = strerror(errno);
        return NULL;
    }
    char *text = malloc(max + 2);
    CHECK(text != NULL);
    size_t n = fread(text, 1, max + 1, f);
    bool ok = !ferror(f);
    *error = ok ? n > max ? strerror(EFBIG) : NULL : strerror(errno);
    fclose(f);
    if (!ok || n > max) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    *len = n;
    return text;
}

bool library_write(const char *path, Bytes text, const char **error)
{
    Text beside = text_heap();
    text_addf(&beside, "%s.new", path);
    FILE *f = fopen(beside.buf, "wb");
    bool ok = f != NULL;
    ok = ok && fwrite(text.data, 1, text.len, f) == text.len;
    if (f)
        ok = fclose(f) == 0 && ok;
    ok = ok && rename(beside.buf, path) == 0;
    *error = ok ? NULL : strerror(errno);
    text_heap_free(&beside);
    return ok;
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
    const LibraryEntry *x = a, *y = b;
    return x->exercise != y->exercise ? x->exercise - y->exercise : strcmp(x->path, y->path);
}

static void list_folder(Library *lib, const char *dir, const char *folder, bool exercise)
{
    Text path = text_heap();
    text_addf(&path, "%s/%s", dir, folder);
    DIR *d = opendir(path.buf);
    for (struct dirent *e; d && (e = readdir(d)) && lib->count < NAMES_MAX;) {
        size_t n = strlen(e->d_name);
        if (n < 4 || e->d_name[0] == '.' || strcmp(e->d_name + n - 3, ".md") != 0)
            continue;
        text_clear(&path);
        text_addf(&path, "%s/%s/%s", dir, folder, e->d_name);
        lib->entries =
            arena_grow(&lib->arena, lib->entries, &lib->cap, lib->count + 1, sizeof(LibraryEntry));
        lib->entries[lib->count++] = (LibraryEntry){
            .path = arena_text(&lib->arena, path.buf, path.len), .exercise = exercise};
    }
    if (d)
        closedir(d);
    text_heap_free(&path);
}

void library_list(Library *lib, const char *dir)
{
    *lib = (Library){0};
    list_folder(lib, dir, "en", false);
    list_folder(lib, dir, "exercises", true);
    if (lib->count > 0)
        qsort(lib->entries, lib->count, sizeof(LibraryEntry), by_name);
}

void library_free(Library *lib)
{
    arena_free(&lib->arena);
    *lib = (Library){0};
}

bool library_translation(Text *out, const char *path, Lang lang)
{
    static const char *const codes[LANG_COUNT] = {"en", "zh"};
    const char *name = strrchr(path, '/');
    size_t folder = name ? (size_t)(name - path) : 0;
    if (!name)
        return false;
    if (folder >= 2 && memcmp(path + folder - 2, "en", 2) == 0 &&
        (folder == 2 || path[folder - 3] == '/')) {
        text_add_n(out, path, folder - 2);
        text_addf(out, "%s%s", codes[lang], name);
        return true;
    }
    if (folder >= 9 && memcmp(path + folder - 9, "exercises", 9) == 0) {
        text_add_n(out, path, folder);
        text_addf(out, "/%s%s", codes[lang], name);
        return true;
    }
    return false;
}

static void translate(Lesson *l, const char *path, Lang lang, Diags *diags)
{
    Text place = text_heap();
    const char *error;
    size_t len;
    if (library_translation(&place, path, lang)) {
        char *text = library_read(place.buf, LESSON_BYTES_MAX, &len, &error);
        if (text)
            lesson_translate(l, &(Source){place.buf, text, len}, lang, diags);
        free(text);
    }
    text_heap_free(&place);
}

Lesson *library_load(const char *path, Diags *diags)
{
    const char *error;
    size_t len = 0;
    char *text = library_read(path, LESSON_BYTES_MAX, &len, &error);
    if (!text) {
        diag_add(diags, DIAG_CANNOT_READ, &(Source){path, "", 0}, (Place){0, 0, 0}, error, NULL);
        return NULL;
    }
    Lesson *l = lesson_parse(&(Source){path, text, len}, diags);
    free(text);
    for (unsigned lang = 0; l && lang < LANG_COUNT; lang++)
        if (lang != LANG_EN)
            translate(l, path, (Lang)lang, diags);
    return l;
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool library_find(Text *path, const char *dir, const char *name)
{
    static const char *const folders[] = {"en", "exercises"};
    size_t n = strlen(name);
    bool is_path = strchr(name, '/') || (n > 3 && strcmp(name + n - 3, ".md") == 0);
    if (is_path && is_file(name)) {
        text_add(path, name);
        return true;
    }
    for (size_t i = 0; i < 2 && !strchr(name, '/'); i++) {
        text_clear(path);
        text_addf(path, "%s/%s/%s%s", dir, folders[i], name, is_path ? "" : ".md");
        if (is_file(path->buf))
            return true;
    }
    text_clear(path);
    return false;
}
