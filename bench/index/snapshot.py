"""Snapshot files of databases that are known by their DDL, sizes and statistics only: `pgarchitect snapshot` of the empty
schema on a throw-away server, with the sizes and pg_statistic's rows put in. What every verb takes."""

import json
import math
import os
import pathlib
import subprocess
import tempfile

from server import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("PGA_SHARED", ROOT / "../shared"))
PROGRAM = str(pathlib.Path(os.environ.get("BUILD", ROOT / "build"), "src/cli/pgarchitect").resolve())
KIND_MCV, KIND_HISTOGRAM, KIND_CORRELATION = 1, 2, 3


class Table:
    """Sizes of a table, and what pg_stats says of its columns."""

    def __init__(self, rows, pages, all_visible=None):
        self.rows, self.pages = rows, pages
        self.all_visible = pages if all_visible is None else all_visible
        self.columns = {}


def unique_btree(rows, key_bytes):
    """Blocks of a B-tree over unique keys of fixed width, as CREATE INDEX leaves it: 90 % full leaves, 70 % full inner
    pages, a root and a metapage. Of customer (c_custkey) at scale factor 1: 414, as measured."""
    item = 8 + math.ceil(key_bytes / 8) * 8 + 4
    room = 8192 - 24 - 16
    pages = level = max(1, math.ceil(rows / (int((room - 8192 * 0.1) / item))))
    total = 1 + pages
    while level > 1:
        level = math.ceil(level / int(room * 0.7 / item))
        total += level
    return total


def slots(column):
    """pg_statistic's slots from a row of pg_stats."""
    every = []
    if column.get("most_common_vals") is not None:
        numbers = column["most_common_freqs"]
        if not isinstance(numbers, str):
            numbers = "{" + ",".join(f"{number:.9g}" for number in numbers) + "}"
        every.append({"kind": KIND_MCV, "numbers": numbers, "values": column["most_common_vals"]})
    if column.get("histogram_bounds") is not None:
        every.append({"kind": KIND_HISTOGRAM, "values": column["histogram_bounds"]})
    if column.get("correlation") is not None:
        every.append({"kind": KIND_CORRELATION, "numbers": f"{{{column['correlation']:.9g}}}"})
    return {f"slot{number + 1}": slot for number, slot in enumerate(every)}


def ends(column):
    """The first and last bound of the histogram."""
    bounds = column.get("histogram_bounds") if column else None
    if not bounds:
        return None
    values = bounds.strip("{}").split(",")
    return (values[0], values[-1]) if len(values) > 1 else None


def statistics_record(relation, attribute, column):
    return {"column_statistics": {
        "relation": relation["oid"], "attnum": attribute["attnum"], "attname": attribute["attname"],
        "inherited": False, "null_frac": f"{column['null_frac']:.9g}", "n_distinct": f"{column['n_distinct']:.9g}",
        "width": column["avg_width"], **slots(column)}}


class Filling:
    """The records of a snapshot of the empty schema, on the way to those of the full one."""

    def __init__(self, records, tables):
        self.records, self.tables = records, tables
        self.relations, self.sizes, self.late = {}, {}, []

    def relation(self, fields):
        table = self.tables.get(fields["relname"])
        if not table:
            return
        self.relations[fields["oid"]] = fields
        self.sizes[fields["oid"]] = (table.pages, table.rows, table.all_visible)
        fields |= {"reltuples": float(table.rows), "rows_source": 1, "relpages": table.pages,
                   "relallvisible": table.all_visible, "table_bytes": table.pages * 8192,
                   "heap_bytes": table.pages * 8192}
        for attribute in fields["attributes"]:
            column = table.columns.get(attribute["attname"])
            if column:
                self.late.append(statistics_record(fields, attribute, column))

    def index(self, fields):
        relation = self.relations.get(fields["indrelid"])
        if not relation:
            return
        table = self.tables[relation["relname"]]
        names = {attribute["attnum"]: attribute for attribute in relation["attributes"]}
        keys = [names[number] for number in fields["indkey"]]
        width = sum(key["typlen"] if key["typlen"] > 0 else table.columns[key["attname"]]["avg_width"] for key in keys)
        pages = unique_btree(table.rows, width)
        self.sizes[fields["indexrelid"]] = (pages, table.rows, 0)
        fields |= {"relpages": pages, "reltuples": float(table.rows), "bytes": pages * 8192}
        bounds = ends(table.columns.get(keys[0]["attname"]))
        if bounds:
            self.late.append({"extremes": {"index": fields["indexrelid"], "minimum": bounds[0], "maximum": bounds[1]}})

    def relation_size(self, fields):
        pages, rows, all_visible = self.sizes.get(fields["oid"], (None, None, None))
        if pages is not None:
            fields |= {"pages": pages, "relpages": pages, "reltuples": f"{rows:.9g}", "relallvisible": all_visible}

    def lines(self):
        """In the order of a snapshot: sizes, columns' statistics, ends."""
        for record in self.records:
            kind, = record
            if kind in ("relation", "index", "relation_size"):
                getattr(self, kind)(record[kind])
        self.late.sort(key=lambda record: "extremes" in record)
        kept = [record for record in self.records if not {"column_statistics", "extremes", "end"} & set(record)]
        every = kept + self.late
        return [*every, {"end": {"records": len(every)}}]


def write(path, files, tables):
    """The snapshot @path of the DDL @files; @tables: name to Table."""
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        server.connect()("CREATE DATABASE bench")
        conn = server.connect("bench")
        for file in files:
            conn(pathlib.Path(file).read_text())
        conn.close()
        empty = f"{folder}/empty.pga"
        subprocess.run([PROGRAM, "snapshot", server.conninfo("bench"), "-o", empty], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = subprocess.run(["zstd", "-dc", empty], check=True, stdout=subprocess.PIPE).stdout
    filling = Filling([json.loads(line) for line in text.splitlines()], tables)
    pathlib.Path(path).write_text("".join(json.dumps(record, separators=(",", ":")) + "\n"
                                          for record in filling.lines()))
