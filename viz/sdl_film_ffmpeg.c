/*
 * sdl_film_ffmpeg.c: GIF and MP4, by the program ffmpeg, which is found at run time or not.
 *
 * The pictures go through a pipe, uncompressed, at a constant rate; ffmpeg is told to leave out
 * whatever differs from run to run (bitexact, one thread).
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "viz/sdl_film.h"

extern char **environ;

typedef struct Inside {
    pid_t child;
    int pipe;
    uint32_t shown;   /* pictures given to ffmpeg so far */
    uint32_t *pixels; /* the last one, for as long as it stays */
} Inside;

static const char *say(const Film *film, const char *en, const char *zh)
{
    return film->lang == LANG_ZH ? zh : en;
}

static bool write_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* The picture that is there is repeated until this time. */
static bool show_until(Film *film, uint32_t ms)
{
    Inside *in = film->inside;
    size_t size = (size_t)film->width * (size_t)film->height * sizeof *in->pixels;
    uint32_t until = (uint32_t)((uint64_t)ms * film->fps / 1000);
    for (; in->shown < until; in->shown++)
        if (!write_all(in->pipe, in->pixels, size))
            return false;
    return true;
}

static bool add(Film *film, const uint32_t *pixels, uint32_t at_ms, const char **error)
{
    Inside *in = film->inside;
    if (!show_until(film, at_ms)) {
        *error = say(film, "ffmpeg has stopped", "ffmpeg 中途退出");
        return false;
    }
    memcpy(in->pixels, pixels, (size_t)film->width * (size_t)film->height * sizeof *pixels);
    return true;
}

static bool close_film(Film *film, bool keep, uint32_t end_ms, const char **error)
{
    Inside *in = film->inside;
    int status = 0;
    bool ok = keep && show_until(film, end_ms);
    close(in->pipe);
    while (waitpid(in->child, &status, 0) < 0 && errno == EINTR)
        ;
    ok = ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (keep && !ok)
        *error = say(film, "ffmpeg cannot write it", "ffmpeg 无法写入");
    free(in->pixels);
    free(in);
    return ok;
}

/* Colours of a film are few: one palette made from all its pictures. */
#define GIF_FILTER "[0:v]split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=none"

static pid_t start(const Film *film, int input)
{
    char size[32], fps[16];
    size_t len = strlen(film->path);
    bool gif = len > 4 && strcmp(film->path + len - 4, ".gif") == 0;
    snprintf(size, sizeof size, "%dx%d", film->width, film->height);
    snprintf(fps, sizeof fps, "%u", (unsigned)film->fps);
    const char *head[] = {"ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt",
                          "bgra",   "-s", size,    "-r", fps,  "-i",       "-"};
    const char *as_gif[] = {"-filter_complex", GIF_FILTER};
    const char *as_mp4[] = {"-c:v", "libx264",  "-pix_fmt", "yuv420p",   "-crf",
                            "18",   "-threads", "1",        "-movflags", "+faststart"};
    const char *tail[] = {"-fflags", "+bitexact", "-flags", "+bitexact", film->path, NULL};
    const char *argv[40];
    size_t n = 0;
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        argv[n++] = head[i];
    for (size_t i = 0; gif && i < sizeof as_gif / sizeof *as_gif; i++)
        argv[n++] = as_gif[i];
    for (size_t i = 0; !gif && i < sizeof as_mp4 / sizeof *as_mp4; i++)
        argv[n++] = as_mp4[i];
    for (size_t i = 0; i < sizeof tail / sizeof *tail; i++)
        argv[n++] = tail[i];
    posix_spawn_file_actions_t actions;
    pid_t child = -1;
    char *const *arguments;
    const char **list = argv;
    memcpy(&arguments, &list, sizeof arguments); /* argv's type is an old mistake */
    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (posix_spawnp(&child, "ffmpeg", &actions, NULL, arguments, environ) != 0)
        child = -1;
    posix_spawn_file_actions_destroy(&actions);
    return child;
}

bool film_ffmpeg(Film *film, const char **error)
{
    int ends[2];
    Inside *in = calloc(1, sizeof *in);
    if (in)
        in->pixels = calloc((size_t)film->width * (size_t)film->height, sizeof *in->pixels);
    *error = say(film, "out of memory", "内存不足");
    if (!in || !in->pixels || pipe(ends) != 0) {
        free(in ? in->pixels : NULL);
        free(in);
        return false;
    }
    fcntl(ends[1], F_SETFD, FD_CLOEXEC); /* or ffmpeg would never see the end */
    signal(SIGPIPE, SIG_IGN);
    in->child = start(film, ends[0]);
    in->pipe = ends[1];
    close(ends[0]);
    film->inside = in;
    film->add = add;
    film->close = close_film;
    if (in->child > 0)
        return true;
    *error =
        say(film, "GIF and MP4 need the program ffmpeg (apt-get install ffmpeg); .webp does not",
            "GIF 和 MP4 需要程序 ffmpeg（apt-get install ffmpeg）；.webp 不需要");
    close(ends[1]);
    free(in->pixels);
    free(in);
    return false;
}
