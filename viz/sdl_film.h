/*
 * sdl_film.h: writers of animations; private to sdl_film*.c.
 *
 * A Film takes pictures, each with the time at which it begins to be seen, and ends in a file.
 */
#ifndef SANDWIRE_VIZ_SDL_FILM_H
#define SANDWIRE_VIZ_SDL_FILM_H

#include "core/base/base.h"

typedef struct Film Film;
struct Film {
    int width, height;
    uint32_t fps;
    const char *path;
    Lang lang;
    void *inside; /* the writer's own */
    bool (*add)(Film *, const uint32_t *pixels, uint32_t at_ms, const char **error);
    /* Ends the file (at end_ms) if keep, and frees what is inside. */
    bool (*close)(Film *, bool keep, uint32_t end_ms, const char **error);
};

/* False and *error if it cannot be begun. */
bool film_webp(Film *, const char **error);
bool film_ffmpeg(Film *, const char **error);

#endif
