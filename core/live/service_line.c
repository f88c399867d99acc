/*
 * service_line.c: see service_line.h.
 *
 * A byte that is no printable letter becomes \x and two digits, so any file fits into a line.
 */
#include "core/live/service_line.h"

#include <string.h>

bool service_may_send(const Tcb *t)
{
    return (t->state == ESTABLISHED || t->state == CLOSE_WAIT) && !(t->user & USER_SHUT);
}

void service_say(Text *line, const Tcb *t, const char *what)
{
    text_addf(line, "B[%u] %s", t->number, what);
}

/* A text of the language, in quotes. */
void service_quote(Text *line, const uint8_t *bytes, size_t len)
{
    text_char(line, '"');
    for (size_t i = 0; i < len; i++) {
        uint8_t c = bytes[i];
        if (c == '"' || c == '\\')
            text_addf(line, "\\%c", c);
        else if (c == '\n')
            text_add(line, "\\n");
        else if (c == '\r')
            text_add(line, "\\r");
        else if (c < 0x20 || c >= 0x7f)
            text_addf(line, "\\x%02x", c);
        else
            text_char(line, (char)c);
    }
    text_char(line, '"');
}

void service_send_text(Text *line, const Tcb *t, const char *text, size_t len)
{
    service_say(line, t, "send ");
    service_quote(line, (const uint8_t *)text, len);
}

uint32_t service_peek(const World *w, const Tcb *t, uint8_t *out, uint32_t cap)
{
    return ring_peek(&t->rx, (const uint8_t *)w + w->rings_at, 0, out, cap);
}
