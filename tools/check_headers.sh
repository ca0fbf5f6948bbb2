#!/usr/bin/env bash
# Compiles each public header first and alone, twice over, with no more on the include path than its own layer's
# sources have: tools/check_headers.sh [BUILD-FOLDER]. What a header needs, it must include; what its layer may not
# see, it cannot.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."
build=${1:-build}

# "LAYER<tab>compiler and its options", from the layer's first source in compile_commands.json.
layers=$(python3 - "$build/compile_commands.json" <<'PY'
import json, re, shlex, sys
seen = {}
with open(sys.argv[1], encoding="utf-8") as file:
    entries = json.load(file)
for entry in entries:
    match = re.match(r"\.\./src/([^/]+)/", entry["file"])
    if not match or match.group(1) in seen:
        continue
    words = shlex.split(entry["command"])
    if "ccache" in words[0]:
        words = words[1:]
    keep = [w for w in words[1:] if re.match(r"-(I|isystem|D|U|std|W|O|pthread)", w)]
    seen[match.group(1)] = shlex.join(words[:1] + keep)
for layer in sorted(seen):
    print(layer, seen[layer], sep="\t")
PY
)

failed=0 count=0
while IFS=$'\t' read -r layer command; do
    for header in "src/$layer/include/$layer"/*.h; do
        [ -e "$header" ] || continue
        count=$((count + 1))
        name=${header#"src/$layer/include/"}
        # The options are shell-quoted by shlex.join().
        if ! printf '#include <%s>\n#include <%s>\n' "$name" "$name" |
            (cd "$build" && eval "$command -Werror -fsyntax-only -x c -"); then
            echo "$header does not compile alone" >&2
            failed=$((failed + 1))
        fi
    done
done <<<"$layers"

[ "$count" -gt 0 ] || {
    echo "check_headers.sh: no public header found by $build/compile_commands.json" >&2
    exit 1
}
echo "$count headers, $failed failed"
[ "$failed" = 0 ]
