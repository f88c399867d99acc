/*
 * script_private.h: a .pkt script as a tree; shared by the files of the interpreter.
 *
 *     script_lex.c      text -> tokens, #ifdef, defines
 *     script_parse.c    file, options, times, events
 *     script_packet.c   packet lines: parsing, building what goes in, comparing what comes out
 *     script_call.c     system calls on the socket surface
 *     script_shell.c    shell commands that mean something here
 *     script_expr.c     the expressions of %{ }%
 *     script_run.c      the clock, and the order of things
 *
 * Positions are offsets into the script's text; memory is an arena that lives as long as the run.
 */
#ifndef SANDWIRE_CORE_LAB_SCRIPT_PRIVATE_H
#define SANDWIRE_CORE_LAB_SCRIPT_PRIVATE_H

#include "core/lab/script.h"
#include "core/net/sock.h"

/* ---- tokens ---- */

typedef enum TokenKind {
    TOKEN_END = 0,
    TOKEN_WORD,
    TOKEN_INT,
    TOKEN_FLOAT,
    TOKEN_STRING,   /* "..." */
    TOKEN_SHELL,    /* `...` */
    TOKEN_CODE,     /* %{ ... }% */
    TOKEN_ELLIPSIS, /* ... */
    TOKEN_ADDRESS,  /* 192.0.2.1 */
    TOKEN_PUNCT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    char punct;
    uint32_t at, len; /* in the text; for strings the content without its quotes */
    int64_t value;    /* TOKEN_INT */
    Nanos time;       /* TOKEN_INT and TOKEN_FLOAT read as seconds */
    const char *text; /* where `at` points to, or a define's replacement */
} Token;

typedef struct Define {
    const char *name, *value; /* NUL-terminated, in the arena or the caller's */
    size_t name_len;
} Define;

/* ---- the tree ---- */

typedef enum TermKind {
    TERM_INT,
    TERM_STRING,
    TERM_ELLIPSIS,
    TERM_LIST,   /* [a, b] */
    TERM_STRUCT, /* {a, b} */
    TERM_FIELD,  /* name = term, or name(...) = term */
    TERM_CALL    /* htons(8080) */
} TermKind;

typedef struct Term Term;
struct Term {
    TermKind kind;
    uint32_t at, len;
    int64_t value;    /* TERM_INT: the number, or the symbol's value */
    const char *text; /* TERM_STRING: its bytes; TERM_FIELD, TERM_CALL: the name */
    uint32_t text_len;
    Term *first; /* the children ... */
    Term *next;  /* ... and the next of its own list */
};

typedef enum TimeKind { TIME_ABSOLUTE, TIME_RELATIVE, TIME_ANY } TimeKind;

typedef struct When {
    TimeKind kind;
    Nanos from, to; /* to > from: a window */
    bool blocks;    /* a system call T...E */
    Nanos ends;
} When;

enum { PACKET_OPTIONS_MAX = 20, PACKET_SACK_MAX = 4 };

typedef struct PktOption {
    uint8_t kind, len; /* as on the wire; data[0 .. len - 2) */
    uint8_t data[40];
    uint32_t sack[2 * PACKET_SACK_MAX];
    uint8_t sack_count;
    uint32_t ts_val, ts_ecr;
} PktOption;

typedef enum EcnCheck { ECN_ANY, ECN_EXACT, ECN_EITHER_ECT, ECN_WHOLE_TOS } EcnCheck;

/* Parts of a packet line, for the caret. */
typedef enum PacketPart {
    PART_IP,
    PART_FLAGS,
    PART_SEQ,
    PART_ACK,
    PART_WINDOW,
    PART_URGENT,
    PART_OPTIONS,
    PART_COUNT
} PacketPart;

typedef struct Pkt {
    uint32_t place[PART_COUNT]; /* offsets; 0: the line does not have it */
    bool inbound, icmp, has_ack, has_win, has_urg, any_options, has_ttl, has_ports, is_ace;
    EcnCheck ecn;
    uint8_t tos, ttl, ace;
    uint16_t sport, dport, flags, len, win, urg;
    uint32_t seq, end, ack;
    uint8_t option_count;
    PktOption option[PACKET_OPTIONS_MAX];
    /* icmp */
    uint8_t icmp_type, icmp_code;
    uint32_t icmp_mtu;
    bool echoed;
} Pkt;

typedef enum EventKind { EVENT_PACKET, EVENT_CALL, EVENT_SHELL, EVENT_CODE } EventKind;

typedef struct Event Event;
struct Event {
    EventKind kind;
    uint32_t at, len; /* its text */
    When when;
    Pkt *packet;
    /* a call */
    const char *name;
    uint32_t name_len;
    Term *args;
    int64_t result;
    bool any_result;
    int error; /* SW_E...; 0: none expected */
    /* shell or code */
    const char *text;
    uint32_t text_len;
    Event *next;
};

typedef struct Settings {
    bool ipv6, strict_segments, ecr_scaled, packets_warn, calls_warn;
    uint32_t bind_port, connect_port, mtu, mss, ts_tick_us;
    Nanos tolerance;
    uint32_t tolerance_ppm; /* of the distance: 125000 is 12.5 % */
} Settings;

typedef struct Chunk Chunk;

typedef struct Parser {
    const char *text; /* after #ifdef, same offsets as the script */
    uint32_t len, at;
    Token token; /* the one at hand */
    uint32_t token_end;
    Chunk *chunks;
    Define defines[SCRIPT_DEFINES_MAX];
    uint32_t define_count;
    const ScriptOptions *options;
    ScriptResult *result;
    Settings set;
    Event *init, *events, *cleanup;
    bool failed; /* result has been filled: stop */
    uint32_t depth;
} Parser;

/* ---- script_lex.c ---- */

void *script_alloc(Parser *, size_t size); /* zeroed; NULL sets failed */
void script_free_all(Parser *);

/* Blanks out what #if, #ifdef, #ifndef leave out, and the lines themselves; text is changed. */
void script_preprocess(Parser *, char *text, uint32_t len);

void script_next(Parser *); /* reads the next token into p->token */
bool script_is(const Parser *, char punct);
bool script_take(Parser *, char punct);
bool script_is_word(const Parser *, const char *word);
bool script_take_word(Parser *, const char *word);
bool script_expect(Parser *, char punct); /* or an error */
/* Text from here to the next blank, taken as it stands (flags). */
void script_raw_word(Parser *, const char **word, uint32_t *len);

/* What can be wrong with a script's text (script_error.def). */
typedef enum ScriptError {
#define ERROR(name, en, zh) ERROR_##name,
#include "core/lab/script_error.def"
#undef ERROR
    ERROR_COUNT
} ScriptError;

/* The error's words: a format of printf. */
const char *script_error_text(ScriptError, Lang);

/* An offset that is in no place of the text: an error of the command line. */
enum { NOWHERE = INT32_MAX };

/* An error of the script, at an offset, with its text's arguments; keeps the first. Always false.
 */
bool script_bad(Parser *, uint32_t at, ScriptError, ...);
bool script_skip(Parser *, uint32_t at, const char *what, uint32_t len);

/* ---- parsing ---- */

bool script_parse(Parser *);
bool script_parse_packet(Parser *, Event *);
bool script_parse_call(Parser *, Event *);
Term *script_parse_term(Parser *);

/* ---- running ---- */

enum { LIVE_QUEUE = 512, TS_PAIRS = 256, FDS_MAX = 64 };

/* Something the stack has sent. */
typedef struct Live {
    Nanos at;
    uint32_t row;
    uint16_t len;
    uint32_t bytes_at; /* in Runner.live_bytes */
} Live;

typedef enum Under {
    UNDER_NONE,
    UNDER_LISTENS,
    UNDER_PASSIVE, /* a child: its ports are known */
    UNDER_ACTIVE   /* connect() */
} Under;

typedef struct Pending {
    const Event *event;      /* NULL: no call sleeps */
    Nanos started, gives_up; /* NANOS_NEVER: it sleeps as long as it takes */
    int64_t so_far;
} Pending;

typedef struct Variable {
    char name[32];
    int64_t value;
} Variable;

struct ScriptRunner {
    World *w;
    size_t world_bytes;
    Shape shape;
    Sink sink;
    Trace *trace;
    Live live[LIVE_QUEUE];
    uint32_t live_head, live_count, live_bytes_used;
    uint8_t *live_bytes;
    Parser *p; /* of the run at hand */
    const Event *event;
    Nanos base;       /* of relative times */
    Nanos last_event; /* when the event before took place: what percents are of */
    bool last_inbound;
    /* the socket under test */
    Under under;
    int under_fd; /* live fd; -1: none */
    uint16_t local_port, remote_port;
    uint16_t next_remote_port;
    uint32_t remote_isn, local_isn_script, local_isn_live;
    bool remote_known, local_known;
    uint32_t ts_script[TS_PAIRS], ts_live[TS_PAIRS];
    uint32_t ts_count;
    bool compares_ecr; /* the script says `// compare: ecr`; the original never does */
    int fd_script[FDS_MAX], fd_live[FDS_MAX];
    uint32_t fd_count;
    Pending pending;
    Variable variables[64];
    uint32_t variable_count;
    uint32_t shell_depth;          /* files of shell commands within each other */
    uint32_t events_left;          /* so that nothing goes on for ever */
    uint32_t last_row;             /* what the line at hand is about */
    uint32_t newest_row, call_row; /* of the run; of its newest call */
    uint32_t fail_at;              /* where in the text the failure is; 0: the event */
};

/* Every event of the world goes through here: collects what was sent. */
void runner_collect(ScriptRunner *);
CallResult runner_apply(ScriptRunner *, const Cmd *, Bytes data);
/* Lets everything happen that is due before `to`, and moves the clock there. */
void runner_advance(ScriptRunner *, Nanos to);
/* One move of the clock, if it is due at `limit` or before; false: none. */
bool runner_step(ScriptRunner *, Nanos limit);
/* Tries the sleeping call again. */
void runner_wake(ScriptRunner *);

/* A failure at the event at hand; keeps the first. Always false. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool runner_fail(ScriptRunner *, const char *format, ...);
bool runner_skip(ScriptRunner *, const char *what);
#define RUNNER_SAY(r, en, zh) ((r)->p->options->lang == LANG_ZH ? (zh) : (en))

/* The connection under test: the descriptor's, else the newest child; NULL: none. */
const Tcb *runner_conn(const ScriptRunner *);

/* Is `actual` where the event's time says, within the tolerance? Reports if not. */
bool runner_on_time(ScriptRunner *, Nanos from, Nanos to, Nanos actual, const char *what);

bool run_inbound(ScriptRunner *, const Pkt *);

/* The largest frame that a line of the script injects. */
uint32_t script_frame_room(const Parser *);

bool run_outbound(ScriptRunner *, const Event *, Nanos from, Nanos to);
bool run_call(ScriptRunner *, const Event *);
bool run_shell(ScriptRunner *, const char *text, uint32_t len);
bool run_code(ScriptRunner *, const char *text, uint32_t len);

/* A variable of %{ }%: of tcp_info, a constant, or one of the script's own. */
bool info_variable(const ScriptRunner *, const char *name, size_t len, int64_t *value);

#endif
