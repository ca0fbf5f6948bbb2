#!/usr/bin/env python3
"""TPC-H at scale factor 1 as a snapshot file: its schema, the sizes and statistics that were measured on full tables. Its
clone's costs without an index are those of the full tables, checked with --check.
  bench/index/tpch_snapshot.py [--keys] [--check] FILE.pga     PGA_SHARED=folder with workloads/tpch; BUILD=folder of the build
--keys: with the eight primary keys. Their sizes are computed (snapshot.unique_btree), not measured."""

import argparse
import glob
import json
import re
import subprocess
import sys

import snapshot

FOLDER = snapshot.SHARED / "workloads/tpch"


def tables():
    sizes = json.loads((FOLDER / "expected-costs-sf1.json").read_text())["relations"]
    every = {row["relname"]: snapshot.Table(int(row["reltuples"]), row["relpages"], row["relallvisible"])
             for row in sizes}
    for line in (FOLDER / "stats-sf1.columns.jsonl").read_text().splitlines():
        column = json.loads(line)
        every[column["tablename"]].columns[column["attname"]] = column
    return every


def write(path, keys):
    files = [FOLDER / "schema.sql"] + ([FOLDER / "primary-keys.sql"] if keys else [])
    snapshot.write(path, files, tables())


def costs(path):
    """EXPLAIN's total cost of each query on the clone of the snapshot."""
    script = "".join(f"\\echo query {file[-6:-4]}\nEXPLAIN {open(file, encoding='utf-8').read()}\n"
                     for file in sorted(glob.glob(f"{FOLDER}/queries/*.sql")))
    run = subprocess.run([snapshot.PROGRAM, "clone", path, "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"],
                         input="SET jit = off;\n" + script, text=True, capture_output=True, check=True)
    found = re.findall(r"query (\d+)\n[^\n]*cost=[\d.]+\.\.([\d.]+) ", run.stdout)
    return {query: float(cost) for query, cost in found}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("file")
    arguments = parser.parse_args()
    write(arguments.file, arguments.keys)
    if not arguments.check:
        return 0
    found = costs(arguments.file)
    print(f"{len(found)} queries; 19 without 2, 17, 20 cost "
          f"{sum(cost for query, cost in found.items() if query not in ('02', '17', '20')):,.2f}")
    if arguments.keys:
        return 0
    expected = json.loads((FOLDER / "expected-costs-sf1.json").read_text())["base_cost"]
    wrong = [query for query in expected if found.get(query) != expected[query]]
    print("not those of the full tables: " + ", ".join(wrong) if wrong else "each as on the full tables")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
