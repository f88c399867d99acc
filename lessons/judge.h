/*
 * judge.h: does a run do what a task asks for?
 *
 * Three kinds of check, judged over the present branch from the task's beginning to now:
 *
 *     check       EXPR is true now
 *     never       EXPR was not true at any moment
 *     eventually  EXPR was true at some moment (within T of the beginning, if T is given)
 *
 * and three verdicts: open (not yet), met, broken (it can no longer be met on this branch; going
 * back can mend it). A task is passed when every `check` and `eventually` is met, no `never` is
 * broken, and the budget of interventions is kept.
 *
 * An intervention is a command on the final branch that is neither a call of an application
 * (connect, send, close ...) nor a look: what the learner did to the network, the hosts and the
 * rules. What was undone does not count.
 */
#ifndef SANDWIRE_LESSONS_JUDGE_H
#define SANDWIRE_LESSONS_JUDGE_H

#include "core/lab/session.h"
#include "lessons/lesson.h"

typedef enum Verdict { VERDICT_OPEN = 0, VERDICT_MET, VERDICT_BROKEN } Verdict;

/* Where a task begins: taken when its world is ready. */
typedef struct TaskStart {
    uint64_t position, digest;
    Nanos at;
    uint32_t row;
} TaskStart;

typedef struct CheckState {
    const Entry *entry;
    Verdict verdict;
    bool at_start; /* the expression was true when the task began */
    bool ever;     /* ... at some moment */
    bool now;
    uint64_t position; /* the moment that decides: where it became or ceased to be true, or now */
    uint32_t row;      /* the last row at that moment */
    Nanos at;
} CheckState;

typedef struct Judgement {
    CheckState check[LESSON_CHECKS_MAX];
    uint32_t check_count, met;
    uint32_t interventions;
    bool over_budget;
    bool before_start; /* the learner stands before the task's beginning, or has changed it */
    bool passed;
} Judgement;

TaskStart judge_start(Session *);

/* Walks the session through its present branch and back to now: afterwards it is as it was. */
void judge(const Block *task, Session *, const TaskStart *, Judgement *);

/* What the check's expression said at its moment, one line per comparison, as pred_explain. */
void judge_explain(Text *, const CheckState *, Session *, Lang);

/* The checklist, a line each: "[ok] caption", "[  ] ...", "[!!] ..." and the budget. */
void judge_print(Text *, const Block *task, const Judgement *, Lang, bool color);

/* Commands that a learner may use in a task. `allow` is a list such as "drop, delay A send"; ""
 * allows all. Looking and moving in time is always allowed. False: `line` has a command that is
 * not; *word (cap bytes) says which. */
bool judge_allows(const char *allow, const char *line, char *word, size_t cap);

#endif
