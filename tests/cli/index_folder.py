#!/usr/bin/env python3
"""bench/index/compare on a benchmark of one's own, in each of the forms that say what its tables hold."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

COMPARE = sys.argv[1]
SCHEMA = "CREATE TABLE orders (id int PRIMARY KEY, customer int, total int);\n"
QUERIES = "-- of a customer\nSELECT * FROM orders\n WHERE customer = 42;\nSELECT sum(total) FROM orders WHERE customer = 7"
ROWS = "INSERT INTO orders SELECT g, g % 5000, g % 10 FROM generate_series(1, 50000) g;\n"


def of_pg_stats(name, n_distinct, last):
    return json.dumps({"tablename": "orders", "attname": name, "null_frac": 0, "avg_width": 4, "n_distinct": n_distinct,
                       "most_common_vals": None, "most_common_freqs": None, "correlation": 0.1,
                       "histogram_bounds": "{" + ",".join(str(last * step // 100) for step in range(101)) + "}"})


SIZES = {"relations": [{"relname": "orders", "reltuples": 50000, "relpages": 271, "relallvisible": 271}]}
STATISTICS = "\n".join([of_pg_stats("id", -1, 50000), of_pg_stats("customer", 5000, 5000), of_pg_stats("total", 10, 10)])
FORMS = {
    "rows.sql": {"rows.sql": ROWS},
    "rows/*.csv": {"rows/orders.csv": "id,customer,total\n" + "".join(f"{n},{n % 5000},{n % 10}\n" for n in range(50000))},
    "statistics": {"x.columns.jsonl": STATISTICS, "sizes.json": json.dumps(SIZES)},
    "rows.json": {"rows.json": json.dumps({"orders": 50000})},
}


def compared(files):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder).chmod(0o755)
        for name, text in files.items():
            file = pathlib.Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        return subprocess.run([sys.executable, COMPARE, folder, "--no-extend", "--budgets", "3", "--min-improvement", "20%"],
                              capture_output=True, text=True)


def main():
    failed = 0
    for name, files in FORMS.items():
        run = compared({"schema.sql": SCHEMA, "queries/1.sql": QUERIES, **files})
        told = re.search(r"^3 MB: ([\d.]+) with \d MB, (\d+) indexes", run.stdout, re.M)
        if run.returncode or not told or float(told.group(1)) > 0.5 or "2 statements" not in run.stdout:
            failed += 1
            print(f"{name}: {run.stdout}{run.stderr}")
    for missing, files in (("says nothing of rows", {"schema.sql": SCHEMA, "queries.sql": QUERIES}),
                           ("schema.sql is not there", {"queries.sql": QUERIES}), ("no queries.sql", {"schema.sql": SCHEMA, "rows.sql": ROWS})):
        run = compared(files)
        if run.returncode != 2 or missing not in run.stderr:
            failed += 1
            print(f"not refused, {missing}: {run.stdout}{run.stderr}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
