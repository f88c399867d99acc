/*
 * cmd_desk.c: the session as a whole: save, load, export, seed, lang, help, quit.
 *
 * Files are opened by the functions of ShellOptions only; without them these commands are refused,
 * so that a lesson or a grader can run a stranger's text.
 */
#include "core/lab/pcapng.h"
#include "repl/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rest of the command as a path: a word, or a text in quotes. */
static bool read_path(Run *r, char *path, size_t cap)
{
    size_t len;
    if (!arg_more(r))
        return arg_missing(r, "a file name", "文件名");
    const Token *t = &r->lex->token[r->at];
    if (t->len >= cap) {
        refuse(r, r->at, SAY(r, "the file name is too long", "文件名太长"));
        return false;
    }
    if (t->kind == TOKEN_STRING) {
        if (!arg_string(r, (uint8_t *)path, &len))
            return false;
    } else {
        len = t->len;
        memcpy(path, r->line + t->at, len);
        r->at++;
    }
    path[len] = '\0';
    if (strlen(path) != len || len == 0) {
        refuse(r, r->at - 1, SAY(r, "that is no file name", "这不是文件名"));
        return false;
    }
    return arg_end(r);
}

static LineStatus no_files(Run *r)
{
    return refuse_plain(r, SAY(r, "files are not available here", "这里不能读写文件"));
}

static LineStatus write_text(Run *r, const char *path, const Text *text)
{
    const char *error = NULL;
    if (text->full)
        return refuse_status(r, CALL_NO_ROOM);
    if (!r->shell->options.write_file(path, bytes_of(text->buf, text->len), &error))
        return refuse(r, r->at - 1, "%s: %s", path, error ? error : "?");
    text_addf(r->out, SAY(r, "written: %s\n", "已写入：%s\n"), path);
    return LINE_OK;
}

LineStatus cmd_save(Run *r)
{
    char path[1024];
    if (!r->shell->options.write_file)
        return no_files(r);
    if (!read_path(r, path, sizeof path))
        return LINE_ERROR;
    Text text = text_heap();
    shell_save(r->shell, &text);
    LineStatus status = write_text(r, path, &text);
    text_heap_free(&text);
    return status;
}

/* ---- load ---- */

LineStatus shell_put_aside(Run *r, const char *name, Bytes text)
{
    Shell *sh = r->shell;
    Text shelf = text_heap();
    shell_save(sh, &shelf);
    SessionOptions options = *session_options(sh->session);
    if (shelf.full || !shell_restart(sh, &options)) {
        text_heap_free(&shelf);
        return refuse_status(r, CALL_NO_ROOM);
    }
    char *copy = malloc(shelf.len + 1);
    if (copy)
        memcpy(copy, shelf.buf, shelf.len + 1);
    text_heap_free(&shelf);
    char *old = sh->shelf;
    sh->shelf = copy;
    *r->acted = false;
    bool outer = sh->replaying;
    uint32_t line = 0;
    sh->replaying = true;
    sh->depth++;
    LineStatus status = shell_text(sh, name, text, false, r->out, &line);
    sh->depth--;
    sh->replaying = outer;
    free(old);
    r->rows = trace_last(session_trace(sh->session));
    return status;
}

static LineStatus load_text(Run *r, const char *name, Bytes text)
{
    LineStatus status = shell_put_aside(r, name, text);
    if (status == LINE_FAILED || status == LINE_ERROR)
        return status;
    text_addf(r->out, SAY(r, "loaded: %s, now at ", "已载入：%s，现在是 "), name);
    text_time(r->out, session_world(r->shell->session)->now);
    text_add(r->out, SAY(r, "; `load -` brings back what was here before\n",
                         "；load - 可以取回之前的会话\n"));
    return LINE_OK;
}

LineStatus cmd_load(Run *r)
{
    char path[1024];
    Shell *sh = r->shell;
    if (arg_is(r, "-") && sh->shelf) {
        size_t len = strlen(sh->shelf);
        char *copy = malloc(len + 1);
        if (!copy)
            return refuse_status(r, CALL_NO_ROOM);
        memcpy(copy, sh->shelf, len + 1);
        LineStatus status =
            load_text(r, SAY(r, "the session before", "之前的会话"), bytes_of(copy, len));
        free(copy);
        return status;
    }
    if (!sh->options.read_file)
        return no_files(r);
    if (!read_path(r, path, sizeof path))
        return LINE_ERROR;
    if (sh->depth >= LOAD_DEPTH_MAX)
        return refuse(
            r, r->at - 1,
            SAY(r, "files that load files that load files: too deep", "文件互相载入，层数太多"));
    const char *error = NULL;
    size_t len = 0;
    char *text = sh->options.read_file(path, &len, &error);
    if (!text)
        return refuse(r, r->at - 1, "%s: %s", path, error ? error : "?");
    LineStatus status = load_text(r, path, bytes_of(text, len));
    free(text);
    return status;
}

/* ---- export ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* A capture for Wireshark: from the wire, or as tcpdump at one host would take it. */
static LineStatus export_capture(Run *r, const char *path)
{
    Shell *sh = r->shell;
    Text bytes = text_heap();
    HostId from = r->has_host ? r->host : HOST_NONE;
    uint32_t packets = pcapng_trace(&bytes, session_trace(sh->session), from, sh->lang);
    const char *error = NULL;
    bool full = bytes.full;
    bool ok = !full && sh->options.write_file(path, bytes_of(bytes.buf, bytes.len), &error);
    text_heap_free(&bytes);
    if (full)
        return refuse(
            r, r->at - 1,
            SAY(r, "this run is too long for one capture", "这次运行太长，一个抓包文件装不下"));
    if (!ok)
        return refuse(r, r->at - 1, "%s: %s", path, error ? error : "?");
    text_addf(r->out, SAY(r, "written: %s (%u packets)\n", "已写入：%s（%u 个分组）\n"), path,
              packets);
    return LINE_OK;
}

LineStatus cmd_export(Run *r)
{
    char path[1024];
    Shell *sh = r->shell;
    if (!sh->options.write_file)
        return no_files(r);
    if (!read_path(r, path, sizeof path))
        return LINE_ERROR;
    if (ends_with(path, ".pcapng"))
        return export_capture(r, path);
    if (r->has_host)
        return refuse(r, 0,
                      SAY(r, "only a .pcapng is taken at a host; leave `%c` out",
                          "只有 .pcapng 可以在某台主机上抓取；请去掉 `%c`"),
                      host_letter(r->host));
    View view = shell_view(sh);
    view.color = false;
    if (ends_with(path, ".json") || ends_with(path, ".txt")) {
        Text text = text_heap();
        LadderRange range = {.first = 1, .last = UINT32_MAX, .heading = true, .host = HOST_NONE};
        if (ends_with(path, ".json"))
            look_json(&text, &view);
        else
            look_ladder(&text, &view, &range);
        LineStatus status = write_text(r, path, &text);
        text_heap_free(&text);
        return status;
    }
    if (!ends_with(path, ".svg") && !ends_with(path, ".png"))
        return refuse(r, r->at - 1,
                      SAY(r, "the ending says what is written: .svg .png .json .txt .pcapng",
                          "后缀决定写什么：.svg .png .json .txt .pcapng"));
    if (!sh->options.render)
        return refuse(r, r->at - 1,
                      SAY(r,
                          "this program was built without pictures; .json, .txt and .pcapng work",
                          "此程序没有编译绘图功能；可用 .json、.txt 和 .pcapng"));
    const char *error = NULL;
    if (!sh->options.render(sh->session, path, sh->lang, &error))
        return refuse(r, r->at - 1, "%s: %s", path, error ? error : "?");
    text_addf(r->out, SAY(r, "written: %s\n", "已写入：%s\n"), path);
    return LINE_OK;
}

/* ---- the rest ---- */

LineStatus cmd_seed(Run *r)
{
    uint64_t seed;
    Session *session = r->shell->session;
    if (!arg_more(r)) {
        text_addf(r->out, "seed %" PRIu64 "\n", session_options(session)->seed);
        return LINE_OK;
    }
    if (!arg_quantity(r, QUANTITY_COUNT, UINT64_MAX, &seed) || !arg_end(r))
        return LINE_ERROR;
    if (session_length(session) > 0 || session_log_count(session) > 0)
        return refuse(r, 0,
                      SAY(r,
                          "chance has been at work already: `seed` stands before everything else",
                          "随机已经起过作用：seed 必须放在一切命令之前"));
    SessionOptions options = *session_options(session);
    options.seed = seed;
    return shell_restart(r->shell, &options) ? LINE_OK : refuse_status(r, CALL_NO_ROOM);
}

LineStatus cmd_room(Run *r)
{
    enum { ROOM_MOST = 512 };
    uint64_t conns;
    Session *session = r->shell->session;
    if (!arg_more(r)) {
        text_addf(r->out, "room %u\n", session_options(session)->shape.conns);
        return LINE_OK;
    }
    if (!arg_quantity(r, QUANTITY_COUNT, ROOM_MOST, &conns) || !arg_end(r))
        return LINE_ERROR;
    if (conns < SHAPE_LESSON.conns || session_length(session) > 0 || session_log_count(session) > 0)
        return refuse(r, 0,
                      SAY(r, "`room` stands before everything else, and is %u to %u",
                          "room 必须放在一切命令之前，范围为 %u 到 %u"),
                      SHAPE_LESSON.conns, ROOM_MOST);
    SessionOptions options = *session_options(session);
    options.shape.conns = (uint16_t)conns;
    return shell_restart(r->shell, &options) ? LINE_OK : refuse_status(r, CALL_NO_ROOM);
}

LineStatus cmd_lang(Run *r)
{
    static const char *const words[] = {"en", "zh"};
    int lang = arg_choice(r, words, 2);
    if (lang < 0 || !arg_end(r))
        return LINE_ERROR;
    shell_set_lang(r->shell, (Lang)lang);
    return LINE_OK;
}

LineStatus cmd_help(Run *r)
{
    const Shell *sh = r->shell;
    size_t len;
    const char *word = arg_word(r, &len);
    if (!word) {
        help_overview(r->out, sh->lang, sh->options.color);
        return LINE_OK;
    }
    uint32_t found;
    if (help_topic(r->out, word, len, sh->lang, sh->options.color))
        return LINE_OK;
    const Command *c = command_find(word, len, false, &found);
    if (!c)
        c = command_find(word, len, true, &found);
    if (c) {
        help_command(r->out, c, sh->lang, sh->options.color);
        return LINE_OK;
    }
    const Command *near = command_near(word, len, false);
    if (!near)
        near = command_near(word, len, true);
    if (near)
        return refuse(r, r->at,
                      SAY(r, "no help about `%.*s`; did you mean `%s`?",
                          "没有关于 `%.*s` 的帮助；是不是 `%s`？"),
                      (int)len, word, near->name);
    return refuse(r, r->at,
                  SAY(r, "no help about `%.*s`; `help` lists what there is",
                      "没有关于 `%.*s` 的帮助；help 列出全部"),
                  (int)len, word);
}

LineStatus cmd_quit(Run *r)
{
    (void)r;
    return LINE_QUIT;
}
