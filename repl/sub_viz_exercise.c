/*
 * sub_viz_exercise.c: `sandwire viz --exercise NAME --session ANSWER.sw`: a graded answer in the
 * window, the world standing where the first check failed.
 *
 * The grading is that of `sandwire grade`; here it only becomes a scene.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub_viz.h"

#if SANDWIRE_VIZ

#include <stdlib.h>

#include "core/lab/heap.h"
#include "lessons/library.h"
#include "lessons/markdown.h"

/* Markdown with the inks of a terminal, which the view turns into letters (viz/inked.h). */
static const char *inked(char *to, size_t cap, const char *markdown)
{
    Text t = text_fixed(to, cap);
    markdown_render(&t, markdown ? markdown : "", (MarkdownStyle){.width = 20000, .color = true});
    while (t.len > 0 && to[t.len - 1] == '\n')
        to[--t.len] = '\0';
    return to;
}

static void fill_scene(Graded *graded)
{
    ResultScene *s = &graded->scene;
    const GradeResult *g = &graded->result;
    *s = (ResultScene){.title = g->title,
                       .answer = g->answer,
                       .refused = g->refused,
                       .score = g->score,
                       .most = g->max_score,
                       .settings = g->settings};
    for (uint32_t i = 0; i < g->check_count && s->checks < LESSON_SCENE_MARKS; i++) {
        const GradeCheck *c = &g->check[i];
        char *hint = graded->hints[s->checks];
        s->check[s->checks++] =
            (ResultCheck){.caption = c->caption,
                          .passed = c->passed,
                          .got = c->got,
                          .why = c->why,
                          .command = c->command,
                          .hint = inked(hint, sizeof graded->hints[0], c->hint)};
    }
}

/* The answer's own run, where the first check failed, or where the last one was decided. */
static void stand_there(const Graded *g, Shell *sh, Bytes answer)
{
    Text moment = text_heap(), out = text_heap();
    const char *id = NULL;
    for (uint32_t i = 0; i < g->result.check_count; i++) {
        id = g->result.check[i].id;
        if (!g->result.check[i].passed)
            break;
    }
    uint32_t line;
    shell_set_quiet(sh, true);
    if (id && grade_moment(g->lesson, answer, id, &moment))
        shell_text(sh, "", bytes_of(moment.buf, moment.len), true, &out, &line);
    shell_set_quiet(sh, false);
    text_heap_free(&out);
    text_heap_free(&moment);
}

static Lesson *open_exercise(const Program *p, const char *name)
{
    Text path = text_heap(), said = text_heap();
    Diags diags = {0};
    bool found = library_find(&path, library_dir(NULL), name);
    Lesson *l = found ? library_load(path.buf, &diags) : NULL;
    diags_print(&said, &diags, p->lang);
    sub_print(&said);
    if (l && !lesson_exercise(l)) {
        lesson_free(l);
        l = NULL;
    }
    diags_free(&diags);
    text_heap_free(&path);
    text_heap_free(&said);
    return l;
}

int graded_open(Graded *g, const Program *p, const char *exercise, const char *answer, Shell *sh)
{
    const char *error = NULL;
    size_t len;
    *g = (Graded){.lesson = open_exercise(p, exercise)};
    if (!g->lesson)
        return sub_complain("viz",
                            TELL(p, "there is no exercise `%s`; `sandwire lesson list` shows them",
                                 "没有练习 `%s`；`sandwire lesson list` 列出全部练习"),
                            exercise);
    char *text = sub_read_file(answer, &len, &error);
    if (!text)
        return sub_complain("viz", TELL(p, "%s: %s", "%s：%s"), answer, error);
    grade_answer(g->lesson, answer, bytes_of(text, len), p->lang, &g->result);
    g->graded = true;
    fill_scene(g);
    stand_there(g, sh, bytes_of(text, len));
    free(text);
    Text out = text_heap();
    grade_print_text(&out, &g->result, p->color);
    sub_print(&out);
    text_heap_free(&out);
    return 0;
}

void graded_close(Graded *g)
{
    if (g->graded)
        grade_free(&g->result);
    lesson_free(g->lesson);
    *g = (Graded){0};
}

#endif
