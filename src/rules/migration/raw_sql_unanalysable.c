/* raw-sql-unanalysable: what only running it can tell. */
#include "../rule_internal.h"

/* EXECUTE of anything but literals, joined or format()ted; of a trigger it is followed by
 * FUNCTION */
#define LITERAL "'[^']*'(?:'[^']*')*"
#define EXECUTE                                                                                    \
    "\\bexecute\\s+(?!function\\b|procedure\\b|"                                                   \
    "(?:" LITERAL "(?:\\s*\\|\\|\\s*" LITERAL ")*"                                                 \
    "|format\\s*\\(\\s*" LITERAL "(?:\\s*,\\s*" LITERAL ")*\\s*\\))\\s*(?:;|into\\b|using\\b))"

/* The body is in a language that is not read, or has statements that it makes up. */
static gboolean
makes_statements(const PgQuery__DoStmt *block)
{
    static const char *const languages[] = {"plpgsql", "sql", NULL};
    g_autoptr(GRegex) dynamic = NULL;
    const char *body = "";

    for (size_t i = 0; i < block->n_args; i++) {
        const PgQuery__DefElem *option = block->args[i]->def_elem;

        if (g_str_equal(option->defname, "as"))
            body = option->arg->string->sval;
        else if (!g_strv_contains(languages, option->arg->string->sval))
            return TRUE;
    }
    dynamic = g_regex_new(EXECUTE, G_REGEX_CASELESS, 0, NULL);
    return g_regex_match(dynamic, body, 0, NULL);
}

static void
judge_step(PgaLintRun *run)
{
    const PgQuery__Node *statement = run->step->tree;

    if (statement->node_case == PG_QUERY__NODE__NODE_CALL_STMT)
        pga_lint_report(run, NULL, "What the procedure does is not known from here.");
    else if (statement->node_case == PG_QUERY__NODE__NODE_DO_STMT &&
             makes_statements(statement->do_stmt))
        pga_lint_report(run, NULL, "What the block runs is known when it runs.");
}

const PgaRule pga_rule_raw_sql_unanalysable = {
    .id = "raw-sql-unanalysable",
    .title = "Statements that are made up while they run",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Neither a reader nor this check can say what they lock or change.",
    .when_not = "The statements are known from elsewhere, or --trace has run them.",
    .condition = "DO with EXECUTE of anything but literals, or in a language other than "
                 "PL/pgSQL and SQL, and CALL.",
    .example = "DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_user; END $$;",
    .fix = "Proposes to write the statements plainly, or --trace.",
    .docs = "sql-do.html",
    .docs_title = "DO",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
    .lint = {.step = judge_step},
};
