/*
 * complete.c: what may stand here now.
 *
 * Completion follows the table: `slots` of a command has one entry per word, entries separated by
 * blanks, alternatives by '|'; a '*' at its end lets the last entry repeat. An entry is a word to
 * offer, or a sign for things of the world:
 *
 *     @peer B:80        @flying #3 in the network   @row #3 of the story   @class SYN+ACK
 *     @knob A.rto_min   @rule   @profile   @app   @amount   @branch   @mark   @pos   @pred   @flags
 *     @topic of help   @explore a question or property   @duel one that is played   @file
 *
 * What exists but is not possible now is offered, too, with the reason as its note.
 */
#include "repl/explore_preset.h"
#include "repl/lang.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef struct Complete {
    Shell *shell;
    const char *text; /* the command being typed, from its first word */
    size_t len;
    const char *word; /* the word being completed: text[len - word_len ..] */
    size_t word_len;
    HostId host;
    void (*each)(void *, const char *, const char *);
    void *user;
} Complete;

static void offer(Complete *c, const char *word, const char *note)
{
    if (strncmp(word, c->word, c->word_len) == 0)
        c->each(c->user, word, note ? note : "");
}

/* ---- what is possible now ---- */

static bool in_flight(const World *w)
{
    const Packet *packets = world_packets(w);
    for (uint16_t i = 1; i <= w->shape.packets; i++)
        if (packets[i].place == PACKET_FLYING || packets[i].place == PACKET_HELD)
            return true;
    return false;
}

static const char *host_obstacle(const World *w, CommandId id, HostId host, bool zh)
{
    const Tcb *t = world_conn(w, host, 0);
    TcpState state = t ? (TcpState)t->state : CLOSED;
    bool call = id <= COMMAND_ABORT;
    if (call && !w->hosts[host].power)
        return zh ? "不可用：主机已断电" : "not now: the host is switched off";
    if (call && w->hosts[host].puppet)
        return zh ? "不可用：你正在扮演这台主机" : "not now: you play this host (puppet)";
    if (id == COMMAND_CORE && !w->hosts[host].puppet)
        return zh ? "不可用：主机并未由你扮演" : "not now: you do not play this host";
    bool needs_open = id == COMMAND_SEND || id == COMMAND_RECV || id == COMMAND_SHUTDOWN ||
                      id == COMMAND_ABORT || id == COMMAND_CLOSE;
    if (needs_open && !t)
        return zh ? "不可用：还没有连接" : "not now: there is no connection yet";
    if ((id == COMMAND_SEND || id == COMMAND_SHUTDOWN) && state == LISTEN)
        return zh ? "不可用：仍在 LISTEN" : "not now: still in LISTEN";
    if ((id == COMMAND_SEND || id == COMMAND_SHUTDOWN) && t && (t->user & USER_SHUT))
        return zh ? "不可用：这个方向已经关闭" : "not now: this direction has been shut";
    if (needs_open && state == CLOSED)
        return zh ? "不可用：连接已经 CLOSED" : "not now: the connection is CLOSED";
    return NULL;
}

/* Why the command makes no sense now; NULL if it does. */
static const char *obstacle(Shell *sh, CommandId id, HostId host)
{
    bool zh = sh->lang == LANG_ZH;
    const World *w = session_world(sh->session);
    if (host < HOST_COUNT)
        return host_obstacle(w, id, host, zh);
    bool about_flying = id == COMMAND_DELIVER || id == COMMAND_SWAP || id == COMMAND_EDIT;
    if (about_flying && !in_flight(w))
        return zh ? "不可用：网络中没有报文段" : "not now: nothing is in the network";
    if (id == COMMAND_MEND && !w->links[HOST_A].cut && !w->links[HOST_B].cut)
        return zh ? "不可用：线路完好" : "not now: the wire is whole";
    bool about_past = id == COMMAND_BACK || id == COMMAND_UNDO;
    if (about_past && session_position(sh->session) == 0)
        return zh ? "不可用：还什么都没有发生" : "not now: nothing has happened yet";
    if (id == COMMAND_SEED && session_length(sh->session) > 0)
        return zh ? "不可用：只能在一切开始之前" : "not now: only before anything happened";
    return NULL;
}

/* ---- the words of a slot ---- */

static void offer_rows(Complete *c)
{
    View view = shell_view(c->shell);
    uint32_t last = trace_last(view.trace), shown = 0;
    for (uint32_t row = last; row > 0 && shown < 20 && trace_row(view.trace, row); row--, shown++) {
        char word[16], note[120];
        Text t = text_fixed(note, sizeof note);
        Seg seg;
        Bytes payload;
        snprintf(word, sizeof word, "#%u", row);
        if (trace_seg(view.trace, row, &seg, &payload)) {
            SegNames names = trace_names(view.trace, row, view.absolute);
            const Note *n = trace_note(view.trace, row);
            HostId from = n->kind == NOTE_ARRIVED ? host_peer((HostId)n->host) : (HostId)n->host;
            segtext_print(&t, &names, from, &seg, SEG_STYLE_SHORT);
        } else {
            look_row_words(&t, &view, row);
        }
        offer(c, word, note);
    }
}

static void offer_flying(Complete *c)
{
    const World *w = session_world(c->shell->session);
    const Trace *trace = session_trace(c->shell->session);
    const Packet *packets = world_packets(w);
    for (uint16_t i = 1; i <= w->shape.packets; i++) {
        if (packets[i].place != PACKET_FLYING && packets[i].place != PACKET_HELD)
            continue;
        char word[16], note[120];
        Text t = text_fixed(note, sizeof note);
        Seg seg;
        Bytes payload;
        snprintf(word, sizeof word, "#%u", packets[i].row);
        SegNames names = trace_names(trace, packets[i].row, c->shell->absolute);
        if (wire_decode(world_frame(w, (PktId){i}), &seg, &payload) == WIRE_OK)
            segtext_print(&t, &names, packets[i].from, &seg, SEG_STYLE_SHORT);
        offer(c, word, note);
    }
}

static void offer_peers(Complete *c)
{
    const World *w = session_world(c->shell->session);
    HostId peer = c->host < HOST_COUNT ? host_peer(c->host) : HOST_B;
    const Tcb *conns = world_conns(w);
    bool any = false;
    char word[16];
    for (uint16_t i = 1; i <= w->shape.conns; i++) {
        if (!conns[i].used || conns[i].host != peer || conns[i].state != LISTEN)
            continue;
        snprintf(word, sizeof word, "%c:%u", host_letter(peer), conns[i].local_port);
        offer(c, word, c->shell->lang == LANG_ZH ? "有人监听" : "somebody listens");
        any = true;
    }
    if (any)
        return;
    snprintf(word, sizeof word, "%c:80", host_letter(peer));
    offer(c, word, c->shell->lang == LANG_ZH ? "无人监听：会得到 RST" : "nobody listens: RST");
}

static void offer_knobs(Complete *c)
{
    for (HostId h = 0; h < HOST_COUNT; h++) {
        if (c->host < HOST_COUNT && c->host != h)
            continue;
        for (int i = 0; i < KNOB_COUNT; i++) {
            const KnobInfo *k = knob_info((KnobId)i);
            char word[64];
            if (c->host < HOST_COUNT)
                snprintf(word, sizeof word, "%s", k->name);
            else
                snprintf(word, sizeof word, "%c.%s", host_letter(h), k->name);
            offer(c, word, k->text[c->shell->lang]);
        }
    }
}

static void offer_rules(Complete *c)
{
    for (int id = 1; id < RULE_COUNT; id++)
        if (rule_info((RuleId)id)->flags & RULE_SWITCH)
            offer(c, rule_info((RuleId)id)->name, rule_info((RuleId)id)->text[c->shell->lang]);
}

static void offer_names(Complete *c, bool branches, bool marks)
{
    BranchInfo list[64];
    const char *names[64];
    Nanos times[64];
    uint32_t n = branches ? session_branches(c->shell->session, list, 64) : 0;
    for (uint32_t i = 0; i < n && i < 64; i++)
        offer(c, list[i].name, "");
    n = marks ? session_marks(c->shell->session, names, times, 64) : 0;
    for (uint32_t i = 0; i < n && i < 64; i++)
        offer(c, names[i], "");
}

static void offer_topics(Complete *c)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        offer(c, command_at((CommandId)i)->name, command_at((CommandId)i)->text[c->shell->lang]);
    for (uint32_t i = 0; help_topic_name(i); i++)
        offer(c, help_topic_name(i), "");
}

static void offer_pred_name(void *user, const char *name)
{
    Complete *c = user;
    c->each(c->user, name, "");
}

static void offer_questions(Complete *c)
{
    for (uint32_t i = 0; preset_at(i); i++)
        offer(c, preset_at(i)->name, preset_at(i)->question[c->shell->lang]);
    for (uint32_t i = 0; property_at(i); i++)
        offer(c, property_at(i)->name, property_at(i)->title[c->shell->lang]);
}

static void offer_duels(Complete *c)
{
    for (uint32_t i = 0; preset_at(i); i++)
        offer(c, preset_at(i)->name, preset_at(i)->question[c->shell->lang]);
    if (!c->shell->duel)
        return;
    offer(c, "undo", c->shell->lang == LANG_ZH ? "退回一个事件" : "one event back");
    offer(c, "solution", c->shell->lang == LANG_ZH ? "最短的过程" : "the shortest run");
}

static void offer_file(void *user, const char *path)
{
    offer(user, path, "");
}

static void offer_files(Complete *c)
{
    if (c->shell->options.list_files)
        c->shell->options.list_files(c->word, c->word_len, offer_file, c);
}

static void offer_sign(Complete *c, const char *sign, size_t len)
{
    static const char *const amounts[] = {"1s", "10B/s", "64KiB", "on", "off"};
    char name[16];
    snprintf(name, sizeof name, "%.*s", (int)len, sign);
    if (strcmp(name, "@row") == 0)
        offer_rows(c);
    else if (strcmp(name, "@flying") == 0)
        offer_flying(c);
    else if (strcmp(name, "@peer") == 0)
        offer_peers(c);
    else if (strcmp(name, "@knob") == 0)
        offer_knobs(c);
    else if (strcmp(name, "@rule") == 0)
        offer_rules(c);
    else if (strcmp(name, "@branch") == 0)
        offer_names(c, true, false);
    else if (strcmp(name, "@explore") == 0)
        offer_questions(c);
    else if (strcmp(name, "@file") == 0)
        offer_files(c);
    else if (strcmp(name, "@duel") == 0)
        offer_duels(c);
    else if (strcmp(name, "@mark") == 0)
        offer_names(c, false, true);
    else if (strcmp(name, "@pos") == 0)
        offer_names(c, false, true), offer_rows(c);
    else if (strcmp(name, "@topic") == 0)
        offer_topics(c);
    else if (strcmp(name, "@class") == 0)
        for (int i = 0; i < CLASS_COUNT; i++)
            offer(c, seg_class_name((SegClass)i), "");
    else if (strcmp(name, "@profile") == 0)
        for (int i = 0; i < PROFILE_COUNT; i++)
            offer(c, profile_name((Profile)i), "");
    else if (strcmp(name, "@app") == 0)
        for (int i = 0; i < APP_KIND_COUNT; i++)
            offer(c, app_name((AppKind)i), "");
    else if (strcmp(name, "@flags") == 0)
        for (int i = 1; i < CLASS_FIN + 1; i++)
            offer(c, seg_class_name((SegClass)i), "");
    else if (strcmp(name, "@amount") == 0)
        for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
            offer(c, amounts[i], "");
}

/* The entry of slots for the n-th word after the verb; its length 0 if there is none. */
static const char *slot_at(const char *slots, uint32_t n, size_t *len)
{
    const char *entry = slots;
    for (;;) {
        *len = strcspn(entry, " ");
        bool repeats = *len > 0 && entry[*len - 1] == '*';
        if (n == 0 || repeats) {
            *len -= repeats;
            return entry;
        }
        if (!entry[*len]) {
            *len = 0;
            return entry;
        }
        entry += *len + 1;
        n--;
    }
}

/* Offers every alternative of an entry. */
static void offer_slot(Complete *c, const char *entry, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = strcspn(entry + i, "|");
        if (n > len - i)
            n = len - i;
        char word[64];
        if (entry[i] == '@')
            offer_sign(c, entry + i, n);
        else if (n > 0 && n < sizeof word) {
            snprintf(word, sizeof word, "%.*s", (int)n, entry + i);
            offer(c, word, "");
        }
        i += n + 1;
    }
}

static bool has_pred(const char *entry, size_t len)
{
    for (size_t i = 0; i + 5 <= len; i++)
        if (memcmp(entry + i, "@pred", 5) == 0)
            return true;
    return false;
}

static void offer_commands(Complete *c, bool host)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const Command *command = command_at((CommandId)i);
        if (!command_fits(command, host))
            continue;
        const char *why = obstacle(c->shell, (CommandId)i, c->host);
        offer(c, command->name, why ? why : command->text[c->shell->lang]);
    }
}

/* ---- the line ---- */

/* The last command of the line; false inside an unfinished string. */
static bool last_command(const char *text, size_t len, Lexed *lex)
{
    size_t at = 0;
    do {
        if (!lex_command(text, len, at, lex))
            return false;
        at = lex->next;
    } while (at < len);
    if (len > 0 && text[len - 1] == ';') {
        memset(lex, 0, sizeof *lex);
        lex->begin = lex->end = lex->next = (uint32_t)len;
    }
    return !lex->comment;
}

/* Where a name inside an expression begins. */
static size_t name_begin(const char *text, size_t len, size_t from)
{
    size_t at = len;
    while (at > from && (isalnum((unsigned char)text[at - 1]) || strchr("_.[]", text[at - 1])))
        at--;
    return at;
}

static size_t complete_argument(Complete *c, const Lexed *lex, const Command *command,
                                uint32_t verb, uint32_t words, const char *text, size_t len)
{
    uint32_t nth = words - verb - 1;
    size_t entry_len;
    const char *entry = slot_at(command->slots, nth, &entry_len);
    if (has_pred(entry, entry_len) && verb + 1 <= lex->count) {
        size_t from = verb + 1 < lex->count ? lex->token[verb + 1].at : len;
        /* `until`, `when` are words before the expression */
        bool keyword = command->slots[0] != '@' && verb + 1 < lex->count;
        if (keyword)
            from = verb + 2 < lex->count ? lex->token[verb + 2].at : len;
        pred_complete(text + from, len - from, offer_pred_name, c);
        offer_slot(c, entry, entry_len);
        return name_begin(text, len, from);
    }
    offer_slot(c, entry, entry_len);
    return len - c->word_len;
}

size_t shell_complete(Shell *sh, const char *text, size_t len,
                      void (*each)(void *user, const char *word, const char *note), void *user)
{
    Lexed lex;
    if (len >= LEX_LINE_MAX)
        return len;
    /* A '#' that has just been typed is the beginning of a row number, not yet a comment. */
    bool row = len > 1 && text[len - 1] == '#' && text[len - 2] == ' ';
    if (!last_command(text, len - row, &lex))
        return len;
    if (row && lex.count < LEX_TOKENS_MAX)
        lex.token[lex.count++] = (Token){(uint32_t)len - 1, 1, TOKEN_WORD};
    bool in_word =
        lex.count > 0 && lex.token[lex.count - 1].at + lex.token[lex.count - 1].len == len;
    uint32_t words = lex.count - (in_word ? 1 : 0); /* complete words before the cursor */
    Complete c = {.shell = sh,
                  .text = text,
                  .len = len,
                  .word = in_word ? text + lex.token[lex.count - 1].at : text + len,
                  .word_len = in_word ? lex.token[lex.count - 1].len : 0,
                  .host = HOST_NONE,
                  .each = each,
                  .user = user};
    size_t begin = len - c.word_len;
    uint16_t conn;
    bool host = words > 0 && host_parse(text + lex.token[0].at, lex.token[0].len, &c.host, &conn);
    uint32_t verb = host ? 1 : 0, found;
    if (words == 0) {
        offer(&c, "A", sh->lang == LANG_ZH ? "主机 A ……" : "host A ...");
        offer(&c, "B", sh->lang == LANG_ZH ? "主机 B ……" : "host B ...");
    }
    if (words <= verb) {
        offer_commands(&c, host);
        return begin;
    }
    const Command *command =
        command_find(text + lex.token[verb].at, lex.token[verb].len, host, &found);
    if (!command)
        return begin;
    return complete_argument(&c, &lex, command, verb, words, text, len);
}

/* ---- the hint ---- */

/* Skips one unit of an args text: a word, or a bracket with all it holds. */
static const char *skip_unit(const char *args)
{
    int depth = 0;
    for (; *args; args++) {
        if (*args == '[')
            depth++;
        if (*args == ']')
            depth--;
        if (*args == ' ' && depth == 0)
            return args + 1;
    }
    return args;
}

/* Are there alternatives outside of brackets? Then only the first word can be hinted at. */
static bool has_alternatives(const char *args)
{
    int depth = 0;
    for (; *args; args++) {
        depth += (*args == '[') - (*args == ']');
        if (*args == '|' && depth == 0)
            return true;
    }
    return false;
}

void shell_hint(Shell *sh, const char *text, size_t len, Text *out)
{
    (void)sh;
    Lexed lex;
    if (len >= LEX_LINE_MAX || !last_command(text, len, &lex) || lex.count == 0)
        return;
    HostId h;
    uint16_t conn;
    bool host = host_parse(text + lex.token[0].at, lex.token[0].len, &h, &conn);
    uint32_t verb = host ? 1 : 0, found;
    if (lex.count <= verb)
        return;
    const Command *command =
        command_find(text + lex.token[verb].at, lex.token[verb].len, host, &found);
    if (!command)
        return;
    bool blank = text[len - 1] == ' ';
    uint32_t typed = lex.count - verb - 1;
    if (typed > 0 && ((command->flags & REST_IS_RAW) || has_alternatives(command->args)))
        return;
    const char *rest = command->args;
    for (uint32_t i = 0; i < typed && *rest; i++)
        rest = skip_unit(rest);
    if (*rest)
        text_addf(out, "%s%s", blank ? "" : " ", rest);
}
