/*
 * sub_lesson.c: `sandwire lesson` and `sandwire grade`.
 *
 * The terminal for lessons/lesson_cli.h, which knows none.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub.h"

#include "lessons/lesson_cli.h"
#include "repl/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static char *read_line(void *user, const char *prompt)
{
    (void)user;
    char *line = NULL;
    size_t cap = 0;
    fflush(stdout);
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return front_ask(prompt, &sub_interrupted);
    ssize_t len = getline(&line, &cap, stdin);
    if (len < 0) {
        free(line);
        return NULL;
    }
    if (len > 0 && line[len - 1] == '\n')
        line[len - 1] = '\0';
    return line;
}

static void write_out(void *user, const char *text, size_t len)
{
    (void)user;
    fwrite(text, 1, len, stdout);
}

static void write_error(void *user, const char *text, size_t len)
{
    (void)user;
    fflush(stdout);
    fwrite(text, 1, len, stderr);
}

static CommandIo io_of(const Program *p)
{
    return (CommandIo){.read_line = read_line,
                       .write = write_out,
                       .complain = write_error,
                       .lang = p->lang,
                       .color = p->color,
                       .ascii = p->ascii,
                       .interrupt = &sub_interrupted};
}

int sub_lesson(const Program *p)
{
    CommandIo io = io_of(p);
    return lesson_main(p->argc, p->argv, &io);
}

int sub_grade(const Program *p)
{
    CommandIo io = io_of(p);
    return grade_main(p->argc, p->argv, &io);
}
