/*
 * why_not.c: what holds something back (why_not.h).
 *
 * Each question is a list of possible reasons in the order in which they would stop it: the power,
 * the application, the network, the windows, the timers. The first that applies is told. Then the
 * copy of the world runs on, and the answer ends with when it will happen if nobody interferes.
 */
#include "core/lab/why_not.h"

#include "core/lab/why_ahead.h"
#include "core/lab/why_fate.h"

/* ---- looking forward ---- */

static void tell_future(Facts *f, const WhyGoal *g)
{
    WhyAhead ahead;
    if (!why_look_ahead(f->w, g, &ahead))
        return;
    if (ahead.found) {
        text_add(f->out, SAY(f, "If nobody interferes, it happens at ", "若无人干预，将在 "));
        why_add_moment(f, ahead.at);
        text_add(f->out, SAY(f, "", "发生"));
        if (ahead.rule != RULE_NONE) {
            text_add(f->out, SAY(f, ", by ", "，依据 "));
            rule_cite(f->out, ahead.rule);
            text_addf(f->out, " [%s]", rule_info(ahead.rule)->name);
        }
        text_add(f->out, SAY(f, ".\n", "。\n"));
    } else if (ahead.going) {
        text_addf(f->out,
                  SAY(f, "If nobody interferes, it does not happen in the next %u events.\n",
                      "若无人干预，接下来的 %u 个事件里都不会发生。\n"),
                  ahead.events);
    } else if (g->what == WHY_NOT_RETRANSMIT) {
        text_add(f->out, SAY(f, "If nobody interferes, it will never be sent again.\n",
                             "若无人干预，它不会再次发送。\n"));
    } else {
        text_add(f->out, SAY(f, "By itself it will never happen: somebody has to act.\n",
                             "它永远不会自己发生：必须有人做点什么。\n"));
    }
}

/* ---- send ---- */

/* The figures that the rule decides by. */
static void tell_figures(Facts *f, RuleId rule)
{
    const Tcb *t = f->t;
    uint32_t flight = tcb_flight(t);
    if (rule == RULE_SEND_WINDOW)
        text_addf(f->out,
                  SAY(f, "SND.WND is %u, sent and not acknowledged are %u bytes.\n",
                      "SND.WND 为 %u，已发未确认 %u 字节。\n"),
                  t->snd.wnd, seq_distance(t->snd.una, t->snd.nxt));
    else if (rule == RULE_CONGESTION_WINDOW)
        text_addf(
            f->out,
            SAY(f, "cwnd is %u, in flight are %u bytes%s.\n", "cwnd 为 %u，在途 %u 字节%s。\n"),
            t->cc.cwnd, flight,
            t->cc.phase == CC_RECOVERY
                ? SAY(f, ", and a loss is being repaired", "，并且正在修复丢失")
            : t->cc.phase == CC_LOSS ? SAY(f, ", after a timeout", "，刚发生过超时")
                                     : "");
    else if (rule == RULE_NAGLE)
        text_addf(f->out,
                  SAY(f, "A full segment would be %u bytes; %u bytes are not yet acknowledged.\n",
                      "满段是 %u 字节；尚有 %u 字节未确认。\n"),
                  t->snd.mss, seq_distance(t->snd.una, t->snd.nxt));
    else if (rule == RULE_SWS_SENDER)
        text_addf(f->out,
                  SAY(f, "A full segment would be %u bytes, half the largest window is %u.\n",
                      "满段是 %u 字节，最大窗口的一半是 %u 字节。\n"),
                  t->snd.mss, t->snd.max_wnd / 2);
}

static bool tell_held(Facts *f)
{
    Note held;
    if (!why_ask_output(f->w, f->t, &held))
        return false;
    why_tell_noted_rule(f, (RuleId)held.rule, held.a, held.b);
    tell_figures(f, (RuleId)held.rule);
    if (held.rule == RULE_SEND_WINDOW)
        why_tell_timer(f, TIMER_PERSIST);
    if (held.rule == RULE_SWS_SENDER)
        why_tell_timer(f, TIMER_SWS);
    if (held.rule == RULE_PACING)
        why_tell_timer(f, TIMER_PACING);
    return true;
}

static bool fin_waits(const Facts *f)
{
    Pools p = world_pools((World *)(uintptr_t)f->w);
    return f->t->want & WANT_FIN && !tcb_fin_sent(&p, f->t);
}

static void tell_not_open(Facts *f)
{
    uint32_t waiting = tcb_unsent(f->t);
    text_addf(f->out,
              SAY(f, "The connection is in %s, not yet ESTABLISHED: ", "连接处于 %s，尚未建立："),
              state_name((TcpState)f->t->state));
    text_addf(f->out,
              SAY(f, "%u bytes wait in the send buffer.\n", "%u 字节在发送缓冲区里等待。\n"),
              waiting);
    why_tell_noted_rule(f, RULE_SEND_QUEUED, waiting, 0);
}

static void answer_send(Facts *f)
{
    const Tcb *t = f->t;
    if (why_tell_powerless(f, f->q->host) || why_tell_nobody(f))
        return;
    if (t->state == SYN_SENT || t->state == SYN_RECEIVED || t->state == LISTEN) {
        tell_not_open(f);
        return;
    }
    if (tcb_unsent(t) > 0) {
        if (!tell_held(f))
            text_add(f->out,
                     SAY(f, "Nothing holds it: it leaves now.\n", "没有什么阻止它：马上就发。\n"));
        return;
    }
    if (fin_waits(f) && !seq_lt(t->snd.una, t->snd.nxt) && t->snd.wnd == 0) {
        text_add(f->out, SAY(f, "Only the FIN waits, behind a closed window.\n",
                             "只有 FIN 在等待：窗口关闭了。\n"));
        why_tell_rule(f, RULE_SEND_WINDOW);
        return;
    }
    uint32_t out = seq_distance(t->snd.una, t->snd.nxt);
    if (t->user & USER_SHUT)
        text_addf(f->out,
                  SAY(f,
                      "%c's application has called CLOSE: all is sent, FIN included, and nothing "
                      "may follow it.",
                      "%c 的应用程序已经调用 CLOSE：一切都已发出，包括 FIN，之后不能再有数据。"),
                  host_letter(f->q->host));
    else
        text_addf(f->out,
                  SAY(f, "Nothing waits: %c's application has not called SEND since.",
                      "没有数据在等待：%c 的应用程序没有再调用 SEND。"),
                  host_letter(f->q->host));
    if (out > 0)
        text_addf(f->out,
                  SAY(f, " (%u numbers are on their way, not yet acknowledged.)",
                      "（已发出但未确认的序号有 %u 个。）"),
                  out);
    why_tell_over(f);
}

/* ---- ack ---- */

/* The first departure of the host that acknowledges up to `end`; 0: none. */
static uint32_t acknowledged_by(const Facts *f, uint32_t after, HostId host, uint16_t conn, Seq end)
{
    for (uint32_t row = after + 1; row <= trace_last(f->trace); row++) {
        const Note *n = trace_note(f->trace, row);
        Seg s;
        Bytes payload;
        if (n && n->kind == NOTE_SENT && n->host == host && n->conn == conn &&
            trace_seg(f->trace, row, &s, &payload) && s.flags & SEG_ACK && seq_geq(s.ack, end))
            return row;
    }
    return 0;
}

static void tell_takes_no_number(Facts *f, uint32_t row)
{
    text_addf(
        f->out,
        SAY(f,
            "#%u takes no sequence number: it has no data, no SYN and no FIN. What takes no "
            "number is never acknowledged and never sent again, or acknowledgments would be "
            "acknowledged for ever.\n  RFC 9293 3.4\n",
            "#%u 不占序号：没有数据，没有 SYN，也没有 FIN。不占序号的报文段从不被确认，也从不重传，"
            "否则确认的确认将没完没了。\n  RFC 9293 3.4\n"),
        row);
    f->over = true;
}

static void tell_hole(Facts *f, uint32_t arrival)
{
    text_addf(f->out,
              SAY(f,
                  "An acknowledgment counts what has arrived without a gap, and there is a gap: "
                  "RCV.NXT of %c stands before it.\n",
                  "确认号只数到连续收到之处，而中间有缺口：%c 的 RCV.NXT 还在它之前。\n"),
              host_letter(f->q->host));
    if (!why_tell_rule_of_row(f, arrival, RULE_REASSEMBLY) &&
        !why_tell_rule_of_row(f, arrival, RULE_FIN_OUT_OF_ORDER))
        why_tell_rule(f, RULE_ACK_OUT_OF_ORDER);
}

static void tell_delayed(Facts *f)
{
    const Tcb *t = f->t;
    text_addf(
        f->out,
        SAY(f,
            "%u bytes have arrived since the last acknowledgment, less than two full segments "
            "(%u each): the acknowledgment may wait.\n",
            "上次确认之后收到 %u 字节，不到两个满段（每段 %u 字节）：确认可以稍等。\n"),
        t->unacked_bytes, t->snd.mss);
    uint64_t wait = t->due[TIMER_DELACK];
    const Note *armed = trace_note(f->trace, t->armed_row[TIMER_DELACK]);
    if (!why_tell_rule_of_row(f, t->armed_row[TIMER_DELACK], RULE_DELAYED_ACK))
        why_tell_noted_rule(f, RULE_DELAYED_ACK, armed ? wait - armed->at : 0, 0);
    why_tell_timer(f, TIMER_DELACK);
}

static void tell_already(Facts *f, uint32_t row, const char *en, const char *zh)
{
    why_tell_ends(f, en, zh, row);
    why_tell_way(f, row);
    f->over = true;
}

static void answer_ack(Facts *f, uint32_t departure, const Seg *s)
{
    const Row *r = trace_row(f->trace, departure);
    HostId host = f->q->host;
    if (seg_len(s) == 0) {
        tell_takes_no_number(f, departure);
        return;
    }
    uint32_t acked = acknowledged_by(f, departure, host, r->conn[host], seg_end(s));
    if (acked) {
        tell_already(f, acked, "But $h did acknowledge it, with $d. ",
                     "$h 其实已经确认了它，用的是 $d。");
        return;
    }
    uint32_t copy = why_last_copy(f->trace, departure), fate = trace_fate(f->trace, copy);
    if (why_tell_flying(f, copy) || why_tell_lost(f, copy, fate))
        return;
    if (why_tell_powerless(f, host))
        return;
    const Note *dropped = why_dropped_at(f->trace, fate);
    if (dropped) {
        why_tell_dropped(f, dropped, fate);
        return;
    }
    if (why_tell_nobody(f))
        return;
    if (seq_lt(f->t->rcv.nxt, seg_end(s)))
        tell_hole(f, fate);
    else if (timer_armed(f->t, TIMER_DELACK))
        tell_delayed(f);
    else
        why_tell_way(f, copy);
}

/* ---- retransmit ---- */

static const Sent *sent_of_row(const Facts *f, uint32_t row)
{
    Pools p = world_pools((World *)(uintptr_t)f->w);
    for (uint16_t i = 0; f->t && i < f->t->sent_count; i++)
        if (row == 0 || sent_at(&p, f->t, i)->row == row)
            return sent_at(&p, f->t, i);
    return NULL;
}

/* What it takes for the timer to go off, and what might be faster. */
static void tell_retransmission_timer(Facts *f, const Sent *s)
{
    const Tcb *t = f->t;
    text_addf(f->out,
              SAY(f,
                  "Nobody knows yet whether #%u is lost: its acknowledgment may be on the way.\n",
                  "谁也不知道 #%u 是否丢失：它的确认也许正在路上。\n"),
              s->row);
    why_tell_rule(f, s->flags & SENT_SYN   ? RULE_SYN_RETRANSMISSION
                     : s->flags & SENT_FIN ? RULE_FIN_RETRANSMISSION
                                           : RULE_RETRANSMISSION);
    text_add(f->out, SAY(f, "RTO is ", "RTO 为 "));
    text_duration(f->out, t->rto);
    if (t->backoff)
        text_addf(f->out, SAY(f, ", doubled %u times", "，已加倍 %u 次"), t->backoff);
    text_add(f->out, SAY(f, ".\n", "。\n"));
    why_tell_timer(f, TIMER_REXMIT);
    why_tell_timer(f, TIMER_TLP);
    why_tell_timer(f, TIMER_RACK);
    if (t->cc.dup_acks > 0 && t->cc.phase != CC_RECOVERY)
        text_addf(f->out,
                  SAY(f, "%u duplicate acknowledgments have come; three would be proof enough.\n",
                      "已收到 %u 个重复确认；满三个才算证据充分。\n"),
                  t->cc.dup_acks);
}

static void tell_known_lost(Facts *f, const Sent *s)
{
    Note held;
    text_addf(f->out,
              SAY(f, "#%u is believed lost, but may not leave now.\n",
                  "已认定 #%u 丢失，但现在还不能重传。\n"),
              s->row);
    if (why_ask_output(f->w, f->t, &held))
        why_tell_noted_rule(f, (RuleId)held.rule, held.a, held.b);
    else
        why_tell_rule(f, f->t->snd.wnd == 0 ? RULE_PERSIST : RULE_CONGESTION_WINDOW);
    tell_figures(f, f->rule);
}

static void tell_not_in_list(Facts *f, uint32_t departure, const Seg *s)
{
    const Row *r = trace_row(f->trace, departure);
    HostId peer = host_peer(f->q->host);
    if (seg_len(s) == 0) {
        tell_takes_no_number(f, departure);
        return;
    }
    uint32_t acked = acknowledged_by(f, departure, peer, r->conn[peer], seg_end(s));
    if (acked)
        text_addf(f->out,
                  SAY(f, "#%u is acknowledged by #%u: it need not be sent again.\n",
                      "#%u 已被 #%u 确认：不必重传。\n"),
                  departure, acked);
    else if (!why_tell_nobody(f))
        text_addf(f->out,
                  SAY(f, "#%u is not on %c's list of what is unacknowledged.\n",
                      "#%u 不在 %c 的未确认列表中。\n"),
                  departure, host_letter(f->q->host));
    f->over = true;
}

static void answer_retransmit(Facts *f, uint32_t departure, const Seg *seg)
{
    if (why_tell_powerless(f, f->q->host))
        return;
    const Sent *s = sent_of_row(f, departure);
    if (!s && departure) {
        tell_not_in_list(f, departure, seg);
        return;
    }
    if (!s) {
        if (!why_tell_nobody(f))
            text_add(f->out, SAY(f, "Nothing is unacknowledged: there is nothing to send again.\n",
                                 "没有未确认的报文段：无可重传。\n"));
        f->over = true;
        return;
    }
    uint32_t copy = why_last_copy(f->trace, s->row);
    if (copy != s->row)
        text_addf(f->out,
                  SAY(f, "It was sent again already, %u times, last as #%u. Why not once more:\n",
                      "它已经重传过 %u 次，最近一次是 #%u。为什么还没有再发一次：\n"),
                  s->rexmits, copy);
    if (s->flags & SENT_SACKED)
        text_addf(f->out,
                  SAY(f, "The peer has #%u: its SACK said so.\n", "对方已有 #%u：SACK 已说明。\n"),
                  s->row);
    if (s->flags & SENT_SACKED)
        why_tell_rule(f, RULE_SACK_TAKEN);
    else if (s->flags & SENT_FIN && !s->len &&
             ruleset_has(&f->w->rules_off, RULE_FIN_RETRANSMISSION))
        text_add(f->out, SAY(f, "The rule fin-retransmission is switched off.\n",
                             "规则 fin-retransmission 被关闭了。\n"));
    else if (timer_armed(f->t, TIMER_PERSIST)) {
        text_add(f->out, SAY(f, "The peer's window is closed; it is alive and only full.\n",
                             "对方窗口关闭；它活着，只是满了。\n"));
        why_tell_noted_rule(f, RULE_PERSIST, f->t->due[TIMER_PERSIST] - f->w->now, f->t->probes);
        why_tell_timer(f, TIMER_PERSIST);
    } else if (s->flags & SENT_LOST)
        tell_known_lost(f, s);
    else
        tell_retransmission_timer(f, s);
}

/* ---- states ---- */

static uint32_t row_of_flagged(const Facts *f, uint16_t flag)
{
    Pools p = world_pools((World *)(uintptr_t)f->w);
    for (uint16_t i = 0; i < f->t->sent_count; i++)
        if (sent_at(&p, f->t, i)->flags & flag)
            return sent_at(&p, f->t, i)->row;
    return 0;
}

/* A SYN or FIN of ours is out and not acknowledged. */
static void tell_waits_for_ack(Facts *f, uint16_t flag, RuleId rule, const char *en, const char *zh)
{
    uint32_t row = row_of_flagged(f, flag);
    why_tell_ends(f, en, zh, 0);
    why_tell_rule(f, rule);
    if (!row) {
        text_add(f->out, SAY(f, "The FIN has not even left:\n", "FIN 甚至还没有发出：\n"));
        if (!tell_held(f) && f->t->snd.wnd == 0)
            why_tell_timer(f, TIMER_PERSIST);
        return;
    }
    why_tell_way(f, why_last_copy(f->trace, row));
    why_tell_timer(f, TIMER_REXMIT);
}

static uint32_t last_fin_of(const Facts *f, HostId host, uint16_t conn)
{
    for (uint32_t row = trace_last(f->trace); row >= f->trace->first_row && row > 0; row--) {
        const Note *n = trace_note(f->trace, row);
        Seg s;
        Bytes payload;
        if (n && n->kind == NOTE_SENT && n->host == host && n->conn == conn &&
            trace_seg(f->trace, row, &s, &payload) && s.flags & SEG_FIN)
            return row;
    }
    return 0;
}

static void tell_fin_wait_2(Facts *f)
{
    HostId peer = host_peer(f->q->host);
    const Tcb *other = world_peer(f->w, f->t);
    text_addf(f->out,
              SAY(f, "%c has closed its own direction and waits for %c's FIN.\n",
                  "%c 已关闭自己的方向，等待 %c 的 FIN。\n"),
              host_letter(f->q->host), host_letter(peer));
    why_tell_rule(f, RULE_HALF_CLOSE);
    uint32_t fin = other ? last_fin_of(f, peer, other->number) : 0;
    if (fin)
        why_tell_way(f, fin);
    else if (!other)
        text_addf(
            f->out,
            SAY(f, "%c knows nothing of this connection any more.\n", "%c 已不知道这条连接。\n"),
            host_letter(peer));
    else
        text_addf(f->out,
                  SAY(f, "%c's application has not called CLOSE: %c is in %s.\n",
                      "%c 的应用程序没有调用 CLOSE：%c 处于 %s。\n"),
                  host_letter(peer), host_letter(peer), state_name((TcpState)other->state));
    if (!why_tell_timer(f, TIMER_FIN_WAIT_2))
        text_add(f->out,
                 SAY(f, "RFC 9293 has no timer for that.\n", "RFC 9293 没有为此设定时器。\n"));
}

static void tell_time_wait(Facts *f)
{
    const Tcb *t = f->t;
    uint32_t row = t->armed_row[TIMER_2MSL];
    text_addf(f->out, SAY(f, "%c waits 2 MSL.\n", "%c 要等 2 MSL。\n"), host_letter(f->q->host));
    if (!why_tell_rule_of_row(f, row, RULE_TIME_WAIT) &&
        !why_tell_rule_of_row(f, row, RULE_2MSL_RESTART))
        why_tell_noted_rule(f, RULE_TIME_WAIT, t->due[TIMER_2MSL] - f->w->now, 0);
    why_tell_timer(f, TIMER_2MSL);
}

static void tell_application(Facts *f, RuleId rule, const char *en, const char *zh)
{
    why_tell_ends(f, en, zh, 0);
    why_tell_rule(f, rule);
}

static void tell_waiting(Facts *f)
{
    switch ((TcpState)f->t->state) {
    case LISTEN:
        tell_application(f, RULE_LISTEN_SYN,
                         "$h waits for a SYN; $o has not sent one that arrived.\n",
                         "$h 等待 SYN；还没有 $o 的 SYN 到达。\n");
        break;
    case SYN_SENT:
        tell_waits_for_ack(f, SENT_SYN, RULE_SYN_ACK_TAKEN, "$h waits for $o's SYN+ACK.\n",
                           "$h 等待 $o 的 SYN+ACK。\n");
        break;
    case SYN_RECEIVED:
        tell_waits_for_ack(f, SENT_SYN, RULE_THIRD_ACK, "$h's SYN is not acknowledged by $o yet.\n",
                           "$h 的 SYN 还没有得到 $o 的确认。\n");
        break;
    case FIN_WAIT_1:
    case CLOSING:
        tell_waits_for_ack(f, SENT_FIN, RULE_FIN_ACKED, "$h's FIN is not acknowledged by $o yet.\n",
                           "$h 的 FIN 还没有得到 $o 的确认。\n");
        break;
    case LAST_ACK:
        tell_waits_for_ack(f, SENT_FIN, RULE_LAST_ACK, "$h's FIN is not acknowledged by $o yet.\n",
                           "$h 的 FIN 还没有得到 $o 的确认。\n");
        break;
    case FIN_WAIT_2: tell_fin_wait_2(f); break;
    case CLOSE_WAIT:
        if (fin_waits(f)) {
            text_add(f->out, SAY(f, "CLOSE was called, but the FIN cannot leave yet:\n",
                                 "CLOSE 已调用，但 FIN 还不能发出：\n"));
            tell_held(f);
        } else {
            tell_application(f, RULE_HALF_CLOSE,
                             "$h's application has not called CLOSE. $o's FIN has arrived, but no "
                             "timer and no segment can do that for it.\n",
                             "$h 的应用程序没有调用 CLOSE。$o 的 FIN "
                             "已到，但没有任何定时器或报文段能代替它。\n");
        }
        break;
    case ESTABLISHED: {
        uint32_t fin = world_peer(f->w, f->t)
                           ? last_fin_of(f, host_peer(f->q->host), world_peer(f->w, f->t)->number)
                           : 0;
        tell_application(
            f, fin ? RULE_FIN_ARRIVES : RULE_CLOSE,
            fin ? "$h's application has not called CLOSE, and $o's FIN has not taken "
                  "effect here.\n"
                : "$h's application has not called CLOSE, and no FIN of $o has come.\n",
            fin ? "$h 的应用程序没有调用 CLOSE，$o 的 FIN 也还没有生效。\n"
                : "$h 的应用程序没有调用 CLOSE，$o 也没有发来 FIN。\n");
        if (fin)
            why_tell_way(f, fin);
        break;
    }
    case TIME_WAIT: tell_time_wait(f); break;
    default: why_tell_nobody(f); break;
    }
}

/* Has the host been in this state? Then it is not "not yet", but "no more". */
static bool has_been(const Facts *f, TcpState state)
{
    for (int from = 0; from < TCP_STATE_COUNT; from++)
        if (f->trace->totals.moves[f->q->host][from][state] > 0)
            return true;
    return false;
}

static void answer_state(Facts *f)
{
    if (why_tell_powerless(f, f->q->host))
        return;
    TcpState wanted = f->q->state;
    bool state = f->q->what == WHY_NOT_STATE;
    if (state && f->t && f->t->state == wanted) {
        text_addf(f->out, SAY(f, "%c is in %s.\n", "%c 就在 %s。\n"), host_letter(f->q->host),
                  state_name(wanted));
        f->over = true;
        return;
    }
    if (why_tell_nobody(f))
        return;
    text_addf(f->out, SAY(f, "%c is in %s.", "%c 处于 %s。"), host_letter(f->q->host),
              state_name((TcpState)f->t->state));
    if (state && has_been(f, wanted))
        text_addf(f->out, SAY(f, " It was in %s before.", "它曾经处于 %s。"), state_name(wanted));
    text_add(f->out, SAY(f, " ", ""));
    tell_waiting(f);
}

/* ---- was it taken? ---- */

static void answer_taken(Facts *f, uint32_t departure)
{
    uint32_t copy = why_last_copy(f->trace, departure), fate = trace_fate(f->trace, departure);
    if (why_tell_flying(f, departure))
        return;
    if (why_tell_lost(f, departure, fate)) {
        f->over = true;
        if (copy != departure)
            tell_already(f, copy, "$h sent it again as $d. ", "$h 已重传，即 $d。");
        return;
    }
    const Note *dropped = fate ? why_dropped_at(f->trace, fate) : NULL;
    if (dropped) {
        why_tell_dropped(f, dropped, fate);
        return;
    }
    f->over = true;
    if (!fate) {
        text_add(f->out, SAY(f, "Its traces are gone.\n", "它的踪迹已不可寻。\n"));
        return;
    }
    text_addf(f->out,
              SAY(f, "It did arrive, at #%u. What came of it:\n", "它到达了，见 #%u。结果如下：\n"),
              fate);
    why_rules(f->out, f->trace, fate, f->lang);
}

/* ---- all of it ---- */

static const Tcb *conn_of(const World *w, const Trace *trace, const WhyNot *q, uint32_t departure)
{
    const Row *r = departure ? trace_row(trace, departure) : NULL;
    uint16_t number = q->conn ? q->conn : r ? r->conn[q->host] : 0;
    return world_conn(w, q->host, number);
}

/* Asked of the wrong end: nobody acknowledges what is his own, or repeats what is another's. */
static bool tell_wrong_end(Facts *f, uint32_t departure)
{
    const Note *n = departure ? trace_note(f->trace, departure) : NULL;
    bool own = n && n->host == f->q->host;
    if (!n || (f->q->what == WHY_NOT_ACK ? !own : f->q->what == WHY_NOT_RETRANSMIT ? own : true))
        return false;
    f->over = true;
    if (own)
        why_tell_ends(f, "$d is $h's own segment: $o is the one to acknowledge it.\n",
                      "$d 是 $h 自己发的报文段：该由 $o 来确认。\n", departure);
    else
        why_tell_ends(f, "$d is $o's segment: $o is the one to send it again.\n",
                      "$d 是 $o 发的报文段：该由 $o 来重传。\n", departure);
    return true;
}

static void answer(Facts *f, uint32_t departure, const Seg *s)
{
    if (tell_wrong_end(f, departure))
        return;
    switch (f->q->what) {
    case WHY_NOT_SEND: answer_send(f); break;
    case WHY_NOT_ACK: answer_ack(f, departure, s); break;
    case WHY_NOT_RETRANSMIT: answer_retransmit(f, departure, s); break;
    case WHY_NOT_LEAVE:
    case WHY_NOT_STATE: answer_state(f); break;
    case WHY_NOT_TAKEN: answer_taken(f, departure); break;
    }
}

RuleId why_not(Text *out, const World *w, const Trace *trace, const WhyNot *q, Lang lang,
               bool absolute)
{
    uint32_t departure = why_departure_of(trace, q->row);
    Facts f = {.w = w, .trace = trace, .q = q, .out = out, .lang = lang, .absolute = absolute};
    Seg s = {0};
    Bytes payload;
    bool known = departure && trace_seg(trace, departure, &s, &payload);
    f.t = conn_of(w, trace, q, departure);
    if (q->row && !known) {
        text_addf(out, SAY(&f, "#%u is no segment.\n", "#%u 不是报文段。\n"), q->row);
        return RULE_NONE;
    }
    answer(&f, departure, &s);
    WhyGoal g = {.what = q->what, .host = q->host, .row = departure, .state = q->state};
    const Sent *oldest = q->what == WHY_NOT_RETRANSMIT && !departure ? sent_of_row(&f, 0) : NULL;
    g.row = oldest ? oldest->row : departure;
    g.conn = f.t ? f.t->number : 0;
    g.from = f.t ? (TcpState)f.t->state : CLOSED;
    g.seq = q->what == WHY_NOT_ACK ? seg_end(&s) : f.t ? f.t->snd.nxt : seq_of(0);
    if (!f.over)
        tell_future(&f, &g);
    return f.rule;
}
