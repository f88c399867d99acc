/*
 * sub_viz.c: `sandwire viz`: the window.
 */
#include "repl/sub.h"

int sub_viz(const Program *p)
{
    return sub_complain("viz", "%s",
                        TELL(p, "this program was built without the window; everything else works",
                             "此程序没有编译窗口功能；其他功能都可用"));
}
