/*
 * files.c: see files.h.
 *
 * Each entry is opened from its folder's descriptor and never through a link, so nothing outside of
 * the folder can be served, whatever is moved meanwhile.
 */
#define _POSIX_C_SOURCE 200809L
#include "core/live/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 16 };

/* Where reading stands, and where it says what went wrong. */
typedef struct Reading {
    Files *into;
    Lang lang;
    char *error;
    size_t cap;
} Reading;

static bool failed(const Reading *r, const char *path, const char *why)
{
    snprintf(r->error, r->cap, "%s: %s", *path ? path : "/", why);
    return false;
}

static bool too_much(const Reading *r, const char *path)
{
    return failed(r, path,
                  r->lang == LANG_ZH
                      ? "太多了：最多 1000 个文件、共 16 MiB，路径最长 200 字节；请换一个更小的目录"
                      : "too much: at most 1000 files, 16 MiB together, paths of 200 bytes; choose "
                        "a smaller folder");
}

static bool read_all(int fd, uint8_t *to, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, to, len);
        if (n <= 0)
            return false;
        to += n;
        len -= (size_t)n;
    }
    return true;
}

/* path: as it will be asked for. */
static bool take_file(const Reading *r, int fd, const struct stat *st, const char *path)
{
    Files *f = r->into;
    if (f->count == FILES_MAX || (uint64_t)st->st_size + f->bytes > FILES_BYTES_MAX)
        return too_much(r, path);
    ServedFile *more = realloc(f->files, (f->count + 1) * sizeof *more);
    if (!more)
        return failed(r, path, strerror(ENOMEM));
    f->files = more;
    ServedFile file = {strdup(path), malloc((size_t)st->st_size + 1), (uint32_t)st->st_size};
    f->files[f->count++] = file;
    f->bytes += file.len;
    if (!file.path || !file.bytes)
        return failed(r, path, strerror(ENOMEM));
    errno = EIO; /* if it has become shorter */
    return read_all(fd, file.bytes, file.len) || failed(r, path, strerror(errno));
}

static bool take_folder(const Reading *r, int fd, const char *path, int depth);

static bool take_entry(const Reading *r, int folder, const char *name, const char *path, int depth)
{
    char below[256];
    struct stat st;
    int n = snprintf(below, sizeof below, "%s/%s", path, name);
    if (n > 200 || depth > DEPTH_MAX)
        return too_much(r, below);
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return failed(r, below, strerror(errno));
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return true;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return failed(r, below, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return take_folder(r, fd, below, depth + 1);
    bool good = take_file(r, fd, &st, below);
    close(fd);
    return good;
}

/* Closes fd. */
static bool take_folder(const Reading *r, int fd, const char *path, int depth)
{
    DIR *dir = fdopendir(fd);
    bool good = true;
    if (!dir) {
        close(fd);
        return failed(r, path, strerror(errno));
    }
    for (struct dirent *e; good && (e = readdir(dir));)
        if (e->d_name[0] != '.')
            good = take_entry(r, dirfd(dir), e->d_name, path, depth);
    closedir(dir);
    return good;
}

/* So that the front page lists them in order. */
static int by_path(const void *a, const void *b)
{
    const ServedFile *x = a, *y = b;
    return strcmp(x->path, y->path);
}

bool files_open(Files *f, const char *folder, Lang lang, char *error, size_t cap)
{
    Reading r = {f, lang, error, cap};
    *f = (Files){0};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed(&r, folder, strerror(errno));
    if (!take_folder(&r, fd, "", 0)) {
        files_close(f);
        return false;
    }
    if (f->count)
        qsort(f->files, f->count, sizeof *f->files, by_path);
    return true;
}

void files_close(Files *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        free(f->files[i].path);
        free(f->files[i].bytes);
    }
    free(f->files);
    *f = (Files){0};
}
