#!/bin/sh
# shots.sh SANDWIRE FOLDER [SIZE ...]: a picture of every view, to be looked at.
#
# Every view of viz/views.def and the whole window, in English and Chinese, light and dark, at
# 1280x720, 1920x1080 and 3840x2160, from one session that has something for each of them: a search,
# a loss, another branch, a comparison. Names: VIEW-LANG-THEME-SIZE.png. Not a test: a person looks.
set -eu
program=$1 folder=$2
shift 2
[ $# -gt 0 ] || set -- 1280x720 1920x1080 3840x2160
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"

cat >"$folder/story.sw" <<'END'
pace step
B listen 80
A connect B:80
run 160ms
branch lost
drop next data from A
A send "hello"
run 1500ms
switch main
A send "hello"
run 60ms
A send "one line of text\nand another one"
compare lost
drop 4th data from A
A app source 40KiB
run 330ms
END

cat >"$folder/search.sw" <<'END'
rule third-ack off
explore third-ack
back
END

for view in window $(sed -n 's/^VIEW([A-Z]*, "\([a-z]*\)".*/\1/p' "$here/../../viz/views.def"); do
    case $view in
    lesson | result) continue ;; # of a lesson that is open: tests/viz/golden
    search) scene=search ;;
    *) scene=story ;;
    esac
    for lang in en zh; do
        for theme in light dark; do
            for size in "$@"; do
                "$program" --lang "$lang" render --view "$view" --theme "$theme" --size "$size" \
                    --scene "$folder/$scene.sw" -o "$folder/$view-$lang-$theme-$size.png" >/dev/null
            done
        done
    done
done
echo "$(ls "$folder"/*.png | wc -l) pictures in $folder"
