#!/usr/bin/env python3
"""Embeds text files as they are in one C file: a table of name (without folder) and text, by name.

Usage: embed_folder.py OUTPUT.c SYMBOL HEADER.h FILE...
"""
import os
import sys


def literal(line):
    return '    "' + line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("?", "\\?") + '\\n"'


def main():
    output, symbol, header, *paths = sys.argv[1:]
    with open(output, "w", encoding="utf-8") as out:
        out.write(f'/* Made by tools/embed_folder.py. */\n#include "{header}"\n\n')
        out.write(f"const PgaEmbedded {symbol}[] = {{\n")
        for path in sorted(paths, key=os.path.basename):
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines()
            out.write(f'    {{"{os.path.basename(path)}",\n')
            out.write("\n".join(literal(line) for line in lines) + "},\n")
        out.write("    {NULL, NULL},\n};\n")


main()
