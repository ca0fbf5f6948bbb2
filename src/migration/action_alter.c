/* ALTER TABLE: each subcommand an action, a column's constraints actions of their own. */
#include "action_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name
#define SUB(name)  PG_QUERY__ALTER_TABLE_TYPE__AT_##name

/** Subcommands that are not PGA_ACTION_ALTER_OTHER. */
static const struct {
    PgQuery__AlterTableType subtype;
    PgaActionKind kind;
} kinds[] = {
    {SUB(AddColumn), PGA_ACTION_ADD_COLUMN},
    {SUB(AddConstraint), PGA_ACTION_ADD_CONSTRAINT},
    {SUB(DropColumn), PGA_ACTION_DROP_COLUMN},
    {SUB(AlterColumnType), PGA_ACTION_ALTER_TYPE},
    {SUB(SetNotNull), PGA_ACTION_SET_NOT_NULL},
    {SUB(DropNotNull), PGA_ACTION_DROP_NOT_NULL},
    {SUB(ColumnDefault), PGA_ACTION_SET_DEFAULT},
    {SUB(AddIdentity), PGA_ACTION_ADD_IDENTITY},
    {SUB(ValidateConstraint), PGA_ACTION_VALIDATE_CONSTRAINT},
    {SUB(AlterConstraint), PGA_ACTION_ALTER_CONSTRAINT},
    {SUB(DropConstraint), PGA_ACTION_DROP_CONSTRAINT},
    {SUB(AttachPartition), PGA_ACTION_ATTACH_PARTITION},
    {SUB(DetachPartition), PGA_ACTION_DETACH_PARTITION},
    {SUB(DetachPartitionFinalize), PGA_ACTION_DETACH_PARTITION},
    {SUB(SetLogged), PGA_ACTION_SET_LOGGED},
    {SUB(SetUnLogged), PGA_ACTION_SET_LOGGED},
    {SUB(SetTableSpace), PGA_ACTION_SET_TABLESPACE},
    {SUB(SetAccessMethod), PGA_ACTION_SET_ACCESS_METHOD},
    {SUB(EnableTrig), PGA_ACTION_TRIGGERS},
    {SUB(EnableAlwaysTrig), PGA_ACTION_TRIGGERS},
    {SUB(EnableReplicaTrig), PGA_ACTION_TRIGGERS},
    {SUB(DisableTrig), PGA_ACTION_TRIGGERS},
    {SUB(EnableTrigAll), PGA_ACTION_TRIGGERS},
    {SUB(DisableTrigAll), PGA_ACTION_TRIGGERS},
    {SUB(EnableTrigUser), PGA_ACTION_TRIGGERS},
    {SUB(DisableTrigUser), PGA_ACTION_TRIGGERS},
    {SUB(EnableRowSecurity), PGA_ACTION_ROW_SECURITY},
    {SUB(DisableRowSecurity), PGA_ACTION_ROW_SECURITY},
    {SUB(ForceRowSecurity), PGA_ACTION_ROW_SECURITY},
    {SUB(NoForceRowSecurity), PGA_ACTION_ROW_SECURITY},
};

static PgaActionKind
kind_of(const PgQuery__AlterTableCmd *command, guint newer)
{
    if (command->subtype == SUB(ColumnDefault) && (newer & PGA_NEWER_SET_EXPRESSION))
        return PGA_ACTION_SET_EXPRESSION;
    if (command->subtype == SUB(ColumnDefault) && !command->def)
        return PGA_ACTION_DROP_DEFAULT;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].subtype == command->subtype)
            return kinds[i].kind;
    return PGA_ACTION_ALTER_OTHER;
}

/* The byte after the quoted text, comment or single character at @at. */
static gsize
skip_quoted(const char *text, gsize length, gsize at)
{
    const char quote = text[at];

    for (at++; at < length && text[at] != quote; at++)
        ;
    return at + 1;
}

static gsize
skip_comment(const char *text, gsize length, gsize at, const char *end)
{
    const char *found = memmem(text + at, length - at, end, strlen(end));

    return found ? (gsize)(found - text) + strlen(end) : length;
}

/* $tag$ … $tag$; a lone $ is one character. */
static gsize
skip_dollar(const char *text, gsize length, gsize at)
{
    gsize end = at + 1;
    g_autofree char *tag = NULL;

    while (end < length && (g_ascii_isalnum(text[end]) || text[end] == '_'))
        end++;
    if (end >= length || text[end] != '$')
        return at + 1;
    tag = g_strndup(text + at, end + 1 - at);
    return skip_comment(text, length, end + 1, tag);
}

static gsize
skip_token(const char *text, gsize length, gsize at)
{
    if (text[at] == '\'' || text[at] == '"')
        return skip_quoted(text, length, at);
    if (text[at] == '$')
        return skip_dollar(text, length, at);
    if (at + 1 < length && text[at] == '-' && text[at + 1] == '-')
        return skip_comment(text, length, at, "\n");
    if (at + 1 < length && text[at] == '/' && text[at + 1] == '*')
        return skip_comment(text, length, at, "*/");
    return at + 1;
}

static gsize
skip_space(const PgaStep *step, gsize at)
{
    while (at < step->length) {
        gsize next = skip_token(step->text, step->length, at);

        if (!g_ascii_isspace(step->text[at]) && (next == at + 1 || strchr("'\"$", step->text[at])))
            break;
        at = next;
    }
    return MIN(at, step->length);
}

static gboolean
is_of_name(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '.' || (guchar)c >= 0x80;
}

gsize
pga_action_first_command(const PgaStep *step, gsize from)
{
    gsize at = from;

    while (at < step->length && (step->text[at] == '"' || is_of_name(step->text[at])))
        at = step->text[at] == '"' ? skip_quoted(step->text, step->length, at) : at + 1;
    at = skip_space(step, at);
    if (at < step->length && step->text[at] == '*')
        at = skip_space(step, at + 1);
    return at < step->length ? at : from;
}

gsize
pga_action_next_command(const PgaStep *step, gsize from)
{
    guint depth = 0;

    for (gsize at = from; at < step->length;) {
        const char c = step->text[at];

        if (c == ',' && depth == 0)
            return skip_space(step, at + 1);
        if (c == '(' || c == '[')
            depth++;
        else if ((c == ')' || c == ']') && depth > 0)
            depth--;
        at = skip_token(step->text, step->length, at);
    }
    return from;
}

static void
append_command(const PgaActionSink *sink, const PgaAction *table,
               const PgQuery__AlterTableCmd *command)
{
    const PgQuery__Node *def = command->def;
    PgaAction like = *table;
    PgaAction *action;

    like.command = command;
    if (command->subtype == SUB(AddColumn) && def && def->node_case == CASE(COLUMN_DEF)) {
        pga_action_column(sink, &like, def->column_def);
        return;
    }
    if (command->subtype == SUB(AddConstraint) && def && def->node_case == CASE(CONSTRAINT)) {
        pga_action_constraint(sink, &like, NULL, def->constraint);
        return;
    }
    action = pga_action_append(sink, kind_of(command, sink->step->newer));
    like.kind = action->kind;
    *action = like;
    action->name = pga_action_text(command->name);
    if (def && def->node_case == CASE(COLUMN_DEF))
        action->column = def->column_def;
    if (def && def->node_case == CASE(CONSTRAINT))
        action->constraint = def->constraint;
    if (command->subtype == SUB(AlterConstraint) && action->constraint)
        action->name = pga_action_text(action->constraint->conname);
}

/* ALTER TYPE … ADD ATTRIBUTE has the same tree, about a type. */
static void
append_attributes(const PgaActionSink *sink, const PgQuery__AlterTableStmt *alter)
{
    for (size_t i = 0; i < alter->n_cmds; i++) {
        PgaAction *action = pga_action_append(sink, PGA_ACTION_ALTER_OTHER);

        action->object = alter->objtype;
        action->command = alter->cmds[i]->alter_table_cmd;
        action->range = alter->relation;
        action->name = alter->relation->relname;
        action->nspname = pga_action_text(alter->relation->schemaname);
        action->location = (gsize)MAX(alter->relation->location, 0);
    }
}

void
pga_action_alter_table(const PgaActionSink *sink)
{
    const PgQuery__AlterTableStmt *alter = sink->statement->alter_table_stmt;
    const gsize relation_at = (gsize)MAX(alter->relation->location, 0);
    PgaAction table = {.statement = sink->statement,
                       .step = sink->step,
                       .object = alter->objtype,
                       .range = alter->relation,
                       .location = pga_action_first_command(sink->step, relation_at)};

    if (alter->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) {
        append_attributes(sink, alter);
        return;
    }
    table.relation = pga_action_relation(sink->state, pga_action_text(alter->relation->schemaname),
                                         alter->relation->relname);
    for (size_t i = 0; i < alter->n_cmds; i++) {
        if (i > 0)
            table.location = pga_action_next_command(sink->step, table.location);
        append_command(sink, &table, alter->cmds[i]->alter_table_cmd);
    }
}
