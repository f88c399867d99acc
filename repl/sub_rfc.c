/*
 * sub_rfc.c: `sandwire rfc`: what the RFCs demand, and where and how far it is met.
 *
 * Exit code 2 when the word means no row.
 */
#include "repl/sub.h"

#include "core/lab/heap.h"
#include "repl/requirements.h"

#include <stdio.h>
#include <string.h>

int sub_rfc(const Program *p)
{
    RequirementView v = {.lang = p->lang, .color = p->color && !p->json};
    for (int i = 0; i < p->argc; i++) {
        if (strcmp(p->argv[i], "--unmet") == 0)
            v.unmet = true;
        else if (p->argv[i][0] == '-' || v.what)
            return sub_complain("rfc",
                                TELL(p, "what is `%s`? See sandwire rfc --help",
                                     "`%s` 是什么？见 sandwire rfc --help"),
                                p->argv[i]);
        else
            v.what = p->argv[i];
    }
    Text out = text_heap();
    size_t found = p->json ? requirements_json(&out, &v) : requirements_print(&out, &v);
    if (found > 0 || p->json)
        sub_print(&out);
    text_heap_free(&out);
    if (found > 0)
        return 0;
    if (v.unmet) {
        printf(TELL(p, "nothing is unmet there\n", "那里没有未满足的要求\n"));
        return 0;
    }
    return sub_complain("rfc",
                        TELL(p, "no row is named `%s`; try MUST-18, RFC6298, 3.8 or no word at all",
                             "没有名为 `%s` 的行；可以试试 MUST-18、RFC6298、3.8，或者什么都不写"),
                        v.what);
}
