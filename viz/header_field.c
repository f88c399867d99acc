/*
 * header_field.c: the rows of header_field.def, and the names of the five tasks.
 *
 * Only words: it knows neither segments nor drawing.
 */
#include "viz/header_field.h"

enum {
    ORDER = CONCERN_ORDER,
    LOSS = CONCERN_LOSS,
    CONNECTION = CONCERN_CONNECTION,
    FLOW = CONCERN_FLOW,
    CONGESTION = CONCERN_CONGESTION
};

static const HeaderFieldRow rows[HEADER_FIELD_COUNT] = {
#define FIELD(id, concerns, en, zh, en_text, zh_text) \
    [HEADER_##id] = {concerns, {en, zh}, {en_text, zh_text}},
#include "viz/header_field.def"
#undef FIELD
};

static const char *const concerns[CONCERN_COUNT][LANG_COUNT] = {{"order", "有序"},
                                                                {"loss", "丢失"},
                                                                {"connection", "连接"},
                                                                {"flow control", "流量控制"},
                                                                {"congestion control", "拥塞控制"}};

const HeaderFieldRow *header_field(HeaderField f)
{
    CHECK(f < HEADER_FIELD_COUNT);
    return &rows[f];
}

const char *header_concern(int i, Lang lang)
{
    CHECK(i >= 0 && i < CONCERN_COUNT && lang < LANG_COUNT);
    return concerns[i][lang];
}
