/*
 * sdl_fonts.c: see sdl_fonts.h.
 *
 * SDL_ttf 2.20 has no fallback from font to font, so a run is split where measure.h changes from
 * the mono font to the Chinese one. Sizes need not be whole pixels: a size of 13.5 is asked for as
 * one point at 13.5 * 72 dots per inch. Hinting is off, so letters keep their own widths.
 *
 * The folder of the fonts is, in this order: $SANDWIRE_ASSETS, the data beside the program when it
 * is installed (../share/sandwire), the source tree it was built from.
 */
#include "viz/sdl_fonts.h"

#include <SDL.h>
#include <SDL_ttf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/measure.h"

enum { FACE_MONO, FACE_BOLD, FACE_CJK, FACE_COUNT, CACHE_SLOTS = 2048, CACHE_WAYS = 4 };

static const char *const files[FACE_COUNT] = {"DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf",
                                              "WenQuanYiMicroHei-GB2312.ttf"};

/* A drawn run: its coverage, w * h bytes, whose baseline is `ascent` rows below its top. */
typedef struct Label Label;
struct Label {
    char *text;
    size_t len;
    uint8_t *mask;
    int w, h, ascent;
    uint32_t dpi;
    int face;
    uint64_t picture; /* that used it last; those of the present one stay */
    Label *next;      /* of those for which the cache had no room */
};

struct Fonts {
    TTF_Font *face[FACE_COUNT];
    uint32_t dpi[FACE_COUNT];
    Label cache[CACHE_SLOTS];
    Label *spare; /* needed by this picture alone */
    uint64_t picture;
};

/* ---- Opening ------------------------------------------------------------------------------- */

static bool readable(const char *path)
{
    SDL_RWops *file = SDL_RWFromFile(path, "rb");
    if (file)
        SDL_RWclose(file);
    return file != NULL;
}

/* The folder that holds the fonts; "" if none does. */
static void find_folder(char *out, size_t cap)
{
    char probe[1200];
    const char *from_user = SDL_getenv("SANDWIRE_ASSETS");
    char *base = SDL_GetBasePath();
    const char *roots[3] = {from_user, base, SANDWIRE_DATA_DIR};
    static const char *const below[3] = {"/fonts", "../share/sandwire/assets/fonts",
                                         "/assets/fonts"};
    out[0] = '\0';
    for (int i = 0; i < 3 && !out[0]; i++) {
        if (!roots[i])
            continue;
        snprintf(probe, sizeof probe, "%s%s/%s", roots[i], below[i], files[FACE_MONO]);
        if (readable(probe))
            snprintf(out, cap, "%s%s", roots[i], below[i]);
    }
    SDL_free(base);
}

static char message[1400];

static Fonts *fail(Fonts *fonts, Lang lang, const char *what, const char **error)
{
    static const char *const format[LANG_COUNT] = {
        "cannot open the font %s (%s); set SANDWIRE_ASSETS to the folder that contains fonts/",
        "打不开字体 %s（%s）；请把 SANDWIRE_ASSETS 设为含有 fonts/ 的目录"};
    snprintf(message, sizeof message, format[lang], what, TTF_GetError());
    *error = message;
    fonts_close(fonts);
    return NULL;
}

Fonts *fonts_open(Lang lang, const char **error)
{
    char folder[1024], path[1200];
    Fonts *fonts = calloc(1, sizeof *fonts);
    if (!fonts || TTF_Init() != 0) {
        *error = "out of memory";
        free(fonts);
        return NULL;
    }
    find_folder(folder, sizeof folder);
    for (int i = 0; i < FACE_COUNT; i++) {
        snprintf(path, sizeof path, "%s%s%s", folder, folder[0] ? "/" : "", files[i]);
        fonts->face[i] = TTF_OpenFont(path, 12);
        if (!fonts->face[i])
            return fail(fonts, lang, path, error);
        TTF_SetFontHinting(fonts->face[i], TTF_HINTING_LIGHT_SUBPIXEL);
        TTF_SetFontKerning(fonts->face[i], 0);
    }
    return fonts;
}

static void free_spare(Fonts *fonts)
{
    while (fonts->spare) {
        Label *l = fonts->spare;
        fonts->spare = l->next;
        free(l->text);
        free(l->mask);
        free(l);
    }
}

void fonts_close(Fonts *fonts)
{
    if (!fonts)
        return;
    for (int i = 0; i < CACHE_SLOTS; i++) {
        free(fonts->cache[i].text);
        free(fonts->cache[i].mask);
    }
    free_spare(fonts);
    for (int i = 0; i < FACE_COUNT; i++)
        if (fonts->face[i])
            TTF_CloseFont(fonts->face[i]);
    TTF_Quit();
    free(fonts);
}

/* ---- Runs ---------------------------------------------------------------------------------- */

static uint32_t hash(const char *text, size_t len, uint32_t seed)
{
    uint32_t h = 2166136261u ^ seed;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (uint8_t)text[i]) * 16777619u;
    return h ^ h >> 15;
}

static bool is_label(const Label *l, const char *text, size_t len, int face, uint32_t dpi)
{
    return l->text && l->len == len && l->face == face && l->dpi == dpi &&
           memcmp(l->text, text, len) == 0;
}

static const uint32_t *row_at(const SDL_Surface *s, int y)
{
    return (const uint32_t *)((const uint8_t *)s->pixels + y * s->pitch);
}

static bool has_ink(const SDL_Surface *s, int y)
{
    const uint32_t *row = row_at(s, y);
    for (int x = 0; x < s->w; x++)
        if (row[x] >> 24)
            return true;
    return false;
}

/* The rows that have letters: above and below a font leaves room. */
static void take_mask(Label *l, const SDL_Surface *s, int ascent)
{
    int top = 0, bottom = s->h;
    while (top < bottom && !has_ink(s, top))
        top++;
    while (bottom > top && !has_ink(s, bottom - 1))
        bottom--;
    l->mask = malloc((size_t)s->w * (size_t)(bottom - top) + 1);
    if (!l->mask)
        return;
    l->w = s->w;
    l->h = bottom - top;
    l->ascent = ascent - top;
    for (int y = 0; y < l->h; y++) {
        const uint32_t *row = row_at(s, y + top);
        for (int x = 0; x < s->w; x++)
            l->mask[y * s->w + x] = (uint8_t)(row[x] >> 24);
    }
}

static void fill_label(Fonts *fonts, Label *l, const char *text, size_t len, int face, uint32_t dpi)
{
    free(l->text);
    free(l->mask);
    *l = (Label){.len = len, .face = face, .dpi = dpi, .next = l->next};
    l->text = malloc(len + 1);
    if (!l->text)
        return;
    memcpy(l->text, text, len);
    l->text[len] = '\0';
    if (fonts->dpi[face] != dpi)
        TTF_SetFontSizeDPI(fonts->face[face], 1, dpi, dpi);
    fonts->dpi[face] = dpi;
    SDL_Surface *s =
        TTF_RenderUTF8_Blended(fonts->face[face], l->text, (SDL_Color){255, 255, 255, 255});
    if (!s)
        return;
    take_mask(l, s, TTF_FontAscent(fonts->face[face]));
    SDL_FreeSurface(s);
}

/* The label of the run, drawn now if it is not remembered; it takes the place of the one among a
 * few that was not used for the longest time. NULL when memory ends. */
static const Label *label_of(Fonts *fonts, const char *text, size_t len, int face, uint32_t dpi)
{
    uint32_t at = hash(text, len, dpi * 4 + (uint32_t)face) % (CACHE_SLOTS / CACHE_WAYS);
    Label *set = &fonts->cache[at * CACHE_WAYS], *l = set;
    for (int i = 0; i < CACHE_WAYS; i++) {
        if (is_label(&set[i], text, len, face, dpi)) {
            set[i].picture = fonts->picture;
            return &set[i];
        }
        if (set[i].picture < l->picture)
            l = &set[i];
    }
    if (l->picture == fonts->picture) {
        l = calloc(1, sizeof *l);
        if (!l)
            return NULL;
        l->next = fonts->spare;
        fonts->spare = l;
    }
    fill_label(fonts, l, text, len, face, dpi);
    l->picture = fonts->picture;
    return l;
}

static void find_part(Fonts *fonts, Raster *r, float x, float y, const char *text, size_t len,
                      int face, float size)
{
    const Label *l = label_of(fonts, text, len, face, (uint32_t)(size * 72 + 0.5f));
    if (l && l->mask)
        raster_letters(r, (Letters){l->mask, (int)floorf(x + 0.5f),
                                    (int)floorf(y + 0.5f) - l->ascent, l->w, l->h});
}

void fonts_find(void *user, Raster *r, float x, float y, const char *text, size_t len, Font font,
                float size)
{
    Fonts *fonts = user;
    const char *at = text, *end = text + len;
    if (!text) {
        free_spare(fonts);
        fonts->picture++;
        return;
    }
    while (at < end) {
        const char *start = at, *next = at;
        bool cjk = measure_is_cjk(measure_next(&next, end));
        do {
            at = next;
        } while (at < end && measure_is_cjk(measure_next(&next, end)) == cjk);
        int face = cjk ? FACE_CJK : font == FONT_BOLD ? FACE_BOLD : FACE_MONO;
        find_part(fonts, r, x, y, start, (size_t)(at - start), face, size);
        x += measure_ems(start, (size_t)(at - start)) * size;
    }
}
