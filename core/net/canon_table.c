/*
 * canon_table.c: the rows of canon.def as values, for tests, and the proof that none is missing.
 *
 * A field without a row would be hashed as it is, which can only miss a merger; but a moment or a
 * sequence number without a row makes every search endless. So the sizes of the rows must add up to
 * the size of the struct, or this file does not compile.
 */
#include "core/net/canon.h"

#include <stddef.h>

#define ROW(owner, member, kind) \
    {(uint16_t)offsetof(owner, member), (uint16_t)sizeof(((owner *)0)->member), CANON_##kind},
#define SIZE(owner, member) +sizeof(((owner *)0)->member)

static const CanonField tcb_fields[] = {
#define CANON_TCB(member, kind) ROW(Tcb, member, kind)
#include "core/net/canon.def"
};
static const CanonField sent_fields[] = {
#define CANON_SENT(member, kind) ROW(Sent, member, kind)
#include "core/net/canon.def"
};
static const CanonField host_fields[] = {
#define CANON_HOST(member, kind) ROW(Host, member, kind)
#include "core/net/canon.def"
};
static const CanonField link_fields[] = {
#define CANON_LINK(member, kind) ROW(Link, member, kind)
#include "core/net/canon.def"
};
static const CanonField packet_fields[] = {
#define CANON_PACKET(member, kind) ROW(Packet, member, kind)
#include "core/net/canon.def"
};
static const CanonField app_fields[] = {
#define CANON_APP(member, kind) ROW(App, member, kind)
#include "core/net/canon.def"
};

enum {
    TCB_BYTES = 0
#define CANON_TCB(member, kind) SIZE(Tcb, member)
#include "core/net/canon.def"
    ,
    SENT_BYTES = 0
#define CANON_SENT(member, kind) SIZE(Sent, member)
#include "core/net/canon.def"
    ,
    HOST_BYTES = 0
#define CANON_HOST(member, kind) SIZE(Host, member)
#include "core/net/canon.def"
    ,
    LINK_BYTES = 0
#define CANON_LINK(member, kind) SIZE(Link, member)
#include "core/net/canon.def"
    ,
    PACKET_BYTES = 0
#define CANON_PACKET(member, kind) SIZE(Packet, member)
#include "core/net/canon.def"
    ,
    APP_BYTES = 0
#define CANON_APP(member, kind) SIZE(App, member)
#include "core/net/canon.def"
};
_Static_assert(TCB_BYTES == sizeof(Tcb), "each field of Tcb needs a row in core/net/canon.def");
_Static_assert(SENT_BYTES == sizeof(Sent), "each field of Sent needs a row in core/net/canon.def");
_Static_assert(HOST_BYTES == sizeof(Host), "each field of Host needs a row in core/net/canon.def");
_Static_assert(LINK_BYTES == sizeof(Link), "each field of Link needs a row in core/net/canon.def");
_Static_assert(PACKET_BYTES == sizeof(Packet), "each field of Packet needs a row in canon.def");
_Static_assert(APP_BYTES == sizeof(App), "each field of App needs a row in core/net/canon.def");

const CanonField *canon_fields(CanonOf of, size_t *count)
{
    static const struct {
        const CanonField *fields;
        size_t count;
    } tables[CANON_OF_COUNT] = {
#define TABLE(fields) {fields, sizeof(fields) / sizeof *(fields)}
        [CANON_OF_TCB] = TABLE(tcb_fields),       [CANON_OF_SENT] = TABLE(sent_fields),
        [CANON_OF_HOST] = TABLE(host_fields),     [CANON_OF_LINK] = TABLE(link_fields),
        [CANON_OF_PACKET] = TABLE(packet_fields), [CANON_OF_APP] = TABLE(app_fields),
    };
    CHECK(of < CANON_OF_COUNT);
    *count = tables[of].count;
    return tables[of].fields;
}
