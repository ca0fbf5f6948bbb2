#!/usr/bin/env python3
"""Embeds a sorted table of words as the elements of a C array.

Usage: embed_words.py OUTPUT.inc INPUT.txt
"""
import sys


def main():
    output, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        words = file.read().split()
    if words != sorted(set(words)):
        sys.exit(f"{path} is not sorted by bytes, or holds a word twice")
    with open(output, "w", encoding="utf-8") as out:
        out.write("".join(f'    "{word}",\n' for word in words))


main()
