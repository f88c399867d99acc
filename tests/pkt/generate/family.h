/*
 * family.h: what the generators of script families share.
 *
 * A family is a table of situations times a table of events. For each pair the generator works out
 * what the RFCs demand, in a few lines that can be read beside the RFC's text, and writes one .pkt
 * script that says so. It knows nothing of core/: it is a second opinion, written from the text.
 */
#ifndef SANDWIRE_TESTS_PKT_GENERATE_FAMILY_H
#define SANDWIRE_TESTS_PKT_GENERATE_FAMILY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Opens DIR/FAMILY/NAME.pkt for writing, with its first comment lines; ends the program when it
 * cannot. */
FILE *script_open(const char *family, const char *name, const char *profile, const char *about);
void script_close(FILE *);

/* The connection under test after a passive open: fd 4, 100 bytes received and read, 1000 bytes
 * sent and not yet acknowledged. */
void script_established(FILE *, bool quick);

/* How many scripts have been written. */
unsigned script_count(void);

/* The families. */
void write_opening(void);
void write_calls(void);
void write_arrivals(void);
void write_orders(void);
void write_overlaps(void);
void write_timers(void);
void write_timeouts(void);
void write_sending(void);

#endif
