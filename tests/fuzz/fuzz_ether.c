/*
 * fuzz_ether.c - any bytes as a frame on our cable: never read outside, and every answer is a frame
 * that itself makes sense and asks nothing in turn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/live/ether.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const EtherHost us = {{2, 0, 0, 0, 0, 2}, 0x0a000002};
    enum { CAP = 4096 };
    uint8_t *out = malloc(CAP), *exact = malloc(size ? size : 1);
    Bytes packet, ignored;
    size_t n, m;
    CHECK(out && exact);
    memcpy(exact, data, size);
    EtherKind kind = ether_take(&us, bytes_of(exact, size), &packet, out, CAP, &n);
    CHECK((kind == ETHER_ANSWER) == (n > 0) && n <= CAP);
    CHECK((kind == ETHER_PACKET) == (packet.len > 0));
    if (kind == ETHER_PACKET)
        CHECK(packet.data >= exact && packet.data + packet.len <= exact + size);
    if (kind == ETHER_ANSWER) {
        uint8_t *again = malloc(CAP);
        CHECK(again && memcmp(out + ETHER_MAC, us.mac, ETHER_MAC) == 0);
        if (memcmp(exact + ETHER_HEADER, out + ETHER_HEADER, 2) == 0 && size >= 60)
            CHECK(ether_take(&us, bytes_of(out, n), &ignored, again, CAP, &m) != ETHER_PACKET);
        free(again);
    }
    free(out);
    free(exact);
    return 0;
}
