/*
 * files.h: a folder, read into memory, for the HTTP server of our end.
 *
 * Read once, before the session begins: what is served does not change under the learner's hands.
 */
#ifndef SANDWIRE_CORE_LIVE_FILES_H
#define SANDWIRE_CORE_LIVE_FILES_H

#include "core/base/base.h"
#include "core/live/service.h"

enum { FILES_MAX = 1000, FILES_BYTES_MAX = 16 * 1024 * 1024 };

typedef struct Files {
    ServedFile *files;
    uint32_t count;
    uint64_t bytes;
} Files;

/* Every file below the folder but hidden ones; links are not followed. False: it cannot be read, or
 * it is too much: error says which and what to do. */
bool files_open(Files *, const char *folder, Lang, char *error, size_t cap);
void files_close(Files *);

#endif
