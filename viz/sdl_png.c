/*
 * sdl_png.c: a display list as a PNG file, without a display: no SDL subsystem is started, only
 * SDL_ttf for the letters and SDL2_image for the file.
 */
#include <SDL.h>
#include <SDL_image.h>
#include <stdio.h>

#include "viz/raster.h"
#include "viz/render.h"
#include "viz/sdl_fonts.h"

static char message[512];

static bool save(const Raster *r, const char *path, Lang lang, const char **error)
{
    static const char *const format[LANG_COUNT] = {"the picture cannot be written (%s)",
                                                   "无法写入图片（%s）"};
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormatFrom(r->pixels, r->width, r->height, 32,
                                                        r->width * 4, SDL_PIXELFORMAT_ARGB8888);
    bool ok = s && IMG_SavePNG(s, path) == 0;
    if (!ok) {
        snprintf(message, sizeof message, format[lang], SDL_GetError());
        *error = message;
    }
    SDL_FreeSurface(s);
    return ok;
}

bool render_png(Session *session, const RenderOptions *o, const char *path, const char **error)
{
    Fonts *fonts = fonts_open(o->lang, error);
    if (!fonts)
        return false;
    Display d = display_new(1, 1);
    Raster r;
    bool ok = false;
    render_scene(&d, session, o);
    if (raster_open(&r, (int)d.width, (int)d.height, 1, fonts_find, fonts)) {
        raster_draw(&r, &d, o->theme);
        ok = save(&r, path, o->lang, error);
        raster_close(&r);
    } else {
        *error = "out of memory";
    }
    display_free(&d);
    fonts_close(fonts);
    return ok;
}
