/*
 * edit_segment.h: a segment in flight as a line of text to change, and the change as a command.
 *
 * The dialog shows the segment in the grammar of segtext.h. What is different afterwards becomes
 * `edit #3 seq=A+5 flags=SYN`: the same command that could have been typed.
 */
#ifndef SANDWIRE_VIZ_EDIT_SEGMENT_H
#define SANDWIRE_VIZ_EDIT_SEGMENT_H

#include "core/lab/trace.h"

/* The text of the segment in flight that departed in this row. False if it is no longer under way.
 */
bool edit_segment_text(Text *out, const World *, const Trace *, uint32_t row);

typedef enum EditOutcome {
    EDIT_SEGMENT_SAME,    /* nothing was changed */
    EDIT_SEGMENT_COMMAND, /* out holds the command */
    EDIT_SEGMENT_WRONG    /* out holds what is wrong, in the language */
} EditOutcome;

/* What turns the segment into this text. */
EditOutcome edit_segment_command(Text *out, const World *, const Trace *, uint32_t row,
                                 const char *text, Lang);

#endif
