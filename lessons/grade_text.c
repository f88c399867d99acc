/*
 * grade_text.c: a grading result for people (grade.h).
 *
 * A failure reads: the caption; the student's own ladder with the moment marked; got and expected,
 * aligned, with the difference underlined; why, with its RFC clause; one command that opens the
 * moment; one hint.
 */
#include <string.h>

#include "lessons/grade.h"
#include "lessons/markdown.h"
#include "repl/ink.h"
#include "repl/width.h"

static const char *pick(const GradeResult *r, const char *en, const char *zh)
{
    return r->lang == LANG_ZH ? zh : en;
}

/* One line of pred_explain, taken apart: WHAT is GOT, expected SIGN WANTED. */
typedef struct Difference {
    const char *what, *got, *sign, *wanted;
    size_t what_len, got_len, sign_len, wanted_len;
} Difference;

static const char *find(const char *s, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(s + i, word, n) == 0)
            return s + i;
    return NULL;
}

static bool take_apart(const char *line, size_t len, Lang lang, Difference *d)
{
    static const char *const is[LANG_COUNT] = {" is ", " 现在是 "};
    static const char *const expected[LANG_COUNT] = {", expected ", "，期望 "};
    const char *a = find(line, len, is[lang]), *b = find(line, len, expected[lang]);
    if (!a || !b || b < a)
        return false;
    const char *end = line + len;
    d->what = line;
    d->what_len = (size_t)(a - line);
    d->got = a + strlen(is[lang]);
    d->got_len = (size_t)(b - d->got);
    d->sign = b + strlen(expected[lang]);
    d->sign_len = 0;
    while (d->sign + d->sign_len < end && d->sign[d->sign_len] != ' ')
        d->sign_len++;
    d->wanted = d->sign + d->sign_len + (d->sign + d->sign_len < end);
    const char *value = find(d->wanted, (size_t)(end - d->wanted), is[lang]);
    d->wanted = value ? value + strlen(is[lang]) : d->wanted;
    d->wanted_len = (size_t)(end - d->wanted);
    return true;
}

/* got and expected below each other, and a line of ^ under what differs. */
static void print_difference(Text *out, const GradeResult *r, const Difference *d, bool never)
{
    const char *got = pick(r, "got       ", "实际      ");
    const char *wanted =
        never ? pick(r, "never     ", "不许      ") : pick(r, "expected  ", "期望      ");
    size_t same = 0, longer = d->got_len > d->wanted_len ? d->got_len : d->wanted_len;
    while (same < d->got_len && same < d->wanted_len && d->got[same] == d->wanted[same])
        same++;
    while (same > 0 && ((unsigned char)d->wanted[same] & 0xc0) == 0x80)
        same--;
    text_add(out, "    ");
    text_add_n(out, d->what, d->what_len);
    text_addf(out, "\n      %s", got);
    text_repeat(out, ' ', d->sign_len + 1);
    text_add_n(out, d->got, d->got_len);
    text_addf(out, "\n      %s", wanted);
    text_add_n(out, d->sign, d->sign_len);
    text_char(out, ' ');
    text_add_n(out, d->wanted, d->wanted_len);
    text_add(out, "\n      ");
    text_repeat(out, ' ', width_of(got, strlen(got)) + d->sign_len + 1 + width_of(d->got, same));
    text_repeat(out, '^', longer > same ? (longer - same < 40 ? longer - same : 40) : 1);
    text_char(out, '\n');
}

static void print_got(Text *out, const GradeResult *r, const char *lines, bool never)
{
    while (*lines) {
        size_t n = strcspn(lines, "\n");
        Difference d;
        if (take_apart(lines, n, r->lang, &d)) {
            print_difference(out, r, &d, never);
        } else if (n > 0) {
            text_add(out, "    ");
            text_add_n(out, lines, n);
            text_char(out, '\n');
        }
        lines += n + (lines[n] == '\n');
    }
}

/* Lines wrapped to the width, each with the label before the first. */
static void print_lines(Text *out, const char *lines, uint16_t indent)
{
    while (*lines) {
        char line[2048];
        size_t n = strcspn(lines, "\n");
        Text t = text_fixed(line, sizeof line);
        text_add_n(&t, lines, n);
        markdown_wrap(out, "", line, (MarkdownStyle){.indent = indent});
        lines += n + (lines[n] == '\n');
    }
}

static void print_head(Text *out, const GradeResult *r, const GradeCheck *g, bool color)
{
    ink_add(out, color, g->passed ? INK_GOOD : INK_BAD,
            g->passed ? pick(r, "passed", "通过") : pick(r, "FAILED", "未通过"));
    text_addf(out, "  %s: %s\n", g->id, g->caption);
}

static void print_failure(Text *out, const GradeResult *r, const GradeCheck *g)
{
    if (g->setting > 0)
        text_addf(
            out,
            pick(r, "  under hidden setting %u of %u\n", "  在第 %u 个隐藏设置下（共 %u 个）\n"),
            g->setting, r->settings - 1);
    text_add(out, g->ladder);
    print_got(out, r, g->got, g->never);
    if (g->why[0]) {
        text_add(out, pick(r, "    why\n", "    原因\n"));
        print_lines(out, g->why, 6);
    }
    if (g->command[0])
        text_addf(out, pick(r, "    open this moment\n      %s\n", "    打开这一时刻\n      %s\n"),
                  g->command);
    if (g->hint[0]) {
        text_add(out, pick(r, "    hint\n", "    提示\n"));
        markdown_render(out, g->hint, (MarkdownStyle){.indent = 6});
    }
    text_char(out, '\n');
}

void grade_print_text(Text *out, const GradeResult *r, bool color)
{
    text_addf(out, "%s: %s (%s)\n", r->answer, r->title, r->exercise);
    if (r->refused) {
        ink_add(out, color, INK_BAD, pick(r, "refused", "未评分"));
        text_add(out, pick(r, ": ", "："));
        text_addf(out, "%s\n", r->refused);
    }
    for (uint32_t i = 0; !r->refused && i < r->check_count; i++) {
        print_head(out, r, &r->check[i], color);
        if (!r->check[i].passed)
            print_failure(out, r, &r->check[i]);
    }
    if (!r->refused) {
        text_addf(out, pick(r, "interventions: %u", "干预次数：%u"), r->interventions);
        if (r->par > 0)
            text_addf(out, pick(r, " (par %u)", "（标准杆 %u）"), r->par);
        text_char(out, '\n');
    }
    text_addf(out, pick(r, "score: %u of %u", "得分：%u，满分 %u"), r->score, r->max_score);
    if (r->passed)
        text_add(out, pick(r, ", all checks passed", "，全部检查通过"));
    text_char(out, '\n');
}
