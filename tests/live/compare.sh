#!/bin/sh
# compare.sh: our TCP and this machine's kernel play the same scenarios (`sandwire compare`).
#
#     compare.sh PROGRAM SOURCES
#
# 77: not permitted here, or a kernel older than the one that the profile was measured on.
program=$1
sources=$2
case $(uname -r) in
[0-5].* | 6.[0-9].* | 6.1[0-7].*) echo "this kernel is older than 6.18: skipped"; exit 77 ;;
esac
"$program" compare --random 20 --from 201
status=$?
[ $status = 0 ] || exit $status
"$program" compare \
    "$sources"/tests/pkt/recovery/linux-frto-at-once.pkt \
    "$sources"/tests/pkt/cwnd/linux-counts-segments.pkt \
    "$sources"/tests/pkt/open/simultaneous-linux-options.pkt \
    "$sources"/tests/pkt/challenge/linux-too-old.pkt \
    "$sources"/tests/pkt/window/linux-by-ack.pkt \
    "$sources"/tests/pkt/window/linux-within-a-shrunken-one.pkt \
    "$sources"/tests/pkt/timestamps/linux-old-text.pkt \
    "$sources"/tests/pkt/reset/linux-unread-data-stays.pkt \
    "$sources"/tests/pkt/time-wait/linux-reset-beside.pkt \
    "$sources"/tests/pkt/window/linux-no-override-in-flight.pkt \
    "$sources"/tests/pkt/window/linux-closed-over-text.pkt \
    "$sources"/tests/pkt/cwnd/prr-episode.pkt \
    "$sources"/tests/pkt/close/linux-abort-in-closing.pkt \
    "$sources"/tests/pkt/close/linger-in-time-wait.pkt \
    "$sources"/tests/pkt/sack/linux-fin-again.pkt \
    "$sources"/tests/pkt/reset/linux-last-ack.pkt \
    "$sources"/tests/pkt/delack/linux-quickack-off.pkt
