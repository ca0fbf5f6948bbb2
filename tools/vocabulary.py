#!/usr/bin/env python3
"""Writes the words that are PostgreSQL's own, one a line, sorted by bytes: src/anonymize/vocabulary.txt.

Usage: vocabulary.py CONNINFO... > src/anonymize/vocabulary.txt

Each CONNINFO is a freshly made server, one of every supported major version; psql is called as a superuser. Words that no
catalog lists (options, what PL/pgSQL adds) stand in tools/vocabulary_words.txt.
"""
import pathlib
import re
import subprocess
import sys

CATALOGS = "n.nspname IN ('pg_catalog', 'information_schema')"

QUERIES = [
    "SELECT word FROM pg_get_keywords()",
    "SELECT nspname FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast', 'public')",
    f"SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE {CATALOGS}",
    "SELECT attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
    f" JOIN pg_namespace n ON n.oid = relnamespace WHERE {CATALOGS}",
    f"SELECT typname FROM pg_type JOIN pg_namespace n ON n.oid = typnamespace WHERE {CATALOGS}",
    f"SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE {CATALOGS}",
    f"SELECT unnest(proargnames) FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE {CATALOGS}",
    f"SELECT conname FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE {CATALOGS}",
    "SELECT opcname FROM pg_opclass",
    "SELECT opfname FROM pg_opfamily",
    "SELECT collname FROM pg_collation WHERE collprovider IN ('b', 'd') OR collname IN ('C', 'POSIX', 'unicode')",
    "SELECT lanname FROM pg_language",
    "SELECT amname FROM pg_am",
    "SELECT cfgname FROM pg_ts_config",
    "SELECT dictname FROM pg_ts_dict",
    "SELECT prsname FROM pg_ts_parser",
    "SELECT tmplname FROM pg_ts_template",
    "SELECT alias FROM ts_token_type('default')",
    "SELECT conname FROM pg_conversion",
    "SELECT pg_encoding_to_char(i) FROM generate_series(0, 41) i",
    "SELECT lower(pg_encoding_to_char(i)) FROM generate_series(0, 41) i",
    "SELECT regexp_split_to_table(name, '[.]') FROM pg_settings",
    "SELECT unnest(enumvals) FROM pg_settings",
    "SELECT rolname FROM pg_roles WHERE rolname ~ '^pg_'",
    "SELECT spcname FROM pg_tablespace",
    "SELECT m[1] FROM pg_config c, regexp_matches(pg_read_file(c.setting || '/errcodes.txt'),"
    " '^[0-9A-Z]{5} +[EWS] +[A-Z0-9_]+ +([a-z0-9_]+)$', 'gn') m WHERE c.name = 'SHAREDIR'",
]


def words_of(conninfo):
    words = set()
    for query in QUERIES:
        answer = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", query],
                                check=True, capture_output=True, text=True)
        words.update(answer.stdout.split("\n"))
    return words


def main():
    words = set((pathlib.Path(__file__).parent / "vocabulary_words.txt").read_text(encoding="utf-8").split())
    for conninfo in sys.argv[1:]:
        words |= words_of(conninfo)
    usable = [word for word in words if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_$-]*", word)]
    sys.stdout.write("".join(word + "\n" for word in sorted(usable)))


main()
