/* statement-refused: what is there already, or is not there; the engine finds it. */
#include "../rule_internal.h"

/* Reported once the statement was applied to the state: pga_lint_step(). */

const PgaRule pga_rule_statement_refused = {
    .id = "statement-refused",
    .title = "Statement that the server would refuse",
    .category = "process",
    .family = PGA_FAMILY_MIGRATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The migration stops there: in a transaction nothing of it is applied, otherwise what "
           "came before.",
    .when_not = "What it names is made by what cannot be read here: a procedure, an extension, "
                "another tool.",
    .condition = "What the statement names does not exist, by the source and the migrations before "
                 "it, or is there already. Statements in IF, LOOP and EXCEPTION of a body are left "
                 "out.",
    .example = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"
               "\n"
               "CREATE TABLE orders (id bigint PRIMARY KEY, note text);",
    .fix = "Says what the server would.",
    .docs = "errcodes-appendix.html",
    .docs_title = "PostgreSQL Error Codes",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_MIGRATION,
};
