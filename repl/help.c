/*
 * help.c: what there is, and how it is said.
 *
 * Everything about commands comes from the table. Topics are the few things that no single command
 * explains: how segments are written, what may be asked, in which units.
 */
#include "repl/lang.h"

#include <string.h>

typedef struct Topic {
    const char *name;
    const char *text[LANG_COUNT];
} Topic;

static const Topic topics[] = {
    {"line",
     {"A line begins with who does it: `A connect B:80`, `B send \"hi\"`. What belongs to no host\n"
      "stands alone: `drop #3`, `ladder`. `A[2]` is A's second connection.\n"
      "  ;      chains commands        #      begins a comment (but #12 is a row)\n"
      "  Tab    completes              Enter  alone repeats step, back or run\n"
      "  Ctrl-C stops a run            Words may be shortened: `A con B:80`, `l`, `w #5`\n"
      "A value alone is a question: `A.state`, `count(SYN from A)`.\n",
      "一行以主语开头：`A connect B:80`、`B send \"hi\"`。不属于主机的命令直接写：`drop "
      "#3`、`ladder`。\n"
      "`A[2]` 指 A 的第 2 条连接。\n"
      "  ;      连接多条命令           #      之后是注释（但 #12 是事件编号）\n"
      "  Tab    补全                   回车   空行重复上一次 step、back 或 run\n"
      "  Ctrl-C 停止运行               单词可以缩写：`A con B:80`、`l`、`w #5`\n"
      "直接写一个值就是提问：`A.state`、`count(SYN from A)`。\n"}},
    {"predicates",
     {"C's operators on what the hosts know: || && ! == != < <= > >= + - * / % ( ).\n"
      "  A.state == ESTABLISHED            B.rcv.nxt - B.irs > 100      time < 3s\n"
      "  count(SYN+ACK from B) >= 2        lost(any from A) == 0        in_flight(A>B) == 0\n"
      "  received(B) == \"hello\"            visited(A, SYN_SENT -> SYN_RECEIVED)\n"
      "  A[2].state   A.rto_min   timer(A, 2MSL)   retransmissions(A)   conns(B, TIME_WAIT)\n"
      "They serve `run until`, `break when`, `expect`, `watch` and `print` alike.\n",
      "用 C 的运算符对两端的状态提问：|| && ! == != < <= > >= + - * / % ( )。\n"
      "  A.state == ESTABLISHED            B.rcv.nxt - B.irs > 100      time < 3s\n"
      "  count(SYN+ACK from B) >= 2        lost(any from A) == 0        in_flight(A>B) == 0\n"
      "  received(B) == \"hello\"            visited(A, SYN_SENT -> SYN_RECEIVED)\n"
      "  A[2].state   A.rto_min   timer(A, 2MSL)   retransmissions(A)   conns(B, TIME_WAIT)\n"
      "run until、break when、expect、watch、print 都用它。\n"}},
    {"segments",
     {"FLAGS SEQ:END(LEN) ack N win N <options> \"data\", as tcpdump prints them:\n"
      "  SYN 1000   SYN+ACK B ack A+1   PSH+ACK A+1:A+6(5) ack B+1 win 65535 \"hello\"\n"
      "  S. 7000:7000(0) ack 4001 win 512 <mss 1460,sackOK>\n"
      "A+1 is one after A's initial sequence number; plain numbers are absolute. Flags are words\n"
      "joined by '+', or the letters S F R P . U E W. What is left out is filled in.\n",
      "标志 序号:末尾(长度) ack N win N <选项> \"数据\"，与 tcpdump 的写法相同：\n"
      "  SYN 1000   SYN+ACK B ack A+1   PSH+ACK A+1:A+6(5) ack B+1 win 65535 \"hello\"\n"
      "  S. 7000:7000(0) ack 4001 win 512 <mss 1460,sackOK>\n"
      "A+1 表示 A 的初始序号加 1；单独的数字是绝对值。标志写成单词用 + 相连，或用字母\n"
      "S F R P . U E W。省略的字段自动填写。\n"}},
    {"units",
     {"  time   500ms 1.5s 20us 2min 1h        bytes  100 64KiB 1MiB (kB = 1000)\n"
      "  rate   10Mbit 500kbit 10B/s           chance 1% 0.5%\n"
      "A time always has its unit. Events are named #3: `ladder` shows the numbers, and a segment\n"
      "goes by the number of its departure.\n",
      "  时间   500ms 1.5s 20us 2min 1h        字节   100 64KiB 1MiB（kB = 1000）\n"
      "  速率   10Mbit 500kbit 10B/s           概率   1% 0.5%\n"
      "时间总要带单位。事件写作 #3：ladder 显示编号，报文段用它出发时的编号。\n"}},
    {"ladder",
     {"  3    0.000s SYN-SENT     --> SYN A                        --> SYN-RECEIVED\n"
      "Number, time, A's state, arrow and segment, B's state: the states after the event, as in "
      "the\n"
      "figures of RFC 9293. --> and <-- mark departure and arrival; ... means still in the "
      "network;\n"
      "X with the word `lost` marks a loss. A departure and the arrival that follows at once share "
      "a\n"
      "line. Under a segment stands what Wireshark would call it. Numbers count from the initial\n"
      "sequence numbers A and B; `numbers absolute` shows them as they are.\n",
      "  3    0.000s SYN-SENT     --> SYN A                        --> SYN-RECEIVED\n"
      "编号、时间、A 的状态、箭头与报文段、B 的状态：都是事件之后的状态，与 RFC 9293 的图相同。\n"
      "--> 和 <-- 表示发出和到达；... 表示还在网络中；X 和“丢失”标出丢失。发出后紧接着到达的\n"
      "报文段合成一行。报文段下面是 Wireshark 对它的叫法。序号从初始序号 A、B 数起；\n"
      "numbers absolute 显示绝对值。\n"}},
};
enum { TOPIC_COUNT = sizeof topics / sizeof topics[0] };

const char *help_topic_name(uint32_t i)
{
    return i < TOPIC_COUNT ? topics[i].name : NULL;
}

bool help_topic(Text *out, const char *word, size_t len, Lang lang, bool color)
{
    (void)color;
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (strlen(topics[i].name) != len || memcmp(topics[i].name, word, len) != 0)
            continue;
        /* `ladder` is a command, too: its own help comes first. */
        uint32_t found;
        const Command *c = command_find(word, len, false, &found);
        if (c)
            help_command(out, c, lang, color);
        width_wrap_lines(out, topics[i].text[lang], 80);
        return true;
    }
    return false;
}

/* "connect accept send ..." of a group, one line where it fits. */
static void add_group(Text *out, CommandGroup group, Lang lang, bool color)
{
    ink_add(out, color, INK_STRONG, group_title(group, lang));
    text_add(out, group == GROUP_HOST
                      ? (lang == LANG_ZH ? "（A 或 B 在前）\n" : " (A or B first)\n")
                      : "\n");
    size_t column = 0;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const Command *c = command_at((CommandId)i);
        if (c->group != group)
            continue;
        size_t len = strlen(c->name);
        if (column + len + 1 > 76) {
            text_char(out, '\n');
            column = 0;
        }
        text_add(out, column ? " " : "  ");
        text_add(out, c->name);
        column += len + (column ? 1 : 2);
    }
    text_char(out, '\n');
}

void help_overview(Text *out, Lang lang, bool color)
{
    for (int g = 0; g < GROUP_COUNT; g++)
        add_group(out, (CommandGroup)g, lang, color);
    ink_add(out, color, INK_STRONG, lang == LANG_ZH ? "主题" : "Topics");
    text_add(out, "\n  line predicates segments units ladder\n");
    text_add(out, lang == LANG_ZH ? "help connect 说明一条命令并给出例子。先试试：\n"
                                    "  B listen 80; A connect B:80\n  why #5\n"
                                  : "`help connect` explains one of them, with an example. Try:\n"
                                    "  B listen 80; A connect B:80\n  why #5\n");
}

static void add_wrapped(Text *out, const char *text)
{
    text_add(out, "  ");
    width_wrap(out, text, 2, 78);
}

void help_command(Text *out, const Command *c, Lang lang, bool color)
{
    ink_on(out, color, INK_STRONG);
    if (c->flags & NEEDS_HOST)
        text_add(out, "A|B ");
    else if (c->flags & TAKES_HOST)
        text_add(out, "[A|B] ");
    text_addf(out, "%s%s%s", c->name, c->args[0] ? " " : "", c->args);
    ink_off(out, color, INK_STRONG);
    if (c->alias[0])
        text_addf(out, lang == LANG_ZH ? "   （简写：%s）" : "   (short: %s)", c->alias);
    text_char(out, '\n');
    add_wrapped(out, c->text[lang]);
    if (c->more[lang][0])
        add_wrapped(out, c->more[lang]);
    text_addf(out, lang == LANG_ZH ? "  例如：%s\n" : "  example: %s\n", c->example);
}
