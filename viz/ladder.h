/*
 * ladder.h: where everything on the time-scaled ladder stands; private to the two ladder files.
 *
 * Rows are placed downwards: time to scale (timescale.h), and at least so far below the row before
 * on the same side that no text meets another. Then everything moves up until the present moment is
 * inside the panel. A segment is a Flight: where it leaves, and where it ends or is now.
 */
#ifndef SANDWIRE_VIZ_LADDER_H
#define SANDWIRE_VIZ_LADDER_H

#include "viz/scene.h"

enum { LADDER_ROWS = 400, LADDER_FLIGHTS = 200, GUTTER_TEXT = 48 };

/* The words at one side: at most three lines. */
typedef struct SideText {
    HostId host; /* HOST_NONE: it stands in the middle, if it has words */
    char event[GUTTER_TEXT];
    const char *state;
    bool quiet; /* only a number */
} SideText;

typedef enum FlightEnd { FLIGHT_ARRIVED, FLIGHT_LOST, FLIGHT_MOVING, FLIGHT_HELD } FlightEnd;

typedef struct Flight {
    uint32_t row;
    HostId from;
    FlightEnd end;
    Role role;
    bool again;       /* a retransmission or a copy */
    Point start, tip; /* tip: where it ended, or is now */
    Point goal;       /* where it would arrive */
} Flight;

typedef struct Ladder {
    const Moment *m;
    const View *view;
    Look look;
    Box box;
    float left, right; /* the two lifelines */
    float top, bottom; /* of the part where rows are drawn */
    float slope;       /* how far down one delay of the wire is */
    Nanos delay;
    uint32_t first, last; /* rows placed */
    float y[LADDER_ROWS]; /* of row first + i, on the screen */
    float now_y;
    Flight flights[LADDER_FLIGHTS];
    uint32_t flight_count;
} Ladder;

/* Places everything; draws nothing. */
void ladder_place(Ladder *, const Moment *, const View *, Box);

/* The height that shows all its rows (at most LADDER_ROWS), for a picture of this width. */
float ladder_height(const Moment *, const View *);

/* The words of a row at its side. */
SideText ladder_side(const Ladder *, uint32_t row);
uint32_t ladder_side_lines(const SideText *);
/* What is special about a departure: one of Wireshark's names, a copy, edited on its way; nothing
 * if nothing is. brief: without the number of the first copy. It is the second line of the label.
 */
void ladder_special(Text *, const Ladder *, uint32_t row, bool brief);

/* The segment of a departure: as it is now while it is under way, then as it left. */
bool ladder_segment(const Moment *, uint32_t row, Seg *, Bytes *payload);

float ladder_y(const Ladder *, uint32_t row);

#endif
