#!/usr/bin/env python3
"""Embeds one text file as a constant of a C file; of SQL, empty lines and those of nothing but a comment are left out.

Usage: embed_text.py OUTPUT.c SYMBOL HEADER.h INPUT
"""
import sys


def main():
    output, symbol, header, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() for line in file]
    if path.endswith(".sql"):
        lines = [line for line in lines if line and not line.startswith("--")]
    quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    with open(output, "w", encoding="utf-8") as out:
        out.write(f"/* Made by tools/embed_text.py. */\n#include \"{header}\"\n\nconst char {symbol}[] =\n")
        out.write("\n".join(f'    "{line}\\n"' for line in quoted) + ";\n")


main()
