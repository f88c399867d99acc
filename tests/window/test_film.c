/*
 * test_film.c: pictures and animations as files: the same run gives the same bytes, and what cannot
 * be written is said.
 */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/render.h"

static Session *handshake(void)
{
    static const Cmd cmds[] = {{.op = CMD_LISTEN, .host = HOST_B, .key = 80},
                               {.op = CMD_CONNECT, .host = HOST_A, .key = 80}};
    Session *s = session_new(&(SessionOptions){.seed = 7});
    assert_non_null(s);
    for (size_t i = 0; i < sizeof cmds / sizeof *cmds; i++)
        session_apply(s, &cmds[i], bytes_of(NULL, 0));
    session_run(s, &(RunLimit){.quiet = true, .until = NANOS_NEVER});
    return s;
}

static uint8_t *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*len + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *len, f), *len);
    fclose(f);
    return bytes;
}

static const char *path_of(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "film-test-%ld-%s", (long)getpid(), name);
    return path;
}

static bool has(const uint8_t *bytes, size_t len, const char *tag)
{
    for (size_t i = 0; i + 4 <= len; i++)
        if (memcmp(bytes + i, tag, 4) == 0)
            return true;
    return false;
}

static FilmOptions options(void)
{
    return (FilmOptions){.picture = {.view = RENDER_LADDER, .width = 320, .height = 240},
                         .to = NANOS_NEVER,
                         .rate = 0.25,
                         .fps = 10};
}

/* Renders twice, from sessions of their own, and leaves the bytes of the first. */
static uint8_t *twice(const char *name, bool film, size_t *len)
{
    uint8_t *bytes[2];
    size_t lens[2];
    const char *error = "", *path = path_of(name);
    for (int i = 0; i < 2; i++) {
        FilmOptions o = options();
        Session *s = handshake();
        bool ok = film ? render_film(s, &o, path, &error) : render_png(s, &o.picture, path, &error);
        if (!ok)
            fail_msg("%s: %s", name, error);
        session_free(s);
        bytes[i] = read_file(path, &lens[i]);
        unlink(path);
    }
    assert_int_equal(lens[0], lens[1]);
    assert_memory_equal(bytes[0], bytes[1], lens[0]);
    free(bytes[1]);
    *len = lens[0];
    return bytes[0];
}

static void a_webp_is_an_animation_and_the_same_each_time(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = twice("a.webp", true, &len);
    assert_memory_equal(bytes, "RIFF", 4);
    assert_memory_equal(bytes + 8, "WEBP", 4);
    assert_true(has(bytes, len, "ANIM") && has(bytes, len, "ANMF"));
    free(bytes);
}

static void a_png_is_the_same_each_time(void **state)
{
    (void)state;
    size_t len;
    uint8_t *bytes = twice("a.png", false, &len);
    assert_memory_equal(bytes, "\x89PNG", 4);
    free(bytes);
}

static void a_film_ends_where_it_was_told_to(void **state)
{
    (void)state;
    FilmOptions o = options();
    const char *error = "", *path = path_of("b.webp");
    Session *s = handshake();
    o.from = 20 * NANOS_MS;
    o.to = 70 * NANOS_MS;
    assert_true(render_film(s, &o, path, &error));
    assert_int_equal(session_world(s)->now, o.to);
    unlink(path);
    session_free(s);
}

static void what_cannot_be_written_is_said(void **state)
{
    (void)state;
    FilmOptions o = options();
    const char *error = NULL;
    Session *s = handshake();
    assert_false(render_film(s, &o, "no-such-folder/a.webp", &error));
    assert_non_null(error);
    o.rate = 1e-9; /* would take years */
    error = NULL;
    assert_false(render_film(s, &o, path_of("c.webp"), &error));
    assert_non_null(strstr(error, "too long"));
    session_free(s);
}

static void without_ffmpeg_a_gif_says_what_to_do(void **state)
{
    (void)state;
    FilmOptions o = options();
    const char *error = NULL;
    Session *s = handshake();
    setenv("PATH", "/nowhere", 1);
    assert_false(render_film(s, &o, path_of("a.gif"), &error));
    assert_non_null(strstr(error, "ffmpeg"));
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_webp_is_an_animation_and_the_same_each_time),
        cmocka_unit_test(a_png_is_the_same_each_time),
        cmocka_unit_test(a_film_ends_where_it_was_told_to),
        cmocka_unit_test(what_cannot_be_written_is_said),
        cmocka_unit_test(without_ffmpeg_a_gif_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
