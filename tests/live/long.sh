#!/bin/sh
# long.sh SANDWIRE [MIB]: much of everything between our TCP and the kernel's; takes minutes.
#
# So many MiB (1024) there and back with equal sums under 0 %, 1 % and 5 % loss; 10,000 connections
# one after another and 1,000 at once; the rates one way, plain and with offload, beside those of a
# responder that is no TCP at all. Rates are told, not judged. Skipped (77) where the system permits
# no namespace or no TAP, or has no python3.
set -u
sandwire=$1
mib=${2:-1024}
here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C.UTF-8
python3 -c pass 2> /dev/null || { echo "skipped: no python3 here"; exit 77; }
said=$(timeout 20 "$sandwire" --lang en live -- true 2>&1)
[ $? = 77 ] && { echo "skipped: $said"; exit 77; }

echo "rates, while $(cut -d' ' -f1 /proc/loadavg) programs were running:"
for offload in '' --offload; do
    for end in trivial sink; do
        echo "  $end $offload: $(timeout 60 "$sandwire" live --fast $end $offload -- \
            "$here/rate.py" send 3)"
    done
    for end in trivial source=64GiB; do
        echo "  $end $offload: $(timeout 60 "$sandwire" live --fast $end $offload -- \
            "$here/rate.py" receive 3)"
    done
done

timeout 600 "$sandwire" live --fast echo --conns 20000 -- "$here/many.py" 10000 1000 ||
    { echo "not every connection was served"; exit 1; }

for loss in 0% 1% 5%; do
    echo "loss $loss:"
    timeout 1200 "$sandwire" live --fast echo --loss $loss --rtt 1ms -- "$here/bulk.py" "$mib" ||
        { echo "bytes differ with loss $loss"; exit 1; }
done
