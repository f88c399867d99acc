/*
 * cli_private.h: what lesson_cli.c and grade_cli.c share: writing, refusing, exit codes.
 *
 * Private to the two: everybody else sees lesson_cli.h.
 */
#ifndef SANDWIRE_LESSONS_CLI_PRIVATE_H
#define SANDWIRE_LESSONS_CLI_PRIVATE_H

#include "core/base/print.h"
#include "lessons/lesson_cli.h"

enum { CLI_GOOD = 0, CLI_FAILED = 1, CLI_NOT_UNDERSTOOD = 2 };

void cli_write(const CommandIo *, const Text *);
void cli_complain(const CommandIo *, const Text *);

/* Says what was not understood; %s in the texts is `what`. Returns CLI_NOT_UNDERSTOOD. */
int cli_refuse(const CommandIo *, const char *en, const char *zh, const char *what);

bool cli_wants_help(int argc, char **argv);

#endif
