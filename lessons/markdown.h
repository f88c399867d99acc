/*
 * markdown.h: CommonMark prose on a terminal.
 *
 * Paragraphs are wrapped by columns, not bytes: a Chinese character takes two, a line may end
 * between any two of them, but no line begins with a closing mark (，。）) or ends with an opening
 * one. Code and pictures in letters are shown as they are. Without colours, code keeps its
 * backquotes and emphasis its stars, so that nothing is lost.
 */
#ifndef SANDWIRE_LESSONS_MARKDOWN_H
#define SANDWIRE_LESSONS_MARKDOWN_H

#include "lessons/diag.h"

typedef struct MarkdownStyle {
    uint16_t width;  /* columns; 0: 80 */
    uint16_t indent; /* blanks before every line */
    bool color;
} MarkdownStyle;

/* Renders; the text ends with a newline unless it is empty. */
void markdown_render(Text *, const char *markdown, MarkdownStyle);

/* Wraps plain text (no Markdown) the same way; first is written before the first line and counts
 * for its width, later lines are indented as far. */
void markdown_wrap(Text *, const char *first, const char *plain, MarkdownStyle);

/* Complains (DIAG_EMPHASIS) about stars that were meant as emphasis and do not render. `markdown`
 * is part of source's text and begins in its line `line`. */
void markdown_lint(const Source *, const char *markdown, uint32_t line, Diags *);

/* The info strings of all fenced blocks that Markdown itself sees: calls each with the offset of
 * the info string in the text. */
void markdown_fences(const char *markdown, void (*each)(void *user, const char *info, size_t len),
                     void *user);

#endif
