/*
 * segtext.h: segments as text, printed and parsed by one grammar.
 *
 *     SYN+ACK B:B(0) ack A+1 win 65535 <mss 1460>
 *     PSH+ACK A+1:A+6(5) ack B+1 win 65535
 *     S. 7000:7000(0) ack 4001 win 512 <mss 1460,nop,sackOK>          (absolute, tcpdump's letters)
 *
 * FLAGS are words joined by '+' or tcpdump's letters (S F R P . U E W, '-' for none). Numbers are
 * absolute, or relative to an initial sequence number: A+1, B, A-5. `start` alone means
 * start:start(0). Missing ack means no ack field unless the ACK bit is set, then the default;
 * missing win likewise.
 */
#ifndef SANDWIRE_CORE_LAB_SEGTEXT_H
#define SANDWIRE_CORE_LAB_SEGTEXT_H

#include "core/base/print.h"
#include "core/base/wire_icmp.h"

/* The two initial sequence numbers of a connection, as far as they are known. */
typedef struct SegNames {
    Seq isn[HOST_COUNT];
    bool known[HOST_COUNT];
    bool absolute; /* print plain numbers */
} SegNames;

typedef enum SegStyle {
    SEG_STYLE_SHORT, /* no window, no options: "SYN+ACK B ack A+1", "ACK A+1 ack B+1 (5 bytes)" see
                        below */
    SEG_STYLE_FULL   /* the whole grammar: can be parsed back to the same Seg */
} SegStyle;

/* "SYN+ACK", "-" for none. */
void segtext_flags(Text *, uint16_t flags);

/* Reads flags alone: "SYN+ACK", "S.", "SA", "-". False if it is none. */
bool segtext_parse_flags(const char *text, size_t len, uint16_t *flags);

/* A number as the learner sees it: "A+1", "B", or plain when absolute or unknown. */
void segtext_seq(Text *, const SegNames *, HostId whose, Seq);

/* Prints a segment that goes out from `from`. SHORT leaves out window and options and writes
 * "SYN A", "ACK A+1 ack B+1", "PSH+ACK A+1:A+6(5) ack B+1". */
void segtext_print(Text *, const SegNames *, HostId from, const Seg *, SegStyle);

/* "sack A+2921:A+4381 A+5841:A+7301": the blocks of a segment that goes out from `from`. */
void segtext_sack(Text *, const SegNames *, HostId from, const Seg *);

/* Prints an ICMP message; about: the host whose segment it quotes. "ICMP unreachable frag_needed
 * mtu 1200 about A+1:A+1461(1460)". */
void segtext_icmp(Text *, const SegNames *, HostId about, const Icmp *);

typedef struct SegParseError {
    size_t at;                    /* byte offset in the text */
    const char *text[LANG_COUNT]; /* what is wrong there and what would be right */
} SegParseError;

/* Parses the grammar onto *seg, which holds the defaults (addresses, ports, seq, ack, wnd). The
 * payload is len zero bytes, or the quoted string that may stand at the end: PSH+ACK A+1:A+6(5)
 * "hello". On success *payload_len bytes lie in payload (cap bytes). False and *error otherwise. */
bool segtext_parse(const char *text, size_t len, const SegNames *, HostId from, Seg *seg,
                   uint8_t *payload, size_t cap, size_t *payload_len, SegParseError *error);

#endif
