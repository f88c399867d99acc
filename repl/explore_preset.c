/*
 * explore_preset.c: the table of presets (explore_preset.h).
 *
 * The bounds are as small as the counterexample allows, and then wider where that is cheap, so that
 * "bounded space exhausted" says as much as possible within seconds.
 */
#include "repl/explore_preset.h"

#include <string.h>

#include "core/lab/heap.h"

#define OPEN_CALL(n)                                \
    {                                               \
        "A connect B:80 from 4000", CONNECT, (n), 0 \
    }
#define CONNECT                                                   \
    {                                                             \
        .op = CMD_CONNECT, .host = HOST_A, .key = 80, .len = 4000 \
    }
#define ON(h, o)               \
    {                          \
        .op = (o), .host = (h) \
    }
#define SEND(h, n)                              \
    {                                           \
        .op = CMD_SEND, .host = (h), .val = (n) \
    }
#define POWER(h, on)                              \
    {                                             \
        .op = CMD_POWER, .host = (h), .val = (on) \
    }
#define AFTER(which) (uint8_t)(1u << (which))

static const Preset presets[] = {
    {.name = "third-ack",
     .rules = "third-ack",
     .property = "agreement",
     .setup = "B listen 80",
     .calls = {OPEN_CALL(2),
               {"A close", ON(HOST_A, CMD_CLOSE), 1, AFTER(0)},
               {"A power off", POWER(HOST_A, 0), 1, AFTER(0)},
               {"A power on", POWER(HOST_A, 1), 1, AFTER(2)}},
     .bounds = {.drops = 1, .dups = 1, .timers = 1},
     .question = {"Why three segments and not two?", "为什么是三次握手，而不是两次？"},
     .answer = {"With two, B believes any SYN at once, also a late one whose sender is long gone: "
                "B is connected with nobody. The third segment tells B that its answer was wanted.",
                "若只有两次，B 会立即相信任何 SYN，包括迟到的、主人早已离开的 SYN：B "
                "就和“空气”建立了连接。第三个报文段告诉 B：它的回答确实有人要。"}},
};

const Preset *preset_at(uint32_t i)
{
    return i < sizeof presets / sizeof *presets ? &presets[i] : NULL;
}

const Preset *preset_of_name(const char *name, size_t len)
{
    for (uint32_t i = 0; preset_at(i); i++)
        if (strlen(presets[i].name) == len && memcmp(presets[i].name, name, len) == 0)
            return &presets[i];
    return NULL;
}

/* Runs the lines of a text that are separated by semicolons. */
static bool run_lines(Shell *shell, const char *text)
{
    Text out = text_heap();
    LineStatus status = shell_line(shell, text, &out);
    text_heap_free(&out);
    return status == LINE_OK || status == LINE_EMPTY;
}

static void switch_off(Shell *shell, const char *rules)
{
    while (*rules) {
        size_t n = strcspn(rules, " ");
        Cmd c = {.op = CMD_RULE, .key = rule_of_name(rules, n)};
        session_apply(shell_session(shell), &c, bytes_of(NULL, 0));
        rules += n + (rules[n] == ' ');
    }
}

Shell *preset_shell(const Preset *p, bool ablated, Lang lang)
{
    ShellOptions o = {.session = {.shape = SHAPE_EXPLORE}, .lang = lang, .quiet = true};
    Shell *shell = shell_new(&o);
    if (!shell)
        return NULL;
    CHECK(run_lines(shell, p->setup));
    if (ablated)
        switch_off(shell, p->rules);
    return shell;
}

bool bound_set(ExploreBounds *b, const char *word, size_t len)
{
    const struct {
        const char *name;
        uint8_t *field;
    } fields[] = {{"depth", &b->depth},       {"drops", &b->drops}, {"dups", &b->dups},
                  {"corrupts", &b->corrupts}, {"late", &b->lates},  {"reorder", &b->reorders},
                  {"timers", &b->timers}};
    const char *equals = memchr(word, '=', len);
    for (size_t i = 0; equals && i < sizeof fields / sizeof *fields; i++) {
        if (strlen(fields[i].name) != (size_t)(equals - word) ||
            memcmp(fields[i].name, word, (size_t)(equals - word)) != 0)
            continue;
        unsigned value = 0;
        const char *end = word + len;
        for (const char *d = equals + 1; d < end; d++) {
            if (*d < '0' || *d > '9' || value > 255)
                return false;
            value = value * 10 + (unsigned)(*d - '0');
        }
        *fields[i].field = (uint8_t)value;
        return end > equals + 1 && value <= 250;
    }
    return false;
}

ExploreAsk preset_ask(const Preset *p, const World *root)
{
    const Property *property = property_of_name(p->property, strlen(p->property));
    CHECK(property);
    uint32_t calls = 0;
    while (calls < EXPLORE_CALLS && p->calls[calls].line)
        calls++;
    return (ExploreAsk){.root = root,
                        .bounds = p->bounds,
                        .calls = p->calls,
                        .call_count = calls,
                        .watch = property->watch,
                        .settle_time = p->settle_time};
}
