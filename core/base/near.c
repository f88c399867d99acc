/*
 * near.c: the edit distance of near.h.
 *
 * Three rows of the table of distances are enough, because a swap of neighbours looks back two.
 */
#include "core/base/near.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

uint32_t near_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    if (a_len > NEAR_WORD_MAX || b_len > NEAR_WORD_MAX)
        return NEAR_WORD_MAX + 1;
    uint32_t rows[3][NEAR_WORD_MAX + 1];
    for (uint32_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a_len; i++) {
        uint32_t *now = rows[i % 3];
        const uint32_t *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = i;
        for (uint32_t j = 1; j <= b_len; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            now[j] = min_u32(before[j - 1] + (x != y), 1 + min_u32(before[j], now[j - 1]));
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && y == lower(a[i - 2]))
                now[j] = min_u32(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

const char *near_word(const char *word, size_t len, const char *const *names, size_t count)
{
    const char *best = NULL;
    uint32_t best_distance = NEAR_WORD_MAX + 1;
    for (size_t i = 0; i < count; i++) {
        size_t name_len = strlen(names[i]);
        uint32_t allowed = (uint32_t)(len > name_len ? len : name_len) / 3;
        uint32_t d = near_distance(word, len, names[i], name_len);
        if (d <= (allowed ? allowed : 1) && d < len && d < best_distance) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
