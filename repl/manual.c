/*
 * manual.c: the manual page and the shell's completion, made from the table of commands.
 *
 * In English only: troff and bash know nothing of our language switch.
 */
#include "repl/lang.h"

#include <string.h>

/* Text for troff: a backslash and a dot at the beginning of a line would be commands. */
static void add_troff(Text *out, const char *text)
{
    for (const char *s = text; *s; s++) {
        if (*s == '\\')
            text_add(out, "\\e");
        else if (*s == '-')
            text_add(out, "\\-");
        else if ((*s == '.' || *s == '\'') && (s == text || s[-1] == '\n'))
            text_addf(out, "\\&%c", *s);
        else
            text_char(out, *s);
    }
}

static const struct {
    const char *usage, *text;
} programs[] = {
    {"sandwire", "the playground in the terminal"},
    {"sandwire viz [--session F | --demo NAME]", "the window"},
    {"sandwire run FILE.sw ... [--ladder] [--json] [--pcap F]",
     "run scenarios; exit 0 pass, 1 fail, 2 not "
     "understood"},
    {"sandwire render --scene F -o OUT.svg|.png", "a picture without a display"},
    {"sandwire lesson [list | start ID | check]", "lessons in the terminal"},
    {"sandwire grade EXERCISE ANSWER ...", "grade answers"},
    {"sandwire rfc [ID|RFC|SECTION] [--unmet] [--json]",
     "what the RFCs demand, where it is done and which tests show it"},
    {"sandwire explore --preset NAME",
     "search all orders of events for the shortest run that breaks"},
    {"sandwire read FILE.pcap [--follow N] [--json]",
     "any capture as connections, states and ladders"},
    {"sandwire live [--plain] [--script F] [--ladder] [--pcap F] [--save F] [-- COMMAND...]",
     "our TCP against the kernel's, in a network namespace of its own"},
    {"sandwire doctor", "what works on this machine, and the fix for what does not"},
};

void manual_man_page(Text *out, const char *version)
{
    text_addf(out, ".TH SANDWIRE 1 \"\" \"sandwire %s\" \"User Commands\"\n", version);
    text_add(out, ".SH NAME\nsandwire \\- a TCP playground: two hosts, a wire, and you\n");
    text_add(out, ".SH SYNOPSIS\n");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        text_add(out, ".TP\n.B ");
        add_troff(out, programs[i].usage);
        text_char(out, '\n');
        add_troff(out, programs[i].text);
        text_char(out, '\n');
    }
    text_add(out, ".SH OPTIONS\n.TP\n.B \\-\\-lang en|zh\nlanguage (default: from LC_ALL, LANG)\n"
                  ".TP\n.B \\-\\-color auto|always|never\ncolours (NO_COLOR is respected)\n"
                  ".TP\n.B \\-\\-seed N\nthe number all chance comes from\n"
                  ".TP\n.B \\-\\-profile rfc|linux|classic|freebsd\nwhose constants\n"
                  ".TP\n.B \\-\\-ascii\nno character beyond ASCII in pictures\n"
                  ".TP\n.B \\-\\-resume\ngo on with a session that was not ended\n");
    text_add(out, ".SH LANGUAGE\nA line begins with the host that acts. Words may be shortened; "
                  "semicolons chain; # begins a comment.\n");
    for (int g = 0; g < GROUP_COUNT; g++) {
        text_add(out, ".SS ");
        add_troff(out, group_title((CommandGroup)g, LANG_EN));
        text_char(out, '\n');
        for (int i = 0; i < COMMAND_COUNT; i++) {
            const Command *c = command_at((CommandId)i);
            if (c->group != (CommandGroup)g)
                continue;
            text_addf(out, ".TP\n.B %s%s ", c->flags & NEEDS_HOST ? "A " : "", c->name);
            add_troff(out, c->args);
            text_char(out, '\n');
            add_troff(out, c->text[LANG_EN]);
            text_add(out, ".\n");
            if (c->more[LANG_EN][0]) {
                add_troff(out, c->more[LANG_EN]);
                text_char(out, '\n');
            }
            text_add(out, "Example: ");
            add_troff(out, c->example);
            text_char(out, '\n');
        }
    }
    text_add(out, ".SH FILES\n.TP\n~/.config/sandwire/init.sw\nrun at the start\n"
                  ".TP\n~/.local/state/sandwire/history\nlines typed\n"
                  ".TP\n~/.local/state/sandwire/journal.sw\nthe session going on\n");
}

void manual_bash_completion(Text *out)
{
    text_add(out,
             "# bash completion for sandwire:  source <(sandwire --completion bash)\n"
             "_sandwire() {\n"
             "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
             "    case $before in\n"
             "    --lang) COMPREPLY=($(compgen -W 'en zh' -- \"$word\")); return ;;\n"
             "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$word\")); return ;;\n"
             "    --profile) COMPREPLY=($(compgen -W 'rfc linux classic freebsd' -- \"$word\")); "
             "return ;;\n"
             "    esac\n"
             "    if [[ $word == -* ]]; then\n"
             "        COMPREPLY=($(compgen -W '--lang --color --seed --profile --json --ascii "
             "--ladder --resume --help --version --man --completion' -- \"$word\"))\n"
             "    elif ((COMP_CWORD == 1)); then\n"
             "        COMPREPLY=($(compgen -W 'viz run render lesson grade rfc explore read doctor "
             "help' "
             "-- \"$word\"))\n"
             "    elif [[ ${COMP_WORDS[1]} == help ]]; then\n"
             "        COMPREPLY=($(compgen -W '");
    for (int i = 0; i < COMMAND_COUNT; i++)
        text_addf(out, "%s%s", i ? " " : "", command_at((CommandId)i)->name);
    text_add(out, "' -- \"$word\"))\n"
                  "    else\n"
                  "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                  "    fi\n"
                  "}\n"
                  "complete -o filenames -F _sandwire sandwire\n");
}
