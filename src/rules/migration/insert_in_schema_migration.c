/* insert-in-schema-migration: rows and definitions in one migration. */
#include "../lock_cost_internal.h"
#include "../told_once_internal.h"

typedef struct {
    PgaPlace *place; /* of the first INSERT */
    char *relation;
    gboolean has_ddl;
} Memory;

static void
memory_free(Memory *memory)
{
    pga_place_free(memory->place);
    g_free(memory->relation);
    g_free(memory);
}

static gboolean
is_ddl(const PgaAction *action)
{
    return action->kind < PGA_ACTION_INSERT && action->kind != PGA_ACTION_OTHER &&
           action->kind != PGA_ACTION_LOCK && action->kind != PGA_ACTION_VACUUM &&
           action->kind != PGA_ACTION_GRANT;
}

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    Memory *memory;

    if (!run->memory)
        run->memory = g_new0(Memory, 1);
    memory = run->memory;
    memory->has_ddl |= is_ddl(action);
    if (action->kind != PGA_ACTION_INSERT || memory->place || !pga_lint_concerns(run, action) ||
        pga_lint_is_book(action->relation))
        return;
    memory->place = pga_place_new(run->step, action->location);
    memory->relation = pga_state_relation_name(action->relation);
}

static void
finish(PgaLintRun *run)
{
    const Memory *memory = run->memory;

    if (memory && memory->place && memory->has_ddl)
        pga_lint_report_at(run, memory->place, memory->relation,
                           "The file changes the schema as well.");
    g_clear_pointer(&run->memory, memory_free);
}

const PgaRule pga_rule_insert_in_schema_migration = {
    .id = "insert-in-schema-migration",
    .title = "INSERT in a migration that changes the schema",
    .category = "data",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The rows may be there on a second run, or in another environment; and the locks of the "
           "schema change last as long as the rows take.",
    .when_not = "The rows belong to the schema, as those of a lookup table do.",
    .condition = "INSERT into a table that was there before the migration, in a file that also "
                 "changes the schema; once for a file.",
    .example = "ALTER TABLE states ADD COLUMN title text;\n"
               "INSERT INTO states VALUES (1, 'new');",
    .fix = "Proposes a migration of its own, with ON CONFLICT DO NOTHING.",
    .docs = "sql-insert.html#SQL-ON-CONFLICT",
    .docs_title = "INSERT: ON CONFLICT",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge, .finish = finish, .forget = (GDestroyNotify)memory_free},
};
