/*
 * sdl_fonts.h: letters for the raster, through SDL_ttf.
 *
 * Opens the fonts of assets/fonts, draws runs of text with exactly the advances that measure.h
 * promises, and remembers each run's coverage, since a window shows the same words again and again.
 */
#ifndef SANDWIRE_VIZ_SDL_FONTS_H
#define SANDWIRE_VIZ_SDL_FONTS_H

#include "viz/raster.h"

typedef struct Fonts Fonts;

/* NULL if a font cannot be opened: *error says which and what to do (valid until the next call). */
Fonts *fonts_open(Lang, const char **error);
void fonts_close(Fonts *);

/* A RasterText; user is the Fonts. */
void fonts_find(void *fonts, Raster *, float x, float y, const char *text, size_t len, Font,
                float size);

#endif
