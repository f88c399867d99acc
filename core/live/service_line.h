/*
 * service_line.h: what the services ask of a connection and how they say what they do.
 *
 * Private to service.c and http.c. All lines are the session's language, so they are saved and
 * replayed like anything that is typed.
 */
#ifndef SANDWIRE_CORE_LIVE_SERVICE_LINE_H
#define SANDWIRE_CORE_LIVE_SERVICE_LINE_H

#include "core/base/print.h"
#include "core/net/world.h"

/* May host B still write? */
bool service_may_send(const Tcb *);

/* At most cap bytes of what can be read, without taking them; how many. */
uint32_t service_peek(const World *, const Tcb *, uint8_t *out, uint32_t cap);

/* "B[3] " and what it does. */
void service_say(Text *line, const Tcb *, const char *what);
/* A text of the language, in quotes. */
void service_quote(Text *line, const uint8_t *bytes, size_t len);
/* "B[3] send "..."". */
void service_send_text(Text *line, const Tcb *, const char *text, size_t len);

#endif
