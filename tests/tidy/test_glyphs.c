/*
 * test_glyphs.c - whatever we write, our fonts can draw.
 *
 * The window decides for each letter which font draws it (viz/measure.c): the Chinese one for
 * Chinese letters and circled numbers, DejaVu Sans Mono, regular or bold, for all others. A letter
 * that is not in its font shows as an empty box. So every letter of the sources and lessons, which
 * is every letter of the texts that users see, must be in the font that draws it. Letters written
 * as escapes ("\u2713") are not seen here; write them as they are.
 *
 * The coverage is read from the fonts themselves: table `cmap`, formats 4 and 12.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tidy/source.h"

enum { LETTERS = 0x110000, FONT_MAX = 4 * 1024 * 1024 };

/* One bit for each font that has the letter. */
enum { REGULAR = 1, BOLD = 2, CHINESE = 4 };
static uint8_t fonts_with[LETTERS];

/* ---- fonts ---- */

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Font;

static uint32_t read_number(Font font, size_t at, size_t width)
{
    uint32_t number = 0;
    assert_true(at + width <= font.size);
    for (size_t i = 0; i < width; i++)
        number = number << 8 | font.bytes[at + i];
    return number;
}

static void add_letters(uint32_t first, uint32_t last, uint8_t bit)
{
    for (uint32_t letter = first; letter <= last && letter < LETTERS; letter++)
        fonts_with[letter] |= bit;
}

/* Format 4: segments of the first 65,536 letters, their ends, then their starts after a gap. A
 * segment may map a letter to glyph 0, "missing"; such letters are left out. */
static void read_segments(Font font, size_t table, uint8_t bit)
{
    uint32_t bytes = read_number(font, table + 6, 2); /* of each of the four arrays */
    size_t ends = table + 14, starts = ends + bytes + 2, deltas = starts + bytes;
    size_t offsets = deltas + bytes;
    for (size_t i = 0; i < bytes; i += 2) {
        uint32_t first = read_number(font, starts + i, 2), last = read_number(font, ends + i, 2);
        uint32_t delta = read_number(font, deltas + i, 2);
        uint32_t offset = read_number(font, offsets + i, 2);
        for (uint32_t letter = first; letter <= last && letter < 0xffff; letter++) {
            uint32_t glyph = letter;
            if (offset)
                glyph = read_number(font, offsets + i + offset + 2 * (letter - first), 2);
            if ((offset && !glyph) || ((glyph + delta) & 0xffff) == 0)
                continue;
            add_letters(letter, letter, bit);
        }
    }
}

/* Format 12: groups of letters, of all of Unicode. */
static void read_groups(Font font, size_t table, uint8_t bit)
{
    uint32_t count = read_number(font, table + 12, 4);
    for (size_t group = table + 16; count > 0; count--, group += 12)
        add_letters(read_number(font, group, 4), read_number(font, group + 4, 4), bit);
}

static void read_cmap(Font font, size_t cmap, uint8_t bit)
{
    uint32_t count = read_number(font, cmap + 2, 2);
    for (size_t i = 0; i < count; i++) {
        size_t table = cmap + read_number(font, cmap + 4 + 8 * i + 4, 4);
        uint32_t format = read_number(font, table, 2);
        if (read_number(font, cmap + 4 + 8 * i, 2) == 1)
            continue; /* an old Macintosh encoding, not Unicode */
        if (format == 4)
            read_segments(font, table, bit);
        else if (format == 12)
            read_groups(font, table, bit);
    }
}

static void read_font(const char *name, uint8_t bit)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/assets/fonts/%s", SANDWIRE_SOURCE_DIR, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(FONT_MAX);
    assert_non_null(bytes);
    Font font = {bytes, fread(bytes, 1, FONT_MAX, file)};
    fclose(file);

    uint32_t tables = read_number(font, 4, 2), found = 0;
    for (size_t i = 0; i < tables; i++) {
        size_t row = 12 + 16 * i;
        if (memcmp(bytes + row, "cmap", 4) == 0) {
            read_cmap(font, read_number(font, row + 8, 4), bit);
            found++;
        }
    }
    assert_int_equal(found, 1);
    free(bytes);
}

/* ---- letters ---- */

/* Reads one letter of UTF-8, moves *at behind it. -1 if it is none. */
static int32_t next_letter(const unsigned char **at)
{
    unsigned char c = *(*at)++;
    int more = c < 0x80 ? 0 : c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : -1;
    if (more < 0)
        return -1;
    int32_t letter = more == 0 ? c : c & (0x3f >> more);
    for (; more > 0; more--) {
        if ((**at & 0xc0) != 0x80)
            return -1;
        letter = letter << 6 | (*(*at)++ & 0x3f);
    }
    return letter < LETTERS ? letter : -1;
}

static bool can_be_drawn(int32_t letter)
{
    if (letter == '\n')
        return true;
    if (letter < 0)
        return false;
    uint8_t fonts = fonts_with[letter];
    /* As measure_is_cjk decides; this program reads the sources and links none of them. */
    bool chinese = letter >= 0x2e80 || (letter >= 0x2460 && letter <= 0x249b);
    return chinese ? (fonts & CHINESE) != 0 : (fonts & (REGULAR | BOLD)) == (REGULAR | BOLD);
}

static int check_file(const Source *source)
{
    int complaints = 0;
    for (const unsigned char *at = (const unsigned char *)source->text; *at;) {
        size_t place = (size_t)((const char *)at - source->text);
        int32_t letter = next_letter(&at);
        if (can_be_drawn(letter))
            continue;
        complaints++;
        if (letter < 0)
            fprintf(stderr, "%s:%d: not UTF-8; save it as UTF-8\n", source->path,
                    line_of(source, place));
        else
            fprintf(stderr, "%s:%d: no font of assets/fonts has U+%04X; use another letter\n",
                    source->path, line_of(source, place), (unsigned)letter);
    }
    return complaints;
}

static bool is_shown_to_users(const char *path)
{
    return has_prefix(path, "core/") || has_prefix(path, "repl/") || has_prefix(path, "viz/") ||
           has_prefix(path, "lessons/") || has_prefix(path, "assets/demo/");
}

/* ---- tests ---- */

static void the_letters_of_ladders_are_in_both_weights(void **state)
{
    (void)state;
    const char *letters = "─│┌┐└┘├┤┬┴┼━┃←↑→↓↔⇄⟵⟶✓✗×…·•○●◆▶◀■□▲▼≤≥≠≈±—–“”‘’éß";
    for (const unsigned char *at = (const unsigned char *)letters; *at;)
        assert_int_equal(fonts_with[next_letter(&at)] & (REGULAR | BOLD), REGULAR | BOLD);
    for (int32_t letter = ' '; letter < 0x7f; letter++)
        assert_int_equal(fonts_with[letter], REGULAR | BOLD | CHINESE);
}

static void the_chinese_font_has_gb2312_and_its_punctuation(void **state)
{
    (void)state;
    const char *letters = "渲染一啊齄，。；：？！、“”‘’《》（）—…·①⑩";
    for (const unsigned char *at = (const unsigned char *)letters; *at;)
        assert_true(fonts_with[next_letter(&at)] & CHINESE);
    size_t count = 0;
    for (size_t letter = 0x4e00; letter <= 0x9fff; letter++)
        count += (fonts_with[letter] & CHINESE) != 0;
    assert_int_equal(count, 6763);
}

static void a_letter_without_a_glyph_is_noticed(void **state)
{
    (void)state;
    assert_false(can_be_drawn(0x23f8));  /* the pause sign */
    assert_false(can_be_drawn(0x1f600)); /* a face */
    const char *broken = "\xe4\xb8 ", *cut = "\xc3";
    const unsigned char *at = (const unsigned char *)broken;
    assert_int_equal(next_letter(&at), -1);
    at = (const unsigned char *)cut;
    assert_int_equal(next_letter(&at), -1);
}

static void every_letter_we_write_can_be_drawn(void **state)
{
    (void)state;
    Tree tree = tree_read(SANDWIRE_SOURCE_DIR);
    int complaints = 0;
    for (size_t i = 0; i < tree.count; i++)
        if (is_shown_to_users(tree.files[i].path))
            complaints += check_file(&tree.files[i]);
    tree_free(&tree);
    assert_int_equal(complaints, 0);
}

static int read_fonts(void **state)
{
    (void)state;
    read_font("DejaVuSansMono.ttf", REGULAR);
    read_font("DejaVuSansMono-Bold.ttf", BOLD);
    read_font("WenQuanYiMicroHei-GB2312.ttf", CHINESE);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_letters_of_ladders_are_in_both_weights),
        cmocka_unit_test(the_chinese_font_has_gb2312_and_its_punctuation),
        cmocka_unit_test(a_letter_without_a_glyph_is_noticed),
        cmocka_unit_test(every_letter_we_write_can_be_drawn),
    };
    return cmocka_run_group_tests(tests, read_fonts, NULL);
}
