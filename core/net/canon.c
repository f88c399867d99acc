/*
 * canon.c: the canonical hash of a world (canon.h).
 *
 *     each connection:  a copy, made relative (canon.def), with its sent list, ranges and bytes
 *     each packet:      its header, relative to the numbers of its connection, and its bytes
 *     the rest:         hosts, applications, both directions of the wire, what waits on the path
 *
 * The hashes of connections and packets are summed: sets have no order. What ties them together is
 * part of each: a connection says how its numbers lie to those of the other end, and how old they
 * are on the clock from which the next connection's will be taken (RFC 9293 3.4.1), because an old
 * duplicate is only dangerous where it fits.
 *
 * Of a connection most does not age: its hash stays the same while others act and the clock goes
 * on, and a search keeps it (CanonCache). What ages, or depends on others, is a few words.
 *
 * A segment's numbers count from the initial number of the connection that sent it; is that gone,
 * from what the other end believes it to be; else from the clock.
 */
#include "core/net/canon_hash.h"

#include "core/base/wire_ip.h"

#include <stddef.h>

#include "core/net/parts.h"
#include "core/net/sock.h"

WorldId identity_add(WorldId id, const void *data, size_t len)
{
    return joined(id, hash_bytes(data, len, id.half[0]));
}

/* A set: the order in which its members come does not matter. */
static void sum_up(WorldId *sum, WorldId member)
{
    sum->half[0] += member.half[0];
    sum->half[1] += member.half[1];
}

/* ---- relative values ---------------------------------------------------------------------------
 */

enum { FEW = 8 };
typedef struct Few {
    uint64_t key; /* end_key; 0: not alive */
    uint16_t slot, number, host;
    uint16_t reserved;
} Few;

/* What a host's segments with these ports count from, as found last. */
typedef struct Base {
    uint64_t key; /* 0: none */
    uint32_t own;
    uint32_t reserved;
} Base;

typedef struct Look {
    const World *w;
    const Tcb *conns;
    const uint8_t *arena;
    const CanonView *view;
    Nanos now;
    uint32_t clock;  /* where the clock of initial sequence numbers stands */
    uint32_t now_ms; /* where that of time stamps stands */
    uint16_t top;    /* the last slot in use */
    bool rates;      /* somebody's sender is paced: delivery rates matter */
    bool short_list; /* few lists all that are in use */
    uint16_t used;
    Few few[FEW];
    uint16_t rank[FEW]; /* by slot */
    Base bases[HOST_COUNT];
} Look;

/* What has never been set stays zero, and nothing else becomes it (a number as far from its base as
 * this constant would, but none is); so does NANOS_NEVER. Zeros are cheap. */
enum { SET = 0x5a5a5a5a };

static inline Nanos since(Nanos t, Nanos now)
{
    return t == NANOS_NEVER ? 0 : (t - now) ^ ((uint64_t)1 << 62);
}

static inline uint32_t seq_since(uint32_t seq, uint32_t base)
{
    return seq == 0 ? 0 : (seq - base) ^ SET;
}

#define NORMAL_SAME(m)
#define NORMAL_SETTING(m)
#define NORMAL_HAND(m)
#define NORMAL_ZERO(m)
#define NORMAL_TIME(m)  times((Nanos *)(void *)&(m), sizeof(m) / sizeof(Nanos), now)
#define NORMAL_SINCE(m) (m) = (m) == 0 ? 0 : since(m, now) ^ ((uint64_t)1 << 63)
#define NORMAL_OWN(m)   (m).v = seq_since((m).v, own)
#define NORMAL_PEER(m)  (m).v = seq_since((m).v, peer)
#define NORMAL_TICKS(m) (m) = seq_since(m, now_ms)
#define NORMAL_RATE(m)  memset(&(m), 0, rates ? 0 : sizeof(m))
#define NORMAL_COUNT(m) memset(&(m), 0, sizeof(m))
#define NORMAL_ROW(m)   memset(&(m), 0, sizeof(m))
#define NORMAL_PLACE(m) memset(&(m), 0, sizeof(m))

static inline void times(Nanos *t, size_t count, Nanos now)
{
    for (size_t i = 0; i < count; i++)
        t[i] = since(t[i], now);
}

/* The parts of a connection that are often all zero: then there is nothing to make relative, nor to
 * hash. */
enum { PART_MAIN, PART_RECOVERY, PART_RATE, PART_CC, PART_PATH, PARTS };
enum {
    AT_RECOVERY = offsetof(Tcb, agreed) / 8,
    AT_RATE = offsetof(Tcb, ccs.rate) / 8,
    AT_CC = offsetof(Tcb, ccs.hystart) / 8,
    AT_PATH = offsetof(Tcb, ccs.use) / 8,
    TCB_WORDS = sizeof(Tcb) / 8
};
static const uint16_t part_at[PARTS + 1] = {0, AT_RECOVERY, AT_RATE, AT_CC, AT_PATH, TCB_WORDS};
_Static_assert(offsetof(Tcb, agreed) % 8 == 0 && offsetof(Tcb, ccs.rate) % 8 == 0 &&
                   offsetof(Tcb, ccs.hystart) % 8 == 0 && offsetof(Tcb, ccs.use) % 8 == 0,
               "the parts are whole words");

static inline uint64_t any_of(const Tcb *t, size_t at, size_t words)
{
    uint64_t any = 0;
#pragma GCC unroll 64
    for (size_t i = 0; i < words; i++)
        any |= word(t, at + i);
    return any;
}

static uint32_t live_parts(const Tcb *t)
{
    return 1u << PART_MAIN |
           (uint32_t)(any_of(t, AT_RECOVERY, AT_RATE - AT_RECOVERY) != 0) << PART_RECOVERY |
           (uint32_t)(any_of(t, AT_RATE, AT_CC - AT_RATE) != 0) << PART_RATE |
           (uint32_t)(any_of(t, AT_CC, AT_PATH - AT_CC) != 0) << PART_CC |
           (uint32_t)(any_of(t, AT_PATH, TCB_WORDS - AT_PATH) != 0) << PART_PATH;
}

/* x: a copy of the connection, of its live parts at least. */
static void make_relative(const Look *k, Tcb *x, uint32_t live)
{
    const Nanos now = k->now;
    const uint32_t own = x->snd.iss.v, peer = x->rcv.irs.v, now_ms = k->now_ms;
    const bool rates = k->rates;
    {
#define CANON_PART(part) \
    }                    \
    if (live >> PART_##part & 1) {
#define CANON_TCB(member, kind) NORMAL_##kind(x->member);
#include "core/net/canon.def"
    }
}

static Sent relative_sent(const Look *k, Sent s, uint32_t own)
{
    const Nanos now = k->now;
    const bool rates = k->rates;
#define CANON_SENT(member, kind) NORMAL_##kind(s.member);
#include "core/net/canon.def"
    return s;
}

/* ---- connections -------------------------------------------------------------------------------
 */

static bool alive(const Tcb *t)
{
    return t->used && t->state != LISTEN && t->state != CLOSED;
}

/* An end of a connection, as one number; never 0. */
static inline uint64_t end_key(HostId host, uint16_t local, uint16_t remote)
{
    return (uint64_t)(host + 1) << 32 | (uint32_t)local << 16 | remote;
}

/* The living connection of a host with these ports; the other host's address is its only other. */
static const Tcb *end_of(const Look *k, HostId host, uint16_t local, uint16_t remote)
{
    const uint64_t key = end_key(host, local, remote);
    for (uint16_t i = 0; k->short_list && i < k->used; i++)
        if (k->few[i].key == key)
            return &k->conns[k->few[i].slot];
    for (uint16_t i = 1; !k->short_list && i <= k->top; i++) {
        const Tcb *t = &k->conns[i];
        if (alive(t) && t->host == host && t->local_port == local && t->remote_port == remote)
            return t;
    }
    return NULL;
}

/* Among the connections of its host, in the order of their numbers: names may differ, the order in
 * which a learner's `A` chooses among them may not. */
static uint16_t rank(const Look *k, const Tcb *t)
{
    if (k->short_list)
        return k->rank[t - k->conns];
    uint16_t n = 1;
    for (uint16_t i = 1; i <= k->top; i++)
        n = (uint16_t)(n + (k->conns[i].used && k->conns[i].host == t->host &&
                            k->conns[i].number < t->number));
    return n;
}

/* What ages without anything happening, or depends on the other connections. */
enum { AGING_WORDS = TIMER_COUNT + 8 };
typedef struct Aging {
    uint64_t words[AGING_WORDS];
} Aging;

/* How long a sender has been idle decides about its window (RFC 5681 4.1). Idle longer than one
 * timeout is idle; with something under way the timeout may still change. Who has sent its FIN will
 * not send anew. */
static uint64_t age_of_sending(const Look *k, const Tcb *t)
{
    bool finished = seq_gt(t->snd.nxt, seq_add(t->snd.buf, t->tx.len));
    if (t->last_sent == 0 || (finished && alive(t)))
        return 0;
    Nanos idle = k->now - t->last_sent;
    return t->sent_count == 0 && idle > t->rto ? 1 : idle + 2;
}

static Aging aging_of(const Look *k, uint16_t slot, const Tcb *t)
{
    Aging a;
    uint64_t *to = a.words;
    for (int i = 0; i < TIMER_COUNT; i++)
        *to++ = since(t->due[i], k->now);
    bool heard = !k->view->search || k->w->apps[t->host].kind == APP_IDLE_CLOSE;
    *to++ = age_of_sending(k, t);
    *to++ = heard ? since(t->last_heard, k->now) : 0;
    *to++ = t->heard_text == 0 ? 0 : since(t->heard_text, k->now) ^ ((uint64_t)1 << 63);
    /* How the numbers lie on the clock, and to those of the other end. */
    const bool lives = alive(t);
    const Tcb *other = lives ? end_of(k, host_peer(t->host), t->remote_port, t->local_port) : NULL;
    uint32_t iss = lives ? t->snd.iss.v - k->clock : 0;
    uint32_t irs = t->rcv.irs.v == 0 ? SET : t->rcv.irs.v - (other ? other->snd.iss.v : k->clock);
    *to++ = iss | (uint64_t)irs << 32;
    *to++ = rank(k, t) | (uint64_t)(t->parent ? rank(k, &k->conns[t->parent]) : 0) << 16 |
            (uint64_t)(other != NULL) << 32;
    *to++ = k->view->marks ? k->view->marks[slot] : 0;
    *to++ = k->w->shape.interests ? t->children : 0; /* a mark of edge-triggered epoll */
    *to++ = 0;
    return a;
}

/* What remains, made relative. */
static void settle_by_hand(const Look *k, const Tcb *t, Tcb *x)
{
    memset(x->due, 0, sizeof x->due);
    x->last_heard = x->last_sent = x->heard_text = 0;
    x->snd.iss.v = x->rcv.irs.v = 0;
    x->number = x->parent = 0;
    x->children = 0;
    x->rcv.fin.v = t->user & USER_FIN_KNOWN ? t->rcv.fin.v - t->rcv.irs.v : 0;
    bool may_narrow = k->w->links[HOST_A].mtu | k->w->links[HOST_B].mtu;
    x->path.carried = may_narrow ? t->path.carried : 0; /* in a part that is not live: unread */
}

/* Bytes of a ring at an offset. */
static void add_ring(const Look *k, Buffer *b, const Ring *r, uint32_t offset, uint32_t len)
{
    uint32_t at = (r->head + offset) % r->cap, first = min_u32(len, r->cap - at);
    buffer_add(b, k->arena + r->at + at, first);
    buffer_add(b, k->arena + r->at, len - first);
}

static void add_lists(const Look *k, Buffer *b, uint16_t slot, const Tcb *t)
{
    const World *w = k->w;
    const uint8_t *base = (const uint8_t *)w;
    const Sent *sents =
        (const Sent *)(const void *)(base + w->sents_at) + (size_t)slot * w->shape.sent_cap;
    const SeqRange *ranges =
        (const SeqRange *)(const void *)(base + w->ranges_at) + (size_t)slot * w->shape.range_cap;
    for (uint16_t i = 0; i < t->sent_count; i++) {
        Sent s = relative_sent(k, sents[(t->sent_head + i) % w->shape.sent_cap], t->snd.iss.v);
        s.at = 0;
        buffer_add(b, &s, sizeof s);
    }
    for (uint16_t i = 0; i < t->range_count; i++) {
        uint32_t from = seq_distance(t->rcv.nxt, ranges[i].from);
        uint32_t len = seq_distance(ranges[i].from, ranges[i].to);
        uint32_t pair[2] = {from, len};
        buffer_add(b, pair, sizeof pair);
        if (t->rx.len + (uint64_t)from + len <= t->rx.cap)
            add_ring(k, b, &t->rx, t->rx.len + from, len);
    }
    if (t->tx.len)
        add_ring(k, b, &t->tx, 0, t->tx.len);
    if (t->rx.len)
        add_ring(k, b, &t->rx, 0, t->rx.len);
    buffer_flush(b);
}

/* A call of its own: see core/net/copy.c. */
__attribute__((noinline)) static void copy(void *to, const void *from, size_t len)
{
    memcpy(to, from, len);
}

/* The parts that have something to say. The delivery rate has, to a paced sender. */
static uint32_t telling_parts(const Look *k, const Tcb *t)
{
    uint32_t live = live_parts(t);
    return k->rates || t->ccs.rate.paced_until ? live : live & ~(1u << PART_RATE);
}

/* The hash of all that does not age. */
static WorldId still_hash(const Look *k, uint16_t slot, const Tcb *t, uint32_t live)
{
    Tcb x;
    copy(&x, t, live == 1u << PART_MAIN ? AT_RECOVERY * 8 : sizeof x);
    make_relative(k, &x, live);
    settle_by_hand(k, t, &x);
    Lanes l = lanes_begin(K1, TCB_WORDS);
    lanes_sparse(&l, &x, AT_RECOVERY);
    for (uint32_t i = PART_RECOVERY; i < PARTS; i++) {
        size_t at = part_at[i], n = (size_t)(part_at[i + 1] - at);
        if ((live >> i & 1) && any_of(&x, at, n)) /* all that was there may be left out */
            lanes_words(&l, (const uint8_t *)&x + at * 8, n, i * K3);
    }
    Buffer b;
    b.id = lanes_end(l);
    b.n = 0;
    add_lists(k, &b, slot, t);
    return b.id;
}

static WorldId still_part(const Look *k, uint16_t slot, const Tcb *t)
{
    CanonCache *cache = k->rates ? NULL : k->view->cache; /* paced: another measure */
    if (cache && (cache->have >> slot & 1))
        return cache->still[slot];
    uint32_t live = telling_parts(k, t);
    WorldId id = still_hash(k, slot, t, live);
    if (cache && live == 1u << PART_MAIN) { /* the other parts have moments in them */
        cache->still[slot] = id;
        cache->have |= (uint8_t)(1u << slot);
    }
    return id;
}

static WorldId conn_id(const Look *k, uint16_t slot)
{
    const Tcb *t = &k->conns[slot];
    const WorldId still = still_part(k, slot, t);
    Aging a = aging_of(k, slot, t);
    Lanes l = lanes_begin(still.half[0], AGING_WORDS);
    a.words[AGING_WORDS - 1] = still.half[1];
    lanes_sparse(&l, a.words, AGING_WORDS);
    const World *w = k->w;
    const Sent *sents = (const Sent *)(const void *)((const uint8_t *)w + w->sents_at) +
                        (size_t)slot * w->shape.sent_cap;
    const uint32_t cap = w->shape.sent_cap;
    for (uint32_t i = 0, at = t->sent_head; i < t->sent_count; i += 2) {
        Nanos first = sents[at].at;
        at = at + 1 < cap ? at + 1 : 0;
        Nanos second = i + 1 < t->sent_count ? sents[at].at : NANOS_NEVER;
        at = at + 1 < cap ? at + 1 : 0;
        lanes_take(&l, since(first, k->now), K0, since(second, k->now), K2, K4);
    }
    return lanes_end(l);
}

/* ---- packets -----------------------------------------------------------------------------------
 */

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static uint32_t find_base(const Look *k, HostId host, uint16_t local, uint16_t remote)
{
    const Tcb *own = end_of(k, host, local, remote);
    if (own)
        return own->snd.iss.v;
    const Tcb *other = end_of(k, host_peer(host), remote, local);
    return other && other->rcv.irs.v ? other->rcv.irs.v : k->clock;
}

/* What the numbers of a host's segments with these ports count from. */
static uint32_t base_of(Look *k, HostId host, uint16_t local, uint16_t remote)
{
    Base *known = &k->bases[host];
    const uint64_t key = end_key(host, local, remote);
    if (known->key != key)
        *known = (Base){.key = key, .own = find_base(k, host, local, remote)};
    return known->own;
}

enum { TCP_FIXED = 20, KIND_SACK = 5, KIND_TIMESTAMP = 8 };

/* Time stamps count from now, SACK blocks as acknowledgments do. */
static void relative_options(const Look *k, uint8_t *p, size_t left, uint32_t ack_base)
{
    while (left >= 2 && p[0] != 0) {
        size_t len = p[0] == 1 ? 1 : p[1];
        if (len == 0 || len > left)
            return;
        bool stamp = p[0] == KIND_TIMESTAMP && len == 10;
        for (size_t i = 2; (stamp || p[0] == KIND_SACK) && i + 4 <= len; i += 4)
            put32(p + i, seq_since(get32(p + i), stamp ? k->now_ms : ack_base));
        p += len;
        left -= len;
    }
}

/* Makes the frame's numbers relative in place. Its checksums are left out: whether they were right
 * is a bit of its own. A frame that is no segment stays as it is. */
static void relative_frame(Look *k, HostId from, uint8_t *f, size_t len)
{
    const size_t ip =
        f[0] == 0x45 ? IP4_HEADER : IP6_HEADER; /* a host's own segments have no more */
    bool known = f[0] == 0x45 || (f[0] >> 4 == 6 && len > 6 && f[6] == IP_PROTO_TCP);
    if (!known || len < ip + TCP_FIXED)
        return;
    uint8_t *tcp = f + ip;
    size_t header = (size_t)(tcp[12] >> 4) * 4;
    if (header < TCP_FIXED || ip + header > len)
        return;
    uint16_t src = get16(tcp), dst = get16(tcp + 2);
    uint32_t own = base_of(k, from, src, dst), peer = base_of(k, host_peer(from), dst, src);
    put32(tcp + 4, seq_since(get32(tcp + 4), own)); /* a reset may say zero and mean nothing */
    put32(tcp + 8, tcp[13] & SEG_ACK ? seq_since(get32(tcp + 8), peer) : get32(tcp + 8));
    if (ip == IP4_HEADER)
        f[10] = f[11] = 0;
    tcp[16] = tcp[17] = 0;
    relative_options(k, tcp + TCP_FIXED, header - TCP_FIXED, peer);
}

/* When it arrives, as far as that matters. */
static Nanos due_of(const Look *k, const Packet *p)
{
    if (p->due == NANOS_NEVER)
        return p->due;
    if (k->view->search)
        return p->due > k->now ? p->due - k->now : 0;
    return p->due - k->now;
}

static WorldId packet_id(Look *k, uint16_t slot, const Packet *p, uint32_t place_in_line)
{
    struct {
        Nanos due, age;
        uint32_t line;
        uint16_t len;
        uint8_t from, place, damaged, reserved[7];
    } head = {.due = due_of(k, p),
              .line = k->view->search && !k->view->fifo ? 0 : place_in_line,
              .len = p->len,
              .from = p->from,
              .place = p->place};
    Bytes frame = world_frame(k->w, (PktId){slot});
    if (k->view->lifetime)
        head.age = k->now - p->sent_at;
    if (p->flags & (PACKET_INJECTED | PACKET_EDITED | PACKET_CORRUPT)) {
        Seg seg;
        Bytes payload;
        head.damaged = (uint8_t)wire_decode(frame, &seg, &payload);
    }
    enum { FRAME_AT = sizeof head / 8, FRAME_WORDS = 32 };
    uint64_t words[FRAME_AT + FRAME_WORDS];
    size_t first = min_u64(frame.len, FRAME_WORDS * 8), n = FRAME_AT + (first + 7) / 8;
    words[n - 1] = 0; /* the last word's other bytes */
    memcpy(words, &head, sizeof head);
    memcpy(words + FRAME_AT, frame.data, first);
    relative_frame(k, p->from, (uint8_t *)(words + FRAME_AT), first);
    WorldId id = hash_words(words, n, K4);
    return frame.len == first ? id : identity_add(id, frame.data + first, frame.len - first);
}

static WorldId packets_id(Look *k)
{
    const World *w = k->w;
    const Packet *packets = world_packets(w);
    WorldId sum = {{0}};
    for (HostId h = 0; h < HOST_COUNT; h++) {
        uint32_t line = 0;
        for (uint16_t i = w->links[h].head; i; i = packets[i].next) {
            bool free_to_go = k->view->fifo && (packets[i].flags & PACKET_DUPLICATE);
            sum_up(&sum, packet_id(k, i, &packets[i], free_to_go ? 0 : ++line));
        }
    }
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        if (packets[i].place == PACKET_HELD || packets[i].place == PACKET_OUTBOX)
            sum_up(&sum, packet_id(k, i, &packets[i], 0));
    return sum;
}

/* ---- the rest ----------------------------------------------------------------------------------
 */

/* A host's further state, where it has some. */
static void add_host(const Look *k, Buffer *b, HostId h)
{
    const World *w = k->w;
    const Host *host = &w->hosts[h];
    const App *app = &w->apps[h];
    const Link *link = &w->links[h];
    if (host->pmtu) {
        uint64_t path[2] = {host->pmtu, since(host->pmtu_until, k->now)};
        buffer_add(b, path, sizeof path);
    }
    if (app->kind != APP_NONE) {
        const Tcb *fed = app->on ? world_conn(w, h, app->on) : NULL;
        uint64_t more[4] = {app->amount, app->done, fed ? rank(k, fed) : 0,
                            app->kind == APP_SLOW ? since(app->next, k->now) : 0};
        buffer_add(b, more, sizeof more);
    }
    if (host->fast_open_again > k->now || host->knob[KNOB_FASTOPEN]) {
        uint64_t life = host->knob[KNOB_FASTOPEN_KEY_LIFE]; /* the key of its cookies ages */
        bool waits = host->fast_open_again > k->now;
        uint64_t open[2] = {waits ? host->fast_open_again - k->now : 0, life ? k->now / life : 0};
        buffer_add(b, open, sizeof open);
    }
    if (host->fast_open.len)
        buffer_add(b, &host->fast_open, sizeof host->fast_open);
    if (link->loss_ppm | link->dup_ppm | link->reorder_ppm | link->corrupt_ppm | link->jitter)
        buffer_add(b, link->draws, sizeof link->draws);
}

static bool counting_challenges(const Look *k, const Host *host)
{
    return host->challenge_count > 0 &&
           k->now - host->challenge_since < host->knob[KNOB_CHALLENGE_INTERVAL];
}

/* What each host has: 3 words. */
static uint64_t *host_words(const Look *k, HostId h, uint64_t *to)
{
    const World *w = k->w;
    const Host *host = &w->hosts[h];
    const Link *link = &w->links[h];
    const bool counting = counting_challenges(k, host);
    *to++ = host->power | (uint64_t)host->puppet << 8 | (uint64_t)link->cut << 16 |
            (uint64_t)w->apps[h].kind << 24 | (uint64_t)counting << 32 |
            (uint64_t)(host->pmtu > 0) << 33 | (uint64_t)(host->fast_open.len > 0) << 34 |
            (uint64_t)(host->fast_open_again > k->now) << 35;
    *to++ = host->port_draws | (uint64_t)(counting ? host->challenge_count : 0) << 32;
    *to++ = link->busy_until > k->now ? link->busy_until - k->now : 0;
    return to;
}

/* The first in the buffer: there is room for their words. */
static void add_hosts(const Look *k, Buffer *b)
{
    b->words[b->n++] = k->w->hold | (uint64_t)k->w->box << 8 | (uint64_t)k->w->flood.on << 16;
    for (HostId h = 0; h < HOST_COUNT; h++) {
        b->n = (size_t)(host_words(k, h, &b->words[b->n]) - b->words);
        if (counting_challenges(k, &k->w->hosts[h]))
            b->words[b->n++] = k->now - k->w->hosts[h].challenge_since;
    }
    for (HostId h = 0; h < HOST_COUNT; h++)
        add_host(k, b, h);
}

/* What only commands change. */
static WorldId add_settings(const World *w, WorldId id)
{
    for (HostId h = 0; h < HOST_COUNT; h++) {
        const Link *l = &w->links[h];
        uint64_t words[13] = {l->delay,
                              l->jitter,
                              l->rate_bps,
                              l->queue,
                              l->loss_ppm,
                              l->dup_ppm,
                              l->reorder_ppm,
                              l->corrupt_ppm,
                              l->ecn,
                              w->hosts[h].addr,
                              w->hosts[h].profile | (uint64_t)w->hosts[h].v6 << 8,
                              w->box_idle,
                              l->mtu};
        id = identity_add(id, words, sizeof words);
        id = identity_add(id, w->hosts[h].knob, sizeof w->hosts[h].knob);
        id = identity_add(id, w->hosts[h].isn_key, sizeof w->hosts[h].isn_key);
    }
    uint64_t words[4] = {w->seed, w->box_reset, w->hops, w->icmp_off};
    id = identity_add(id, words, sizeof words);
    id = identity_add(id, &w->shape, sizeof w->shape);
    return identity_add(id, &w->rules_off, sizeof w->rules_off);
}

static void add_path(const Look *k, Buffer *b)
{
    const World *w = k->w;
    for (int i = 0; i < ARMED_MAX; i++)
        if (w->armed[i].used)
            buffer_add(b, &w->armed[i], sizeof w->armed[i]);
    for (int i = 0; w->box && i < FLOW_MAX; i++) {
        Flow f = w->flows[i];
        f.seen = f.used ? since(f.seen, k->now) : 0;
        buffer_add(b, &f, sizeof f);
    }
    if (w->flood.on) {
        Flood f = w->flood;
        f.next = since(f.next, k->now);
        buffer_add(b, &f, sizeof f);
    }
}

/* Programs' descriptors, as they are: their order and names are theirs. */
static WorldId add_socks(const World *w, WorldId id)
{
    const uint8_t *base = (const uint8_t *)w;
    size_t socks = (size_t)HOST_COUNT * w->shape.socks * sizeof(Sock);
    size_t interests = (size_t)HOST_COUNT * w->shape.interests * sizeof(Interest);
    if (socks)
        id = identity_add(id, base + w->socks_at, socks);
    return interests ? identity_add(id, base + w->interests_at, interests) : id;
}

static void rank_few(Look *k)
{
    for (uint16_t i = 0; i < k->used; i++) {
        const Few *mine = &k->few[i];
        uint16_t n = 1;
        for (uint16_t j = 0; j < k->used; j++)
            n = (uint16_t)(n +
                           ((k->few[j].host == mine->host) & (k->few[j].number < mine->number)));
        k->rank[mine->slot] = n;
    }
}

static void look_at(Look *look, const World *w, const CanonView *view)
{
    look->w = w;
    look->conns = world_conns(w);
    look->arena = (const uint8_t *)w + w->rings_at;
    look->view = view;
    look->now = w->now;
    look->now_ms = (uint32_t)(w->now / NANOS_MS);
    bool clock = !ruleset_has(&w->rules_off, RULE_ISN_CLOCK);
    look->clock = clock ? (uint32_t)(w->now / (4 * NANOS_US)) : 0;
    look->short_list = w->shape.conns < FEW;
    look->top = look->used = 0; /* few and rank: as many as are used */
    look->rates = false;
    look->bases[HOST_A].key = look->bases[HOST_B].key = 0;
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        const Tcb *t = &look->conns[i];
        if (!t->used)
            continue;
        look->top = i;
        look->rates = look->rates || t->ccs.rate.pacing > 0;
        if (look->short_list)
            look->few[look->used++] =
                (Few){.key = alive(t) ? end_key((HostId)t->host, t->local_port, t->remote_port) : 0,
                      .slot = i,
                      .number = t->number,
                      .host = t->host};
    }
    rank_few(look);
}

WorldId world_identity(const World *w, const CanonView *view)
{
    Look k;
    look_at(&k, w, view);
    WorldId sum = packets_id(&k);
    for (uint16_t i = 1; i <= k.top; i++)
        if (k.conns[i].used)
            sum_up(&sum, conn_id(&k, i));
    Buffer b;
    b.id = sum;
    b.n = 0;
    add_hosts(&k, &b);
    if (!view->cache || !view->cache->still_path)
        add_path(&k, &b);
    buffer_flush(&b);
    WorldId id = b.id;
    if (!view->search)
        id = add_settings(w, add_socks(w, id));
    else if (w->shape.socks)
        id = add_socks(w, id);
    return id;
}

uint64_t world_canon(const World *w)
{
    static const CanonView everything = {.search = false};
    WorldId id = world_identity(w, &everything);
    return fold(id.half[0] ^ K1, id.half[1] ^ K2);
}
