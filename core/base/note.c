/*
 * note.c: collecting notes, and the words for what they say.
 *
 * A sink never allocates and never calls back: it is two arrays of the caller.
 */
#include "core/base/note.h"

#include <string.h>

void sink_add(Sink *sink, Note note, Bytes bytes)
{
    if (!sink)
        return;
    if (sink->note_count == sink->note_cap) {
        sink->notes_lost++;
        return;
    }
    if (bytes.len > 0 && bytes.len <= sink->byte_cap - sink->byte_count) {
        note.bytes_at = sink->byte_count;
        note.bytes_len = (uint32_t)bytes.len;
        memcpy(sink->bytes + sink->byte_count, bytes.data, bytes.len);
        sink->byte_count += (uint32_t)bytes.len;
    }
    sink->notes[sink->note_count++] = note;
}

const char *annotation_name(Annotation a)
{
    static const char *const names[ANN_COUNT] = {
        [ANN_NONE] = "",
        [ANN_RETRANSMISSION] = "Retransmission",
        [ANN_FAST_RETRANSMISSION] = "Fast Retransmission",
        [ANN_SPURIOUS_RETRANSMISSION] = "Spurious Retransmission",
        [ANN_DUP_ACK] = "Dup ACK",
        [ANN_OUT_OF_ORDER] = "Out-Of-Order",
        [ANN_ZERO_WINDOW] = "ZeroWindow",
        [ANN_ZERO_WINDOW_PROBE] = "ZeroWindowProbe",
        [ANN_WINDOW_UPDATE] = "Window Update",
        [ANN_WINDOW_FULL] = "Window Full",
        [ANN_KEEP_ALIVE] = "Keep-Alive",
        [ANN_TAIL_LOSS_PROBE] = "Tail Loss Probe",
        [ANN_KEEP_ALIVE_ACK] = "Keep-Alive ACK",
        [ANN_PORT_REUSED] = "Port numbers reused",
        [ANN_CHALLENGE_ACK] = "Challenge ACK",
    };
    return names[a < ANN_COUNT ? a : ANN_NONE];
}

const char *lost_why_text(LostWhy why, Lang lang)
{
    static const char *const texts[LOST_WHY_COUNT][LANG_COUNT] = {
        [LOST_BY_HAND] = {"dropped by hand", "被手动丢弃"},
        [LOST_BY_RULE] = {"dropped by an armed rule", "被预设规则丢弃"},
        [LOST_BY_CHANCE] = {"lost by chance", "随机丢失"},
        [LOST_QUEUE_FULL] = {"the queue was full", "队列已满"},
        [LOST_CUT] = {"the wire is cut", "线路已断"},
        [LOST_POWER] = {"nobody is there: power is off", "对方没有通电"},
        [LOST_TTL] = {"TTL reached zero at a router", "TTL 在路由器处减到零"},
        [LOST_FIREWALL] = {"a box on the path forgot this flow", "路径上的设备已忘记这个流"},
        [LOST_NO_ROOM] = {"the network is full", "网络已满"},
        [LOST_TOO_BIG] = {"too big for a link of the path", "对路径上的一段链路来说太大"},
    };
    return texts[why < LOST_WHY_COUNT ? why : LOST_BY_HAND][lang];
}
