#!/usr/bin/env python3
"""Embeds src/collect/sql/NAME.pgA-B.sql in one C file: a table of name, first major, last major, text.

Fails unless the files of each name cover every supported major exactly once. "9" stands for 9.6.
Usage: embed_sql.py OUTPUT.c FILE.sql...
"""
import os
import re
import sys

FIRST, LAST = 9, 18
FORBIDDEN = re.compile(r"\b(insert|update|delete|truncate|create|drop|alter|grant|lock|copy|do|call)\b\s", re.I)
LITERAL = re.compile(r"'(?:[^']|'')*'")
ESCAPES = re.compile(r"(?<!['\w])E'|\$\$|--", re.I)


def fail(message):
    sys.exit(f"embed_sql.py: {message}")


def read(path):
    match = re.fullmatch(r"([a-z_]+)\.pg(\d+)-(\d+)\.sql", os.path.basename(path))
    if not match:
        fail(f"{path}: not of the form NAME.pgA-B.sql")
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file if not line.startswith("--")]
    text = "\n".join(line for line in lines if line).strip()
    if ESCAPES.search(text):
        fail(f"{path}: holds literals with escapes, or a comment that is not a line of its own")
    code = LITERAL.sub("''", text)
    if not code.endswith(";") or ";" in code[:-1]:
        fail(f"{path}: not one statement ended by a semicolon")
    if not re.match(r"(SELECT|WITH)\b", code) or FORBIDDEN.search(code):
        fail(f"{path}: not a plain SELECT")
    return match[1], int(match[2]), int(match[3]), text[:-1]


def check_coverage(statements):
    covered = {}
    for name, first, last, _ in statements:
        if first > last:
            fail(f"{name}: pg{first}-{last} is empty")
        covered.setdefault(name, []).extend(range(first, last + 1))
    for name, majors in covered.items():
        for major in range(FIRST, LAST + 1):
            if majors.count(major) != 1:
                fail(f"{name}: major {major} is covered {majors.count(major)} times, not once")
        if len(majors) != LAST - FIRST + 1:
            fail(f"{name}: covers majors outside {FIRST} to {LAST}")


def literal(text):
    lines = text.split("\n")
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return "\n".join(f'     "{line}\\n"' for line in quoted)


def main():
    if len(sys.argv) < 3:
        fail("usage: embed_sql.py OUTPUT.c FILE.sql...")
    statements = sorted(read(path) for path in sys.argv[2:])
    check_coverage(statements)
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write("/* Made by tools/embed_sql.py from src/collect/sql. */\n")
        out.write('#include "sql_internal.h"\n\n')
        out.write("const PgaSqlText pga_sql_texts[] = {\n")
        for name, first, last, text in statements:
            out.write(f'    {{"{name}", {first}, {last},\n{literal(text)}}},\n')
        out.write("    {NULL, 0, 0, NULL},\n};\n")


if __name__ == "__main__":
    main()
