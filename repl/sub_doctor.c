/*
 * sub_doctor.c: `sandwire doctor`: what works on this machine, and the one fix for what does not.
 */
#include "repl/sub.h"

int sub_doctor(const Program *p)
{
    return sub_complain("doctor", "%s", TELL(p, "nothing to look at yet", "暂无可检查的内容"));
}
