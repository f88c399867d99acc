/*
 * script.h: packetdrill's .pkt scripts, run on a world in virtual time.
 *
 * A script tells, moment by moment, what an application calls, what the peer sends (`<`) and what
 * the stack under test must send (`>`). Here host A is the stack under test, B is the script, and
 * the wire between them takes no time. Nothing sleeps: the clock jumps from event to event.
 *
 * Modes. Strict is as the original tool checks. Lenient lets pass what the RFCs leave free: the PSH
 * bit, the order of options, the window's exact value.
 *
 * The profile is, in this order: the caller's; a comment line `// profile: rfc` (our own suite);
 * freebsd for a script that speaks of net.inet or sockstat; rfc where the script is compiled for
 * STANDARD; else linux. What the interpreter cannot do is a skip with its reason, never a pass.
 */
#ifndef SANDWIRE_CORE_LAB_SCRIPT_H
#define SANDWIRE_CORE_LAB_SCRIPT_H

#include "core/lab/trace.h"

typedef enum ScriptOutcome {
    SCRIPT_PASSED = 0,
    SCRIPT_FAILED,  /* the stack did something else than the script says */
    SCRIPT_SKIPPED, /* the script wants what cannot be had here; `message` says what */
    SCRIPT_ERROR    /* the script itself is wrong */
} ScriptOutcome;

enum { SCRIPT_DEFINES_MAX = 32 };

typedef struct ScriptOptions {
    bool lenient;
    Profile profile;                         /* PROFILE_COUNT: chosen from the script */
    Lang lang;                               /* of the messages */
    RuleSet rules_off;                       /* ablations in force */
    bool check;                              /* world_check after every event */
    bool trace;                              /* keep the whole run, for the story */
    const char *options[SCRIPT_DEFINES_MAX]; /* "--name=value": win over the file's */
    uint32_t option_count;
    const char *defines[SCRIPT_DEFINES_MAX]; /* "NAME=value" or "NAME" */
    uint32_t define_count;
    /* Reads a file of shell commands that the script names (`../common/defaults.sh`), relative to
     * the script: malloc'ed bytes, or NULL. May itself be NULL: then the usual defaults hold. */
    char *(*file)(void *of, const char *name, size_t *len);
    void *file_of;
} ScriptOptions;

typedef struct ScriptResult {
    ScriptOutcome outcome;
    uint32_t line, column; /* where in the script, from 1; 0: nowhere in particular */
    Nanos at;              /* script time */
    uint32_t row;          /* the row of the run that the failure is about; 0: none */
    uint32_t first_row;    /* the script's own rows begin here; what is before prepares the world */
    char message[512];     /* one sentence */
    char expected[256];    /* "" if there is nothing to set side by side */
    char got[256];
} ScriptResult;

/* A place to run scripts in, one after the other; keeps its memory between them. NULL: no memory.
 */
typedef struct ScriptRunner ScriptRunner;
ScriptRunner *script_runner_new(void);
void script_runner_free(ScriptRunner *);

/* Runs one script. Any text may be given. */
ScriptResult script_run(ScriptRunner *, const ScriptOptions *, Bytes text);

/* The last run's world, and its trace if it was asked for (else NULL); valid until the next run. */
const World *script_world(const ScriptRunner *);
const Trace *script_trace(const ScriptRunner *);

#endif
