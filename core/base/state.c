/*
 * state.c: names and edges of the state diagram (RFC 9293 figure 5).
 *
 * The two notes of the figure are in the table as edges of their own: SYN-RECEIVED back to LISTEN
 * on RST (note 1) and FIN-WAIT-1 straight to TIME-WAIT when FIN and ACK arrive together (note 2).
 */
#include "core/base/state.h"

#include <string.h>

static const char *const names[TCP_STATE_COUNT] = {
    "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
    "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT",
};
static const char *const symbols[TCP_STATE_COUNT] = {
    "CLOSED",     "LISTEN",     "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1",
    "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",  "LAST_ACK",     "TIME_WAIT",
};
/* Other spellings a learner may have met: ss, netstat, lecture slides. */
static const struct {
    const char *name;
    TcpState state;
} also[] = {
    {"ESTAB", ESTABLISHED},    {"SYN_RECV", SYN_RECEIVED}, {"SYN_RCVD", SYN_RECEIVED},
    {"FIN_WAIT1", FIN_WAIT_1}, {"FIN_WAIT2", FIN_WAIT_2},  {"TIMEWAIT", TIME_WAIT},
    {"UNCONN", CLOSED},
};

const StateEdge state_edges[STATE_EDGE_COUNT] = {
    {CLOSED, LISTEN, EDGE_SERVER, 0, "passive OPEN", "create TCB"},
    {CLOSED, SYN_SENT, EDGE_CLIENT, 1, "active OPEN", "snd SYN"},
    {LISTEN, SYN_RECEIVED, EDGE_SERVER, 2, "rcv SYN", "snd SYN,ACK"},
    {LISTEN, SYN_SENT, EDGE_UNUSUAL, 0, "SEND", "snd SYN"},
    {LISTEN, CLOSED, EDGE_UNUSUAL, 0, "CLOSE", "delete TCB"},
    {SYN_SENT, CLOSED, EDGE_UNUSUAL, 0, "CLOSE", "delete TCB"},
    {SYN_SENT, SYN_RECEIVED, EDGE_UNUSUAL, 0, "rcv SYN", "snd SYN,ACK"},
    {SYN_SENT, ESTABLISHED, EDGE_CLIENT, 3, "rcv SYN,ACK", "snd ACK"},
    {SYN_RECEIVED, ESTABLISHED, EDGE_SERVER, 3, "rcv ACK of SYN", ""},
    {SYN_RECEIVED, FIN_WAIT_1, EDGE_UNUSUAL, 0, "CLOSE", "snd FIN"},
    {SYN_RECEIVED, LISTEN, EDGE_UNUSUAL, 0, "rcv RST", ""},
    {ESTABLISHED, FIN_WAIT_1, EDGE_CLIENT, 11, "CLOSE", "snd FIN"},
    {ESTABLISHED, CLOSE_WAIT, EDGE_SERVER, 12, "rcv FIN", "snd ACK"},
    {FIN_WAIT_1, FIN_WAIT_2, EDGE_CLIENT, 12, "rcv ACK of FIN", ""},
    {FIN_WAIT_1, CLOSING, EDGE_UNUSUAL, 0, "rcv FIN", "snd ACK"},
    {FIN_WAIT_1, TIME_WAIT, EDGE_UNUSUAL, 0, "rcv FIN,ACK of FIN", "snd ACK"},
    {FIN_WAIT_2, TIME_WAIT, EDGE_CLIENT, 14, "rcv FIN", "snd ACK"},
    {CLOSE_WAIT, LAST_ACK, EDGE_SERVER, 13, "CLOSE", "snd FIN"},
    {CLOSING, TIME_WAIT, EDGE_UNUSUAL, 0, "rcv ACK of FIN", ""},
    {LAST_ACK, CLOSED, EDGE_SERVER, 14, "rcv ACK of FIN", "delete TCB"},
    {TIME_WAIT, CLOSED, EDGE_CLIENT, 0, "2MSL timeout", "delete TCB"},
};

const char *state_name(TcpState s)
{
    return s < TCP_STATE_COUNT ? names[s] : "?";
}

const char *state_symbol(TcpState s)
{
    return s < TCP_STATE_COUNT ? symbols[s] : "?";
}

static char fold(char c)
{
    return c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static bool same_name(const char *text, size_t len, const char *symbol)
{
    if (strlen(symbol) != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (fold(text[i]) != symbol[i])
            return false;
    return true;
}

TcpState state_of_name(const char *name, size_t len)
{
    for (int s = 0; s < TCP_STATE_COUNT; s++)
        if (same_name(name, len, symbols[s]))
            return (TcpState)s;
    for (size_t i = 0; i < sizeof also / sizeof *also; i++)
        if (same_name(name, len, also[i].name))
            return also[i].state;
    return TCP_STATE_COUNT;
}
