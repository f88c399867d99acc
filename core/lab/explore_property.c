/*
 * explore_property.c: what must hold, by name, with words a student understands.
 *
 * Each property was looked at with the correct TCP in mind: one that the whole TCP violates, too,
 * teaches something else than the rule (explore_watch.c tells of "B ESTABLISHED while A is not").
 */
#include "core/lab/explore.h"

#include <string.h>

#include "core/base/wire.h"

static const Property properties[] = {
    {"agreement",
     PROPERTY_ALWAYS,
     WATCH_AGREEMENT,
     {"nobody is connected with nobody", "没有谁在和“空气”连接"},
     {"When B becomes ESTABLISHED, the owner of the SYN that B believed has accepted B's SYN+ACK "
      "or is still asking. (It may have lost power since: that is a legitimate half-open "
      "connection, and no handshake can prevent it.)",
      "B 进入 ESTABLISHED 时，B 所相信的那个 SYN 的主人已经接受过 B 的 "
      "SYN+ACK，或者还在请求连接。（此后它可能断电：那是合法的半开连接，任何握手都防不住。）"}},
    {"prefix",
     PROPERTY_ALWAYS,
     WATCH_PREFIX,
     {"what is received is a prefix of what was sent", "收到的是所发送内容的前缀"},
     {"The bytes that a connection hands to its application are those that the other end's "
      "application sent, in order, each once, none changed; and they end where it ended them.",
      "连接交给应用程序的字节，就是对端应用程序发送的字节：次序不变，不重、不漏、不改；流在对端结束"
      "的地方结束。"}},
    {"no-old-data",
     PROPERTY_ALWAYS,
     WATCH_OLD_DATA,
     {"no data of an earlier incarnation", "不接受上一次连接的数据"},
     {"While two ends are connected, neither accepts bytes that were sent on an earlier connection "
      "with the same addresses and ports.",
      "两端处于同一条连接时，都不会收下在先前那条（地址和端口相同的）连接上发送的字节。"}},
    {"no-unsent-ack",
     PROPERTY_ALWAYS,
     WATCH_UNSENT,
     {"nothing is acknowledged that was not sent", "不确认从未发送过的序号"},
     {"RCV.NXT never counts beyond the other end's SND.NXT.", "RCV.NXT 不会超过对端的 SND.NXT。"}},
    {"no-false-ack",
     PROPERTY_ALWAYS,
     WATCH_ACKED,
     {"what counts as acknowledged has arrived", "被当作已确认的，确实已经到达"},
     {"SND.UNA never counts beyond the other end's RCV.NXT: nobody forgets a byte that the other "
      "does not have.",
      "SND.UNA 不会超过对端的 RCV.NXT：对端还没有收到的字节，谁也不会当作已送达而丢掉。"}},
    {"clean-close",
     PROPERTY_PEACE,
     WATCH_RST_SENT,
     {"an orderly end needs no reset", "正常关闭不会出现 RST"},
     {"Nobody aborted and nobody lost power, so no segment may be answered with a reset: each end "
      "stays long enough to answer whatever the other may still have to repeat.",
      "没有谁中止连接，也没有谁断电，就不该有报文段得到 "
      "RST：每一端都要留得足够久，好回答对方可能还要重发的东西。"}},
    {"no-kill",
     PROPERTY_PEACE,
     WATCH_RESET,
     {"no connection dies of somebody else's reset", "连接不会死于旁人的 RST"},
     {"Neither end sent a reset, so none may end the connection.",
      "两端都没有发送过 RST，连接就不该因 RST 而终止。"}},
    {"few-copies",
     PROPERTY_WISH,
     WATCH_COPIES,
     {"at most three copies of the same bytes are under way", "同样的字节在途不超过三份"},
     {"A sender that hears nothing waits longer and longer. One that does not fills a slow path "
      "with copies, and the path becomes slower still.",
      "发送者听不到回音，就应越等越久；否则它会用副本塞满一条慢路径，使路径更慢。"}},
    {"honest-rtt",
     PROPERTY_ALWAYS,
     WATCH_RTT,
     {"no round trip is believed to be shorter than the path", "测得的往返时间不短于路径本身"},
     {"The smoothed round-trip time never lies below the path's own delay there and back.",
      "平滑往返时间不会低于路径往返本身的时延。"}},
    {"settles",
     PROPERTY_ALWAYS,
     WATCH_SETTLES,
     {"when the network heals, everything comes to an end", "网络恢复之后，一切都会有结果"},
     {"From every moment, if from now on nothing is lost any more: what was given to TCP is "
      "acknowledged or its sender learns that it failed, and nobody waits for ever in the middle "
      "of opening or closing.",
      "从任何时刻起，只要此后不再丢包：交给 TCP "
      "的数据要么得到确认，要么发送者得知失败；没有谁永远停在打开或关闭的半途。"}},
    {"still-talks",
     PROPERTY_PEACE,
     WATCH_TALKS,
     {"when the network heals, both ends are closed or can still talk",
      "网络恢复之后，两端要么都已关闭，要么仍能通话"},
     {"From every moment, if from now on nothing is lost any more: who still counts itself "
      "connected "
      "has somebody at the other end who means the same connection. (Where a machine may lose "
      "power "
      "this does not hold for any TCP: an end with nothing to send never learns of it. Keep-alive "
      "is "
      "made for that.)",
      "从任何时刻起，只要此后不再丢包：凡是仍认为自己处于连接中的一端，对端都确实有这条连接。（如果"
      "机器"
      "可能断电，任何 TCP "
      "都做不到：没有数据要发的一端永远不会知道。保活（keep-alive）正是为此而设。）"}},
    {"no-stall",
     PROPERTY_WISH,
     WATCH_STALL,
     {"on a good path small writes arrive soon", "路径良好时，小块数据很快到达"},
     {"From every moment, if nothing is lost: all that was given to TCP has arrived within two "
      "round trips.",
      "从任何时刻起，只要不丢包：交给 TCP 的数据在两个往返时间之内全部到达。"}},
    {"both-established",
     PROPERTY_WRONG,
     WATCH_BOTH,
     {"when one end is ESTABLISHED, the other is, too",
      "一端 ESTABLISHED 时，另一端也已 ESTABLISHED"},
     {"Tempting, and wrong: whoever sends the last segment of an opening cannot know whether it "
      "will arrive. A is ESTABLISHED as soon as it has the SYN+ACK, B only when the third segment "
      "comes; and no number of further acknowledgments would change that for the last one. What "
      "the handshake does promise is `agreement`.",
      "听起来很对，其实不对：发送建立过程最后一个报文段的一方，无法知道它能否到达。A 收到 SYN+ACK "
      "就进入 ESTABLISHED，B 要等第三个报文段；再加多少次确认，最后那一次仍然如此。三次握手真正保证"
      "的是 `agreement`。"}},
    {"acked-is-read",
     PROPERTY_WRONG,
     WATCH_READ,
     {"what is acknowledged has been read", "已被确认的数据，程序已经读到"},
     {"Tempting, and wrong: an acknowledgment says that the other end's TCP has the bytes. Whether "
      "its program ever reads them TCP does not say; who must know has to ask the program.",
      "听起来很对，其实不对：确认只表示对端的 TCP 收到了这些字节。程序是否读了它们，TCP "
      "并不告诉你；想知道，就得让程序自己回答。"}},
};

const Property *property_at(uint32_t i)
{
    return i < sizeof properties / sizeof *properties ? &properties[i] : NULL;
}

const Property *property_of_name(const char *name, size_t len)
{
    for (uint32_t i = 0; property_at(i); i++)
        if (strlen(properties[i].name) == len && memcmp(properties[i].name, name, len) == 0)
            return &properties[i];
    return NULL;
}

/* ---- what is asked when nobody names a property ---- */

/* Text is under way that the search has not named: what arrives cannot be told from it. */
static bool foreign_text(const World *w)
{
    for (uint16_t i = 1; i <= w->shape.conns; i++)
        if (world_conns(w)[i].used && world_conns(w)[i].tx.len > 0)
            return true;
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        Seg seg;
        Bytes payload;
        if (world_packets(w)[i].place != PACKET_FREE &&
            wire_decode(world_frame(w, (PktId){i}), &seg, &payload) == WIRE_OK && payload.len > 0)
            return true;
    }
    return false;
}

/* Nobody has a reason to send a reset: connections are open, nobody crashes, aborts, or closes
 * while something may be unread. */
static bool peaceful(const ExploreAsk *ask)
{
    bool talks = false, ends = false;
    for (uint32_t i = 0; i < ask->call_count; i++) {
        CmdOp op = (CmdOp)ask->calls[i].cmd.op;
        talks = talks || op == CMD_SEND;
        ends = ends || op == CMD_CLOSE;
        if (op != CMD_SEND && op != CMD_RECV && op != CMD_CLOSE && op != CMD_SHUTDOWN)
            return false;
    }
    for (uint16_t i = 1; i <= ask->root->shape.conns; i++) {
        const Tcb *t = &world_conns(ask->root)[i];
        if (t->used && (t->state == SYN_SENT || t->state == SYN_RECEIVED || t->rx.len > 0))
            return false;
    }
    return !talks || !ends;
}

/* What arrives, arrives in order: nothing comes to an end that has forgotten the connection. */
static bool nothing_comes_late(const ExploreBounds *b)
{
    return b->dups == 0 && b->lates == 0 && b->reorders == 0;
}

uint32_t explore_default_watch(const ExploreAsk *ask)
{
    uint32_t watch = WATCH_AGREEMENT | WATCH_UNSENT | WATCH_ACKED | WATCH_RTT | WATCH_SETTLES;
    if (!foreign_text(ask->root))
        watch |= WATCH_PREFIX | WATCH_OLD_DATA;
    if (peaceful(ask))
        watch |=
            WATCH_RESET | WATCH_TALKS | (nothing_comes_late(&ask->bounds) ? WATCH_RST_SENT : 0u);
    return watch;
}

const char *explore_end_name(ExploreEnd end)
{
    static const char *const names[END_COUNT] = {"bounded-space-exhausted",
                                                 "depth-reached",
                                                 "violated",
                                                 "goal-found",
                                                 "memory-limit",
                                                 "interrupted"};
    return end < END_COUNT ? names[end] : "";
}

const char *explore_end_text(ExploreEnd end, Lang lang)
{
    static const char *const texts[END_COUNT][LANG_COUNT] = {
        {"bounded space exhausted: within these bounds no run breaks the property",
         "界限之内的状态已全部搜遍：没有哪种过程会破坏这条性质"},
        {"depth reached: nothing found so far, but longer runs were not looked at",
         "到达深度界限：目前没有发现问题，但更长的过程没有查看"},
        {"violated: here is the shortest run", "被破坏：下面是最短的过程"},
        {"goal found: here is the shortest run", "找到目标：下面是最短的过程"},
        {"memory limit: nothing found in what was searched",
         "到达内存上限：在已搜索的部分没有发现问题"},
        {"interrupted: nothing found in what was searched", "已中断：在已搜索的部分没有发现问题"}};
    return end < END_COUNT ? texts[end][lang] : "";
}
