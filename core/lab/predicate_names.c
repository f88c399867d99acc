/*
 * predicate_names.c: numbers, strings and names of the predicate language.
 *
 * A name is a constant (ESTABLISHED, ECONNRESET, true), a path (A.snd.una, A[2].state,
 * link(A>B).delay), or a function with its own small grammar between the parentheses. Paths come
 * from the schema, so a new field needs no line here.
 */
#include <string.h>

#include "core/base/near.h"
#include "core/lab/predicate_parse.h"

const PredWord pred_words[] = {
    {"count", OP_COUNT, true},    {"arrived", OP_ARRIVED, true},
    {"lost", OP_LOST, true},      {"in_flight", OP_IN_FLIGHT, true},
    {"held", OP_HELD, true},      {"received", OP_RECEIVED, true},
    {"read", OP_READ, true},      {"visited", OP_VISITED, true},
    {"conns", OP_CONNS, true},    {"retransmissions", OP_COUNT, true},
    {"timer", OP_TIMER, true},    {"edges", OP_EDGES, true},
    {"link", OP_LINK, true},      {"time", OP_TIME, false},
    {"rows", OP_ROWS, false},     {"quiet", OP_QUIET, false},
    {"world", OP_WORLD, false},   {"true", OP_LITERAL, false},
    {"false", OP_LITERAL, false}, {"never", OP_LITERAL, false},
};
const size_t pred_word_count = sizeof pred_words / sizeof *pred_words;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char look(const Parser *p)
{
    return p->at < p->len ? p->text[p->at] : '\0';
}

static bool same(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static PredNode node_from(const Parser *p, size_t start, PredOp op, PredType type)
{
    return (PredNode){.op = (uint8_t)op,
                      .type = (uint8_t)type,
                      .host = HOST_NONE,
                      .at = (uint32_t)start,
                      .len = (uint32_t)(p->at - start)};
}

static bool finish(Parser *p, PredNode n, size_t start, uint16_t *out)
{
    n.len = (uint32_t)(p->at - start);
    *out = parse_add(p, n);
    return !p->failed;
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

static const struct Unit {
    const char *name;
    int64_t factor;
    PredType type;
} units[] = {
    {"ns", 1, TYPE_DURATION},
    {"us", 1000, TYPE_DURATION},
    {"ms", 1000000, TYPE_DURATION},
    {"s", 1000000000, TYPE_DURATION},
    {"min", 60000000000, TYPE_DURATION},
    {"h", 3600000000000, TYPE_DURATION},
    {"B", 1, TYPE_NUMBER},
    {"KiB", 1024, TYPE_NUMBER},
    {"MiB", 1048576, TYPE_NUMBER},
    {"GiB", 1073741824, TYPE_NUMBER},
    {"KB", 1000, TYPE_NUMBER},
    {"MB", 1000000, TYPE_NUMBER},
    {"kbit", 1000, TYPE_NUMBER},
    {"Mbit", 1000000, TYPE_NUMBER},
    {"Gbit", 1000000000, TYPE_NUMBER},
    {"%", 10000, TYPE_NUMBER}, /* parts per million, as links count their chances */
};

/* 50% is a share, 50 % 3 and 50%3 are remainders. */
static bool percent_here(const Parser *p)
{
    char next = p->at + 1 < p->len ? p->text[p->at + 1] : '\0';
    return look(p) == '%' && !is_digit(next) && !parse_is_letter(next) && next != '(';
}

static const struct Unit *take_unit(Parser *p)
{
    size_t n = 0;
    while (p->at + n < p->len && parse_is_letter(p->text[p->at + n]))
        n++;
    if (n == 0 && percent_here(p))
        n = 1;
    for (size_t i = 0; n > 0 && i < sizeof units / sizeof *units; i++) {
        if (!same(p->text + p->at, n, units[i].name))
            continue;
        p->at += n;
        return &units[i];
    }
    return NULL;
}

/* Four numbers with dots: an address. False, and nothing taken, if it is none. */
static bool take_address(Parser *p, int64_t *addr)
{
    size_t at = p->at;
    uint32_t value = 0;
    for (int part = 0; part < 4; part++) {
        uint32_t n = 0;
        size_t start = at;
        if (part > 0 && (at >= p->len || p->text[at++] != '.'))
            return false;
        start = at;
        while (at < p->len && is_digit(p->text[at]) && n < 256)
            n = n * 10 + (uint32_t)(p->text[at++] - '0');
        if (at == start || n > 255)
            return false;
        value = value << 8 | n;
    }
    p->at = at;
    *addr = value;
    return true;
}

/* The digits behind the point as a share of `factor`: exact, no floating point. */
static int64_t fraction(const char *digits, size_t count, int64_t factor)
{
    int64_t sum = 0, place = factor;
    for (size_t i = 0; i < count && place > 0; i++) {
        if (place % 10 != 0)
            return sum + place * (digits[i] - '0') / 10; /* finer than the unit can say */
        place /= 10;
        sum += place * (digits[i] - '0');
    }
    return sum;
}

bool parse_number(Parser *p, uint16_t *out)
{
    size_t start = p->at;
    PredNode n = node_from(p, start, OP_LITERAL, TYPE_NUMBER);
    if (take_address(p, &n.number)) {
        n.type = TYPE_ADDR;
        return finish(p, n, start, out);
    }
    bool big = false;
    while (is_digit(look(p))) {
        int digit = p->text[p->at++] - '0';
        big = big || n.number > (INT64_MAX - digit) / 10;
        n.number = big ? 0 : n.number * 10 + digit;
    }
    size_t digits = p->at, count = 0;
    if (look(p) == '.' && p->at + 1 < p->len && is_digit(p->text[p->at + 1])) {
        for (digits = ++p->at; is_digit(look(p)); count++)
            p->at++;
    }
    const struct Unit *unit = take_unit(p);
    if (unit && !big) {
        int64_t rest = fraction(p->text + digits, count, unit->factor);
        big = n.number > (INT64_MAX - 1 - rest) / unit->factor;
        n.number = big ? 0 : n.number * unit->factor + rest;
        n.type = (uint8_t)unit->type;
    }
    if (big)
        return parse_fail(p, start, p->at - start, "this number is too big", "这个数太大");
    if (!unit && (count > 0 || parse_is_letter(look(p))))
        return parse_fail(p, p->at, 1, "a unit is expected: ms s us min h, KiB MiB B, %",
                          "这里应当是单位：ms s us min h、KiB MiB B、%");
    return finish(p, n, start, out);
}

/* ---- strings -----------------------------------------------------------------------------------
 */

static int hex(char c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool take_escape(Parser *p, uint8_t *byte)
{
    static const char from[] = "nrt0\\\"", to[] = "\n\r\t\0\\\"";
    const char *found = p->at < p->len && look(p) ? strchr(from, look(p)) : NULL;
    if (found) {
        p->at++;
        *byte = (uint8_t)to[found - from];
        return true;
    }
    if (look(p) == 'x' && p->at + 2 < p->len) {
        int high = hex(p->text[p->at + 1]), low = hex(p->text[p->at + 2]);
        if (high >= 0 && low >= 0) {
            p->at += 3;
            *byte = (uint8_t)(high * 16 + low);
            return true;
        }
    }
    return parse_fail(p, p->at - 1, 2, "escapes are \\n \\r \\t \\0 \\\\ \\\" and \\xHH",
                      "转义只有 \\n \\r \\t \\0 \\\\ \\\" 和 \\xHH");
}

bool parse_string(Parser *p, uint16_t *out)
{
    size_t start = p->at++;
    Pred *pred = p->pred;
    PredNode n = node_from(p, start, OP_LITERAL, TYPE_STRING);
    n.number = pred->pool_count;
    for (;;) {
        if (p->at >= p->len)
            return parse_fail(p, start, 1, "the string is not closed: a \" is missing",
                              "字符串没有结束：缺少 \"");
        uint8_t byte = (uint8_t)p->text[p->at++];
        if (byte == '"')
            break;
        if (byte == '\\' && !take_escape(p, &byte))
            return false;
        pred->pool[pred->pool_count++] = byte;
        n.size++;
    }
    return finish(p, n, start, out);
}

/* ---- parts of functions ------------------------------------------------------------------------
 */

static size_t word_here(Parser *p)
{
    size_t n = 0;
    parse_skip(p);
    while (p->at + n < p->len &&
           (parse_is_letter(p->text[p->at + n]) || is_digit(p->text[p->at + n])))
        n++;
    return n;
}

static bool take_word(Parser *p, const char *word)
{
    size_t n = word_here(p);
    if (!same(p->text + p->at, n, word))
        return false;
    p->at += n;
    return true;
}

static bool take_host(Parser *p, uint8_t *host)
{
    size_t n = word_here(p);
    char c = look(p);
    if (n != 1 || (c != 'A' && c != 'B'))
        return parse_fail(p, p->at, n ? n : 1, "a host is expected here: A or B",
                          "这里应当是主机：A 或 B");
    *host = c == 'A' ? HOST_A : HOST_B;
    p->at++;
    return true;
}

/* "[2]" behind a host. */
static bool take_conn(Parser *p, uint16_t *conn)
{
    *conn = 0;
    if (look(p) != '[')
        return true;
    size_t start = p->at++;
    uint32_t n = 0;
    while (is_digit(look(p)) && n < 65536)
        n = n * 10 + (uint32_t)(p->text[p->at++] - '0');
    if (n == 0 || n > 65535 || look(p) != ']')
        return parse_fail(p, start, p->at - start + 1,
                          "a connection's number is expected: A[1], A[2] ...",
                          "这里应当是连接编号：A[1]、A[2] ……");
    p->at++;
    *conn = (uint16_t)n;
    return true;
}

/* Letters, digits and the signs that names of states, timers and classes contain. */
static size_t run_here(Parser *p, const char *signs)
{
    size_t n = 0;
    parse_skip(p);
    for (; p->at + n < p->len; n++) {
        char c = p->text[p->at + n];
        if (!parse_is_letter(c) && !is_digit(c) && !strchr(signs, c))
            break;
    }
    return n;
}

/* The longest state name here, also written with hyphens: SYN-SENT, SYN_SENT->... */
static TcpState state_here(Parser *p, size_t *len)
{
    for (size_t n = run_here(p, "-"); n > 0; n--) {
        TcpState s = state_of_name(p->text + p->at, n);
        bool ends = p->at + n == p->len ||
                    !(parse_is_letter(p->text[p->at + n]) || is_digit(p->text[p->at + n]));
        if (s != TCP_STATE_COUNT && ends) {
            *len = n;
            return s;
        }
    }
    return TCP_STATE_COUNT;
}

static void suggest(Parser *p, const char *word, size_t len, const char *const *names, size_t count)
{
    const char *near = near_word(word, len, names, count);
    size_t n = near ? strlen(near) : 0;
    if (near && n < sizeof p->error->nearest && p->error->nearest[0] == '\0')
        memcpy(p->error->nearest, near, n + 1);
}

static bool take_state(Parser *p, uint8_t *state)
{
    size_t len = 0;
    TcpState s = state_here(p, &len);
    if (s == TCP_STATE_COUNT) {
        const char *names[TCP_STATE_COUNT];
        size_t n = run_here(p, "-");
        for (int i = 0; i < TCP_STATE_COUNT; i++)
            names[i] = state_symbol((TcpState)i);
        parse_fail(p, p->at, n ? n : 1, "one of the eleven states is expected here",
                   "这里应当是十一个状态之一");
        suggest(p, p->text + p->at, n, names, TCP_STATE_COUNT);
        return false;
    }
    p->at += len;
    *state = (uint8_t)s;
    return true;
}

static char plain(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '_' ? '-' : c;
}

static bool same_plain(const char *text, size_t len, const char *word)
{
    if (strlen(word) != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (plain(text[i]) != plain(word[i]))
            return false;
    return true;
}

static bool take_timer(Parser *p, uint8_t *timer)
{
    static const struct {
        const char *name;
        TimerId id;
    } also[] = {
        {"rexmit", TIMER_REXMIT},  {"rto", TIMER_REXMIT},          {"delack", TIMER_DELACK},
        {"user", TIMER_USER},      {"keepalive", TIMER_KEEPALIVE}, {"sws", TIMER_SWS},
        {"time-wait", TIMER_2MSL}, {"rack", TIMER_RACK},           {"tlp", TIMER_TLP},
    };
    size_t n = run_here(p, "-");
    const char *word = p->text + p->at;
    int found = TIMER_COUNT;
    for (int i = 0; i < TIMER_COUNT; i++)
        found = same_plain(word, n, timer_name((TimerId)i)) ? i : found;
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        found = same_plain(word, n, also[i].name) ? (int)also[i].id : found;
    if (found == TIMER_COUNT) {
        const char *names[TIMER_COUNT];
        for (int i = 0; i < TIMER_COUNT; i++)
            names[i] = timer_name((TimerId)i);
        parse_fail(
            p, p->at, n ? n : 1,
            "a timer is expected: retransmission, persist, delayed-ACK, keep-alive, 2MSL ...",
            "这里应当是定时器：retransmission、persist、delayed-ACK、keep-alive、2MSL ……");
        suggest(p, word, n, names, TIMER_COUNT);
        return false;
    }
    p->at += n;
    *timer = (uint8_t)found;
    return true;
}

/* CLASS [from X] [to X] [at X]: which departures, arrivals or losses. */
static bool take_class(Parser *p, PredNode *n)
{
    size_t len = run_here(p, "+-");
    SegClass c = seg_class_of_name(p->text + p->at, len);
    if (c == CLASS_COUNT) {
        const char *names[CLASS_COUNT];
        for (int i = 0; i < CLASS_COUNT; i++)
            names[i] = seg_class_name((SegClass)i);
        parse_fail(p, p->at, len ? len : 1,
                   "a kind of segment is expected: SYN, SYN+ACK, ACK, data, FIN, RST, "
                   "retransmission, any",
                   "这里应当是报文段种类：SYN、SYN+ACK、ACK、data、FIN、RST、retransmission、any");
        suggest(p, p->text + p->at, len, names, CLASS_COUNT);
        return false;
    }
    p->at += len;
    n->a = (uint8_t)c;
    for (;;) {
        uint8_t host;
        bool from = take_word(p, "from");
        if (!from && !take_word(p, "to") && !take_word(p, "at"))
            return true;
        if (!take_host(p, &host))
            return false;
        /* Departures and losses belong to the sender, arrivals to the receiver. */
        bool sender = n->op != OP_ARRIVED;
        n->host = from == sender ? host : host_peer(host);
    }
}

/* A>B; the host it comes from. */
static bool take_direction(Parser *p, uint8_t *from)
{
    uint8_t to;
    if (!take_host(p, from))
        return false;
    if (!parse_take(p, ">"))
        return parse_fail(p, p->at, 1, "a direction is written A>B or B>A", "方向写作 A>B 或 B>A");
    if (!take_host(p, &to))
        return false;
    return to != *from ||
           parse_fail(p, p->at - 1, 1, "the wire leads from one host to the other: A>B or B>A",
                      "线路从一台主机通向另一台：A>B 或 B>A");
}

/* ---- paths -------------------------------------------------------------------------------------
 */

static PredType type_of_field(const Field *f)
{
    switch ((FieldType)f->type) {
    case FIELD_SEQ_OWN:
    case FIELD_SEQ_PEER: return TYPE_SEQ;
    case FIELD_TIME:
    case FIELD_DURATION: return TYPE_DURATION;
    case FIELD_STATE: return TYPE_STATE;
    case FIELD_ERROR: return TYPE_ERROR;
    case FIELD_ADDR: return TYPE_ADDR;
    case FIELD_BOOL: return TYPE_BOOL;
    default: return TYPE_NUMBER;
    }
}

PredOp pred_computed(const char *name, size_t len)
{
    return same(name, len, "flight") ? OP_FLIGHT : same(name, len, "unsent") ? OP_UNSENT : OP_OR;
}

static size_t path_here(const Parser *p)
{
    size_t n = 0;
    while (p->at + n < p->len && (parse_is_letter(p->text[p->at + n]) ||
                                  is_digit(p->text[p->at + n]) || p->text[p->at + n] == '.'))
        n++;
    while (n > 0 && p->text[p->at + n - 1] == '.')
        n--;
    return n;
}

static bool no_such_field(Parser *p, size_t len, const SchemaOf *of, size_t of_count)
{
    const char *names[256];
    size_t count = 0;
    for (size_t i = 0; i < of_count; i++) {
        size_t n;
        const Field *fields = schema_fields(of[i], &n);
        for (size_t k = 0; k < n && count < sizeof names / sizeof *names; k++)
            if (fields[k].type != FIELD_RESERVED && fields[k].type != FIELD_PART)
                names[count++] = fields[k].path;
    }
    parse_fail(p, p->at, len ? len : 1, "there is no such field", "没有这个字段");
    suggest(p, p->text + p->at, len, names, count);
    return false;
}

/* The path behind "A." or "A[2].": of the connection, else of the host, else of its application. */
static bool take_path(Parser *p, PredNode *n)
{
    static const SchemaOf all[] = {SCHEMA_TCB, SCHEMA_HOST, SCHEMA_APP};
    size_t len = path_here(p);
    const char *path = p->text + p->at;
    n->op = (uint8_t)pred_computed(path, len);
    n->type = TYPE_NUMBER;
    if (n->op == OP_OR) {
        n->op = OP_TCB;
        n->field = schema_find(SCHEMA_TCB, path, len);
        if (!n->field && (n->field = schema_find(SCHEMA_HOST, path, len)))
            n->op = OP_HOST;
        if (!n->field && len > 4 && memcmp(path, "app.", 4) == 0 &&
            (n->field = schema_find(SCHEMA_APP, path + 4, len - 4)))
            n->op = OP_APP;
        if (!n->field || n->field->type == FIELD_PART)
            return no_such_field(p, len, all, 3);
        n->type = (uint8_t)type_of_field(n->field);
    }
    p->at += len;
    return true;
}

static bool take_dot(Parser *p)
{
    if (look(p) == '.') {
        p->at++;
        return true;
    }
    return parse_fail(p, p->at, 1, "a field is expected: A.state, A.snd.una ...",
                      "这里应当是字段：A.state、A.snd.una ……");
}

static bool parse_path(Parser *p, size_t start, uint16_t *out)
{
    PredNode n = {.at = (uint32_t)start};
    if (!take_host(p, &n.host) || !take_conn(p, &n.conn) || !take_dot(p) || !take_path(p, &n))
        return false;
    return finish(p, n, start, out);
}

/* link(A>B).delay and world.hold: one schema each. */
static bool take_field_of(Parser *p, SchemaOf of, PredNode *n)
{
    if (!take_dot(p))
        return false;
    size_t len = path_here(p);
    n->field = schema_find(of, p->text + p->at, len);
    if (!n->field || n->field->type == FIELD_PART)
        return no_such_field(p, len, &of, 1);
    n->type = (uint8_t)type_of_field(n->field);
    p->at += len;
    return true;
}

/* ---- functions ---------------------------------------------------------------------------------
 */

static bool take_visited(Parser *p, PredNode *n)
{
    if (!take_host(p, &n->host))
        return false;
    if (!parse_take(p, ","))
        return parse_fail(p, p->at, 1, "visited wants a host and a state: visited(A, SYN_SENT)",
                          "visited 需要主机和状态：visited(A, SYN_SENT)");
    n->a = TCP_STATE_COUNT;
    if (!take_state(p, &n->b))
        return false;
    if (!parse_take(p, "->"))
        return true;
    n->a = n->b;
    return take_state(p, &n->b);
}

static bool take_conns(Parser *p, PredNode *n)
{
    n->a = TCP_STATE_COUNT;
    return take_host(p, &n->host) && (!parse_take(p, ",") || take_state(p, &n->a));
}

static bool take_timer_of(Parser *p, PredNode *n)
{
    if (!take_host(p, &n->host) || !take_conn(p, &n->conn))
        return false;
    if (!parse_take(p, ","))
        return parse_fail(p, p->at, 1, "timer wants a host and a timer: timer(A, 2MSL)",
                          "timer 需要主机和定时器：timer(A, 2MSL)");
    return take_timer(p, &n->a);
}

/* What stands between the parentheses. */
static bool take_arguments(Parser *p, PredNode *n, bool rexmits)
{
    parse_skip(p);
    bool empty = look(p) == ')';
    switch ((PredOp)n->op) {
    case OP_COUNT:
        if (rexmits) {
            n->a = CLASS_REXMIT;
            return empty || take_host(p, &n->host);
        }
        return take_class(p, n);
    case OP_ARRIVED:
    case OP_LOST: return take_class(p, n);
    case OP_IN_FLIGHT:
    case OP_HELD: return empty || take_direction(p, &n->host);
    case OP_LINK: return take_direction(p, &n->host);
    case OP_RECEIVED: n->type = TYPE_STRING; return take_host(p, &n->host);
    case OP_READ: return take_host(p, &n->host);
    case OP_VISITED: n->type = TYPE_BOOL; return take_visited(p, n);
    case OP_CONNS: return take_conns(p, n);
    case OP_TIMER: n->type = TYPE_DURATION; return take_timer_of(p, n);
    default: return empty || take_host(p, &n->host); /* edges */
    }
}

static bool parse_function(Parser *p, size_t start, const PredWord *word, uint16_t *out)
{
    PredNode n = node_from(p, start, (PredOp)word->op, TYPE_NUMBER);
    if (!parse_take(p, "("))
        return parse_fail(p, p->at, 1, "a ( is expected after this name", "这个名字之后应当是 (");
    if (!take_arguments(p, &n, strcmp(word->name, "retransmissions") == 0))
        return false;
    if (!parse_take(p, ")"))
        return parse_fail(p, p->at, 1, "a ) is missing", "缺少 )");
    if (n.op == OP_LINK && !take_field_of(p, SCHEMA_LINK, &n))
        return false;
    return finish(p, n, start, out);
}

/* ---- names -------------------------------------------------------------------------------------
 */

static bool parse_word(Parser *p, size_t start, const PredWord *word, uint16_t *out)
{
    PredNode n = node_from(p, start, (PredOp)word->op, TYPE_BOOL);
    if (word->op == OP_WORLD && !take_field_of(p, SCHEMA_WORLD, &n))
        return false;
    if (word->op == OP_TIME || strcmp(word->name, "never") == 0)
        n.type = TYPE_DURATION;
    if (word->op == OP_ROWS)
        n.type = TYPE_NUMBER;
    if (word->op == OP_LITERAL)
        n.number = n.type == TYPE_DURATION ? PRED_NEVER : strcmp(word->name, "true") == 0;
    return finish(p, n, start, out);
}

static bool unknown_name(Parser *p, size_t start, size_t len)
{
    const char *names[64 + TCP_STATE_COUNT + CONN_ERROR_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < pred_word_count; i++)
        names[count++] = pred_words[i].name;
    for (int i = 0; i < TCP_STATE_COUNT; i++)
        names[count++] = state_symbol((TcpState)i);
    for (int i = 0; i < CONN_ERROR_COUNT; i++)
        names[count++] = conn_error_symbol((ConnError)i);
    parse_fail(p, start, len, "this name is not known here", "不认识这个名字");
    suggest(p, p->text + start, len, names, count);
    return false;
}

bool parse_name(Parser *p, uint16_t *out)
{
    size_t start = p->at, len = word_here(p), state_len = 0;
    char next = p->at + 1 < p->len ? p->text[p->at + 1] : '\0';
    if ((look(p) == 'A' || look(p) == 'B') && (len == 1 && (next == '.' || next == '[')))
        return parse_path(p, start, out);
    TcpState s = state_here(p, &state_len);
    if (s != TCP_STATE_COUNT) {
        p->at += state_len;
        PredNode n = node_from(p, start, OP_LITERAL, TYPE_STATE);
        n.number = s;
        return finish(p, n, start, out);
    }
    p->at += len;
    for (size_t i = 0; i < pred_word_count; i++)
        if (same(p->text + start, len, pred_words[i].name))
            return pred_words[i].function ? parse_function(p, start, &pred_words[i], out)
                                          : parse_word(p, start, &pred_words[i], out);
    for (int i = 0; i < CONN_ERROR_COUNT; i++) {
        if (!same(p->text + start, len, conn_error_symbol((ConnError)i)))
            continue;
        PredNode n = node_from(p, start, OP_LITERAL, TYPE_ERROR);
        n.number = i;
        return finish(p, n, start, out);
    }
    return unknown_name(p, start, len);
}
