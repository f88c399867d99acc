/*
 * service.h: the programs of our end that the kernel's programs can talk to.
 *
 *     7  echo      sends back what it reads
 *     9  discard   reads everything
 *    19  chargen   sends letters until nobody reads
 *    80  HTTP/1.1  pages about itself, and files
 *  8001            reads 1000 bytes a second: its window closes
 *  8002            never closes: CLOSE-WAIT
 *  8003            resets when it is spoken to
 *
 * A service is a pure function: it looks at the world and says, in the language, what the program
 * on host B does next ("B[3] recv", "B[3] close"). So what services do is part of the session like
 * anything that is typed: it is saved, replayed and explained.
 */
#ifndef SANDWIRE_CORE_LIVE_SERVICE_H
#define SANDWIRE_CORE_LIVE_SERVICE_H

#include "core/base/wire_ip.h"
#include "core/net/world.h"

/* What the HTTP server may send besides its own pages. */
typedef struct ServedFile {
    char *path; /* as it is asked for: "/a/b.txt" */
    uint8_t *bytes;
    uint32_t len;
} ServedFile;

typedef struct Transfer {
    const ServedFile *file; /* NULL: none */
    uint32_t conn, at;      /* number of the connection; what has been sent */
} Transfer;

enum { SERVICE_TRANSFERS = 64 };

typedef struct Services {
    Nanos slow_next; /* when the slow reader reads again */
    uint32_t chargen_line;
    uint64_t seen, held, passed; /* for the page; filled in by whoever counts them */
    const ServedFile *files;     /* of whoever opened the folder (files.h) */
    uint32_t file_count;
    Transfer transfers[SERVICE_TRANSFERS];
} Services;

enum { SERVICE_LINE_MAX = 14000 }; /* the longest line that is written */

/* Is there a service on this port? */
bool service_on(uint16_t port);

/* Adds the next line to do; false: nobody wants anything. Call again after each line. */
bool service_next(Services *, const World *, Text *line);

/* When a service wants to act without being asked; NANOS_NEVER: not by itself. */
Nanos service_due(const Services *, const World *);

#endif
