/*
 * svg.h: a display list as SVG text.
 *
 * For slides, web pages and tests: the same list gives the same bytes on every machine. Text stays
 * text (it can be searched, read aloud and translated); the fonts of assets/fonts are named, with
 * textLength so that another font keeps the layout. Items with a target sit in groups that say so
 * (data-target="segment 12").
 */
#ifndef SANDWIRE_VIZ_SVG_H
#define SANDWIRE_VIZ_SVG_H

#include "core/base/print.h"
#include "viz/display.h"

/* Appends the picture to out. title names it for screen readers. */
void svg_print(Text *out, const Display *, Theme, const char *title);

/* ---- Inside a web page: colours are the page's variables --r1, --r2 ... , so that it can have
 * light and dark ones. ---- */

/* Writes the picture once, unseen, under this id (an XML name, unique in the page). */
void svg_define(Text *out, const Display *, const char *id);
/* Shows a part of it. */
void svg_use(Text *out, const char *id, Box part, const char *title);
/* "--r1:#f3f4f6;..." */
void svg_colors(Text *out, Theme);
/* Text as XML wants it. */
void svg_escaped(Text *out, const char *text);

#endif
