/*
 * keys.c: the table of keys.h. PageUp, PageDown, F5 and the full stop are what a presenter's remote
 * control sends.
 *
 * A key or letter stands in one row only; tests/viz/test_keys.c sees to it.
 */
#include "viz/keys.h"

#include <string.h>

static const KeyRow rows[] = {
    {KEY_PLAY, KEYS_TIME, "", " ", "Space", {"play or pause", "播放或暂停"}},
    {KEY_NEXT,
     KEYS_TIME,
     "PageDown",
     "",
     "PageDown",
     {"next step of the lecture, or event", "讲课的下一步，或下一个事件"}},
    {KEY_PREVIOUS, KEYS_TIME, "PageUp", "", "PageUp", {"the step or event before", "上一步"}},
    {KEY_STEP, KEYS_TIME, "Right", "n", "→ n", {"next event", "下一个事件"}},
    {KEY_BACK, KEYS_TIME, "Left", "p", "← p", {"event before", "上一个事件"}},
    {KEY_START, KEYS_TIME, "Home", "", "Home", {"to the start", "回到开始"}},
    {KEY_END, KEYS_TIME, "End", "", "End", {"to the end", "跳到末尾"}},
    {KEY_FASTER, KEYS_TIME, "", "+=", "+", {"faster", "加快"}},
    {KEY_SLOWER, KEYS_TIME, "", "-", "-", {"slower", "减慢"}},
    {KEY_UNDO, KEYS_TIME, "", "u", "u", {"take back the last command", "撤销上一条命令"}},
    {KEY_REDO, KEYS_TIME, "", "r", "r", {"do it again", "重做"}},

    {KEY_HOLD,
     KEYS_NETWORK,
     "",
     "h",
     "h",
     {"hold mode: segments wait for a click", "暂扣模式：报文段等你点击"}},
    {KEY_NEXT_SEGMENT,
     KEYS_NETWORK,
     "Tab",
     "",
     "Tab",
     {"select the next segment", "选下一个报文段"}},
    {KEY_PREVIOUS_SEGMENT,
     KEYS_NETWORK,
     "Backspace",
     "",
     "Backspace",
     {"select the one before", "选上一个报文段"}},
    {KEY_MENU, KEYS_NETWORK, "Return", "", "Enter", {"menu of the segment", "报文段菜单"}},
    {KEY_DELIVER, KEYS_NETWORK, "", "1", "1", {"deliver it now", "立即送达"}},
    {KEY_DROP, KEYS_NETWORK, "", "2", "2", {"drop it", "丢弃"}},
    {KEY_DELAY, KEYS_NETWORK, "", "3", "3", {"delay it", "推迟"}},
    {KEY_DUPLICATE, KEYS_NETWORK, "", "4", "4", {"duplicate it", "复制"}},
    {KEY_EDIT, KEYS_NETWORK, "", "5", "5", {"edit it", "修改"}},
    {KEY_WHY, KEYS_NETWORK, "", "y", "y", {"why was it sent?", "为什么发出它？"}},

    {KEY_FOCUS, KEYS_LOOK, "", "f", "f", {"next panel alone, then all", "下一块放大，最后全部"}},
    {KEY_FOCUS_BACK, KEYS_LOOK, "", "F", "F", {"panel before", "上一块"}},
    {KEY_PRESENTER, KEYS_LOOK, "F5", "b", "F5 b", {"presenter mode", "讲台模式"}},
    {KEY_BLANK, KEYS_LOOK, "", ".", ".", {"blank the screen", "黑屏"}},
    {KEY_FULL_SCREEN, KEYS_LOOK, "F11", "", "F11", {"whole screen", "全屏"}},
    {KEY_PLOTS,
     KEYS_LOOK,
     "",
     "g",
     "g",
     {"below: strips, curves, buffers", "下方：窗口条、曲线、缓冲区"}},
    {KEY_VIEWS, KEYS_LOOK, "", "v", "v F2…F12", {"list of views; one alone", "视图列表；单看一个"}},
    {KEY_NUMBERS, KEYS_LOOK, "", "a", "a", {"absolute or relative numbers", "绝对或相对序号"}},
    {KEY_SCROLL_UP, KEYS_LOOK, "Up", "", "↑", {"earlier on the ladder", "时序图往前"}},
    {KEY_SCROLL_DOWN, KEYS_LOOK, "Down", "", "↓", {"later on the ladder", "时序图往后"}},
    {KEY_BIGGER, KEYS_LOOK, "", ">", ">", {"larger type", "放大"}},
    {KEY_SMALLER, KEYS_LOOK, "", "<", "<", {"smaller type", "缩小"}},
    {KEY_ZOOM_RESET, KEYS_LOOK, "", "0", "0", {"type at 100 %", "字号还原"}},
    {KEY_MOTION, KEYS_LOOK, "", "m", "m", {"motion on or off", "动画开关"}},
    {KEY_THEME, KEYS_LOOK, "", "t", "t", {"next theme", "换主题"}},
    {KEY_LANG, KEYS_LOOK, "", "l", "l", {"中文", "English"}},

    {KEY_COMMAND, KEYS_PROGRAM, "", ":;", ":", {"command line", "命令行"}},
    {KEY_OPEN, KEYS_PROGRAM, "", "o", "o", {"open a session", "打开会话"}},
    {KEY_SAVE, KEYS_PROGRAM, "", "s", "s", {"save the session", "保存会话"}},
    {KEY_HELP, KEYS_PROGRAM, "F1", "?/", "?", {"this sheet", "本页"}},
    {KEY_CLOSE, KEYS_PROGRAM, "Escape", "", "Esc", {"close what is open", "关闭弹出的内容"}},
    {KEY_QUIT, KEYS_PROGRAM, "", "q", "q", {"quit", "退出"}},
};

static const char *const groups[KEY_GROUP_COUNT][LANG_COUNT] = {
    {"Time", "时间"}, {"Segments", "报文段"}, {"View", "显示"}, {"Program", "程序"}};

const KeyRow *keys_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

const char *keys_group_name(KeyGroup group, Lang lang)
{
    return groups[group][lang];
}

KeyAction keys_of_char(uint32_t letter)
{
    if (letter == 0 || letter >= 0x80)
        return KEY_NONE;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strchr(rows[i].chars, (int)letter))
            return rows[i].action;
    return KEY_NONE;
}

KeyAction keys_of_name(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (const char *at = rows[i].keys; *at; at += strcspn(at, " ")) {
            at += *at == ' ';
            if (strcspn(at, " ") == len && strncmp(at, name, len) == 0)
                return rows[i].action;
        }
    }
    return KEY_NONE;
}
