/*
 * driver.c - runs a fuzz target without a fuzzer.
 *
 *     fuzz_name CORPUS-DIRECTORY MUTATIONS [SEED]
 *     fuzz_name FILE
 *
 * Where there is no libFuzzer (gcc, an ordinary test run) a fuzz target is still worth running:
 * every file of its corpus once, then MUTATIONS changed copies of them. The changes come from a
 * counter and a hash, so that number n is the same input on every machine: a failure here can be
 * repeated with the printed seed and number. With a FILE, as one kept by libFuzzer, just that
 * input.
 *
 * A corpus that is empty or not there counts as one empty file.
 *
 * Before each input its number is remembered; the crash handler of the sanitizers, or abort, shows
 * the last one, and the input itself is left in the working directory as crash-<number>.
 */
#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Defined by gcc's and clang's address sanitizer, absent without it. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

enum { INPUT_MAX = 16 * 1024, FILES_MAX = 4096 };

typedef struct {
    uint8_t *bytes;
    size_t size;
    char *name;
} Input;

static Input corpus[FILES_MAX];
static size_t corpus_count;

/* What is being tried, for the message of a crash. */
static const uint8_t *current_bytes;
static size_t current_size;
static uint64_t current_number;

/* ---- randomness: a counter through splitmix64's finisher ---- */

typedef struct {
    uint64_t key, counter;
} Draws;

static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* A number below `limit`, which is not 0. The bias is of no interest here. */
static size_t draw(Draws *draws, size_t limit)
{
    draws->counter += 0x9e3779b97f4a7c15u;
    return (size_t)(mix(draws->key ^ draws->counter) % limit);
}

/* ---- the corpus ---- */

static void die(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s: %s\n", what, name, strerror(errno));
    exit(2);
}

static void *must_alloc(size_t size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        die("no memory", "corpus");
    return memory;
}

/* The copy has exactly the size of the input, so that a read past its end is caught. */
static void add_input(const uint8_t *bytes, size_t size, const char *name)
{
    Input *input = &corpus[corpus_count++];
    input->bytes = must_alloc(size);
    input->size = size;
    input->name = must_alloc(strlen(name) + 1);
    if (size)
        memcpy(input->bytes, bytes, size);
    strcpy(input->name, name);
}

static void read_file(const char *path)
{
    static uint8_t buffer[1024 * 1024];
    FILE *file = fopen(path, "rb");
    if (!file)
        die("cannot read", path);
    size_t size = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    add_input(buffer, size, path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Input *)a)->name, ((const Input *)b)->name);
}

static void read_directory(const char *path)
{
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char name[4096];
        struct stat info;
        if (entry->d_name[0] == '.' || corpus_count == FILES_MAX)
            continue;
        int length = snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof name)
            continue;
        if (stat(name, &info) == 0 && S_ISREG(info.st_mode))
            read_file(name);
    }
    if (directory)
        closedir(directory);
    /* A directory has no order of its own, and the mutations depend on it. */
    qsort(corpus, corpus_count, sizeof corpus[0], by_name);
}

/* ---- mutations ---- */

/* What parsers trip over: ends, signs, quotes, nesting, numbers at the edge, broken UTF-8. */
/* clang-format off */
static const char *const nasty[] = {
    "\n", "\r\n", "\t", "\"", "'", "#", ";", "(", ")", "<", ">", "{", "}", "[", "]", "```",
    "0", "-1", "1e99", "65536", "4294967295", "4294967296", "18446744073709551615",
    "99999999999999999999", "%s%n", "\xff", "\xc0\x80", "\xe4\xb8", "\xf0\x9f\x92\xa9",
    "&&", "||", "==", "((((((((",
};
/* clang-format on */

static size_t put(uint8_t *bytes, size_t size, size_t at, const void *insert, size_t length)
{
    if (size + length > INPUT_MAX)
        return size;
    memmove(bytes + at + length, bytes + at, size - at);
    memcpy(bytes + at, insert, length);
    return size + length;
}

/* The ways to change an input. */
enum {
    FLIP_BIT,
    SET_BYTE,
    ADD_BYTE,
    CUT_PIECE,
    CUT_END,
    REPEAT_PIECE,
    ADD_NASTY,
    SPLICE,
    CHANGES,
};

static size_t mutate_once(Draws *draws, uint8_t *bytes, size_t size)
{
    size_t at = draw(draws, size + 1);
    uint8_t byte = (uint8_t)draw(draws, 256);
    switch (draw(draws, CHANGES)) {
    case FLIP_BIT:
        if (at < size)
            bytes[at] ^= (uint8_t)(1u << (byte & 7));
        return size;
    case SET_BYTE:
        if (at < size)
            bytes[at] = byte;
        return size;
    case ADD_BYTE: return put(bytes, size, at, &byte, 1);
    case CUT_PIECE: {
        size_t length = draw(draws, size - at + 1) % 64;
        memmove(bytes + at, bytes + at + length, size - at - length);
        return size - length;
    }
    case CUT_END: return at;
    case REPEAT_PIECE: {
        uint8_t piece[64];
        size_t length = draw(draws, size - at + 1) % sizeof piece;
        memcpy(piece, bytes + at, length);
        return put(bytes, size, draw(draws, size + 1), piece, length);
    }
    case ADD_NASTY: {
        const char *word = nasty[draw(draws, sizeof nasty / sizeof nasty[0])];
        return put(bytes, size, at, word, strlen(word));
    }
    default: { /* SPLICE: the end of another input */
        const Input *other = &corpus[draw(draws, corpus_count)];
        size_t from = draw(draws, other->size + 1), length = other->size - from;
        if (at + length > INPUT_MAX)
            length = INPUT_MAX - at;
        if (length)
            memcpy(bytes + at, other->bytes + from, length);
        return at + length;
    }
    }
}

/* ---- running ---- */

static void leave_input(void)
{
    char name[64];
    snprintf(name, sizeof name, "crash-%llu", (unsigned long long)current_number);
    FILE *file = fopen(name, "wb");
    if (file) {
        if (current_size)
            fwrite(current_bytes, 1, current_size, file);
        fclose(file);
    }
    fprintf(stderr, "\ninput number %llu, %zu bytes, left in ./%s\n",
            (unsigned long long)current_number, current_size, name);
}

static void on_abort(int signal_number)
{
    signal(signal_number, SIG_DFL);
    leave_input();
    raise(signal_number);
}

static void try_input(const uint8_t *bytes, size_t size, uint64_t number)
{
    current_bytes = bytes;
    current_size = size;
    current_number = number;
    LLVMFuzzerTestOneInput(bytes, size);
}

static void try_mutations(uint64_t count, uint64_t seed)
{
    static uint8_t work[INPUT_MAX];
    for (uint64_t number = 1; number <= count; number++) {
        Draws draws = {.key = mix(seed * 0x9e3779b97f4a7c15u + number)};
        const Input *origin = &corpus[draw(&draws, corpus_count)];
        size_t size = origin->size < INPUT_MAX ? origin->size : INPUT_MAX;
        if (size)
            memcpy(work, origin->bytes, size);
        for (size_t rounds = 1 + draw(&draws, 6); rounds > 0; rounds--)
            size = mutate_once(&draws, work, size);

        uint8_t *exact = must_alloc(size);
        if (size)
            memcpy(exact, work, size);
        try_input(exact, size, number);
        free(exact);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY MUTATIONS [SEED] | FILE\n", argv[0]);
        return 2;
    }
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;

    signal(SIGABRT, on_abort);
    signal(SIGTERM, on_abort); /* an input that never ends: ctest's time limit */
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(leave_input);
    else
        signal(SIGSEGV, on_abort);

    struct stat info;
    if (stat(argv[1], &info) == 0 && S_ISREG(info.st_mode))
        read_file(argv[1]);
    else
        read_directory(argv[1]);
    if (corpus_count == 0)
        add_input((const uint8_t *)"", 0, "(empty)");

    for (size_t i = 0; i < corpus_count; i++)
        try_input(corpus[i].bytes, corpus[i].size, 0);
    try_mutations(count, seed);

    printf("%zu corpus inputs and %llu mutations, seed %llu: nothing tripped\n", corpus_count,
           (unsigned long long)count, (unsigned long long)seed);
    for (size_t i = 0; i < corpus_count; i++) {
        free(corpus[i].bytes);
        free(corpus[i].name);
    }
    return 0;
}
