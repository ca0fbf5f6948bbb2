"""A plain server that plans as the full database would, for what needs HypoPG: empty tables whose files are as long as the
full ones' (sparse), with pg_class' numbers and pg_statistic's rows written in. No planner module."""

import os
import pathlib

import snapshot
from server import Server

SEGMENT = 1 << 30
OPERATORS = {"int4": (96, 97), "numeric": (1752, 1754), "date": (1093, 1095), "bpchar": (1054, 1058),
             "varchar": (98, 664), "text": (98, 664), "timestamptz": (1320, 1322), "int8": (410, 412), "bool": (91, 58)}
WITH_COLLATION = {"bpchar", "varchar", "text"}
INSERT = """INSERT INTO pg_catalog.pg_statistic VALUES ($1::oid, $2::int2, false, $3::float4, $4::int4, $5::float4,
    $6::int2, $7::int2, $8::int2, 0, 0, $9::oid, $10::oid, $11::oid, 0, 0, $12::oid, $13::oid, $14::oid, 0, 0,
    $15::float4[], $16::float4[], $17::float4[], NULL, NULL, pg_catalog.array_in($18::cstring, $21::oid, $22::int4),
    pg_catalog.array_in($19::cstring, $21::oid, $22::int4), pg_catalog.array_in($20::cstring, $21::oid, $22::int4), NULL,
    NULL)"""


def put_statistics(conn, relation, column):
    number, typid, typmod, type_ = conn(
        "SELECT a.attnum, a.atttypid, a.atttypmod, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE a.attrelid = $1::oid AND a.attname = $2", relation, column["attname"])[0]
    equal, less = OPERATORS[type_]
    slots = list(snapshot.slots(column).values())
    slots += [{}] * (3 - len(slots))
    kinds = [slot.get("kind", 0) for slot in slots]
    operators = [{0: 0, snapshot.KIND_MCV: equal}.get(kind, less) for kind in kinds]
    collations = [100 if kind and type_ in WITH_COLLATION else 0 for kind in kinds]
    conn(INSERT, relation, number, column["null_frac"], column["avg_width"], column["n_distinct"], *kinds, *operators,
         *collations, *(slot.get("numbers") for slot in slots), *(slot.get("values") for slot in slots), typid, typmod)


def lengthen(path, pages):
    bytes_ = pages * 8192
    for number in range(bytes_ // SEGMENT + 1):
        segment = path if number == 0 else pathlib.Path(f"{path}.{number}")
        length = min(SEGMENT, bytes_ - number * SEGMENT)
        with open(segment, "ab") as file:
            file.truncate(max(length, file.tell() if number == 0 else 0))
        if number:
            os.chown(segment, path.stat().st_uid, path.stat().st_gid)


def fill(server, conn, tables):
    conn("SET allow_system_table_mods = on")
    for name, table in tables.items():
        relation, file = conn("SELECT oid, pg_relation_filepath(oid) FROM pg_class WHERE oid = $1::regclass", name)[0]
        conn("UPDATE pg_class SET relpages = $2::int4, reltuples = $3::float4, relallvisible = $4::int4 WHERE oid = $1::oid",
             relation, table.pages, table.rows, table.all_visible)
        for column in table.columns.values():
            put_statistics(conn, relation, column)
        lengthen(pathlib.Path(server.data, file), table.pages)
    for index, name, width, file in conn(
            "SELECT i.indexrelid, i.indrelid::regclass, (SELECT sum(greatest(a.attlen, 4)) FROM pg_attribute a"
            " WHERE a.attrelid = i.indexrelid), pg_relation_filepath(i.indexrelid) FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace = 'public'::regnamespace"):
        if name in tables:
            pages = snapshot.unique_btree(tables[name].rows, int(width))
            conn("UPDATE pg_class SET relpages = $2::int4, reltuples = $3::float4 WHERE oid = $1::oid", index, pages,
                 tables[name].rows)
            lengthen(pathlib.Path(server.data, file), pages)


class StatisticsServer(Server):
    def __init__(self, files, tables):
        super().__init__()
        try:
            self.connect()("CREATE DATABASE bench")
            conn = self.connect("bench")
            for file in files:
                conn(pathlib.Path(file).read_text())
            fill(self, conn, tables)
            conn("CREATE EXTENSION hypopg")
            conn.close()
        except BaseException:
            self.__exit__()
            raise
