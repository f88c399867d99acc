/*
 * inked.h: words of a lesson with their emphasis.
 *
 * Lessons are Markdown, which lessons/markdown.h renders for terminals: ESC[1m begins what is
 * strong, any other ESC[...m what is code, ESC[0m ends it. Here the same text becomes letters of
 * the strong font and of the role of code.
 */
#ifndef SANDWIRE_VIZ_INKED_H
#define SANDWIRE_VIZ_INKED_H

#include "viz/display.h"

/* As draw_text_wrapped and text_wrapped_height, which see plain text. What is longer than
 * INKED_MAX bytes is cut. */
enum { INKED_MAX = 8192 };
float draw_text_inked(Display *, Box, const char *text, Role, float size, Font);
float text_inked_height(const char *text, float size, float width);

#endif
