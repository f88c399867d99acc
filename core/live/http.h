/*
 * http.h: the HTTP/1.1 server of our end: pages about itself, and files.
 *
 * Private to service.c. A file is sent chunk by chunk, as room becomes free: how far each one has
 * come stands in Services. Its bytes are part of the session's lines, so a saved session needs no
 * files.
 */
#ifndef SANDWIRE_CORE_LIVE_HTTP_H
#define SANDWIRE_CORE_LIVE_HTTP_H

#include "core/live/service.h"

/* The next line to do for this connection; false: nothing yet. */
bool http_next(Text *line, Services *, const World *, const Tcb *);

#endif
