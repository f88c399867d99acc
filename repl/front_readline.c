/*
 * front_readline.c: the prompt, with readline's callback interface (front.h).
 *
 * readline owns the line, we own the screen: while rows are printed the line is taken away and put
 * back below them. The grey hint of the remaining arguments is drawn after the cursor and is never
 * part of the line. Signals set flags only; what they mean is done in the loop.
 */
#include "repl/front.h"

#include "core/lab/heap.h"
#include "repl/front_journal.h"
#include "repl/width.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LINES = 2000, FRAME_MS = 33, IDLE_MS = 1000 };

struct Front {
    Shell *shell;
    FrontOptions options;
    Journal *journal;
    char *prompt;
    bool done, installed;
    Nanos owed;  /* wall time not yet passed on: the world gets whole milliseconds */
    Nanos shown; /* the world's time in the prompt on the screen */
};

/* readline calls back without a user pointer. */
static Front *front;
static volatile sig_atomic_t resized;

static void on_resize(int signal_number)
{
    (void)signal_number;
    resized = 1;
}

/* ---- the prompt ---- */

/* The prompt in colours, each escape between the marks that tell readline it has no width. */
static char *make_prompt(Front *f)
{
    Text plain = text_heap(), out = text_heap();
    shell_prompt(f->shell, &plain);
    const char *s = plain.buf ? plain.buf : "> ";
    bool warn = false;
    Text status = text_heap();
    shell_status(f->shell, &status);
    warn = status.len > 0 || *s == '!'; /* a rule is off: the prompt begins so by itself */
    if (f->options.color)
        text_add(&out, warn ? "\001\033[38;5;166m\002" : "\001\033[1m\002");
    if (status.len > 0 && *s != '!')
        text_add(&out, "! ");
    text_add(&out, s);
    while (out.len && out.buf[out.len - 1] == ' ')
        out.buf[--out.len] = '\0';
    if (f->options.color)
        text_add(&out, "\001\033[0m\002");
    text_char(&out, ' ');
    text_heap_free(&plain);
    text_heap_free(&status);
    char *prompt = malloc(out.len + 1);
    if (prompt)
        memcpy(prompt, out.buf, out.len + 1);
    text_heap_free(&out);
    return prompt;
}

static void on_line(char *line);

static void install(Front *f)
{
    free(f->prompt);
    f->prompt = make_prompt(f);
    rl_callback_handler_install(f->prompt ? f->prompt : "> ", on_line);
    f->installed = true;
}

/* ---- the hint ---- */

/* Draws the hint after the line when the cursor stands at its end and there is room. */
static void redisplay_with_hint(void)
{
    rl_redisplay();
    if (!front || !front->options.color || rl_point != rl_end || rl_end == 0)
        return;
    Text hint = text_heap();
    shell_hint(front->shell, rl_line_buffer, (size_t)rl_end, &hint);
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    size_t used =
        width_of(rl_line_buffer, (size_t)rl_end) + width_of(front->prompt, strlen(front->prompt));
    size_t need = hint.len ? width_of(hint.buf, hint.len) : 0;
    if (need > 0 && used + need + 1 < (size_t)columns)
        fprintf(rl_outstream, "\033[90m%s\033[0m\033[K\033[%zuD", hint.buf, need);
    else
        fputs("\033[K", rl_outstream);
    fflush(rl_outstream);
    text_heap_free(&hint);
}

/* Enter: the hint must not stay behind on a line that is history now. */
static int on_enter(int count, int key)
{
    rl_point = rl_end;
    rl_redisplay();
    fputs("\033[K", rl_outstream);
    return rl_newline(count, key);
}

/* ---- completion ---- */

typedef struct Candidates {
    char **words, **notes;
    size_t count, cap;
} Candidates;

static char *copy_text(const char *s)
{
    char *copy = malloc(strlen(s) + 1);
    if (copy)
        strcpy(copy, s);
    return copy;
}

static void add_candidate(void *user, const char *word, const char *note)
{
    Candidates *c = user;
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->words[i], word) == 0)
            return;
    if (c->count + 2 > c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 32;
        char **words = realloc(c->words, cap * sizeof *words);
        if (words)
            c->words = words;
        char **notes = realloc(c->notes, cap * sizeof *notes);
        if (notes)
            c->notes = notes;
        if (!words || !notes)
            return;
        c->cap = cap;
    }
    c->words[c->count] = copy_text(word);
    c->notes[c->count++] = copy_text(note ? note : "");
}

static void free_candidates(Candidates *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->words[i]);
        free(c->notes[i]);
    }
    free(c->words);
    free(c->notes);
}

/* What is not possible now is grey; without colours it stands in brackets. */
static void add_candidate_word(Text *line, const char *word, bool possible, size_t columns)
{
    char shown[128];
    bool color = front->options.color;
    snprintf(shown, sizeof shown, possible || color ? "%s" : "(%s)", word);
    if (color && !possible)
        text_add(line, "\033[90m");
    width_pad(line, shown, columns);
    if (color && !possible)
        text_add(line, "\033[0m");
}

static bool is_possible(const char *note)
{
    return strncmp(note, "not now", 7) != 0 && strncmp(note, "不可用", strlen("不可用")) != 0;
}

/* Many candidates: only the words, in columns. */
static void list_words(const Candidates *c, size_t widest, size_t columns)
{
    size_t per_line = columns / (widest + 4);
    Text line = text_heap();
    for (size_t i = 0; i < c->count; i++) {
        text_add(&line, i % (per_line ? per_line : 1) == 0 ? "  " : "");
        add_candidate_word(&line, c->words[i], is_possible(c->notes[i]), widest + 3);
        if ((i + 1) % (per_line ? per_line : 1) == 0 || i + 1 == c->count)
            text_char(&line, '\n');
    }
    fputs(line.buf, rl_outstream);
    text_heap_free(&line);
}

/* A few candidates: each on a line of its own with what it is, for that is what a learner wants to
 * read. */
static void list_notes(const Candidates *c, size_t widest, size_t columns)
{
    for (size_t i = 0; i < c->count; i++) {
        Text line = text_heap();
        text_add(&line, "  ");
        add_candidate_word(&line, c->words[i], is_possible(c->notes[i]), widest + 2);
        if (front->options.color)
            text_add(&line, "\033[90m");
        size_t room = columns > widest + 8 ? columns - widest - 8 : 1;
        if (width_of(c->notes[i], strlen(c->notes[i])) > room)
            width_pad(&line, c->notes[i], room);
        else
            text_add(&line, c->notes[i]);
        if (front->options.color)
            text_add(&line, "\033[0m");
        fprintf(rl_outstream, "%s\n", line.buf);
        text_heap_free(&line);
    }
}

static void list_candidates(const Candidates *c)
{
    enum { NOTES_MAX = 24 };
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    size_t widest = 0;
    for (size_t i = 0; i < c->count; i++)
        if (strlen(c->words[i]) > widest)
            widest = strlen(c->words[i]);
    fputs("\033[K\n", rl_outstream);
    if (c->count > NOTES_MAX)
        list_words(c, widest, (size_t)columns);
    else
        list_notes(c, widest, (size_t)columns);
    rl_forced_update_display();
}

/* Letters that all candidates share beyond what is typed. */
static size_t common_prefix(const Candidates *c)
{
    size_t n = strlen(c->words[0]);
    for (size_t i = 1; i < c->count; i++) {
        size_t k = 0;
        while (k < n && c->words[i][k] == c->words[0][k])
            k++;
        n = k;
    }
    return n;
}

/* Tab. Done by ourselves: readline's own completion knows one word list and no notes. */
static int on_tab(int count, int key)
{
    (void)count;
    (void)key;
    Candidates c = {0};
    size_t begin =
        shell_complete(front->shell, rl_line_buffer, (size_t)rl_point, add_candidate, &c);
    size_t typed = (size_t)rl_point - begin;
    if (c.count == 0) {
        rl_ding();
    } else {
        size_t common = common_prefix(&c);
        bool single = c.count == 1;
        if (common > typed || single) {
            char *text = malloc(common + 2);
            if (text) {
                memcpy(text, c.words[0] + typed, common > typed ? common - typed : 0);
                size_t n = common > typed ? common - typed : 0;
                bool open = n && text[n - 1] == '=';
                bool expression =
                    c.words[0][0] && strchr(".(/", c.words[0][strlen(c.words[0]) - 1]);
                if (single && !open && !expression)
                    text[n++] = ' ';
                text[n] = '\0';
                rl_insert_text(text);
                free(text);
            }
        }
        if (!single && common <= typed)
            list_candidates(&c);
    }
    free_candidates(&c);
    return 0;
}

/* ---- printing ---- */

static void write_text(const Text *out)
{
    if (out->len)
        fwrite(out->buf, 1, out->len, stdout);
    fflush(stdout);
}

void front_print(Front *f, const Text *out)
{
    if (out->len == 0)
        return;
    if (f->installed)
        rl_clear_visible_line();
    write_text(out);
    if (!f->installed)
        return;
    free(f->prompt);
    f->prompt = make_prompt(f);
    rl_set_prompt(f->prompt ? f->prompt : "> ");
    rl_on_new_line();
    rl_redisplay();
}

/* ---- lines ---- */

/* The hook first, then the shell. */
static LineStatus run_line(Front *f, const char *line, Text *out)
{
    LineStatus status = LINE_EMPTY;
    if (f->options.line && f->options.line(f->options.user, f->shell, line, out, &status))
        return status;
    status =
        line[strspn(line, " \t")] ? shell_line(f->shell, line, out) : shell_repeat(f->shell, out);
    journal_follow(f->journal, f->shell);
    return status;
}

static LineStatus carry_out(Front *f, const char *line, Text *out)
{
    if (f->options.interrupt)
        *f->options.interrupt = 0;
    LineStatus status = run_line(f, line, out);
    if (f->options.interrupt)
        *f->options.interrupt = 0; /* it was meant for what ran, not for the next line */
    if (f->options.said)
        f->options.said(f->options.user, line, status, out);
    return status;
}

static void on_line(char *line)
{
    Front *f = front;
    rl_callback_handler_remove();
    f->installed = false;
    if (!line) { /* end of input */
        fputc('\n', stdout);
        f->done = true;
        return;
    }
    if (line[strspn(line, " \t")]) {
        HIST_ENTRY *last =
            history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
        if (!last || strcmp(last->line, line) != 0)
            add_history(line);
    }
    Text out = text_heap();
    LineStatus status = carry_out(f, line, &out);
    write_text(&out);
    text_heap_free(&out);
    free(line);
    if (status == LINE_QUIT)
        f->done = true;
    else
        install(f);
}

LineStatus front_line(Front *f, const char *line)
{
    Text out = text_heap();
    text_addf(&out, "> %s\n", line);
    LineStatus status = carry_out(f, line, &out);
    front_print(f, &out);
    text_heap_free(&out);
    if (status == LINE_QUIT)
        f->done = true;
    return status;
}

/* ---- opening and closing ---- */

Front *front_open(Shell *shell, const FrontOptions *options)
{
    Front *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->shell = shell;
    f->options = *options;
    front = f;
    rl_readline_name = "sandwire";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_redisplay_function = redisplay_with_hint;
    rl_bind_key('\t', on_tab);
    if (options->color) {
        rl_bind_key('\r', on_enter);
        rl_bind_key('\n', on_enter);
    }
    rl_variable_bind("enable-bracketed-paste", "off");
    using_history();
    stifle_history(HISTORY_LINES);
    if (options->history_path)
        read_history(options->history_path);
    if (options->journal_path)
        f->journal = journal_open(options->journal_path);
    struct sigaction action = {.sa_handler = on_resize, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, NULL);
    install(f);
    return f;
}

void front_close(Front *f)
{
    if (!f)
        return;
    if (f->installed)
        rl_callback_handler_remove();
    if (f->options.history_path)
        write_history(f->options.history_path);
    journal_follow(f->journal, f->shell);
    journal_close(f->journal);
    clear_history();
    free(f->prompt);
    free(f);
    front = NULL;
}

bool front_ready(Front *f)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    do {
        if (!f->installed)
            break;
        rl_callback_read_char();
    } while (!f->done && poll(&in, 1, 0) > 0 && (in.revents & (POLLIN | POLLHUP)));
    return !f->done;
}

/* Ctrl-C at the prompt: the line is given up, as in every shell. */
static void give_up_line(Front *f)
{
    *f->options.interrupt = 0;
    if (!f->installed)
        return;
    fputs("^C\n", stdout);
    fflush(stdout);
    rl_callback_sigcleanup();
    rl_replace_line("", 1);
    rl_callback_handler_remove();
    install(f);
}

/* The clock in the prompt goes with live time, ten times a second, and not while a line is wrapped
 * around the screen. */
static void refresh_clock(Front *f)
{
    Nanos now = session_world(shell_session(f->shell))->now;
    int rows, columns;
    rl_get_screen_size(&rows, &columns);
    if (!f->installed || now < f->shown + 100 * NANOS_MS || rl_end + 60 > columns)
        return;
    f->shown = now;
    free(f->prompt);
    f->prompt = make_prompt(f);
    rl_set_prompt(f->prompt ? f->prompt : "> ");
    rl_redisplay();
}

static bool live_time_passes(Front *f, Nanos by)
{
    f->owed += by;
    Nanos whole = f->owed - f->owed % NANOS_MS;
    if (whole == 0)
        return false;
    f->owed -= whole;
    Text out = text_heap();
    if (!shell_advance(f->shell, whole, &out))
        shell_line(f->shell, "pace step", &out); /* a breakpoint: time stands still */
    bool happened = out.len > 0;
    front_print(f, &out);
    text_heap_free(&out);
    refresh_clock(f);
    return happened;
}

bool front_idle(Front *f, Nanos by)
{
    if (f->options.interrupt && *f->options.interrupt)
        give_up_line(f);
    if (resized) {
        resized = 0;
        rl_resize_terminal();
    }
    return shell_pace(f->shell) == PACE_LIVE && live_time_passes(f, by);
}

static Nanos wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (Nanos)now.tv_sec * NANOS_S + (Nanos)now.tv_nsec;
}

void front_run(Front *f)
{
    Nanos before = wall_clock();
    while (!f->done) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        bool live = shell_pace(f->shell) == PACE_LIVE;
        int ready = poll(&in, 1, live ? FRAME_MS : IDLE_MS);
        Nanos now = wall_clock();
        if (ready < 0 && errno != EINTR)
            break;
        if (ready > 0 && !front_ready(f))
            break;
        front_idle(f, live ? now - before : 0);
        before = now;
    }
}

/* ---- one question ---- */

static char *answer;
static bool answered;

static void on_answer(char *line)
{
    rl_callback_handler_remove();
    answer = line;
    answered = true;
    if (line && line[strspn(line, " \t")])
        add_history(line);
}

char *front_ask(const char *prompt, volatile int *interrupt)
{
    CHECK(!front);
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_bind_key('\t', rl_insert);
    answered = false;
    answer = NULL;
    rl_callback_handler_install(prompt, on_answer);
    while (!answered) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        int ready = poll(&in, 1, IDLE_MS);
        if (interrupt && *interrupt) {
            *interrupt = 0;
            fputs("^C\n", stdout);
            rl_callback_sigcleanup();
            rl_callback_handler_remove();
            return copy_text("");
        }
        if (ready > 0)
            rl_callback_read_char();
    }
    if (!answer)
        fputc('\n', stdout);
    return answer;
}
