/*
 * sdl_lost.c: Xlib's handler for a broken connection. See sdl_lost.h.
 *
 * SDL loads libX11 by itself, so it is not linked here either: asked for by name, and only if it is
 * in the program already.
 */
#define _GNU_SOURCE
#include "viz/sdl_lost.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

typedef int Handler(void *display);
typedef Handler *SetHandler(Handler *);

jmp_buf lost_display;
static Handler *before;
static SetHandler *set_handler;

static int on_broken_connection(void *display)
{
    (void)display;
    longjmp(lost_display, 1);
}

void lost_watch(void)
{
    void *library = dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
    void *found = library ? dlsym(library, "XSetIOErrorHandler") : NULL;
    if (!found)
        return;
    memcpy(&set_handler, &found, sizeof set_handler); /* ISO C knows no such conversion */
    before = set_handler(on_broken_connection);
}

void lost_unwatch(void)
{
    if (set_handler)
        set_handler(before);
    set_handler = NULL;
}
