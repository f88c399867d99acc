/*
 * octets.h: numbers as they lie on the wire, the most significant byte first.
 *
 * For the codecs of core/base alone; nobody checks the room here.
 */
#ifndef SANDWIRE_CORE_BASE_OCTETS_H
#define SANDWIRE_CORE_BASE_OCTETS_H

#include <stdint.h>

static inline void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

static inline uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

#endif
