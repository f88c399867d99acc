/*
 * segtext_parse.c: reading the grammar of segtext.h.
 *
 *     segment  = flags [range] { "ack" number | "win" int | "urg" int | "ttl" int | "tos" int }
 *                [options] [string]
 *     flags    = word { "+" word } | letters | "-"            SYN+ACK   S.   -
 *     range    = number [ ":" number ] [ "(" int ")" ]
 *     number   = int | host [ ("+" | "-") int ]               7000   A   A+1   B-5
 *     options  = "<" [ option { "," option } ] ">"            also with [ ], as tcpdump prints them
 *
 * A single pass over the text; what it stops at is the place of the error. Nothing is written to
 * the caller's segment unless all of it was understood.
 */
#include "core/lab/segtext.h"

#include <string.h>

enum { PAYLOAD_MAX = 65535 - WIRE_HEADERS_MAX };

typedef struct Reader {
    const char *text;
    size_t len, at;
    const SegNames *names;
    Seg seg;
    bool ack_given, len_given;
    SegParseError *error;
} Reader;

static bool fail_at(Reader *r, size_t at, const char *en, const char *zh)
{
    if (r->error)
        *r->error = (SegParseError){at, {en, zh}};
    return false;
}

static bool fail(Reader *r, const char *en, const char *zh)
{
    return fail_at(r, r->at, en, zh);
}

static void skip_blanks(Reader *r)
{
    while (r->at < r->len && (r->text[r->at] == ' ' || r->text[r->at] == '\t'))
        r->at++;
}

static char peek(const Reader *r)
{
    return r->at < r->len ? r->text[r->at] : '\0';
}

static bool take(Reader *r, char c)
{
    if (r->at >= r->len || r->text[r->at] != c)
        return false;
    r->at++;
    return true;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool is_letter(char c)
{
    return upper(c) >= 'A' && upper(c) <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool same_word(const char *text, size_t len, const char *word)
{
    if (strlen(word) != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (upper(text[i]) != upper(word[i]))
            return false;
    return true;
}

/* The word of letters at the reader; not taken. */
static size_t word_length(const Reader *r)
{
    size_t n = 0;
    while (r->at + n < r->len && (is_letter(r->text[r->at + n]) || is_digit(r->text[r->at + n])))
        n++;
    return n;
}

static bool take_word(Reader *r, const char *word)
{
    size_t n = word_length(r);
    if (n == 0 || !same_word(r->text + r->at, n, word))
        return false;
    r->at += n;
    return true;
}

/* ---- flags -------------------------------------------------------------------------------------
 */

static uint16_t flag_of_word(const char *text, size_t len)
{
    static const struct {
        const char *word;
        uint16_t bit;
    } words[] = {
        {"SYN", SEG_SYN}, {"ACK", SEG_ACK}, {"FIN", SEG_FIN}, {"RST", SEG_RST}, {"PSH", SEG_PSH},
        {"URG", SEG_URG}, {"ECE", SEG_ECE}, {"CWR", SEG_CWR}, {"AE", SEG_AE},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(text, len, words[i].word))
            return words[i].bit;
    return 0;
}

/* tcpdump's letters, and A for ACK as in many tools. */
static uint16_t flag_of_letter(char c)
{
    switch (c) {
    case 'S': return SEG_SYN;
    case 'F': return SEG_FIN;
    case 'R': return SEG_RST;
    case 'P': return SEG_PSH;
    case '.':
    case 'A': return SEG_ACK;
    case 'U': return SEG_URG;
    case 'E': return SEG_ECE;
    case 'C':
    case 'W': return SEG_CWR;
    case 'e': return SEG_AE;
    default: return 0;
    }
}

/* Words joined by '+'; 0 if one of them is no flag. */
static uint16_t flags_of_words(const char *text, size_t len)
{
    uint16_t all = 0;
    for (size_t at = 0; at <= len;) {
        const char *plus = memchr(text + at, '+', len - at);
        size_t end = plus ? (size_t)(plus - text) : len;
        uint16_t bit = flag_of_word(text + at, end - at);
        if (!bit)
            return 0;
        all |= bit;
        at = end + 1;
    }
    return all;
}

static uint16_t flags_of_letters(const char *text, size_t len)
{
    uint16_t all = 0;
    for (size_t i = 0; i < len; i++) {
        uint16_t bit = flag_of_letter(text[i]);
        if (!bit)
            return 0;
        all |= bit;
    }
    return all;
}

bool segtext_parse_flags(const char *text, size_t len, uint16_t *flags)
{
    *flags = 0;
    if (len == 1 && (text[0] == '-' || text[0] == '0'))
        return true;
    *flags = flags_of_words(text, len);
    if (!*flags)
        *flags = flags_of_letters(text, len);
    return *flags != 0;
}

static bool read_flags(Reader *r)
{
    size_t start = r->at;
    while (r->at < r->len && !strchr(" \t<[\"", r->text[r->at]))
        r->at++;
    if (segtext_parse_flags(r->text + start, r->at - start, &r->seg.flags))
        return true;
    return fail_at(r, start,
                   "flags first: words such as SYN+ACK or letters such as S. or - for none",
                   "先写标志：单词如 SYN+ACK，或字母如 S.，没有标志写 -");
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

static bool read_int(Reader *r, uint64_t max, uint64_t *value)
{
    size_t start = r->at;
    uint64_t v = 0;
    if (!is_digit(peek(r)))
        return fail(r, "a number is expected here", "这里应当是一个数");
    while (is_digit(peek(r))) {
        v = v * 10 + (uint64_t)(r->text[r->at++] - '0');
        if (v > max)
            return fail_at(r, start, "the number is too big for its field",
                           "这个数超出了字段的范围");
    }
    *value = v;
    return true;
}

static bool read_u16(Reader *r, uint16_t *value)
{
    uint64_t v;
    skip_blanks(r);
    if (!read_int(r, UINT16_MAX, &v))
        return false;
    *value = (uint16_t)v;
    return true;
}

static bool read_u8(Reader *r, uint8_t *value)
{
    uint64_t v;
    skip_blanks(r);
    if (!read_int(r, UINT8_MAX, &v))
        return false;
    *value = (uint8_t)v;
    return true;
}

/* A number of the sequence space: plain, or A, A+1, A-5. */
static bool read_seq(Reader *r, Seq *seq)
{
    uint64_t v = 0;
    skip_blanks(r);
    char c = upper(peek(r));
    if (c != 'A' && c != 'B') {
        if (!read_int(r, UINT32_MAX, &v))
            return false;
        *seq = seq_of((uint32_t)v);
        return true;
    }
    HostId host = c == 'A' ? HOST_A : HOST_B;
    if (!r->names->known[host])
        return fail(r, "that end's initial sequence number is not known yet; write a plain number",
                    "还不知道那一端的初始序号；请写具体的数");
    r->at++;
    char sign = peek(r);
    if (sign == '+' || sign == '-') {
        r->at++;
        if (!read_int(r, UINT32_MAX, &v))
            return false;
    }
    Seq isn = r->names->isn[host];
    *seq = sign == '-' ? seq_sub(isn, (uint32_t)v) : seq_add(isn, (uint32_t)v);
    return true;
}

/* start [":" end] ["(" len ")"] */
static bool read_range(Reader *r)
{
    size_t start = r->at;
    if (!read_seq(r, &r->seg.seq))
        return false;
    uint32_t len = 0;
    if (take(r, ':')) {
        Seq end;
        if (!read_seq(r, &end))
            return false;
        len = seq_distance(r->seg.seq, end);
        r->len_given = true;
        if (len > PAYLOAD_MAX)
            return fail_at(r, start, "the range ends before it begins, or is longer than a packet",
                           "范围的终点在起点之前，或比一个报文还长");
    }
    if (take(r, '(')) {
        uint64_t v;
        if (!read_int(r, PAYLOAD_MAX, &v))
            return false;
        if (!take(r, ')'))
            return fail(r, "a ) is missing after the length", "长度之后缺少 )");
        if (r->len_given && v != len)
            return fail_at(r, start, "start, end and length contradict each other",
                           "起点、终点和长度互相矛盾");
        len = (uint32_t)v;
        r->len_given = true;
    }
    r->seg.len = (uint16_t)len;
    return true;
}

/* ---- options -----------------------------------------------------------------------------------
 */

static bool read_sack(Reader *r)
{
    r->seg.opts |= SEG_OPT_SACK;
    r->seg.sack_count = 0;
    for (;;) {
        skip_blanks(r);
        char c = peek(r);
        if (!is_digit(c) && upper(c) != 'A' && upper(c) != 'B')
            break;
        if (r->seg.sack_count == SEG_SACK_MAX)
            return fail(r, "at most four SACK blocks fit", "最多容纳四个 SACK 块");
        SeqRange *block = &r->seg.sack[r->seg.sack_count];
        if (!read_seq(r, &block->from))
            return false;
        if (!take(r, ':'))
            return fail(r, "a SACK block is written from:to", "SACK 块写作 起点:终点");
        if (!read_seq(r, &block->to))
            return false;
        r->seg.sack_count++;
    }
    return r->seg.sack_count > 0 ||
           fail(r, "sack needs at least one block, from:to", "sack 之后至少要有一个块：起点:终点");
}

static bool read_timestamp(Reader *r)
{
    uint64_t v;
    r->seg.opts |= SEG_OPT_TIMESTAMP;
    skip_blanks(r);
    if (!take_word(r, "val"))
        return fail(r, "a timestamp is written TS val 1 ecr 0", "时间戳写作 TS val 1 ecr 0");
    skip_blanks(r);
    if (!read_int(r, UINT32_MAX, &v))
        return false;
    r->seg.ts_val = (uint32_t)v;
    skip_blanks(r);
    if (!take_word(r, "ecr"))
        return fail(r, "a timestamp is written TS val 1 ecr 0", "时间戳写作 TS val 1 ecr 0");
    skip_blanks(r);
    if (!read_int(r, UINT32_MAX, &v))
        return false;
    r->seg.ts_ecr = (uint32_t)v;
    return true;
}

static int hex_value(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "FO" asks for a cookie, "FO 0123456789abcdef" brings one. */
static bool read_cookie(Reader *r)
{
    Seg *s = &r->seg;
    s->opts |= SEG_OPT_FAST_OPEN;
    s->cookie_len = 0;
    memset(s->cookie, 0, sizeof s->cookie);
    skip_blanks(r);
    unsigned digits = 0;
    for (int v; (v = hex_value(peek(r))) >= 0; r->at++, digits++)
        if (digits < 2 * SEG_COOKIE_MAX)
            s->cookie[digits / 2] = (uint8_t)(s->cookie[digits / 2] << 4 | v);
    bool fits = digits % 4 == 0 && digits >= 2 * SEG_COOKIE_MIN && digits <= 2 * SEG_COOKIE_MAX;
    if (digits != 0 && !fits)
        return fail(r, "a cookie is 4 to 16 bytes, an even number of them, in hexadecimal digits",
                    "cookie 为 4 到 16 字节（偶数个），用十六进制数字书写");
    s->cookie_len = (uint8_t)(digits / 2);
    return true;
}

static bool read_option(Reader *r)
{
    Seg *s = &r->seg;
    skip_blanks(r);
    if (take_word(r, "nop") || take_word(r, "eol"))
        return true; /* alignment is the encoder's business */
    if (take_word(r, "mss")) {
        s->opts |= SEG_OPT_MSS;
        return read_u16(r, &s->mss);
    }
    if (take_word(r, "wscale")) {
        s->opts |= SEG_OPT_WSCALE;
        return read_u8(r, &s->wscale);
    }
    if (take_word(r, "uto")) {
        s->opts |= SEG_OPT_USER_TIMEOUT;
        return read_u16(r, &s->user_timeout);
    }
    if (take_word(r, "sackOK")) {
        s->opts |= SEG_OPT_SACK_OK;
        return true;
    }
    if (take_word(r, "TS"))
        return read_timestamp(r);
    if (take_word(r, "sack"))
        return read_sack(r);
    if (take_word(r, "FO"))
        return read_cookie(r);
    if (take_word(r, "unknown")) {
        s->opts |= SEG_OPT_UNKNOWN;
        return true;
    }
    if (take_word(r, "malformed")) {
        s->opts |= SEG_OPT_BAD_LENGTH;
        return true;
    }
    return fail(r, "no such option; there are mss, wscale, sackOK, sack, TS, uto, FO, nop, eol",
                "没有这个选项；可用的有 mss、wscale、sackOK、sack、TS、uto、FO、nop、eol");
}

static bool read_options(Reader *r)
{
    size_t start = r->at;
    char close = take(r, '<') ? '>' : take(r, '[') ? ']' : '\0';
    if (!close)
        return true;
    r->seg.opts = 0;
    skip_blanks(r);
    if (take(r, close))
        return true;
    do {
        if (!read_option(r))
            return false;
        skip_blanks(r);
    } while (take(r, ','));
    if (!take(r, close))
        return fail(r, "options are separated by commas and end with >",
                    "选项之间用逗号分隔，以 > 结束");
    if (wire_options_len(&r->seg) > 40)
        return fail_at(r, start,
                       "these options do not fit: a TCP header has room for 40 bytes of them",
                       "这些选项放不下：TCP 首部最多容纳 40 字节的选项");
    return true;
}

/* ---- payload -----------------------------------------------------------------------------------
 */

static int hex_digit(char c)
{
    return is_digit(c) ? c - '0' : upper(c) >= 'A' && upper(c) <= 'F' ? upper(c) - 'A' + 10 : -1;
}

/* The character behind a backslash; the reader stands behind the backslash. */
static bool read_escape(Reader *r, uint8_t *byte)
{
    char c = peek(r);
    r->at += r->at < r->len;
    switch (c) {
    case 'n': *byte = '\n'; return true;
    case 'r': *byte = '\r'; return true;
    case 't': *byte = '\t'; return true;
    case '0': *byte = 0; return true;
    case '"':
    case '\\': *byte = (uint8_t)c; return true;
    case 'x': {
        int high = hex_digit(peek(r)),
            low = r->at + 1 < r->len ? hex_digit(r->text[r->at + 1]) : -1;
        if (high >= 0 && low >= 0) {
            r->at += 2;
            *byte = (uint8_t)(high * 16 + low);
            return true;
        }
        break;
    }
    default: break;
    }
    r->at--;
    return fail(r, "escapes are \\n \\r \\t \\0 \\\\ \\\" and \\xHH",
                "转义只有 \\n \\r \\t \\0 \\\\ \\\" 和 \\xHH");
}

static bool read_payload(Reader *r, uint8_t *payload, size_t cap, size_t *payload_len)
{
    size_t start = r->at, n = 0;
    if (!take(r, '"')) {
        if (r->seg.len > cap)
            return fail(r, "the payload is longer than a packet may be", "数据比报文允许的更长");
        if (r->seg.len > 0)
            memset(payload, 0, r->seg.len);
        *payload_len = r->seg.len;
        return true;
    }
    while (!take(r, '"')) {
        uint8_t byte = (uint8_t)peek(r);
        if (r->at >= r->len)
            return fail_at(r, start, "the string is not closed: a \" is missing",
                           "字符串没有结束：缺少 \"");
        r->at++;
        if (byte == '\\' && !read_escape(r, &byte))
            return false;
        if (n >= cap || n >= PAYLOAD_MAX)
            return fail(r, "the payload is longer than a packet may be", "数据比报文允许的更长");
        payload[n++] = byte;
    }
    if (r->len_given && n != r->seg.len)
        return fail_at(r, start, "the string has not as many bytes as the range says",
                       "字符串的字节数与范围不符");
    r->seg.len = (uint16_t)n;
    *payload_len = n;
    return true;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

static bool read_words(Reader *r)
{
    for (;;) {
        skip_blanks(r);
        bool ok = true;
        if (take_word(r, "ack")) {
            r->ack_given = true;
            ok = read_seq(r, &r->seg.ack);
        } else if (take_word(r, "win")) {
            ok = read_u16(r, &r->seg.wnd);
        } else if (take_word(r, "urg")) {
            ok = read_u16(r, &r->seg.urg);
        } else if (take_word(r, "ttl")) {
            ok = read_u8(r, &r->seg.ttl);
        } else if (take_word(r, "tos")) {
            ok = read_u8(r, &r->seg.tos);
        } else {
            return true;
        }
        if (!ok)
            return false;
    }
}

static bool starts_range(const Reader *r)
{
    char c = peek(r);
    if (is_digit(c))
        return true;
    return (upper(c) == 'A' || upper(c) == 'B') && word_length(r) == 1;
}

bool segtext_parse(const char *text, size_t len, const SegNames *names, HostId from, Seg *seg,
                   uint8_t *payload, size_t cap, size_t *payload_len, SegParseError *error)
{
    Reader r = {.text = text, .len = len, .names = names, .seg = *seg, .error = error};
    (void)from; /* the letters A and B say whose number it is */
    r.seg.opts = 0;
    r.seg.sack_count = 0;
    r.seg.urg = 0;
    r.seg.len = 0;
    *payload_len = 0;
    skip_blanks(&r);
    if (!read_flags(&r))
        return false;
    skip_blanks(&r);
    if (starts_range(&r) && !read_range(&r))
        return false;
    if (!read_words(&r) || !read_options(&r))
        return false;
    skip_blanks(&r);
    if (!read_payload(&r, payload, cap, payload_len))
        return false;
    skip_blanks(&r);
    if (r.at < r.len)
        return fail(
            &r, "not understood; the order is: flags start:end(len) ack N win N <options> \"text\"",
            "看不懂；顺序是：标志 起点:终点(长度) ack N win N <选项> \"文本\"");
    if (!r.ack_given && !(r.seg.flags & SEG_ACK))
        r.seg.ack = seq_of(0);
    *seg = r.seg;
    return true;
}
