/* create-extension-privilege: an extension that only a superuser may create. */
#include "../rule_internal.h"

/* Their control files say "trusted": whoever may create objects in the database may create them.
 * Source: contrib of PostgreSQL 18, grep -l '^trusted = true'. */
static const char *const trusted[] = {
    "btree_gin", "btree_gist", "citext",    "cube",         "dict_int",        "fuzzystrmatch",
    "hstore",    "intarray",   "isn",       "jsonb_plperl", "bool_plperl",     "hstore_plperl",
    "lo",        "ltree",      "pg_trgm",   "pgcrypto",     "plperl",          "plpgsql",
    "pltcl",     "seg",        "tablefunc", "tcn",          "tsm_system_rows", "tsm_system_time",
    "unaccent",  "uuid-ossp",  NULL};

static void
judge(PgaLintRun *run, const PgaAction *action)
{
    if (action->kind != PGA_ACTION_CREATE_EXTENSION || !action->name ||
        g_hash_table_contains(run->state->extensions, action->name) ||
        (run->state->version >= 130000 && g_strv_contains(trusted, action->name)))
        return;
    pga_lint_report(run, action, "Only a superuser, or what a provider allows, creates %s.",
                    action->name);
}

const PgaRule pga_rule_create_extension_privilege = {
    .id = "create-extension-privilege",
    .title = "CREATE EXTENSION that needs a superuser",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_INFO,
    .why = "The role that runs migrations should not be a superuser; on managed services only the "
           "extensions of a fixed list can be created at all.",
    .when_not = "The migrations run as a superuser, or the provider allows the extension.",
    .condition = "CREATE EXTENSION of one that is not there already and that is not trusted.",
    .example = "CREATE EXTENSION pg_stat_statements;",
    .fix = "Proposes that whoever operates the server creates it, and CREATE EXTENSION IF NOT "
           "EXISTS in the migration.",
    .versions = "Trusted extensions came with 13.",
    .docs = "sql-createextension.html",
    .docs_title = "CREATE EXTENSION",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.action = judge},
};
