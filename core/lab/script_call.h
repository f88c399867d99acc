/*
 * script_call.h: what the files of a script's system calls share (script_private.h).
 *
 *     script_call.c      arguments, which call, sleeping, the result against the script's
 *     script_call_io.c   socket() to close(), bytes in and out
 *     script_call_ask.c  options, ioctl(), poll() and epoll
 */
#ifndef SANDWIRE_CORE_LAB_SCRIPT_CALL_H
#define SANDWIRE_CORE_LAB_SCRIPT_CALL_H

#include "core/lab/script_private.h"

/* What a call came to: as the script writes results. */
typedef struct Done {
    int64_t value;
    int error;
    bool sleeps;   /* tries again later */
    unsigned wait; /* ... when this is so: SOCK_WAIT_... */
    bool bound;    /* value is a live descriptor that the script's number shall stand for */
} Done;

/* ---- arguments: NULL, 0 or -1 where there is none, as a careless program would pass ---- */

const Term *call_argument(const Event *, uint32_t i);
int64_t call_number(const Event *, uint32_t i);
bool call_is(const Event *, const char *name);
int call_fd(const ScriptRunner *, const Event *, uint32_t i); /* the live one */
int runner_fd(const ScriptRunner *, int64_t script);

/* The field of a struct, or NULL: `{onoff=1, linger=0}`. */
const Term *term_field(const Term *, const char *name);
int64_t term_number(const Term *, const char *name);

/* ---- doing ---- */

SockResult runner_perform(ScriptRunner *, SockCmd);
Done done_of(SockResult);

/* The call gives something else than the script's text `want`; `got` is set beside it. */
void call_differs(ScriptRunner *, const Term *want, const char *got, const char *en,
                  const char *zh);

/* Names of bits, as POLLIN|POLLOUT; 0 for none. */
void text_events(Text *, uint32_t events, bool epoll);

Done do_socket(ScriptRunner *, const Event *);
Done do_bind(ScriptRunner *, const Event *);
Done do_listen(ScriptRunner *, const Event *);
Done do_connect(ScriptRunner *, const Event *);
Done do_accept(ScriptRunner *, const Event *);
Done do_send(ScriptRunner *, const Event *);
Done do_receive(ScriptRunner *, const Event *);
Done do_shutdown(ScriptRunner *, const Event *);
Done do_close(ScriptRunner *, const Event *);

Done do_fcntl(ScriptRunner *, const Event *);
Done do_ioctl(ScriptRunner *, const Event *);
Done do_setsockopt(ScriptRunner *, const Event *);
Done do_getsockopt(ScriptRunner *, const Event *);
Done do_poll(ScriptRunner *, const Event *);
Done do_epoll_create(ScriptRunner *, const Event *);
Done do_epoll_ctl(ScriptRunner *, const Event *);
Done do_epoll_wait(ScriptRunner *, const Event *);

#endif
