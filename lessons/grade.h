/*
 * grade.h: an exercise, an answer, and what came of it.
 *
 * An exercise is a lesson with exactly one task. An answer is a text in our language: lines that a
 * learner typed, or a saved session. It runs on a fresh world that the exercise's setup has made,
 * once under the visible setting and once under each hidden one (`variant:` seeds and links); a
 * check is passed when it holds under all of them. Grading goes on after the first failure.
 *
 *     exercise + answer -> GradeResult -> text | json        (one record, many formats)
 *
 * Same answer, same bytes: no clock, no paths but the names that were given.
 *
 * Answers may be hostile. Bytes, commands, events and the work of travelling are bounded; what is
 * not text is refused; nothing an answer says can open a file. A refused answer has score 0 and a
 * reason with its place.
 */
#ifndef SANDWIRE_LESSONS_GRADE_H
#define SANDWIRE_LESSONS_GRADE_H

#include "lessons/judge.h"
#include "lessons/lesson.h"
#include "repl/shell.h"

enum {
    GRADE_ANSWER_BYTES_MAX = 64 * 1024,
    GRADE_COMMANDS_MAX = 500,
    GRADE_EVENTS_MAX = 20000,    /* that one command may let happen */
    GRADE_ROWS_MAX = 20000,      /* of the run */
    GRADE_WORK_MAX = 400 * 1000, /* rows, summed over the commands: bounds travelling and looking */
    GRADE_CHECKS_MAX = LESSON_CHECKS_MAX + 1
};

typedef struct GradeCheck {
    const char *id;
    const char *caption;
    bool passed;
    bool never; /* what must not come true: `got` tells what came true all the same */
    /* The first setting under which it failed; empty texts if it passed. */
    uint32_t setting; /* 0: the visible one */
    uint32_t row;     /* the moment */
    Nanos at;
    const char *ladder;  /* the student's own run around the moment, which is marked with ">>" */
    const char *got;     /* as pred_explain says it: what is, and what was expected */
    const char *why;     /* the rules that acted at the moment, with their RFC clauses */
    const char *command; /* opens the moment */
    const char *hint;
} GradeCheck;

typedef struct GradeResult {
    Arena arena;
    Lang lang;
    const char *exercise; /* id */
    const char *title;
    const char *answer;  /* the name that was given */
    const char *refused; /* why the answer was not graded; NULL: it was */
    GradeCheck check[GRADE_CHECKS_MAX];
    uint32_t check_count, passed_count;
    uint32_t score, max_score;
    uint32_t interventions, par, budget; /* under the visible setting */
    uint32_t settings;                   /* how many settings there were */
    bool passed;
} GradeResult;

/* Grades. name is what the report calls the answer (a file name). Always fills the result. */
void grade_answer(const Lesson *exercise, const char *name, Bytes answer, Lang, GradeResult *);
void grade_free(GradeResult *);

/* The report for people; about a screen per failed check. */
void grade_print_text(Text *, const GradeResult *, bool color);

/* The report for machines: one object with an array of results; keys in a fixed order. */
void grade_print_json(Text *, const GradeResult *, uint32_t count);

/* The answer's run as a session text that stands at the moment of a check: `sandwire run` shows it.
 * False if there is no such check, or the answer is refused. */
bool grade_moment(const Lesson *, Bytes answer, const char *check, Text *out);

/* ---- parts that the content check uses ---- */

/* A shell with the exercise's world at the beginning of `task`, under a setting: 0 is the visible
 * one, i the i-th variant. NULL if a line of the lesson does not work. */
Shell *grade_world(const Lesson *, const Block *task, uint32_t setting, TaskStart *);

/* Runs the lines of an answer within the limits. NULL if all went well, else the reason, in the
 * arena. */
const char *grade_run(Arena *, Shell *, const Lesson *, const Block *task, Bytes answer, Lang);

#endif
