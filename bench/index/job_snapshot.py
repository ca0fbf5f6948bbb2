#!/usr/bin/env python3
"""The Join Order Benchmark as a snapshot file: its schema with primary keys, IMDB's row counts, and statistics that are made
up of them: a foreign key has as many values as its parent has rows, evenly spread; no most common values. For speed and
robustness, not for quality.
  bench/index/job_snapshot.py FILE.pga        PGA_SHARED=folder with workloads/job; BUILD=folder of the build"""

import re
import sys

import snapshot
import synthetic

FOLDER = snapshot.SHARED / "workloads/job"
ROWS = {"aka_name": 901343, "aka_title": 361472, "cast_info": 36244344, "char_name": 3140339, "comp_cast_type": 4,
        "company_name": 234997, "company_type": 4, "complete_cast": 135086, "info_type": 113, "keyword": 134170,
        "kind_type": 7, "link_type": 18, "movie_companies": 2609129, "movie_info": 14835720, "movie_info_idx": 1380035,
        "movie_keyword": 4523930, "movie_link": 29997, "name": 4167491, "person_info": 2963664, "role_type": 12,
        "title": 2528312}
PARENTS = {"movie_id": "title", "linked_movie_id": "title", "episode_of_id": "title", "person_id": "name",
           "person_role_id": "char_name", "company_id": "company_name", "company_type_id": "company_type",
           "info_type_id": "info_type", "keyword_id": "keyword", "kind_id": "kind_type", "link_type_id": "link_type",
           "role_id": "role_type", "subject_id": "comp_cast_type", "status_id": "comp_cast_type"}
VALUES = {"gender": 2, "country_code": 200, "imdb_index": 30, "season_nr": 80, "episode_nr": 1000, "nr_order": 1000,
          "note": 100000, "series_years": 3000}
WIDTHS = {"md5sum": 33, "note": 19, "info": 30, "title": 18, "name": 16, "keyword": 15, "link": 12, "kind": 10, "role": 10,
          "country_code": 7, "series_years": 10}
MAYBE_NULL = {"note": 0.5, "person_role_id": 0.5, "nr_order": 0.6, "imdb_id": 1.0, "episode_of_id": 0.4, "season_nr": 0.4,
              "episode_nr": 0.4, "series_years": 0.96, "imdb_index": 0.9, "gender": 0.4}


def column(table, name, is_number):
    rows = ROWS[table]
    null_frac = MAYBE_NULL.get(name, 0.0)
    width = 4 if is_number else WIDTHS.get(name, 5)
    if name == "id":
        return synthetic.column(name, 4, -1, bounds=synthetic.numbers(rows), correlation=1.0)
    if name == "production_year":
        return synthetic.column(name, 4, 132, 0.03, range(1918, 2014), correlation=0.2)
    if name in PARENTS:
        values = min(rows, ROWS[PARENTS[name]])
        return synthetic.column(name, 4, values, null_frac, synthetic.numbers(values), correlation=0.1)
    return synthetic.column(name, width, min(VALUES.get(name, rows // 2 + 1), rows), null_frac)


def tables():
    every = {}
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", (FOLDER / "schema.sql").read_text(), re.S):
        columns = re.findall(r"^ +(\w+) (integer)?", body, re.M)
        every[table] = synthetic.table(ROWS[table], [column(table, name, bool(number)) for name, number in columns])
    return every


def write(path):
    snapshot.write(path, [FOLDER / "schema.sql"], tables())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(sys.argv[1])
