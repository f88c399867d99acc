/*
 * player_private.h: the inside of a player, shared by player*.c.
 *
 * Invariant: the shell's world is the one that the lesson's steps before `step` make, then what the
 * learner did in this step (records[step]); except while wandering, and `return` restores it.
 */
#ifndef SANDWIRE_LESSONS_PLAYER_PRIVATE_H
#define SANDWIRE_LESSONS_PLAYER_PRIVATE_H

#include "lessons/player.h"

/* What the learner did at one step. */
typedef struct Record {
    uint8_t status; /* BlockStatus */
    uint16_t attempts, hints;
    Text lines; /* a task: what was typed, one line each; cap 0: nothing yet */
} Record;

struct Player {
    const Lesson *lesson;
    Shell *shell;
    PlayerOptions o;
    uint32_t step;
    Record *records; /* one per step */
    bool ran;        /* this step's demo has run in this world */
    bool wandering;
    bool over;     /* behind the last step */
    bool finished; /* was over once */
    TaskStart start;
    Judgement judgement;
};

static inline const LessonStep *present_step(const Player *p)
{
    return &p->lesson->steps[p->step];
}

/* The block of the present step, or NULL. */
static inline const Block *present_block(const Player *p)
{
    return present_step(p)->block;
}

static inline BlockKind present_kind(const Player *p)
{
    return present_block(p) ? present_block(p)->kind : BLOCK_NONE;
}

static inline Record *present_record(Player *p)
{
    return &p->records[p->step];
}

/* Solved, shown or skipped: Enter may go on. */
static inline bool is_settled(const Record *r)
{
    return r->status != BLOCK_OPEN;
}

/* Text in the player's language. */
static inline const char *say(const Player *p, const char *en, const char *zh)
{
    return p->o.lang == LANG_ZH ? zh : en;
}

/* player_world.c: the worlds of the steps. */
void world_of_step(Player *, uint32_t step); /* as it is when the step begins */
void world_with_task(Player *);              /* ... and after the lines typed in it */
void judge_present(Player *);                /* fills judgement */

/* Does a learner stop here? A setup or a presenter's note without prose is passed silently. */
bool player_stops_at(const Player *, uint32_t step);

/* player_text.c */
void print_markdown(Player *, const char *markdown, uint16_t indent, Text *out);
void print_label(Player *, const char *label, Text *out);
void print_choices(Player *, const Block *, Text *out);
void print_code(Player *, const char *lines, Text *out);

#endif
