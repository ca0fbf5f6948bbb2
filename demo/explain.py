#!/usr/bin/env python3
"""Says in plain words what a report of `pgarchitect check --format json` holds.

explain.py REPORT           the summary
explain.py REPORT --fk      the first foreign key without an index: "TABLE COLUMN", then the statement of its fix
explain.py BEFORE AFTER     what became of the findings
"""
import json
import re
import sys


def plural(count, word, many=None):
    return f"{count} {word}" if count == 1 else f"{count} {many or word + 's'}"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def by_rule(report):
    """Findings by rule, in the order of their first appearance (the report's order of importance)."""
    rules = {}
    for finding in report["findings"]:
        rules.setdefault(finding["rule"], []).append(finding)
    return rules


def explain(report):
    scope, summary = report["scope"], report["summary"]
    print(
        f"It looked at {plural(scope['tables'], 'table')}, {plural(scope['indexes'], 'index', 'indexes')} and"
        f" {plural(scope['foreign_keys'], 'foreign key')} with {plural(scope['rules'], 'rule')} and found"
        f" {plural(summary['errors'], 'error')}, {plural(summary['warnings'], 'warning')} and"
        f" {plural(summary['infos'], 'hint')}:"
    )
    for found in by_rule(report).values():
        first = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        print(f"  {first['severity']:<8}{first['title']}: {first['object']}{more}")
    tried = [f for f in report["findings"] if f["proof"]["executed"]]
    if report["lab"]:
        print(
            f"{len(tried)} of the proposed fixes were executed on a"
            f" throw-away server ({report['lab']}) that has the tables but not their rows."
        )
    gains = [f for f in report["findings"] if f["gain"] and f["gain"]["unit"] == "planner cost"]
    if gains:
        best = max(gains, key=lambda f: f["gain"]["before"] / max(f["gain"]["after"], 0.01))
        print(
            f"The largest gain its planner sees: {best['object']}, from a cost of"
            f" {best['gain']['before']:,.0f} to {best['gain']['after']:,.1f}."
        )
    whole = sorted({entry["rule"] for entry in report["not_checked"] if entry["rule"]})
    if report["not_checked"]:
        print(
            f"{plural(len(report['not_checked']), 'thing')} could not be judged, and the report says why"
            + (f" (rules: {', '.join(whole)})." if whole else ".")
        )


def first_foreign_key(report):
    for finding in report["findings"]:
        match = re.fullmatch(r"(\w+\.\w+)\.(\w+)", finding["object"])
        if finding["rule"] == "fk-missing-index" and match and finding["fix"]["sql"]:
            print(match.group(1), match.group(2))
            print(finding["fix"]["sql"][0])
            return


def compare(before, after):
    was = {f["fingerprint"]: f for f in before["findings"]}
    now = {f["fingerprint"]: f for f in after["findings"]}
    gone = [f for key, f in was.items() if key not in now]
    new = [f for key, f in now.items() if key not in was]
    print(f"Findings: {len(was)} before, {len(now)} after.")
    for title, found in (("gone", gone), ("new", new)):
        for finding in found:
            print(f"  {title}: {finding['title']}: {finding['object']}")


def main(arguments):
    if len(arguments) == 2 and arguments[1] == "--fk":
        first_foreign_key(load(arguments[0]))
    elif len(arguments) == 2:
        compare(load(arguments[0]), load(arguments[1]))
    else:
        explain(load(arguments[0]))


main(sys.argv[1:])
