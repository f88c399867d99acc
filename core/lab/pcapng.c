/*
 * pcapng.c: the blocks of the pcapng format.
 *
 * Every block is | type | length | body, padded to four bytes | length again |. Options are
 * | code | length | value, padded |, ended by a zero. This file only lays out bytes; it looks at
 * no packet.
 */
#include "core/lab/pcapng.h"

#include <string.h>

enum { BLOCK_INTERFACE = 1, BLOCK_STATISTICS = 5, BLOCK_PACKET = 6 };
#define BLOCK_SECTION    0x0a0d0d0au
#define BYTE_ORDER_MAGIC 0x1a2b3c4du

enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    SECTION_PROGRAM = 4,
    INTERFACE_NAME = 2,
    INTERFACE_ABOUT = 3,
    INTERFACE_RESOLUTION = 9,
    PACKET_FLAGS = 2,
    PACKET_ID = 5,
    STATISTICS_BEGIN = 2,
    STATISTICS_END = 3,
    STATISTICS_RECEIVED = 4,
    STATISTICS_DROPPED = 5,
    OPTION_MAX = 65532 /* a length has 16 bits, and is padded */
};

/* ---- numbers, little-endian ---- */

static void add16(Text *t, uint32_t v)
{
    char b[2] = {(char)(v & 0xff), (char)(v >> 8 & 0xff)};
    text_add_n(t, b, sizeof b);
}

static void add32(Text *t, uint32_t v)
{
    add16(t, v & 0xffff);
    add16(t, v >> 16);
}

static void add64(Text *t, uint64_t v)
{
    add32(t, (uint32_t)v);
    add32(t, (uint32_t)(v >> 32));
}

/* Times are two halves, the high one first, whatever the byte order. */
static void add_time(Text *t, uint64_t v)
{
    add32(t, (uint32_t)(v >> 32));
    add32(t, (uint32_t)v);
}

static void add_padded(Text *t, const void *data, size_t len)
{
    text_add_n(t, data, len);
    text_repeat(t, '\0', (4 - len % 4) % 4);
}

static void add_option(Text *t, uint16_t code, const void *value, size_t len)
{
    add16(t, code);
    add16(t, (uint32_t)len);
    add_padded(t, value, len);
}

/* A text as an option; nothing for an empty one. What is too long is cut before a character. */
static void add_words(Text *t, uint16_t code, const char *words)
{
    size_t len = words ? strlen(words) : 0;
    if (len > OPTION_MAX)
        for (len = OPTION_MAX; len > 0 && ((uint8_t)words[len] & 0xc0) == 0x80;)
            len--;
    if (len > 0)
        add_option(t, code, words, len);
}

static void add_number(Text *t, uint16_t code, uint64_t v)
{
    add16(t, code);
    add16(t, 8);
    add64(t, v);
}

static void add_moment(Text *t, uint16_t code, Nanos at)
{
    add16(t, code);
    add16(t, 8);
    add_time(t, at);
}

static size_t begin(Text *t, uint32_t type)
{
    size_t at = t->len;
    add32(t, type);
    add32(t, 0); /* the length, known at the end */
    return at;
}

/* Ends the options and the block. A text that is full is no capture any more, and says so. */
static void end(Text *t, size_t at)
{
    add32(t, OPTION_END);
    uint32_t len = (uint32_t)(t->len - at + 4);
    add32(t, len);
    if (t->full)
        return;
    for (int i = 0; i < 4; i++)
        t->buf[at + 4 + (size_t)i] = (char)(len >> (8 * i) & 0xff);
}

/* ---- blocks ---- */

void pcapng_section(Text *t, const char *program, const char *comment)
{
    size_t at = begin(t, BLOCK_SECTION);
    add32(t, BYTE_ORDER_MAGIC);
    add16(t, 1); /* version 1.0 */
    add16(t, 0);
    add64(t, UINT64_MAX); /* the section's length is not given */
    add_words(t, SECTION_PROGRAM, program);
    add_words(t, OPTION_COMMENT, comment);
    end(t, at);
}

void pcapng_interface(Text *t, const PcapngInterface *i)
{
    static const uint8_t nanoseconds = 9;
    size_t at = begin(t, BLOCK_INTERFACE);
    add16(t, i->link_type);
    add16(t, 0);
    add32(t, i->snap_len);
    add_words(t, INTERFACE_NAME, i->name);
    add_words(t, INTERFACE_ABOUT, i->about);
    add_option(t, INTERFACE_RESOLUTION, &nanoseconds, 1);
    end(t, at);
}

void pcapng_packet(Text *t, const PcapngPacket *p)
{
    size_t at = begin(t, BLOCK_PACKET);
    add32(t, p->interface);
    add_time(t, p->at);
    add32(t, (uint32_t)p->frame.len);
    add32(t, (uint32_t)p->frame.len);
    add_padded(t, p->frame.data, p->frame.len);
    if (p->way != PCAPNG_WAY_UNKNOWN) {
        add16(t, PACKET_FLAGS);
        add16(t, 4);
        add32(t, p->way == PCAPNG_IN ? 1 : 2);
    }
    if (p->id)
        add_number(t, PACKET_ID, p->id);
    add_words(t, OPTION_COMMENT, p->comment);
    end(t, at);
}

void pcapng_counts(Text *t, const PcapngCounts *c)
{
    size_t at = begin(t, BLOCK_STATISTICS);
    add32(t, c->interface);
    add_time(t, c->end);
    add_moment(t, STATISTICS_BEGIN, c->begin);
    add_moment(t, STATISTICS_END, c->end);
    add_number(t, STATISTICS_RECEIVED, c->received);
    add_number(t, STATISTICS_DROPPED, c->dropped);
    end(t, at);
}
