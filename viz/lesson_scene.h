/*
 * lesson_scene.h: what a lesson's step and a graded exercise look like, as plain values.
 *
 * The scene knows no lessons: whoever plays one fills these in (viz/sdl_lesson.c), and the views
 * draw them. All texts are borrowed and already in the language, some with inks (inked.h); NULL or
 * "" where there is none.
 */
#ifndef SANDWIRE_VIZ_LESSON_SCENE_H
#define SANDWIRE_VIZ_LESSON_SCENE_H

#include "core/base/base.h"

enum { LESSON_SCENE_MARKS = 17, LESSON_SCENE_CHOICES = 8 };

typedef enum CheckMark { MARK_OPEN = 0, MARK_MET, MARK_BROKEN } CheckMark;

typedef struct LessonMark {
    CheckMark mark;
    const char *caption;
} LessonMark;

typedef struct LessonScene {
    const char *title, *heading;
    uint32_t step, steps;                     /* 1 .. steps */
    const char *prose;                        /* paragraphs divided by newlines */
    const char *ask;                          /* the question, or what is to be done */
    const char *choice[LESSON_SCENE_CHOICES]; /* of the question */
    uint32_t choices;
    const char *feedback; /* on the last answer */
    bool right, wrong;    /* ... and it was that; neither: it only tells */
    const char *hint;     /* the last one shown */
    uint32_t hints_shown, hints;
    LessonMark mark[LESSON_SCENE_MARKS]; /* the task's checks */
    uint32_t marks;
    uint32_t interventions, budget; /* budget 0: none */
    const char *keys;               /* what may be typed now */
} LessonScene;

typedef struct ResultCheck {
    const char *caption;
    bool passed;
    const char *got;     /* what is, and what was expected */
    const char *why;     /* the rules that acted */
    const char *command; /* opens the moment */
    const char *hint;
} ResultCheck;

typedef struct ResultScene {
    const char *title, *answer; /* the exercise, and the name of what was handed in */
    const char *refused;        /* why it was not graded */
    uint32_t score, most;
    uint32_t settings; /* under how many it was tried */
    ResultCheck check[LESSON_SCENE_MARKS];
    uint32_t checks;
} ResultScene;

#endif
