/*
 * story.h: small runs that the picture tests show.
 *
 * Each is a session brought to a moment worth a picture, made of commands like a learner's.
 */
#ifndef SANDWIRE_TESTS_VIZ_STORY_H
#define SANDWIRE_TESTS_VIZ_STORY_H

#include "core/lab/comparison.h"
#include "core/lab/finding.h"
#include "core/lab/session.h"
#include "viz/lesson_scene.h"

typedef enum Story {
    STORY_EMPTY,
    STORY_HANDSHAKE,    /* established */
    STORY_LIFE,         /* opened, five bytes, closed from A; A waits in TIME-WAIT */
    STORY_LOSS,         /* a SYN and a data segment are lost and sent again */
    STORY_FLIGHT,       /* data under way */
    STORY_BULK,         /* many segments under way */
    STORY_HELD,         /* hold on: the SYN waits */
    STORY_RESET,        /* B closes with unread data: RST */
    STORY_SIMULTANEOUS, /* both call CLOSE at the same moment */
    STORY_COPY,         /* a duplicate, an edited segment, a cut wire */
    STORY_BRANCHES,     /* two futures */
    STORY_HOLE,         /* the first of many segments is lost: SACKs, bytes out of order */
    STORY_COUNT
} Story;

const char *story_name(Story);

/* Free with session_free. */
Session *story_tell(Story);

/* As if a search had found the session's run: its events are those of the present branch. */
void story_finding(Finding *, Session *);
/* Another future of the story: in its middle the wire is cut. Ended by comparison_free. */
void story_other(Comparison *, Story);

/* A step of a lesson and a graded exercise with long and short texts, in the language. */
LessonScene story_lesson(Lang);
ResultScene story_result(Lang);

#endif
