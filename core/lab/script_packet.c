/*
 * script_packet.c: packet lines, read (script_private.h).
 *
 *     (<|>) [ipinfo] [sport > dport] FLAGS seq:end(len) [ack N] [win N] [urg N] [<options>]
 *     (<|>) icmp TYPE [CODE] [mtu N] [[seq:end(len)]]
 */
#include "core/base/wire_icmp.h"
#include "core/lab/script_private.h"

#include <string.h>

enum { COOKIE_DIGITS_MAX = 36 };

static bool number(Parser *p, uint64_t max, uint64_t *value)
{
    if (p->token.kind != TOKEN_INT)
        return script_bad(p, p->token.at, ERROR_NUMBER);
    if ((uint64_t)p->token.value > max)
        return script_bad(p, p->token.at, ERROR_NUMBER_RANGE, (unsigned long long)max);
    *value = (uint64_t)p->token.value;
    script_next(p);
    return true;
}

static bool number32(Parser *p, uint32_t *value)
{
    uint64_t v = 0;
    bool negative = script_take(p, '-');
    bool ok = number(p, UINT32_MAX, &v);
    *value = negative ? 0u - (uint32_t)v : (uint32_t)v;
    return ok;
}

static bool number16(Parser *p, uint16_t *value)
{
    uint64_t v = 0;
    bool ok = number(p, UINT16_MAX, &v);
    *value = (uint16_t)v;
    return ok;
}

/* ---- ipinfo ---- */

static bool parse_ecn_word(Parser *p, Pkt *k)
{
    static const struct {
        const char *name;
        EcnCheck check;
        uint8_t bits;
    } words[] = {{"noecn", ECN_EXACT, 0},
                 {"ect0", ECN_EXACT, IP_ECN_ECT0},
                 {"ect1", ECN_EXACT, IP_ECN_ECT1},
                 {"ce", ECN_EXACT, IP_ECN_CE},
                 {"ect01", ECN_EITHER_ECT, 0}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!script_take_word(p, words[i].name))
            continue;
        k->ecn = words[i].check;
        k->tos = words[i].bits;
        return true;
    }
    return false;
}

static bool parse_ip_info(Parser *p, Pkt *k)
{
    char close = script_is(p, '(') ? ')' : ']';
    k->place[PART_IP] = p->token.at;
    script_next(p);
    while (!p->failed && !script_is(p, close)) {
        uint64_t v = 0;
        uint32_t at = p->token.at;
        if (parse_ecn_word(p, k)) {
            if (k->inbound && k->ecn == ECN_EITHER_ECT)
                return script_bad(p, at, ERROR_ECT01_IN);
        } else if (script_take_word(p, "tos") || script_take_word(p, "class")) {
            if (!number(p, 255, &v))
                return false;
            k->ecn = ECN_WHOLE_TOS;
            k->tos = (uint8_t)v;
        } else if (script_take_word(p, "ttl") || script_take_word(p, "hlim")) {
            if (!number(p, 255, &v))
                return false;
            k->has_ttl = true;
            k->ttl = (uint8_t)v;
        } else if (script_take_word(p, "flowlabel")) {
            return script_skip(p, at, "flowlabel", 9);
        } else {
            return script_bad(p, at, ERROR_IP_INFO);
        }
        script_take(p, ',');
    }
    return script_expect(p, close);
}

/* ---- flags ---- */

static bool parse_flags(Parser *p, Pkt *k)
{
    static const char letters[] = "SFRP.UEWA";
    static const uint16_t bits[] = {SEG_SYN, SEG_FIN, SEG_RST, SEG_PSH, SEG_ACK,
                                    SEG_URG, SEG_ECE, SEG_CWR, SEG_AE};
    uint32_t at = p->token.at, len;
    const char *word;
    k->place[PART_FLAGS] = at;
    script_raw_word(p, &word, &len);
    if (len == 1 && word[0] == '-')
        return true;
    for (uint32_t i = 0; i < len; i++) {
        const char *letter = memchr(letters, word[i], sizeof letters - 1);
        if (letter) {
            k->flags |= bits[letter - letters];
        } else if (word[i] >= '0' && word[i] <= '7' && !k->is_ace) {
            k->is_ace = true;
            k->ace = (uint8_t)(word[i] - '0');
        } else {
            return script_bad(p, at + i, ERROR_FLAG_LETTER);
        }
    }
    if (k->is_ace && k->flags & (SEG_ECE | SEG_CWR | SEG_AE))
        return script_bad(p, at, ERROR_ACE_AND_LETTERS);
    if (k->is_ace) /* AE, CWR, ECE from the highest bit */
        k->flags |= (uint16_t)((k->ace & 4 ? SEG_AE : 0) | (k->ace & 2 ? SEG_CWR : 0) |
                               (k->ace & 1 ? SEG_ECE : 0));
    return len > 0 || script_bad(p, at, ERROR_FLAGS);
}

/* ---- options ---- */

static void put32(uint8_t *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(v >> (24 - 8 * i));
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The hexadecimal bytes of a cookie; none is allowed. */
static bool parse_hex(Parser *p, PktOption *o, uint8_t from)
{
    o->len = (uint8_t)(from + 2);
    if (p->token.kind != TOKEN_WORD && p->token.kind != TOKEN_INT)
        return true;
    if (p->token.len % 2 || p->token.len > COOKIE_DIGITS_MAX)
        return script_bad(p, p->token.at, ERROR_COOKIE_DIGITS, COOKIE_DIGITS_MAX);
    for (uint32_t i = 0; i < p->token.len; i += 2) {
        int high = hex_digit(p->token.text[i]), low = hex_digit(p->token.text[i + 1]);
        if (high < 0 || low < 0)
            return script_bad(p, p->token.at, ERROR_COOKIE_HEX);
        o->data[from + i / 2] = (uint8_t)(high << 4 | low);
    }
    o->len = (uint8_t)(o->len + p->token.len / 2);
    script_next(p);
    return true;
}

static bool parse_sack(Parser *p, PktOption *o)
{
    o->kind = 5;
    while (p->token.kind == TOKEN_INT) {
        if (o->sack_count == PACKET_SACK_MAX)
            return script_bad(p, p->token.at, ERROR_SACK_BLOCKS);
        uint32_t *block = &o->sack[2 * o->sack_count];
        if (!number32(p, &block[0]) || !script_expect(p, ':') || !number32(p, &block[1]))
            return false;
        o->sack_count++;
    }
    o->len = (uint8_t)(2 + 8 * o->sack_count);
    return true;
}

static bool parse_timestamp(Parser *p, PktOption *o)
{
    o->kind = 8;
    o->len = 10;
    if (!script_take_word(p, "val"))
        return script_bad(p, p->token.at, ERROR_TIMESTAMP);
    if (!number32(p, &o->ts_val))
        return false;
    if (!script_take_word(p, "ecr"))
        return script_bad(p, p->token.at, ERROR_TIMESTAMP);
    return number32(p, &o->ts_ecr);
}

/* Accurate ECN counters, kinds 172 and 174: 24 bits each. */
static bool parse_accecn(Parser *p, PktOption *o)
{
    o->kind = script_is_word(p, "e1b") ? 174 : 172;
    o->len = 2;
    while (script_take_word(p, "e0b") || script_take_word(p, "e1b") || script_take_word(p, "ceb")) {
        uint32_t v = 0;
        if (o->len + 3 > 11 || !number32(p, &v))
            return script_bad(p, p->token.at, ERROR_COUNTERS);
        uint8_t *out = &o->data[o->len - 2];
        out[0] = (uint8_t)(v >> 16);
        out[1] = (uint8_t)(v >> 8);
        out[2] = (uint8_t)v;
        o->len = (uint8_t)(o->len + 3);
    }
    return true;
}

static bool parse_option(Parser *p, PktOption *o)
{
    uint64_t v = 0;
    uint32_t at = p->token.at;
    if (script_take_word(p, "nop") || script_take_word(p, "eol")) {
        o->kind = p->text[at] == 'n' || p->text[at] == 'N' ? 1 : 0;
        o->len = 1;
        return true;
    }
    if (script_take_word(p, "mss")) {
        *o = (PktOption){.kind = 2, .len = 4};
        if (!number(p, UINT16_MAX, &v))
            return false;
        o->data[0] = (uint8_t)(v >> 8);
        o->data[1] = (uint8_t)v;
        return true;
    }
    if (script_take_word(p, "wscale")) {
        *o = (PktOption){.kind = 3, .len = 3};
        if (!number(p, 255, &v))
            return false;
        o->data[0] = (uint8_t)v;
        return true;
    }
    if (script_take_word(p, "sackOK")) {
        *o = (PktOption){.kind = 4, .len = 2};
        return true;
    }
    if (script_take_word(p, "sack"))
        return parse_sack(p, o);
    if (script_take_word(p, "TS"))
        return parse_timestamp(p, o);
    if (script_take_word(p, "FO")) {
        o->kind = 34;
        return parse_hex(p, o, 0);
    }
    if (script_take_word(p, "FOEXP")) {
        o->kind = 254;
        o->data[0] = 0xf9;
        o->data[1] = 0x89;
        return parse_hex(p, o, 2);
    }
    if (script_take_word(p, "uto")) {
        *o = (PktOption){.kind = 28, .len = 4};
        if (!number(p, UINT16_MAX, &v))
            return false;
        o->data[0] = (uint8_t)(v >> 8);
        o->data[1] = (uint8_t)v;
        return true;
    }
    if (script_take_word(p, "ECN"))
        return parse_accecn(p, o);
    if (script_is_word(p, "md5") || script_is_word(p, "exp"))
        return script_skip(p, at, p->token.text, p->token.len);
    return script_bad(p, at, ERROR_NO_SUCH_TCP_OPTION, (int)min_u32(p->token.len, 40),
                      p->token.text);
}

static bool parse_option_list(Parser *p, Pkt *k)
{
    if (p->token.kind == TOKEN_ELLIPSIS) {
        uint32_t at = p->token.at;
        script_next(p);
        k->any_options = true;
        if (k->inbound)
            return script_bad(p, at, ERROR_OPTIONS_IN);
        return script_expect(p, '>');
    }
    uint32_t total = 0, at = p->token.at;
    while (!p->failed && !script_is(p, '>')) {
        if (k->option_count == PACKET_OPTIONS_MAX)
            return script_bad(p, p->token.at, ERROR_TOO_MANY_OPTIONS, PACKET_OPTIONS_MAX);
        PktOption *o = &k->option[k->option_count++];
        if (!parse_option(p, o))
            return false;
        total += o->len;
        if (!script_take(p, ','))
            break;
    }
    if (total % 4 || total > 40)
        return script_bad(p, at, ERROR_OPTIONS_LENGTH, total);
    return script_expect(p, '>');
}

/* ---- the TCP part ---- */

static bool parse_tcp(Parser *p, Pkt *k)
{
    if (p->token.kind == TOKEN_INT && p->at < p->len) { /* sport > dport */
        Parser ahead = *p;
        script_next(&ahead);
        if (script_is(&ahead, '>')) {
            if (!number16(p, &k->sport) || !script_expect(p, '>') || !number16(p, &k->dport))
                return false;
            k->has_ports = true;
        }
    }
    if (!parse_flags(p, k))
        return false;
    uint32_t at = k->place[PART_SEQ] = p->token.at;
    if (!number32(p, &k->seq) || !script_expect(p, ':') || !number32(p, &k->end) ||
        !script_expect(p, '(') || !number16(p, &k->len) || !script_expect(p, ')'))
        return false;
    if (k->end != k->seq + k->len)
        return script_bad(p, at, ERROR_SEQ_SUM, k->seq, k->len, k->end);
    uint32_t ack_at = p->token.at;
    if (script_take_word(p, "ack")) {
        k->place[PART_ACK] = ack_at;
        k->has_ack = true;
        if (!number32(p, &k->ack))
            return false;
    }
    uint32_t win_at = p->token.at;
    if (script_take_word(p, "win")) {
        k->place[PART_WINDOW] = win_at;
        k->has_win = true;
        if (!number16(p, &k->win))
            return false;
    }
    uint32_t urg_at = p->token.at;
    if (script_take_word(p, "urg")) {
        k->place[PART_URGENT] = urg_at;
        k->has_urg = true;
        if (!number16(p, &k->urg))
            return false;
    }
    k->place[PART_OPTIONS] = p->token.at;
    if (script_take(p, '<')) {
        /* The next packet line may begin with < after a time, so this one is ours. */
        return parse_option_list(p, k);
    }
    k->place[PART_OPTIONS] = 0;
    return true;
}

/* ---- ICMP ---- */

static bool parse_icmp(Parser *p, Pkt *k)
{
    Icmp m = {.v6 = p->set.ipv6};
    k->icmp = true;
    if (!icmp_type_of_name(p->token.text, p->token.len, m.v6, &m.type))
        return script_skip(p, p->token.at, p->token.text, p->token.len);
    script_next(p);
    if (p->token.kind == TOKEN_WORD && icmp_code_of_name(&m, p->token.text, p->token.len, &m.code))
        script_next(p);
    k->icmp_type = m.type;
    k->icmp_code = m.code;
    if (script_take_word(p, "mtu") && !number32(p, &k->icmp_mtu))
        return false;
    uint32_t id;
    if (script_take_word(p, "id") && !number32(p, &id))
        return false;
    if (!script_take(p, '['))
        return true;
    if (p->token.kind == TOKEN_WORD)
        return script_skip(p, p->token.at, p->token.text, p->token.len);
    k->echoed = true;
    return number32(p, &k->seq) && script_expect(p, ':') && number32(p, &k->end) &&
           script_expect(p, '(') && number16(p, &k->len) && script_expect(p, ')') &&
           script_expect(p, ']');
}

bool script_parse_packet(Parser *p, Event *e)
{
    Pkt *k = script_alloc(p, sizeof *k);
    if (!k)
        return false;
    e->kind = EVENT_PACKET;
    e->packet = k;
    k->inbound = script_is(p, '<');
    script_next(p);
    if ((script_is(p, '(') || script_is(p, '[')) && !parse_ip_info(p, k))
        return false;
    static const char *const others[] = {"udp", "ipv4", "ipv6", "gre",   "mpls",
                                         "raw", "sctp", "psp",  "icmpv6"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (script_is_word(p, others[i]))
            return script_skip(p, p->token.at, others[i], (uint32_t)strlen(others[i]));
    if (script_take_word(p, "icmp"))
        return parse_icmp(p, k);
    if (!parse_tcp(p, k))
        return false;
    if (k->inbound && !k->has_win)
        return script_bad(p, p->token_end, ERROR_WINDOW_IN);
    for (uint8_t i = 0; i < k->option_count; i++) { /* numbers that need no mapping */
        PktOption *o = &k->option[i];
        if (o->kind == 8) {
            put32(o->data, o->ts_val);
            put32(o->data + 4, o->ts_ecr);
        }
    }
    return true;
}
