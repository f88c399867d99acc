/*
 * command.c: finding a row of the table (command.h).
 *
 * Words may be shortened while only one command fits. A line that begins with a host (`A ...`)
 * looks only among the commands that may follow one, so `A s` knows nothing of `step`.
 */
#include "repl/command.h"

#include "core/base/near.h"
#include "repl/lang.h"

#include <string.h>

static const Command commands[COMMAND_COUNT] = {
#define COMMAND(id, name, alias, group, flags, args, slots, example, en, zh, en_more, zh_more) \
    {#name, alias, group, flags, args, slots, example, {en, zh}, {en_more, zh_more}, cmd_##name},
#include "repl/command.def"
#undef COMMAND
};

const Command *command_at(CommandId id)
{
    CHECK(id < COMMAND_COUNT);
    return &commands[id];
}

bool command_fits(const Command *c, bool host)
{
    return host ? (c->flags & (NEEDS_HOST | TAKES_HOST)) != 0 : (c->flags & NEEDS_HOST) == 0;
}

static bool same(const char *word, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(word, name, len) == 0;
}

const Command *command_find(const char *word, size_t len, bool host, uint32_t *found)
{
    const Command *last = NULL;
    *found = 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const Command *c = &commands[i];
        if (!command_fits(c, host))
            continue;
        if (same(word, len, c->name) || (c->alias[0] && same(word, len, c->alias))) {
            *found = 1;
            return c;
        }
        if (len > 0 && len < strlen(c->name) && memcmp(word, c->name, len) == 0) {
            last = c;
            ++*found;
        }
    }
    return *found == 1 ? last : NULL;
}

const Command *command_near(const char *word, size_t len, bool host)
{
    const char *names[COMMAND_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (command_fits(&commands[i], host))
            names[count++] = commands[i].name;
    const char *near = near_word(word, len, names, count);
    for (size_t i = 0; near && i < COMMAND_COUNT; i++)
        if (commands[i].name == near)
            return &commands[i];
    return NULL;
}

const char *group_title(CommandGroup group, Lang lang)
{
    static const char *const titles[GROUP_COUNT][LANG_COUNT] = {
        [GROUP_HOST] = {"A host's program", "主机上的程序"},
        [GROUP_NET] = {"The network", "网络"},
        [GROUP_TIME] = {"Time", "时间"},
        [GROUP_LOOK] = {"Looking", "观察"},
        [GROUP_ASK] = {"Questions and rules", "提问与规则"},
        [GROUP_DESK] = {"The desk", "会话"},
    };
    return titles[group][lang];
}
