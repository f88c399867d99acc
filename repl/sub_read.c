/*
 * sub_read.c: `sandwire read FILE`: any capture as connections, states and ladders.
 *
 * One pass from the first byte to the last; a second one only to draw the ladder when it turned
 * out that there is but one connection. Nothing is kept of a packet once it is printed, so a
 * capture may be longer than memory, or a pipe that never ends. A damaged file is shown up to where
 * it stops making sense. Exit code: 0 all read, 1 no such connection, 2 damaged or not understood.
 */
#define _POSIX_C_SOURCE 200809L
#include "repl/sub_read.h"

#include "core/lab/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Reading {
    const Program *p;
    const char *path;
    int fd;
    uint32_t follow; /* the connection to draw; 0: none */
    bool rows;       /* something was drawn */
    ReadTotals totals;
    FlowTable *table;
    Text out;
} Reading;

static size_t more(void *user, uint8_t *buf, size_t cap)
{
    const Reading *r = user;
    ssize_t n;
    do
        n = read(r->fd, buf, cap);
    while (n < 0 && errno == EINTR && !sub_interrupted);
    return n > 0 ? (size_t)n : 0;
}

static void show(Reading *r, const Sighting *sight, const Seg *s, const CapturePacket *packet)
{
    if (r->p->json) {
        text_add(&r->out, r->rows ? ",\n" : "\n");
        read_json_segment(&r->out, sight, s, packet->number, packet->at);
    } else {
        if (!r->rows)
            read_show_head(&r->out, r->p, sight->flow);
        read_show_segment(&r->out, r->p, sight, s, packet->number, packet->at);
    }
    r->rows = true;
    sub_print(&r->out);
}

static void take_packet(Reading *r, const CapturePacket *packet)
{
    Dissected d;
    Sighting sight;
    DissectResult result = dissect_frame(packet->link, packet->bytes, &d);
    r->totals.packets++;
    r->totals.results[result]++;
    if (result == DISSECT_NOT_IP && !dissect_knows_link(packet->link)) {
        r->totals.unknown_link++;
        r->totals.link = packet->link;
    }
    if (result != DISSECT_TCP)
        return;
    if (!flow_see(r->table, &d, packet->number, packet->at, &sight))
        r->totals.no_memory = true;
    else if (sight.flow->number == r->follow)
        show(r, &sight, &d.seg, packet);
}

/* The whole file; false (and said so, on stderr) where it is damaged. */
static bool read_all(Reading *r)
{
    CapturePacket packet;
    CaptureNext next = CAPTURE_END;
    Capture *c = capture_new(more, r);
    r->table = flow_table_new();
    if (!c || !r->table)
        r->totals.no_memory = true;
    while (!r->totals.no_memory && !sub_interrupted &&
           (next = capture_next(c, &packet)) == CAPTURE_PACKET)
        take_packet(r, &packet);
    uint64_t at = 0;
    CaptureError error = r->totals.no_memory      ? CAPTURE_NO_MEMORY
                         : next == CAPTURE_FAILED ? capture_error(c, &at)
                                                  : CAPTURE_OK;
    capture_free(c);
    if (error && r->totals.packets)
        sub_complain("read",
                     TELL(r->p,
                          "%s, byte %" PRIu64 ": %s; before it there were %" PRIu64 " packets",
                          "%s，第 %" PRIu64 " 字节：%s；此前有 %" PRIu64 " 个分组"),
                     r->path, at, capture_error_text(error, r->p->lang), r->totals.packets);
    else if (error)
        sub_complain("read", TELL(r->p, "%s, byte %" PRIu64 ": %s", "%s，第 %" PRIu64 " 字节：%s"),
                     r->path, at, capture_error_text(error, r->p->lang));
    return error == CAPTURE_OK;
}

static void forget(Reading *r)
{
    flow_table_free(r->table);
    r->table = NULL;
    r->totals = (ReadTotals){0};
}

static int open_file(const Program *p, const char *path)
{
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0)
        sub_complain(
            "read",
            TELL(p,
                 "%s: %s; it takes a capture, as `sandwire run --pcap F` or tcpdump "
                 "-w F writes it",
                 "%s：%s；需要一个抓包文件，例如由 sandwire run --pcap F 或 tcpdump -w F 生成"),
            path, strerror(errno));
    return fd;
}

/* The ladder of r->follow; the file stands at its beginning. */
static int follow(Reading *r)
{
    if (r->p->json)
        text_add(&r->out, "{\"rows\":[");
    bool good = read_all(r);
    const SeenFlow *f = r->table ? flow_at(r->table, r->follow) : NULL;
    if (r->p->json) {
        text_add(&r->out, "\n],\"connection\":");
        if (f)
            read_json_flow(&r->out, f);
        else
            text_add(&r->out, "null");
        text_add(&r->out, "}\n");
    } else if (f) {
        read_show_end(&r->out, r->p, f);
    }
    sub_print(&r->out);
    if (!f && good)
        sub_complain("read",
                     TELL(r->p,
                          "there is no connection %u, but %u of them; sandwire read %s "
                          "lists them",
                          "没有第 %u 条连接，一共 %u 条；用 sandwire read %s 列出"),
                     r->follow, r->table ? flow_count(r->table) : 0, r->path);
    return !good ? 2 : f ? 0 : 1;
}

static int list(Reading *r)
{
    bool good = read_all(r);
    if (!r->table || (!good && r->totals.packets == 0))
        return 2;
    if (flow_count(r->table) == 1 && good && !r->p->json && lseek(r->fd, 0, SEEK_SET) == 0) {
        forget(r);
        r->follow = 1;
        return follow(r);
    }
    if (r->p->json) {
        text_add(&r->out, "{");
        read_json_list(&r->out, r->table, &r->totals);
        text_add(&r->out, "}\n");
    } else {
        read_show_list(&r->out, r->p, r->table, &r->totals);
        if (flow_count(r->table))
            text_addf(&r->out,
                      TELL(r->p, "one of them: sandwire read --follow %u %s\n",
                           "查看其中一条：sandwire read --follow %u %s\n"),
                      1u, r->path);
    }
    sub_print(&r->out);
    return good ? 0 : 2;
}

static bool read_words(Reading *r)
{
    const Program *p = r->p;
    for (int i = 0; i < p->argc; i++) {
        const char *word = p->argv[i];
        const char *value = strncmp(word, "--follow=", 9) == 0 ? word + 9
                            : strcmp(word, "--follow") == 0    ? p->argv[++i]
                                                               : NULL;
        if (value || strcmp(word, "--follow") == 0) {
            r->follow = value ? (uint32_t)strtoul(value, NULL, 10) : 0;
            if (r->follow == 0)
                return sub_complain("read", "%s",
                                    TELL(p, "--follow takes the number of a connection, from 1 on",
                                         "--follow 后面写连接的编号，从 1 开始")),
                       false;
        } else if (r->path || (word[0] == '-' && word[1])) {
            return sub_complain("read",
                                TELL(p, "what is `%s`? See sandwire read --help",
                                     "`%s` 是什么？见 sandwire read --help"),
                                word),
                   false;
        } else {
            r->path = word;
        }
    }
    if (!r->path)
        sub_complain("read", "%s",
                     TELL(p, "which capture? For example: sandwire read trace.pcapng",
                          "要读哪个抓包文件？例如：sandwire read trace.pcapng"));
    return r->path != NULL;
}

int sub_read(const Program *p)
{
    Reading r = {.p = p};
    if (!read_words(&r))
        return 2;
    r.fd = open_file(p, r.path);
    if (r.fd < 0)
        return 2;
    r.out = text_heap();
    int code = r.follow ? follow(&r) : list(&r);
    text_heap_free(&r.out);
    flow_table_free(r.table);
    if (r.fd != STDIN_FILENO)
        close(r.fd);
    return code;
}
