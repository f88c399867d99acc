#!/bin/sh
# read.sh SANDWIRE SOURCE: `sandwire run --pcap` and `sandwire read` as a user types them.
set -eu
sandwire=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

wants() { # wants FILE TEXT
    grep -qF -- "$2" "$1" || { echo "no \"$2\" in:"; cat "$1"; exit 1; }
}

"$sandwire" run --pcap one.pcapng "$source/assets/demo/loss.sw" > /dev/null
"$sandwire" --lang en read one.pcapng > said
wants said 'A 10.0.0.1:49152   B 10.0.0.2:80'
wants said '2    0.050s ESTABLISHED  <-- SYN+ACK B ack A+1            <-- SYN-RECEIVED'
wants said '[Retransmission]'
wants said '10    1.600s TIME-WAIT    --> ACK A+7 ack B+2              --> CLOSED'
wants said '10 packets; A sent 5 bytes, B 0; rtt 100ms'

# From a pipe it comes as a list, or as the ladder that is asked for.
"$sandwire" --lang en read - < one.pcapng > said
cat one.pcapng | "$sandwire" --lang zh read - > said
wants said '10 个分组，1 条 TCP 连接'
cat one.pcapng | "$sandwire" --lang en read --follow 1 - > said
wants said 'FIN-WAIT-2'
"$sandwire" read --json one.pcapng > said
wants said '"seen":{"Retransmission":1}'
"$sandwire" read --json --follow 1 one.pcapng > said
wants said '"annotation":"Retransmission"'

# A damaged file is shown up to the damage, and the damage has a place.
head -c 1500 one.pcapng > cut.pcapng
code=0; "$sandwire" --lang en read cut.pcapng > said 2> error || code=$?
[ $code = 2 ] || { echo "code $code for a cut file"; exit 1; }
wants error 'the file ends in the midst of a packet; before it there were'
wants said '10.0.0.1:49152'
code=0; "$sandwire" --lang en read "$source/README.md" 2> error || code=$?
[ $code = 2 ] || { echo "code $code for a text"; exit 1; }
wants error 'byte 0: this is no capture'
code=0; "$sandwire" --lang en read --follow 7 one.pcapng 2> error || code=$?
[ $code = 1 ] || { echo "code $code for no such connection"; exit 1; }
wants error 'there is no connection 7, but 1 of them'
