/*
 * sdl_film.c: a run as an animation, played as the window plays it (playing.h), one picture after
 * the other, without a display and without a clock: the same run gives the same file.
 */
#include <SDL.h>
#include <stdlib.h>
#include <string.h>

#include "viz/playing.h"
#include "viz/raster.h"
#include "viz/render.h"
#include "viz/sdl_film.h"
#include "viz/sdl_fonts.h"

enum { FPS = 20, FPS_MAX = 50, STILL_MS = 1500, PICTURES_MAX = 10000 };
static const double RATE = 1.0 / 16;

typedef struct Projector {
    Session *session;
    const FilmOptions *o;
    RenderOptions picture;
    Trace *whole; /* of the branch */
    Nanos end;
    Film film;
    Fonts *fonts;
    Raster raster;
    Display shown, next;
} Projector;

/* When something happens next: in the whole branch's trace, else at the end. */
static Nanos next_event(const Projector *p)
{
    const World *w = session_world(p->session);
    const Note *n = p->whole ? trace_note(p->whole, w->rows + 1) : NULL;
    return n && n->at < p->end ? n->at : p->end;
}

/* The present moment, if it looks different from what is shown. */
static bool take_picture(Projector *p, uint32_t at_ms, const char **error)
{
    bool at_end = session_position(p->session) >= session_length(p->session);
    render_moment(&p->next, p->session, &p->picture, at_end ? NULL : p->whole, p->end);
    if (at_ms > 0 && display_equal(&p->shown, &p->next))
        return true;
    Display swap = p->shown;
    p->shown = p->next;
    p->next = swap;
    raster_draw(&p->raster, &p->shown, p->picture.theme);
    return p->film.add(&p->film, p->raster.pixels, at_ms, error);
}

/* From picture to picture until the end; false when there is no further one. */
static bool go_on(Projector *p, Nanos *pause_from)
{
    const World *w = session_world(p->session);
    double rate = p->o->rate > 0 ? p->o->rate : RATE;
    if (w->now >= p->end)
        return false;
    Nanos by = playing_step(w, next_event(p), rate, 1.0 / p->film.fps, pause_from);
    session_goto_time(p->session, min_u64(w->now + by, p->end));
    return true;
}

/* Nobody shall wait an hour to learn that it takes a day. */
static bool is_short_enough(Projector *p)
{
    Nanos pause_from = p->o->from;
    uint32_t pictures = 1;
    session_goto_time(p->session, p->o->from);
    while (pictures <= PICTURES_MAX && go_on(p, &pause_from))
        pictures++;
    return pictures <= PICTURES_MAX;
}

static bool run(Projector *p, uint32_t *ms, const char **error)
{
    Nanos pause_from = p->o->from;
    uint32_t pictures = 0;
    if (!is_short_enough(p)) {
        *error = p->picture.lang == LANG_ZH ? "太长了：请用 --from、--at 或 --speed 缩短"
                                            : "too long: shorten it with --from, --at or --speed";
        return false;
    }
    session_goto_time(p->session, p->o->from);
    do {
        *ms = (uint32_t)((uint64_t)pictures++ * 1000 / p->film.fps);
        if (!take_picture(p, *ms, error))
            return false;
    } while (go_on(p, &pause_from));
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* The type of the whole film is that of its size, so the ladder's picture has a height, too. */
static void set_size(Projector *p, const char *path)
{
    RenderOptions *o = &p->picture;
    o->width = o->width ? o->width & ~1u : 1280;
    o->height = o->height ? o->height & ~1u : 720;
    p->film = (Film){.width = (int)o->width,
                     .height = (int)o->height,
                     .fps = p->o->fps ? min_u32(p->o->fps, FPS_MAX) : FPS,
                     .path = path,
                     .lang = o->lang};
}

bool render_film(Session *s, const FilmOptions *o, const char *path, const char **error)
{
    Projector p = {.session = s, .o = o, .picture = o->picture};
    set_size(&p, path);
    p.fonts = fonts_open(o->picture.lang, error);
    if (!p.fonts)
        return false;
    session_goto_position(s, 0);
    p.whole = moment_future(s, &p.end);
    p.end = min_u64(p.end, o->to);
    p.shown = display_new(1, 1);
    p.next = display_new(1, 1);
    bool ok = false;
    *error = "out of memory";
    if (raster_open(&p.raster, p.film.width, p.film.height, 1, fonts_find, p.fonts)) {
        uint32_t ms = 0;
        p.raster.threads = SDL_GetCPUCount();
        ok = ends_with(path, ".webp") ? film_webp(&p.film, error) : film_ffmpeg(&p.film, error);
        if (ok) {
            bool filmed = run(&p, &ms, error);
            ok = p.film.close(&p.film, filmed, ms + STILL_MS, error) && filmed;
        }
        raster_close(&p.raster);
    }
    trace_free(p.whole);
    display_free(&p.shown);
    display_free(&p.next);
    fonts_close(p.fonts);
    return ok;
}
