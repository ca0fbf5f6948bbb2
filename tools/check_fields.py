#!/usr/bin/env python3
"""Whether the tables of fields (model/record.h) describe every member of the model's structs.

usage: check_fields.py SRC/MODEL

A struct that has a table and a member that has no line in it would be left out of snapshots without a word. Hash
tables are found anew and need none, nor does what only keeps strings.
"""

import pathlib
import re
import sys

LINE = re.compile(r"PGA_FIELD(?:_OF)?(?:_NAMED\(\s*\"[^\"]*\",)?\(?\s*(Pga\w+),\s*(\w+)")
STRUCT = re.compile(r"typedef struct \{(.*?)\n\} (Pga\w+);", re.S)


def members(body):
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    for statement in body.split(";"):
        words = re.sub(r"\[[^\]]*\]", "", statement).split()
        if len(words) < 2 or words[0] in ("GHashTable", "GStringChunk"):
            continue
        names = " ".join(words[2 if words[0] == "struct" else 1:])
        yield from (name.strip(" *") for name in names.split(","))


def main():
    folder = pathlib.Path(sys.argv[1])
    described, wrong = {}, 0
    for path in sorted(folder.glob("*.c")):
        for struct, member in LINE.findall(path.read_text(encoding="utf-8")):
            described.setdefault(struct, set()).add(member)
    for path in sorted((folder / "include" / "model").glob("*.h")):
        for body, struct in STRUCT.findall(path.read_text(encoding="utf-8")):
            for member in members(body):
                if struct in described and member not in described[struct]:
                    print(f"{path}: {struct}.{member} is in no table of fields")
                    wrong += 1
    if not described:
        print(f"no tables of fields in {folder}")
    return 1 if wrong or not described else 0


sys.exit(main())
