/*
 * sub_viz.c: `sandwire viz` and `sandwire render`: the window and its pictures.
 */
#include "repl/sub.h"

int sub_viz(const Program *p)
{
    return sub_complain(
        "viz", "%s",
        TELL(p, "this program was built without the window", "此程序没有编译窗口功能"));
}

int sub_render(const Program *p)
{
    return sub_complain(
        "render", "%s",
        TELL(p, "this program was built without pictures", "此程序没有编译绘图功能"));
}
