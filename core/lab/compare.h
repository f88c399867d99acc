/*
 * compare.h: one scenario, two TCPs: ours and the kernel's, event against event.
 *
 * A *scenario* is a list of steps: socket calls of a program at the endpoint under test, and
 * segments that a puppet peer sends it. Numbers of segments are relative to the two initial
 * sequence numbers, so that the same step means the same for every TCP. A *subject* is a TCP that
 * can be played with; playing a scenario on it gives a *lane*: what the calls came to and what the
 * subject sent, in order, in relative numbers. Two lanes are aligned to a *comparison*: rows of
 * events side by side, each difference explained by a profile constant or a rule
 * (compare_explain.def), or counted as unexplained.
 *
 *      steps --> compare_play(our core) --> lane --\
 *        \                                          > compare_lanes --> rows, first divergence
 *         `----> compare_play(kernel) ----> lane --/
 *
 * Time: our core lives in virtual time, the kernel on the wall. Only order and content are
 * compared, never moments. Our core goes first; where it has sent something after a while, the
 * kernel gets a bounded while to do so.
 *
 * Everything here is pure but for memory (the kernel as a subject: core/live/compare_kernel.h); a
 * Lane and a TwinResult have no pointers inside, so that another process can make them.
 */
#ifndef SANDWIRE_CORE_LAB_COMPARE_H
#define SANDWIRE_CORE_LAB_COMPARE_H

#include "core/base/print.h"
#include "core/net/sock.h"

enum {
    COMPARE_STEPS_MAX = 600,
    COMPARE_EVENTS_MAX = 1500,
    COMPARE_ROWS_MAX = 2 * COMPARE_EVENTS_MAX,
    COMPARE_FDS = 16,   /* descriptors of a scenario: 0 .. 15 */
    COMPARE_FLOWS = 16, /* ports of the puppet */
    COMPARE_SETTINGS_MAX = 16
};

/* ---- steps ---- */

typedef enum StepKind { STEP_CALL, STEP_SEGMENT, STEP_WAIT, STEP_KIND_COUNT } StepKind;

/* How long the subject is left alone after the step. */
typedef enum Settle {
    SETTLE_NOT,   /* the next step comes at once: segments that arrive together */
    SETTLE_QUICK, /* until it has said what it has to say; a delayed acknowledgment is awaited */
    SETTLE_TIMER, /* until a timer makes it send (retransmission, probe), at most PATIENCE */
    SETTLE_TIME,  /* as long as `wait` */
    SETTLE_COUNT
} Settle;

/* ts_ecr of a segment that echoes what the subject sent last. */
#define COMPARE_ECHO UINT32_MAX

enum { CALL_POLL = SOCK_CALL_COUNT }; /* poll(): what holds of one descriptor */

typedef struct Step {
    uint8_t kind, settle;
    uint8_t call;   /* SockCall, or CALL_POLL */
    int8_t fd;      /* the scenario's descriptor; -1 none */
    int8_t fd_new;  /* socket(), accept(): the descriptor that the result becomes */
    uint8_t flow;   /* segments: which of the puppet's ports; connect(): to which */
    uint16_t port;  /* bind(): port */
    uint32_t len;   /* send, recv: bytes; sockopt: level << 16 | option; listen: backlog */
    int32_t value;  /* send, recv: flags; shutdown: how; setsockopt: value */
    int32_t value2; /* SO_LINGER: seconds */
    uint32_t line;  /* of the script it comes from; 0: none */
    Nanos wait;     /* SETTLE_TIME */
    bool honest;    /* segments: acknowledges no more than the subject at hand has sent */
    Seg seg;        /* relative: seq and sack of the puppet's numbers, ack of the subject's */
} Step;

/* A host's knob and the kernel's switch of the same meaning: both are set before the first step. */
typedef struct CompareSetting {
    char sysctl[48]; /* net.ipv4.tcp_sack */
    uint64_t value;  /* the knob's */
    char text[32];   /* the sysctl's */
    uint16_t knob;
    uint8_t has_knob;
    uint8_t reserved[5];
} CompareSetting;

typedef struct Scenario {
    char name[64];
    uint32_t count, setting_count;
    uint32_t puppet_iss; /* of each flow */
    CompareSetting setting[COMPARE_SETTINGS_MAX];
    Step step[COMPARE_STEPS_MAX];
} Scenario;

/* "send(4, 1000)", "< P. 1:1001(1000) ack 1 win 257": as a .pkt script has it. */
void compare_step_text(Text *, const Step *);

/* Appends a step; NULL: full. Zeroed but for kind, settle and no descriptor. */
Step *scenario_add(Scenario *, StepKind, Settle);
Step *scenario_call(Scenario *, SockCall, int fd);

/* ---- lanes ---- */

typedef enum EventWhat {
    DID_NOTHING = 0,
    DID_RETURN, /* a call's result */
    DID_SEND,   /* a segment of the subject's */
    DID_END,    /* the state of a connection at the end */
    DID_STREAM, /* all that the program has read of a descriptor, at the end */
    DID_COUNT
} EventWhat;

typedef struct LaneEvent {
    uint16_t step;   /* index of the step after which it came */
    uint8_t what;    /* EventWhat */
    uint8_t flow;    /* DID_STREAM: the descriptor */
    int64_t value;   /* DID_RETURN; DID_STREAM: bytes */
    uint16_t error;  /* errno of it */
    uint8_t state;   /* DID_END: TcpState */
    uint8_t wrong;   /* the bytes were not those of the stream, or a checksum was wrong */
    uint32_t window; /* DID_SEND: as it counts for the peer, scaled */
    Nanos at;        /* since the first step, virtual or on the wall */
    Nanos after;     /* since its own step */
    Seg seg;         /* DID_SEND: relative; without addresses, ports and the clock of TS val */
} LaneEvent;

typedef struct Lane {
    uint32_t count;
    uint8_t full;   /* more came than there is room for */
    uint8_t failed; /* the subject could not be played with: `trouble` */
    uint8_t reserved[2];
    char trouble[200];
    LaneEvent event[COMPARE_EVENTS_MAX];
} Lane;

/* "P. 1:1001(1000) ack 1 win 64256", "= 1000", "= -1 EAGAIN", "ESTABLISHED, 1000 bytes read". */
void compare_event_text(Text *, const LaneEvent *, Lang);

/* The whole scenario as a .pkt script, with the results that its calls had in a lane; what is sent
 * is not asked. */
void compare_scenario_text(Text *, const Scenario *, const Lane *);

/* ---- subjects ---- */

/* What a call came to: errno is 0 where value >= 0. */
typedef struct CallDone {
    int64_t value;
    int error;
} CallDone;

typedef struct Player Player;
typedef struct Subject Subject;
struct Subject {
    char name[64]; /* "sandwire", "Linux 6.18" */
    uint32_t addr, peer_addr;
    uint16_t listen_port; /* where segments go whose flow has no connection yet */
    uint16_t port_base;   /* the puppet's ports are port_base + flow */
    /* A call; fd is the subject's own. data: bytes of send(); out: step->len bytes of room for
     * recv(). The value of getsockopt() and ioctl() is what they tell. */
    CallDone (*call)(Subject *, const Step *, int fd, Bytes data, uint8_t *out);
    void (*inject)(Subject *, Bytes frame);
    /* Lets time go on as the step's settle says, and hands over what was sent (player_frame).
     * expect: so many segments are likely to come, the last of them `late` after the step. */
    void (*settle)(Subject *, const Step *, uint32_t expect, Nanos late, Player *);
    Nanos (*now)(const Subject *);
    /* The connection's state; CLOSED if there is none. */
    TcpState (*state)(Subject *, uint16_t own_port, uint16_t peer_port);
    /* Nothing of the scenario shall go on: descriptors are closed. flows: COMPARE_FLOWS. */
    void (*end)(Subject *, const int *fds, uint32_t fd_count);
};

/* A frame that the subject has sent, at a moment of its own clock; false: not of this scenario. */
bool player_frame(Player *, Bytes frame, Nanos at);

/* What is known while playing: for those who make steps as they go. */
typedef struct PlayFlow {
    bool known;     /* the subject's initial number is */
    uint16_t port;  /* the subject's; 0: not known */
    uint32_t iss;   /* the subject's */
    uint32_t next;  /* relative: the highest number the subject has used, plus one */
    uint32_t acked; /* relative: the highest acknowledgment the puppet has sent */
    uint32_t heard; /* relative: the subject's highest acknowledgment of the puppet's numbers */
    uint32_t edge;  /* relative: the right edge of the subject's window */
    uint32_t ts;    /* its newest TS val */
    uint8_t scale;  /* of its windows, once both have offered it */
    uint8_t offered, asked; /* window scale: the subject did, the puppet did */
    bool opened;            /* the puppet has sent its SYN */
    bool fin, reset;        /* it has sent one */
    uint32_t fin_at;        /* relative number of its FIN */
} PlayFlow;

/* Plays step after step; next NULL: those of the scenario. `next` may look at the flows and append
 * a step to the scenario; false ends the play. `model` is a lane of the same scenario that tells
 * how much is to be awaited; may be NULL. Fills *lane. */
typedef bool (*NextStep)(void *of, Scenario *, const PlayFlow *flows, const Lane *so_far);
void compare_play(Subject *, Scenario *, NextStep next, void *of, const Lane *model, Lane *lane);

/* Our core with a profile, in a world of its own. NULL: no memory. */
Subject *compare_core_new(Profile, const Scenario *settings);
void compare_core_free(Subject *);

/* ---- scenarios by chance ---- */

/* A scenario of a seed grows step by step while it is played on the first subject: what the puppet
 * does depends on what it has heard. Afterwards it is an ordinary scenario. */
typedef struct RandomPlay {
    uint64_t seed, draws;
    uint32_t left;             /* acts until the end begins */
    uint32_t next;             /* relative: the puppet's next number */
    uint32_t ahead, ahead_end; /* text that was sent beyond a hole; equal: none */
    uint32_t hole_sack; /* relative: left edge of what the puppet says it has beyond a hole; 0 */
    uint32_t ts;        /* the puppet's clock */
    uint32_t acked;     /* relative: what the puppet says it has */
    uint32_t window;    /* the raw 16 bits */
    uint16_t mss;
    uint8_t stage, drain;
    bool active, listens, sack, timestamps, scaling;
    bool fin, closed, shut, accepted, reset;
    int8_t fd; /* the connection's descriptor; -1: not yet */
} RandomPlay;

/* The part that is known beforehand: settings and options of the seed. */
void compare_random_begin(RandomPlay *, Scenario *, uint64_t seed);

/* A NextStep; of: a RandomPlay. */
bool compare_random_next(void *of, Scenario *, const PlayFlow *flows, const Lane *so_far);

/* ---- scenarios from scripts ---- */

/* Why a script is none. */
typedef struct ScenarioRefusal {
    uint32_t line;     /* 0: nowhere in particular */
    char message[512]; /* one sentence */
} ScenarioRefusal;

/* A .pkt script as a scenario; any text may be given. False and *refusal if it cannot be played on
 * both sides. */
bool compare_pkt_read(Bytes text, const char *name, Lang, Scenario *, ScenarioRefusal *);

/* ---- comparing ---- */

/* What of two events differs. */
enum {
    DIFF_MISSING = 1 << 0, /* only theirs */
    DIFF_EXTRA = 1 << 1,   /* only ours */
    DIFF_FLAGS = 1 << 2,
    DIFF_PSH = 1 << 3,
    DIFF_SEQ = 1 << 4,
    DIFF_LEN = 1 << 5,
    DIFF_ACK = 1 << 6,
    DIFF_WINDOW = 1 << 7,      /* another value */
    DIFF_WINDOW_ZERO = 1 << 8, /* open here, closed there */
    DIFF_OPTIONS = 1 << 9,     /* other kinds, or other values of the handshake's */
    DIFF_SACK = 1 << 10,
    DIFF_ECHO = 1 << 11, /* TS ecr */
    DIFF_ECN = 1 << 12,
    DIFF_URGENT = 1 << 13,
    DIFF_VALUE = 1 << 14, /* a call's result, the length of a stream */
    DIFF_ERRNO = 1 << 15,
    DIFF_STATE = 1 << 16,
    DIFF_BYTES = 1 << 17, /* the content of one of them is wrong */
    DIFF_COUNT = 18
};

/* "window", "sequence number": of one bit. */
const char *compare_diff_name(uint32_t bit, Lang);

/* Why a difference is none (compare_explain.def). EXPLAIN_NONE: it is unexplained. */
typedef enum Explain {
    EXPLAIN_NONE = 0,
#define EXPLAIN(name, source, en, zh) EXPLAIN_##name,
#include "core/lab/compare_explain.def"
#undef EXPLAIN
    EXPLAIN_COUNT
} Explain;

const char *compare_explain_name(Explain);       /* "window-value" */
const char *compare_explain_source(Explain);     /* the knob, rule or clause */
const char *compare_explain_text(Explain, Lang); /* one sentence */

typedef struct CompareRow {
    uint16_t ours, theirs; /* 1-based events of the lanes; 0: none */
    uint16_t step;
    uint16_t explain; /* Explain, where diff != 0 */
    uint32_t diff;    /* DIFF_... */
} CompareRow;

typedef struct TwinResult {
    uint32_t count;
    uint32_t differences, unexplained;
    uint32_t first, first_unexplained; /* 1-based rows; 0: none */
    CompareRow row[COMPARE_ROWS_MAX];
} TwinResult;

/* Aligns two lanes of a scenario and explains. False: no memory. */
bool compare_lanes(const Scenario *, const Lane *ours, const Lane *theirs, TwinResult *);

/* One scenario on several TCPs, to be shown; the first lane is the one the others are set beside.
 * The third is free: another profile, or a stack of one's own. */
enum { COMPARE_LANES = 3 };
typedef struct TwinScene {
    uint32_t lanes; /* 2 or 3 */
    const char *name[COMPARE_LANES];
    const Scenario *scenario;
    const Lane *lane[COMPARE_LANES];
    const TwinResult *result[COMPARE_LANES - 1]; /* of lane i + 1 beside lane 0 */
} TwinScene;

#endif
