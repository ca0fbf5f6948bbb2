#!/usr/bin/env python3
"""compare.py SOURCE CLONE [NAME [DIFFS]]: two outputs of a file of EXPLAINs, byte for byte.

Each plan follows a line "== NAME" or "== NAME | REASON"; a reason says why it is outside of the promise. Prints each
difference (the first DIFFS of them in full) and the share. Exit status 1: one inside the promise differs.
"""
import difflib
import re
import sys


def plans(path):
    found, name = {}, None
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            if line.startswith("== "):
                name = line[3:].rstrip("\n")
                found[name] = ""
            elif name:
                # psql says where in the script an error stands, which is no matter of the server.
                found[name] += re.sub(r"^psql:[^ ]*:\d+: ", "", line)
    return found


def main():
    source, clone = plans(sys.argv[1]), plans(sys.argv[2])
    title = sys.argv[3] if len(sys.argv) > 3 else "plans"
    shown = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    different = [name for name in source if source[name] != clone.get(name)]
    promised = [name for name in source if " | " not in name]
    broken = [name for name in different if " | " not in name]
    for name in different:
        plain, _, reason = name.partition(" | ")
        print(f"  {plain}: {'outside of the promise: ' + reason if reason else 'differs'}")
        if reason or shown <= 0:
            continue
        shown -= 1
        lines = difflib.unified_diff(
            source[name].splitlines(), clone.get(name, "(not reached)").splitlines(), lineterm="", n=0
        )
        for line in [l for l in lines if not l.startswith(("---", "+++", "@@"))][:12]:
            print(f"      {line.encode('utf-8', 'replace').decode()[:170]}")
    print(f"{title}: identical {len(promised) - len(broken)} of {len(promised)}")
    outside = len(source) - len(promised)
    if outside:
        same = outside - (len(different) - len(broken))
        print(f"{title}, outside of the promise: identical {same} of {outside}")
    return 1 if broken or not source else 0


if __name__ == "__main__":
    sys.exit(main())
