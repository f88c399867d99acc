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

#endif
