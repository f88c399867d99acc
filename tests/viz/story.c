/*
 * story.c: see story.h.
 */
#include "tests/viz/story.h"

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
