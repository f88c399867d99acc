/*
 * wire_icmp.c: the bytes of RFC 792 and RFC 4443, and the words for them.
 *
 * A table of types and one of codes serve both versions; names are unique within a version, the
 * first of a number is the one that is printed.
 */
#include "core/base/wire_icmp.h"

#include "core/base/octets.h"
#include "core/base/wire_ip.h"

#include <string.h>

enum { ICMP_HEADER = 8, QUOTED_TCP_MIN = 8 };

/* The longest error message a router sends: RFC 1812 4.3.2.3; RFC 4443 2.4 (c), the minimum MTU. */
enum { ERROR4_MAX = 576, ERROR6_MAX = 1280 };

/* ---- types and codes ---- */

static const struct {
    uint8_t v6, type;
    IcmpKind kind;
    const char *name;
    const char *text[LANG_COUNT];
} types[] = {
#define ICMP_TYPE(v6, type, kind, name, english, chinese) \
    {v6, type, kind, name, {english, chinese}},
#include "core/base/icmp.def"
};
#define TYPES (sizeof types / sizeof *types)

static const struct {
    uint8_t v6, type, code;
    const char *name;
    const char *text[LANG_COUNT]; /* NULL: another spelling of a number above */
} codes[] = {
#define ICMP_CODE(v6, type, code, name, english, chinese) \
    {v6, type, code, name, {english, chinese}},
#define ICMP_SPELLING(v6, type, code, name) {v6, type, code, name, {NULL, NULL}},
#include "core/base/icmp.def"
};
#define CODES (sizeof codes / sizeof *codes)

/* Index in the table; -1: a number without a name. */
static int find_type(const Icmp *m)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].v6 == m->v6 && types[i].type == m->type)
            return (int)i;
    return -1;
}

static int find_code(const Icmp *m)
{
    for (size_t i = 0; i < CODES; i++)
        if (codes[i].v6 == m->v6 && codes[i].type == m->type && codes[i].code == m->code)
            return (int)i;
    return -1;
}

const char *icmp_type_name(const Icmp *m)
{
    int i = find_type(m);
    return i < 0 ? NULL : types[i].name;
}

const char *icmp_code_name(const Icmp *m)
{
    int i = find_code(m);
    return i < 0 ? NULL : codes[i].name;
}

const char *icmp_text(const Icmp *m, Lang lang)
{
    static const char *const unknown[LANG_COUNT] = {"an ICMP message of an unknown kind",
                                                    "不认识的 ICMP 消息"};
    int code = find_code(m), type = find_type(m);
    if (code >= 0)
        return codes[code].text[lang];
    return type >= 0 ? types[type].text[lang] : unknown[lang];
}

static bool is_name(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

bool icmp_type_of_name(const char *name, size_t len, bool v6, uint8_t *type)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (types[i].v6 != v6 || !is_name(types[i].name, name, len))
            continue;
        *type = types[i].type;
        return true;
    }
    return false;
}

bool icmp_code_of_name(const Icmp *m, const char *name, size_t len, uint8_t *code)
{
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i].v6 != m->v6 || codes[i].type != m->type || !is_name(codes[i].name, name, len))
            continue;
        *code = codes[i].code;
        return true;
    }
    return false;
}

/* ---- meaning ---- */

IcmpKind icmp_kind(const Icmp *m)
{
    int i = find_type(m);
    if (!m->v6 && m->type == ICMP4_UNREACHABLE && m->code == ICMP4_FRAG_NEEDED)
        return ICMP_TOO_BIG;
    return i < 0 ? ICMP_OTHER : types[i].kind;
}

bool icmp_is_error(const Icmp *m)
{
    IcmpKind kind = icmp_kind(m);
    if (m->v6)
        return m->type < 128; /* RFC 4443 2.1 */
    return kind != ICMP_OTHER && kind != ICMP_ECHO_REQUEST && kind != ICMP_ECHO_REPLY;
}

uint32_t icmp_mtu(const Icmp *m)
{
    return icmp_kind(m) != ICMP_TOO_BIG ? 0 : m->v6 ? m->rest : m->rest & 0xffff;
}

void icmp_set_mtu(Icmp *m, uint32_t mtu)
{
    m->rest = m->v6 ? mtu : (m->rest & 0xffff0000u) | (mtu & 0xffff);
}

/* ---- writing ---- */

/* The datagram that the message speaks of, as far as *q tells: at most 60 bytes. */
static size_t put_quote(const Seg *q, uint8_t *out)
{
    uint32_t header_len = q->header_len ? q->header_len : WIRE_TCP_HEADER;
    IpHeader ip = {.src_addr = q->src_addr,
                   .dst_addr = q->dst_addr,
                   .flow_label = q->flow_label,
                   .payload_len = (uint16_t)min_u32(header_len + q->len, UINT16_MAX - IP4_HEADER),
                   .v6 = q->v6,
                   .proto = IP_PROTO_TCP,
                   .ttl = q->ttl,
                   .tos = q->tos};
    size_t at = ip_write(&ip, out);
    ip_fix_checksum(out, at);
    uint8_t *tcp = out + at;
    put16(tcp, q->src_port);
    put16(tcp + 2, q->dst_port);
    put32(tcp + 4, q->seq.v);
    if (!q->header_len)
        return at + QUOTED_TCP_MIN;
    put32(tcp + 8, q->ack.v);
    put16(tcp + 12, header_len / 4 << 12 | (q->flags & 0x1ff));
    put16(tcp + 14, q->wnd);
    put16(tcp + 16, 0);
    put16(tcp + 18, q->urg);
    return at + WIRE_TCP_HEADER;
}

size_t icmp_encode(Icmp *m, Bytes data, uint8_t *out, size_t cap)
{
    uint8_t quote[IP6_HEADER + WIRE_TCP_HEADER];
    if (m->quoted && data.len == 0)
        data = bytes_of(quote, put_quote(&m->quote, quote));
    size_t total = (m->v6 ? IP6_HEADER : IP4_HEADER) + (size_t)ICMP_HEADER + data.len;
    if (total > cap || total > 65535)
        return 0;
    m->len = (uint16_t)data.len;
    IpHeader ip = {.src_addr = m->src_addr,
                   .dst_addr = m->dst_addr,
                   .payload_len = (uint16_t)(ICMP_HEADER + data.len),
                   .v6 = m->v6,
                   .proto = m->v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP,
                   .ttl = m->ttl,
                   .tos = m->tos};
    uint8_t *p = out + ip_write(&ip, out);
    p[0] = m->type;
    p[1] = m->code;
    put16(p + 2, 0);
    put32(p + 4, m->rest);
    if (data.len)
        memcpy(p + ICMP_HEADER, data.data, data.len);
    wire_fix_checksums(out, total);
    return total;
}

size_t icmp_answer(Bytes frame, uint32_t router, uint8_t type, uint8_t code, uint32_t mtu,
                   uint8_t *out, size_t cap)
{
    IpHeader ip;
    Icmp about;
    Bytes data;
    WireError error = ip_read(frame, &ip);
    if (error != WIRE_OK && error != WIRE_BAD_IP_CHECKSUM)
        return 0;
    error = icmp_decode(frame, &about, &data);
    if ((error == WIRE_OK || error == WIRE_BAD_CHECKSUM) && icmp_is_error(&about))
        return 0;
    Icmp m = {.src_addr = router,
              .dst_addr = ip.src_addr,
              .v6 = ip.v6,
              .type = type,
              .code = code,
              .ttl = 64};
    icmp_set_mtu(&m, mtu);
    size_t headers = (size_t)(ip.v6 ? IP6_HEADER : IP4_HEADER) + ICMP_HEADER;
    size_t most = min_u64(ip.v6 ? ERROR6_MAX : ERROR4_MAX, cap);
    if (most < headers + ip.header_len + QUOTED_TCP_MIN)
        return 0;
    size_t quoted = min_u64((uint64_t)ip.header_len + ip.payload_len, most - headers);
    return icmp_encode(&m, bytes_of(frame.data, quoted), out, cap);
}

/* ---- reading ---- */

/* The datagram that an error speaks of, of which only the beginning may be there. */
static void read_quote(Icmp *m, Bytes data)
{
    IpHeader ip;
    WireError error = ip_read(data, &ip);
    bool readable = error == WIRE_OK || error == WIRE_BAD_IP_CHECKSUM || error == WIRE_TRUNCATED;
    if (!readable || ip.header_len == 0 || ip.proto != IP_PROTO_TCP || ip.v6 != m->v6 ||
        data.len < (size_t)ip.header_len + QUOTED_TCP_MIN || ip.payload_len < WIRE_TCP_HEADER)
        return;
    const uint8_t *tcp = data.data + ip.header_len;
    Seg *q = &m->quote;
    m->quoted = true;
    q->src_addr = ip.src_addr;
    q->dst_addr = ip.dst_addr;
    q->flow_label = ip.flow_label;
    q->v6 = ip.v6;
    q->ttl = ip.ttl;
    q->tos = ip.tos;
    q->src_port = get16(tcp);
    q->dst_port = get16(tcp + 2);
    q->seq = seq_of(get32(tcp + 4));
    q->len = (uint16_t)(ip.payload_len - WIRE_TCP_HEADER);
    if (data.len < (size_t)ip.header_len + WIRE_TCP_HEADER)
        return;
    size_t header_len = (size_t)(tcp[12] >> 4) * 4;
    if (header_len < WIRE_TCP_HEADER || header_len > ip.payload_len)
        return;
    q->header_len = (uint8_t)header_len;
    q->len = (uint16_t)(ip.payload_len - header_len);
    q->ack = seq_of(get32(tcp + 8));
    q->flags = get16(tcp + 12) & 0x1ff;
    q->wnd = get16(tcp + 14);
    q->urg = get16(tcp + 18);
}

WireError icmp_decode(Bytes frame, Icmp *m, Bytes *data)
{
    memset(m, 0, sizeof *m);
    *data = bytes_of(NULL, 0);
    IpHeader ip;
    WireError error = ip_read(frame, &ip);
    if (error != WIRE_OK)
        return error;
    if (ip.proto != (ip.v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP))
        return WIRE_NOT_ICMP;
    if (ip.payload_len < ICMP_HEADER)
        return WIRE_TRUNCATED;
    const uint8_t *p = frame.data + ip.header_len;
    m->src_addr = ip.src_addr;
    m->dst_addr = ip.dst_addr;
    m->v6 = ip.v6;
    m->ttl = ip.ttl;
    m->tos = ip.tos;
    m->type = p[0];
    m->code = p[1];
    m->rest = get32(p + 4);
    m->len = (uint16_t)(ip.payload_len - ICMP_HEADER);
    *data = bytes_of(p + ICMP_HEADER, m->len);
    if (icmp_is_error(m))
        read_quote(m, *data);
    uint32_t start = ip.v6 ? ip_pseudo_sum(frame.data, ip.proto, ip.payload_len) : 0;
    bool good = wire_sum(bytes_of(p, ip.payload_len), start) == 0xffff;
    return good ? WIRE_OK : WIRE_BAD_CHECKSUM;
}

bool icmp_is(Bytes frame)
{
    IpHeader ip;
    WireError error = ip_read(frame, &ip);
    return (error == WIRE_OK || error == WIRE_BAD_IP_CHECKSUM) &&
           ip.proto == (ip.v6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP) && ip.payload_len >= ICMP_HEADER;
}
