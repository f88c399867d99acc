/*
 * world.h: everything that can change, in one block of memory.
 *
 * Two hosts, their connections, the wire between them, every timer, the clock, the applications,
 * the rules in force. No pointers inside: a world is copied with memcpy(world_size), and two worlds
 * with equal bytes have equal futures. Its sizes come from a Shape, so a small world for search and
 * a big one for bulk transfer run the same code.
 *
 * What may happen next is a list of Moves. The clock takes the earliest (world_step); a learner
 * takes any (deliver #3, drop #3 ...); a search takes them all. Input enters only as a Cmd. Output
 * leaves only through the Sink of the call.
 *
 *      | World | conns | sents | ranges | packets | frames | rings | socks | interests |
 */
#ifndef SANDWIRE_CORE_NET_WORLD_H
#define SANDWIRE_CORE_NET_WORLD_H

#include "core/tcp/tcp.h"

typedef struct Shape {
    uint16_t conns;      /* connections of both hosts together, 1..65534 */
    uint16_t packets;    /* in flight together, 1..65534 */
    uint16_t sent_cap;   /* elements of a connection's sent list, >= 2 */
    uint16_t range_cap;  /* out-of-order ranges a connection can hold, >= 1 */
    uint32_t ring_bytes; /* each send and each receive buffer */
    uint32_t mtu;        /* the hosts' own link: largest frame, 68..65535 */
    uint16_t socks;      /* descriptors of each host, 0..4096; see sock.h */
    uint16_t interests;  /* entries of each host's epoll lists, 0..4096 */
    uint32_t frame_room; /* largest frame that a learner or script may inject; 0: mtu */
} Shape;

/* Bytes that each packet has room for. */
static inline uint32_t shape_frame(const Shape *s)
{
    return s->frame_room > s->mtu ? s->frame_room : s->mtu;
}

extern const Shape SHAPE_LESSON; /* 16 connections, 192 packets, 64 KiB rings: 2.4 MiB */
extern const Shape SHAPE_TINY;   /* for search: 4 connections, 16 packets */

/* One direction of the wire. */
typedef struct Link {
    Nanos delay;       /* one way: half the round-trip time */
    Nanos jitter;      /* each packet is late by 0..jitter more */
    Nanos busy_until;  /* when the transmitter is free again */
    uint64_t rate_bps; /* bits per second; 0: unlimited */
    uint64_t draws[6]; /* counters of the random streams, one per RNG_LINK_... */
    uint32_t queue;    /* packets that may wait for the transmitter; 0: unlimited */
    uint32_t loss_ppm, dup_ppm, reorder_ppm, corrupt_ppm; /* chances in parts per million */
    uint32_t passed;                                      /* packets that entered */
    uint16_t head, tail; /* packets on their way, in order of arrival */
    uint8_t cut;
    uint8_t reserved;
    uint16_t mtu; /* the largest packet that its narrowest part takes; 0: what the hosts' own do */
    uint32_t ecn; /* from so many waiting packets on, CE is set instead of waiting for a drop; 0:
                     never */
    uint32_t reserved2;
} Link;
_Static_assert(sizeof(Link) % 8 == 0, "a Link has no padding at its end");

/* What stands on the path. */
typedef enum BoxKind { BOX_NONE = 0, BOX_FIREWALL, BOX_NAT } BoxKind;
/* What it does with the packets of a flow that it does not know: it is silent, resets, or says so.
 */
typedef enum BoxAnswer { BOX_ANSWERS_NOTHING = 0, BOX_ANSWERS_RST, BOX_ANSWERS_ICMP } BoxAnswer;
typedef struct Flow {
    Nanos seen;
    uint32_t a_addr, b_addr; /* inside and outside address */
    uint16_t a_port, b_port;
    uint16_t nat_port; /* NAT: what the outside sees instead of a_port */
    uint16_t used;
} Flow;
enum { FLOW_MAX = 16 };

/* "drop 2nd FIN from B": waits for its segment. */
typedef enum ArmedAction { ARMED_DROP = 0, ARMED_DELAY, ARMED_DUP, ARMED_CORRUPT } ArmedAction;
typedef enum SegClass {
    CLASS_ANY = 0,
    CLASS_SYN, /* SYN without ACK */
    CLASS_SYN_ACK,
    CLASS_ACK,  /* ACK and nothing else, no data */
    CLASS_DATA, /* carries data */
    CLASS_FIN,
    CLASS_RST,
    CLASS_REXMIT, /* a retransmission of any kind */
    CLASS_COUNT
} SegClass;
typedef struct Armed {
    Nanos delay;   /* ARMED_DELAY */
    uint16_t nth;  /* acts on the nth match (1: the next) */
    uint16_t seen; /* matches so far */
    uint8_t used, action, from, seg_class;
} Armed;
enum { ARMED_MAX = 16 };

const char *seg_class_name(SegClass);                     /* "SYN+ACK" */
SegClass seg_class_of_name(const char *name, size_t len); /* CLASS_COUNT: none */
bool seg_class_matches(SegClass, const Seg *, bool rexmit);

/* The small applications of the playground, acting on every connection of their host. */
typedef enum AppKind {
    APP_NONE = 0,    /* the learner is the application */
    APP_ECHO,        /* sends back what it reads; closes at end of file */
    APP_SINK,        /* reads everything; closes at end of file */
    APP_SOURCE,      /* sends `amount` bytes, shuts down, reads to the end, closes */
    APP_SLOW,        /* reads `amount` bytes a second */
    APP_IDLE_CLOSE,  /* closes a connection that was idle for `amount` nanoseconds */
    APP_NEVER_CLOSE, /* reads, and forgets to close */
    APP_HTTP,        /* answers a request with a small page, then closes */
    APP_KIND_COUNT
} AppKind;
typedef struct App {
    uint64_t amount;
    Nanos next;    /* APP_SLOW: when it reads again */
    uint64_t done; /* APP_SOURCE: bytes sent so far on its connection */
    uint16_t on;   /* APP_SOURCE: the connection number it feeds */
    uint8_t kind;
    uint8_t reserved;
    uint32_t woken_row; /* what last happened on its host: the cause of what it does */
} App;
const char *app_name(AppKind);
AppKind app_of_name(const char *name, size_t len);

/* Spoofed SYNs against a port (`flood B:80 rate=1000/s`). */
typedef struct Flood {
    Nanos next, interval;
    uint64_t sent;
    uint16_t port;
    uint8_t on, target;
    uint8_t reserved[4];
} Flood;

typedef struct World {
    uint64_t size;
    uint64_t seed;
    Nanos now;
    Shape shape;
    uint32_t rows;  /* rows so far: the last one's number */
    uint32_t cause; /* the row being processed */
    uint64_t conns_at, sents_at, ranges_at, packets_at, frames_at, rings_at; /* offsets */
    uint64_t socks_at, interests_at;
    RuleSet rules_off;
    Host hosts[HOST_COUNT];
    App apps[HOST_COUNT];
    Link links[HOST_COUNT]; /* by the side the packets come from */
    Armed armed[ARMED_MAX];
    Flow flows[FLOW_MAX];
    Flood flood;
    Nanos box_idle;
    uint8_t box, box_reset, hops, hold;
    uint8_t icmp_off; /* 1: ICMP does not come through: the path is silent about what it drops */
    uint8_t reserved[3];
} World;

/* ---- Commands: every way to act on a world ----------------------------------------------------
 */

typedef enum CmdOp {
    CMD_NONE = 0,
    /* user calls; conn: the connection's number on host, 0: the focus */
    CMD_LISTEN,  /* key: port; len: backlog (0: knob) */
    CMD_CONNECT, /* key: remote port; len: local port or 0; data: for the SYN (Fast Open) */
    CMD_ACCEPT,
    CMD_SEND, /* data (key 1: urgent); or val > 0 and no data: that many bytes of a pattern */
    CMD_RECV, /* val: bytes, 0: all there is */
    CMD_SHUTDOWN,
    CMD_CLOSE,
    CMD_ABORT,
    /* a host */
    CMD_SET,     /* key: KnobId; val */
    CMD_PROFILE, /* host or HOST_NONE: both; val: Profile */
    CMD_POWER,   /* val: 1 on, 0 off */
    CMD_PUPPET,  /* val: 1 puppet, 0 core */
    CMD_APP,     /* key: AppKind; val: amount */
    /* the network; key: row number of a segment in flight */
    CMD_HOLD,    /* val: 1 on, 0 off (lets go of what is held) */
    CMD_DELIVER, /* now */
    CMD_DROP,
    CMD_DELAY, /* val: nanoseconds more */
    CMD_DUP,
    CMD_SWAP,    /* val: the other row number */
    CMD_EDIT,    /* data: the new frame, checksums right or not */
    CMD_CORRUPT, /* val: bit number in the frame, 0 is the first bit of the IP header */
    CMD_INJECT,  /* host: the side it seems to come from; data: the frame */
    CMD_ARM,     /* host: from; key: ArmedAction; conn: nth; len: SegClass; val: delay */
    CMD_DISARM,  /* key: index in armed, val 1: all */
    CMD_LINK,    /* link: 1 A>B, 2 B>A, 3 both; key: LinkKey; val */
    CMD_CUT,     /* link */
    CMD_MEND,    /* link */
    CMD_BOX,     /* key: BoxKind; val: idle time; len: BoxAnswer */
    CMD_HOPS,    /* val */
    CMD_FLOOD,   /* host: target; key: port; val: interval, 0: off */
    /* the rules of TCP */
    CMD_RULE, /* key: RuleId; val: 1 on, 0 off */
    /* a program's socket calls; conn: descriptor; key: SockCall; the rest: sock.h */
    CMD_SOCK,
    CMD_ICMP, /* val: 1 routers tell what they drop, 0 their messages do not come through */
    CMD_IP,   /* val: 4 or 6, the IP version of what both hosts open from now on */
    CMD_OP_COUNT
} CmdOp;

typedef enum LinkKey {
    LINK_RTT,
    LINK_RATE,
    LINK_QUEUE,
    LINK_LOSS,
    LINK_DUP,
    LINK_REORDER,
    LINK_JITTER,
    LINK_CORRUPT,
    LINK_ECN,
    LINK_MTU,
    LINK_KEY_COUNT
} LinkKey;

typedef struct Cmd {
    uint16_t op;
    uint8_t host;
    uint8_t link;
    uint16_t conn;
    uint16_t port; /* CMD_SOCK */
    uint32_t len, key;
    uint64_t val;
} Cmd;
_Static_assert(sizeof(Cmd) == 24, "a Cmd has no padding");

/* ---- Moves: what may happen next ---------------------------------------------------------------
 */

typedef enum MoveKind {
    MOVE_NONE = 0,
    MOVE_DELIVER = 1,   /* pkt arrives */
    MOVE_DROP = 2,      /* pkt is lost */
    MOVE_DUPLICATE = 4, /* pkt is copied */
    MOVE_TIMER = 8,     /* conn's earliest timer fires */
    MOVE_APP = 16,      /* the application of host conn.v - 1 acts */
    MOVE_FLOOD = 32,
    MOVE_CLOCK = MOVE_DELIVER | MOVE_TIMER | MOVE_APP | MOVE_FLOOD
} MoveKind;

typedef struct Move {
    uint16_t kind;
    ConnId conn;
    PktId pkt;
    uint16_t timer; /* TimerId of MOVE_TIMER */
    Nanos at;       /* when the clock would take it */
} Move;

/* ---- Functions ---------------------------------------------------------------------------------
 */

/* Bytes a world of this shape needs; 0 if the shape is out of range. */
size_t world_size(const Shape *);

/* Makes a world at time 0 in mem (aligned to 8, world_size bytes): two hosts of profile rfc, power
 * on, a wire of 100 ms round-trip time. The same shape and seed give the same bytes. */
World *world_init(void *mem, const Shape *, uint64_t seed);
/* The same in memory that is all zeros already, as fresh pages are: nothing is touched twice. */
World *world_init_zeroed(void *mem, const Shape *, uint64_t seed);

/* Carries out a command. data is borrowed. */
CallResult world_apply(World *, const Cmd *, Bytes data, Sink *);

/* Lists the moves of the wanted kinds, earliest first where the clock orders them; returns how many
 * there are, of which at most cap are written. */
uint32_t world_moves(const World *, uint32_t kinds, Move *out, uint32_t cap);

/* Makes one move happen; the clock goes forward to move.at if that lies ahead. */
void world_take(World *, Move, Sink *);

/* The earliest move of the clock; kind MOVE_NONE if nothing will ever happen by itself. */
Move world_next(const World *);

/* Takes it; false if there is none. */
bool world_step(World *, Sink *);

/* Lets output look at the connection once more: on a copy, to hear by which rule it holds back what
 * waits. Where nothing has changed nothing leaves. */
void world_speak(World *, ConnId, Sink *);

/* Moves the clock without an event; `to` is not beyond the next move. */
void world_wait(World *, Nanos to);

/* The smallest shape that holds what this world holds, and a little more; and the world in it, in
 * mem (world_size bytes): slots keep their numbers, buffers are smaller, descriptors are left out.
 */
Shape world_tight_shape(const World *);
World *world_repack(void *mem, const Shape *, const World *from);

/* Makes `to` equal to `from`, a world of the same shape, and touches only the slots that one of the
 * two uses. */
void world_copy(World *to, const World *from);

/* Takes a packet out of the network without a word: a search lets the dead ones go. */
void world_forget(World *, PktId);

/* True when nothing is under way: no packet flies, no application wants to act, and no timer runs
 * but the patient ones (TIME-WAIT, FIN-WAIT-2, keep-alive, user timeout, zero-window probes). */
bool world_quiet(const World *);

uint64_t world_digest(const World *); /* all bytes: the very same run? */

/* Stops with CHECK at the first invariant that is broken (core/base/invariant.def; invariants.h
 * asks the same questions and gets an answer). */
void world_check(const World *);

/* ---- Looking ---- */

Pools world_pools(World *);
/* index 1 .. shape.conns */
static inline const Tcb *world_conns(const World *w)
{
    return (const Tcb *)(const void *)((const uint8_t *)w + w->conns_at);
}
/* index 1 .. shape.packets */
static inline const Packet *world_packets(const World *w)
{
    return (const Packet *)(const void *)((const uint8_t *)w + w->packets_at);
}
Bytes world_frame(const World *, PktId); /* the packet's bytes */

/* The connection `number` of a host; number 0: its focus, the one a learner means who names none
 * (the newest that is not LISTEN nor CLOSED, else the newest of all). NULL: none. */
const Tcb *world_conn(const World *, HostId, uint16_t number);

/* The other end of a connection, if it exists. */
const Tcb *world_peer(const World *, const Tcb *);

/* The packet in flight (or held) whose departure was this row; .v == 0: none. */
PktId world_packet_of_row(const World *, uint32_t row);

#endif
