/*
 * twin_story.c: lanes as if two TCPs had played a small scenario (twin_story.h).
 */
#include "tests/viz/twin_story.h"

#include <string.h>

static Scenario scenario;
static Lane ours, theirs;
static TwinResult result;

static void send_event(Lane *l, uint16_t step, uint16_t flags, uint32_t seq, uint32_t ack,
                       uint32_t window)
{
    l->event[l->count++] = (LaneEvent){.step = step,
                                       .what = DID_SEND,
                                       .window = window,
                                       .seg = {.flags = flags | SEG_ACK,
                                               .seq = seq_of(seq),
                                               .ack = seq_of(ack),
                                               .wnd = (uint16_t)window}};
}

static void result_event(Lane *l, uint16_t step, int64_t value)
{
    l->event[l->count++] = (LaneEvent){.step = step, .what = DID_RETURN, .value = value};
}

static void segment_step(uint16_t flags, uint32_t seq, uint16_t len)
{
    Step *s = scenario_add(&scenario, STEP_SEGMENT, SETTLE_QUICK);
    s->seg = (Seg){.flags = flags, .seq = seq_of(seq), .ack = seq_of(1), .len = len, .wnd = 4000};
}

static void lane(Lane *l, bool kernel)
{
    uint32_t window = kernel ? 64240 : 65535;
    memset(l, 0, sizeof *l);
    result_event(l, 0, 3);
    send_event(l, 1, SEG_SYN, 0, 1, window);
    if (!kernel)
        send_event(l, 3, 0, 1, 101, window);
    result_event(l, 4, 100);
    send_event(l, 5, 0, 1, kernel ? 102 : 103, window);
    l->event[l->count++] =
        (LaneEvent){.step = 5, .what = DID_END, .state = kernel ? ESTABLISHED : CLOSE_WAIT};
}

const TwinScene *twin_story(void)
{
    static TwinScene scene;
    memset(&scenario, 0, sizeof scenario);
    strcpy(scenario.name, "story.pkt");
    scenario_call(&scenario, SOCK_CALL_SOCKET, -1)->fd_new = 3;
    segment_step(SEG_SYN, 0, 0);
    segment_step(SEG_ACK, 1, 0);
    segment_step(SEG_ACK | SEG_PSH, 1, 100);
    scenario_call(&scenario, SOCK_CALL_RECV, 4)->len = 1000;
    segment_step(SEG_ACK | SEG_FIN, 101, 0);
    lane(&ours, false);
    lane(&theirs, true);
    bool made = compare_lanes(&scenario, &ours, &theirs, &result);
    CHECK(made);
    scene = (TwinScene){.lanes = 2,
                        .name = {"sandwire (linux)", "Linux 6.18"},
                        .scenario = &scenario,
                        .lane = {&ours, &theirs},
                        .result = {&result}};
    return &scene;
}
