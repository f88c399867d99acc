/*
 * words.c: see words.h.
 *
 * The Chinese terms are those of the textbooks: 报文段, 确认号, 重传, 状态图.
 */
#include "viz/words.h"

static const char *const words[WORD_COUNT][LANG_COUNT] = {
    [WORD_HOST] = {"Host", "主机"},
    [WORD_NO_CONNECTION] = {"no connection", "没有连接"},
    [WORD_NOTHING_YET] = {"Nothing has happened yet. Type  B listen 80  and then  A connect B:80",
                          "还没有发生任何事。输入  B listen 80  再输入  A connect B:80"},
    [WORD_NO_SEGMENT_YET] = {"no segment has been sent yet", "还没有发送过报文段"},
    [WORD_CLIENT_PATH] = {"client", "客户端"},
    [WORD_SERVER_PATH] = {"server", "服务器"},
    [WORD_UNUSUAL_PATH] = {"unusual", "少见"},
    [WORD_NO_EDGE_YET] = {"no edge taken yet", "还没有走过任何一条边"},
    [WORD_NO_SUCH_EDGE] = {"a reset or an abort: not in the figure", "复位或中止：不在图中"},
    [WORD_TIMER] = {"timer", "定时器"},
    [WORD_OTHER_CONNECTIONS] = {"connections", "个连接"},
    [WORD_LOST] = {"lost", "丢失"},
    [WORD_COPY_OF] = {"copy of #%u", "#%u 的副本"},
    [WORD_FIRST_WAS] = {"of #%u", "首次 #%u"},
    [WORD_EDITED] = {"edited", "已修改"},
    [WORD_CORRUPTED] = {"corrupted", "有比特出错"},
    [WORD_QUIET] = {"quiet for", "平静"},
    [WORD_ACKNOWLEDGED] = {"acknowledged", "已确认"},
    [WORD_IN_FLIGHT] = {"in flight", "已发送未确认"},
    [WORD_MAY_SEND] = {"may be sent", "允许发送"},
    [WORD_NOT_ALLOWED] = {"not yet", "不允许发送"},
    [WORD_OUT_OF_ORDER] = {"out of order", "失序"},
    [WORD_SENT_AGAIN] = {"sent again", "已重传"},
    [WORD_SACKED] = {"SACKed", "已选择确认"},
    [WORD_RECEIVED] = {"received", "已收到"},
    [WORD_HOLE] = {"hole", "缺口"},
    [WORD_MAY_ARRIVE] = {"may arrive", "允许接收"},
    [WORD_NOT_TAKEN] = {"not yet", "不允许接收"},
    [WORD_SEND_SPACE] = {"%c sends: send sequence space (RFC 9293 figure 3)",
                         "%c 发送：发送序号空间（RFC 9293 图 3）"},
    [WORD_RECEIVE_SPACE] = {"%c receives: receive sequence space (RFC 9293 figure 4)",
                            "%c 接收：接收序号空间（RFC 9293 图 4）"},
    [WORD_SEND_BUFFER] = {"send buffer", "发送缓冲区"},
    [WORD_RECEIVE_BUFFER] = {"receive buffer", "接收缓冲区"},
    [WORD_UNSENT] = {"not sent yet", "尚未发送"},
    [WORD_TO_READ] = {"waits for recv", "等待 recv 读取"},
    [WORD_EMPTY] = {"empty", "空"},
    [WORD_MORE_BYTES] = {"+ %u more bytes", "另有 %u 字节"},
    [WORD_OF_BYTES] = {"%u of %u bytes", "%u / %u 字节"},
    [WORD_EDGES] = {"edges", "条边"},
    [WORD_CURVE_DATA] = {"segment", "报文段"},
    [WORD_CURVE_ACK] = {"acknowledged up to", "已确认到"},
    [WORD_CURVE_WINDOW] = {"window ends", "窗口右沿"},
    [WORD_NOTHING_SENT] = {"no data has been sent yet", "还没有发送过数据"},
    [WORD_NO_CONNECTIONS] = {"no connection on either end", "两端都没有连接"},
    [WORD_NO_COMPARISON] =
        {"nothing is compared yet: `compare NAME` puts the future of another "
         "branch beside this one (`branches` lists them)",
         "还没有要对照的未来：compare 分支名 把另一分支的未来放在旁边（branches 列出全部）"},
    [WORD_COMPARE_HERE] = {"here", "当前"},
    [WORD_COMPARE_PARTING] = {"here they part", "从这里分开"},
    [WORD_COMPARE_ENDS] = {"It ends with #%u.", "到 #%u 为止。"},
    [WORD_COMPARE_SAME] = {"No difference so far.", "到目前为止没有不同。"},
    [WORD_NO_SEARCH] = {"no search has found a run yet: `explore third-ack` looks for one",
                        "还没有搜索到运行：可以试试 `explore third-ack`"},
    [WORD_SEARCH_GOAL] = {"the condition asked for", "所求的条件"},
    [WORD_SEARCH_BROKEN] = {"broken after %u events, and no shorter run does it",
                            "经过 %u 个事件被破坏，没有更短的运行"},
    [WORD_SEARCH_FOUND] = {"reached after %u events, and no shorter run does it",
                           "经过 %u 个事件达到，没有更短的运行"},
    [WORD_SEARCH_SIZE] = {"searched: %llu states, %llu transitions, %u events deep",
                          "搜索了 %llu 个状态、%llu 次转移，深 %u 个事件"},
    [WORD_SEARCH_TOO_LATE] = {"▼ after event %u it is too late: even a network that behaves cannot "
                              "save it",
                              "▼ 第 %u 个事件之后已经太晚：网络再好也无法挽回"},
    [WORD_SEARCH_ELSEWHERE] = {"the run is on another branch: `switch %s`",
                               "这次运行在另一个分支上：`switch %s`"},
    [WORD_NO_LESSON] = {"no lesson is open", "没有打开课程"},
    [WORD_INTERVENTIONS] = {"interventions: %u of %u", "干预：%u / %u"},
    [WORD_RIGHT] = {"Right. ", "正确。"},
    [WORD_NOT_RIGHT] = {"Not yet. ", "还不对。"},
    [WORD_HINT] = {"Hint %u of %u: ", "提示 %u/%u："},
    [WORD_NO_RESULT] = {"no exercise has been graded", "还没有评分的练习"},
    [WORD_SETTINGS] = {", tried under %u settings", "，在 %u 种设置下运行"},
    [WORD_GOT] = {"got:", "实际："},
    [WORD_WHY] = {"why:", "原因："},
    [WORD_OPEN_MOMENT] = {"see it:", "查看："},
    [WORD_ONE_HINT] = {"hint:", "提示："},
    [WORD_BRANCH_EVENTS] = {"%u events", "%u 个事件"},
    [WORD_HERE] = {"here", "现在"},
    [WORD_BRANCH_HINT] = {"Going back and doing something else begins a branch: no future is lost. "
                          "`switch NAME` goes to its end.",
                          "回到过去做别的事，就长出一个新分支：原来的未来不会丢失。"
                          "`switch 名称` 可以回到它的末端。"},
    [WORD_BRANCH] = {"branch", "分支"},
    [WORD_PLAY] = {"play", "播放"},
    [WORD_PAUSE] = {"pause", "暂停"},
    [WORD_STEP] = {"step", "单步"},
    [WORD_BACK] = {"back", "后退"},
    [WORD_HOLD] = {"hold", "暂扣"},
    [WORD_LANG] = {"中文", "English"},
    [WORD_THEME] = {"theme", "主题"},
    [WORD_FOCUS] = {"views", "视图"},
    [WORD_HELP_TITLE] = {"Keys", "按键"},
    [WORD_HELP_MOUSE] =
        {"Click a line of this sheet to do it. Click a segment for its menu, drag on the timeline "
         "to travel, rest the pointer on a "
         "segment for its header. The terminal stays a live command line on the same world: what "
         "you click appears there as the command it ran.",
         "点击本页的一行即可执行。点击报文段打开菜单；在时间轴上拖动，可以回到任意时刻；指针停在报"
         "文段上，可以看到首部。"
         "终端仍是同一个世界的命令行：每次点击都会在那里显示为对应的命令。"},
    [WORD_MENU_DELIVER] = {"deliver now", "立即送达"},
    [WORD_MENU_DROP] = {"drop", "丢弃"},
    [WORD_MENU_DELAY] = {"delay 200ms", "推迟 200ms"},
    [WORD_MENU_DUPLICATE] = {"duplicate", "复制"},
    [WORD_MENU_EDIT] = {"edit…", "修改…"},
    [WORD_MENU_WHY] = {"why?", "为什么？"},
    [WORD_EDIT_TITLE] = {"Edit segment", "修改报文段"},
    [WORD_EDIT_HINT] = {"Enter sends it on, Esc leaves it as it is", "回车生效，Esc 放弃"},
    [WORD_OPTIONS] = {"Options", "选项"},
    [WORD_DATA] = {"Data", "数据"},
    [WORD_NO_OPTIONS] = {"none", "无"},
    [WORD_COMPARED_WITH] = {"differs from #%u, the one before in this direction",
                            "与同方向的上一个报文段 #%u 不同"},
    [WORD_BYTES] = {"bytes", "字节"},
};

const char *word(Word w, Lang lang)
{
    CHECK(w < WORD_COUNT && lang < LANG_COUNT && words[w][lang]);
    return words[w][lang];
}
