/*
 * chart.h: axes for curves: time to the right, a number upwards; private to the views.
 *
 * Time is folded as on the timeline (timescale.h), so that a pause of a second does not press the
 * round trips together. Where there is room, both axes have quiet grid lines at round values, with
 * the values beside them; in a low box there are none.
 */
#ifndef SANDWIRE_VIZ_CHART_H
#define SANDWIRE_VIZ_CHART_H

#include "viz/scene.h"
#include "viz/timescale.h"

enum { CHART_POINTS = 400 };

typedef struct Sample {
    Nanos at;
    uint64_t value;
} Sample;

typedef struct Series {
    Sample sample[CHART_POINTS];
    uint32_t count;
} Series;

/* When there are too many, every second one goes. */
void series_add(Series *, Nanos at, uint64_t value);

typedef struct Chart {
    Display *d;
    Look look;
    Box box;   /* of the curves */
    bool axes; /* there is room for them */
    bool time; /* the number is a duration */
    TimeScale scale;
    uint64_t top; /* the value at the upper edge */
    Nanos end;
} Chart;

/* Room for a line of names above, and for the axes if the box is large enough. */
void chart_begin(Chart *, Display *, const Moment *, const View *, bool time, Box whole);
/* The values that must be inside. */
void chart_room(Chart *, const Series *);
void chart_draw_axes(const Chart *);
Point chart_point(const Chart *, Nanos at, uint64_t value);

/* A value holds until the next one, the last until now. */
void chart_steps(const Chart *, const Series *, Role, float width, Dash);
void chart_dots(const Chart *, const Series *, Role);

/* A value as the axis writes it. */
void chart_value(Text *, bool time, uint64_t value);

/* A stroke of the curve's line and its name, above the curves from x on; returns where the next one
 * begins (x, and nothing drawn, if it does not fit). */
float chart_name(const Chart *, float x, const char *name, Role, Dash);

#endif
