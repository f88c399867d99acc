/*
 * sub_common.c: files, folders, Ctrl-C and complaints for the subcommands (sub.h).
 *
 * The only place of the language's side that opens files.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/lab/heap.h"
#include "core/lab/pcapng.h"

/* Larger files are no scenario but a mistake (`load /dev/zero`). */
enum { FILE_MAX = 16 << 20 };

volatile int sub_interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    sub_interrupted = 1;
}

void sub_catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

ShellOptions sub_shell_options(const Program *p)
{
    return (ShellOptions){.session = {.seed = p->seed, .profile = p->profile},
                          .lang = p->lang,
                          .color = p->color,
                          .ascii = p->ascii,
                          .read_file = sub_read_file,
                          .write_file = sub_write_file,
                          .list_files = sub_list_files,
                          .render = sub_render_file,
                          .interrupt = &sub_interrupted};
}

void sub_list_files(const char *begin, size_t len, void (*each)(void *user, const char *path),
                    void *user)
{
    char folder[1024], path[1300];
    size_t cut = len;
    while (cut > 0 && begin[cut - 1] != '/')
        cut--;
    snprintf(folder, sizeof folder, "%.*s", (int)cut, begin);
    struct dirent **all = NULL;
    int n = len < sizeof folder ? scandir(cut ? folder : ".", &all, NULL, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        const char *name = all[i]->d_name;
        struct stat info;
        bool hidden = name[0] == '.' && (len == cut || begin[cut] != '.');
        snprintf(path, sizeof path, "%s%s", folder, name);
        if (!hidden && strncmp(name, begin + cut, len - cut) == 0) {
            if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
                snprintf(path, sizeof path, "%s%s/", folder, name);
            each(user, path);
        }
        free(all[i]);
    }
    free(all);
}

Nanos sub_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (Nanos)t.tv_sec * NANOS_S + (Nanos)t.tv_nsec;
}

char *sub_read_file(const char *path, size_t *len, const char **error)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f) {
        *error = strerror(errno);
        return NULL;
    }
    struct stat info;
    char *text = NULL;
    size_t used = 0, cap = 0;
    *error = NULL;
    if (!standard && fstat(fileno(f), &info) == 0 && S_ISDIR(info.st_mode))
        *error = strerror(EISDIR);
    while (!*error) {
        if (cap - used < 4096) {
            cap = cap ? cap * 2 : 16384;
            char *more = realloc(text, cap);
            if (!more) {
                *error = strerror(ENOMEM);
                break;
            }
            text = more;
        }
        size_t n = fread(text + used, 1, cap - used - 1, f);
        used += n;
        if (used > FILE_MAX)
            *error = strerror(EFBIG);
        if (n == 0)
            break;
    }
    if (!*error && ferror(f))
        *error = strerror(errno);
    if (!standard)
        fclose(f);
    if (*error) {
        free(text);
        return NULL;
    }
    text[used] = '\0';
    *len = used;
    return text;
}

bool sub_write_file(const char *path, Bytes data, const char **error)
{
    FILE *f = fopen(path, "wb");
    if (!f) {
        *error = strerror(errno);
        return false;
    }
    bool ok = data.len == 0 || fwrite(data.data, 1, data.len, f) == data.len;
    ok = fclose(f) == 0 && ok;
    if (!ok)
        *error = strerror(errno);
    return ok;
}

bool sub_write_capture(const Program *p, const char *subcommand, const char *path, const Trace *t)
{
    Text bytes = text_heap();
    const char *error = NULL;
    pcapng_trace(&bytes, t, HOST_NONE, p->lang);
    if (bytes.full)
        error = TELL(p, "too long for one capture", "太长，一个抓包文件装不下");
    else
        sub_write_file(path, bytes_of(bytes.buf, bytes.len), &error);
    text_heap_free(&bytes);
    if (error)
        sub_complain(subcommand, "%s: %s", path, error);
    return !error;
}

void sub_print(Text *text)
{
    fwrite(text->buf, 1, text->len, stdout);
    text_clear(text);
}

/* Makes every folder of the path's directory part. */
static void make_folders(char *path)
{
    for (char *s = path + 1; *s; s++) {
        if (*s != '/')
            continue;
        *s = '\0';
        mkdir(path, 0700); /* that it exists already is fine; that it cannot be shows at the open */
        *s = '/';
    }
}

static bool home_path(const char *variable, const char *fallback, const char *name, char *out,
                      size_t cap)
{
    const char *base = getenv(variable), *home = getenv("HOME");
    int n = 0;
    if (base && base[0] == '/')
        n = snprintf(out, cap, "%s/sandwire/%s", base, name);
    else if (home && home[0] == '/')
        n = snprintf(out, cap, "%s/%s/sandwire/%s", home, fallback, name);
    return n > 0 && (size_t)n < cap;
}

bool sub_state_path(const char *name, char *out, size_t cap)
{
    if (!home_path("XDG_STATE_HOME", ".local/state", name, out, cap))
        return false;
    make_folders(out);
    return true;
}

bool sub_config_path(const char *name, char *out, size_t cap)
{
    return home_path("XDG_CONFIG_HOME", ".config", name, out, cap);
}

int sub_complain(const char *subcommand, const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fprintf(stderr, "sandwire%s%s: ", subcommand ? " " : "", subcommand ? subcommand : "");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return 2;
}

void sub_json_string(Text *out, const char *s, size_t len)
{
    text_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 0x20)
            text_addf(out, "\\u%04x", c);
        else
            text_char(out, (char)c);
    }
    text_char(out, '"');
}
