/*
 * sub_viz.h: an answer that was graded, for the window; private to sub_viz*.c.
 *
 * Kept as long as the window is open: the scene's texts are the result's.
 */
#ifndef SANDWIRE_REPL_SUB_VIZ_H
#define SANDWIRE_REPL_SUB_VIZ_H

#include "lessons/grade.h"
#include "repl/sub.h"
#include "viz/lesson_scene.h"

typedef struct Graded {
    Lesson *lesson;
    GradeResult result;
    ResultScene scene;
    char hints[LESSON_SCENE_MARKS][600]; /* with inks */
    bool graded;
} Graded;

/* Grades the file as an answer to the exercise, prints the report, and puts the shell where the
 * first check failed. 0, or the exit code after a complaint; graded_close either way. */
int graded_open(Graded *, const Program *, const char *exercise, const char *answer, Shell *);
void graded_close(Graded *);

#endif
