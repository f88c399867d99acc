/*
 * parts.c: the small pieces of parts.h.
 *
 * They only place and draw: nothing here looks at a world or a trace, and nothing is remembered
 * from one call to the next.
 */
#include "viz/parts.h"

#include <string.h>

#include "viz/measure.h"

void part_seq(Text *out, const View *view, const Tcb *t, HostId whose, Seq seq)
{
    SegNames names = {.absolute = view->absolute};
    HostId own = (HostId)t->host, peer = host_peer(own);
    names.isn[own] = t->snd.iss;
    names.isn[peer] = t->rcv.irs;
    names.known[own] = t->state != LISTEN;
    names.known[peer] = t->state != LISTEN && t->state != SYN_SENT;
    segtext_seq(out, &names, whose, seq);
}

void part_swatch(Display *d, Box box, const Swatch *s)
{
    draw_rect(d, box, 2, s->fill, s->dashed ? ROLE_NONE : s->stroke, 1.4f);
    if (s->dashed) {
        Point at[4] = {{box.x, box.y},
                       {box.x + box.w, box.y},
                       {box.x + box.w, box.y + box.h},
                       {box.x, box.y + box.h}};
        draw_path(d, at, 4, ROLE_NONE, s->stroke, 1.4f, DASH_DASHED, true, false);
    }
    if (s->crossed) {
        float r = box.w < box.h ? box.w * 0.3f : box.h * 0.3f;
        draw_cross(d, (Point){box.x + box.w / 2, box.y + box.h / 2}, r, ROLE_RST, 2);
    }
}

void part_legend(Display *d, const View *view, float x, float y, float width, const Swatch *s,
                 uint32_t count)
{
    Look look = look_of(view);
    float size = look.small * 0.95f, end = x + width;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = word(s[i].word, view->lang);
        float w = measure_text(name, size);
        if (x + size * 2.1f + w > end)
            return;
        part_swatch(d, (Box){x, y - size * 0.85f, size * 1.6f, size * 1.05f}, &s[i]);
        draw_text(d, x + size * 2.1f, y, name, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
        x += size * 3.5f + w;
    }
}

void part_marks(Display *d, const View *view, const PlaceMark *marks, uint32_t count, Box line,
                float y, float y0, float y1)
{
    Look look = look_of(view);
    float size = look.small * 0.95f, free_from = line.x;
    for (uint32_t i = 0; i < count; i++) {
        const PlaceMark *m = &marks[i];
        float w = measure_text(m->text, size), left = m->x - w / 2;
        left = left < free_from ? free_from : left;
        if (left + w > line.x + line.w)
            left = line.x + line.w - w;
        draw_line(d, (Point){m->x, y0}, (Point){m->x, y1}, ROLE_TEXT, 1.6f, DASH_NONE, false);
        if (left + 0.5f < free_from)
            continue; /* no room beside the one before */
        draw_text(d, left, y, m->text, ROLE_TEXT, size, FONT_MONO, ANCHOR_START);
        free_from = left + w + size;
    }
}
