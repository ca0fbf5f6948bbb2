#!/usr/bin/env python3
"""Validates JSON files, or standard input, against a JSON Schema.

    validate_json.py [--spoil] SCHEMA [FILE...]

Exit status: 0 all valid, 1 something is not, 77 (skipped, as meson and automake read it) when the Python
module jsonschema is not installed. With --spoil every document is damaged, one key at a time, and each
damage must be refused: a schema that lets everything pass fails this.
"""
import copy
import json
import pathlib
import sys

SKIPPED = 77


def reject_constant(name):
    raise ValueError(f"{name} is not JSON")


def read(stream):
    return json.load(stream, parse_constant=reject_constant)


def nodes(value, path=()):
    """Every object of the document, with the path to it."""
    if isinstance(value, dict):
        yield path
        for key, child in value.items():
            yield from nodes(child, path + (key,))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from nodes(child, path + (place,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


def damages(document):
    """The document with a key taken away, added or given a value of no known type, in every object of it."""
    for path in nodes(document):
        where = "/".join(map(str, path)) or "(top)"
        added = copy.deepcopy(document)
        at(added, path)["no_such_key"] = 1
        yield f"{where}: a key added", added
        for key in at(document, path):
            removed = copy.deepcopy(document)
            del at(removed, path)[key]
            yield f"{where}: {key} removed", removed
            changed = copy.deepcopy(document)
            at(changed, path)[key] = {"no": ["such", "type"]}
            yield f"{where}: {key} changed", changed


def validate(validator, name, document):
    problems = sorted(validator.iter_errors(document), key=lambda problem: list(map(str, problem.absolute_path)))
    for problem in problems:
        where = "/".join(map(str, problem.absolute_path)) or "(top)"
        print(f"{name}: {where}: {problem.message[:300]}")
        for cause in problem.context or []:
            where = "/".join(map(str, cause.absolute_path)) or "(top)"
            print(f"{name}:   {where}: {cause.message[:300]}")
    return not problems


def spoil(validator, name, document):
    passed = [what for what, damaged in damages(document) if validator.is_valid(damaged)]
    for what in passed:
        print(f"{name}: accepted although spoilt: {what}")
    return not passed


def include(schema, folder):
    """Definitions of another schema, "check.schema.json#/$defs/finding", put in their places."""
    for name, definition in schema.get("$defs", {}).items():
        file, _, path = definition.get("$ref", "").partition("#/$defs/")
        if file:
            schema["$defs"][name] = read((folder / file).open(encoding="utf-8"))["$defs"][path]
    return schema


def main(arguments):
    try:
        import jsonschema
    except ImportError:
        print("SKIP: the Python module jsonschema is not installed (Debian: python3-jsonschema)")
        return SKIPPED
    check = spoil if "--spoil" in arguments else validate
    paths = [argument for argument in arguments if argument != "--spoil"]
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    with open(paths[0], encoding="utf-8") as stream:
        schema = include(read(stream), pathlib.Path(paths[0]).parent)
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    valid = True
    for path in paths[1:] or ["-"]:
        try:
            if path == "-":
                document = read(sys.stdin)
            else:
                with open(path, encoding="utf-8") as stream:
                    document = read(stream)
        except ValueError as problem:
            print(f"{path}: {problem}")
            valid = False
            continue
        valid = check(validator, path, document) and valid
    return 0 if valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
