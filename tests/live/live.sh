#!/bin/sh
# live.sh SANDWIRE: our TCP against the kernel's, as a user types it. Skipped (77) where the system
# permits no namespace or no TAP, or has no curl.
set -u
sandwire=$1
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

command -v curl > /dev/null || { echo "skipped: no curl here"; exit 77; }
timeout 20 "$sandwire" --lang en live -- true > said 2> error
code=$?
[ $code = 77 ] && { echo "skipped: $(cat error)"; exit 77; }
[ $code = 0 ] || { echo "live -- true: $code"; cat said error; exit 1; }

fail() { echo "$1"; cat said error 2> /dev/null; exit 1; }
wants() { grep -qF -- "$2" "$1" || fail "no \"$2\" in $1"; }

# A page over IPv4 and over IPv6; the capture and the session of it.
timeout 20 "$sandwire" --lang en live --ladder --pcap p.pcapng --save s.sw -- \
    curl -s -m 10 http://10.0.0.2/state > said 2> error || fail "curl over IPv4"
wants said 'state    ESTABLISHED'
wants said '--> SYN-RECEIVED'
wants said 'SYN+ACK B ack A+1'
"$sandwire" --lang en read --follow 1 p.pcapng > read || fail "read"
wants read 'A 10.0.0.1:'
timeout 20 "$sandwire" run s.sw > /dev/null 2> error || fail "the saved session does not run"
timeout 20 "$sandwire" --lang en live -- curl -s -g -m 10 'http://[fd00::a00:2]/' > said 2> error ||
    fail "curl over IPv6"
wants said 'Hello from host B'

# The doctor knows that this works; and where no namespace is allowed, both name the remedy.
"$sandwire" --lang en doctor > said 2> error || fail "doctor"
wants said 'live wire       ok      the kernel can be the other end'
"$sandwire" --lang zh doctor > said 2> error || fail "doctor in Chinese"
wants said '真实线路        可用    内核可以充当另一端'
if unshare -Ur true 2> /dev/null; then
    unshare -Ur sh -c "echo 0 > /proc/sys/user/max_net_namespaces; \"$sandwire\" --lang en live \
        -- true; echo code \$?; \"$sandwire\" --lang en doctor" > said 2> error
    wants error 'user.max_net_namespaces=1000'
    wants said 'code 77'
    wants said 'live wire       missing'
fi
timeout 20 "$sandwire" --lang en live --tun /dev/null -- true > said 2> error
[ $? = 77 ] || fail "/dev/null is no tun node"

# The exit code is the command's. A port without a service is closed.
timeout 20 "$sandwire" live -- sh -c 'exit 3' > said 2> error
[ $? = 3 ] || fail "exit code"
timeout 20 "$sandwire" live -- curl -s -m 10 http://10.0.0.2:81/ > said 2> error
[ $? = 7 ] || fail "a closed port refuses"

# Files: the bytes of each, also where the wire loses; what is not there; a session needs no folder.
mkdir -p www/sub www/.hidden
head -c 200000 /dev/urandom > "www/sub/a b.bin"
echo '<p>hello' > www/index.html
: > www/empty.txt
echo secret > www/.hidden/no.txt
ln -s /etc/passwd www/link
printf 'drop 20th data from B\n' > lose20.sw
timeout 60 "$sandwire" --lang en live --files www --script lose20.sw --save f.sw -- sh -c '
    curl -s -m 20 "http://10.0.0.2/sub/a%20b.bin" | cmp - "www/sub/a b.bin" && echo same
    curl -s -m 9 http://10.0.0.2/ ; curl -s -m 9 -o e http://10.0.0.2/empty.txt && echo empty
    curl -s -m 9 --path-as-is -o /dev/null -w "%{http_code} " http://10.0.0.2/../live.sh \
        http://10.0.0.2/link -o /dev/null http://10.0.0.2/.hidden/no.txt -o /dev/null
    curl -s -m 9 -I http://10.0.0.2/index.html' > said 2> error || fail "files"
for words in same '<p>hello' empty '404 404 404' 'text/html; charset=utf-8' 'Content-Length: 9'; do
    wants said "$words"
done
mv www gone
timeout 60 "$sandwire" --lang en run --ladder f.sw > said 2> error || fail "a session of files"
wants said 'Retransmission of #'
timeout 20 "$sandwire" --lang en live --files www -- true > said 2> error
[ $? = 2 ] || fail "a folder that is not there"
wants error '--files www'
timeout 20 "$sandwire" --lang en live --offload -- true > said 2> error
[ $? = 2 ] || fail "--offload alone"
wants error '--fast only'

# Ping, small and large, over IPv4 and IPv6.
if command -v ping > /dev/null; then
    timeout 30 "$sandwire" live -- ping -q -c 3 -i 0.2 10.0.0.2 > said 2> error || fail "ping"
    wants said '3 received, 0% packet loss'
    timeout 30 "$sandwire" live -- ping -q -c 3 -i 0.2 -s 1400 fd00::a00:2 > said 2> error ||
        fail "ping -6"
    wants said '3 received, 0% packet loss'
else
    echo "not tried: no ping here"
fi

# Each service, spoken to by real sockets, over IPv4 and IPv6; and what Wireshark thinks of it.
if python3 -c pass 2> /dev/null; then
    timeout 60 "$sandwire" --lang en live --pcap services.pcapng -- "$here/services.py" \
        > said 2> error || fail "services"
    malformed="_ws.malformed || tcp.checksum.status == Bad || ip.checksum.status == Bad"
    # Nothing is lost here, so nothing of ours may look like it. The kernel may repeat a segment
    # when a sanitizer makes us answer later than its tail loss probe waits.
    ours="ip.src == 10.0.0.2 || ipv6.src == fd00::a00:2"
    again="tcp.analysis.retransmission || tcp.analysis.fast_retransmission"
    again="$again || tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order"
    again="$again || tcp.analysis.lost_segment"
    if command -v tshark > /dev/null; then
        tshark -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r services.pcapng \
            -Y "$malformed || ($ours) && ($again)" > said 2> error || fail "tshark"
        [ -s said ] && fail "tshark finds malformed or needless segments"
    else
        echo "not tried: no tshark here"
    fi

    # The whole playground on a live wire; the session of it is a scenario like any other.
    SERVE="$here/serve.py" timeout 60 "$sandwire" --lang en live --save wire-saved.sw \
        --pcap wire.pcapng < "$here/wire.sw" > said 2> error || fail "wire.sw"
    wants said 'the kernel got hello'
    wants said 'the cable is out'
    timeout 60 "$sandwire" --lang en run --ladder wire-saved.sw > said 2> error ||
        fail "the session of the wire does not run again"
    wants said 'from B'
    "$sandwire" --lang en read wire.pcapng > said 2> error || fail "read wire.pcapng"

    # One end of a recorded session goes another way: ours, in a branch.
    { cat wire-saved.sw; echo 'back 10; branch other; run 1s; expect time > 1s'; } > branched.sw
    timeout 60 "$sandwire" --lang en run branched.sw > said 2> error || fail "a branch of it"

    # The lesson "the real kernel", its lines played.
    timeout 60 "$sandwire" --lang en live < "$here/lesson.sw" > said 2> error || fail "lesson.sw"
    wants said 'FIN-WAIT-2   10.0.0.1:'
    wants said ' ts sack wscale '
    timeout 60 "$sandwire" --lang en live --plain < "$here/lesson-plain.sw" > said 2> error ||
        fail "lesson-plain.sw"
else
    echo "not tried: no python3 here"
fi

# Scripts stop at what does not hold, and say where.
printf 'run 10ms\nexpect conns(B) == 3\n' | timeout 20 "$sandwire" --lang en live > said 2> error
[ $? = 1 ] || fail "a script that fails ends with 1"
wants said 'line 2: this does not hold'
printf '! exit 4\nwait\n' | timeout 20 "$sandwire" --lang en live > said 2> error
[ $? = 1 ] || fail "wait fails with the program"
wants said 'a program ended with code 4'

# A lost segment is repaired by whichever end lost it.
printf 'drop next data from A\ndrop next data from B\n' > lose.sw
timeout 20 "$sandwire" --lang en live --ladder --script lose.sw -- \
    curl -s -m 10 http://10.0.0.2/state > said 2> error || fail "curl with losses"
wants said 'state    ESTABLISHED'
wants said 'dropped by an armed rule'

# Byte-exact both ways, also when segments are lost.
head -c 500000 /dev/urandom > bytes
for loss in 0% 2%; do
    nc -h 2>&1 | grep -q -- '-N' || break # only this nc tells when its input has ended
    timeout 40 "$sandwire" live --fast echo --loss $loss --rtt 1ms -- \
        sh -c 'nc -N -w 20 10.0.0.2 7 < bytes > back' > said 2> error || fail "echo, loss $loss"
    cmp bytes back || fail "bytes differ with loss $loss"
done

# The same with a card that segments and sums, over IPv4 and IPv6.
for address in 10.0.0.2 fd00::a00:2; do
    python3 -c pass 2> /dev/null || break
    timeout 60 "$sandwire" live --fast echo --offload -- "$here/bulk.py" 32 $address \
        > said 2> error || fail "echo with offload, $address"
done

# After kill -9 nothing is left: neither programs nor the namespace.
mark=$((300000 + $$))
"$sandwire" live -- sh -c "sleep $mark & sleep $mark" > said 2> error &
pid=$!
tries=0
while ! grep -qs "$mark" /proc/[0-9]*/cmdline && [ $tries -lt 50 ]; do
    tries=$((tries + 1)); sleep 0.1
done
kill -9 $pid
tries=0
while pgrep -f "sleep $mark" > /dev/null && [ $tries -lt 50 ]; do
    tries=$((tries + 1)); sleep 0.1
done
pgrep -f "sleep $mark" > /dev/null && fail "a program survived kill -9"
exit 0
