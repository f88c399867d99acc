/*
 * theme.h: colours as roles.
 *
 * A scene never names a colour: it says what a thing *is* (a SYN, a muted text, the present state),
 * and a theme says how that looks. The hues are those of Okabe and Ito (2008), which people with
 * any kind of colour vision can tell apart; they are darkened on light paper and lightened on dark
 * until text in them reads well (WCAG 2 contrast of at least 4.5, which a test computes). Nothing
 * is told by colour alone: a word, a dash pattern or a shape always says the same.
 */
#ifndef SANDWIRE_VIZ_THEME_H
#define SANDWIRE_VIZ_THEME_H

#include "core/base/base.h"

typedef enum Role {
    ROLE_NONE = 0, /* not drawn */
    /* grounds */
    ROLE_PAGE,    /* behind everything */
    ROLE_PANEL,   /* a panel on the page */
    ROLE_RAISED,  /* what floats above: menus, dialogs, tooltips */
    ROLE_BOX,     /* a state of the diagram; a button */
    ROLE_VISITED, /* a state that was visited */
    ROLE_CHANGED, /* a field that changed */
    ROLE_PRESENT, /* the present state; the pressed button */
    /* lines that carry no text */
    ROLE_EDGE, /* frame of a panel */
    ROLE_GRID, /* quiet lines: lifelines, unvisited edges */
    /* text */
    ROLE_TEXT,
    ROLE_MUTED,
    ROLE_ON_PRESENT, /* on ROLE_PRESENT */
    ROLE_ACCENT,     /* what just happened */
    /* meanings of segments; as text and as lines */
    ROLE_SYN,
    ROLE_FIN,
    ROLE_RST,
    ROLE_DATA,
    ROLE_ACK,
    ROLE_REXMIT,
    /* sections of the sequence space: grounds */
    ROLE_SEQ_DONE,
    ROLE_SEQ_FLIGHT,
    ROLE_SEQ_USABLE,
    ROLE_SEQ_BEYOND,
    ROLE_COUNT
} Role;

typedef enum Theme {
    THEME_LIGHT = 0,
    THEME_DARK,
    THEME_CONTRAST,   /* black and white, hues only as strong as text */
    THEME_BLUEORANGE, /* for red-green blindness: blue and orange only */
    THEME_COUNT
} Theme;

/* "light", "dark", "contrast", "blue-orange". */
const char *theme_name(Theme);
/* THEME_COUNT if there is none of that name. */
Theme theme_of_name(const char *name);

/* 0xRRGGBB. */
uint32_t theme_color(Theme, Role);

/* May text be written in this role, and is it written on that ground? Pairs that no scene uses need
 * no contrast. */
bool theme_writes_on(Role text, Role ground);

/* Contrast of two colours as WCAG 2.1 defines it, 1..21. */
double theme_contrast(uint32_t a, uint32_t b);

#endif
