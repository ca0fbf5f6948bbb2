/* Statements cut into actions: kind, relation, name, place. */
#include "effects.h"

#include <string.h>

/** One statement and its actions, one line each: number of the kind, relation, name > new name,
 * key, flags, and the text at its place. */
static const struct {
    const char *sql;
    const char *actions;
} cases[] = {
    {"ALTER TABLE w.t * ADD COLUMN \"x, y\" int NOT NULL CHECK (b < 1) REFERENCES w.ref (id), "
     "DROP COLUMN txt /* , */, ALTER a TYPE bigint USING f(a, 1)",
     "add-column w.t x, y (x, y) at \"x, y\" i\n"
     "add-constraint w.t - (x, y) of-column at NOT NULL\n"
     "add-constraint w.t - (x, y b) of-column at CHECK (b\n"
     "add-constraint w.t - (x, y) of-column at REFERENC\n"
     "drop-column w.t txt () at DROP COL\n"
     "alter-type w.t a () at ALTER a \n"},
    {"CREATE TABLE n (id int PRIMARY KEY, k text, CONSTRAINT c UNIQUE (id, k))",
     "create-table - n () of-create at n (id in\n"
     "add-column - id (id) of-create at id int P\n"
     "add-constraint - - (id) of-create of-column at PRIMARY \n"
     "add-column - k (k) of-create at k text, \n"
     "add-constraint - c (id k) of-create at CONSTRAI\n"},
    {"DROP TABLE w.t, w.child", "drop w.t t () at DROP TAB\ndrop w.child child () at DROP TAB\n"},
    {"DROP TRIGGER tr ON w.t", "drop w.t tr () at DROP TRI\n"},
    {"DROP INDEX w.t_a_idx", "drop w.t t_a_idx () at DROP IND\n"},
    {"ALTER INDEX w.t_a_idx RENAME TO i", "rename w.t t_a_idx > i () at w.t_a_id\n"},
    {"ALTER TABLE w.t RENAME COLUMN a TO z", "rename w.t a > z () at w.t RENA\n"},
    {"TRUNCATE w.t, w.child", "other w.t - () at w.t, w.c\nother w.child - () at w.child\n"},
    {"CREATE INDEX i ON w.t (a, lower(txt))", "create-index w.t i (a) at w.t (a, \n"},
    {"ALTER TABLE w.t ADD CONSTRAINT nn NOT NULL a, ADD CONSTRAINT k CHECK (b > 0)",
     "add-constraint w.t nn (a) not-null at CONSTRAI\n"
     "add-constraint w.t k (b) at CONSTRAI\n"},
    {"WITH gone AS (DELETE FROM w.child RETURNING *) SELECT * FROM gone",
     "other - - () at WITH gon\nother w.child - () at w.child \n"},
    {"COMMENT ON COLUMN w.t.a IS 'x'", "other w.t a () at COMMENT \n"},
    {"ALTER TABLE w.t SET SCHEMA w2", "other w.t t > w2 () at w.t SET \n"},
    {"EXPLAIN ANALYZE DELETE FROM w.t", "other w.t - () at w.t\n"},
};

static const char *
kind_name(PgaActionKind kind)
{
    switch ((int)kind) {
    case PGA_ACTION_CREATE_TABLE:
        return "create-table";
    case PGA_ACTION_ADD_COLUMN:
        return "add-column";
    case PGA_ACTION_ADD_CONSTRAINT:
        return "add-constraint";
    case PGA_ACTION_DROP_COLUMN:
        return "drop-column";
    case PGA_ACTION_ALTER_TYPE:
        return "alter-type";
    case PGA_ACTION_CREATE_INDEX:
        return "create-index";
    case PGA_ACTION_DROP:
        return "drop";
    case PGA_ACTION_RENAME:
        return "rename";
    default:
        return "other";
    }
}

static void
show(GString *text, const PgaAction *action)
{
    g_autofree char *relation =
        action->relation ? pga_state_relation_name(action->relation) : g_strdup("-");
    g_autoptr(GPtrArray) key = pga_action_key(action);

    g_string_append_printf(text, "%s %s %s", kind_name(action->kind), relation,
                           action->name ? action->name : "-");
    if (action->new_name)
        g_string_append_printf(text, " > %s", action->new_name);
    g_string_append(text, " (");
    for (guint i = 0; i < key->len; i++)
        g_string_append_printf(text, "%s%s", i ? " " : "", (const char *)key->pdata[i]);
    g_string_append_printf(text, ")%s%s%s at %.*s\n", action->of_create ? " of-create" : "",
                           action->of_column ? " of-column" : "",
                           action->kind == PGA_ACTION_ADD_CONSTRAINT && !action->of_column &&
                                   pga_action_is_not_null(action)
                               ? " not-null"
                               : "",
                           (int)MIN(8, action->step->length - action->location),
                           action->step->text + action->location);
}

static void
test_actions(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        static const PgaMigrationOptions options = {.tool = "psql"};
        const PgaMigrationFile file = {.path = (char *)"a.sql", .text = (char *)cases[i].sql};
        g_autoptr(PgaState) state = effects_state(180004, NULL);
        g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, NULL);
        g_autoptr(GArray) actions = g_array_new(FALSE, FALSE, sizeof(PgaAction));
        g_autoptr(GString) text = g_string_new(NULL);
        const PgaStep *step;

        g_assert_true(pga_migration_reader_next(reader, &step, NULL));
        pga_actions_of(state, step, actions);
        for (guint k = 0; k < actions->len; k++)
            show(text, &g_array_index(actions, PgaAction, k));
        g_assert_cmpstr(text->str, ==, cases[i].actions);
    }
}

/* What nobody has seen is assumed, with the worst that can be. */
static void
test_unknown(void)
{
    g_autoptr(PgaState) state = pga_state_new(170000);
    Facts facts;

    effects_of(state, "ALTER TABLE orders ALTER COLUMN total TYPE bigint", &facts);
    g_assert_cmpstr(facts.locks, ==, "orders=ACCESS EXCLUSIVE");
    g_assert_cmpstr(facts.rewritten, ==, "orders");
    effects_clear(&facts);
    effects_of(state, "ALTER TABLE line ADD FOREIGN KEY (order_id) REFERENCES orders", &facts);
    g_assert_cmpstr(facts.locks, ==, "line=SHARE ROW EXCLUSIVE,orders=SHARE ROW EXCLUSIVE");
    g_assert_cmpstr(facts.scanned, ==, "line,orders");
    effects_clear(&facts);
}

/* Nobody waits for a table that only this transaction knows. */
static void
test_own(void)
{
    g_autoptr(PgaState) state = effects_state(170000, NULL);
    Facts facts;

    effects_of(state,
               "BEGIN; CREATE TABLE w.n (id bigint); INSERT INTO w.n VALUES (1);"
               "ALTER TABLE w.n ADD FOREIGN KEY (id) REFERENCES w.ref",
               &facts);
    g_assert_cmpstr(facts.locks, ==, "ref=SHARE ROW EXCLUSIVE,ref_pkey=ACCESS SHARE");
    g_assert_cmpstr(facts.rewritten, ==, "");
    effects_clear(&facts);
    effects_of(state, "BEGIN; CREATE INDEX z ON w.t (n); DROP INDEX w.z", &facts);
    g_assert_cmpstr(facts.locks, ==, "t=ACCESS EXCLUSIVE");
    effects_clear(&facts);
    effects_of(state, "CREATE TABLE w.m (id bigint); ALTER TABLE w.m ADD x int", &facts);
    g_assert_cmpstr(facts.locks, ==, "m=ACCESS EXCLUSIVE");
    effects_clear(&facts);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/migration/action/of-statements", test_actions);
    g_test_add_func("/migration/action/unknown-tables-are-assumed", test_unknown);
    g_test_add_func("/migration/action/own-tables-are-left-out", test_own);
    return g_test_run();
}
