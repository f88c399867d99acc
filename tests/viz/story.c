/*
 * story.c: see story.h.
 */
#include "tests/viz/story.h"

#include <stdio.h>
#include <string.h>

static const char *const names[STORY_COUNT] = {"empty",        "handshake", "life",     "loss",
                                               "flight",       "bulk",      "held",     "reset",
                                               "simultaneous", "copy",      "branches", "hole"};

const char *story_name(Story story)
{
    return names[story];
}

static void command(Session *s, CmdOp op, HostId host, uint32_t key, uint64_t val)
{
    Cmd cmd = {.op = (uint16_t)op, .host = host, .key = key, .val = val};
    session_apply(s, &cmd, bytes_of(NULL, 0));
}

static void say(Session *s, HostId host, const char *text)
{
    Cmd cmd = {.op = CMD_SEND, .host = host};
    session_apply(s, &cmd, bytes_of(text, strlen(text)));
}

static void arm(Session *s, ArmedAction action, SegClass seg_class)
{
    Cmd cmd = {.op = CMD_ARM, .host = HOST_A, .key = action, .conn = 1, .len = seg_class};
    session_apply(s, &cmd, bytes_of(NULL, 0));
}

static void quiet(Session *s)
{
    RunLimit limit = {.quiet = true, .until = NANOS_NEVER};
    session_run(s, &limit);
}

static void wait(Session *s, Nanos time)
{
    RunLimit limit = {.until = session_world(s)->now + time};
    session_run(s, &limit);
}

static void open_connection(Session *s)
{
    command(s, CMD_LISTEN, HOST_B, 80, 0);
    command(s, CMD_CONNECT, HOST_A, 80, 0);
    quiet(s);
}

static void close_both(Session *s)
{
    command(s, CMD_CLOSE, HOST_A, 0, 0);
    quiet(s);
    command(s, CMD_CLOSE, HOST_B, 0, 0);
    quiet(s);
}

static void tell_loss(Session *s)
{
    command(s, CMD_LISTEN, HOST_B, 80, 0);
    arm(s, ARMED_DROP, CLASS_SYN);
    command(s, CMD_CONNECT, HOST_A, 80, 0);
    quiet(s);
    arm(s, ARMED_DROP, CLASS_DATA);
    say(s, HOST_A, "hello");
    quiet(s);
}

static void tell_copy(Session *s)
{
    Cmd cut = {.op = CMD_CUT, .link = 3, .host = HOST_NONE};
    open_connection(s);
    arm(s, ARMED_DUP, CLASS_DATA);
    say(s, HOST_A, "twice");
    quiet(s);
    say(s, HOST_B, "into the void");
    wait(s, 10 * NANOS_MS);
    session_apply(s, &cut, bytes_of(NULL, 0));
    wait(s, 2 * NANOS_S);
}

static void tell_branches(Session *s)
{
    open_connection(s);
    say(s, HOST_A, "hello");
    quiet(s);
    session_goto_row(s, 8);
    command(s, CMD_CLOSE, HOST_A, 0, 0);
    quiet(s);
    session_back(s, 2);
}

Session *story_tell(Story story)
{
    SessionOptions options = {.seed = 7};
    if (story == STORY_HOLE)
        options.profile = PROFILE_LINUX;
    Session *s = session_new(&options);
    switch (story) {
    case STORY_HANDSHAKE: open_connection(s); break;
    case STORY_LIFE:
        open_connection(s);
        say(s, HOST_A, "hello");
        quiet(s);
        command(s, CMD_RECV, HOST_B, 0, 0);
        close_both(s);
        break;
    case STORY_LOSS: tell_loss(s); break;
    case STORY_FLIGHT:
        open_connection(s);
        say(s, HOST_A, "hello");
        wait(s, 20 * NANOS_MS);
        break;
    case STORY_BULK:
        open_connection(s);
        command(s, CMD_SEND, HOST_A, 0, 40000);
        wait(s, 330 * NANOS_MS);
        break;
    case STORY_HELD:
        command(s, CMD_HOLD, HOST_NONE, 0, 1);
        command(s, CMD_LISTEN, HOST_B, 80, 0);
        command(s, CMD_CONNECT, HOST_A, 80, 0);
        wait(s, 100 * NANOS_MS);
        break;
    case STORY_RESET:
        open_connection(s);
        say(s, HOST_A, "nobody reads this");
        quiet(s);
        close_both(s);
        break;
    case STORY_SIMULTANEOUS:
        open_connection(s);
        command(s, CMD_CLOSE, HOST_A, 0, 0);
        command(s, CMD_CLOSE, HOST_B, 0, 0);
        quiet(s);
        break;
    case STORY_COPY: tell_copy(s); break;
    case STORY_BRANCHES: tell_branches(s); break;
    case STORY_HOLE:
        open_connection(s);
        say(s, HOST_A, "the first one");
        quiet(s);
        arm(s, ARMED_DROP, CLASS_DATA);
        command(s, CMD_SEND, HOST_A, 0, 5000);
        wait(s, 120 * NANOS_MS);
        break;
    case STORY_EMPTY:
    case STORY_COUNT: break;
    }
    return s;
}

void story_finding(Finding *f, Session *s)
{
    uint64_t here = session_position(s);
    memset(f, 0, sizeof *f);
    f->end = END_VIOLATED;
    f->watch = WATCH_AGREEMENT;
    f->states = 48120;
    f->transitions = 190334;
    f->depth = 9;
    f->count = (uint32_t)min_u64(session_length(s), EXPLORE_DEPTH_MAX);
    f->inevitable = f->count / 2;
    snprintf(f->branch, sizeof f->branch, "%s", session_branch_name(s));
    for (uint32_t i = 0; i < f->count; i++) {
        session_goto_position(s, i);
        f->step[i].row = session_world(s)->rows;
        snprintf(f->step[i].line, sizeof f->step[i].line, "take #%u", (unsigned)i + 3);
    }
    session_goto_position(s, here);
}

void story_other(Comparison *c, Story story)
{
    Session *s = story_tell(story);
    session_goto_position(s, session_length(s) / 2);
    command(s, CMD_CUT, HOST_NONE, 0, 0);
    session_run(s, &(RunLimit){.steps = 12});
    bool made = comparison_make(c, s, session_branch_name(s));
    CHECK(made);
    session_free(s);
}

LessonScene story_lesson(Lang lang)
{
    bool zh = lang == LANG_ZH;
    return (LessonScene){
        .title = zh ? "三次握手" : "The three-way handshake",
        .heading = zh ? "为什么是三个报文段" : "Why three segments",
        .step = 4,
        .steps = 11,
        .prose =
            zh ? "一个迟到的旧 SYN 到达服务器。服务器回答它，但不能只凭这一个报文段就认为连接已"
                 "经建立。\n第三个报文段就是证据：对方此刻还在，并且说出了服务器的序号。"
               : "An old SYN that was long on its way reaches the server. The server answers, but "
                 "it must not believe in a connection because of this one segment.\nThe third "
                 "segment is the proof: the other side is there now, and it names the server's "
                 "number.",
        .ask = zh ? "让 A 的第一个 SYN 迟到，使 B 收到它时 A 已不再想要这条连接。"
                  : "Delay the first SYN of A so that B gets it when A does not want it any more.",
        .choice = {zh ? "B 进入 ESTABLISHED" : "B becomes ESTABLISHED",
                   zh ? "B 停在 SYN-RECEIVED，然后收到 RST"
                      : "B stays in SYN-RECEIVED and then receives a RST"},
        .choices = 2,
        .wrong = true,
        .feedback = zh ? "想一想：B 的 SYN+ACK 到达 A 时，A 处于哪个状态？"
                       : "Think of the state that A is in when the SYN+ACK of B arrives.",
        .hint = zh ? "`delay next SYN from A 3s`" : "`delay next SYN from A 3s`",
        .hints_shown = 1,
        .hints = 3,
        .mark = {{MARK_MET, zh ? "A 的 SYN 迟到" : "A's SYN is late"},
                 {MARK_OPEN, zh ? "B 收到 RST" : "B receives a RST"},
                 {MARK_BROKEN, zh ? "没有丢弃任何报文段" : "no segment is dropped"}},
        .marks = 3,
        .interventions = 2,
        .budget = 3,
        .keys = zh ? "命令   check 检查   hint 提示   restart 重来   previous 上一步   quit 离开"
                   : "a command   check   hint   restart   previous   quit"};
}

ResultScene story_result(Lang lang)
{
    bool zh = lang == LANG_ZH;
    return (ResultScene){
        .title = zh ? "丢失的确认" : "The lost acknowledgment",
        .answer = "answer.sw",
        .score = 6,
        .most = 10,
        .settings = 4,
        .check = {{.caption = zh ? "B 的确认丢失一次" : "one acknowledgment of B is lost",
                   .passed = true},
                  {.caption = zh ? "A 重传数据，B 只交付一次"
                                 : "A sends the data again, and B delivers it only once",
                   .got = "count(REXMIT from A) is 0, expected >= 1",
                   .why = zh ? "下一个确认同时确认了前面的数据（RFC 9293 3.8）"
                             : "the next acknowledgment covers the one before (RFC 9293 3.8)",
                   .command = "sandwire run moment.sw --at #14",
                   .hint = zh ? "让两个确认都丢失" : "lose both acknowledgments"},
                  {.caption = zh ? "两端都回到 CLOSED" : "both ends return to CLOSED",
                   .passed = true}},
        .checks = 3};
}
