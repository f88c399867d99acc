/*
 * scene.h: from a moment of a run to a picture.
 *
 * scene(moment, view) -> display list: pure, without a clock, a font or a mouse. A Moment is what
 * is shown, a View how: size, language, what is open, where the pointer is. The same two give the
 * same list, so the window, a PNG, an SVG for slides and the tests all show one picture.
 *
 *      +--------------------------------------------------+
 *      | bar: time, states, buttons                       |
 *      | A: diagram |  the wire: ladder       | B: diagram|
 *      |    fields  |                         |    fields |
 *      | strip of A's numbers | strip of B's numbers      |
 *      | timeline with branches                           |
 *      | status, or the command line                      |
 *      +--------------------------------------------------+
 */
#ifndef SANDWIRE_VIZ_SCENE_H
#define SANDWIRE_VIZ_SCENE_H

#include "core/lab/session.h"
#include "viz/display.h"
#include "viz/keys.h"
#include "viz/lesson_scene.h"
#include "viz/words.h"

enum { MOMENT_BRANCH_MAX = 16 };

struct Finding;    /* core/lab/finding.h */
struct Comparison; /* core/lab/comparison.h */
struct TwinScene;  /* core/lab/compare.h */

typedef struct Moment {
    const World *world;
    const Trace *trace;
    /* The focused connection of each host one event earlier, to mark what changed; .used is 0 where
     * there was none. */
    Tcb before[HOST_COUNT];
    bool has_before;
    /* The whole branch, beyond the present moment; NULL: nothing is known of the future. */
    const Trace *future;
    Nanos future_end;
    BranchInfo branches[MOMENT_BRANCH_MAX];
    uint32_t branch_count;
    uint64_t position, length;
    const struct Finding *finding;       /* of the last search; NULL: none */
    const struct Comparison *comparison; /* of the last `compare`; NULL: none */
    const struct TwinScene *twin;        /* one scenario on several TCPs; NULL: none */
    const LessonScene *lesson;           /* the step that is open; NULL: none */
    const ResultScene *result;           /* of the exercise graded last; NULL: none */
} Moment;

/* The present moment of a session, without `before` and `future`. */
void moment_of(Moment *, const Session *);
/* Remembers the focused connections, for a later moment's `before`. */
void moment_remember(const World *, Tcb before[HOST_COUNT]);

/* The whole branch as a trace of its own (free with trace_free; NULL at its end), and the time of
 * its end. Travels there and comes back: nothing is changed by that. */
Trace *moment_future(Session *, Nanos *end);

/* What a learner means by A or B: the connection shown for the host, NULL if there is none. */
const Tcb *moment_conn(const Moment *, HostId);
/* The row of the segment that left last; 0 if none has. */
uint32_t moment_last_departure(const Moment *);
TcpState moment_state(const Moment *, HostId);

/* What has the window for itself: all of them together, or 1 + ViewId (views.h). */
enum { FOCUS_ALL = 0, FOCUS_LADDER = 1 };

typedef struct Prompt {
    bool open;
    const char *text; /* UTF-8 */
    size_t cursor;    /* offset in bytes */
    const char *note; /* below it: a hint, an answer or an error; may be NULL */
    bool bad;         /* the note is an error */
} Prompt;

typedef struct View {
    float width, height;
    float zoom; /* of the type: 0.75..3; 0: 1 */
    Lang lang;
    uint32_t focus; /* FOCUS_ALL, or 1 + ViewId */
    bool absolute;  /* plain sequence numbers */
    bool playing, hold, help;
    bool presenter;     /* large type, one panel, no bar */
    bool blank;         /* nothing at all: the audience shall look at the lecturer */
    bool even;          /* the ladder has a row for each event instead of a scale of time */
    uint32_t lower;     /* ViewId of what stands below; 0: the strips */
    bool lesson;        /* the moment's lesson stands in B's place, with more room */
    bool views;         /* the list of views is open */
    const char *speed;  /* "1/4" */
    const char *status; /* what is unusual now; may be NULL */
    Target hover;       /* what the pointer rests on */
    float pointer_x, pointer_y;
    uint32_t selected; /* row of a departure; 0: none */
    bool menu;         /* of the selected segment */
    float menu_x, menu_y;
    uint32_t menu_line; /* chosen with the keys */
    Prompt command, edit;
    float scroll;        /* of the ladder, pixels back from its end */
    uint32_t from;       /* the ladder begins with this row, at its top; 0: it shows the present */
    uint32_t gap;        /* ... and leaves room for a line of words above this one */
    const char *title;   /* of the demo or session, may be NULL */
    const char *caption; /* what the lecture says now; may be NULL */
} View;

/* The lines of a segment's menu. */
enum { MENU_LINES = 6 };
KeyAction menu_action(uint32_t line);

/* The view that a key shows alone, by SDL's name of the key ("F2"): UINT32_MAX if it is none. */
uint32_t views_of_key(const char *name);
const char *views_key(uint32_t view); /* "" if it has none */

/* The whole window. */
void scene_window(Display *, const Moment *, const View *);
/* One thing alone, filling the picture: for slides. */
void scene_ladder(Display *, const Moment *, const View *);
void scene_fsm(Display *, const Moment *, const View *);
void scene_header(Display *, const Moment *, const View *, uint32_t row);

/* ---- The parts ---------------------------------------------------------------------------------
 */

/* Sizes of type and gaps that all parts share. */
typedef struct Look {
    float unit;  /* 1 at 1280x720 */
    float body;  /* font size of what is read */
    float small; /* of labels; never below 9 */
    float line;  /* distance of baselines of small text */
    float pad;
} Look;
Look look_of(const View *);

/* A panel with a title; returns the box inside. */
Box panel(Display *, Box, const char *title, const Look *);

void view_fsm(Display *, const Moment *, const View *, HostId, Box);
/* The height that the diagram wants at this width. */
float view_fsm_height(const View *, float width);
/* Sequence numbers over time, as Wireshark's tcptrace graph draws them. */
void view_timeseq(Display *, const Moment *, const View *, HostId, Box);
void view_tcb(Display *, const Moment *, const View *, HostId, Box);
void view_ladder(Display *, const Moment *, const View *, Box);
void view_seqspace(Display *, const Moment *, const View *, HostId from, Box);
/* The send and the receive buffer, a cell for each byte. */
void view_queues(Display *, const Moment *, const View *, HostId, Box);
void view_plot(Display *, const Moment *, const View *, HostId, Box);
/* All connections of both ends as a table, as `ss` prints it. */
void view_hosts(Display *, const Moment *, const View *, Box);
/* The futures of the run as a tree: who left whom, where, and where we are. */
void view_branches(Display *, const Moment *, const View *, Box);
/* The run that a search found, event by event. */
void view_search(Display *, const Moment *, const View *, Box);
/* The run here and the branch of the last `compare`, side by side. */
void view_compare(Display *, const Moment *, const View *, Box);
/* One scenario on our TCP and others, the first divergence marked. */
void view_twin(Display *, const Moment *, const View *, Box);
/* A lesson's step with its question or task, and a graded exercise. */
void view_lesson(Display *, const Moment *, const View *, Box);
void view_result(Display *, const Moment *, const View *, Box);
void view_timeline(Display *, const Moment *, const View *, Box);
/* The header of a segment as a grid of bits, and the why below it. Height used: */
float view_header(Display *, const Moment *, const View *, uint32_t row, Box);
/* A sentence where there is nothing to show yet. */
void view_nothing(Display *, const View *, Word, Box);
void view_help(Display *, const View *);
/* The list of views: choose one to see it alone. */
void view_list(Display *, const View *);
void view_menu(Display *, const Moment *, const View *);
void view_tooltip(Display *, const Moment *, const View *);
void view_bar(Display *, const Moment *, const View *, Box);
void view_status(Display *, const Moment *, const View *, Box);
/* With a rule of TCP switched off every picture says so, in red, wherever it is in time: on the
 * baseline y from x on; returns how wide that is, 0 if all rules are in force. */
bool moment_ablated(const Moment *);
float view_ablated(Display *, const Moment *, const View *, float x, float y, float width);
/* For a view that fills a picture: what is left inside the margins, below the line that says so. */
Box scene_frame(Display *, const Moment *, const View *);
float scene_frame_head(const Moment *, const View *); /* the height of that line; 0: none */
void view_edit(Display *, const View *);

/* The moment that x means on the timeline of the window; false if x, y is not on it. */
bool timeline_at(const Moment *, const View *, float x, float y, Nanos *);
/* Where the timeline lies in the window. */
Box scene_timeline_box(const View *);

/* What kind of segment it is, as a colour. */
Role segment_role(const Seg *, bool again);

#endif
