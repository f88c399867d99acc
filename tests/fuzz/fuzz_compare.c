/*
 * fuzz_compare.c - any text as a script to compare: a scenario that can be played, or a refusal.
 *
 * What can be played is played on our core, twice with the same lane, and aligned with itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/compare.h"

enum { TEXT_MAX = 4096 };

static struct Room {
    Scenario scenario;
    Lane first, second;
    TwinResult result;
} * room;

static void free_room(void)
{
    free(room);
}

static void play(Lane *lane)
{
    Subject *core = compare_core_new(PROFILE_LINUX, &room->scenario);
    CHECK(core);
    compare_play(core, &room->scenario, NULL, NULL, NULL, lane);
    compare_core_free(core);
}

static void print_all(void)
{
    static char text[1 << 16];
    Text t = text_fixed(text, sizeof text);
    compare_scenario_text(&t, &room->scenario, &room->first);
    for (uint32_t i = 0; i < room->first.count; i++) {
        text_clear(&t);
        compare_event_text(&t, &room->first.event[i], LANG_ZH);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ScenarioRefusal refusal;
    if (size > TEXT_MAX)
        return 0;
    if (!room) {
        room = calloc(1, sizeof *room);
        CHECK(room);
        atexit(free_room);
    }
    bool good = compare_pkt_read(bytes_of(data, size), "fuzz", LANG_EN, &room->scenario, &refusal);
    CHECK(good == (refusal.message[0] == '\0'));
    CHECK(memchr(refusal.message, 0, sizeof refusal.message));
    if (!good)
        return 0;
    CHECK(room->scenario.count > 0 && room->scenario.count <= COMPARE_STEPS_MAX);
    play(&room->first);
    play(&room->second);
    CHECK(compare_lanes(&room->scenario, &room->first, &room->second, &room->result));
    CHECK(room->result.differences == 0);
    print_all();
    return 0;
}
