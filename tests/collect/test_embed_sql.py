"""tools/embed_sql.py: what it embeds, and that it refuses sets of files with gaps, overlaps or anything but a SELECT.

Usage: test_embed_sql.py path/to/embed_sql.py
"""
import os
import subprocess
import sys
import tempfile

CASES = [
    ("one-file", {"a.pg9-18.sql": "SELECT 1;"}, True),
    ("two-files", {"a.pg9-12.sql": "SELECT 1;", "a.pg13-18.sql": "WITH x AS (SELECT 1) SELECT 2;"}, True),
    ("gap", {"a.pg9-12.sql": "SELECT 1;", "a.pg14-18.sql": "SELECT 2;"}, False),
    ("overlap", {"a.pg9-13.sql": "SELECT 1;", "a.pg13-18.sql": "SELECT 2;"}, False),
    ("not-the-newest", {"a.pg9-17.sql": "SELECT 1;"}, False),
    ("too-new", {"a.pg9-19.sql": "SELECT 1;"}, False),
    ("no-range", {"a.sql": "SELECT 1;"}, False),
    ("two-statements", {"a.pg9-18.sql": "SELECT 1; SELECT 2;"}, False),
    ("no-semicolon", {"a.pg9-18.sql": "SELECT 1"}, False),
    ("no-select", {"a.pg9-18.sql": "DELETE FROM x;"}, False),
    ("hidden-write", {"a.pg9-18.sql": "WITH x AS (DELETE FROM y RETURNING 1) SELECT 2;"}, False),
    ("write-behind-a-literal", {"a.pg9-18.sql": "WITH x AS (SELECT 'a''b'), y AS (DELETE FROM z WHERE c = 'd') SELECT 2;"}, False),
    ("write-between-literals", {"a.pg9-18.sql": "WITH x AS (SELECT E'a\\'), y AS (DELETE FROM z WHERE c = 'd') SELECT 2;"}, False),
    ("statement-as-literal", {"a.pg9-18.sql": "SELECT 'CREATE VIEW it''s; ' || 'b';"}, True),
]


def run(tool, folder, files):
    paths = []
    for name, text in files.items():
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write("-- a comment\n" + text + "\n")
    out = os.path.join(folder, "out.c")
    done = subprocess.run([sys.executable, tool, out] + paths, capture_output=True, check=False)
    if done.returncode != 0:
        return None
    with open(out, encoding="utf-8") as file:
        return file.read()


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, (name, files, accepted) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            out = run(sys.argv[1], folder, files)
        good = (out is not None) == accepted and (not out or "SELECT" in out and "comment" not in out)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} /collect/embed-sql/{name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
