/*
 * words.h: the words of the window in both languages.
 *
 * Only what is not already in a table of its own (rules, knobs, fields, keys). Names of states,
 * flags and fields, and the commands of the language, are never translated. Words with a %u or %c
 * are formats with that one argument.
 */
#ifndef SANDWIRE_VIZ_WORDS_H
#define SANDWIRE_VIZ_WORDS_H

#include "core/base/base.h"

typedef enum Word {
    WORD_HOST,
    WORD_NO_CONNECTION,
    WORD_NOTHING_YET,
    WORD_NO_SEGMENT_YET,
    WORD_CLIENT_PATH,
    WORD_SERVER_PATH,
    WORD_UNUSUAL_PATH,
    WORD_NO_EDGE_YET,
    WORD_NO_SUCH_EDGE,
    WORD_TIMER,
    WORD_OTHER_CONNECTIONS,
    WORD_LOST,
    WORD_COPY_OF,
    WORD_FIRST_WAS,
    WORD_EDITED,
    WORD_CORRUPTED,
    WORD_QUIET,
    WORD_ACKNOWLEDGED,
    WORD_IN_FLIGHT,
    WORD_MAY_SEND,
    WORD_NOT_ALLOWED,
    WORD_OUT_OF_ORDER,
    WORD_SENT_AGAIN,
    WORD_SACKED,
    WORD_RECEIVED,
    WORD_HOLE,
    WORD_MAY_ARRIVE,
    WORD_NOT_TAKEN,
    WORD_SEND_SPACE,
    WORD_RECEIVE_SPACE,
    WORD_SEND_BUFFER,
    WORD_RECEIVE_BUFFER,
    WORD_UNSENT,
    WORD_TO_READ,
    WORD_EMPTY,
    WORD_MORE_BYTES,
    WORD_OF_BYTES,
    WORD_EDGES,
    WORD_CURVE_DATA,
    WORD_CURVE_ACK,
    WORD_CURVE_WINDOW,
    WORD_NOTHING_SENT,
    WORD_NO_CONNECTIONS,
    WORD_BRANCH_EVENTS,
    WORD_HERE,
    WORD_BRANCH_HINT,
    WORD_BRANCH,
    WORD_PLAY,
    WORD_PAUSE,
    WORD_STEP,
    WORD_BACK,
    WORD_HOLD,
    WORD_LANG,
    WORD_THEME,
    WORD_FOCUS,
    WORD_HELP_TITLE,
    WORD_HELP_MOUSE,
    WORD_MENU_DELIVER,
    WORD_MENU_DROP,
    WORD_MENU_DELAY,
    WORD_MENU_DUPLICATE,
    WORD_MENU_EDIT,
    WORD_MENU_WHY,
    WORD_EDIT_TITLE,
    WORD_EDIT_HINT,
    WORD_OPTIONS,
    WORD_DATA,
    WORD_NO_OPTIONS,
    WORD_BYTES,
    WORD_COMPARED_WITH,
    WORD_COUNT
} Word;

const char *word(Word, Lang);

#endif
