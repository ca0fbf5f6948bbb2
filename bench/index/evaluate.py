"""What a set of indexes is worth, whoever chose it: made on the clone of a snapshot, sizes and costs asked of it."""

import re
import subprocess

import snapshot

SIZES = """SELECT 'bytes ' || coalesce(sum((pgarchitect_whatif.index_size(indexrelid)).bytes), 0)
  FROM pg_catalog.pg_index WHERE indexrelid > :before;
"""


def psql(path, script):
    """Output of psql on the clone. Indexes are all visible there, candidates with the sizes they would have."""
    run = subprocess.run([snapshot.PROGRAM, "clone", "-q", path, "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"],
                         input=script, text=True, capture_output=True)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return run.stdout


def evaluate(path, statements, definitions):
    """(planner cost of all statements, bytes of the indexes); definitions: CREATE INDEX."""
    script = "SET jit = off;\nSELECT coalesce(max(oid), 0) AS before FROM pg_catalog.pg_class \\gset\n"
    script += "".join(f"{text.replace(' CONCURRENTLY', '').rstrip(';')};\n" for text in definitions) + SIZES
    script += "".join(f"\\echo statement\nEXPLAIN {text};\n" for text in statements)
    output = psql(path, script)
    costs = [float(cost) for cost in re.findall(r"^statement\n[^\n]*cost=[\d.]+\.\.([\d.]+) ", output, re.M)]
    if len(costs) != len(statements):
        raise RuntimeError(f"{len(costs)} costs of {len(statements)} statements")
    return sum(costs), int(re.search(r"^bytes (\d+)$", output, re.M).group(1))
