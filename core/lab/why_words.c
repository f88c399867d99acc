/*
 * why_words.c: the sentences of why_words.h in both languages.
 *
 * For a student who heard one lecture: plain words first, the field's word where it belongs. State
 * names and flags stay as they are.
 */
#include "core/lab/why_words.h"

typedef const char *Both[LANG_COUNT];

const char *why_call_words(uint64_t op, Lang lang)
{
    static const Both words[CMD_OP_COUNT] = {
        [CMD_NONE] = {"nothing is asked", "没有任何操作"},
        [CMD_LISTEN] = {"the application at $h calls listen: it waits for connections on port $k",
                        "$h 的应用程序调用 listen：在端口 $k 上等待连接"},
        [CMD_CONNECT] = {"the application at $h calls connect: it wants a connection to port $k of "
                         "$o",
                         "$h 的应用程序调用 connect：要与 $o 的端口 $k 建立连接"},
        [CMD_ACCEPT] = {"the application at $h accepts an established connection",
                        "$h 的应用程序接受一个已建立的连接"},
        [CMD_SEND] = {"the application at $c gives TCP $2 bytes to send",
                      "$c 的应用程序把 $2 字节交给 TCP 发送"},
        [CMD_RECV] = {"the application at $c reads what has arrived",
                      "$c 的应用程序读取已到达的数据"},
        [CMD_SHUTDOWN] = {"the application at $c says that it will send no more; it can still read",
                          "$c 的应用程序表示不再发送；仍可接收"},
        [CMD_CLOSE] = {"the application at $c closes the connection", "$c 的应用程序关闭连接"},
        [CMD_ABORT] = {"the application at $c aborts the connection: no goodbye, what is under way "
                       "is thrown away",
                       "$c 的应用程序中止连接：不告别，未传完的数据全部丢弃"},
        [CMD_SET] = {"a constant of $h's TCP is changed to $2", "$h 的一个 TCP 参数被改为 $2"},
        [CMD_PROFILE] = {"another set of TCP constants is chosen", "换用另一套 TCP 参数"},
        [CMD_POWER] = {"the power of $h is switched", "切换 $h 的电源"},
        [CMD_PUPPET] = {"who plays $h is changed: you, or its own TCP",
                        "改变由谁扮演 $h：你，或它自己的 TCP"},
        [CMD_APP] = {"another application runs at $h", "$h 换上另一个应用程序"},
        [CMD_HOLD] = {"holding segments in the network is switched", "切换是否在网络中扣住报文段"},
        [CMD_DELIVER] = {"you deliver segment #$k now", "你立即送达报文段 #$k"},
        [CMD_DROP] = {"you drop segment #$k", "你丢弃报文段 #$k"},
        [CMD_DELAY] = {"you delay segment #$k by $t2", "你把报文段 #$k 推迟 $t2"},
        [CMD_DUP] = {"you duplicate segment #$k", "你复制报文段 #$k"},
        [CMD_SWAP] = {"you let segments #$k and #$2 change places",
                      "你让报文段 #$k 与 #$2 交换先后"},
        [CMD_EDIT] = {"you change segment #$k on its way", "你修改途中的报文段 #$k"},
        [CMD_CORRUPT] = {"you flip a bit of segment #$k", "你翻转报文段 #$k 的一个比特"},
        [CMD_INJECT] = {"you put a segment of your own on the wire",
                        "你向线路注入一个自造的报文段"},
        [CMD_ARM] = {"you prepare what happens to a segment that is still to come ($r)",
                     "你为将来的某个报文段预设了动作（$r）"},
        [CMD_DISARM] = {"a prepared action is taken back", "取消预设的动作"},
        [CMD_LINK] = {"the wire is given other properties", "改变线路的特性"},
        [CMD_CUT] = {"the wire is cut: whatever is sent is lost", "线路被剪断：发出的一切都会丢失"},
        [CMD_MEND] = {"the wire is mended", "线路修好了"},
        [CMD_BOX] = {"another box stands on the path", "路径上换了一台设备"},
        [CMD_HOPS] = {"the path has $2 routers now: each takes one from TTL",
                      "路径上现在有 $2 个路由器：每个使 TTL 减一"},
        [CMD_FLOOD] = {"spoofed SYNs are sent to port $k of $h, or no longer",
                       "开始或停止向 $h 的端口 $k 发送伪造的 SYN"},
        [CMD_RULE] = {"a rule of TCP is switched off or on", "关闭或恢复一条 TCP 规则"},
        [CMD_IP] = {"connections are carried by IPv$2 from now on", "此后的连接由 IPv$2 承载"},
        [CMD_ICMP] = {"the routers' ICMP messages come through, or no longer",
                      "路由器的 ICMP 消息可以通过，或不再通过"},
        [CMD_SOCK] = {"the program at $h calls $x", "$h 上的程序调用 $x"},
    };
    return words[op < CMD_OP_COUNT ? op : CMD_NONE][lang];
}

const char *why_sent_words(SentWords which, Lang lang)
{
    static const Both words[SENT_WORDS_COUNT] = {
        [SENT_INJECTED] = {"a segment appears on the wire as if $h had sent it: $s",
                           "线路上出现一个仿佛由 $h 发出的报文段：$s"},
        [SENT_AGAIN] = {"$h sends $s again (first sent as #$d): no acknowledgment has come for it",
                        "$h 重发 $s（首次发送为 #$d）：一直没有收到对它的确认"},
        [SENT_RST_WORDS] = {"$h sends RST: it refuses, or ends everything at once ($s)",
                            "$h 发送 RST：拒绝连接，或立即终止一切（$s）"},
        [SENT_SYN_WORDS] = {"$h sends SYN to ask $o for a connection and to say where its numbers "
                            "begin ($s)",
                            "$h 发送 SYN：向 $o 请求建立连接，并告知自己的序号从哪里开始（$s）"},
        [SENT_SYN_ACK_WORDS] =
            {"$h sends SYN+ACK: it acknowledges $o's SYN and says where its own "
             "numbers begin ($s)",
             "$h 发送 SYN+ACK：确认 $o 的 SYN，并告知自己的序号从哪里开始（$s）"},
        [SENT_FIN_DATA_WORDS] = {"$h sends its last $n bytes together with FIN: nothing more will "
                                 "come from it ($s)",
                                 "$h 把最后 $n 字节连同 FIN 一起发出：此后不再发送（$s）"},
        [SENT_FIN_WORDS] = {"$h sends FIN: it has nothing more to send, but still listens ($s)",
                            "$h 发送 FIN：不再有数据要发送，但仍会接收（$s）"},
        [SENT_DATA_WORDS] = {"$h sends $n bytes of data ($s)", "$h 发送 $n 字节数据（$s）"},
        [SENT_ACK_WORDS] = {"$h acknowledges: everything before the number behind ack has arrived "
                            "($s)",
                            "$h 发送确认：ack 之后那个序号以前的数据都已收到（$s）"},
        [SENT_OTHER_WORDS] = {"$h sends $s", "$h 发送 $s"},
    };
    return words[which < SENT_WORDS_COUNT ? which : SENT_OTHER_WORDS][lang];
}

const char *why_timer_name(uint64_t id, Lang lang)
{
    static const Both names[TIMER_COUNT] = {
        [TIMER_REXMIT] = {"retransmission", "重传"},
        [TIMER_PERSIST] = {"persist", "持续"},
        [TIMER_DELACK] = {"delayed-ACK", "延迟确认"},
        [TIMER_KEEPALIVE] = {"keep-alive", "保活"},
        [TIMER_2MSL] = {"2MSL", "2MSL"},
        [TIMER_FIN_WAIT_2] = {"FIN-WAIT-2", "FIN-WAIT-2"},
        [TIMER_USER] = {"user-timeout", "用户超时"},
        [TIMER_SWS] = {"SWS-override", "发送方覆盖"},
        [TIMER_RACK] = {"RACK", "RACK"},
        [TIMER_TLP] = {"tail-loss-probe", "尾部丢失探测"},
        [TIMER_PACING] = {"pacing", "定速"},
    };
    return id < TIMER_COUNT ? names[id][lang] : "?";
}

const char *why_timer_words(uint64_t id, Lang lang)
{
    static const Both words[TIMER_COUNT] = {
        [TIMER_REXMIT] = {"the retransmission timer of $c fires: no acknowledgment came in time",
                          "$c 的重传定时器到期：没有及时收到确认"},
        [TIMER_PERSIST] = {"the persist timer of $c fires: is the peer's window still closed?",
                           "$c 的持续定时器到期：对方的窗口还关着吗？"},
        [TIMER_DELACK] = {"the delayed-ACK timer of $c fires: the acknowledgment has waited long "
                          "enough for company",
                          "$c 的延迟确认定时器到期：确认等待捎带已经够久"},
        [TIMER_KEEPALIVE] = {"the keep-alive timer of $c fires: is the peer still there?",
                             "$c 的保活定时器到期：对方还在吗？"},
        [TIMER_2MSL] = {"the 2MSL timer of $c fires: every old segment has died out by now",
                        "$c 的 2MSL 定时器到期：旧的报文段都已在网络中消失"},
        [TIMER_FIN_WAIT_2] = {"the FIN-WAIT-2 timer of $c fires: the peer's FIN never came",
                              "$c 的 FIN-WAIT-2 定时器到期：对方的 FIN 一直没有来"},
        [TIMER_USER] = {"the user timeout of $c expires: the data was not acknowledged in time",
                        "$c 的用户超时到期：数据没有及时得到确认"},
        [TIMER_SWS] = {"the override timer of $c fires: what there is shall be sent, although it "
                       "is little",
                       "$c 的覆盖定时器到期：数据虽少也要发送"},
        [TIMER_RACK] = {"the reordering window of $c has passed: what is still missing is lost",
                        "$c 的乱序窗口已过：仍然缺少的就算丢失"},
        [TIMER_TLP] = {"no acknowledgment of the last segments has come to $c: it probes the tail",
                       "$c 迟迟等不到对最后几个报文段的确认：探测尾部是否丢失"},
        [TIMER_PACING] = {"the next segment of $c may leave", "$c 的下一个报文段可以发出了"},
    };
    return id < TIMER_COUNT ? words[id][lang] : "?";
}

const char *why_app_words(uint64_t kind, Lang lang)
{
    static const Both words[APP_KIND_COUNT] = {
        [APP_NONE] = {"the application at $c acts", "$c 的应用程序动作"},
        [APP_ECHO] = {"the application at $c (echo) sends back what it reads, or closes at the end",
                      "$c 的应用程序（echo）把读到的发回去；读到末尾则关闭"},
        [APP_SINK] = {"the application at $c (sink) reads all there is, or closes at the end",
                      "$c 的应用程序（sink）读走全部数据；读到末尾则关闭"},
        [APP_SOURCE] = {"the application at $c (source) sends, or closes when it has sent all",
                        "$c 的应用程序（source）发送数据；发完则关闭"},
        [APP_SLOW] = {"the application at $c (slow) reads a little",
                      "$c 的应用程序（slow）读取一小部分"},
        [APP_IDLE_CLOSE] = {"the application at $c (idle-close) looks after its connection: it "
                            "closes what has been idle too long",
                            "$c 的应用程序（idle-close）照看连接：空闲过久则关闭"},
        [APP_NEVER_CLOSE] = {"the application at $c (never-close) reads, and forgets to close",
                             "$c 的应用程序（never-close）读取数据，却忘了关闭"},
        [APP_HTTP] = {"the application at $c (http) answers the request, then closes",
                      "$c 的应用程序（http）回答请求，然后关闭"},
    };
    return words[kind < APP_KIND_COUNT ? kind : APP_NONE][lang];
}

const char *why_kind_words(NoteKind kind, Lang lang)
{
    static const Both words[NOTE_KIND_COUNT] = {
        [NOTE_NONE] = {"nothing happens", "什么也没有发生"},
        [NOTE_CALL] = {"", ""}, /* why_call_words */
        [NOTE_SENT] = {"", ""}, /* why_sent_words */
        [NOTE_ARRIVED] = {"$h receives #$d ($s)", "$h 收到 #$d（$s）"},
        [NOTE_LOST] = {"#$d ($s) is lost: $w", "#$d（$s）丢失：$w"},
        [NOTE_COPIED] = {"the network makes a second copy of #$d ($s)",
                         "网络复制出 #$d 的第二份拷贝（$s）"},
        [NOTE_EDITED] = {"#$d is changed on its way; it is now: $s",
                         "#$d 在途中被改动；现在是：$s"},
        [NOTE_TIMER] = {"", ""}, /* why_timer_words */
        [NOTE_APP] = {"", ""},   /* why_app_words */
        [NOTE_POWER] = {"", ""}, /* why.c: on or off */
        [NOTE_STATE] = {"$c goes from $f to $g", "$c 从 $f 进入 $g"},
        [NOTE_RULE] = {"$w", "$w"},
        [NOTE_SET] = {"the $w timer of $c is set: it fires at $m2",
                      "启动 $c 的$w定时器：将在 $m2 到期"},
        [NOTE_CLEARED] = {"the $w timer of $c is stopped", "停止 $c 的$w定时器"},
        [NOTE_CWND] = {"the congestion window of $c is now $1 bytes",
                       "$c 的拥塞窗口现在是 $1 字节"},
        [NOTE_RTT] = {"$c measures a round trip of $t1; its retransmission timeout is now $t2",
                      "$c 测得往返时间 $t1；重传超时现在是 $t2"},
        [NOTE_STREAM] = {"$n bytes are in order now and wait for the application at $c: $q",
                         "$n 字节已按序就绪，等待 $c 的应用程序读取：$q"},
        [NOTE_READ] = {"the application at $c takes $1 bytes", "$c 的应用程序取走 $1 字节"},
        [NOTE_ERROR] = {"the application at $c learns: $w", "$c 的应用程序得知：$w"},
        [NOTE_RESULT] = {"the answer to the call: $w", "调用的结果：$w"},
        [NOTE_DROPPED] = {"$h discards it: $w", "$h 丢弃它：$w"},
        [NOTE_ANNOTATE] = {"Wireshark would call it: $w", "Wireshark 会标为：$w"},
    };
    return words[kind < NOTE_KIND_COUNT ? kind : NOTE_NONE][lang];
}
