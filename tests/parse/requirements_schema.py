#!/usr/bin/env python3
"""The JSON Schema of requirements against the reader of requirements.

    requirements_schema.py READER SCHEMA FILE...

Each FILE (YAML or JSON) must be accepted by both. Of the cases below both must say the same, except of those
that only the reader can know: names, sums, SQL. Exit status 77 (skipped) without the Python module jsonschema.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit(77)

HEAD = {"workload_type": "oltp", "data_volume": "500GB (5M users)", "queries_per_second": 5000}


def top(**keys):
    return {key: value for key, value in {**HEAD, **keys}.items() if value is not Ellipsis}


def attribute(value):
    return top(entities={"users": {"attributes": {"a": value}}})


def pattern(**keys):
    return top(access_patterns=[keys])


BOTH, NEITHER, SCHEMA_ONLY = "both accept", "both refuse", "only the schema accepts"

CASES = [
    (BOTH, HEAD),
    (BOTH, {"input": HEAD}),
    (BOTH, {"input": HEAD, "output": {"anything": 1}}),
    (BOTH, {"$schema": "requirements.schema.json", **HEAD}),
    (NEITHER, {"input": HEAD, "outputs": {}}),
    (NEITHER, top(input={})),
    (NEITHER, {}),
    (NEITHER, []),
    (NEITHER, top(workload_type=...)),
    (NEITHER, top(workload_type="web")),
    (BOTH, top(workload_type="time-series")),
    (NEITHER, top(data_volume=...)),
    (BOTH, top(data_volume=..., entities={"users": "5M"})),
    (BOTH, top(data_volume={"size": "2TB", "rows": {"users": "5M"}})),
    (NEITHER, top(data_volume={"sizes": "2TB"})),
    (NEITHER, top(data_volume="huge")),
    (SCHEMA_ONLY, top(data_volume="5GB, 6GB")),
    (NEITHER, top(queries_per_second=...)),
    (NEITHER, top(queries_per_second=0)),
    (NEITHER, top(queries_per_second=-1)),
    (NEITHER, top(queries_per_second="many")),
    (BOTH, top(queries_per_second="5k/s")),
    (BOTH, top(queries_per_second="10/min")),
    (BOTH, top(queries_per_second="5,000 qps")),
    (NEITHER, top(acess_patterns=[])),
    (BOTH, top(read_share=0.8)),
    (BOTH, top(read_share="80%")),
    (NEITHER, top(read_share=80)),
    (NEITHER, top(read_share="120%")),
    (BOTH, top(latency="20ms")),
    (BOTH, top(latency={"p95": 20, "p99": "0.5s"})),
    (NEITHER, top(latency={"p90": 20})),
    (NEITHER, top(latency={"p95": 0})),
    (BOTH, top(growth="40%")),
    (BOTH, top(growth={"per_year": 0.4, "users": "3%/month"})),
    (NEITHER, top(growth=40)),
    (SCHEMA_ONLY, top(growth={"user": "40%"})),
    (BOTH, top(availability_sla="99.95%")),
    (BOTH, top(availability_sla=0.9995)),
    (NEITHER, top(availability_sla="100.5%")),
    (NEITHER, top(availability_sla="high")),
    (NEITHER, top(availability_sla=20)),
    (BOTH, top(availability={"sla": "99.9%", "rpo": "5s", "rto": 60, "patroni": {"ttl": 30}})),
    (NEITHER, top(availability={"replication": "asinc"})),
    (NEITHER, top(availability={"rpo": -1})),
    (BOTH, top(deployment="aws-rds-postgres-17")),
    (BOTH, top(deployment="azure-postgres")),
    (BOTH, top(deployment="self-hosted-pg16")),
    (NEITHER, top(deployment="postgres 16 self-hosted")),
    (NEITHER, top(deployment="aws-rsd")),
    (NEITHER, top(deployment="aws-rds-postgres-9.5")),
    (BOTH, top(deployment={"platform": "aurora", "pg_version": 16.4, "ram": "64GB", "cores": 16})),
    (NEITHER, top(deployment={"pg_version": 9.5})),
    (NEITHER, top(deployment={"ram": 64})),
    (NEITHER, top(deployment={"storage": "tape"})),
    (NEITHER, top(deployment={"cores": 0})),
    (BOTH, top(connections=400)),
    (NEITHER, top(connections=0)),
    (BOTH, top(sharding={"kind": "citus", "distribution_column": "tenant_id"})),
    (NEITHER, top(sharding="cytus")),
    (BOTH, top(thresholds={"index_min_gain": "10%", "partition_min_size": "1GB"})),
    (NEITHER, top(thresholds={"index_gain": "10%"})),
    (BOTH, top(entities=["users", {"name": "orders", "rows": 5}])),
    (NEITHER, top(entities=[{"rows": 5}])),
    (SCHEMA_ONLY, top(entities=["users", "users"])),
    (NEITHER, top(entities={"users": {"rows": -1}})),
    (NEITHER, top(entities={"users": {"rows": 1.5}})),
    (NEITHER, top(entities={"users": {"row": 1}})),
    (NEITHER, top(entities={"a.b": 5})),
    (NEITHER, top(entities={"": 5})),
    (NEITHER, top(entities={"x" * 64: 5})),
    (BOTH, top(entities={"users": {"retention": "24 months", "append_only": True}})),
    (BOTH, top(entities={"users": {"lifetime": "forever", "key": ["id"]}})),
    (NEITHER, top(entities={"users": {"retention": "soon"}})),
    (BOTH, attribute("email")),
    (BOTH, attribute("integer(1,1000)")),
    (BOTH, attribute("varchar(20)")),
    (BOTH, attribute(None)),
    (BOTH, attribute(["new", "paid"])),
    (NEITHER, attribute([])),
    (NEITHER, attribute(["a", "a"])),
    (SCHEMA_ONLY, attribute("emial")),
    (BOTH, attribute({"type": "decimal(12,2)", "unique": True, "nullable": "no"})),
    (NEITHER, attribute({"typ": "email"})),
    (NEITHER, attribute({"unique": "maybe"})),
    (BOTH, attribute({"one_of": ["a", "b"], "distribution": {"a": "97%"}})),
    (NEITHER, attribute({"one_of": ["a", "b"], "distribution": {"a": "197%"}})),
    (SCHEMA_ONLY, attribute({"one_of": ["a", "b"], "distribution": {"a": "97%", "b": "7%"}})),
    (BOTH, attribute({"references": "users", "on_delete": "set null"})),
    (NEITHER, attribute({"references": "users", "on_delete": "cascad"})),
    (BOTH, attribute({"json": "varying", "keys": ["a", "b"]})),
    (NEITHER, attribute({"json": "sometimes"})),
    (BOTH, attribute({"type": "text-short", "length": 80, "distinct": "20k", "null_share": "4%"})),
    (NEITHER, attribute({"length": 0})),
    (BOTH, top(relationships=["users 1:n orders"])),
    (BOTH, top(relationships=[{"from": "users", "to": "orders", "kind": "n:m", "rows": "5M"}])),
    (BOTH, top(relationships=[{"from": "users", "kind": "tree"}])),
    (NEITHER, top(relationships=[{"from": "users", "to": "orders"}])),
    (NEITHER, top(relationships=[{"from": "users", "kind": "1:n"}])),
    (NEITHER, top(relationships=[{"from": "users", "to": "orders", "kind": "many"}])),
    (NEITHER, top(relationships={"from": "users"})),
    (BOTH, top(rules=["users.a > 0"], entities={"users": {"attributes": {"a": "money"}}})),
    (SCHEMA_ONLY, top(rules=["users.a > 0; DROP TABLE x"])),
    (BOTH, top(rules=[{"unique": ["users.a"]}], entities={"users": {"attributes": ["a"]}})),
    (NEITHER, top(rules=[{"unique": ["users.a"], "check": "users.a > 0"}])),
    (NEITHER, top(rules=[{"uniqe": ["users.a"]}])),
    (NEITHER, top(rules=[{}])),
    (BOTH, pattern(name="login", sql="SELECT 1", per_second=800, target="5ms")),
    (BOTH, pattern(find="users", where=["id = ?"], order_by="id desc", limit=20)),
    (BOTH, pattern(update="users", set=["name"], where="id = ?")),
    (NEITHER, pattern(update="users")),
    (NEITHER, pattern(name="login")),
    (NEITHER, pattern(find="users", sql="SELECT 1")),
    (NEITHER, pattern(find="users", per_second=-1)),
    (NEITHER, pattern(find="users", target="soon")),
    (NEITHER, pattern(find="users", limits=5)),
]


def read(reader, paths):
    lines = subprocess.run([reader, *paths], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def check_cases(reader, validator):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for place, (_, document) in enumerate(CASES):
            paths.append(pathlib.Path(folder) / f"{place}.json")
            paths[-1].write_text(json.dumps(document))
        answers = read(reader, paths)
    for (want, document), answer in zip(CASES, answers):
        accepted = validator.is_valid(document), answer["refused"] is None
        if {(True, True): BOTH, (False, False): NEITHER, (True, False): SCHEMA_ONLY}.get(accepted) != want:
            yield f"{json.dumps(document)}: schema {accepted[0]}, reader {accepted[1]} ({answer['refused']}), not {want}"


def check_files(reader, validator, paths):
    for path, answer in zip(paths, read(reader, paths)):
        if answer["refused"] is not None:
            yield f"{path}: refused: {answer['refused']}"
        for error in validator.iter_errors(answer["document"]):
            yield f"{path}: {'.'.join(map(str, error.absolute_path))}: {error.message}"


def main():
    reader, schema, *paths = sys.argv[1:]
    content = json.loads(pathlib.Path(schema).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(content)
    validator = jsonschema.Draft202012Validator(content)
    faults = [*check_cases(reader, validator), *check_files(reader, validator, paths)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
