#!/usr/bin/env python3
"""Writes the words that this program's own messages are made of, one a line: src/anonymize/prose.txt.

Usage: prose_words.py > src/anonymize/prose.txt

They are taken from the literals of the sources that describe what was read, with those of PostgreSQL's messages about
privileges and locks. In an anonymized snapshot they stay where they name nothing.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent / "src"
LITERAL = {".c": re.compile(r'"((?:[^"\\]|\\.)*)"'), ".sql": re.compile(r"'((?:[^']|'')*)'")}
OF_POSTGRESQL = """
permission denied for must be owner of member superuser role table relation schema function procedure aggregate view
materialized sequence database index column columns constraint trigger rule policy domain type operator class family
collation conversion language foreign server data wrapper large object tablespace text search configuration dictionary
parser template event extension publication subscription transform access method default value statistics cast to from on
in as does not exist already exists is canceling statement due lock timeout user request could obtain cannot open read
file directory such no or by with without the a an this that it its while because only cache lookup failed
internal error out memory too many connections server closed the connection unexpectedly terminating
"""


def words_of(path):
    for literal in LITERAL[path.suffix].findall(path.read_text(encoding="utf-8")):
        if " " not in literal.strip():
            continue
        text = re.sub(r"\\.|%[-0-9.*]*(?:l|ll|h)?[a-z]|[A-Za-z]*_\w+", " ", literal)
        yield from re.findall(r"[A-Za-z]+", text)


def main():
    words = set(OF_POSTGRESQL.split())
    for folder in ("collect", "model", "lab"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in LITERAL:
                words.update(word for word in words_of(path) if word.islower() or len(word) > 1)
    sys.stdout.write("".join(word + "\n" for word in sorted(words)))


main()
