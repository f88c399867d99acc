/*
 * options.h: what the two ends agree on in their SYNs, and what follows from it for every segment.
 *
 *     SYN-SENT      agreed.options is what our SYN offers             options_offer
 *     a SYN comes   ... becomes what both want                        options_agree
 *     every segment carries what was agreed                           options_fill
 *
 * An option counts only when both SYNs carried it (RFC 7323 sections 2.2 and 3.2, RFC 2018 section
 * 2). A host that opens passively answers an offer, it makes none of its own. Private to core/tcp.
 */
#ifndef SANDWIRE_CORE_TCP_OPTIONS_H
#define SANDWIRE_CORE_TCP_OPTIONS_H

#include "core/tcp/tcb.h"

/* Our first SYN is about to leave: what it offers, by the host's knobs. */
void options_offer(Ctx *, Tcb *);

/* The peer's SYN arrived: agreed.options is now what both want. */
void options_agree(Ctx *, Tcb *, const Seg *syn);

/* The options of a segment of ours that is about to leave; s->flags is set. */
void options_fill(const Ctx *, const Tcb *, Seg *s);

/* The shift of the windows that the connection, or a listener's children, will announce. */
uint8_t options_receive_scale(const Ctx *, const Tcb *);

/* SEG.WND in bytes. The window of a SYN is never scaled (RFC 7323 section 2.2). */
uint32_t options_window(const Tcb *, const Seg *);

/* The window field that says `window` bytes, or as near as the scale allows; room: so many bytes
 * could be taken. */
uint16_t options_window_field(const Tcb *, uint16_t flags, uint32_t window, uint32_t room);

#endif
