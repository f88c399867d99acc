/*
 * sub_help.c: `--help` of the program and of each subcommand: one screen, with examples.
 *
 * A screen is 80 columns; examples can be typed as they stand.
 */
#include "repl/sub.h"

#include <stdio.h>
#include <string.h>

typedef struct Help {
    const char *name; /* NULL: the program */
    const char *text[LANG_COUNT];
} Help;

static const Help helps[] = {
    {NULL,
     {"Sandwire: a TCP playground: two hosts, a wire, and you.\n\n"
      "  sandwire                        the playground in this terminal\n"
      "  sandwire viz                    the window (this terminal stays a prompt)\n"
      "  sandwire run FILE.sw ...        run scenarios: exit 0 pass, 1 fail, 2 error\n"
      "  sandwire render --scene F -o P  a picture without any display\n"
      "  sandwire lesson [start ID]      lessons\n"
      "  sandwire grade EXERCISE FILE    grade an answer\n"
      "  sandwire rfc [ID]               what the RFCs demand, and what shows it is met\n"
      "  sandwire explore --preset NAME  why a rule of TCP is there: search all runs\n"
      "  sandwire read FILE.pcap         any capture as connections, states, ladders\n"
      "  sandwire live [-- COMMAND]      our TCP against the kernel's, over a TAP\n"
      "  sandwire doctor                 what works on this machine\n\n"
      "Options of all:\n"
      "  --lang zh|en                    language (else from LC_ALL, LANG)\n"
      "  --color auto|always|never       colours; NO_COLOR is respected\n"
      "  --ascii                         no character beyond ASCII in pictures\n"
      "  --seed N   --profile rfc|linux|classic|freebsd\n"
      "  --resume                        go on with a session that was not ended\n"
      "  --json                          for programs, where it makes sense\n"
      "  --man   --completion bash       manual page (troff), shell completion\n"
      "  --help  --version               `sandwire run --help` tells about run\n\n"
      "Examples:\n"
      "  sandwire                        then: B listen 80; A connect B:80; why #5\n"
      "  sandwire run --ladder assets/demo/handshake.sw\n"
      "  echo 'B listen 80; A connect B:80' | sandwire\n",
      "Sandwire：TCP 游乐场：两台主机、一根线，还有你。\n\n"
      "  sandwire                        在终端里玩\n"
      "  sandwire viz                    打开窗口（终端仍可输入命令）\n"
      "  sandwire run FILE.sw ...        运行脚本：返回 0 通过，1 失败，2 看不懂\n"
      "  sandwire render --scene F -o P  不需要显示器，直接生成图片\n"
      "  sandwire lesson [start ID]      课程\n"
      "  sandwire grade EXERCISE FILE    批改答案\n"
      "  sandwire rfc [ID]               RFC 的每条要求，以及由什么证明它得到满足\n"
      "  sandwire explore --preset NAME  TCP 为什么需要某条规则：搜索一切可能的过程\n"
      "  sandwire read FILE.pcap         读取任意抓包文件：连接、状态、时序图\n"
      "  sandwire live [-- 命令]         我们的 TCP 与内核的 TCP 通信（TAP）\n"
      "  sandwire doctor                 检查这台机器上哪些功能可用\n\n"
      "通用选项：\n"
      "  --lang zh|en                    语言（默认取自 LC_ALL、LANG）\n"
      "  --color auto|always|never       颜色；遵守 NO_COLOR\n"
      "  --ascii                         图中只用 ASCII 字符\n"
      "  --seed N   --profile rfc|linux|classic|freebsd\n"
      "  --resume                        继续上次没有结束的会话\n"
      "  --json                          供程序读取的输出\n"
      "  --man   --completion bash       手册页（troff）、shell 补全\n"
      "  --help  --version               sandwire run --help 说明 run\n\n"
      "例如：\n"
      "  sandwire                        然后输入：B listen 80; A connect B:80; why #5\n"
      "  sandwire run --ladder assets/demo/handshake.sw\n"
      "  echo 'B listen 80; A connect B:80' | sandwire\n"}},
    {"run",
     {"sandwire run [--ladder] [--json] [--seed N] [--profile P] FILE|FOLDER ...\n\n"
      "Runs each file in a fresh world: scenarios (.sw), line by line, where `expect` is the\n"
      "test, and packetdrill scripts (.pkt). Of a folder, all that lie below it.\n"
      "  --ladder     print only the whole ladder, at the end\n"
      "  --json       one object per file: result, line, report, rows\n"
      "  --pcap F     write the segments as a capture (pcapng) with reasons as comments\n"
      "  --strict | --lenient   scripts: as the original tool | PSH, window, option order free\n"
      "  -D NAME=VALUE  --mtu=N ...   scripts: a definition; their own options, which win\n"
      "  --rule-off NAME        scripts: with this rule of TCP switched off\n"
      "  --no-skip              a skipped script counts as failed\n"
      "Exit code: 0 nothing failed (skipped is not failed), 1 failed, 2 not understood.\n\n"
      "Examples:\n"
      "  sandwire run --ladder assets/demo/handshake.sw\n"
      "  sandwire run tests/scenarios tests/pkt\n"
      "  echo 'A connect B:80; expect A.error == ECONNREFUSED' | sandwire run -\n",
      "sandwire run [--ladder] [--json] [--seed N] [--profile P] 文件|目录 ...\n\n"
      "每个文件都在一个全新的世界里运行：场景（.sw）逐行执行，expect 就是测试；\n"
      "也可以是 packetdrill 脚本（.pkt）。目录表示其下的全部文件。\n"
      "  --ladder     只在最后打印完整的时序图\n"
      "  --json       每个文件一个对象：result、line、report、rows\n"
      "  --pcap F     把报文段存成抓包文件（pcapng），注释中写明原因\n"
      "  --strict | --lenient   脚本：与原工具一致 | 不查 PSH、窗口值和选项顺序\n"
      "  -D NAME=VALUE  --mtu=N ...   脚本：定义一个词；脚本自己的选项，以此处为准\n"
      "  --rule-off NAME        脚本：关闭这条 TCP 规则后运行\n"
      "  --no-skip              跳过的脚本也算失败\n"
      "返回值：0 没有失败（跳过不算失败），1 有失败，2 有看不懂的地方。\n\n"
      "例如：\n"
      "  sandwire run --ladder assets/demo/handshake.sw\n"
      "  sandwire run tests/scenarios tests/pkt\n"
      "  echo 'A connect B:80; expect A.error == ECONNREFUSED' | sandwire run -\n"}},
    {"viz",
     {"sandwire viz [--session FILE.sw | --demo NAME] [--theme light|dark]\n"
      "             [--zoom 150%] [--size 1280x720] [--still] [--presenter]\n\n"
      "The window: both hosts, the wire between them, plots and the timeline.\n"
      "The terminal stays a prompt on the same world. `?` shows every key.\n"
      "A file with `## ` steps is a lecture: PageDown runs the next one.\n\n"
      "Examples:\n"
      "  sandwire viz --demo lecture\n"
      "  sandwire viz --demo handshake\n"
      "  sandwire viz --session first.sw --lang zh\n",
      "sandwire viz [--session FILE.sw | --demo NAME] [--theme light|dark]\n"
      "             [--zoom 150%] [--size 1280x720] [--still] [--presenter]\n\n"
      "窗口：两台主机、它们之间的线路、曲线和时间轴。终端仍可对同一个世界输入命令。\n"
      "在窗口里按 ? 显示所有按键。含有 `## ` 步骤的文件是一堂课：按 PageDown 运行下一步。\n\n"
      "例如：\n"
      "  sandwire viz --demo lecture\n"
      "  sandwire viz --demo handshake\n"
      "  sandwire viz --session first.sw --lang zh\n"}},
    {"render",
     {"sandwire render --scene FILE.sw|DEMO -o OUT.{svg,png,webp,gif,mp4}\n"
      "    [--view window|ladder|fsm|header] [--at 1.2s|#12|end] [--theme NAME]\n"
      "    [--size WxH|slide|slide-4:3|hd|4k|square] [--zoom 150%]\n"
      "    [--from 0s] [--speed 1/16] [--fps 20]            for animations\n\n"
      "Runs the file and draws the result, without any display: for slides, CI. An\n"
      "animation shows the run from --from to --at; .gif and .mp4 need the program ffmpeg.\n"
      "The same file and options give the same bytes.\n\n"
      "sandwire render --handout SESSION.sw -o OUT.html [--at 1.2s] [--lang zh]\n"
      "A page to give away: the ladder, the states, a why for every row. Prints on A4.\n\n"
      "Examples:\n"
      "  sandwire render --scene assets/demo/handshake.sw -o one.svg --view ladder\n"
      "  sandwire render --scene loss -o loss.webp --view ladder --size hd\n",
      "sandwire render --scene FILE.sw|DEMO -o OUT.{svg,png,webp,gif,mp4}\n"
      "    [--view window|ladder|fsm|header] [--at 1.2s|#12|end] [--theme NAME]\n"
      "    [--size WxH|slide|slide-4:3|hd|4k|square] [--zoom 150%]\n"
      "    [--from 0s] [--speed 1/16] [--fps 20]            用于动画\n\n"
      "运行文件并画出结果，不需要显示器：可用于幻灯片和 CI。动画从 --from 播放到 --at；\n"
      ".gif 和 .mp4 需要程序 ffmpeg。同样的文件和选项总是得到同样的字节。\n\n"
      "sandwire render --handout SESSION.sw -o OUT.html [--at 1.2s] [--lang zh]\n"
      "可以发给学生的网页：时序图、状态、每一行的原因；可用 A4 纸打印。\n\n"
      "例如：\n"
      "  sandwire render --scene assets/demo/handshake.sw -o one.svg --view ladder\n"
      "  sandwire render --scene loss -o loss.webp --view ladder --size hd\n"}},
    {"rfc",
     {"sandwire rfc [ID|RFC|SECTION] [--unmet] [--json]\n\n"
      "The requirements of RFC 9293 and of the documents around it, in our own words:\n"
      "how far each is met, by which file, rule and knob, and which tests show it.\n"
      "  --unmet      only what is not, or not wholly, met\n"
      "  --json       an array of objects\n\n"
      "Examples:\n"
      "  sandwire rfc                    all of them\n"
      "  sandwire rfc MUST-18            one, with all that is known of it\n"
      "  sandwire rfc 3.8.4              of RFC 9293, section 3.8.4\n"
      "  sandwire rfc RFC6298            of another document\n",
      "sandwire rfc [ID|RFC|节号] [--unmet] [--json]\n\n"
      "RFC 9293 及相关文档的各条要求，用我们自己的话写出：\n"
      "满足到什么程度，由哪个文件、规则和参数实现，由哪些测试证明。\n"
      "  --unmet      只列出尚未满足或只部分满足的\n"
      "  --json       输出对象数组\n\n"
      "例如：\n"
      "  sandwire rfc                    全部要求\n"
      "  sandwire rfc MUST-18            一条要求的详细说明\n"
      "  sandwire rfc 3.8.4              RFC 9293 第 3.8.4 节的要求\n"
      "  sandwire rfc RFC6298            另一份文档的要求\n"}},
    {"explore",
     {"sandwire explore [--preset NAME [--why] | --presets | --list] [--json] [-j N]\n"
      "                 [--memory MIB] [depth=N drops=N dups=N corrupts=N reorder=N late=N "
      "timers=N search=depth]\n\n"
      "Why is this rule of TCP there? Switches it off and searches all orders of events\n"
      "(arrival, loss, duplicate, timer, call, crash) for the shortest run that breaks a\n"
      "property; then switches it on and searches the bounded space to its end.\n"
      "  --preset NAME   one question as a story; --why: with the words of each rule\n"
      "  --presets       a table of all (also without any option)\n"
      "  --list          the questions\n"
      "  -j N            threads        --memory MIB   limit, 1024 by default\n"
      "  search=depth    deep runs first: soon found, and cut to what matters, but perhaps\n"
      "                  not the shortest\n"
      "Exit code: 0 broken without the rule and not with it, 1 otherwise, 2 not understood.\n\n"
      "Examples:\n"
      "  sandwire explore --list\n"
      "  sandwire explore --preset third-ack\n",
      "sandwire explore [--preset NAME [--why] | --presets | --list] [--json] [-j N]\n"
      "                 [--memory MIB] [depth=N drops=N dups=N corrupts=N reorder=N late=N "
      "timers=N search=depth]\n\n"
      "TCP 为什么需要这条规则？先关闭它，在事件的一切次序（到达、丢失、复制、定时器、\n"
      "调用、断电）中搜索破坏某条性质的最短过程；再打开它，把界限之内的状态搜遍。\n"
      "  --preset NAME   一个问题的完整过程；加 --why 写出每条规则的内容\n"
      "  --presets       全部问题的结果表（不写任何选项也是）\n"
      "  --list          列出问题\n"
      "  -j N            线程数        --memory MIB   内存上限，默认 1024\n"
      "  search=depth    深度优先：很快找到，并删去无关的事件，但未必最短\n"
      "返回值：0 关闭规则就出错、打开就不出错；1 不是这样；2 看不懂。\n\n"
      "例如：\n"
      "  sandwire explore --list\n"
      "  sandwire explore --preset third-ack\n"}},
    {"read",
     {"sandwire read FILE.pcap|FILE.pcapng|- [--follow N] [--json]\n\n"
      "Any capture, of tcpdump, Wireshark or `export F.pcapng`: Ethernet (VLAN), raw IP, Linux\n"
      "cooked, loopback; IPv4, IPv6. One connection is shown as a ladder, several as a list.\n"
      "States are guessed from what was seen; retransmissions, duplicate ACKs, windows and\n"
      "round-trip times are told in Wireshark's words.\n"
      "  --follow N   the ladder of connection N (also from a pipe, as it comes)\n"
      "  --json       an object for programs\n"
      "Exit code: 0 all read, 1 no such connection, 2 damaged (says at which byte).\n\n"
      "Examples:\n"
      "  sandwire run --pcap one.pcapng assets/demo/handshake.sw\n"
      "  sandwire read one.pcapng\n"
      "  tcpdump -w - tcp | sandwire read - --follow 1\n",
      "sandwire read 文件.pcap|文件.pcapng|- [--follow N] [--json]\n\n"
      "读取任意抓包文件（tcpdump、Wireshark 或 export F.pcapng 生成）：以太网（含 VLAN）、\n"
      "裸 IP、Linux cooked、环回；IPv4 与 IPv6。只有一条连接时画出时序图，多条则列表。\n"
      "状态由看到的报文段推断；重传、重复确认、窗口和往返时间使用 Wireshark 的说法。\n"
      "  --follow N   第 N 条连接的时序图（也可以边抓边看）\n"
      "  --json       供程序读取的输出\n"
      "返回值：0 全部读完，1 没有这条连接，2 文件损坏（指出在第几个字节）。\n\n"
      "例如：\n"
      "  sandwire run --pcap one.pcapng assets/demo/handshake.sw\n"
      "  sandwire read one.pcapng\n"
      "  tcpdump -w - tcp | sandwire read - --follow 1\n"}},
    {"live",
     {"sandwire live [--plain] [--tun NODE] [--script F.sw] [--ladder] [--pcap F] [--save F.sw]\n"
      "              [-- COMMAND ...]\n\n"
      "Our TCP (B, 10.0.0.2, fd00::a00:2) against this machine's kernel (A, 10.0.0.1), in a user\n"
      "and network namespace of its own: nothing outside is touched, nothing is left behind.\n"
      "Services of B: 7 echo, 9 discard, 19 chargen, 80 http (/state), 8001 reads slowly,\n"
      "8002 never closes, 8003 resets. A COMMAND runs there; without one you get a prompt, where\n"
      "`! COMMAND` runs there, `live` counts, `kernel` asks A (as ss -ti does), and hold, drop,\n"
      "delay, edit, why work as always.\n"
      "  --plain      the kernel without timestamps, SACK and window scaling\n"
      "  --script F   lines to run first: link rtt=50ms loss=5%, drop next data from A ...\n"
      "  --ladder --pcap F --save F   what happened, at the end\n"
      "  --tun NODE   another node than /dev/net/tun\n"
      "  --fast echo|sink|source=SIZE [--rtt 1ms] [--loss 1%] [--conns N]   no session, no "
      "ladder:\n"
      "               as fast as it goes, on ports 7 9 80 5001; --ladder tells the rates\n"
      "Exit code: that of COMMAND; 77 where the system does not permit it.\n\n"
      "Example:\n"
      "  sandwire live --ladder -- curl -s http://10.0.0.2/state\n",
      "sandwire live [--plain] [--tun 节点] [--script F.sw] [--ladder] [--pcap F] [--save F.sw]\n"
      "              [-- 命令 ...]\n\n"
      "我们的 TCP（B，10.0.0.2，fd00::a00:2）与本机内核（A，10.0.0.1）通信，在自己的用户和网络\n"
      "命名空间里：不碰外面的任何东西，也不留下任何东西。\n"
      "B 的服务：7 echo，9 discard，19 chargen，80 http（/state），8001 读得很慢，\n"
      "8002 从不关闭，8003 复位。命令在其中运行；不写命令则出现提示符，用 ! 命令 在其中运行，\n"
      "live 显示计数，kernel 查看内核一侧（如 ss -ti），hold、drop、delay、edit、why 照常可用。\n"
      "  --plain      关闭内核的时间戳、SACK 和窗口扩大选项\n"
      "  --script F   先执行这些行：link rtt=50ms loss=5%、drop next data from A 等\n"
      "  --ladder --pcap F --save F   结束时输出经过\n"
      "  --tun 节点   使用 /dev/net/tun 以外的设备节点\n"
      "  --fast echo|sink|source=SIZE [--rtt 1ms] [--loss 1%] [--conns N]   不记录过程，\n"
      "               以最快速度传输，端口 7 9 80 5001；--ladder 显示速率\n"
      "返回值：命令的返回值；系统不允许时为 77。\n\n"
      "例如：\n"
      "  sandwire live --ladder -- curl -s http://10.0.0.2/state\n"}},
    {"doctor",
     {"sandwire doctor\n\n"
      "Looks at terminal, window, fonts, /dev/net/tun, namespaces and capture tools,\n"
      "and says for each what works and the one fix for what does not.\n",
      "sandwire doctor\n\n"
      "检查终端、窗口、字体、/dev/net/tun、命名空间和抓包工具，\n"
      "逐项说明是否可用以及如何修复。\n"}},
};

void sub_help(const Program *p, const char *subcommand)
{
    for (size_t i = 0; i < sizeof helps / sizeof *helps; i++) {
        bool same = subcommand && helps[i].name ? strcmp(subcommand, helps[i].name) == 0
                                                : !subcommand && !helps[i].name;
        if (same) {
            fputs(helps[i].text[p->lang], stdout);
            return;
        }
    }
}
