#!/usr/bin/env python3
"""Writes docs/rules/: a table, and a page for each rule, as "pgarchitect rules --format markdown" prints them.

    rule_pages.py [--check] PROGRAM FOLDER

With --check nothing is written: exit status 1 names the pages that are missing, out of date, or of no rule.
"""
import json
import pathlib
import subprocess
import sys


def run(program, *arguments):
    return subprocess.run([program, "rules", *arguments], check=True, capture_output=True, text=True).stdout


def pages(program):
    """The name of every file, and its text."""
    rules = json.loads(run(program, "--format", "json"))["rules"]
    yield "README.md", run(program, "--format", "markdown")
    for rule in rules:
        yield f"{rule['rule']}.md", run(program, rule["rule"], "--format", "markdown")


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments):
    check = "--check" in arguments
    program, folder = [argument for argument in arguments if argument != "--check"]
    folder = pathlib.Path(folder)
    wanted = dict(pages(program))
    stale = [name for name, text in wanted.items() if read(folder / name) != text]
    foreign = sorted(path.name for path in folder.glob("*.md") if path.name not in wanted)
    if check:
        for name in stale:
            print(f"{folder / name} is not what the program prints")
        for name in foreign:
            print(f"{folder / name} is of no rule")
        if stale or foreign:
            print("ninja -C BUILD rule-pages writes them")
        return 1 if stale or foreign else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (folder / name).write_text(wanted[name], encoding="utf-8")
    for name in foreign:
        (folder / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
