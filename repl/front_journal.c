/*
 * front_journal.c: the journal (front_journal.h).
 *
 * What the log holds is compared by length and by the session's identity: another session means
 * another text. A journal that can no longer be written is given up silently: it must never stop a
 * lesson.
 *
 * The file is locked while its session goes on: a second program beside it keeps no journal, and
 * does not take the first one's for the remains of a crash.
 */
#include "repl/front_journal.h"
#include "repl/front.h"

#include "core/lab/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char END_MARK[] = "# end\n";

struct Journal {
    FILE *file;
    char *path;
    const Session *session;
    uint32_t lines;
    bool begun;
};

Journal *journal_open(const char *path)
{
    Journal *j = calloc(1, sizeof *j);
    char *copy = malloc(strlen(path) + 1);
    if (!j || !copy) {
        free(j);
        free(copy);
        return NULL;
    }
    strcpy(copy, path);
    j->path = copy;
    return j;
}

/* The whole session so far. */
static void begin(Journal *j, Shell *sh)
{
    if (j->file)
        fclose(j->file);
    j->file = fopen(j->path, "a"); /* emptied only when it is ours */
    if (j->file &&
        (flock(fileno(j->file), LOCK_EX | LOCK_NB) != 0 || ftruncate(fileno(j->file), 0) != 0)) {
        fclose(j->file);
        j->file = NULL;
    }
    j->begun = true;
    j->session = shell_session(sh);
    j->lines = session_log_count(j->session);
    if (!j->file)
        return;
    Text text = text_heap();
    shell_save(sh, &text);
    fwrite(text.buf, 1, text.len, j->file);
    fflush(j->file);
    text_heap_free(&text);
}

void journal_follow(Journal *j, Shell *sh)
{
    if (!j)
        return;
    const Session *session = shell_session(sh);
    uint32_t count = session_log_count(session);
    bool same = j->begun && session == j->session && count >= j->lines;
    if (same && count == j->lines)
        return;
    if (!same && count == 0 && !j->begun)
        return; /* nothing typed yet: leave an older journal alone */
    if (!same) {
        begin(j, sh);
        return;
    }
    for (uint32_t i = j->lines; i < count && j->file; i++)
        fprintf(j->file, "%s\n", session_log_line(session, i));
    if (j->file)
        fflush(j->file);
    j->lines = count;
}

void journal_close(Journal *j)
{
    if (!j)
        return;
    if (j->file) {
        fputs(END_MARK, j->file);
        fclose(j->file);
    }
    free(j->path);
    free(j);
}

char *front_journal_unfinished(const char *path, size_t *len)
{
    enum { JOURNAL_MAX = 1 << 24 };
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    if (flock(fileno(f), LOCK_SH | LOCK_NB) != 0) { /* it is being written */
        fclose(f);
        return NULL;
    }
    char *text = malloc(JOURNAL_MAX);
    *len = text ? fread(text, 1, JOURNAL_MAX - 1, f) : 0;
    fclose(f);
    size_t mark = strlen(END_MARK);
    bool ended = *len >= mark && memcmp(text + *len - mark, END_MARK, mark) == 0;
    if (!text || *len == 0 || ended) {
        free(text);
        return NULL;
    }
    text[*len] = '\0';
    char *small = realloc(text, *len + 1);
    return small ? small : text;
}
