#!/usr/bin/env python3
"""Counts the TAP subtests of one `meson test` run: count_tests.py BUILD/meson-logs/testlog.json

Prints skipped and failed subtests by name, then "PASSED FAILED SKIPPED". A program that failed without a failing
subtest (a crash, a time-out, a plan not kept) counts as one failure.
"""
import json
import re
import sys

LINE = re.compile(r"^\s*(not ok|ok)\s+\d+\s*-?\s*([^#]*?)\s*(?:#\s*(SKIP|TODO)\b\s*(.*))?$", re.IGNORECASE)


def subtests(stdout):
    """Yields (result, name, reason) of each TAP line."""
    for line in stdout.splitlines():
        match = LINE.match(line)
        if match:
            status, name, directive, reason = match.groups()
            if directive:
                yield "skip", name, reason
            else:
                yield ("pass" if status == "ok" else "fail"), name, ""


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
                print(f"skipped: {run['name']} (whole program)")
        elif not any(result == "fail" for result, _, _ in found):
            count["fail"] += 1
            print(f"failed: {run['name']} ({run['result']}, return code {run['returncode']})")
    print(count["pass"], count["fail"], count["skip"])


main(sys.argv[1])
