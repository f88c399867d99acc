/*
 * main.c: writes the generated part of the .pkt suite.
 *
 *     pkt_families DIRECTORY
 *
 * makes one folder per family in DIRECTORY. The same program writes the same bytes.
 */
#include "tests/pkt/generate/family.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *root;
static unsigned count;
static char current[64]; /* the family being written */

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "pkt_families: %s: %s\n", path, strerror(errno));
        exit(1);
    }
}

/* What an earlier version of a family left behind goes. */
static void clear_folder(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char file[1024];
        size_t n = strlen(entry->d_name);
        if (n > 4 && strcmp(entry->d_name + n - 4, ".pkt") == 0) {
            snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
            remove(file);
        }
    }
    closedir(dir);
}

FILE *script_open(const char *family, const char *name, const char *profile, const char *about)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, family);
    make_folder(path);
    if (strcmp(family, current) != 0) {
        clear_folder(path);
        snprintf(current, sizeof current, "%s", family);
    }
    snprintf(path, sizeof path, "%s/%s/%s.pkt", root, family, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "pkt_families: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    fprintf(f, "// %s\n// profile: %s\n--tolerance_usecs=1000\n--tolerance_percent=0\n", about,
            profile);
    count++;
    return f;
}

void script_close(FILE *f)
{
    if (fclose(f) != 0)
        exit(1);
}

unsigned script_count(void)
{
    return count;
}

void script_established(FILE *f, bool quick)
{
    fprintf(f,
            "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
            "+0 bind(3, ..., ...) = 0\n"
            "+0 listen(3, 1) = 0\n"
            "+0 < S 0:0(0) win 32792 <mss 1460>\n"
            "+0 > S. 0:0(0) ack 1 <...>\n"
            "+.1 < . 1:1(0) ack 1 win 32792\n"
            "+0 accept(3, ..., ...) = 4\n"
            "+0 < P. 1:101(100) ack 1 win 32792\n"
            "%s"
            "+0 read(4, ..., 100) = 100\n"
            "+0 write(4, ..., 1000) = 1000\n"
            "+0 > P. 1:1001(1000) ack 101\n",
            quick ? "+0 > . 1:1(0) ack 101\n" : "");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: pkt_families DIRECTORY\n", stderr);
        return 2;
    }
    root = argv[1];
    make_folder(root);
    write_opening();
    write_calls();
    write_arrivals();
    write_orders();
    write_overlaps();
    write_timers();
    write_timeouts();
    write_sending();
    printf("%u scripts in %s\n", script_count(), root);
    return 0;
}
