/*
 * front_journal.h: the file in which a session survives a crash.
 *
 * Private to the front end. The journal is the session as text (shell_save), written line by line
 * as the session grows and flushed each time.
 */
#ifndef SANDWIRE_REPL_FRONT_JOURNAL_H
#define SANDWIRE_REPL_FRONT_JOURNAL_H

#include "repl/shell.h"

typedef struct Journal Journal;

/* Begins a journal; NULL if the file cannot be written (then there is none). */
Journal *journal_open(const char *path);

/* Appends what the session's log has more than the journal; writes it anew after a `load`. */
void journal_follow(Journal *, Shell *);

/* Writes the end mark. */
void journal_close(Journal *);

#endif
