/*
 * lecture.h: a scenario that is shown in steps, by one who stands in front of a class.
 *
 * It is an ordinary .sw file. Comments that begin with `## ` divide it:
 *
 *     ## ladder: Three segments open a connection.        which view, and what to say
 *     ## zh: 三个报文段打开一个连接。                        the same in Chinese
 *     A connect B:80                                      what happens
 *
 * Pure: text in, steps out. The window runs them (sdl_lecture.c).
 */
#ifndef SANDWIRE_VIZ_LECTURE_H
#define SANDWIRE_VIZ_LECTURE_H

#include "viz/views.h"

enum { LECTURE_STEPS = 64 };

typedef struct LectureStep {
    ViewId view;
    Bytes caption[LANG_COUNT]; /* both point into the text */
    Bytes lines;               /* with comments and ends of lines */
} LectureStep;

typedef struct Lecture {
    LectureStep steps[LECTURE_STEPS];
    uint32_t count; /* 0: the text is no lecture */
} Lecture;

/* The text must outlive the lecture. A step without Chinese says the same in both languages; what
 * comes before the first step belongs to it. More than LECTURE_STEPS: the last one has the rest. */
void lecture_read(Lecture *, Bytes text);

#endif
