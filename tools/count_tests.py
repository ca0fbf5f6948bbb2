#!/usr/bin/env python3
"""Counts the TAP subtests of one `meson test` run: count_tests.py BUILD/meson-logs/testlog.json

Prints skipped and failed subtests by name, what failed programs said last, then "PASSED FAILED SKIPPED". A program that
failed without a failing subtest (a crash, a time-out, a plan not kept) counts as one failure.
"""
import json
import re
import sys

# GLib gives a test that aborts no number, but a message that may hold anything.
LINE = re.compile(r"^\s*(not ok(?:\s+\d+)?|ok\s+\d+)\s+-?\s*(.*)$")
DIRECTIVE = re.compile(r"\s*#\s*(?:SKIP|TODO)\b\s*", re.IGNORECASE)
LAST_LINES = 60


def subtests(stdout):
    """Yields (result, name, reason) of each TAP line."""
    for line in stdout.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        name, *reason = DIRECTIVE.split(match.group(2), maxsplit=1)
        if reason:
            yield "skip", name, reason[0]
        else:
            yield ("pass" if match.group(1).startswith("ok") else "fail"), name, ""


def why_skipped(run):
    """What a program that skipped as a whole said last: a plan of 1..0 with its reason, or its last line."""
    lines = [line.strip() for line in (run.get("stdout") or run.get("stderr") or "").splitlines() if line.strip()]
    return re.sub(r"^1\.\.0\s*(#\s*SKIP)?\s*", "", lines[-1]) if lines else ""


def last_words(run):
    """The end of what a failed program wrote, without the tests that passed."""
    for stream in ("stdout", "stderr"):
        lines = [line for line in (run.get(stream) or "").splitlines() if not re.match(r"\s*(ok \d|# (Start|End) of)", line)]
        for line in lines[-LAST_LINES:]:
            print(f"    {line[:300]}")


def main(path):
    count = {"pass": 0, "fail": 0, "skip": 0}
    with open(path, encoding="utf-8") as file:
        runs = [json.loads(line) for line in file if line.strip()]
    for run in runs:
        found = list(subtests(run.get("stdout") or ""))
        for result, name, reason in found:
            count[result] += 1
            if result == "skip":
                print(f"skipped: {name} ({reason or 'no reason given'})")
            elif result == "fail":
                print(f"failed: {name}")
        if run["result"] in ("OK", "EXPECTEDFAIL"):
            count["pass"] += 0 if found else 1
        elif run["result"] == "SKIP":
            count["skip"] += 0 if found else 1
            if not found:
                print(f"skipped: {run['name']} ({why_skipped(run) or 'no reason given'})")
        else:
            if not any(result == "fail" for result, _, _ in found):
                count["fail"] += 1
            print(f"failed: {run['name']} ({run['result']}, return code {run['returncode']}); it said last:")
            last_words(run)
    print(count["pass"], count["fail"], count["skip"])


main(sys.argv[1])
