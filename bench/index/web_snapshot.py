#!/usr/bin/env python3
"""An invented web application as a snapshot file and its workload: tables with foreign keys, states, times, soft deletion;
distinct statements as an ORM and its reports send them. The same at each call.
  bench/index/web_snapshot.py [--tables 300] [--statements 1000] FILE.pga FILE.sql      BUILD=folder of the build"""

import argparse
import pathlib
import random
import sys
import tempfile

import snapshot
import synthetic

STATES = {"active": 0.7, "done": 0.2, "pending": 0.06, "failed": 0.03, "held": 0.01}
DAYS = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in (1, 8, 15, 22)]


class Application:
    def __init__(self, n_tables, seed=1):
        self.random = random.Random(seed)
        self.names = [f"t{number:03}" for number in range(n_tables)]
        self.rows = {name: int(10 ** self.random.uniform(3, 7)) for name in self.names}
        self.parents = {name: sorted({self.random.choice(self.names[:number]) for _ in range(self.random.randint(1, 3))})
                        if number else [] for number, name in enumerate(self.names)}

    def ddl(self):
        every = []
        for name in self.names:
            keys = "".join(f", {parent}_id bigint REFERENCES {parent}" for parent in self.parents[name])
            every.append(f"CREATE TABLE {name} (id bigint PRIMARY KEY{keys}, state text NOT NULL, email text NOT NULL,"
                         " amount numeric NOT NULL, rank int NOT NULL, created_at timestamptz NOT NULL,"
                         " updated_at timestamptz NOT NULL, deleted_at timestamptz, is_paid bool NOT NULL, body text);")
            every += [f"CREATE INDEX ON {name} ({parent}_id);" for parent in self.parents[name] if self.random.random() < .4]
        return "\n".join(every)

    def columns(self, name):
        rows = self.rows[name]
        keys = [synthetic.column(f"{parent}_id", 8, min(rows, self.rows[parent]),
                                 bounds=synthetic.numbers(self.rows[parent]), correlation=0.1)
                for parent in self.parents[name]]
        return [synthetic.column("id", 8, -1, bounds=synthetic.numbers(rows), correlation=1.0), *keys,
                synthetic.column("state", 7, len(STATES), common=STATES), synthetic.column("email", 22, -0.9),
                synthetic.column("amount", 6, -0.3, bounds=range(0, 10000, 100)),
                synthetic.column("rank", 4, min(rows, 1000), bounds=range(0, 1000, 10)),
                synthetic.column("created_at", 8, -1, bounds=DAYS, correlation=0.99),
                synthetic.column("updated_at", 8, -1, bounds=DAYS, correlation=0.3),
                synthetic.column("deleted_at", 8, -0.05, 0.95, bounds=DAYS),
                synthetic.column("is_paid", 1, 2, common={"t": 0.95, "f": 0.05}), synthetic.column("body", 180, -0.8, 0.2)]

    def tables(self):
        return {name: synthetic.table(self.rows[name], self.columns(name)) for name in self.names}

    def condition(self, name, alias):
        """Some conditions of a table, as text."""
        number = self.random.randint(1, self.rows[name])
        every = [f"{alias}.{parent}_id = {1 + number % self.rows[parent]}" for parent in self.parents[name]]
        every += [f"{alias}.state = '{self.random.choice(list(STATES))}'", f"{alias}.deleted_at IS NULL",
                  f"{alias}.created_at >= '2024-{self.random.randint(1, 12):02}-10'", f"NOT {alias}.is_paid",
                  f"{alias}.rank BETWEEN {number % 900} AND {number % 900 + 20}", f"{alias}.email = 'u{number}@example.com'",
                  f"lower({alias}.email) = 'u{number}@example.com'", f"{alias}.amount > {9000 + number % 900}",
                  f"{alias}.updated_at < '2024-02-01'", f"{alias}.rank IN ({number % 1000}, 7, 9)"]
        return " AND ".join(self.random.sample(every, self.random.randint(1, 3)))

    def tail(self, alias):
        order = self.random.choice(["created_at DESC", "rank", "updated_at DESC, id", "amount DESC", "id"])
        return self.random.choice(["", f" ORDER BY {alias}.{order} LIMIT 20", f" ORDER BY {alias}.{order}"])

    def join(self, name):
        """FROM of a table and one to three of its ancestors; the aliases."""
        text, aliases, last, names = f"{name} a0", ["a0"], name, [name]
        for number in range(self.random.randint(1, 3)):
            if not self.parents[last]:
                break
            parent = self.random.choice(self.parents[last])
            text += f" JOIN {parent} a{number + 1} ON a{number + 1}.id = a{number}.{parent}_id"
            last = parent
            names.append(parent)
            aliases.append(f"a{number + 1}")
        return text, list(zip(names, aliases))

    def select(self):
        name = self.random.choice(self.names)
        return f"SELECT a0.id, a0.state, a0.amount FROM {name} a0 WHERE {self.condition(name, 'a0')}{self.tail('a0')}"

    def joined(self):
        text, every = self.join(self.random.choice(self.names))
        chosen = self.random.sample(every, min(len(every), self.random.randint(1, 2)))
        where = " AND ".join(self.condition(name, alias) for name, alias in chosen)
        return f"SELECT a0.*, {every[-1][1]}.email FROM {text} WHERE {where}{self.tail('a0')}"

    def report(self):
        text, every = self.join(self.random.choice(self.names))
        group = self.random.choice(["state", "rank", "is_paid"])
        return (f"SELECT {every[-1][1]}.{group}, count(*), sum(a0.amount) FROM {text} WHERE {self.condition(*every[0])}"
                f" GROUP BY {every[-1][1]}.{group}")

    def write(self):
        name = self.random.choice(self.names)
        return self.random.choice([
            f"UPDATE {name} a0 SET state = 'done', updated_at = '2024-12-01' WHERE {self.condition(name, 'a0')}",
            f"DELETE FROM {name} a0 WHERE {self.condition(name, 'a0')}"])

    def statements(self, count):
        """Distinct by their text; constants aside, nearly all are."""
        makers, weights = [self.select, self.joined, self.report, self.write], [50, 25, 15, 10]
        every = {}
        while len(every) < count:
            every[self.random.choices(makers, weights)[0]()] = None
        return list(every)


def write(path, workload, n_tables, n_statements):
    application = Application(n_tables)
    with tempfile.TemporaryDirectory() as folder:
        ddl = pathlib.Path(folder, "schema.sql")
        ddl.write_text(application.ddl())
        snapshot.write(path, [ddl], application.tables())
    pathlib.Path(workload).write_text("".join(f"{text};\n" for text in application.statements(n_statements)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--statements", type=int, default=1000)
    parser.add_argument("file")
    parser.add_argument("workload")
    arguments = parser.parse_args()
    write(arguments.file, arguments.workload, arguments.tables, arguments.statements)
    return 0


if __name__ == "__main__":
    sys.exit(main())
