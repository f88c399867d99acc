/*
 * ether.c: ARP, neighbour discovery, echo (ether.h).
 *
 * Each answer is made in place from a copy of its question, so nothing is remembered between two
 * frames. A question whose lengths contradict each other is noise.
 */
#include "core/live/ether.h"

#include "core/base/octets.h"

#include <string.h>

enum { TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806, TYPE_IPV6 = 0x86dd };
enum { ARP_LEN = 28, ARP_REQUEST = 1, ARP_REPLY = 2 };
enum { ECHO_REQUEST = 8, ECHO_REPLY = 0, ECHO6_REQUEST = 128, ECHO6_REPLY = 129 };
enum { SOLICITATION = 135, ADVERTISEMENT = 136, OPTION_TARGET_MAC = 2, SOLICIT_LEN = 24 };

/* fd00::/96 before the number of a host (wire_ip.h). */
static const uint8_t prefix[12] = {0xfd};

static bool is_our_v6(const EtherHost *us, const uint8_t *addr)
{
    return memcmp(addr, prefix, sizeof prefix) == 0 && get32(addr + 12) == us->addr;
}

/* Turns the Ethernet header round. */
static void turn(const EtherHost *us, uint8_t *frame)
{
    memcpy(frame, frame + ETHER_MAC, ETHER_MAC);
    memcpy(frame + ETHER_MAC, us->mac, ETHER_MAC);
}

/* ---- who has this address? ---- */

static size_t answer_arp(const EtherHost *us, Bytes frame, uint8_t *out, size_t cap)
{
    const uint8_t *arp = frame.data + ETHER_HEADER;
    if (frame.len < ETHER_HEADER + ARP_LEN || cap < ETHER_HEADER + ARP_LEN)
        return 0;
    bool asks = get16(arp) == 1 && get16(arp + 2) == TYPE_IPV4 && arp[4] == ETHER_MAC &&
                arp[5] == 4 && get16(arp + 6) == ARP_REQUEST && get32(arp + 24) == us->addr;
    if (!asks || get32(arp + 14) == 0) /* a probe for duplicates asks from nowhere */
        return 0;
    memcpy(out, frame.data, ETHER_HEADER + ARP_LEN);
    turn(us, out);
    uint8_t *a = out + ETHER_HEADER;
    put16(a + 6, ARP_REPLY);
    memcpy(a + 18, arp + 8, 10); /* who asked: hardware and IP address */
    memcpy(a + 8, us->mac, ETHER_MAC);
    put32(a + 14, us->addr);
    return ETHER_HEADER + ARP_LEN;
}

/* A neighbour solicitation (RFC 4861 section 4.3) with the hop limit that proves it comes from this
 * very link; the answer carries our hardware address. */
static size_t answer_solicitation(const EtherHost *us, Bytes frame, const IpHeader *ip,
                                  uint8_t *out, size_t cap)
{
    enum { ANSWER = SOLICIT_LEN + 8 };
    static const uint8_t nobody[16];
    size_t total = ETHER_HEADER + IP6_HEADER + ANSWER;
    const uint8_t *v6 = frame.data + ETHER_HEADER, *icmp = v6 + ip->header_len;
    if (ip->header_len != IP6_HEADER || ip->payload_len < SOLICIT_LEN || ip->ttl != 255 ||
        cap < total || !is_our_v6(us, icmp + 8) || memcmp(v6 + 8, nobody, 16) == 0)
        return 0;
    memset(out, 0, total);
    memcpy(out, frame.data, ETHER_HEADER + IP6_HEADER);
    turn(us, out);
    uint8_t *o = out + ETHER_HEADER, *a = o + IP6_HEADER;
    put16(o + 4, ANSWER);
    memcpy(o + 24, v6 + 8, 16); /* to whoever asked */
    memcpy(o + 8, icmp + 8, 16);
    a[0] = ADVERTISEMENT;
    a[4] = 0x60; /* solicited, override */
    memcpy(a + 8, icmp + 8, 16);
    a[24] = OPTION_TARGET_MAC;
    a[25] = 1; /* times eight bytes */
    memcpy(a + 26, us->mac, ETHER_MAC);
    wire_fix_checksums(o, IP6_HEADER + ANSWER);
    return total;
}

/* ---- are you there? ---- */

static size_t answer_echo(const EtherHost *us, Bytes frame, const IpHeader *ip, uint8_t *out,
                          size_t cap)
{
    size_t len = (size_t)ip->header_len + ip->payload_len;
    if (cap < ETHER_HEADER + len)
        return 0;
    memcpy(out, frame.data, ETHER_HEADER + len);
    turn(us, out);
    uint8_t *o = out + ETHER_HEADER;
    size_t width = ip->v6 ? 16 : 4, at = ip->v6 ? 8 : 12;
    memcpy(o + at, frame.data + ETHER_HEADER + at + width, width);
    memcpy(o + at + width, frame.data + ETHER_HEADER + at, width);
    o[ip->v6 ? 7 : 8] = 64;
    o[ip->header_len] = ip->v6 ? ECHO6_REPLY : ECHO_REPLY;
    wire_fix_checksums(o, len);
    return ETHER_HEADER + len;
}

/* ---- the whole ---- */

static EtherKind take_icmp(const EtherHost *us, Bytes frame, const IpHeader *ip, bool ours,
                           uint8_t *out, size_t cap, size_t *out_len)
{
    const uint8_t *icmp = frame.data + ETHER_HEADER + ip->header_len;
    if (ip->payload_len < 8)
        return ETHER_NOISE;
    if (ip->v6 && icmp[0] == SOLICITATION)
        *out_len = answer_solicitation(us, frame, ip, out, cap);
    else if (ours && icmp[0] == (ip->v6 ? ECHO6_REQUEST : ECHO_REQUEST))
        *out_len = answer_echo(us, frame, ip, out, cap);
    else if (ours && icmp[0] < ECHO6_REQUEST && icmp[0] != ECHO_REPLY)
        return ETHER_PACKET; /* an error: it is about one of our segments */
    return *out_len ? ETHER_ANSWER : ETHER_NOISE;
}

static EtherKind take_ip(const EtherHost *us, Bytes frame, Bytes *packet, uint8_t *out, size_t cap,
                         size_t *out_len)
{
    IpHeader ip;
    Bytes all = bytes_of(frame.data + ETHER_HEADER, frame.len - ETHER_HEADER);
    if (ip_read(all, &ip) != WIRE_OK)
        return ETHER_NOISE;
    bool ours = ip.v6 ? is_our_v6(us, all.data + 24) : ip.dst_addr == us->addr;
    *packet = bytes_of(all.data, (size_t)ip.header_len + ip.payload_len);
    if (ip.proto == IP_PROTO_TCP)
        return ours ? ETHER_PACKET : ETHER_NOISE;
    if (ip.proto == (ip.v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP))
        return take_icmp(us, frame, &ip, ours, out, cap, out_len);
    return ETHER_NOISE;
}

EtherKind ether_take(const EtherHost *us, Bytes frame, Bytes *packet, uint8_t *out, size_t cap,
                     size_t *out_len)
{
    *packet = bytes_of(NULL, 0);
    *out_len = 0;
    if (frame.len < ETHER_HEADER)
        return ETHER_NOISE;
    uint16_t type = get16(frame.data + 12);
    if (type == TYPE_ARP) {
        *out_len = answer_arp(us, frame, out, cap);
        return *out_len ? ETHER_ANSWER : ETHER_NOISE;
    }
    if (type != TYPE_IPV4 && type != TYPE_IPV6)
        return ETHER_NOISE;
    EtherKind kind = take_ip(us, frame, packet, out, cap, out_len);
    if (kind != ETHER_PACKET)
        *packet = bytes_of(NULL, 0);
    return kind;
}

size_t ether_wrap(const EtherHost *from, const EtherHost *to, Bytes packet, uint8_t *out,
                  size_t cap)
{
    if (packet.len == 0 || cap < ETHER_HEADER + packet.len)
        return 0;
    unsigned version = packet.data[0] >> 4;
    if (version != 4 && version != 6)
        return 0;
    memcpy(out, to->mac, ETHER_MAC);
    memcpy(out + ETHER_MAC, from->mac, ETHER_MAC);
    put16(out + 12, version == 4 ? TYPE_IPV4 : TYPE_IPV6);
    memcpy(out + ETHER_HEADER, packet.data, packet.len);
    return ETHER_HEADER + packet.len;
}
