/*
 * predict.h: the answers of predictions: computed, never typed.
 *
 * The question's `on:` lines run on a fork of the learner's world; there the answer's expression is
 * evaluated. So an answer cannot be wrong by a slip of the author, and it stays right when the
 * lesson changes above it.
 */
#ifndef SANDWIRE_LESSONS_PREDICT_H
#define SANDWIRE_LESSONS_PREDICT_H

#include "core/lab/segtext.h"
#include "lessons/lesson.h"
#include "repl/shell.h"

typedef struct PredictKey {
    char text[160]; /* the right answer as a learner would write it; choices: the name(s) */
    int64_t number; /* PREDICT_NUMBER, PREDICT_YESNO */
    uint8_t state;  /* PREDICT_STATE */
    Seg seg;        /* PREDICT_SEGMENT, PREDICT_FIELD */
    SegNames names;
    uint32_t
        right[LESSON_CHOICES_MAX]; /* choices: numbers (from 0) of the right one, or in order */
    uint32_t right_count;
    bool unit; /* the number is a duration and wants a unit */
} PredictKey;

/* Computes the answer at the shell's present moment. False with a reason in *why (both languages)
 * when there is none: a command fails, no such segment is sent, no choice or two choices are right.
 */
bool predict_compute(const Block *, Shell *, PredictKey *, const char *why[LANG_COUNT]);

typedef enum PredictVerdict {
    PREDICTED_RIGHT,
    PREDICTED_WRONG,
    PREDICTED_NOTHING /* it is no answer to this question: *feedback says how to write one */
} PredictVerdict;

/* Judges what a learner typed; feedback gets what to say about a wrong or unreadable answer
 * (Markdown, may be empty). */
PredictVerdict predict_judge(const Block *, const PredictKey *, const char *given, Lang,
                             Text *feedback);

/* How an answer is to be written: "a state, such as ESTABLISHED". */
const char *predict_form(PredictType, Lang);

/* The right answer for a reader: for a choice its text. */
void predict_show(Text *, const Block *, const PredictKey *, Lang);

#endif
