/*
 * player_world.c: the world at each step of a lesson, made again whenever it is needed.
 *
 * Each step adds something to the world: a setup begins a new one, a demo runs its commands, a task
 * what the learner typed if that solved it, else its solution (so that a lesson goes on as if it
 * had been solved). Replaying these since the last setup gives any step's world, byte for byte.
 */
#include "core/lab/heap.h"
#include "lessons/desk.h"
#include "lessons/player_private.h"
#include "lessons/transcript.h"

static void run_quietly(Player *p, const char *lines)
{
    Text said = text_heap();
    desk_run(p->shell, lines, &said, NULL);
    text_heap_free(&said);
}

static void begin_world(Player *p, const Block *setup)
{
    const Lesson *l = p->lesson;
    uint64_t seed = setup && setup->seed ? setup->seed : l->seed;
    Profile profile =
        setup && setup->profile != PROFILE_COUNT ? (Profile)setup->profile : l->profile;
    desk_restart(p->shell, seed, profile);
    if (setup)
        run_quietly(p, setup->code);
}

static void run_demo(Player *p, const Block *demo)
{
    Text commands = text_heap();
    transcript_commands(&commands, demo->code);
    run_quietly(p, commands.buf);
    text_heap_free(&commands);
}

/* What step i adds. */
static void add_step(Player *p, uint32_t i)
{
    const Block *b = p->lesson->steps[i].block;
    const Record *r = &p->records[i];
    if (!b)
        return;
    if (b->kind == BLOCK_SETUP)
        begin_world(p, b);
    else if (b->kind == BLOCK_DEMO)
        run_demo(p, b);
    else if (b->kind == BLOCK_TASK)
        run_quietly(p, r->status == BLOCK_SOLVED && r->lines.cap > 0
                           ? r->lines.buf
                           : block_entry(b, ENTRY_SOLUTION)->code);
}

void world_of_step(Player *p, uint32_t step)
{
    const Lesson *l = p->lesson;
    uint32_t from = step;
    bool here =
        step < l->step_count && l->steps[step].block && l->steps[step].block->kind == BLOCK_SETUP;
    while (!here && from > 0 &&
           !(l->steps[from].block && l->steps[from].block->kind == BLOCK_SETUP))
        from--;
    const Block *first = from < l->step_count ? l->steps[from].block : NULL;
    if (!first || first->kind != BLOCK_SETUP)
        begin_world(p, NULL);
    for (uint32_t i = from; i < step; i++)
        add_step(p, i);
    if (here)
        add_step(p, step);
}

void world_with_task(Player *p)
{
    world_of_step(p, p->step);
    if (present_kind(p) == BLOCK_DEMO && p->ran)
        add_step(p, p->step);
    if (present_kind(p) != BLOCK_TASK)
        return;
    p->start = judge_start(shell_session(p->shell));
    if (present_record(p)->lines.cap > 0)
        run_quietly(p, present_record(p)->lines.buf);
    judge_present(p);
}

void judge_present(Player *p)
{
    judge(present_block(p), shell_session(p->shell), &p->start, &p->judgement);
}
