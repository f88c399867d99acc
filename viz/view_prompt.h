/*
 * view_prompt.h: a line of text being written: the command line and the edit dialog draw it alike.
 *
 * Private to the views.
 */
#ifndef SANDWIRE_VIZ_VIEW_PROMPT_H
#define SANDWIRE_VIZ_VIEW_PROMPT_H

#include "viz/scene.h"

/* Baseline at y. What is left of the cursor scrolls away when the line is too long. */
void draw_prompt_line(Display *, const Prompt *, float x, float y, float width, float size);

#endif
