/*
 * lecture.c: finding the steps of lecture.h in a text.
 *
 * Whatever is in the text, no byte outside it is touched, and nothing is an error: a line that is
 * not understood is a line of the language, which says so when it is run.
 */
#include "viz/lecture.h"

#include <string.h>

static Bytes part(const uint8_t *from, const uint8_t *to)
{
    return bytes_of(from, (size_t)(to - from));
}

static bool begins(Bytes line, const char *with)
{
    size_t len = strlen(with);
    return line.len >= len && memcmp(line.data, with, len) == 0;
}

static Bytes after(Bytes line, size_t n)
{
    while (n < line.len && line.data[n] == ' ')
        n++;
    return bytes_of(line.data + n, line.len - n);
}

/* "ladder: ..." names a view; what names none is all caption, beside the ladder. */
static ViewId read_view(Bytes *caption)
{
    char name[16];
    const uint8_t *colon = caption->len ? memchr(caption->data, ':', caption->len) : NULL;
    size_t len = colon ? (size_t)(colon - caption->data) : sizeof name;
    if (len >= sizeof name)
        return VIEW_LADDER;
    memcpy(name, caption->data, len);
    name[len] = '\0';
    ViewId view = view_of_name(name);
    if (view == VIEW_COUNT)
        return VIEW_LADDER;
    *caption = after(*caption, len + 1);
    return view;
}

static void begin_step(Lecture *l, Bytes caption)
{
    LectureStep *s = &l->steps[l->count++];
    s->view = read_view(&caption);
    s->caption[LANG_EN] = s->caption[LANG_ZH] = caption;
}

void lecture_read(Lecture *l, Bytes text)
{
    const uint8_t *at = text.data, *end = text.data + text.len, *lines = at;
    memset(l, 0, sizeof *l);
    while (at < end) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop ? stop : end;
        Bytes line = part(at, stop);
        if (begins(line, "## zh:") && l->count > 0) {
            l->steps[l->count - 1].caption[LANG_ZH] = after(line, 6);
        } else if (begins(line, "## ") && l->count < LECTURE_STEPS) {
            if (l->count > 0) {
                l->steps[l->count - 1].lines = part(lines, at);
                lines = at;
            }
            begin_step(l, after(line, 3));
        }
        at = stop + (stop < end);
    }
    if (l->count > 0)
        l->steps[l->count - 1].lines = part(lines, end);
}
