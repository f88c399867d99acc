/*
 * desk.h - a world with programs on both hosts, for the tests of the socket surface.
 *
 * Thin words around sock.h: do a call and check the world, let time pass, and compare a result with
 * what a script would write ("= -1 EAGAIN"). On a difference the place in the test is named.
 */
#ifndef SANDWIRE_TESTS_NET_DESK_H
#define SANDWIRE_TESTS_NET_DESK_H

#include "core/net/sock.h"

enum { ADDR_A = 0x0a000001, ADDR_B = 0x0a000002, PORT = 8080 };

typedef struct Desk {
    World *w;
} Desk;

Desk desk_new(Profile profile);
Desk desk_of_shape(const Shape *shape, Profile profile);
void desk_end(Desk *);

/* Makes the call, and checks every invariant of the world. */
SockResult desk_do(Desk *, SockCmd);

/* Lets events happen for so long. */
void desk_run(Desk *, Nanos);

/* Makes the call; while the program sleeps in it, lets events happen. As a blocking call: a write
 * is complete when all is written. */
SockResult desk_sleep(Desk *, SockCmd);

/* The call gives this value or fails with this error (SW_E...). */
#define gives(desk, call, wanted) desk_gives((desk), (call), (wanted), 0, __FILE__, __LINE__)
#define fails(desk, call, error)  desk_gives((desk), (call), -1, (error), __FILE__, __LINE__)
void desk_gives(Desk *, SockCmd, int64_t value, int error, const char *file, int line);

/* A new TCP socket; a non-blocking one. */
int desk_socket(Desk *, HostId);
int desk_lazy(Desk *, HostId);

/* send() of a text. */
SockCmd desk_text(HostId, int fd, const char *text);

/* A listener of B on PORT; its descriptor. */
int desk_listener(Desk *, int backlog);

/* A connection from A to B's listener, accepted: both descriptors. B's listener is opened if
 * *listener is 0. */
void desk_connect(Desk *, int *listener, int *a, int *b);

/* getsockopt of an int; fails the test on an error. */
int32_t desk_option(Desk *, HostId, int fd, int level, int option);

/* The state of the connection behind a descriptor; CLOSED if there is none. */
TcpState desk_state(const Desk *, HostId, int fd);

#endif
