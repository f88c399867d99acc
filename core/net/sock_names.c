/*
 * sock_names.c: the names of the socket interface (sock_const.def) and of its calls.
 *
 * Two small tables searched from the front: scripts ask once per word, and a program in C uses the
 * numbers.
 */
#include "core/net/sock.h"

#include <string.h>

typedef struct Name {
    const char *name;
    int64_t value;
} Name;

/* EPOLLET is bit 31: numbers of flags are never negative. */
#define NUMBER(value) ((int64_t)(uint32_t)(value))

static const Name names[] = {
#define CONST(name, value)         {#name, NUMBER(value)},
#define ERRNO(name, value, text)   {#name, NUMBER(value)},
#define OPTION(level, name, value) {#name, NUMBER(value)},
#define ALIAS(name, of)            {#name, NUMBER(SW_##of)},
#include "core/net/sock_const.def"
};

static const struct {
    const char *name, *text;
    int value;
} errors[] = {
#define ERRNO(name, value, text) {#name, text, value},
#include "core/net/sock_const.def"
};

static const struct {
    const char *name;
    int level, value;
} options[] = {
#define OPTION(level, name, value) {#name, SW_##level, value},
#include "core/net/sock_const.def"
};

/* ALIAS of an option names the option's own row. */
static const struct {
    const char *name;
    int value;
} aliases[] = {
#define ALIAS(name, of) {#name, SW_##of},
#include "core/net/sock_const.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

bool sock_constant(const char *name, size_t len, int64_t *value)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!is(names[i].name, name, len))
            continue;
        *value = names[i].value;
        return true;
    }
    return false;
}

bool sock_option_of_name(const char *name, size_t len, int *level, int *option)
{
    static const char tcp[] = "TCP_";
    for (size_t i = 0; i < COUNT(options); i++) {
        if (!is(options[i].name, name, len))
            continue;
        *level = options[i].level;
        *option = options[i].value;
        return true;
    }
    for (size_t i = 0; i < COUNT(aliases); i++) {
        if (!is(aliases[i].name, name, len) || strncmp(aliases[i].name, tcp, strlen(tcp)) != 0)
            continue;
        *level = SW_IPPROTO_TCP;
        *option = aliases[i].value;
        return true;
    }
    return false;
}

const char *sock_option_name(int level, int option)
{
    for (size_t i = 0; i < COUNT(options); i++)
        if (options[i].level == level && options[i].value == option)
            return options[i].name;
    return "unknown";
}

const char *sock_errno_name(int error)
{
    for (size_t i = 0; i < COUNT(errors); i++)
        if (errors[i].value == error)
            return errors[i].name;
    return "unknown";
}

const char *sock_errno_text(int error)
{
    for (size_t i = 0; i < COUNT(errors); i++)
        if (errors[i].value == error)
            return errors[i].text;
    return "unknown";
}

int sock_errno_of_name(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT(errors); i++)
        if (is(errors[i].name, name, len))
            return errors[i].value;
    return is("EWOULDBLOCK", name, len) ? SW_EAGAIN : is("ENOTSUP", name, len) ? SW_EOPNOTSUPP : 0;
}

const char *sock_call_name(SockCall call)
{
    static const char *const calls[SOCK_CALL_COUNT] = {
        [SOCK_CALL_NONE] = "unknown",
        [SOCK_CALL_SOCKET] = "socket",
        [SOCK_CALL_BIND] = "bind",
        [SOCK_CALL_LISTEN] = "listen",
        [SOCK_CALL_CONNECT] = "connect",
        [SOCK_CALL_ACCEPT] = "accept",
        [SOCK_CALL_SEND] = "send",
        [SOCK_CALL_RECV] = "recv",
        [SOCK_CALL_SHUTDOWN] = "shutdown",
        [SOCK_CALL_CLOSE] = "close",
        [SOCK_CALL_FCNTL] = "fcntl",
        [SOCK_CALL_IOCTL] = "ioctl",
        [SOCK_CALL_SETSOCKOPT] = "setsockopt",
        [SOCK_CALL_GETSOCKOPT] = "getsockopt",
        [SOCK_CALL_EPOLL_CREATE] = "epoll_create",
        [SOCK_CALL_EPOLL_CTL] = "epoll_ctl",
        [SOCK_CALL_EPOLL_WAIT] = "epoll_wait",
    };
    return calls[call < SOCK_CALL_COUNT ? call : SOCK_CALL_NONE];
}

void sock_call_text(Text *out, uint32_t key, uint64_t b)
{
    SockCall call = (SockCall)(key & 0xff);
    text_addf(out, "%s(", sock_call_name(call));
    if (call != SOCK_CALL_SOCKET && call != SOCK_CALL_EPOLL_CREATE)
        text_addf(out, "%u", key >> 8);
    switch (call) {
    case SOCK_CALL_SETSOCKOPT:
    case SOCK_CALL_GETSOCKOPT:
        text_addf(out, ", %s", sock_option_name((int)(b >> 16 & 0xffff), (int)(b & 0xffff)));
        break;
    case SOCK_CALL_BIND:
    case SOCK_CALL_LISTEN:
    case SOCK_CALL_CONNECT:
    case SOCK_CALL_SEND:
    case SOCK_CALL_RECV:
    case SOCK_CALL_SHUTDOWN: text_addf(out, ", %llu", (unsigned long long)b); break;
    default: break;
    }
    text_char(out, ')');
}
