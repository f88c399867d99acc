/*
 * render.h: pictures of a session without any display: for slides, the web and tests.
 *
 * Choosing a scene and making SVG is pure and always there (render.c). PNG needs the fonts and so
 * SDL_ttf; without the window it is not built (sdl_png.c).
 */
#ifndef SANDWIRE_VIZ_RENDER_H
#define SANDWIRE_VIZ_RENDER_H

#include "viz/views.h"

/* The whole window, or a view of the table alone. */
typedef enum RenderView {
    RENDER_WINDOW = 0,
    RENDER_LADDER = 1 + VIEW_LADDER,
    RENDER_FSM = 1 + VIEW_FSM,
    RENDER_HEADER = 1 + VIEW_HEADER,
    RENDER_VIEW_COUNT = 1 + VIEW_COUNT
} RenderView;

typedef struct RenderOptions {
    RenderView view;
    Theme theme;
    Lang lang;
    uint32_t width, height; /* 0: 1280 x 720; a ladder without a height shows its whole run */
    float zoom;             /* of the type; 0: 1 */
    uint32_t row;           /* whose header; 0: the last departure */
    bool absolute;
    const struct Finding *finding; /* what the views of the same name show; may be NULL */
    const struct Comparison *comparison;
    const struct TwinScene *twin;
    const LessonScene *lesson;
    const ResultScene *result;
    const char *title; /* for screen readers; NULL: "Sandwire" */
} RenderOptions;

/* "window", or a name of views.def; RENDER_VIEW_COUNT if there is none of that name. */
RenderView render_view_of_name(const char *name);

/* "1920x1080", 200..8192 each, or the name of a usual one ("slide", "slide-4:3", "hd", "4k",
 * "square"); false if it is no size. */
bool render_size_of_text(const char *text, uint32_t *width, uint32_t *height);

/* The picture of the session's present moment. Looks one event back, to mark what changed, and
 * returns to where it was. */
void render_scene(Display *, Session *, const RenderOptions *);

/* The same for one who knows the whole branch already (moment_future); future may be NULL. */
void render_moment(Display *, Session *, const RenderOptions *, const Trace *future, Nanos end);

/* The same as SVG text. */
void render_svg(Text *out, Session *, const RenderOptions *);

typedef struct FilmOptions {
    RenderOptions picture; /* width and height are even numbers, or 0: 1280 x 720 */
    Nanos from, to;        /* of the present branch; to: at most its end */
    double rate;           /* virtual time for wall time; 0: 1/16, as in the window */
    uint32_t fps;          /* pictures a second, 1..50; 0: 20 */
} FilmOptions;

/* Writes the run as an animation: PATH.webp by libwebp, PATH.gif and PATH.mp4 by the program ffmpeg
 * if it is there. The same run and options give the same bytes. The session is at `to` after it. */
bool render_film(Session *, const FilmOptions *, const char *path, const char **error);

/* Writes a PNG file; false and *error (a sentence, valid until the next call) if it cannot. */
bool render_png(Session *, const RenderOptions *, const char *path, const char **error);

#endif
