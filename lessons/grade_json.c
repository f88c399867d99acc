/*
 * grade_json.c: grading results for machines (grade.h).
 *
 *     {"format": "sandwire-grade", "version": 1, "results": [{"exercise": ..., "checks": [...]}]}
 *
 * Keys are written in the order in which they are set here, and nothing depends on the time or the
 * machine: the same answer gives the same bytes. junit, tap and gradescope will be more files like
 * this one, made from the same GradeResult.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/lab/heap.h"
#include "lessons/grade.h"
#include "repl/width.h"

/* JSON strings are UTF-8; a file name need not be: what is not becomes '?'. */
static json_t *string_of(const char *s)
{
    json_t *value = json_string(s);
    if (value)
        return value;
    Text t = text_heap();
    for (size_t i = 0, n, len = strlen(s); i < len; i += n) {
        uint32_t code;
        n = width_decode(s + i, len - i, &code);
        if (n == 1 && code >= 0x80)
            text_char(&t, '?');
        else
            text_add_n(&t, s + i, n);
    }
    value = json_string(t.buf);
    text_heap_free(&t);
    return value ? value : json_string("?");
}

static json_t *number_of(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *check_of(const GradeCheck *g)
{
    json_t *o = json_object();
    json_object_set_new(o, "id", string_of(g->id));
    json_object_set_new(o, "caption", string_of(g->caption));
    json_object_set_new(o, "status", json_string(g->passed ? "passed" : "failed"));
    if (g->passed || !g->ladder[0])
        return o;
    json_object_set_new(o, "setting", number_of(g->setting));
    json_object_set_new(o, "row", number_of(g->row));
    json_object_set_new(o, "time_ns", number_of(g->at));
    json_object_set_new(o, "ladder", string_of(g->ladder));
    json_object_set_new(o, "got", string_of(g->got));
    json_object_set_new(o, "why", string_of(g->why));
    json_object_set_new(o, "command", string_of(g->command));
    json_object_set_new(o, "hint", string_of(g->hint));
    return o;
}

static json_t *result_of(const GradeResult *r)
{
    json_t *o = json_object(), *checks = json_array();
    const char *status = r->refused ? "refused" : r->passed ? "passed" : "failed";
    json_object_set_new(o, "exercise", string_of(r->exercise));
    json_object_set_new(o, "title", string_of(r->title));
    json_object_set_new(o, "answer", string_of(r->answer));
    json_object_set_new(o, "status", json_string(status));
    if (r->refused)
        json_object_set_new(o, "reason", string_of(r->refused));
    json_object_set_new(o, "score", number_of(r->score));
    json_object_set_new(o, "max_score", number_of(r->max_score));
    json_object_set_new(o, "interventions", number_of(r->interventions));
    json_object_set_new(o, "par", number_of(r->par));
    json_object_set_new(o, "budget", number_of(r->budget));
    json_object_set_new(o, "settings", number_of(r->settings));
    for (uint32_t i = 0; i < r->check_count; i++)
        json_array_append_new(checks, check_of(&r->check[i]));
    json_object_set_new(o, "checks", checks);
    return o;
}

void grade_print_json(Text *out, const GradeResult *r, uint32_t count)
{
    json_t *root = json_object(), *results = json_array();
    json_object_set_new(root, "format", json_string("sandwire-grade"));
    json_object_set_new(root, "version", number_of(1));
    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(results, result_of(&r[i]));
    json_object_set_new(root, "results", results);
    char *text = json_dumps(root, JSON_INDENT(2));
    CHECK(text != NULL);
    text_add(out, text);
    text_char(out, '\n');
    free(text);
    json_decref(root);
}
