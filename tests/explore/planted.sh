#!/bin/sh
# planted.sh: plants each bug of this folder into a copy of its source file and lets hunt find it.
#
#     planted.sh COMPILER FLAGS SOURCES SCRATCH OBJECTS all|NAME...
#
# FLAGS and OBJECTS are lists separated by spaces; OBJECTS: hunt.o, then the libraries.
# A patch changes one file of core/tcp. That file alone is compiled; linked before the libraries, it
# takes the place of the member that has the same functions.
#
# Prints bug, property, ground, events, states, seconds. Exit code 0: without a bug nothing is
# found, and every bug is; 1: not so; 77: there is no program `patch` here.
set -u
compiler=$1 flags=$2 sources=$3 scratch=$4 objects=$5
shift 5
command -v patch >/dev/null || exit 77
here=$(dirname "$0")
[ "$1" = all ] && set -- $(cd "$here" && ls ./*.patch | sed 's|^\./||; s|\.patch$||') whole

build() { # build NAME: the program $scratch/NAME/hunt with that bug
    dir=$scratch/$1
    rm -rf "$dir"
    mkdir -p "$dir/core/tcp"
    planted=
    if [ "$1" != whole ]; then
        file=$(sed -n 's|^+++ b/||p' "$here/$1.patch")
        cp "$sources/$file" "$dir/$file"
        patch -s -p1 -d "$dir" <"$here/$1.patch" || return 1
        planted=$dir/planted.o
        $compiler $flags -I"$sources" -c "$dir/$file" -o "$planted" || return 1
    fi
    $compiler $flags ${objects%% *} $planted ${objects#* } ${objects#* } -lpthread -o "$dir/hunt"
}

failed=0
for bug in "$here"/*.patch; do # all of them, whichever are planted now: code moves
    patch --dry-run -s -f -p1 -d "$sources" <"$bug" >/dev/null || {
        echo "$(basename "$bug" .patch): does not fit; has its place in core/tcp changed?"
        failed=1
    }
done
printf '%-20s %-14s %-14s %6s %8s %7s\n' bug property ground events states seconds
for name; do
    wanted=0
    [ "$name" = whole ] && wanted=1
    if ! build "$name"; then
        echo "$name: cannot be planted; has its place in core/tcp changed?"
        failed=1
        continue
    fi
    "$scratch/$name/hunt" "$name"
    [ $? = $wanted ] || failed=1
    rm -rf "${scratch:?}/$name"
done
exit $failed
