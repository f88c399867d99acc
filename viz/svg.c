/*
 * svg.c: writing SVG. See svg.h.
 *
 * Numbers have one decimal at most, rounded half up, so that the bytes do not depend on a printf.
 * Knows nothing of what the picture shows.
 */
#include "viz/svg.h"

#include "core/lab/schema.h"

#include <math.h>
#include <string.h>

#include "viz/shape.h"

typedef struct Pen {
    Text *out;
    const Display *d;
    Theme theme;
    const char *page; /* of whose colours and names it is a part; NULL: a picture of its own */
} Pen;

static void number(Pen *p, float v)
{
    long tenths = (long)floorf(v * 10 + 0.5f);
    if (tenths < 0) {
        text_char(p->out, '-');
        tenths = -tenths;
    }
    text_addf(p->out, "%ld", tenths / 10);
    if (tenths % 10)
        text_addf(p->out, ".%ld", tenths % 10);
}

static void attribute(Pen *p, const char *name, float v)
{
    text_addf(p->out, " %s=\"", name);
    number(p, v);
    text_char(p->out, '"');
}

static void point(Pen *p, Point at, char end)
{
    number(p, at.x);
    text_char(p->out, ' ');
    number(p, at.y);
    if (end)
        text_char(p->out, end);
}

static void escaped(Text *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        if (c == '<')
            text_add(out, "&lt;");
        else if (c == '>')
            text_add(out, "&gt;");
        else if (c == '&')
            text_add(out, "&amp;");
        else if (c == '"')
            text_add(out, "&quot;");
        else if ((unsigned char)c >= ' ')
            text_char(out, c);
    }
}

static void color(Pen *p, const char *name, uint8_t role)
{
    if (role == ROLE_NONE)
        text_addf(p->out, " %s=\"none\"", name);
    else if (p->page)
        text_addf(p->out, " %s=\"var(--r%u)\"", name, (unsigned)role);
    else
        text_addf(p->out, " %s=\"#%06x\"", name, (unsigned)theme_color(p->theme, (Role)role));
}

static void opacity(Pen *p, const Item *item)
{
    if (item->opacity < 255)
        text_addf(p->out, " opacity=\"0.%02u\"", item->opacity * 100u / 256u);
}

static void stroke(Pen *p, const Item *item)
{
    if (item->stroke == ROLE_NONE)
        return;
    color(p, "stroke", item->stroke);
    attribute(p, "stroke-width", item->width);
    if (item->dash == DASH_NONE)
        return;
    float on, off;
    shape_dash((Dash)item->dash, item->width, &on, &off);
    text_add(p->out, " stroke-dasharray=\"");
    number(p, on);
    text_char(p->out, ' ');
    number(p, off);
    text_char(p->out, '"');
}

static void rect(Pen *p, const Item *item)
{
    float inset = item->stroke == ROLE_NONE ? 0 : item->width / 2;
    text_add(p->out, "<rect");
    attribute(p, "x", item->x + inset);
    attribute(p, "y", item->y + inset);
    attribute(p, "width", item->w - 2 * inset);
    attribute(p, "height", item->h - 2 * inset);
    if (item->radius > 0)
        attribute(p, "rx", item->radius);
    color(p, "fill", item->fill);
    stroke(p, item);
    opacity(p, item);
    text_add(p->out, "/>\n");
}

static void circle(Pen *p, const Item *item)
{
    text_add(p->out, "<circle");
    attribute(p, "cx", item->x);
    attribute(p, "cy", item->y);
    attribute(p, "r", item->radius);
    color(p, "fill", item->fill);
    stroke(p, item);
    opacity(p, item);
    text_add(p->out, "/>\n");
}

static void head(Pen *p, const Point corners[3], uint8_t role)
{
    text_add(p->out, "<path d=\"M");
    point(p, corners[0], 'L');
    point(p, corners[1], ' ');
    point(p, corners[2], 'Z');
    text_char(p->out, '"');
    color(p, "fill", role);
    text_add(p->out, "/>\n");
}

static void curve(Pen *p, const Item *item)
{
    Point at[4], corners[3];
    memcpy(at, p->d->points + item->first, sizeof at);
    if (item->arrow)
        shape_arrow_curve(p->d->points + item->first, item->width, at, corners);
    text_add(p->out, "<path d=\"M");
    point(p, at[0], 'C');
    point(p, at[1], ' ');
    point(p, at[2], ' ');
    point(p, at[3], '"');
    color(p, "fill", ROLE_NONE);
    stroke(p, item);
    opacity(p, item);
    text_add(p->out, "/>\n");
    if (item->arrow)
        head(p, corners, item->stroke);
}

static void path(Pen *p, const Item *item)
{
    const Point *at = p->d->points + item->first;
    Point corners[3], end = at[item->count - 1];
    if (item->arrow && item->count >= 2)
        end = shape_arrow_head(at[item->count - 2], end, item->width, corners);
    text_add(p->out, "<path d=\"M");
    for (uint32_t i = 0; i + 1 < item->count; i++)
        point(p, at[i], i == 0 ? 'L' : ' ');
    point(p, end, item->closed ? 'Z' : '\0');
    text_char(p->out, '"');
    color(p, "fill", item->fill);
    stroke(p, item);
    opacity(p, item);
    text_add(p->out, "/>\n");
    if (item->arrow && item->count >= 2)
        head(p, corners, item->stroke);
}

static void run(Pen *p, const Item *item)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    text_add(p->out, "<text");
    attribute(p, "x", item->x);
    attribute(p, "y", item->y);
    attribute(p, "font-size", item->size);
    attribute(p, "textLength", item->w);
    text_add(p->out, anchors[item->anchor]);
    if (item->font == FONT_BOLD)
        text_add(p->out, " font-weight=\"bold\"");
    color(p, "fill", item->fill);
    opacity(p, item);
    text_char(p->out, '>');
    escaped(p->out, p->d->text + item->first, item->count);
    text_add(p->out, "</text>\n");
}

static void shape(Pen *p, const Item *item)
{
    switch ((ItemKind)item->kind) {
    case ITEM_RECT: rect(p, item); break;
    case ITEM_CIRCLE: circle(p, item); break;
    case ITEM_PATH: path(p, item); break;
    case ITEM_CURVE: curve(p, item); break;
    case ITEM_TEXT: run(p, item); break;
    }
}

/* A field is named by its path: a row more in the table moves no other. */
static const char *field_path(uint64_t index)
{
    size_t count;
    const Field *f = schema_fields(SCHEMA_TCB, &count);
    return index < count ? f[index].path : "?";
}

static void open_group(Pen *p, const Item *item)
{
    static const char *const kinds[] = {"",      "segment", "row",      "state",  "edge",
                                        "field", "button",  "timeline", "branch", "menu",
                                        "panel", "view",    "header",   "choice"};
    text_add(p->out, "<g");
    if (item->clip)
        text_addf(p->out, " clip-path=\"url(#%sc%u)\"", p->page ? p->page : "", item->clip);
    if (item->target.kind) {
        text_addf(p->out, " data-target=\"%s", kinds[item->target.kind]);
        if (item->target.host < HOST_COUNT)
            text_addf(p->out, " %c", host_letter(item->target.host));
        if (item->target.kind == TARGET_FIELD)
            text_addf(p->out, " %s\"", field_path(item->target.value));
        else
            text_addf(p->out, " %u\"", (unsigned)item->target.value);
    }
    text_add(p->out, ">\n");
}

static void clip_paths(Pen *p)
{
    if (p->d->clip_count <= 1)
        return;
    text_add(p->out, "<defs>\n");
    for (uint32_t i = 1; i < p->d->clip_count; i++) {
        Box b = p->d->clips[i];
        text_addf(p->out, "<clipPath id=\"%sc%u\"><rect", p->page ? p->page : "", (unsigned)i);
        attribute(p, "x", b.x);
        attribute(p, "y", b.y);
        attribute(p, "width", b.w);
        attribute(p, "height", b.h);
        text_add(p->out, "/></clipPath>\n");
    }
    text_add(p->out, "</defs>\n");
}

static void items(Pen *p)
{
    bool open = false;
    const Item *before = NULL;
    for (uint32_t i = 0; i < p->d->item_count; i++) {
        const Item *item = &p->d->items[i];
        bool plain = item->clip == 0 && item->target.kind == TARGET_NONE;
        bool same =
            before && before->clip == item->clip && target_equal(before->target, item->target);
        if (!same && open) {
            text_add(p->out, "</g>\n");
            open = false;
        }
        if (!same && !plain) {
            open_group(p, item);
            open = true;
        }
        shape(p, item);
        before = item;
    }
    if (open)
        text_add(p->out, "</g>\n");
}

void svg_print(Text *out, const Display *d, Theme theme, const char *title)
{
    Pen p = {out, d, theme, NULL};
    text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    attribute(&p, "width", d->width);
    attribute(&p, "height", d->height);
    text_add(out, " viewBox=\"0 0 ");
    point(&p, (Point){d->width, d->height}, '"');
    text_add(out, " font-family=\"'DejaVu Sans Mono', 'WenQuanYi Micro Hei', monospace\""
                  " xml:space=\"preserve\">\n<title>");
    escaped(out, title, strlen(title));
    text_add(out, "</title>\n<rect width=\"100%\" height=\"100%\"");
    color(&p, "fill", ROLE_PAGE);
    text_add(out, "/>\n");
    clip_paths(&p);
    items(&p);
    text_add(out, "</svg>\n");
}

void svg_define(Text *out, const Display *d, const char *id)
{
    Pen p = {out, d, THEME_LIGHT, id};
    text_add(out, "<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\">\n");
    clip_paths(&p);
    text_addf(out, "<defs><g id=\"%s\">\n", id);
    items(&p);
    text_add(out, "</g></defs>\n</svg>\n");
}

void svg_use(Text *out, const char *id, Box part, const char *title)
{
    Pen p = {out, NULL, THEME_LIGHT, id};
    text_add(out, "<svg role=\"img\" viewBox=\"");
    point(&p, (Point){part.x, part.y}, ' ');
    point(&p, (Point){part.w, part.h}, '"');
    text_add(out, "><title>");
    escaped(out, title, strlen(title));
    text_addf(out, "</title><use href=\"#%s\"/></svg>\n", id);
}

void svg_colors(Text *out, Theme theme)
{
    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++)
        text_addf(out, "--r%d:#%06x;", role, (unsigned)theme_color(theme, (Role)role));
}

void svg_escaped(Text *out, const char *text)
{
    escaped(out, text, strlen(text));
}
