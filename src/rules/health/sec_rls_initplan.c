/* sec-rls-initplan: a policy that calls a function of the session, current_setting() or the like,
 * for every row. In a scalar subquery the planner calls it once for the statement. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

#define MIN_ROWS 0

/** A policy's expression being rewritten. */
typedef struct {
    const char *expression;
    GHashTable *functions; /* of char *: "public.tenant": STABLE, without arguments */
    GString *rewritten;
    guint n_calls;
} Rewrite;

static gboolean
is_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.' || c == '$' || (c & 0x80);
}

/* What follows the literal or quoted name that begins at @c. */
static const char *
skip_quoted(const char *c)
{
    const char quote = *c++;

    while (*c && (*c != quote || c[1] == quote))
        c += *c == quote ? 2 : 1;
    return *c ? c + 1 : c;
}

/* What follows the parenthesis that matches the one at @c. */
static const char *
skip_parentheses(const char *c)
{
    guint depth = 0;

    while (*c) {
        if (*c == '\'' || *c == '"') {
            c = skip_quoted(c);
            continue;
        }
        depth += *c == '(';
        depth -= *c == ')';
        c++;
        if (depth == 0)
            break;
    }
    return c;
}

static gboolean
begins_subquery(const char *c)
{
    return *c == '(' && g_str_has_prefix(c + 1 + strspn(c + 1, " \n"), "SELECT ");
}

/* Whether the @length characters at @name, before a parenthesis, are such a function. */
static gboolean
is_session_call(const Rewrite *rewrite, const char *name, gsize length, const char *arguments)
{
    g_autofree char *copy = g_strndup(name, length);

    if (g_str_equal(copy, "current_setting"))
        return TRUE;
    return g_str_has_prefix(arguments, "()") && g_hash_table_contains(rewrite->functions, copy);
}

/* A name, and its arguments when it is a call. */
static const char *
take_name(Rewrite *rewrite, const char *c)
{
    gsize length = 0;

    while (is_name(c[length]))
        length++;
    if (c[length] == '(' && is_session_call(rewrite, c, length, c + length)) {
        const char *end = skip_parentheses(c + length);

        g_string_append_printf(rewrite->rewritten, "(SELECT %.*s)", (int)(end - c), c);
        rewrite->n_calls++;
        return end;
    }
    g_string_append_len(rewrite->rewritten, c, (gssize)length);
    return c + length;
}

/* What stands in a subquery is evaluated by other rules, and stays. */
static void
rewrite_expression(Rewrite *rewrite)
{
    const char *c = rewrite->expression;

    while (*c) {
        const char *end;

        if (*c == '\'' || *c == '"')
            end = skip_quoted(c);
        else if (begins_subquery(c))
            end = skip_parentheses(c);
        else if (is_name(*c))
            c = end = take_name(rewrite, c);
        else
            end = c + 1;
        g_string_append_len(rewrite->rewritten, c, end - c);
        c = end;
    }
}

/* (transfer full) (nullable): the expression with each call in a subquery; NULL without such a
 * call. */
static char *
rewritten(const char *expression, GHashTable *functions)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Rewrite rewrite = {expression, functions, text, 0};

    if (expression)
        rewrite_expression(&rewrite);
    return rewrite.n_calls > 0 ? g_strdup(text->str) : NULL;
}

/* (transfer full): of char *, as a policy's expression names them. */
static GHashTable *
session_functions(const PgaSchema *schema)
{
    GHashTable *functions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < schema->routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(schema->routines, i);

        if (routine->provolatile == 's' && routine->prokind == 'f' && routine->arguments &&
            !*routine->arguments)
            g_hash_table_add(functions,
                             g_strdup_printf("%s.%s", routine->nspname, routine->proname));
    }
    return functions;
}

/* (transfer full): " USING (…) WITH CHECK (…)" */
static char *
clauses(const char *qual, const char *with_check)
{
    g_autofree char *using = qual ? g_strdup_printf(" USING (%s)", qual) : g_strdup("");
    g_autofree char *check =
        with_check ? g_strdup_printf(" WITH CHECK (%s)", with_check) : g_strdup("");

    return g_strconcat(using, check, NULL);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaPolicy *policy, const char *qual,
       const char *with_check)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *name = pga_quote_identifier(policy->polname);
    g_autofree char *object = g_strdup_printf("%s.%s", table, name);
    g_autofree char *rows = pga_rule_rows(relation);
    g_autofree char *after =
        clauses(qual ? qual : policy->qual, with_check ? with_check : policy->with_check);
    g_autofree char *before = clauses(policy->qual, policy->with_check);
    PgaFinding *finding = pga_rule_report_object(
        run, object,
        "The policy calls a function of the session outside a subquery; a scan of the table, %s, "
        "calls it for each row.",
        rows);

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_add_sql(finding, g_strdup_printf("ALTER POLICY %s ON %s%s;", name, table, after));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER POLICY %s ON %s%s;", name, table, before));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
    pga_finding_note(finding,
                     "The same rows are seen; set lock_timeout, the lock waits for running "
                     "statements.");
    pga_finding_verify(finding, "EXPLAIN of a query of the table, as a role that the policy binds, "
                                "shows an InitPlan.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

static void
check_policy(PgaRuleRun *run, const PgaPolicy *policy, GHashTable *functions)
{
    const PgaRelation *relation = pga_catalog_relation(run->catalog, policy->relation);
    g_autofree char *qual = NULL, *with_check = NULL;

    if (!relation || relation->extension || !pga_rule_sees_schema(run, relation->nspname) ||
        relation->reltuples < run->threshold[MIN_ROWS])
        return;
    qual = rewritten(policy->qual, functions);
    with_check = rewritten(policy->with_check, functions);
    if (qual)
        report(run, relation, policy, qual, with_check);
}

static void
check(PgaRuleRun *run)
{
    const PgaSchema *schema = run->objects->schema;
    g_autoptr(GHashTable) functions = session_functions(schema);

    for (guint i = 0; i < schema->policies->len; i++)
        check_policy(run, g_ptr_array_index(schema->policies, i), functions);
}

const PgaRule pga_rule_sec_rls_initplan = {
    .id = "sec-rls-initplan",
    .title = "Row security policy that calls a function for every row",
    .category = "security",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "current_setting() and other functions of the session give the same value for a whole "
           "statement, and a scan under the policy calls them for each row all the same.",
    .when_not = "Every query reaches the rows by an index on the policy's column: then it is "
                "called once for each index scan.",
    .condition = "A policy's USING calls current_setting(), or a STABLE function of the database "
                 "without arguments, outside a subquery, and its table has {min_rows} rows or "
                 "more.",
    .example = "CREATE POLICY tenant ON orders\n"
               "    USING (tenant_id = current_setting('app.tenant')::integer);",
    .fix = "Puts each call into a scalar subquery, which the planner evaluates once: ALTER POLICY "
           "takes ACCESS EXCLUSIVE for an instant; review.",
    .docs = "ddl-rowsecurity.html",
    .docs_title = "Row Security Policies",
    .requirements = "T3-5 T2-7",
    .thresholds = {{"min_rows", "rows", 10000, "Smaller tables are scanned in an instant."}},
    .check = check,
};
