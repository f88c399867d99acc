/*
 * layers.c - an include may only point down.
 *
 *     repl/main.c, sub_*.c     everything
 *     viz/sdl_*                scene, lessons, lang, lab ...
 *     lessons/                 lang, core
 *     repl/   viz/ (scene)     core
 *     core/live                lab, net, tcp, base
 *     core/lab                 net, tcp, base
 *     core/net -> core/tcp -> core/base
 *
 * Every include of ours is written from the root of the tree, so that a reader sees the layer in
 * the line. Two libraries stay where they belong: SDL in viz/sdl_*, readline in repl/front_*.
 */
#include "tests/tidy/checks.h"

#include <string.h>

enum {
    BASE = 1 << 0,
    TCP = 1 << 1,
    NET = 1 << 2,
    LAB = 1 << 3,
    LIVE = 1 << 4,
    LANG = 1 << 5,
    SCENE = 1 << 6,
    LESSONS = 1 << 7,
    WINDOW = 1 << 8,
    PROGRAM = 1 << 9,
    CORE = BASE | TCP | NET | LAB,
    ALL = PROGRAM * 2 - 1,
};

typedef struct {
    const char *prefix; /* the first row that fits a path decides */
    int layer;
    int may_include;
} Layer;

static const Layer layers[] = {
    {"core/base/", BASE, BASE},
    {"core/tcp/", TCP, BASE | TCP},
    {"core/net/", NET, BASE | TCP | NET},
    {"core/lab/", LAB, CORE},
    {"core/live/", LIVE, CORE | LIVE},
    {"repl/main.", PROGRAM, ALL},
    {"repl/sub_", PROGRAM, ALL},
    {"repl/", LANG, CORE | LIVE | LANG},
    {"viz/sdl_", WINDOW, CORE | LANG | LESSONS | SCENE | WINDOW},
    {"viz/", SCENE, CORE | SCENE},
    {"lessons/", LESSONS, CORE | LANG | LESSONS},
};

static const Layer *layer_of(const char *path)
{
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
        if (has_prefix(path, layers[i].prefix))
            return &layers[i];
    return NULL;
}

static void check_own(const Source *source, const Tree *tree, Report *report, size_t place,
                      const char *name)
{
    const Layer *from = layer_of(source->path), *to = layer_of(name);
    if (!strchr(name, '/') || !tree_find(tree, name)) {
        complain(report, source, place,
                 "there is no %s; write includes from the root, as \"core/base/seq.h\"", name);
    } else if (from && (!to || !(from->may_include & to->layer))) {
        complain(report, source, place,
                 "%s lies above this file; move what is needed down, or pass it as an argument",
                 name);
    }
}

static void check_system(const Source *source, Report *report, size_t place, const char *name)
{
    if (has_prefix(name, "SDL") && !has_prefix(source->path, "viz/sdl_"))
        complain(report, source, place, "only viz/sdl_* knows SDL; draw into a display list");
    if (has_prefix(name, "readline/") && !has_prefix(source->path, "repl/front_"))
        complain(report, source, place, "only repl/front_* knows readline; take a line of text");
}

void includes_point_down(const Source *source, const Tree *tree, Report *report)
{
    if (!has_suffix(source->path, ".c") && !has_suffix(source->path, ".h"))
        return;
    Word word;
    for (size_t place = 0; (word = next_word(source, &place)).length;) {
        size_t hash = word.place;
        while (hash > 0 && source->code[hash - 1] == ' ')
            hash--;
        if (!word_is(word, "include") || hash == 0 || source->code[hash - 1] != '#')
            continue;

        /* The name is a string, so it is read in the text, at the same place. */
        const char *open = source->text + place + strspn(source->text + place, " ");
        char close = *open == '<' ? '>' : *open, name[256] = "";
        const char *end = *open ? strchr(open + 1, close) : NULL;
        if (!end || (size_t)(end - open) > sizeof name)
            continue;
        memcpy(name, open + 1, (size_t)(end - open - 1));
        if (*open == '"')
            check_own(source, tree, report, word.place, name);
        else
            check_system(source, report, word.place, name);
    }
}
