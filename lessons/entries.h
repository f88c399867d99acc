/*
 * entries.h: the lines `key name "caption": value` of a predict, task, trace or ref block.
 *
 *     ask: What is the sequence number of the third segment?
 *     on: step 3
 *     check est "Both ends are ESTABLISHED": A.state == ESTABLISHED && B.state == ESTABLISHED
 *     eventually<=5s fast "B has all of it": received(B) == "hello"
 *     hint 2 cost=1: Look at B's ack.
 *       A line indented by two blanks continues the one above.
 *
 * Values are either for a reader (`say`, Markdown) or for a machine (`code`); which it is depends
 * on the key alone. Expressions are compiled here.
 */
#ifndef SANDWIRE_LESSONS_ENTRIES_H
#define SANDWIRE_LESSONS_ENTRIES_H

#include "lessons/lesson.h"
#include "lessons/outline.h"

typedef struct EntryList {
    Entry *items;
    uint32_t count, cap;
} EntryList;

/* Reads the entries of a block of the source; `type` decides how `answer` is read. */
void entries_read(Arena *, const Source *, const Item *, BlockKind, PredictType, EntryList *,
                  Diags *);

/* Reads the entries of a ref: every value is a text in `lang`; keys and names say whose. */
void entries_read_ref(Arena *, const Source *, const Item *, Lang, EntryList *, Diags *);

/* "predict" ...; the word of the fence. */
const char *block_word(BlockKind);

#endif
