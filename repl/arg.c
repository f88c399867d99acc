/*
 * arg.c: reading the words of a command (lang.h).
 *
 * Each function reads one word and either takes it or says what is wrong with it, with the caret
 * under it. Nothing here acts.
 */
#include "repl/lang.h"

#include "core/base/near.h"

#include <string.h>

bool arg_more(const Run *r)
{
    return r->at < r->lex->count;
}

const char *arg_word(const Run *r, size_t *len)
{
    if (!arg_more(r))
        return NULL;
    const Token *t = &r->lex->token[r->at];
    *len = t->len;
    return r->line + t->at;
}

bool arg_is(const Run *r, const char *word)
{
    size_t len;
    const char *w = arg_word(r, &len);
    return w && strlen(word) == len && memcmp(w, word, len) == 0;
}

bool arg_take(Run *r, const char *word)
{
    if (!arg_is(r, word))
        return false;
    r->at++;
    return true;
}

bool arg_end(Run *r)
{
    if (!arg_more(r))
        return true;
    size_t len;
    const char *w = arg_word(r, &len);
    refuse(r, r->at,
           SAY(r, "nothing more is expected here, but there is `%.*s`",
               "这里不应再有内容，却有 `%.*s`"),
           (int)len, w);
    return false;
}

const char *arg_rest(const Run *r, size_t *len)
{
    if (!arg_more(r)) {
        *len = 0;
        return r->line + r->lex->end;
    }
    uint32_t at = r->lex->token[r->at].at;
    *len = r->lex->end - at;
    return r->line + at;
}

uint32_t arg_missing(Run *r, const char *what_en, const char *what_zh)
{
    refuse(r, r->lex->count, SAY(r, "`%s` needs %s", "`%s` 在这里需要%s"), r->command->name,
           SAY(r, what_en, what_zh));
    return 0;
}

/* ---- quantities ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The suffixes of a unit, each with the factor that makes it the base; ppm for chance. */
typedef struct Suffix {
    const char *text;
    uint64_t factor;
} Suffix;

static const Suffix time_suffixes[] = {{"ns", 1},
                                       {"us", NANOS_US},
                                       {"ms", NANOS_MS},
                                       {"s", NANOS_S},
                                       {"min", 60 * NANOS_S},
                                       {"m", 60 * NANOS_S},
                                       {"h", 3600 * NANOS_S},
                                       {NULL, 0}};
static const Suffix byte_suffixes[] = {
    {"", 1},         {"B", 1},        {"KiB", 1u << 10}, {"MiB", 1u << 20},   {"GiB", 1u << 30},
    {"kB", 1000},    {"KB", 1000},    {"MB", 1000000},   {"K", 1u << 10},     {"k", 1u << 10},
    {"M", 1u << 20}, {"G", 1u << 30}, {"B/s", 1},        {"KiB/s", 1u << 10}, {"MiB/s", 1u << 20},
    {"kB/s", 1000},  {NULL, 0}};
static const Suffix rate_suffixes[] = {{"", 1},
                                       {"bit", 1},
                                       {"bps", 1},
                                       {"kbit", 1000},
                                       {"kbps", 1000},
                                       {"Mbit", 1000000},
                                       {"Mbps", 1000000},
                                       {"Gbit", 1000000000},
                                       {"Gbps", 1000000000},
                                       {"bit/s", 1},
                                       {"kbit/s", 1000},
                                       {"Mbit/s", 1000000},
                                       {"Gbit/s", 1000000000},
                                       {"B/s", 8},
                                       {"KiB/s", 8192},
                                       {"MiB/s", 8388608},
                                       {NULL, 0}};
static const Suffix chance_suffixes[] = {{"%", 10000}, {"", 1000000}, {"ppm", 1}, {NULL, 0}};
static const Suffix count_suffixes[] = {
    {"", 1}, {"k", 1000}, {"K", 1000}, {"M", 1000000}, {NULL, 0}};

static const Suffix *suffixes_of(Unit unit)
{
    switch (unit) {
    case QUANTITY_TIME: return time_suffixes;
    case QUANTITY_BYTES: return byte_suffixes;
    case QUANTITY_RATE: return rate_suffixes;
    case QUANTITY_CHANCE: return chance_suffixes;
    default: return count_suffixes;
    }
}

/* Decimal digits with up to nine after the point: whole + part / 10^digits. */
static bool read_number(const char *text, size_t len, size_t *used, uint64_t *whole, uint64_t *part,
                        uint64_t *scale)
{
    size_t i = 0;
    *whole = *part = 0;
    *scale = 1;
    while (i < len && is_digit(text[i])) {
        if (*whole > (UINT64_MAX - 9) / 10)
            return false;
        *whole = *whole * 10 + (uint64_t)(text[i++] - '0');
    }
    bool digits = i > 0;
    if (digits && i + 1 < len && text[i] == '.' && is_digit(text[i + 1])) {
        for (i++; i < len && is_digit(text[i]); i++) {
            if (*scale >= 1000000000)
                return false;
            *part = *part * 10 + (uint64_t)(text[i] - '0');
            *scale *= 10;
        }
    }
    *used = i;
    return digits;
}

static bool scaled(uint64_t whole, uint64_t part, uint64_t scale, uint64_t factor, uint64_t *value)
{
    if (factor && whole > (UINT64_MAX >> 1) / factor)
        return false;
    uint64_t small = part * (factor / scale) + part * (factor % scale) / scale;
    *value = whole * factor + small;
    return true;
}

static bool parse_switch(const char *text, size_t len, uint64_t *value)
{
    static const char *const words[] = {"off", "on", "no", "yes", "0", "1", "false", "true"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0) {
            *value = i % 2;
            return true;
        }
    }
    return false;
}

bool quantity_parse(const char *text, size_t len, Unit unit, uint64_t *value)
{
    if (unit == QUANTITY_SWITCH)
        return parse_switch(text, len, value);
    uint64_t whole, part, scale;
    size_t used;
    if (!read_number(text, len, &used, &whole, &part, &scale))
        return false;
    if (unit == QUANTITY_PER_SECOND) {
        bool per = len - used == 2 && memcmp(text + used, "/s", 2) == 0;
        if ((!per && used != len) || whole == 0 || whole > NANOS_S)
            return false;
        *value = NANOS_S / whole;
        return true;
    }
    if (unit == QUANTITY_TIME && used == len && whole == 0 && part == 0) {
        *value = 0;
        return true;
    }
    for (const Suffix *s = suffixes_of(unit); s->text; s++)
        if (strlen(s->text) == len - used && memcmp(s->text, text + used, len - used) == 0)
            return scaled(whole, part, scale, s->factor, value);
    return false;
}

static const char *quantity_wanted(const Run *r, Unit unit)
{
    switch (unit) {
    case QUANTITY_TIME:
        return SAY(r, "a time with its unit, as 200ms or 1.5s", "带单位的时间，如 200ms、1.5s");
    case QUANTITY_BYTES:
        return SAY(r, "a number of bytes, as 100 or 64KiB", "字节数，如 100、64KiB");
    case QUANTITY_RATE: return SAY(r, "a rate, as 10Mbit or 500kbit", "速率，如 10Mbit、500kbit");
    case QUANTITY_CHANCE: return SAY(r, "a chance, as 1% or 0.5%", "概率，如 1%、0.5%");
    case QUANTITY_SWITCH: return SAY(r, "on or off", "on 或 off");
    case QUANTITY_PER_SECOND: return SAY(r, "so many a second, as 1000/s", "每秒多少个，如 1000/s");
    default: return SAY(r, "a number", "数字");
    }
}

bool arg_value(Run *r, uint32_t token, size_t from, Unit unit, uint64_t *value)
{
    const Token *t = &r->lex->token[token];
    const char *text = r->line + t->at + from;
    size_t len = t->len - from;
    if (quantity_parse(text, len, unit, value))
        return true;
    if (len == 0)
        refuse_at(r, t->at + from, 1, SAY(r, "here belongs %s", "这里应该是%s"),
                  quantity_wanted(r, unit));
    else
        refuse_at(r, t->at + from, len, SAY(r, "`%.*s` is not %s", "`%.*s` 不是%s"), (int)len, text,
                  quantity_wanted(r, unit));
    return false;
}

bool arg_quantity(Run *r, Unit unit, uint64_t max, uint64_t *value)
{
    if (!arg_more(r))
        return arg_missing(r, quantity_wanted(r, unit), quantity_wanted(r, unit));
    if (!arg_value(r, r->at, 0, unit, value))
        return false;
    if (*value > max) {
        refuse(r, r->at, SAY(r, "too much: at most %llu", "太大：最多 %llu"),
               (unsigned long long)max);
        return false;
    }
    r->at++;
    return true;
}

bool arg_key(const Run *r, const char **key, size_t *key_len, size_t *value_at)
{
    size_t len;
    const char *w = arg_word(r, &len);
    const char *eq = w ? memchr(w, '=', len) : NULL;
    if (!eq)
        return false;
    *key = w;
    *key_len = (size_t)(eq - w);
    *value_at = *key_len + 1;
    return true;
}

/* ---- names of things ---- */

bool host_parse(const char *text, size_t len, HostId *host, uint16_t *conn)
{
    if (len == 0 || (text[0] != 'A' && text[0] != 'B'))
        return false;
    *host = text[0] == 'A' ? HOST_A : HOST_B;
    *conn = 0;
    if (len == 1)
        return true;
    if (len < 4 || text[1] != '[' || text[len - 1] != ']')
        return false;
    uint64_t n;
    if (!quantity_parse(text + 2, len - 3, QUANTITY_COUNT, &n) || n < 1 || n > 65535)
        return false;
    *conn = (uint16_t)n;
    return true;
}

bool arg_host(Run *r, HostId *host, uint16_t *conn)
{
    size_t len;
    const char *w = arg_word(r, &len);
    if (!w)
        return arg_missing(r, "a host: A or B", "主机：A 或 B");
    if (!host_parse(w, len, host, conn)) {
        refuse(r, r->at,
               SAY(r, "`%.*s` is no host: say A or B, or A[2] for A's second connection",
                   "`%.*s` 不是主机：请写 A 或 B，A 的第 2 条连接写 A[2]"),
               (int)len, w);
        return false;
    }
    r->at++;
    return true;
}

bool arg_peer(Run *r, HostId *host, uint16_t *port)
{
    size_t len;
    const char *w = arg_word(r, &len);
    if (!w)
        return arg_missing(r, "a host and a port, as B:80", "主机和端口，如 B:80");
    uint64_t n = 0;
    bool host_ok = len >= 2 && (w[0] == 'A' || w[0] == 'B') && w[1] == ':';
    if (!host_ok || !quantity_parse(w + 2, len - 2, QUANTITY_COUNT, &n)) {
        refuse(
            r, r->at,
            SAY(r, "`%.*s` is not a host and a port, as B:80", "`%.*s` 不是主机加端口，应如 B:80"),
            (int)len, w);
        return false;
    }
    if (n < 1 || n > 65535) {
        refuse_at(r, r->lex->token[r->at].at + 2, len - 2,
                  SAY(r, "a port is a number from 1 to 65535", "端口号是 1 到 65535 的数字"));
        return false;
    }
    *host = w[0] == 'A' ? HOST_A : HOST_B;
    *port = (uint16_t)n;
    r->at++;
    return true;
}

bool arg_direction(Run *r, HostId *from)
{
    if (arg_take(r, "A>B")) {
        *from = HOST_A;
        return true;
    }
    if (arg_take(r, "B>A")) {
        *from = HOST_B;
        return true;
    }
    return false;
}

bool arg_looks_like_row(const Run *r)
{
    size_t len;
    const char *w = arg_word(r, &len);
    return w && len > 1 && w[0] == '#' && is_digit(w[1]);
}

/* "#12"; a bare number is understood, too. */
static bool read_row(Run *r, uint32_t *row)
{
    size_t len;
    const char *w = arg_word(r, &len);
    if (!w)
        return arg_missing(r, "a row number, as #3 (`ladder` shows them)",
                           "事件编号，如 #3（用 ladder 查看）");
    size_t skip = w[0] == '#' ? 1 : 0;
    uint64_t n;
    if (!quantity_parse(w + skip, len - skip, QUANTITY_COUNT, &n) || n > UINT32_MAX) {
        refuse(r, r->at,
               SAY(r, "`%.*s` is not a row number, as #3 (`ladder` shows them)",
                   "`%.*s` 不是事件编号，应如 #3（用 ladder 查看）"),
               (int)len, w);
        return false;
    }
    *row = (uint32_t)n;
    return true;
}

bool arg_row(Run *r, uint32_t *row)
{
    if (!read_row(r, row))
        return false;
    const Trace *trace = session_trace(r->shell->session);
    if (!trace_row(trace, *row)) {
        uint32_t last = trace_last(trace);
        if (last == 0)
            refuse(r, r->at, SAY(r, "nothing has happened yet", "还什么都没有发生"));
        else
            refuse(r, r->at,
                   SAY(r, "there is no row #%u: they go from #%u to #%u",
                       "没有事件 #%u：编号从 #%u 到 #%u"),
                   *row, trace->first_row, last);
        return false;
    }
    r->at++;
    return true;
}

bool arg_flying(Run *r, uint32_t *row)
{
    if (!read_row(r, row))
        return false;
    const Trace *trace = session_trace(r->shell->session);
    const World *world = session_world(r->shell->session);
    if (world_packet_of_row(world, *row).v) {
        r->at++;
        return true;
    }
    /* A learner names a merged ladder row, or the arrival: say what became of the segment. */
    const Note *note = trace_note(trace, *row);
    uint32_t fate = note && note->kind == NOTE_SENT ? trace_fate(trace, *row) : 0;
    if (fate)
        refuse(r, r->at,
               SAY(r,
                   "segment #%u is no longer in the network: see #%u. `hold on` or `pace step` "
                   "keeps segments within reach",
                   "报文段 #%u 已不在网络中：见 #%u。用 hold on 或 pace step 才来得及处理"),
               *row, fate);
    else
        refuse(r, r->at,
               SAY(r, "no segment #%u is in the network now; `net` lists them",
                   "网络中现在没有报文段 #%u；用 net 查看"),
               *row);
    return false;
}

bool arg_class(Run *r, SegClass *out)
{
    size_t len;
    const char *w = arg_word(r, &len);
    if (!w)
        return arg_missing(r,
                           "a kind of segment: SYN, SYN+ACK, ACK, data, FIN, RST, "
                           "retransmission or any",
                           "报文段种类：SYN、SYN+ACK、ACK、data、FIN、RST、retransmission 或 any");
    *out = seg_class_of_name(w, len);
    if (*out == CLASS_COUNT) {
        const char *names[CLASS_COUNT];
        for (int i = 0; i < CLASS_COUNT; i++)
            names[i] = seg_class_name((SegClass)i);
        const char *near = near_word(w, len, names, CLASS_COUNT);
        refuse(r, r->at,
               SAY(r,
                   "`%.*s` is no kind of segment%s%s%s; there are SYN, SYN+ACK, ACK (nothing "
                   "else), data, FIN, RST, retransmission, any",
                   "`%.*s` 不是报文段种类%s%s%s；可写 SYN、SYN+ACK、ACK（仅确认）、data、FIN、RST、"
                   "retransmission、any"),
               (int)len, w, near ? SAY(r, " (did you mean `", "（是不是 `") : "", near ? near : "",
               near ? SAY(r, "`?)", "`？）") : "");
        return false;
    }
    r->at++;
    return true;
}

int arg_choice(Run *r, const char *const *choices, size_t count)
{
    char list[200];
    Text names = text_fixed(list, sizeof list);
    for (size_t i = 0; i < count; i++)
        text_addf(&names, "%s%s", i ? ", " : "", choices[i]);
    size_t len;
    const char *w = arg_word(r, &len);
    if (!w) {
        refuse(r, r->lex->count, SAY(r, "`%s` needs one of: %s", "`%s` 需要其中之一：%s"),
               r->command->name, list);
        return -1;
    }
    int found = -1, hits = 0;
    for (size_t i = 0; i < count; i++) {
        if (len > strlen(choices[i]) || memcmp(w, choices[i], len) != 0)
            continue;
        found = (int)i;
        hits++;
        if (len == strlen(choices[i])) {
            hits = 1;
            break;
        }
    }
    if (hits != 1) {
        refuse(r, r->at, SAY(r, "`%.*s` is none of: %s", "`%.*s` 不在可选之列：%s"), (int)len, w,
               list);
        return -1;
    }
    r->at++;
    return found;
}

bool arg_string(Run *r, uint8_t *out, size_t *len)
{
    const Token *t = &r->lex->token[r->at];
    size_t bad;
    *len = lex_string(r->line + t->at, t->len, out, &bad);
    if (bad < t->len) {
        refuse_at(r, t->at + bad, 2,
                  SAY(r, "not a known escape: there are \\n \\r \\t \\0 \\\\ \\\" and \\xHH",
                      "未知的转义：可用 \\n \\r \\t \\0 \\\\ \\\" 和 \\xHH"));
        return false;
    }
    r->at++;
    return true;
}
