/*
 * test_ring.c - the ring against a plain array.
 *
 * The model keeps the whole stream, where nothing ever wraps. Bytes beyond the end are parked there
 * too, with a note that they are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/base/ring.h"
#include "core/base/rng.h"

enum { ARENA = 64, AT = 9, STREAM = 1 << 16 };

typedef struct {
    uint8_t arena[ARENA];
    Ring ring;
    uint8_t stream[STREAM]; /* all bytes ever, parked ones included */
    uint32_t begin, end;    /* in use: stream[begin .. end) */
    uint32_t known;         /* parked without a hole: stream[end .. known) */
    uint64_t draws;
} Model;

static uint32_t draw(Model *m, uint32_t bound)
{
    return (uint32_t)rng_below(1, 0x417, m->draws++, bound);
}

static void compare(const Model *m)
{
    uint8_t out[ARENA];
    assert_int_equal(m->ring.len, m->end - m->begin);
    assert_int_equal(ring_free(&m->ring), m->ring.cap - m->ring.len);
    assert_int_equal(ring_peek(&m->ring, m->arena, 0, out, ARENA), m->ring.len);
    assert_memory_equal(out, m->stream + m->begin, m->ring.len);
    for (uint32_t i = 0; i < AT; i++) /* nothing outside is touched */
        assert_int_equal(m->arena[i], 0xee);
    for (uint32_t i = AT + m->ring.cap; i < ARENA; i++)
        assert_int_equal(m->arena[i], 0xee);
}

static void write_some(Model *m)
{
    uint8_t bytes[ARENA];
    uint32_t n = draw(m, 12);
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)draw(m, 256);
    uint32_t fits = n < m->ring.cap - (m->end - m->begin) ? n : m->ring.cap - (m->end - m->begin);
    assert_int_equal(ring_write(&m->ring, m->arena, bytes_of(bytes, n)), fits);
    memcpy(m->stream + m->end, bytes, fits);
    m->end += fits;
    m->known = m->end;
}

/* Out of order, as a receive buffer gets it: somewhere beyond the end, then taken into use. */
static void park_some(Model *m)
{
    uint32_t room = m->ring.cap - (m->known - m->begin);
    if (room == 0)
        return;
    uint32_t n = 1 + draw(m, room);
    for (uint32_t i = 0; i < n; i++)
        m->stream[m->known + i] = (uint8_t)draw(m, 256);
    ring_put_at(&m->ring, m->arena, m->known - m->begin, bytes_of(m->stream + m->known, n));
    m->known += n;
}

static void extend_some(Model *m)
{
    uint32_t n = draw(m, m->known - m->end + 1);
    ring_extend(&m->ring, n);
    m->end += n;
}

static void peek_some(Model *m)
{
    uint8_t out[ARENA];
    uint32_t offset = draw(m, m->ring.cap + 4), n = draw(m, ARENA);
    uint32_t len = m->end - m->begin;
    uint32_t want = offset >= len ? 0 : n < len - offset ? n : len - offset;
    assert_int_equal(ring_peek(&m->ring, m->arena, offset, out, n), want);
    assert_memory_equal(out, m->stream + m->begin + offset, want);
}

static void a_ring_behaves_like_an_array_without_end(void **state)
{
    (void)state;
    static const uint32_t caps[] = {1, 2, 7, 32, 50};
    static Model m;
    for (size_t c = 0; c < sizeof caps / sizeof *caps; c++) {
        m = (Model){.ring = {.at = AT, .cap = caps[c]}, .draws = c * 1000000};
        memset(m.arena, 0xee, sizeof m.arena);
        while (m.known + 2 * ARENA < STREAM && m.draws < c * 1000000 + 200000) {
            switch (draw(&m, 5)) {
            case 0: write_some(&m); break;
            case 1: park_some(&m); break;
            case 2: extend_some(&m); break;
            case 3: peek_some(&m); break;
            default: {
                uint32_t n = draw(&m, m.end - m.begin + 1);
                ring_drop(&m.ring, n);
                m.begin += n;
            }
            }
            compare(&m);
        }
    }
}

static void a_ring_without_room_takes_nothing(void **state)
{
    (void)state;
    uint8_t arena[1] = {7}, out[1];
    Ring r = {0};
    assert_int_equal(ring_write(&r, arena, bytes_of("x", 1)), 0);
    assert_int_equal(ring_peek(&r, arena, 0, out, 1), 0);
    ring_drop(&r, 0);
    assert_int_equal(arena[0], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_behaves_like_an_array_without_end),
        cmocka_unit_test(a_ring_without_room_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
