/*
 * theme.c: the colours themselves.
 *
 * One table, a column per theme. It may not be consulted by a scene: only back ends turn roles into
 * colours. The contrast test (tests/viz/test_theme.c) reads this table, so a new row or column is
 * checked at once.
 */
#include "viz/theme.h"

#include <math.h>
#include <string.h>

static const uint32_t colors[ROLE_COUNT][THEME_COUNT] = {
    /*                   light     dark      contrast  blue-orange */
    [ROLE_PAGE] = {0xf3f4f6, 0x0f1418, 0x000000, 0xf4f4f2},
    [ROLE_PANEL] = {0xffffff, 0x182026, 0x000000, 0xffffff},
    [ROLE_RAISED] = {0xfffdf5, 0x232d35, 0x000000, 0xfffdf5},
    [ROLE_BOX] = {0xf5f7f9, 0x222c34, 0x000000, 0xf5f7f9},
    [ROLE_VISITED] = {0xe0eef8, 0x22405a, 0x1c1c1c, 0xe0eef8},
    [ROLE_CHANGED] = {0xfff3c4, 0x47401a, 0x333300, 0xfff0d0},
    [ROLE_PRESENT] = {0x00598c, 0x7cc4f0, 0xffe000, 0x00598c},
    [ROLE_EDGE] = {0xc9d1d8, 0x35424c, 0xffffff, 0xc9d1d8},
    [ROLE_GRID] = {0xa9b4bd, 0x566571, 0xb0b0b0, 0xa9b4bd},
    [ROLE_TEXT] = {0x14191d, 0xe8edf1, 0xffffff, 0x14191d},
    [ROLE_MUTED] = {0x525d66, 0xa3b0ba, 0xd8d8d8, 0x525d66},
    [ROLE_ON_PRESENT] = {0xffffff, 0x0f1418, 0x000000, 0xffffff},
    [ROLE_ACCENT] = {0xa33c00, 0xffa64d, 0xffe000, 0x9c4a00},
    [ROLE_SYN] = {0x005f96, 0x6cbcf0, 0x80d0ff, 0x005f96},
    [ROLE_FIN] = {0x94366f, 0xe39bc8, 0xffb0e0, 0x1b3a6b},
    [ROLE_RST] = {0xb03a00, 0xff8a5c, 0xff9c70, 0x9c4a00},
    [ROLE_DATA] = {0x006b4e, 0x3fc79b, 0x60f0c0, 0x2f5d86},
    [ROLE_ACK] = {0x4a555e, 0xb4c0ca, 0xe8e8e8, 0x4a555e},
    [ROLE_REXMIT] = {0x855400, 0xf0b429, 0xffd060, 0x8a5200},
    [ROLE_SEQ_DONE] = {0xd5dbe0, 0x35424c, 0x303030, 0xd5dbe0},
    [ROLE_SEQ_FLIGHT] = {0xfde3b0, 0x5c4508, 0x403000, 0xfddcae},
    [ROLE_SEQ_USABLE] = {0xc8ecdd, 0x124a39, 0x003020, 0xd3e4f2},
    [ROLE_SEQ_BEYOND] = {0xf7f8fa, 0x1b242b, 0x000000, 0xf7f8fa},
};

static const char *const names[THEME_COUNT] = {"light", "dark", "contrast", "blue-orange"};

const char *theme_name(Theme theme)
{
    return theme < THEME_COUNT ? names[theme] : "?";
}

Theme theme_of_name(const char *name)
{
    int theme = 0;
    while (theme < THEME_COUNT && strcmp(names[theme], name) != 0)
        theme++;
    return (Theme)theme;
}

uint32_t theme_color(Theme theme, Role role)
{
    CHECK(theme < THEME_COUNT && role > ROLE_NONE && role < ROLE_COUNT);
    return colors[role][theme];
}

bool theme_writes_on(Role text, Role ground)
{
    if (text == ROLE_ON_PRESENT)
        return ground == ROLE_PRESENT;
    if (text < ROLE_TEXT || text > ROLE_REXMIT)
        return false;
    if (ground == ROLE_PAGE || ground == ROLE_PANEL || ground == ROLE_RAISED)
        return true;
    if (text == ROLE_TEXT)
        return ground != ROLE_PRESENT && (ground <= ROLE_CHANGED || ground >= ROLE_SEQ_DONE);
    if (text == ROLE_MUTED)
        return ground == ROLE_BOX || ground == ROLE_SEQ_BEYOND || ground == ROLE_CHANGED;
    return text == ROLE_ACCENT && ground == ROLE_CHANGED;
}

/* Relative luminance of sRGB (WCAG 2.1). */
static double luminance(uint32_t rgb)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;
        sum += weight[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
