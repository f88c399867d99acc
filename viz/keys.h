/*
 * keys.h: everything the window can be asked to do, in one table.
 *
 * The `?` sheet, the buttons, the window's dispatch and the tests read the same rows, so the help
 * cannot disagree with the keys. Whatever the pointer can do has a key as well.
 */
#ifndef SANDWIRE_VIZ_KEYS_H
#define SANDWIRE_VIZ_KEYS_H

#include "core/base/base.h"

typedef enum KeyAction {
    KEY_NONE = 0,
    /* time */
    KEY_PLAY,
    KEY_NEXT,
    KEY_PREVIOUS,
    KEY_STEP,
    KEY_BACK,
    KEY_START,
    KEY_END,
    KEY_FASTER,
    KEY_SLOWER,
    KEY_UNDO,
    KEY_REDO,
    /* the network */
    KEY_HOLD,
    KEY_NEXT_SEGMENT,
    KEY_PREVIOUS_SEGMENT,
    KEY_MENU,
    KEY_DELIVER,
    KEY_DROP,
    KEY_DELAY,
    KEY_DUPLICATE,
    KEY_EDIT,
    KEY_WHY,
    /* looking */
    KEY_FOCUS,
    KEY_FOCUS_BACK,
    KEY_PRESENTER,
    KEY_BLANK,
    KEY_FULL_SCREEN,
    KEY_PLOTS,
    KEY_VIEWS,
    KEY_NUMBERS,
    KEY_SCROLL_UP,
    KEY_SCROLL_DOWN,
    KEY_BIGGER,
    KEY_SMALLER,
    KEY_ZOOM_RESET,
    KEY_MOTION,
    KEY_THEME,
    KEY_LANG,
    /* the program */
    KEY_COMMAND,
    KEY_OPEN,
    KEY_SAVE,
    KEY_HELP,
    KEY_CLOSE,
    KEY_QUIT,
    KEY_ACTION_COUNT
} KeyAction;

typedef enum KeyGroup {
    KEYS_TIME,
    KEYS_NETWORK,
    KEYS_LOOK,
    KEYS_PROGRAM,
    KEY_GROUP_COUNT
} KeyGroup;

typedef struct KeyRow {
    KeyAction action;
    KeyGroup group;
    const char *keys;  /* SDL's names of the keys, separated by blanks; "" if it has only chars */
    const char *chars; /* letters that do it, as typed, whatever the keyboard's layout */
    const char *shown; /* for the help sheet */
    const char *text[LANG_COUNT];
} KeyRow;

const KeyRow *keys_rows(size_t *count);
const char *keys_group_name(KeyGroup, Lang);

/* The action of a typed letter, or of a key by SDL's name; KEY_NONE if it has none. */
KeyAction keys_of_char(uint32_t letter);
KeyAction keys_of_name(const char *name);

#endif
