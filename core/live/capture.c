/*
 * capture.c: the two file formats of captures (capture.h).
 *
 * pcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then per packet 16 bytes and what was kept.
 * pcapng (draft-ietf-opsawg-pcapng): blocks of | type | length | body | length |; a section begins
 * with a block that tells the byte order of all that follows, up to the next section.
 *
 * Invariants: (1) begin <= end <= cap; (2) offset is the place of buf[begin] in the file; (3) after
 * an error nothing is read any more; (4) no length out of the file is believed before it was
 * compared with a limit.
 */
#include "core/live/capture.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUFFER = 512 * 1024,
    PACKET_MAX = 262144, /* the largest that any tool writes */
    PCAP_HEADER = 24,
    PCAP_PACKET = 16,
    BLOCK_HEADER = 8,
    BLOCK_LEAST = 12,
    INTERFACES_MAX = 65536
};

/* The first four bytes of a file, read as a little-endian number. */
#define MAGIC_MICROS     0xa1b2c3d4u
#define MAGIC_MICROS_BIG 0xd4c3b2a1u
#define MAGIC_NANOS      0xa1b23c4du
#define MAGIC_NANOS_BIG  0x4d3cb2a1u
#define MAGIC_SECTION    0x0a0d0d0au
#define BYTE_ORDER       0x1a2b3c4du
#define BYTE_ORDER_BIG   0x4d3c2b1au

enum { BLOCK_INTERFACE = 1, BLOCK_OLD_PACKET = 2, BLOCK_SIMPLE_PACKET = 3, BLOCK_PACKET = 6 };
enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14 };

typedef struct Interface {
    int64_t offset; /* seconds to add */
    uint32_t snap_len;
    uint16_t link;
    uint8_t resolution;
} Interface;

struct Capture {
    CaptureMore more;
    void *user;
    uint8_t *buf;
    size_t begin, end;
    uint64_t offset, packets;
    Interface *interfaces;
    uint32_t interface_count, interface_cap;
    bool started, at_end, big, ng, nanos;
    uint16_t link; /* pcap */
    CaptureError error;
    uint64_t error_at;
};

Capture *capture_new(CaptureMore more, void *user)
{
    Capture *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->more = more;
    c->user = user;
    c->buf = malloc(BUFFER);
    if (c->buf)
        return c;
    free(c);
    return NULL;
}

void capture_free(Capture *c)
{
    if (!c)
        return;
    free(c->interfaces);
    free(c->buf);
    free(c);
}

CaptureError capture_error(const Capture *c, uint64_t *at)
{
    *at = c->error_at;
    return c->error;
}

uint64_t capture_offset(const Capture *c)
{
    return c->offset;
}

const char *capture_error_text(CaptureError error, Lang lang)
{
    static const char *const texts[CAPTURE_ERROR_COUNT][LANG_COUNT] = {
        [CAPTURE_OK] = {"no error", "没有错误"},
        [CAPTURE_EMPTY] = {"the file is empty", "文件是空的"},
        [CAPTURE_UNKNOWN] = {"this is no capture: neither pcap nor pcapng begins so",
                             "这不是抓包文件：pcap 和 pcapng 都不这样开头"},
        [CAPTURE_COMPRESSED] = {"the file is compressed; unpack it first, or pipe it: "
                                "zcat F | sandwire read -",
                                "文件是压缩过的；请先解压，或用管道：zcat F | sandwire read -"},
        [CAPTURE_CUT] = {"the file ends in the midst of a packet", "文件在一个分组的中间结束"},
        [CAPTURE_BAD_LENGTH] = {"a block of impossible length", "块的长度不可能"},
        [CAPTURE_BAD_ORDER] = {"a section without its byte-order mark", "段头没有字节序标记"},
        [CAPTURE_BAD_PACKET] = {"a packet of impossible length", "分组的长度不可能"},
        [CAPTURE_NO_INTERFACE] = {"a packet of an interface that the file does not describe",
                                  "分组所属的接口在文件中没有说明"},
        [CAPTURE_NO_MEMORY] = {"no memory", "内存不足"},
    };
    return error < CAPTURE_ERROR_COUNT ? texts[error][lang] : "";
}

/* ---- bytes ---- */

static uint32_t word16(const Capture *c, const uint8_t *p)
{
    return c->big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t little32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t word32(const Capture *c, const uint8_t *p)
{
    return c->big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                  : little32(p);
}

static uint64_t word64(const Capture *c, const uint8_t *p)
{
    uint64_t first = word32(c, p), second = word32(c, p + 4);
    return c->big ? first << 32 | second : second << 32 | first;
}

static CaptureNext fail(Capture *c, CaptureError error, uint64_t at)
{
    c->error = error;
    c->error_at = at;
    return CAPTURE_FAILED;
}

/* Makes n bytes lie in the buffer from begin on; n <= BUFFER. False: the file ends before. */
static bool ensure(Capture *c, size_t n)
{
    if (c->end - c->begin >= n)
        return true;
    CHECK(n <= BUFFER);
    memmove(c->buf, c->buf + c->begin, c->end - c->begin);
    c->end -= c->begin;
    c->begin = 0;
    while (c->end < n && !c->at_end) {
        size_t got = c->more(c->user, c->buf + c->end, BUFFER - c->end);
        CHECK(got <= BUFFER - c->end);
        c->end += got;
        c->at_end = got == 0;
    }
    return c->end >= n;
}

static void take(Capture *c, size_t n)
{
    c->begin += n;
    c->offset += n;
}

/* Passes over n bytes, which may be more than the buffer holds. False: the file ends before. */
static bool pass(Capture *c, uint64_t n)
{
    while (n > 0) {
        size_t here = c->end - c->begin;
        if (here == 0 && !ensure(c, 1))
            return false;
        here = (size_t)min_u64(n, c->end - c->begin);
        take(c, here);
        n -= here;
    }
    return true;
}

/* ---- time ---- */

Nanos capture_ticks(uint64_t ticks, uint8_t resolution)
{
    unsigned n = resolution & 0x7f;
    if (resolution & 0x80) {
        if (n > 63)
            return 0;
        uint64_t whole = n ? ticks >> n : ticks, part = n ? ticks & ((1ull << n) - 1) : 0;
        if (n > 30) { /* so that the product below fits */
            part >>= n - 30;
            n = 30;
        }
        if (whole > UINT64_MAX / NANOS_S - 1)
            return NANOS_NEVER;
        return whole * NANOS_S + (part * NANOS_S >> n);
    }
    for (; n < 9; n++) {
        if (ticks > UINT64_MAX / 10)
            return NANOS_NEVER;
        ticks *= 10;
    }
    for (; n > 9 && ticks; n--)
        ticks /= 10;
    return ticks;
}

/* A moment that a section's offset puts before 1970 or beyond the last one is at that end. */
static Nanos moment(const Interface *i, uint64_t ticks)
{
    Nanos at = capture_ticks(ticks, i->resolution);
    uint64_t by = i->offset < 0 ? 0 - (uint64_t)i->offset : (uint64_t)i->offset;
    if (by == 0)
        return at;
    if (by > UINT64_MAX / NANOS_S)
        return i->offset < 0 ? 0 : NANOS_NEVER;
    by *= NANOS_S;
    if (i->offset < 0)
        return at > by ? at - by : 0;
    return at < NANOS_NEVER - by ? at + by : NANOS_NEVER;
}

/* ---- pcap ---- */

static CaptureNext next_pcap(Capture *c, CapturePacket *p)
{
    if (!ensure(c, PCAP_PACKET)) {
        if (c->end == c->begin)
            return CAPTURE_END;
        return fail(c, CAPTURE_CUT, c->offset);
    }
    const uint8_t *h = c->buf + c->begin;
    uint32_t seconds = word32(c, h), part = word32(c, h + 4);
    uint32_t kept = word32(c, h + 8), len = word32(c, h + 12);
    if (kept > PACKET_MAX)
        return fail(c, CAPTURE_BAD_PACKET, c->offset + 8);
    if (!ensure(c, PCAP_PACKET + (size_t)kept))
        return fail(c, CAPTURE_CUT, c->offset);
    *p = (CapturePacket){.number = ++c->packets,
                         .at = seconds * NANOS_S + (c->nanos ? part : part * NANOS_US),
                         .bytes = bytes_of(c->buf + c->begin + PCAP_PACKET, kept),
                         .len = max_u32(len, kept),
                         .link = c->link};
    take(c, PCAP_PACKET + (size_t)kept);
    return CAPTURE_PACKET;
}

static CaptureNext begin_pcap(Capture *c, uint32_t magic)
{
    c->big = magic == MAGIC_MICROS_BIG || magic == MAGIC_NANOS_BIG;
    c->nanos = magic == MAGIC_NANOS || magic == MAGIC_NANOS_BIG;
    if (!ensure(c, PCAP_HEADER))
        return fail(c, CAPTURE_CUT, c->offset);
    c->link = (uint16_t)word32(c, c->buf + c->begin + 20); /* the high half is about checksums */
    take(c, PCAP_HEADER);
    return CAPTURE_PACKET;
}

/* ---- pcapng ---- */

/* The two options that change what a time means. A list that ends badly ends there. */
static void read_interface_options(const Capture *c, Interface *i, const uint8_t *p, size_t len)
{
    while (len >= 4) {
        uint32_t code = word16(c, p), n = word16(c, p + 2);
        size_t padded = ((size_t)n + 3) & ~(size_t)3;
        if (code == OPTION_END || padded > len - 4)
            return;
        if (code == OPTION_RESOLUTION && n == 1)
            i->resolution = p[4];
        else if (code == OPTION_OFFSET && n == 8)
            i->offset = (int64_t)word64(c, p + 4);
        p += 4 + padded;
        len -= 4 + padded;
    }
}

static CaptureError add_interface(Capture *c, const uint8_t *body, size_t len)
{
    if (len < 8)
        return CAPTURE_BAD_LENGTH;
    if (c->interface_count == c->interface_cap) {
        uint32_t cap = c->interface_cap ? c->interface_cap * 2 : 4;
        Interface *more = cap <= INTERFACES_MAX ? realloc(c->interfaces, cap * sizeof *more) : NULL;
        if (!more)
            return CAPTURE_NO_MEMORY;
        c->interfaces = more;
        c->interface_cap = cap;
    }
    Interface *i = &c->interfaces[c->interface_count++];
    *i = (Interface){
        .link = (uint16_t)word16(c, body), .snap_len = word32(c, body + 4), .resolution = 6};
    read_interface_options(c, i, body + 8, len - 8);
    return CAPTURE_OK;
}

/* A packet block of any of the three kinds; body lies whole in the buffer. *bad is the place of
 * the wrong field in it. */
static CaptureError read_packet(Capture *c, uint32_t type, const uint8_t *body, size_t len,
                                CapturePacket *p, size_t *bad)
{
    size_t head = type == BLOCK_SIMPLE_PACKET ? 4 : 20;
    *bad = 0;
    if (len < head)
        return CAPTURE_BAD_LENGTH;
    uint32_t which = type == BLOCK_SIMPLE_PACKET ? 0
                     : type == BLOCK_OLD_PACKET  ? word16(c, body)
                                                 : word32(c, body);
    if (which >= c->interface_count)
        return CAPTURE_NO_INTERFACE;
    const Interface *i = &c->interfaces[which];
    *p = (CapturePacket){.interface = which, .link = i->link};
    size_t kept;
    if (type == BLOCK_SIMPLE_PACKET) {
        p->len = word32(c, body);
        kept = min_u32(p->len, i->snap_len ? i->snap_len : UINT32_MAX);
    } else {
        kept = word32(c, body + 12);
        p->len = max_u32(word32(c, body + 16), (uint32_t)kept);
        p->at = moment(i, (uint64_t)word32(c, body + 4) << 32 | word32(c, body + 8));
        *bad = 12;
    }
    if (kept > PACKET_MAX || kept > len - head)
        return CAPTURE_BAD_PACKET;
    p->bytes = bytes_of(body + head, kept);
    return CAPTURE_OK;
}

/* The byte order of the section whose header begins at begin; 12 bytes are there. */
static CaptureError begin_section(Capture *c)
{
    uint32_t mark = little32(c->buf + c->begin + 8);
    if (mark != BYTE_ORDER && mark != BYTE_ORDER_BIG)
        return CAPTURE_BAD_ORDER;
    c->big = mark == BYTE_ORDER_BIG;
    c->interface_count = 0;
    return CAPTURE_OK;
}

static bool holds_packet(uint32_t type)
{
    return type == BLOCK_PACKET || type == BLOCK_SIMPLE_PACKET || type == BLOCK_OLD_PACKET;
}

/* Passes over a block that holds nothing for us, however long it is. */
static CaptureNext skip_block(Capture *c, uint32_t len)
{
    uint64_t at = c->offset;
    if (!pass(c, len - 4) || !ensure(c, 4))
        return fail(c, CAPTURE_CUT, at);
    if (word32(c, c->buf + c->begin) != len)
        return fail(c, CAPTURE_BAD_LENGTH, c->offset);
    take(c, 4);
    return CAPTURE_END;
}

/* One block. CAPTURE_END: it held no packet. */
static CaptureNext next_block(Capture *c, CapturePacket *p)
{
    if (!ensure(c, BLOCK_LEAST))
        return fail(c, CAPTURE_CUT, c->offset);
    const uint8_t *b = c->buf + c->begin;
    CaptureError error = CAPTURE_OK;
    if (little32(b) == MAGIC_SECTION) /* reads the same in both orders */
        error = begin_section(c);
    if (error)
        return fail(c, error, c->offset + 8);
    uint32_t type = word32(c, b), len = word32(c, b + 4);
    if (len < BLOCK_LEAST || len % 4 != 0)
        return fail(c, CAPTURE_BAD_LENGTH, c->offset + 4);
    bool packet = holds_packet(type);
    if (!packet && type != BLOCK_INTERFACE)
        return skip_block(c, len);
    if (len > BUFFER)
        return fail(c, CAPTURE_BAD_PACKET, c->offset + 4);
    if (!ensure(c, len))
        return fail(c, CAPTURE_CUT, c->offset);
    b = c->buf + c->begin;
    if (word32(c, b + len - 4) != len)
        return fail(c, CAPTURE_BAD_LENGTH, c->offset + len - 4);
    size_t bad = 0, body = len - BLOCK_LEAST;
    error = packet ? read_packet(c, type, b + BLOCK_HEADER, body, p, &bad)
                   : add_interface(c, b + BLOCK_HEADER, body);
    if (error)
        return fail(c, error, c->offset + BLOCK_HEADER + bad);
    take(c, len);
    return packet ? CAPTURE_PACKET : CAPTURE_END;
}

static CaptureNext next_ng(Capture *c, CapturePacket *p)
{
    for (;;) {
        if (!ensure(c, 1))
            return CAPTURE_END;
        CaptureNext next = next_block(c, p);
        if (next == CAPTURE_FAILED)
            return next;
        if (next == CAPTURE_PACKET) {
            p->number = ++c->packets;
            return next;
        }
    }
}

/* ---- the beginning ---- */

static bool is_compressed(uint32_t magic)
{
    return (magic & 0xffff) == 0x8b1f || magic == 0xfd2fb528u || magic == 0x587a37fdu ||
           (magic & 0xffffff) == 0x685a42; /* gzip, zstd, xz, bzip2 */
}

static CaptureNext start(Capture *c)
{
    c->started = true;
    if (!ensure(c, 4))
        return fail(c, c->end ? CAPTURE_UNKNOWN : CAPTURE_EMPTY, 0);
    uint32_t magic = little32(c->buf + c->begin);
    c->ng = magic == MAGIC_SECTION;
    if (c->ng)
        return CAPTURE_PACKET;
    if (magic == MAGIC_MICROS || magic == MAGIC_MICROS_BIG || magic == MAGIC_NANOS ||
        magic == MAGIC_NANOS_BIG)
        return begin_pcap(c, magic);
    return fail(c, is_compressed(magic) ? CAPTURE_COMPRESSED : CAPTURE_UNKNOWN, 0);
}

CaptureNext capture_next(Capture *c, CapturePacket *p)
{
    if (c->error || (!c->started && start(c) == CAPTURE_FAILED))
        return CAPTURE_FAILED;
    return c->ng ? next_ng(c, p) : next_pcap(c, p);
}
