#!/bin/sh
#
# make-cjk-subset.sh - makes WenQuanYiMicroHei-GB2312.ttf, the Chinese letters of the window.
#
# The whole font has 5 MB and letters of a dozen scripts. What Chinese lessons need is GB 2312: 6763
# Han characters and its symbols (its first level alone is not enough: it lacks even the one for
# "to render"). Hinting and layout tables go too; SDL_ttf draws this size well without them.
#
# Needs the Debian packages fonts-wqy-microhei and python3-fonttools. The same input gives the same
# bytes: time stamps are kept from the original.
#
# usage: make-cjk-subset.sh [wqy-microhei.ttc]

set -eu

# Debian's own Python: its modules are not seen by another one that may come first in PATH.
PYTHON=${PYTHON:-/usr/bin/python3}

here=$(cd "$(dirname "$0")" && pwd)
font=${1:-$(dpkg -L fonts-wqy-microhei | grep '/wqy-microhei\.ttc$')}
letters=$(mktemp)
trap 'rm -f "$letters"' EXIT

# Rows A1 to F7 of GB 2312 are its symbols and Han characters; ASCII lets the font stand alone. The
# two codecs differ in the dash and the middle dot: today's texts have those of the later one, GBK.
"$PYTHON" - >"$letters" <<'END'
import sys

text = "".join(map(chr, range(0x20, 0x7F)))
for row in range(0xA1, 0xF8):
    for column in range(0xA1, 0xFF):
        code = bytes((row, column))
        if code.decode("gb2312", "ignore"):  # GBK fills gaps of the table that are not wanted
            text += code.decode("gb2312") + code.decode("gbk")
sys.stdout.buffer.write(text.encode("utf-8"))
END

"$PYTHON" -m fontTools.subset "$font" --font-number=0 --text-file="$letters" \
    --no-hinting --layout-features='' --no-recalc-timestamp \
    --output-file="$here/WenQuanYiMicroHei-GB2312.ttf"
