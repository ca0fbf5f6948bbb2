"""Extend (R. Schlosser, J. Kossmann, M. Boissier: Efficient Scalable Multi-Attribute Index Selection Using Recursive
Strategies, ICDE 2019), after the description in J. Kossmann et al.: Magic mirror in my hand, PVLDB 13(11), 2020: with what-if
indexes of HypoPG and costs of EXPLAIN, cached by statement and the indexes that have a column of it. Starting from nothing,
each round adds the index of one column, or lengthens a chosen one by a column, that saves most per byte."""

import re
import time

MIN_IMPROVEMENT = 1.003  # the published implementation's default


class Extend:
    def __init__(self, conn, statements, width=2):
        self.conn, self.width, self.statements = conn, width, statements
        self.oids, self.sizes, self.made, self.cache = {}, {}, set(), {}
        self.plans = self.requests = 0
        self.columns = [(table, column) for table, column in conn(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r'"
            " AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY c.oid, a.attnum")]
        self.named = [{(table, column) for table, column in self.columns
                       if re.search(rf"\b{column}\b", text) and re.search(rf"\b{table}\b", text)}
                      for text in statements]

    def size(self, index):
        if index not in self.sizes:
            self.make(index)
        return self.sizes[index]

    def make(self, index):
        table, columns = index
        oid = self.conn.one("SELECT indexrelid FROM hypopg_create_index($1)",
                            f"CREATE INDEX ON public.{table} ({', '.join(columns)})")
        self.oids[index] = oid
        self.made.add(index)
        if index not in self.sizes:
            self.sizes[index] = int(self.conn.one("SELECT hypopg_relation_size($1::oid)", oid))

    def show_only(self, indexes):
        for index in self.made - indexes:
            self.conn("SELECT hypopg_drop_index($1::oid)", self.oids[index])
        self.made &= indexes
        for index in indexes - self.made:
            self.make(index)

    def explain(self, number, indexes):
        relevant = frozenset(index for index in indexes
                             if any((index[0], column) in self.named[number] for column in index[1]))
        key = number, relevant
        self.requests += 1
        if key not in self.cache:
            self.show_only(relevant)
            plan = self.conn.one(f"EXPLAIN (FORMAT JSON) {self.statements[number]}")
            self.cache[key] = float(re.search(r'"Total Cost": ([\d.]+)', plan).group(1))
            self.plans += 1
        return self.cache[key]

    def cost(self, indexes):
        return sum(self.explain(number, indexes) for number in range(len(self.statements)))

    def steps(self, chosen):
        """(combination, its new index, bytes it takes more)."""
        candidates = [(table, (column,)) for table, column in sorted(set.union(*self.named))]
        for index in candidates:
            if index not in chosen:
                yield chosen | {index}, self.size(index)
        for table, columns in sorted(chosen):
            for other, (column,) in candidates:
                longer = table, (*columns, column)
                if other == table and column not in columns and len(columns) < self.width and longer not in chosen:
                    yield chosen - {(table, columns)} | {longer}, self.size(longer) - self.size((table, columns))

    def best_step(self, chosen, current, budget):
        best, best_ratio = None, 0
        for combination, bytes_ in self.steps(chosen):
            if sum(map(self.size, combination)) > budget:
                continue
            cost = self.cost(combination)
            ratio = (current - cost) / max(bytes_, 1)
            if cost * MIN_IMPROVEMENT < current and ratio > best_ratio:
                best, best_ratio = (combination, cost), ratio
        return best

    def run(self, budget):
        """(indexes as (table, columns), seconds); budget: bytes as HypoPG estimates them."""
        begun = time.monotonic()
        chosen, current = frozenset(), self.cost(frozenset())
        while True:
            step = self.best_step(chosen, current, budget)
            if not step:
                return chosen, time.monotonic() - begun
            chosen, current = step
