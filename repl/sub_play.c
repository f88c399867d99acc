/*
 * sub_play.c: the playground in the terminal, and the same language from a pipe.
 *
 * At a terminal: readline, history, init file, journal. From a pipe: no prompt, no echo; it stops
 * at the first line that fails, with its number, and a non-zero exit code.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "repl/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int play_pipe(Shell *sh)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    int code = 0;
    Text out = text_heap();
    for (uint32_t number = 1; code == 0 && (len = getline(&line, &cap, stdin)) >= 0; number++) {
        uint32_t ignored = 0;
        shell_place(sh, "", number - 1);
        LineStatus status = shell_text(sh, "", bytes_of(line, (size_t)len), false, &out, &ignored);
        sub_print(&out);
        fflush(stdout);
        if (status == LINE_QUIT)
            break;
        code = status == LINE_FAILED ? 1 : status == LINE_ERROR ? 2 : 0;
    }
    free(line);
    text_heap_free(&out);
    return code;
}

/* Runs a text at the start (init file, journal); what it says is shown. */
static void run_text(Shell *sh, const char *name, const char *text, size_t len)
{
    Text out = text_heap();
    uint32_t line;
    shell_text(sh, name, bytes_of(text, len), true, &out, &line);
    sub_print(&out);
    text_heap_free(&out);
}

static void run_init_file(Shell *sh)
{
    char path[1024];
    const char *error;
    size_t len;
    if (!sub_config_path("init.sw", path, sizeof path) || access(path, R_OK) != 0)
        return;
    char *text = sub_read_file(path, &len, &error);
    if (text)
        run_text(sh, path, text, len);
    free(text);
}

/* A session that a crash cut short: restored with --resume, mentioned without. */
static void look_for_journal(const Program *p, Shell *sh, const char *path)
{
    size_t len;
    char *text = front_journal_unfinished(path, &len);
    if (!text) {
        if (p->resume)
            puts(
                TELL(p, "There is no unfinished session to resume.", "没有未结束的会话可以继续。"));
        return;
    }
    if (p->resume) {
        run_text(sh, path, text, len);
        puts(TELL(p, "The session goes on where it stopped.", "会话从中断处继续。"));
    } else {
        puts(TELL(
            p,
            "(The last session did not end in order: `sandwire --resume` goes on with it,\n"
            "as long as you begin no other.)",
            "（上次的会话没有正常结束：sandwire --resume 可以继续；现在另开一个就会丢掉它。）"));
    }
    free(text);
}

static int play_terminal(const Program *p, Shell *sh)
{
    char history[1024], journal[1024];
    bool has_state = sub_state_path("history", history, sizeof history) &&
                     sub_state_path("journal.sw", journal, sizeof journal);
    puts(TELL(p, "Sandwire: two hosts, a wire, and you.  (help, quit)   Try:",
              "Sandwire：两台主机、一根线，还有你。（help、quit）先试试："));
    puts("  B listen 80; A connect B:80");
    run_init_file(sh);
    if (has_state)
        look_for_journal(p, sh, journal);
    FrontOptions options = {.history_path = has_state ? history : NULL,
                            .journal_path = has_state ? journal : NULL,
                            .color = p->color,
                            .ascii = p->ascii,
                            .interrupt = &sub_interrupted};
    fflush(stdout);
    Front *front = front_open(sh, &options);
    if (!front)
        return 2;
    front_run(front);
    front_close(front);
    return 0;
}

int sub_play(const Program *p)
{
    ShellOptions options = sub_shell_options(p);
    const char *term = getenv("TERM");
    options.sentences = isatty(STDIN_FILENO) && term && strcmp(term, "dumb") == 0;
    options.tell_progress = sub_tell_progress;
    options.clock = sub_clock;
    Shell *sh = shell_new(&options);
    if (!sh)
        return sub_complain(NULL, "%s", TELL(p, "no memory", "内存不足"));
    int code = isatty(STDIN_FILENO) ? play_terminal(p, sh) : play_pipe(sh);
    shell_free(sh);
    return code;
}
