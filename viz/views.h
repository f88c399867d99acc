/*
 * views.h: the table of views: what there is to look at, how it is called and who draws it.
 *
 * The window's layout, `sandwire render --view`, the list of views and the tests read the same
 * rows, so a view that is in the table can be shown, rendered, and is tested for overlaps.
 *
 * A view draws into a box and knows nothing of panels, windows or files. It reads the Moment and
 * the View, and nothing else.
 */
#ifndef SANDWIRE_VIZ_VIEWS_H
#define SANDWIRE_VIZ_VIEWS_H

#include "viz/scene.h"

#define VIEW(id, name, scope, least_w, least_h, good_w, good_h, draw, en, zh) VIEW_##id,
typedef enum ViewId {
#include "viz/views.def"
    VIEW_COUNT
} ViewId;
#undef VIEW

typedef enum ViewScope {
    VIEW_WIRE, /* one picture; its HostId is HOST_NONE */
    VIEW_HOST  /* one for each end */
} ViewScope;

typedef void ViewDraw(Display *, const Moment *, const View *, HostId, Box);

typedef struct ViewRow {
    const char *name;
    ViewScope scope;
    float least_w, least_h; /* in units of Look.small: worth drawing */
    float good_w, good_h;   /* shows all it can */
    ViewDraw *draw;
    const char *title[LANG_COUNT];
} ViewRow;

const ViewRow *view_row(ViewId);
/* VIEW_COUNT if there is none of that name. */
ViewId view_of_name(const char *name);

/* The view filling a picture: in a panel with its title, or in one for each host: side by side, or
 * one above the other where that fits its shape better. */
void scene_view(Display *, const Moment *, const View *, ViewId);

#endif
