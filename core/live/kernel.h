/*
 * kernel.h: what the kernel thinks of its connections, asked over netlink as `ss -ti` does.
 *
 * The answer is about the network namespace this process is in. Nothing is changed by asking.
 */
#ifndef SANDWIRE_CORE_LIVE_KERNEL_H
#define SANDWIRE_CORE_LIVE_KERNEL_H

#include "core/base/state.h"
#include "core/live/dissect.h"

typedef struct KernelConn {
    Endpoint own, peer;
    TcpState state;
    uint32_t receive_queue, send_queue; /* bytes; of a listener: connections waiting, their limit */
    bool has_info;
    uint32_t cwnd;     /* segments */
    uint32_t ssthresh; /* segments; 0x7fffffff: not yet known */
    uint32_t mss, unacked, lost, retrans;
    Nanos rto, rtt, rtt_var;
    uint8_t send_scale, receive_scale;
    bool timestamps, sack, scaling;
} KernelConn;

/* Writes up to cap connections, listeners last; returns how many there are, or -1 with errno. */
int kernel_conns(KernelConn *out, uint32_t cap);

/* Reads one answer of the kernel's; false if it is none. Pure; never reads outside the bytes. */
bool kernel_read(Bytes message, KernelConn *out);

/* "ESTABLISHED 10.0.0.1:4000 > 10.0.0.2:80  cwnd 10 rtt 0.1ms rto 204ms" */
void kernel_text(Text *, const KernelConn *);

#endif
