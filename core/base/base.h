/*
 * base.h: the words every other file speaks.
 *
 * Fixed-size types, virtual time, borrowed bytes, and CHECK. Nothing here allocates, reads a clock
 * or touches the outside; everything above may include it.
 *
 * CHECK(x) states what only a bug of ours can break. It is on in every build: a playground that
 * teaches a wrong TCP is worse than one that stops. What a peer, a user or a file can cause is
 * never a CHECK but a returned value.
 */
#ifndef SANDWIRE_CORE_BASE_BASE_H
#define SANDWIRE_CORE_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual time since the world began, in nanoseconds. */
typedef uint64_t Nanos;
#define NANOS_NEVER UINT64_MAX
#define NANOS_US    ((Nanos)1000)
#define NANOS_MS    ((Nanos)1000000)
#define NANOS_S     ((Nanos)1000000000)

/* The two ends of the wire. HOST_NONE: nobody (the network, the learner). */
typedef uint8_t HostId;
enum { HOST_A = 0, HOST_B = 1, HOST_COUNT = 2, HOST_NONE = 0xff };

/* 1-based indices into pools; 0 means none, so zeroed memory is a valid empty value. */
typedef struct {
    uint16_t v;
} ConnId;
typedef struct {
    uint16_t v;
} PktId;

/* Borrowed bytes: never kept beyond the call that receives them. */
typedef struct Bytes {
    const uint8_t *data;
    size_t len;
} Bytes;

static inline Bytes bytes_of(const void *data, size_t len)
{
    return (Bytes){(const uint8_t *)data, len};
}

static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* value * by / of, rounded down, without overflow on the way as long as by * of fits in 64 bits and
 * so does the result; a result that does not fit is UINT64_MAX. of > 0. */
static inline uint64_t scale_u64(uint64_t value, uint64_t by, uint64_t of)
{
    uint64_t whole = value / of;
    if (by > 0 && whole > UINT64_MAX / by - 1)
        return UINT64_MAX;
    return whole * by + value % of * by / of;
}

/* The other end of the wire. */
static inline HostId host_peer(HostId host)
{
    return host == HOST_A ? HOST_B : HOST_A;
}

/* The letter a learner knows the host by; '?' for HOST_NONE. */
static inline char host_letter(HostId host)
{
    return host == HOST_A ? 'A' : host == HOST_B ? 'B' : '?';
}

/* Both languages of every text a user can see. */
typedef enum Lang { LANG_EN = 0, LANG_ZH = 1, LANG_COUNT } Lang;

/* Stops the program with the place and the broken statement. Defined in base.c, the only place of
 * the pure core that writes to the outside. */
_Noreturn void check_failed(const char *file, int line, const char *what);

#define CHECK(x) ((x) ? (void)0 : check_failed(__FILE__, __LINE__, #x))

#endif
