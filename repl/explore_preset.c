/*
 * explore_preset.c: the table of presets (explore_preset.h).
 *
 * The bounds are as small as the counterexample allows, and then wider where that is cheap, so that
 * "bounded space exhausted" says as much as possible within seconds.
 */
#include "repl/explore_preset.h"

#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"

#define OPEN_CALL(n)                                \
    {                                               \
        "A connect B:80 from 4000", CONNECT, (n), 0 \
    }
#define CONNECT                                                   \
    {                                                             \
        .op = CMD_CONNECT, .host = HOST_A, .key = 80, .len = 4000 \
    }
#define ON(h, o)               \
    {                          \
        .op = (o), .host = (h) \
    }
#define SEND(h, n)                              \
    {                                           \
        .op = CMD_SEND, .host = (h), .val = (n) \
    }
#define POWER(h, on)                              \
    {                                             \
        .op = CMD_POWER, .host = (h), .val = (on) \
    }
#define AFTER(which) (uint8_t)(1u << (which))

static const Preset presets[] = {
    {.name = "third-ack",
     .rules = "third-ack",
     .property = "agreement",
     .setup = "B listen 80",
     .calls = {OPEN_CALL(2),
               {"A close", ON(HOST_A, CMD_CLOSE), 1, AFTER(0)},
               {"A power off", POWER(HOST_A, 0), 1, AFTER(0)},
               {"A power on", POWER(HOST_A, 1), 1, AFTER(2)}},
     .bounds = {.drops = 1, .dups = 1, .timers = 1},
     .question = {"Why three segments and not two?", "为什么是三次握手，而不是两次？"},
     .answer = {"With two, B believes any SYN at once, also a late one whose sender is long gone: "
                "B is connected with nobody. The third segment tells B that its answer was wanted.",
                "若只有两次，B 会立即相信任何 SYN，包括迟到的、主人早已离开的 SYN：B "
                "就和“空气”建立了连接。第三个报文段告诉 B：它的回答确实有人要。"}},
    {.name = "isn-clock",
     .rules = "isn-clock",
     .property = "no-old-data",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0},
               {"A abort", ON(HOST_A, CMD_ABORT), 1, AFTER(0)},
               {"A connect B:80 from 4000", CONNECT, 1, AFTER(1)}},
     .bounds = {.dups = 1, .drops = 1, .timers = 1},
     .question = {"Why don't sequence numbers start at the same number each time?",
                  "为什么每次连接的初始序号不能相同？"},
     .answer =
         {"An old duplicate would fit into the next connection on the same ports, and be taken for "
          "new data. The clock moves the numbers on, so that it falls outside the window.",
          "否则，旧连接的副本会恰好落进同一对端口的下一条连接，被当成新数据。随时钟前进的初始序号让"
          "它落在窗口之外。"}},
    {.name = "time-wait",
     .rules = "time-wait",
     .property = "clean-close",
     .setup = "B app sink; B listen 80; A connect B:80 from 4000",
     .calls = {{"A close", ON(HOST_A, CMD_CLOSE), 1, 0}},
     .bounds = {.drops = 2, .timers = 5},
     .question = {"Why does the side that closes first wait 2 MSL?",
                  "先关闭的一方为什么要等待 2 MSL？"},
     .answer = {"The last ACK may be lost. Then B repeats its FIN, and whoever has already "
                "forgotten the connection answers with a reset, as if something had gone wrong.",
                "最后的 ACK 可能丢失。那时 B 会重发 FIN；若这一方早已忘记这条连接，就只能回答 "
                "RST，仿佛出了什么差错。"}},
    {.name = "time-wait-old-data",
     .rules = "time-wait",
     .property = "no-old-data",
     .setup = "rule isn-clock off; set A.msl 1s; set B.msl 1s; set A.rfc1337 on; B app sink; B "
              "listen 80; "
              "A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0},
               {"A close", ON(HOST_A, CMD_CLOSE), 1, AFTER(0)},
               {"A connect B:80 from 4000", CONNECT, 1, AFTER(1)}},
     .bounds = {.dups = 2, .drops = 1, .timers = 4, .lifetime = NANOS_S},
     .question = {"Why does the pair of ports stay taken for 2 MSL?",
                  "为什么这对端口要被占住 2 MSL？"},
     .answer =
         {"Where sequence numbers come again soon (here: no clock; in life: a transfer so fast "
          "that it has used up the clock's lead) an old duplicate fits into the next "
          "connection on the same ports. After 2 MSL none is alive. (And if a reset ends the "
          "wait early? With A.rfc1337 off the search finds that, too: a copy of the last "
          "ACK calls it forth. That is TIME-WAIT assassination, RFC 1337.)",
          "如果序号很快又被用到（这里是关闭了时钟；现实中是传输太快，用完了时钟领先的余地），旧"
          "副本就会落进同一对端口的下一条连接。等过 2 MSL，旧副本已全部消亡。（要是 RST "
          "让等待提前结束呢？把 A.rfc1337 关掉，搜索同样能找到：最后那个 ACK 的副本会引出 "
          "RST。这就是“TIME-WAIT 暗杀”，RFC 1337。）"}},
    {.name = "time-wait-restart",
     .rules = "time-wait-restart",
     .property = "clean-close",
     .setup = "set A.msl 1250ms; B app sink; B listen 80; A connect B:80 from 4000",
     .calls = {{"A close", ON(HOST_A, CMD_CLOSE), 1, 0}},
     .bounds = {.drops = 2, .drop_from = 1, .timers = 8},
     .question = {"Why does a repeated FIN restart the wait?",
                  "为什么再次收到 FIN 就要重新等待 2 MSL？"},
     .answer = {"A repeated FIN shows that the last ACK was lost. The new ACK may be lost, too; "
                "the old wait would end before the next FIN comes.",
                "FIN 又来了，说明最后的 ACK 丢了。新发的 ACK "
                "也可能丢；如果不重新计时，等待会在下一个 FIN 到来之前结束。"}},
    {.name = "fin-retransmission",
     .rules = "fin-retransmission",
     .property = "settles",
     .setup = "B app sink; B listen 80; A connect B:80 from 4000",
     .calls = {{"A close", ON(HOST_A, CMD_CLOSE), 1, 0}},
     .bounds = {.drops = 2, .lates = 1, .timers = 5},
     .question = {"Why is a FIN repeated like data?", "为什么 FIN 也要像数据一样重传？"},
     .answer = {"One lost FIN, and B never learns that A has finished: A waits in FIN-WAIT-1 for "
                "ever, B for data that never comes.",
                "只要丢失一个 FIN，B 就永远不知道 A 已经说完：A 永远停在 FIN-WAIT-1，B "
                "永远等着不会来的数据。"}},
    {.name = "window-check",
     .rules = "window-check",
     .property = "prefix",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 2, 0}},
     .bounds = {.drops = 1, .dups = 2, .reorders = 1, .timers = 2},
     .question = {"Why must a sequence number lie in the window?", "为什么序号必须落在窗口之内？"},
     .answer = {"Whatever arrives would be taken for what comes next: a second copy of a byte is "
                "delivered twice.",
                "否则，不管来的是什么，都会被当作接下来的数据：同一个字节的第二份副本也会交给应用程"
                "序。"}},
    {.name = "duplicate-discard",
     .rules = "duplicate-discard",
     .property = "prefix",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 2, 0}},
     .bounds = {.drops = 1, .dups = 2, .reorders = 1, .timers = 2},
     .question = {"Do duplicates reach the application?", "重复的报文段会交给应用程序吗？"},
     .answer = {"A receiver recognizes by the number what it already has. If it does not, the "
                "application reads the same byte twice.",
                "接收方凭序号认出已有的数据。若不辨认，应用程序就会把同一个字节读到两次。"}},
    {.name = "ack-check",
     .rules = "ack-check",
     .property = "agreement",
     .setup = "B listen 80",
     .calls = {OPEN_CALL(2), {"A close", ON(HOST_A, CMD_CLOSE), 1, AFTER(0)}},
     .bounds = {.drops = 1, .dups = 1, .reorders = 1, .timers = 1},
     .question = {"Why must a SYN+ACK acknowledge exactly our SYN?",
                  "为什么 SYN+ACK 必须正好确认我们的 SYN？"},
     .answer = {"The answer to an earlier SYN would be taken for the answer to this one: A counts "
                "itself connected, B means another connection.",
                "否则，对先前某个 SYN 的回答会被当作对这个 SYN 的回答：A 以为已经连上，B "
                "说的却是另一条连接。"}},
    {.name = "rst-answers",
     .rules = "rst-answers",
     .property = "settles",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0},
               {"B power off", POWER(HOST_B, 0), 1, 0},
               {"B power on", POWER(HOST_B, 1), 1, AFTER(1)}},
     .bounds = {.drops = 2, .dups = 1, .lates = 1, .timers = 4},
     .question = {"Why does a host answer segments of unknown connections with RST?",
                  "主机为什么用 RST 回答不认识的连接？"},
     .answer =
         {"B has rebooted and forgotten everything. Its reset tells A at once; in silence A would "
          "go on sending for minutes.",
          "B 重启后什么都忘了。它的 RST 立刻告诉 A；若 B 保持沉默，A 还会徒劳地发上好几分钟。"}},
    {.name = "challenge-ack",
     .rules = "challenge-ack",
     .property = "no-kill",
     .setup = "B listen 80; A connect B:80 from 4000; pace step; inject A>B RST A+9",
     .calls = {{"A send 1", SEND(HOST_A, 1), 3, 0}},
     .bounds = {.drops = 1, .dups = 1, .lates = 1, .timers = 2},
     .question = {"Why is a reset that merely lies in the window not believed?",
                  "为什么只是落在窗口里的 RST 不能轻信？"},
     .answer = {"Anybody can forge a segment and guess a number within the window. Only the exact "
                "next number is believed; else the receiver asks back with a challenge ACK.",
                "谁都能伪造报文段，并猜中窗口里的某个序号。只有正好等于下一个序号的 RST "
                "才可信；否则用挑战 ACK 反问对方。"}},
    {.name = "paws",
     .rules = "paws",
     .property = "prefix",
     .setup = "set A.timestamps on; set B.timestamps on; B listen 80; A connect B:80 from 4000; "
              "pace step; inject A>B PSH+ACK A+1:A+2(1) ack B+1 <TS val 4294900000 ecr 0> \"z\"",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0}},
     .bounds = {.drops = 1, .dups = 1, .reorders = 1, .timers = 2},
     .question = {"Sequence numbers wrap: what then?", "序号会绕回，那时怎么办？"},
     .answer = {"A segment from one lap of the sequence space ago fits into the window again. Its "
                "timestamp gives it away.",
                "一圈序号之前的旧报文段会再次恰好落进窗口。时间戳暴露了它的年龄。"}},
    {.name = "karn",
     .rules = "karn",
     .property = "honest-rtt",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0}},
     .bounds = {.drops = 2, .dups = 1, .lates = 2, .timers = 5},
     .question = {"Why is a segment that was sent twice no sample of the round-trip time?",
                  "为什么重传过的报文段不能用来测往返时间？"},
     .answer = {"Its acknowledgment may belong to the first copy. Measured from the second, the "
                "path seems shorter than light allows.",
                "它的确认可能属于第一份。若从第二份算起，测得的时间会比路径本身还短。"}},
    {.name = "back-off",
     .rules = "back-off",
     .property = "few-copies",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0}},
     .bounds = {.lates = 4, .timers = 4, .lifetime = 5 * NANOS_S},
     .question = {"Why does the timeout double each time?", "为什么每次超时之后超时时间要加倍？"},
     .answer = {"On a path slower than the timeout every byte is sent again and again before its "
                "acknowledgment can come: copies fill the path, and nothing gets better by itself.",
                "在比超时时间还慢的路径上，确认还来不及到达，同一个字节就一遍遍重发：副本塞满路径，"
                "情况不会自行好转。"}},
    {.name = "zero-window-probe",
     .rules = "zero-window-probe",
     .property = "settles",
     .setup = "set B.rcvbuf 4; B listen 80; A connect B:80 from 4000; A send \"abcdef\"",
     .calls = {{"B recv", ON(HOST_B, CMD_RECV), 1, 0}},
     .bounds = {.drops = 2, .dups = 1, .timers = 3},
     .question = {"The window is closed: why does the sender ask again and again?",
                  "窗口关闭了，发送者为什么还要一再询问？"},
     .answer = {"The segment that opens the window is a pure ACK, and nobody repeats that. If it "
                "is lost, each waits for the other, for ever.",
                "打开窗口的报文段只是个 ACK，没有人会重传它。它一旦丢失，双方就永远互相等待。"}},
    {.name = "checksum",
     .rules = "checksum",
     .property = "prefix",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 1, 0}},
     .bounds = {.drops = 2, .dups = 1, .corrupts = 2, .timers = 4},
     .question = {"Why is there a checksum?", "为什么要有检验和？"},
     .answer =
         {"A flipped bit would reach the application as if it had been sent so. The checksum turns "
          "damage into loss, and loss TCP can repair.",
          "否则，翻转的比特会原样交给应用程序。检验和把“损坏”变成“丢失”，而丢失是 TCP 能修复的。"}},
    {.name = "nagle-delayed-ack",
     .rules = "nagle",
     .property = "no-stall",
     .setup = "B listen 80; A connect B:80 from 4000",
     .calls = {{"A send 1", SEND(HOST_A, 1), 2, 0}},
     .bounds = {.timers = 2},
     .settle_time = 200 * NANOS_MS,
     .cure = true,
     .question = {"Two small writes, and the second one is late: why?",
                  "连续两次小的写操作，第二次却迟迟不到：为什么？"},
     .answer = {"Nagle's rule holds the second back until the first is acknowledged; B delays that "
                "acknowledgment in the hope of company. Each waits for the other until B's timer "
                "ends it. With Nagle off (TCP_NODELAY) the second leaves at once.",
                "Nagle 规则让第二块等第一块的确认；B 却推迟这个确认，想等数据捎带。双方互等，直到 "
                "B 的定时器到时。关闭 Nagle（TCP_NODELAY）后，第二块立即发出。"}},
};

const Preset *preset_at(uint32_t i)
{
    return i < sizeof presets / sizeof *presets ? &presets[i] : NULL;
}

const Preset *preset_of_name(const char *name, size_t len)
{
    for (uint32_t i = 0; preset_at(i); i++)
        if (strlen(presets[i].name) == len && memcmp(presets[i].name, name, len) == 0)
            return &presets[i];
    return NULL;
}

/* Runs the lines of a text that are separated by semicolons. */
static bool run_lines(Shell *shell, const char *text)
{
    Text out = text_heap();
    LineStatus status = shell_line(shell, text, &out);
    text_heap_free(&out);
    return status == LINE_OK || status == LINE_EMPTY;
}

static void switch_off(Shell *shell, const char *rules)
{
    while (*rules) {
        size_t n = strcspn(rules, " ");
        Cmd c = {.op = CMD_RULE, .key = rule_of_name(rules, n)};
        session_apply(shell_session(shell), &c, bytes_of(NULL, 0));
        rules += n + (rules[n] == ' ');
    }
}

Shell *preset_shell(const Preset *p, bool ablated, Lang lang)
{
    ShellOptions o = {.session = {.shape = SHAPE_EXPLORE}, .lang = lang, .quiet = true};
    Shell *shell = shell_new(&o);
    if (!shell)
        return NULL;
    if (ablated != p->cure)
        switch_off(shell, p->rules);
    CHECK(run_lines(shell, p->setup));
    return shell;
}

bool preset_run_begin(PresetRun *run, const Preset *preset, bool ablated, Lang lang)
{
    *run = (PresetRun){.shell = preset_shell(preset, ablated, lang)};
    if (!run->shell)
        return false;
    const World *w = session_world(shell_session(run->shell));
    run->root = malloc((size_t)w->size); /* it stays as it is while the session goes on */
    if (!run->root)
        return false;
    memcpy(run->root, w, (size_t)w->size);
    run->ask = preset_ask(preset, run->root);
    return true;
}

void preset_run_end(PresetRun *run)
{
    shell_free(run->shell);
    free(run->root);
    *run = (PresetRun){0};
}

bool bound_set(ExploreBounds *b, const char *word, size_t len)
{
    const struct {
        const char *name;
        uint8_t *field;
    } fields[] = {{"depth", &b->depth},       {"drops", &b->drops}, {"dups", &b->dups},
                  {"corrupts", &b->corrupts}, {"late", &b->lates},  {"reorder", &b->reorders},
                  {"timers", &b->timers}};
    const char *equals = memchr(word, '=', len);
    for (size_t i = 0; equals && i < sizeof fields / sizeof *fields; i++) {
        if (strlen(fields[i].name) != (size_t)(equals - word) ||
            memcmp(fields[i].name, word, (size_t)(equals - word)) != 0)
            continue;
        unsigned value = 0;
        const char *end = word + len;
        for (const char *d = equals + 1; d < end; d++) {
            if (*d < '0' || *d > '9' || value > 255)
                return false;
            value = value * 10 + (unsigned)(*d - '0');
        }
        *fields[i].field = (uint8_t)value;
        return end > equals + 1 && value <= 250;
    }
    return false;
}

ExploreAsk preset_ask(const Preset *p, const World *root)
{
    const Property *property = property_of_name(p->property, strlen(p->property));
    CHECK(property);
    uint32_t calls = 0;
    while (calls < EXPLORE_CALLS && p->calls[calls].line)
        calls++;
    return (ExploreAsk){.root = root,
                        .bounds = p->bounds,
                        .calls = p->calls,
                        .call_count = calls,
                        .watch = property->watch,
                        .settle_time = p->settle_time};
}
