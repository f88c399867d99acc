/*
 * schema.c: the table of schema.h, filled from schema.def and knob.def, and its lookups.
 *
 * Knows how to read a field of any width and how a learner reads it; knows nothing of what the
 * fields mean to TCP.
 */
#include "core/lab/schema.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "core/lab/segtext.h"
#include "core/tcp/cc.h"

enum { NO = 0, YES = 1, FIRST = 0, MORE = 1 };
enum {
    KNOB_FIELD_UNIT_TIME = FIELD_DURATION,
    KNOB_FIELD_UNIT_BYTES = FIELD_BYTES,
    KNOB_FIELD_UNIT_COUNT = FIELD_UINT,
    KNOB_FIELD_UNIT_BOOL = FIELD_BOOL,
    KNOB_FIELD_UNIT_CC = FIELD_CC
};

#define ROW(owner, path, member, type, votes, level, en, zh) \
    {path,                                                   \
     (uint16_t)offsetof(owner, member),                      \
     (uint16_t)sizeof(((owner *)0)->member),                 \
     FIELD_##type,                                           \
     votes,                                                  \
     level,                                                  \
     {en, zh}},

static const Field tcb_fields[] = {
#define TCB(path, member, type, votes, level, en, zh) \
    ROW(Tcb, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field host_fields[] = {
#define KNOB(id, name, unit, rfc, lin, classic, bsd, min, max, source, sysctl, en, zh) \
    {name,                                                                             \
     (uint16_t)(offsetof(Host, knob) + sizeof(uint64_t) * KNOB_##id),                  \
     sizeof(uint64_t),                                                                 \
     KNOB_FIELD_##unit,                                                                \
     YES,                                                                              \
     MORE,                                                                             \
     {en, zh}},
#include "core/tcp/knob.def"
#undef KNOB
#define HOST(path, member, type, votes, level, en, zh) \
    ROW(Host, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field link_fields[] = {
#define LINK(path, member, type, votes, level, en, zh) \
    ROW(Link, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field packet_fields[] = {
#define PACKET(path, member, type, votes, level, en, zh) \
    ROW(Packet, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field sent_fields[] = {
#define SENT(path, member, type, votes, level, en, zh) \
    ROW(Sent, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field app_fields[] = {
#define APP(path, member, type, votes, level, en, zh) \
    ROW(App, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const Field world_fields[] = {
#define WORLD(path, member, type, votes, level, en, zh) \
    ROW(World, path, member, type, votes, level, en, zh)
#include "core/lab/schema.def"
};

static const struct {
    const Field *fields;
    size_t count;
} tables[SCHEMA_COUNT] = {
#define TABLE(fields)                             \
    {                                             \
        fields, sizeof(fields) / sizeof *(fields) \
    }
    [SCHEMA_TCB] = TABLE(tcb_fields),     [SCHEMA_HOST] = TABLE(host_fields),
    [SCHEMA_LINK] = TABLE(link_fields),   [SCHEMA_PACKET] = TABLE(packet_fields),
    [SCHEMA_SENT] = TABLE(sent_fields),   [SCHEMA_APP] = TABLE(app_fields),
    [SCHEMA_WORLD] = TABLE(world_fields),
};

const Field *schema_fields(SchemaOf of, size_t *count)
{
    CHECK(of < SCHEMA_COUNT);
    *count = tables[of].count;
    return tables[of].fields;
}

/* Is path[0..len) the last part of the field's path, behind a dot? */
static bool is_last_part(const Field *f, const char *path, size_t len)
{
    size_t whole = strlen(f->path);
    return whole > len && f->path[whole - len - 1] == '.' &&
           memcmp(f->path + whole - len, path, len) == 0;
}

const Field *schema_find(SchemaOf of, const char *path, size_t len)
{
    size_t count;
    const Field *fields = schema_fields(of, &count), *found = NULL;
    if (len == 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strlen(fields[i].path) == len && memcmp(fields[i].path, path, len) == 0)
            return fields[i].type == FIELD_RESERVED ? NULL : &fields[i];
    for (size_t i = 0; i < count; i++) {
        if (fields[i].type == FIELD_RESERVED || !is_last_part(&fields[i], path, len))
            continue;
        if (found)
            return NULL; /* wnd: snd.wnd or rcv.wnd? */
        found = &fields[i];
    }
    return found;
}

uint64_t schema_value(const Field *f, const void *base)
{
    const uint8_t *at = (const uint8_t *)base + f->offset;
    uint16_t v16;
    uint32_t v32;
    uint64_t v64;
    switch (f->size) {
    case 1: return at[0];
    case 2: memcpy(&v16, at, sizeof v16); return v16;
    case 4: memcpy(&v32, at, sizeof v32); return v32;
    case 8: memcpy(&v64, at, sizeof v64); return v64;
    default: return 0; /* a part: its fields have rows of their own */
    }
}

/* The initial numbers of a connection, as far as its state says that they are set. */
static SegNames names_of(const Tcb *t, bool absolute)
{
    SegNames names = {.absolute = absolute};
    HostId own = t->host < HOST_COUNT ? t->host : HOST_A;
    names.isn[own] = t->snd.iss;
    names.isn[host_peer(own)] = t->rcv.irs;
    names.known[own] = t->state >= SYN_SENT || t->snd.iss.v != 0;
    names.known[host_peer(own)] = t->state >= SYN_RECEIVED || t->rcv.irs.v != 0;
    return names;
}

static void print_seq(Text *t, const Field *f, uint64_t v, const Tcb *tcb, bool absolute)
{
    bool initial = strcmp(f->path, "snd.iss") == 0 || strcmp(f->path, "rcv.irs") == 0;
    if (!tcb || initial) {
        text_addf(t, "%" PRIu64, v);
        return;
    }
    SegNames names = names_of(tcb, absolute);
    HostId own = tcb->host < HOST_COUNT ? tcb->host : HOST_A;
    HostId whose = f->type == FIELD_SEQ_OWN ? own : host_peer(own);
    segtext_seq(t, &names, whose, seq_of((uint32_t)v));
}

/* Numbers that stand for words, by type. */
static const char *word_of(const Field *f, uint64_t v)
{
    static const char *const phases[] = {"open", "disorder", "cwr", "recovery", "loss"};
    static const char *const limits[] = {"idle", "network", "rwnd", "sndbuf"};
    static const char *const hystart[] = {"fresh", "slow-start", "css", "done"};
    static const char *const regions[] = {"slow-start", "reno-friendly", "concave", "convex"};
#define WORD(table) (v < sizeof(table) / sizeof *(table) ? (table)[v] : "?")
    switch ((FieldType)f->type) {
    case FIELD_CC: return v < CC_ALGORITHM_COUNT ? cc_table[v]->name : "?";
    case FIELD_PHASE: return WORD(phases);
    case FIELD_LIMIT: return WORD(limits);
    case FIELD_HYSTART: return WORD(hystart);
    case FIELD_REGION: return WORD(regions);
    default: return "?";
    }
#undef WORD
}

void schema_print(Text *t, const Field *f, const void *base, const Tcb *tcb, bool absolute)
{
    uint64_t v = schema_value(f, base);
    switch ((FieldType)f->type) {
    case FIELD_SEQ_OWN:
    case FIELD_SEQ_PEER: print_seq(t, f, v, tcb, absolute); return;
    case FIELD_TIME: text_time(t, v); return;
    case FIELD_DURATION: text_duration(t, v); return;
    case FIELD_STATE: text_add(t, state_name((TcpState)v)); return;
    case FIELD_ERROR: text_add(t, conn_error_symbol((ConnError)v)); return;
    case FIELD_ADDR: text_addr(t, (uint32_t)v); return;
    case FIELD_BOOL: text_add(t, v ? "yes" : "no"); return;
    case FIELD_BITS: text_addf(t, "0x%" PRIx64, v); return;
    case FIELD_HOST: text_char(t, host_letter((HostId)v)); return;
    case FIELD_RULE: text_add(t, v && v < RULE_COUNT ? rule_info((RuleId)v)->name : "-"); return;
    case FIELD_PART: text_addf(t, "(%u bytes)", f->size); return;
    case FIELD_RATE: text_addf(t, "%" PRIu64 " B/s", v); return;
    case FIELD_MICROS: text_duration(t, v * NANOS_US); return;
    case FIELD_FRACTION: text_addf(t, "%" PRIu64, v >> 24); return;
    case FIELD_CC:
    case FIELD_PHASE:
    case FIELD_LIMIT:
    case FIELD_HYSTART:
    case FIELD_REGION: text_add(t, word_of(f, v)); return;
    case FIELD_BYTES:
        if (v == UINT32_MAX && f->size == 4)
            text_add(t, "unset"); /* ssthresh before the first loss */
        else
            text_addf(t, "%" PRIu64, v);
        return;
    case FIELD_UINT:
    case FIELD_PORT:
    case FIELD_RESERVED: text_addf(t, "%" PRIu64, v); return;
    }
}
