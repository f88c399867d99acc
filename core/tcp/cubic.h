/*
 * cubic.h: the arithmetic of CUBIC's curve (RFC 9438 4.2), in integers.
 *
 *     W_cubic(t) = C * (t - K)^3 + W_max         C = 0.4 segments / s^3
 *
 * Private to core/tcp, and to the test that compares it with floating point. Nothing here
 * overflows: windows up to 4 GiB, any segment size, any time; a rise beyond that saturates.
 */
#ifndef SANDWIRE_CORE_TCP_CUBIC_H
#define SANDWIRE_CORE_TCP_CUBIC_H

#include "core/base/base.h"

/* C * us^3 in bytes, rounded down; at most UINT32_MAX. mss: bytes of a segment, 1..65535. */
uint32_t cubic_rise(uint64_t us, uint32_t mss);

/* K: the microseconds after which the curve has risen by so many bytes: the greatest whose rise is
 * not more. */
uint32_t cubic_time(uint32_t bytes, uint32_t mss);

#endif
