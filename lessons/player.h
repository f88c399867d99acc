/*
 * player.h: a lesson, played at the learner's own pace.
 *
 * A state machine over a Shell: it knows no terminal, no file and no clock. The front end shows
 * player_screen, asks for a line under player_prompt, and hands the line to player_line, which
 * prints what came of it. Nothing advances by itself: every step waits for a line.
 *
 *                 Enter / next
 *     read ------------------------------> next step
 *     demo ---- Enter: it runs ----------> (Enter again) next step
 *     predict - an answer: right --------> next step;  wrong: feedback, try again
 *     task ---- commands of the language; passed -> next step;  check, hint, restart
 *     any ----- play: the world is yours -- return: back to the saved moment
 *
 * The world at a step is a function of the lesson and of what the learner typed in the tasks since
 * the last setup; so a saved lesson resumes exactly, and going back to an earlier step shows it
 * with the world it had.
 *
 * Showing the solution is recorded; it does not count as solved.
 */
#ifndef SANDWIRE_LESSONS_PLAYER_H
#define SANDWIRE_LESSONS_PLAYER_H

#include "lessons/judge.h"
#include "lessons/lesson.h"
#include "lessons/progress.h"
#include "repl/shell.h"

typedef struct Player Player;

typedef struct PlayerOptions {
    Lang lang;
    bool color;
    uint16_t width; /* columns; 0: 80 */
    bool no_skip;   /* tasks and questions cannot be skipped */
    bool presenter; /* show ```note presenter, too */
} PlayerOptions;

/* What may be typed now; bits. */
enum {
    PLAYER_NEXT = 0x001,    /* Enter goes on */
    PLAYER_RUN = 0x002,     /* Enter runs the demo */
    PLAYER_ANSWER = 0x004,  /* a line is an answer */
    PLAYER_COMMAND = 0x008, /* a line is a command of the language */
    PLAYER_HINT = 0x010,
    PLAYER_CHECK = 0x020,
    PLAYER_SOLUTION = 0x040,
    PLAYER_SKIP = 0x080,
    PLAYER_PREVIOUS = 0x100,
    PLAYER_RESTART = 0x200, /* begin the task anew */
    PLAYER_PLAY = 0x400,    /* wander */
    PLAYER_RETURN = 0x800,  /* back from wandering */
    PLAYER_QUIT = 0x1000
};

typedef enum PlayerStatus {
    PLAYER_STAYS = 0, /* something was printed; ask for the next line */
    PLAYER_MOVED,     /* another step, or another world: show player_screen */
    PLAYER_ENDED,     /* the lesson is over: player_summary */
    PLAYER_LEFT       /* the learner wants to leave */
} PlayerStatus;

/* Plays the lesson on the shell, whose world it takes over. Both stay the caller's and must outlive
 * the player. */
Player *player_new(const Lesson *, Shell *, PlayerOptions);
void player_free(Player *);

void player_set_lang(Player *, Lang);
Lang player_lang(const Player *);
void player_set_width(Player *, uint16_t columns); /* as PlayerOptions.width */

/* The present step as text: heading, prose, question or task. */
void player_screen(Player *, Text *out);

/* Two lines: "[3/30] Enter: next   hint   previous   play   quit", only what is valid now; then
 * what is asked for, without a newline: "> ", or how an answer looks, or the shell's own prompt. */
void player_prompt(Player *, Text *out);
uint32_t player_keys(const Player *);
/* The first of the two lines without the place: "Enter: next   hint   previous   play   quit". */
void player_keys_text(const Player *, Text *out);

PlayerStatus player_line(Player *, const char *line, Text *out);

/* At the end: what was solved, and what was only shown. */
void player_summary(Player *, Text *out);

/* Where we are. The step is NULL at the end. */
uint32_t player_step(const Player *);
const LessonStep *player_step_of(const Player *);

/* At which stop the learner is, and of how many: 1 .. all. */
void player_place(const Player *, uint32_t *here, uint32_t *all);
/* Of the present step: how many hints were shown; is it solved, shown or skipped? */
uint32_t player_hints_shown(const Player *);
bool player_settled(const Player *);

/* Puts all that must be remembered into the progress, in place of the lesson's old entry. */
void player_export(const Player *, Progress *);

/* Takes up a saved lesson: every world is made again by replay. What no longer exists in the lesson
 * is left out; false if the place itself is gone (the lesson then begins at its beginning). */
bool player_import(Player *, const LessonProgress *);

/* Leaps to a step (by its index), as if the steps before had been gone through. */
void player_goto(Player *, uint32_t step);

/* The judgement of the present task; NULL if the step is none. */
const Judgement *player_judgement(const Player *);

#endif
