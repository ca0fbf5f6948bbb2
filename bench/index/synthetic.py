"""Statistics that nobody measured: columns from how many values they have, tables from the columns' widths."""

import snapshot

HEADER, LINE_POINTER, PAGE = 24, 4, 8192 - 24


def column(name, width, n_distinct, null_frac=0.0, bounds=None, common=None, correlation=0.0):
    """A row of pg_stats. bounds: values of the histogram; common: {value: frequency}."""
    return {"attname": name, "avg_width": width, "n_distinct": n_distinct, "null_frac": null_frac,
            "histogram_bounds": "{" + ",".join(map(str, bounds)) + "}" if bounds else None,
            "most_common_vals": "{" + ",".join(common) + "}" if common else None,
            "most_common_freqs": list(common.values()) if common else None, "correlation": correlation}


def numbers(count):
    """The bounds of 1 … count, evenly spread."""
    if count < 3:
        return None
    steps = min(100, count - 1)
    return [1 + (count - 1) * step // steps for step in range(steps + 1)]


def table(rows, columns):
    width = HEADER + LINE_POINTER + sum(c["avg_width"] * (1 - c["null_frac"]) for c in columns)
    made = snapshot.Table(rows, max(1, int(rows * (width + 3) / PAGE)))
    made.columns = {c["attname"]: c for c in columns}
    return made
