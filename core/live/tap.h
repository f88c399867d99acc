/*
 * tap.h: a network of our own, in which the kernel is the other machine.
 *
 * tap_enter moves this process into a new user and network namespace and makes a TAP device there:
 * a network card whose cable ends in our hands. What the kernel sends we read, what we write it
 * receives. The host's own interfaces, routes and sysctls are out of reach in there, and all of it
 * vanishes with the last process inside, also after kill -9: nothing is persistent, and programs
 * started here die with us.
 *
 *      | kernel's TCP, 10.0.0.1 | --tap0--> read(fd) | our TCP, 10.0.0.2 |
 *      |          fd00::a00:1   | <--tap0-- write(fd)|      fd00::a00:2  |
 */
#ifndef SANDWIRE_CORE_LIVE_TAP_H
#define SANDWIRE_CORE_LIVE_TAP_H

#include "core/live/ether.h"

typedef struct Tap {
    int fd;
    bool offload; /* each frame has a header before it: offload.h */
    EtherHost kernel, us;
} Tap;

/* Where it failed. */
typedef enum TapError {
    TAP_OK = 0,
    TAP_NO_NAMESPACE, /* unshare is not permitted */
    TAP_NO_MORE,      /* too many of them, or none at all allowed */
    TAP_NO_MAP,       /* the user's number cannot be mapped */
    TAP_NO_NODE,      /* the tun node is not there */
    TAP_NOT_ALLOWED,  /* ... or must not be opened */
    TAP_NO_DEVICE,    /* the device cannot be made */
    TAP_NO_ADDRESS,   /* its address cannot be set */
    TAP_ERROR_COUNT
} TapError;

/* What is wrong and what helps: one sentence, with %s for the node. */
const char *tap_error_text(TapError, Lang);

typedef struct TapOptions {
    const char *node; /* NULL: /dev/net/tun */
    uint32_t kernel_addr, our_addr;
    uint16_t mtu;
    bool plain;   /* the kernel's timestamps, SACK and window scaling are switched off */
    bool offload; /* large segments and unfinished checksums, where the kernel has them */
} TapOptions;

/* Only for a process with one thread; there is no way back. *system_error is errno of what failed.
 */
TapError tap_enter(const TapOptions *, Tap *, int *system_error);

/* Starts a program in the namespace; it is killed when this process ends, however it ends. Its
 * number, or -1 with errno. */
int tap_spawn(char *const argv[]);

/* Monotonic wall time. */
Nanos tap_clock(void);

#endif
