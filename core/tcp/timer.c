/*
 * timer.c: the timeouts (RFC 9293 section 3.10.8, RFC 6298 section 5, RFC 1122 4.2.3.6).
 *
 * A timer that fires is an event of its own: its row is the cause of what follows, and its own
 * cause is the row that armed it.
 */
#include "core/tcp/ecn.h"
#include "core/tcp/fastopen.h"
#include "core/tcp/path.h"
#include "core/tcp/quickack.h"
#include "core/tcp/recovery.h"
#include "core/tcp/rtt.h"
#include "core/tcp/tcp.h"

TimerId tcp_next_timer(const Tcb *t)
{
    int next = 0;
    for (int i = 1; i < TIMER_COUNT; i++)
        if (t->due[i] < t->due[next])
            next = i;
    /* The probe is meant to come before the timeout that it is to spare (RFC 8985 7.2). */
    if (next == TIMER_REXMIT && timer_armed(t, TIMER_TLP) && t->due[TIMER_TLP] == t->due[next])
        next = TIMER_TLP;
    return (TimerId)next;
}

Nanos tcp_next_due(const Tcb *t)
{
    return t->used ? t->due[tcp_next_timer(t)] : NANOS_NEVER;
}

/* R2 (RFC 9293 3.8.3): how often one segment may be repeated. */
static uint64_t retry_limit(const Ctx *c, const Tcb *t)
{
    if (t->state == SYN_SENT)
        return conn_knob(c, t, KNOB_SYN_RETRIES);
    if (t->state == SYN_RECEIVED)
        return knob(c, KNOB_SYNACK_RETRIES);
    return knob(c, KNOB_R2);
}

/* R1 (RFC 9293 3.8.3): IP is told, and so is the program, if it asks (SHLD-9). While it opens it
 * waits for one answer only, and this is none. */
static void on_r1(Ctx *c, Tcb *t)
{
    note_rule(c, t, RULE_R1, t->backoff, 0);
    if (knob(c, KNOB_R1_REPORT) && t->state >= ESTABLISHED && t->path.soft_error == CONN_OK)
        t->path.soft_error = CONN_TIMED_OUT;
}

/* RFC 6298 (5.4) to (5.6) */
static void on_retransmission(Ctx *c, Tcb *t)
{
    const Pools *p = &c->pools;
    if (t->backoff >= retry_limit(c, t)) {
        note_rule(c, t, RULE_R2, t->backoff, 0);
        tcb_end(c, t, path_verdict(c, t, CONN_TIMED_OUT));
        return;
    }
    if (t->backoff == 0) {
        t->tally.rto_recoveries++;
        t->tally.rto_since = (uint32_t)(c->now / NANOS_MS);
    }
    t->backoff++;
    t->tally.rtos++;
    if (t->backoff == knob(c, KNOB_R1))
        on_r1(c, t);
    bool syn = t->sent_count > 0 && (sent_at(p, t, 0)->flags & SENT_SYN);
    if (syn) {
        t->syn_lost = 1;
        fastopen_fall_back(c, t);
        t->user &= (uint16_t)~USER_COOKIE_DUE; /* RFC 7413 4.2.2: again, without its option */
        ecn_on_syn_repeated(c, t);
    } else
        recovery_on_timeout(c, t);
    rtt_back_off(c, t);
    t->want |= WANT_REXMIT;
    path_on_timeout(c, t);
}

/* RFC 9293 3.8.6.1. As long as the peer answers, the window may stay closed for ever (MUST-37). */
static void on_persist(Ctx *c, Tcb *t)
{
    if (t->unanswered >= knob(c, KNOB_R2)) {
        note_rule(c, t, RULE_R2, t->unanswered, 0);
        tcb_end(c, t, path_verdict(c, t, CONN_TIMED_OUT));
        return;
    }
    /* Text is out although the window has closed over it: in Linux the probe is a retransmission,
     * and everything counts as lost. */
    if (t->sent_count > 0 && knob(c, KNOB_CWND_SEGMENTS))
        recovery_on_timeout(c, t);
    t->unanswered++;
    t->probes = (uint8_t)min_u32(t->probes + 1u, 255);
    t->want |= WANT_PROBE;
}

/* RFC 9293 3.8.4. Only a connection without anything outstanding is asked (MUST-26): what waits for
 * an acknowledgment, or for the window, has a timer of its own. One unanswered probe proves nothing
 * (MUST-29). */
static void on_keep_alive(Ctx *c, Tcb *t)
{
    if (t->sent_count > 0 || tcb_unsent(t) > 0) {
        timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_IDLE));
        return;
    }
    if (t->keep_probes >= conn_knob(c, t, KNOB_KEEP_COUNT)) {
        note_rule(c, t, RULE_KEEP_ALIVE_DEAD, t->keep_probes, 0);
        tcb_end(c, t, path_verdict(c, t, CONN_TIMED_OUT));
        return;
    }
    if (rule_on(c, RULE_KEEP_ALIVE)) {
        t->keep_probes++;
        t->want |= WANT_KEEPALIVE;
    }
    timer_arm(c, t, TIMER_KEEPALIVE, c->now + conn_knob(c, t, KNOB_KEEP_INTERVAL));
}

void tcp_timeout(Ctx *c, ConnId id, TimerId which)
{
    Tcb *t = tcb_at(&c->pools, id);
    CHECK(t->used && timer_armed(t, which));
    c->cause = t->armed_row[which];
    t->due[which] = NANOS_NEVER;
    t->armed_row[which] = 0;
    c->cause = note_row(c, t, NOTE_TIMER, RULE_NONE, 0, which, 0, bytes_of(NULL, 0));
    switch (which) {
    case TIMER_REXMIT: on_retransmission(c, t); break;
    case TIMER_PERSIST: on_persist(c, t); break;
    case TIMER_DELACK:
        quickack_missed(c, t);
        t->want |= WANT_ACK;
        t->ack_rule = RULE_DELAYED_ACK;
        break;
    case TIMER_KEEPALIVE: on_keep_alive(c, t); break;
    case TIMER_2MSL:
        note_rule(c, t, RULE_TIME_WAIT_OVER, 0, 0);
        tcb_end(c, t, CONN_OK);
        break;
    case TIMER_FIN_WAIT_2:
        note_rule(c, t, RULE_FIN_WAIT_2_TIMEOUT, 0, 0);
        tcb_end(c, t, CONN_OK);
        break;
    case TIMER_USER:
        note_rule(c, t, RULE_USER_TIMEOUT, t->user_timeout, 0);
        tcb_end(c, t, path_verdict(c, t, CONN_USER_TIMEOUT));
        break;
    case TIMER_SWS:
        note_rule(c, t, RULE_SWS_OVERRIDE, tcb_unsent(t), 0);
        t->want |= WANT_PUSH;
        t->habits &= (uint8_t)~HABIT_QUIET;
        break;
    case TIMER_RACK: recovery_on_reordering_timer(c, t); break;
    case TIMER_TLP: recovery_on_probe_timer(c, t); break;
    case TIMER_PACING: break; /* tcp_output looks again */
    case TIMER_COUNT: break;
    }
}
