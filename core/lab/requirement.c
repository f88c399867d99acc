/*
 * requirement.c: the table of requirements (requirement.h) and its words.
 *
 * The rows themselves stand in requirements.def (RFC 9293), requirements_loss.def (timers,
 * congestion, loss) and requirements_more.def (the others).
 */
#include "core/lab/requirement.h"

#include <string.h>

#define REQUIREMENT(id_, rfc_, section_, level_, status_, where_, tests_, en, zh) \
    REQUIREMENT_NOTED(id_, rfc_, section_, level_, status_, where_, tests_, en, zh, "", "")
#define REQUIREMENT_NOTED(id_, rfc_, section_, level_, status_, where_, tests_, en, zh, note_en, \
                          note_zh)                                                               \
    {.id = id_,                                                                                  \
     .section = section_,                                                                        \
     .where = where_,                                                                            \
     .tests = tests_,                                                                            \
     .text = {en, zh},                                                                           \
     .note = {note_en, note_zh},                                                                 \
     .rfc = rfc_,                                                                                \
     .level = LEVEL_##level_,                                                                    \
     .status = STATUS_##status_},

static const Requirement requirements[] = {
#include "core/lab/requirements.def"
#include "core/lab/requirements_loss.def"
#include "core/lab/requirements_more.def"
};

size_t requirement_count(void)
{
    return sizeof requirements / sizeof *requirements;
}

const Requirement *requirement_at(size_t i)
{
    CHECK(i < requirement_count());
    return &requirements[i];
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(const char *a, const char *b)
{
    while (*a && small(*a) == small(*b))
        a++, b++;
    return small(*a) == small(*b);
}

/* "6298" or "RFC6298" as a number; 0: it is no such word. */
static uint32_t document_of(const char *word)
{
    uint32_t n = 0;
    if (small(word[0]) == 'r' && small(word[1]) == 'f' && small(word[2]) == 'c')
        word += 3;
    if (!*word || strlen(word) > 5)
        return 0;
    for (; *word; word++) {
        if (*word < '0' || *word > '9')
            return 0;
        n = n * 10 + (uint32_t)(*word - '0');
    }
    return n;
}

/* "3.8" is section 3.8 and 3.8.1, but not 3.80. */
static bool is_below(const char *section, const char *word)
{
    size_t n = strlen(word);
    return strncmp(section, word, n) == 0 && (section[n] == '\0' || section[n] == '.');
}

bool requirement_is_meant(const Requirement *r, const char *word)
{
    if (same_word(r->id, word) || document_of(word) == r->rfc)
        return true;
    bool number = word[0] >= '0' && word[0] <= '9';
    return number && r->rfc == 9293 && is_below(r->section, word);
}

const char *requirement_level_text(ReqLevel level)
{
    static const char *const texts[LEVEL_COUNT] = {"MUST", "MUST NOT", "SHOULD", "SHOULD NOT",
                                                   "MAY"};
    return texts[level];
}

const char *requirement_status_text(ReqStatus status, Lang lang)
{
    static const char *const texts[STATUS_COUNT][LANG_COUNT] = {
        {"met", "满足"}, {"partly", "部分"}, {"not yet", "尚未"}, {"elsewhere", "他处"}};
    return texts[status][lang];
}

const char *requirement_rfc_title(uint16_t rfc)
{
    static const struct {
        uint16_t rfc;
        const char *title;
    } titles[] = {
        {1122, "Requirements for Internet Hosts"},
        {1191, "Path MTU Discovery"},
        {1337, "TIME-WAIT Assassination Hazards in TCP"},
        {2018, "TCP Selective Acknowledgment Options"},
        {2525, "Known TCP Implementation Problems"},
        {2883, "An Extension to the Selective Acknowledgement (SACK) Option for TCP"},
        {3042, "Enhancing TCP's Loss Recovery Using Limited Transmit"},
        {3168, "The Addition of Explicit Congestion Notification (ECN) to IP"},
        {3465, "TCP Congestion Control with Appropriate Byte Counting (ABC)"},
        {4987, "TCP SYN Flooding Attacks and Common Mitigations"},
        {5482, "TCP User Timeout Option"},
        {5681, "TCP Congestion Control"},
        {5682, "Forward RTO-Recovery (F-RTO)"},
        {5927, "ICMP Attacks against TCP"},
        {5961, "Improving TCP's Robustness to Blind In-Window Attacks"},
        {6093, "On the Implementation of the TCP Urgent Mechanism"},
        {6191, "Reducing the TIME-WAIT State Using TCP Timestamps"},
        {6298, "Computing TCP's Retransmission Timer"},
        {6429, "TCP Sender Clarification for Persist Condition"},
        {6528, "Defending against Sequence Number Attacks"},
        {6582, "The NewReno Modification to TCP's Fast Recovery Algorithm"},
        {6675, "A Conservative Loss Recovery Algorithm Based on SACK for TCP"},
        {6691, "TCP Options and Maximum Segment Size (MSS)"},
        {6928, "Increasing TCP's Initial Window"},
        {6937, "Proportional Rate Reduction for TCP"},
        {7323, "TCP Extensions for High Performance"},
        {7413, "TCP Fast Open"},
        {7661, "Updating TCP to Support Rate-Limited Traffic"},
        {8985, "The RACK-TLP Loss Detection Algorithm for TCP"},
        {9293, "Transmission Control Protocol (TCP)"},
        {9406, "HyStart++: Modified Slow Start for TCP"},
        {9438, "CUBIC for Fast and Long-Distance Networks"},
        {9937, "Proportional Rate Reduction (PRR)"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (titles[i].rfc == rfc)
            return titles[i].title;
    return "";
}

bool requirement_next_word(const char **at, Bytes *word)
{
    *at += strspn(*at, " ");
    size_t n = strcspn(*at, " ");
    *word = bytes_of(*at, n);
    *at += n;
    return n > 0;
}
