/* Keys, types and columns on real servers: a schema with every fault, and its healthy twin. */
#include "health.h"

static const char faulty[] =
    "CREATE TABLE customer (id bigint PRIMARY KEY, name text);"
    "INSERT INTO customer SELECT g, 'c' || g FROM generate_series(1, 100) g;"
    "CREATE TABLE invoice (id bigint PRIMARY KEY, customer_id bigint, total double precision,"
    "  paid money, number serial, code char(20), short char(2), scan oid);"
    "CREATE TABLE contract (id integer PRIMARY KEY);"
    "CREATE TABLE clause (id bigint PRIMARY KEY, contract_id bigint REFERENCES contract);"
    "CREATE TABLE part (a int, b int, PRIMARY KEY (a, b));"
    "CREATE TABLE piece (id bigint PRIMARY KEY, a int, b int,"
    "  CONSTRAINT piece_part FOREIGN KEY (a, b) REFERENCES part);"
    "CREATE TABLE twin (id bigint PRIMARY KEY, c bigint NOT NULL,"
    "  CONSTRAINT twin_1 FOREIGN KEY (c) REFERENCES customer,"
    "  CONSTRAINT twin_2 FOREIGN KEY (c) REFERENCES customer);"
    "CREATE TABLE grade (student int NOT NULL, course int, UNIQUE (student, course));"
    "CREATE TABLE person (email text PRIMARY KEY, phone1 text, phone2 text, phone3 text,"
    "  born date);"
    "INSERT INTO person SELECT 'somebody' || g || '@example.org', '1', '2', '3', now()"
    "  FROM generate_series(1, 2000) g;"
    "CREATE TABLE visit (id bigint PRIMARY KEY, email text REFERENCES person,"
    "  order_id text, at timestamptz);"
    "CREATE TABLE delivery (id bigint PRIMARY KEY, order_id bigint);"
    "CREATE TABLE \"OrderItem\" (\"Id\" bigint PRIMARY KEY);"
    "CREATE TABLE behind (id serial PRIMARY KEY, v int);"
    "INSERT INTO behind SELECT g, g FROM generate_series(1, 5000) g;"
    "CREATE TABLE round (id serial PRIMARY KEY); ALTER SEQUENCE round_id_seq CYCLE;"
    "ANALYZE";

static const char *const expected[][2] = {
    {"fk-missing-candidate", "public.invoice.customer_id"},
    {"type-float-for-money", "public.invoice.total"},
    {"type-money", "public.invoice.paid"},
    {"serial-on-non-key", "public.invoice.number"},
    {"type-char-n", "public.invoice"},
    {"type-blob-oid", "public.invoice.scan"},
    {"type-fk-mismatch", "public.clause.contract_id"},
    {"fk-composite-nullable", "public.piece.piece_part"},
    {"fk-duplicate", "public.twin.twin_2"},
    {"nullable-unique-key", "public.grade_student_course_key"},
    {"schema-natural-key", "public.person.email"},
    {"pk-varchar", "public.person.email"},
    {"repeating-columns", "public.person.phone1"},
    {"all-columns-nullable", "public.person"},
    {"type-inconsistent-name", "order_id"},
    {"naming-needs-quotes", "public"},
    {"schema-serial-cycle-or-gap", "public.behind.id"},
    {"schema-serial-cycle-or-gap", "public.round.id"},
};

static const char healthy[] =
    "CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT "
    "NULL);"
    "CREATE TABLE invoice (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    "  customer_id bigint NOT NULL REFERENCES customer, total numeric(12, 2) NOT NULL,"
    "  tax_rate double precision, country char(2), pg_class_oid oid, owner_type text,"
    "  owner_id bigint, address_line1 text, address_line2 text, address_line3 text);"
    "CREATE INDEX ON invoice (customer_id);"
    "CREATE TABLE part (a int, b int, PRIMARY KEY (a, b));"
    "CREATE TABLE piece (id bigint PRIMARY KEY, a int, b int, c int NOT NULL,"
    "  CHECK ((a IS NULL) = (b IS NULL)), FOREIGN KEY (a, b) REFERENCES part);"
    "CREATE TABLE account (id bigint PRIMARY KEY, email text UNIQUE, tenant int NOT NULL);"
    "INSERT INTO customer (name) SELECT 'c' || g FROM generate_series(1, 2000) g;"
    "ANALYZE";

static void
test_faulty(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "faulty");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, faulty);
    report = health_check(dsn);
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        health_assert_fires(report, expected[i][0], expected[i][1]);
}

static void
test_healthy(PgaTestCluster *cluster)
{
    g_autofree char *dsn = pga_test_cluster_database(cluster, "healthy");
    g_autoptr(PgaReport) report = NULL;

    pga_test_sql(dsn, healthy);
    report = health_check(dsn);
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        health_assert_silent(report, expected[i][0], NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    health_add("schema/faulty", test_faulty);
    health_add("schema/healthy", test_healthy);
    return g_test_run();
}
