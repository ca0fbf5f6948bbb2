"""A benchmark as a folder, anybody's: what `bench/index/compare FOLDER` takes.

  schema.sql                       the tables, in the schema "public"
  queries/*.sql or queries.sql     statements, each ended by a semicolon at the end of a line, or by the file's end
  primary-keys.sql                 (optional) with --keys
and what the tables hold, one of
  rows.sql                         a script for psql: INSERT, COPY … FROM STDIN, \\copy FILE (from the folder)
  rows/TABLE.csv                   one file for each table, with a line of names
  *.columns.jsonl and *.json       statistics: rows of pg_stats as JSON, one a line; {"relations": [{"relname", "reltuples",
                                   "relpages", "relallvisible"}, …]}
  rows.json                        {"TABLE": number of rows, …}: statistics are made up, evenly spread: a primary key is unique,
                                   a foreign key has as many values as its parent has rows"""

import contextlib
import json
import pathlib
import re
import subprocess

import snapshot
import synthetic
from server import Server
from statistics_server import StatisticsServer

DISTINCT = 1000  # of a column that is no key
COLUMNS = """SELECT c.relname, a.attname, CASE WHEN t.typlen > 0 THEN t.typlen ELSE 16 END, t.typname,
  (SELECT p.relname FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
    WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum] LIMIT 1),
  EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indkey::text = a.attnum::text)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.oid, a.attnum"""


class Unusable(Exception):
    pass


def statements(text):
    """Without comments that have a line of their own."""
    text = re.sub(r"^\s*--.*\n?", "", text, flags=re.M)
    return [one.strip() for one in re.split(r";\s*(?:\n|$)", text) if one.strip()]


class Benchmark:
    def __init__(self, folder, keys):
        self.folder = pathlib.Path(folder).resolve()
        self.files = [self.folder / "schema.sql"] + ([self.folder / "primary-keys.sql"] if keys else [])
        for file in self.files:
            if not file.is_file():
                raise Unusable(f"{file} is not there")
        queries = sorted(self.folder.glob("queries/*.sql")) or list(self.folder.glob("queries.sql"))
        self.texts = [text for file in queries for text in statements(file.read_text())]
        if not self.texts:
            raise Unusable(f"{self.folder} has no queries/*.sql, and no queries.sql")
        self.filled = None
        if (self.folder / "rows.sql").is_file() or any(self.folder.glob("rows/*.csv")):
            self.tables = None
        else:
            self.tables = self.known() or self.made_up()

    def __enter__(self):
        if self.tables is None:
            self.filled = Server()
            self.fill()
        return self

    def __exit__(self, *_):
        if self.filled:
            self.filled.__exit__()

    def known(self):
        """From statistics that were measured; None: there are none."""
        columns = sorted(self.folder.glob("*.columns.jsonl"))
        sizes = [found for file in sorted(self.folder.glob("*.json"))
                 for found in [json.loads(file.read_text())] if isinstance(found, dict) and "relations" in found]
        if not columns or not sizes:
            return None
        every = {row["relname"]: snapshot.Table(int(row["reltuples"]), row["relpages"], row.get("relallvisible"))
                 for row in sizes[0]["relations"]}
        for line in columns[0].read_text().splitlines():
            column = json.loads(line)
            every[column["tablename"]].columns[column["attname"]] = column
        return every

    def made_up(self):
        """From numbers of rows."""
        file = self.folder / "rows.json"
        if not file.is_file():
            raise Unusable(f"{self.folder} says nothing of rows: it has no rows.sql, rows/*.csv, *.columns.jsonl with sizes, rows.json")
        rows, columns = json.loads(file.read_text()), {}
        with Server() as server:
            conn = server.connect()
            for ddl in self.files:
                conn(ddl.read_text())
            for table, name, width, type_, parent, unique in conn(COLUMNS):
                if table in rows:
                    columns.setdefault(table, []).append(
                        self.column(rows, table, (name, int(width), type_), parent, unique == "t"))
            conn.close()
        return {table: synthetic.table(rows[table], every) for table, every in columns.items()}

    @staticmethod
    def column(rows, table, what, parent, unique):
        name, width, type_ = what
        values = rows[table] if unique else min(rows[table], rows.get(parent, DISTINCT))
        bounds = synthetic.numbers(values) if type_ in ("int2", "int4", "int8", "numeric") else None
        return synthetic.column(name, width, -1 if unique else values, bounds=bounds, correlation=1.0 if unique else 0.1)

    def fill(self):
        self.filled.connect()("CREATE DATABASE bench")
        conn = self.filled.connect("bench")
        for file in self.files[:1]:
            conn(file.read_text())
        script = self.folder / "rows.sql"
        commands = [f"\\i {script}"] if script.is_file() else [
            f"\\copy public.{file.stem} FROM '{file}' (FORMAT csv, HEADER)" for file in sorted(self.folder.glob("rows/*.csv"))]
        subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.filled.conninfo("bench")], input="\n".join(commands) + "\n",
                       text=True, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        for file in self.files[1:]:
            conn(file.read_text())
        conn("VACUUM ANALYZE")
        conn.close()

    def write(self, path):
        """The snapshot file that every tool's costs are asked of."""
        if self.filled:
            subprocess.run([snapshot.PROGRAM, "snapshot", self.filled.conninfo("bench"), "-o", path], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        else:
            snapshot.write(path, self.files, self.tables)

    @contextlib.contextmanager
    def server(self):
        """With HypoPG, in the database "bench"."""
        if not self.filled:
            with StatisticsServer(self.files, self.tables) as server:
                yield server
            return
        conn = self.filled.connect("bench")
        if not conn("SELECT FROM pg_extension WHERE extname = 'hypopg'"):
            conn("CREATE EXTENSION hypopg")
        conn.close()
        yield self.filled

    def megabytes(self):
        """Of all tables."""
        if not self.filled:
            return sum(table.pages for table in self.tables.values()) * 8192 / 1e6
        conn = self.filled.connect("bench")
        size = int(conn.one("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
                            " AND relnamespace = 'public'::regnamespace"))
        conn.close()
        return size / 1e6
