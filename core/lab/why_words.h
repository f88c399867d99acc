/*
 * why_words.h: the sentences of why.c, as templates; private to why*.c.
 *
 * In a template: $h the host, $o the other host, $c the connection as a learner writes it (A, or
 * A[2]), $s the segment, $d its departure's number, $f and $g the states of a change, $1 and $2 the
 * note's numbers, $t1 and $t2 the same as durations, $m2 the second as a moment, $w words from a
 * table that the kind decides (why it was lost, which timer, which error ...), $k the key, $q the
 * first bytes as a quoted text, $n their count, $r what was armed.
 */
#ifndef SANDWIRE_CORE_LAB_WHY_WORDS_H
#define SANDWIRE_CORE_LAB_WHY_WORDS_H

#include "core/lab/trace.h"

/* What a departure is for; the first that fits. */
typedef enum SentWords {
    SENT_INJECTED,
    SENT_AGAIN,
    SENT_RST_WORDS,
    SENT_SYN_WORDS,
    SENT_SYN_ACK_WORDS,
    SENT_FIN_DATA_WORDS,
    SENT_FIN_WORDS,
    SENT_DATA_WORDS,
    SENT_ACK_WORDS,
    SENT_OTHER_WORDS,
    SENT_WORDS_COUNT
} SentWords;

const char *why_call_words(uint64_t cmd_op, Lang);
const char *why_sent_words(SentWords, Lang);
const char *why_timer_words(uint64_t timer_id, Lang);
const char *why_timer_name(uint64_t timer_id, Lang);
const char *why_app_words(uint64_t app_kind, Lang);

/* The template of any other kind of note. */
const char *why_kind_words(NoteKind, Lang);

#endif
