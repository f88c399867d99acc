/*
 * segtext.c: segments as text (segtext.h), the printing half; segtext_parse.c reads it back.
 *
 * What FULL prints, the parser turns into the same Seg, given the same addresses, ports and hop
 * counts. That is a law of the tests, so each change here has its counterpart there.
 */
#include "core/lab/segtext.h"

void segtext_flags(Text *t, uint16_t flags)
{
    static const struct {
        uint16_t bit;
        const char *word;
    } words[] = {
        {SEG_SYN, "SYN"}, {SEG_FIN, "FIN"}, {SEG_RST, "RST"}, {SEG_PSH, "PSH"}, {SEG_URG, "URG"},
        {SEG_ACK, "ACK"}, {SEG_ECE, "ECE"}, {SEG_CWR, "CWR"}, {SEG_AE, "AE"},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!(flags & words[i].bit))
            continue;
        text_add(t, any ? "+" : "");
        text_add(t, words[i].word);
        any = true;
    }
    if (!any)
        text_char(t, '-');
}

/* How far from the initial number a number is still told by its name. */
enum { NAMED_AHEAD = 1 << 30, NAMED_BEHIND = 1 << 20 };

void segtext_seq(Text *t, const SegNames *names, HostId whose, Seq seq)
{
    if (names->absolute || whose >= HOST_COUNT || !names->known[whose]) {
        text_addf(t, "%u", seq.v);
        return;
    }
    /* The shorter way round the circle: one before the initial number is A-1. */
    uint32_t ahead = seq_distance(names->isn[whose], seq);
    if (ahead > NAMED_AHEAD && 0 - ahead > NAMED_BEHIND) {
        text_addf(t, "%u", seq.v); /* edited or forged: it has nothing to do with this number */
        return;
    }
    text_char(t, host_letter(whose));
    if (ahead > UINT32_MAX / 2)
        text_addf(t, "-%u", 0 - ahead);
    else if (ahead > 0)
        text_addf(t, "+%u", ahead);
}

static void separate(Text *t, bool *first)
{
    text_char(t, *first ? '<' : ',');
    *first = false;
}

void segtext_sack(Text *t, const SegNames *names, HostId from, const Seg *s)
{
    HostId whose = host_peer(from);
    text_add(t, "sack");
    for (unsigned i = 0; i < s->sack_count && i < SEG_SACK_MAX; i++) {
        text_char(t, ' ');
        segtext_seq(t, names, whose, s->sack[i].from);
        text_char(t, ':');
        segtext_seq(t, names, whose, s->sack[i].to);
    }
}

/* In the order of the wire (wire.c). SACK blocks lie in the other end's space. */
static void print_options(Text *t, const SegNames *names, HostId from, const Seg *s)
{
    bool first = true;
    if (s->opts == 0)
        return;
    text_char(t, ' ');
    if (s->opts & SEG_OPT_MSS) {
        separate(t, &first);
        text_addf(t, "mss %u", s->mss);
    }
    if (s->opts & SEG_OPT_SACK_OK) {
        separate(t, &first);
        text_add(t, "sackOK");
    }
    if (s->opts & SEG_OPT_TIMESTAMP) {
        separate(t, &first);
        text_addf(t, "TS val %u ecr %u", s->ts_val, s->ts_ecr);
    }
    if (s->opts & SEG_OPT_WSCALE) {
        separate(t, &first);
        text_addf(t, "wscale %u", s->wscale);
    }
    if (s->opts & SEG_OPT_USER_TIMEOUT) {
        separate(t, &first);
        text_addf(t, "uto %u", s->user_timeout);
    }
    if (s->opts & SEG_OPT_FAST_OPEN) {
        separate(t, &first);
        text_add(t, s->cookie_len ? "FO " : "FO");
        for (unsigned i = 0; i < s->cookie_len && i < SEG_COOKIE_MAX; i++)
            text_addf(t, "%02x", s->cookie[i]);
    }
    if (s->opts & SEG_OPT_SACK) {
        separate(t, &first);
        segtext_sack(t, names, from, s);
    }
    if (s->opts & SEG_OPT_UNKNOWN) {
        separate(t, &first);
        text_add(t, "unknown");
    }
    if (s->opts & SEG_OPT_BAD_LENGTH) {
        separate(t, &first);
        text_add(t, "malformed");
    }
    text_char(t, '>');
}

static void print_range(Text *t, const SegNames *names, HostId from, const Seg *s)
{
    segtext_seq(t, names, from, s->seq);
    text_char(t, ':');
    segtext_seq(t, names, from, seq_add(s->seq, s->len));
    text_addf(t, "(%u)", s->len);
}

void segtext_icmp(Text *t, const SegNames *names, HostId about, const Icmp *m)
{
    const char *type = icmp_type_name(m), *code = icmp_code_name(m);
    text_add(t, "ICMP ");
    if (code)
        text_add(t, code);
    else if (type)
        text_add(t, type);
    else
        text_addf(t, "type %u code %u", m->type, m->code);
    if (icmp_kind(m) == ICMP_TOO_BIG)
        text_addf(t, " mtu %u", icmp_mtu(m));
    if (!m->quoted)
        return;
    text_add(t, " about ");
    segtext_seq(t, names, about, m->quote.seq);
}

void segtext_print(Text *t, const SegNames *names, HostId from, const Seg *s, SegStyle style)
{
    bool full = style == SEG_STYLE_FULL;
    bool has_ack = s->flags & SEG_ACK;
    segtext_flags(t, s->flags);
    text_char(t, ' ');
    if (full || s->len > 0)
        print_range(t, names, from, s);
    else
        segtext_seq(t, names, from, s->seq);
    /* Without the ACK bit the field means nothing; it is shown only where it would be lost. */
    if (has_ack || (full && s->ack.v != 0)) {
        text_add(t, " ack ");
        segtext_seq(t, names, host_peer(from), s->ack);
    }
    if (!full)
        return;
    text_addf(t, " win %u", s->wnd);
    if ((s->flags & SEG_URG) || s->urg)
        text_addf(t, " urg %u", s->urg);
    print_options(t, names, from, s);
}
