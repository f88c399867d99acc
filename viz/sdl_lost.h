/*
 * sdl_lost.h: surviving the loss of the display.
 *
 * When an X server goes away (a projector's laptop that logs out, a remote desktop that breaks),
 * Xlib calls a handler that must not come back and then ends the program, and with it the
 * terminal's session. Here the handler leaps back to the window's loop, which ends without touching
 * SDL again; the session goes on in the terminal.
 */
#ifndef SANDWIRE_VIZ_SDL_LOST_H
#define SANDWIRE_VIZ_SDL_LOST_H

#include <setjmp.h>

/* Where to go when the display is lost: set it with setjmp right before the loop, in the function
 * that runs the loop. */
extern jmp_buf lost_display;

/* From now on; does nothing where there is no X. The window is open. */
void lost_watch(void);
void lost_unwatch(void);

#endif
