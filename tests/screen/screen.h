/*
 * screen.h: the real window on a screen of its own, driven as a learner drives it.
 *
 *     Xvfb  <- pointer and keys by xdotool     sandwire viz     -> terminal (a pty): what it says
 *
 * Nothing here sleeps for a while and hopes: every step waits for words on the terminal, and gives
 * up, with all that was said, after some seconds.
 */
#ifndef SANDWIRE_TESTS_SCREEN_SCREEN_H
#define SANDWIRE_TESTS_SCREEN_SCREEN_H

#include <stdbool.h>

/* Why no screen can be had here; NULL: it can. */
const char *screen_missing(void);

/* Begins a screen of this size with `sandwire viz` and these arguments (words, separated by one
 * blank). */
void screen_open(int width, int height, const char *arguments);
/* Ends what is still there. Safe to call twice. */
void screen_close(void);
/* Kills the display; the program is left. */
void screen_kill_display(void);

/* `xdotool` with these words: "key space", "mousemove 3 4 click 1". WINDOW (once) is the window. */
void screen_do(const char *words);
/* Types a text into the window. */
void screen_type(const char *text);
/* A line into the terminal. */
void screen_say(const char *line);

/* Waits for the words, after those waited for before; fails the test when they do not come. */
void screen_expect(const char *words);
/* Waits for the program to end; its exit code. */
int screen_end(void);

#endif
