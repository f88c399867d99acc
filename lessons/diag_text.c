/*
 * diag_text.c: what each complaint says, and what it advises, in both languages (diag.h).
 *
 * A row: a name for machines, what is wrong, what to do. $1 and $2 are the complaint's arguments;
 * $? is "did you mean $2", nothing if $2 is empty. The order is that of DiagKind; the array is
 * indexed by it.
 */
#include "lessons/diag.h"

#define SAYS(NAME, EN, ZH, DO_EN, DO_ZH)                           \
    {                                                              \
        .name = NAME, .what = {EN, ZH}, .remedy = { DO_EN, DO_ZH } \
    }

const DiagText diag_texts[DIAG_KIND_COUNT] = {
    /* ---- the file ---- */
    [DIAG_CANNOT_READ] = SAYS("cannot-read", "cannot be read: $1", "无法读取：$1",
                              "Check the path; `sandwire lesson list` shows what there is.",
                              "请检查路径；`sandwire lesson list` 会列出现有课程。"),
    [DIAG_TOO_LARGE] = SAYS("too-large", "the file is larger than $1", "文件超过 $1",
                            "Split it into several lessons.", "请拆成几个文件。"),
    [DIAG_NOT_TEXT] = SAYS("not-text", "this is not UTF-8 text", "这里不是 UTF-8 文本",
                           "Save the file as UTF-8, without control characters.",
                           "请以 UTF-8 编码保存，不要含控制字符。"),
    [DIAG_NO_FRONT_MATTER] =
        SAYS("no-front-matter", "the file does not begin with front matter", "文件开头没有元数据",
             "Begin with a line ---, then `lesson: ID`, `title: ...`, then ---.",
             "第一行写 ---，接着写 `lesson: ID`、`title: ...`，再以 --- 结束。"),
    [DIAG_FRONT_MATTER_OPEN] =
        SAYS("front-matter-open", "the front matter never ends", "元数据没有结束",
             "Close it with a line ---.", "请用一行 --- 结束它。"),
    [DIAG_FRONT_MATTER_LINE] =
        SAYS("front-matter-line", "this is not `key: value`", "这一行不是 `key: value`",
             "Write one key, a colon, a blank and the value.", "请写成：键、冒号、空格、值。"),
    [DIAG_FRONT_MATTER_KEY] = SAYS(
        "front-matter-key", "front matter has no key '$1'$?", "元数据没有 '$1' 这个键$?",
        "Keys: lesson title needs teaches order minutes seed profile allow par curriculum variant.",
        "可用的键：lesson title needs teaches order minutes seed profile allow par curriculum "
        "variant。"),
    [DIAG_FRONT_MATTER_TWICE] = SAYS("front-matter-twice", "'$1' is given twice", "'$1' 出现了两次",
                                     "Keep one of them.", "请只保留一个。"),
    [DIAG_FRONT_MATTER_MISSING] =
        SAYS("front-matter-missing", "the front matter has no '$1'", "元数据缺少 '$1'",
             "Add a line `$1: ...`.", "请加上一行 `$1: ...`。"),
    [DIAG_BAD_NUMBER] =
        SAYS("bad-number", "'$1' is not a number that fits here ($2)", "'$1' 不是合适的数（$2）",
             "Write a decimal number without a unit.", "请写不带单位的十进制数。"),
    [DIAG_BAD_PROFILE] =
        SAYS("bad-profile", "there is no profile '$1'", "没有名为 '$1' 的参数组",
             "Use rfc, linux, classic or freebsd.", "可用：rfc、linux、classic、freebsd。"),
    [DIAG_BAD_ID] = SAYS("bad-id", "'$1' cannot be an id", "'$1' 不能用作 id",
                         "Use small letters, digits and '-', at most 40, beginning with a letter.",
                         "请用小写字母、数字和 '-'，以字母开头，不超过 40 个字符。"),
    /* ---- headings and fences ---- */
    [DIAG_NO_HEADING] =
        SAYS("no-heading", "text before the first heading", "第一个标题之前就有内容",
             "Begin with `# Title`.", "请先写 `# 标题`。"),
    [DIAG_SECTION_TWICE] =
        SAYS("section-twice", "another section has this heading too", "已有同名的标题",
             "Headings name the sections for translations; make each its own.",
             "译文用标题识别各节，请让每个标题都不同。"),
    [DIAG_FENCE_OPEN] = SAYS("fence-open", "this block never ends", "这个代码块没有结束",
                             "Close it with a line of as many ` as it began with.",
                             "请用同样多的 ` 单独一行来结束它。"),
    [DIAG_FENCE_INDENTED] =
        SAYS("fence-indented", "a lesson block must begin at the first column",
             "课程代码块必须从第一列开始",
             "Remove the blanks before it; inside a list or a quotation it would not be seen.",
             "请删去前面的空格；放在列表或引用里就不会被识别。"),
    [DIAG_FENCE_HIDDEN] =
        SAYS("fence-hidden", "Markdown does not see this block as a block of its own",
             "按 Markdown 的规则，这里不是独立的代码块",
             "Put an empty line before it, and close what stands before (a comment, a list).",
             "请在前面空一行，并先结束前面的注释或列表。"),
    [DIAG_BLOCK_UNKNOWN] =
        SAYS("block-unknown", "there is no block '$1'$?", "没有 '$1' 这种代码块$?",
             "Blocks: sandwire setup, sandwire demo, predict, task, trace, break, note presenter; "
             "in translations ref.",
             "可用：sandwire setup、sandwire demo、predict、task、trace、break、note presenter；"
             "译文中用 ref。"),
    [DIAG_ATTRIBUTE_SYNTAX] =
        SAYS("attribute-syntax", "these attributes are not understood", "看不懂这里的属性",
             "Write them in braces: {#id name=value name=value}.",
             "请写在花括号里：{#id name=value name=value}。"),
    [DIAG_ATTRIBUTE_UNKNOWN] =
        SAYS("attribute-unknown", "this block has no attribute '$1'$?", "这种代码块没有属性 '$1'$?",
             "predict: type. task: points, par, budget. sandwire setup: seed, profile.",
             "predict：type。task：points、par、budget。sandwire setup：seed、profile。"),
    [DIAG_ATTRIBUTE_VALUE] =
        SAYS("attribute-value", "'$1' cannot be a value here ($2)", "'$1' 不能作为这里的值（$2）",
             "See the examples in lessons/README.md.", "示例见 lessons/README.md。"),
    [DIAG_ID_MISSING] = SAYS("id-missing", "this block has no id", "这个代码块没有 id",
                             "Give it one that no other block has: {#third-ack}.",
                             "请给它一个独一无二的 id：{#third-ack}。"),
    [DIAG_ID_TWICE] =
        SAYS("id-twice", "another block has the id '$1'", "id '$1' 已被别的代码块使用",
             "Ids name blocks for translations and progress; make each its own.",
             "译文和进度靠 id 识别代码块，请勿重复。"),
    [DIAG_TYPE_MISSING] =
        SAYS("type-missing", "a prediction needs a type", "预测题需要 type",
             "Add type=state, number, field, segment, choice, order or yesno.",
             "请加上 type=state、number、field、segment、choice、order 或 yesno。"),
    [DIAG_REF_IN_SOURCE] =
        SAYS("ref-in-source", "ref belongs into a translation", "ref 只能用在译文里",
             "In the source write the block itself.", "源文件里请直接写代码块本身。"),
    [DIAG_EMPTY_BLOCK] =
        SAYS("empty-block", "there is nothing in this block", "代码块是空的",
             "Write at least one line, or remove it.", "请至少写一行，或者删去它。"),
    /* ---- entries of a block ---- */
    [DIAG_ENTRY_SYNTAX] =
        SAYS("entry-syntax", "this line is not `key: text`", "这一行不是 `key: 文字`",
             "Begin with a key and a colon; indent by two blanks what continues the line above.",
             "请以键和冒号开头；若是续行，请缩进两个空格。"),
    [DIAG_ENTRY_KEY] =
        SAYS("entry-key", "a $1 block has no key '$2'", "$1 代码块没有 '$2' 这个键",
             "predict: ask on answer choices wrong because hint. task: do allow check "
             "never eventually hint solution reject wrong because.",
             "predict：ask on answer choices wrong because hint。task：do allow check "
             "never eventually hint solution reject wrong because。"),
    [DIAG_ENTRY_NAME] = SAYS("entry-name", "'$1' needs a name after it", "'$1' 后面要有名字",
                             "For example: check est \"both are ESTABLISHED\": ..., wrong 2: ...",
                             "例如：check est \"两端都是 ESTABLISHED\": ...，wrong 2: ..."),
    [DIAG_ENTRY_CAPTION] =
        SAYS("entry-caption", "'$1' needs a caption in quotes", "'$1' 需要引号里的说明文字",
             "Say what must hold, for the learner: check est \"both are ESTABLISHED\": EXPRESSION.",
             "请向学生说明要满足什么：check est \"两端都是 ESTABLISHED\": 表达式。"),
    [DIAG_ENTRY_VALUE] =
        SAYS("entry-value", "nothing stands after '$1:'", "'$1:' 后面没有内容",
             "Write it on this line, or indented on the next.", "请写在这一行，或缩进写在下一行。"),
    [DIAG_ENTRY_TWICE] =
        SAYS("entry-twice", "'$1' is given twice", "'$1' 出现了两次",
             "Keep one of them, or give them different names.", "请只保留一个，或使用不同的名字。"),
    [DIAG_ENTRY_MISSING] = SAYS("entry-missing", "this block has no '$1'", "这个代码块缺少 '$1'",
                                "Add a line `$1: ...`.", "请加上一行 `$1: ...`。"),
    [DIAG_EXPRESSION] =
        SAYS("expression", "$1", "$2", "The predicates are described in `help predicates`.",
             "谓词的写法见 `help predicates`。"),
    [DIAG_SEGMENT_QUERY] =
        SAYS("segment-query", "'$1' does not name a segment", "'$1' 没有指明报文段",
             "Write `next from A` or `last from B`; for a field: `ack of next from A`.",
             "请写 `next from A` 或 `last from B`；若问字段：`ack of next from A`。"),
    [DIAG_TIME] = SAYS("time", "'$1' is not a time", "'$1' 不是时间",
                       "Write a number and a unit: eventually<=500ms, eventually<=5s.",
                       "请写数和单位：eventually<=500ms、eventually<=5s。"),
    [DIAG_CHOICES_FEW] = SAYS("choices-few", "fewer than two choices", "选项少于两个",
                              "Write one per indented line: name \"text\": EXPRESSION.",
                              "每个选项缩进占一行：name \"文字\": 表达式。"),
    [DIAG_CHECKS_NONE] =
        SAYS("checks-none", "nothing is checked in this task", "这个任务没有任何检查",
             "Add check NAME \"what must hold\": EXPRESSION.",
             "请加上 check 名字 \"要满足什么\": 表达式。"),
    [DIAG_TOO_MANY] = SAYS("too-many", "too many here; there may be $1", "数量太多，最多 $1 个",
                           "Split it.", "请拆分。"),
    [DIAG_WRONG_UNKNOWN] =
        SAYS("wrong-unknown", "'wrong $1' can never be used", "'wrong $1' 永远用不上",
             "Name a choice, a value, a check of this block, or `else`.",
             "请写本块的选项、值、检查的名字，或 `else`。"),
    [DIAG_TRANSCRIPT_START] =
        SAYS("transcript-start", "a demo begins with a command", "演示要以命令开头",
             "Write `> command`, and below it the expected output.",
             "请写 `> 命令`，下面写预期的输出。"),
    /* ---- translations ---- */
    [DIAG_SECTION_UNSTAMPED] =
        SAYS("section-unstamped", "this section does not say which section it translates",
             "这一节没有说明译自哪一节", "Under the heading write <!-- source $1 $2 -->.",
             "请在标题下写 <!-- source $1 $2 -->。"),
    [DIAG_SECTION_ORDER] =
        SAYS("section-order", "this translates '$1', but the source has '$2' here",
             "这里译的是 '$1'，而源文件此处是 '$2'", "Bring the sections into the source's order.",
             "请按源文件的顺序排列各节。"),
    [DIAG_SECTION_MISSING] =
        SAYS("section-missing", "the section '$1' is not translated", "缺少 '$1' 一节的译文",
             "Add it; until then readers see the source.", "请补上；在此之前读者看到的是原文。"),
    [DIAG_SECTION_STALE] = SAYS(
        "section-stale", "the section '$1' has changed since it was translated",
        "'$1' 一节在翻译之后改过",
        "Compare, correct, then write <!-- source $1 $2 -->; until then readers see the source.",
        "请对照修改，然后写 <!-- source $1 $2 -->；在此之前读者看到的是原文。"),
    [DIAG_REF_ORDER] =
        SAYS("ref-order", "'$1' stands here, but the source has '$2'",
             "这里是 '$1'，而源文件此处是 '$2'", "Refer to the blocks in the source's order.",
             "请按源文件的顺序引用代码块。"),
    [DIAG_REF_MISSING] =
        SAYS("ref-missing", "the block '$1' is not referred to in this section",
             "这一节没有引用代码块 '$1'", "Add ```ref {#$1}.", "请加上 ```ref {#$1}。"),
    [DIAG_REF_TEXT_MISSING] =
        SAYS("ref-text-missing", "the text '$1' of block '$2' is not translated",
             "代码块 '$2' 的 '$1' 没有译文", "Add a line `$1: ...`.", "请加上一行 `$1: ...`。"),
    [DIAG_REF_TEXT_EXTRA] = SAYS("ref-text-extra", "block '$2' of the source has no text '$1'",
                                 "源文件的代码块 '$2' 没有 '$1' 这段文字",
                                 "Remove it or correct its name.", "请删去，或改正名字。"),
    [DIAG_MACHINE_IN_TRANSLATION] = SAYS(
        "machine-in-translation", "a translation may not hold this", "译文里不能有这个",
        "Only the source has commands, expressions and answers; refer to the block with ```ref "
        "{#id}.",
        "命令、表达式和答案只写在源文件里；译文用 ```ref {#id} 引用。"),
    [DIAG_OTHER_LESSON] =
        SAYS("other-lesson", "this file is about '$1', its source about '$2'",
             "这个文件写的是 '$1'，源文件写的是 '$2'", "Both begin with the same `lesson: ID`.",
             "两者的 `lesson: ID` 必须相同。"),
    [DIAG_NO_TRANSLATION] =
        SAYS("no-translation", "this lesson has no translation", "这节课没有译文",
             "Write $1; until then readers see the source.", "请写 $1；在此之前读者看到的是原文。"),
    /* ---- what a run shows ---- */
    [DIAG_COMMAND_FAILED] = SAYS("command-failed", "this command does not work here ($1)",
                                 "这条命令在这里行不通（$1）", "", ""),
    [DIAG_TRANSCRIPT] =
        SAYS("transcript", "the demo now prints something else", "演示现在的输出不同了",
             "Correct the program or the lesson; `sandwire lesson check --accept` takes the new "
             "output over.",
             "请改正程序或课程；`sandwire lesson check --accept` 会采用新的输出。"),
    [DIAG_WIDE] = SAYS("wide", "$1 prints a line of $2 columns", "$1 输出了一行 $2 列宽的内容",
                       "Nothing may be wider than 80 columns.", "任何一行都不得超过 80 列。"),
    [DIAG_SOLUTION_FAILS] =
        SAYS("solution-fails", "the solution of '$1' does not pass", "'$1' 的解答没有通过",
             "Correct the solution or the checks.", "请改正解答或检查。"),
    [DIAG_EMPTY_PASSES] =
        SAYS("empty-passes", "'$1' is passed by doing nothing", "'$1' 什么都不做也能通过",
             "Add a check that only an attempt can meet.", "请加一项只有动手才能满足的检查。"),
    [DIAG_REJECT_PASSES] =
        SAYS("reject-passes", "this wrong answer of '$1' passes", "'$1' 的这个错误答案通过了",
             "Make a check stricter.", "请把某项检查改得更严。"),
    [DIAG_NEVER_TRUE] = SAYS("never-true", "the check '$1' never turns true in the solution",
                             "检查 '$1' 在解答中从未由假变真",
                             "Correct it; if it holds from the start, it should be a `never`.",
                             "请改正；若一开始就成立，应改用 `never`。"),
    [DIAG_NEVER_UNTESTED] =
        SAYS("never-untested", "no reject of the task breaks '$1'", "没有任何 reject 违反 '$1'",
             "Add a reject that does what must never happen.",
             "请加一个 reject，让它做出绝不允许的事。"),
    [DIAG_TWO_RIGHT] =
        SAYS("two-right", "the choices '$1' and '$2' are both right", "选项 '$1' 和 '$2' 都对",
             "Change the question or the expressions.", "请修改题目或表达式。"),
    [DIAG_NONE_RIGHT] = SAYS("none-right", "no choice of '$1' is right", "'$1' 没有一个选项是对的",
                             "Change the question or the expressions.", "请修改题目或表达式。"),
    [DIAG_NO_QUESTION] = SAYS(
        "no-question", "the explorer has no question '$1'", "探索器没有名为 '$1' 的问题",
        "`sandwire explore --list` names them all.", "`sandwire explore --list` 会列出全部问题。"),
    [DIAG_NO_ANSWER] =
        SAYS("no-answer", "the answer of '$1' cannot be computed: $2", "'$1' 的答案算不出来：$2",
             "Correct `on:` or `answer:`.", "请改正 `on:` 或 `answer:`。"),
    [DIAG_WRONG_IS_RIGHT] =
        SAYS("wrong-is-right", "'wrong $1' is the right answer", "'wrong $1' 其实是正确答案",
             "Correct the answer or the feedback.", "请改正答案或反馈。"),
    [DIAG_NO_FEEDBACK] = SAYS("no-feedback", "the wrong choice '$1' has no feedback",
                              "错误选项 '$1' 没有反馈", "Add `wrong $1: ...` or `wrong else: ...`.",
                              "请加上 `wrong $1: ...` 或 `wrong else: ...`。"),
    [DIAG_NO_HINT] = SAYS("no-hint", "the task '$1' has no hint", "任务 '$1' 没有提示",
                          "Add `hint 1: ...`.", "请加上 `hint 1: ...`。"),
    /* ---- prose ---- */
    [DIAG_EMPHASIS] =
        SAYS("emphasis", "this emphasis does not render; the reader sees the stars",
             "这里的强调不会生效，读者看到的是星号",
             "CommonMark wants no punctuation inside next to a letter outside: put the punctuation "
             "outside of the stars.",
             "CommonMark 规定：标点在星号内侧而外侧紧接文字时强调无效；请把标点移到星号之外。"),
    [DIAG_GLOSSARY_ROW] =
        SAYS("glossary-row", "this row is not `| term | English | Chinese | keep | avoid |`",
             "这一行不是 `| term | English | Chinese | keep | avoid |`",
             "Five cells; keep is yes or no; a kept term is the same in both languages.",
             "五个单元格；keep 为 yes 或 no；保留的术语两种语言写法相同。"),
    [DIAG_GLOSSARY_TWICE] = SAYS("glossary-twice", "the term '$1' is listed twice",
                                 "术语 '$1' 列了两次", "Keep one row.", "请只保留一行。"),
    [DIAG_GLOSSARY_KEEP] =
        SAYS("glossary-keep", "the source says '$1' in this section, the translation does not",
             "源文件这一节有 '$1'，译文没有", "This term is not translated; write it as it is.",
             "这个术语不翻译，请照写。"),
    [DIAG_GLOSSARY_AVOID] =
        SAYS("glossary-avoid", "the glossary says not '$1' but '$2'",
             "按术语表不写 '$1'，应写 '$2'", "Use the same word everywhere.", "全书请统一用词。"),
};
