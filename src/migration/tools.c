/* The tools, one line each. What has no line here is plain SQL for psql. A tool is known by what
 * its files say, then by what they are called. */
#include "tools_internal.h"
#include <string.h>

enum { LOOK_AT = 16384, MAX_COMMENT = 256 };

/* Order matters: the first that fits. Columns: name, in a transaction, what says otherwise, a
 * single statement is free; path; mark; sections. */
static const MigrationConvention conventions[] = {
    {{"liquibase", TRUE, "--changeset AUTHOR:ID runInTransaction:false", FALSE},
     NULL,
     "liquibase formatted sql",
     NULL,
     NULL},
    {{"goose", TRUE, "-- +goose NO TRANSACTION", FALSE},
     NULL,
     "+goose up",
     "+goose up",
     "+goose down"},
    {{"dbmate", TRUE, "-- migrate:up transaction:false", FALSE},
     NULL,
     "migrate:up",
     "migrate:up",
     "migrate:down"},
    {{"sql-migrate", TRUE, "-- +migrate Up notransaction", FALSE},
     NULL,
     "+migrate up",
     "+migrate up",
     "+migrate down"},
    {{"node-pg-migrate", TRUE, NULL, FALSE},
     NULL,
     "up migration",
     "up migration",
     "down migration"},
    {{"tern", TRUE, "---- tern: disable-tx ----", FALSE},
     NULL,
     "-- create above / drop below ----",
     NULL,
     "-- create above / drop below ----"},
    {{"graphile-migrate", TRUE, "--! no-transaction", FALSE}, NULL, "! previous:", NULL, NULL},
    {{"drizzle", TRUE, NULL, FALSE}, NULL, "> statement-breakpoint", NULL, NULL},
    {{"sqitch", FALSE, NULL, FALSE},
     "/(deploy|(?<down>revert)|verify)/[^/]+\\.sql$",
     NULL,
     NULL,
     NULL},
    {{"yoyo", TRUE, "-- transactional: false", FALSE},
     "\\.(?<down>rollback)\\.sql$",
     "depends:",
     NULL,
     NULL},
    {{"alembic", FALSE, NULL, FALSE}, NULL, "running upgrade ", NULL, NULL},
    {{"flyway", TRUE, "executeInTransaction=false in the script's .conf file", FALSE},
     "(^|/)([VB](?<v>[0-9][0-9._]*?)|(?<down>U)(?<v>[0-9][0-9._]*?)|(?<rep>R))__[^/]*\\.sql$",
     NULL,
     NULL,
     NULL},
    {{"diesel", TRUE, "run_in_transaction = false in metadata.toml", FALSE},
     "(^|/)(?<v>[0-9][0-9-]*)_[^/]*/(up|(?<down>down))\\.sql$",
     NULL,
     NULL,
     NULL},
    {{"golang-migrate", TRUE, NULL, TRUE},
     "(^|/)(?<v>[0-9]+)_[^/]*\\.(up|(?<down>down))\\.sql$",
     NULL,
     NULL,
     NULL},
    {{"prisma", TRUE, NULL, TRUE}, "(^|/)(?<v>[0-9]{14})_[^/]*/migration\\.sql$", NULL, NULL, NULL},
    {{"supabase", TRUE, NULL, TRUE},
     "(^|/)supabase/migrations/(?<v>[0-9]+)_[^/]*\\.sql$",
     NULL,
     NULL,
     NULL},
    {{"atlas", TRUE, "-- atlas:txmode none", FALSE}, NULL, "atlas:", NULL, NULL},
    {{"rails", FALSE, NULL, FALSE}, "(^|/)db/([a-z_]+_)?structure\\.sql$", NULL, NULL, NULL},
    {{"sqlx", TRUE, "-- no-transaction", FALSE}, NULL, NULL, NULL, NULL},
    {{"django", FALSE, NULL, FALSE}, NULL, NULL, NULL, NULL},
    {{"psql", FALSE, NULL, FALSE},
     "(^|/)((?<v>[0-9]+)[^/]*?)?([._-](?<down>down|rollback|revert|undo))?\\.[a-z]*sql$",
     NULL,
     NULL,
     NULL},
};

/* In comments of any tool: people carry them from one to the other. */
static const struct {
    const char *text; /* at the comment's beginning */
    const char *part; /* (nullable): and this in it */
    guint mark;       /* of MigrationMark */
} marks[] = {
    {"disable-transaction", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"pgarchitect: no-transaction", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"no-transaction", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"morph:nontransactional", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"! no-transaction", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"+goose no transaction", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"+migrate up", "notransaction", MARK_NO_TRANSACTION},
    {"+migrate down", "notransaction", MARK_NO_TRANSACTION},
    {"migrate:", "transaction:false", MARK_NO_TRANSACTION},
    {"migrate:", "transaction: false", MARK_NO_TRANSACTION},
    {"atlas:txmode none", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"transactional: false", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"-- tern: disable-tx", NULL, MARK_NO_TRANSACTION | MARK_OF_FILE},
    {"flyway:", "executeintransaction=false", MARK_NO_TRANSACTION},
    {"pgarchitect: transaction", NULL, MARK_TRANSACTION},
    {"changeset ", "runintransaction:false", MARK_NO_TRANSACTION},
    {"changeset ", NULL, MARK_CHANGESET},
};

const PgaMigrationTool *
pga_migration_tool(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(conventions); i++)
        if (g_strcmp0(conventions[i].tool.name, name) == 0)
            return &conventions[i].tool;
    return NULL;
}

const PgaMigrationTool *
pga_migration_tool_at(guint i)
{
    return i < G_N_ELEMENTS(conventions) ? &conventions[i].tool : NULL;
}

const MigrationConvention *
pga_migration_convention(const PgaMigrationTool *tool)
{
    return (const MigrationConvention *)(gconstpointer)tool; /* its first member */
}

void
pga_migration_comment(const char *text, gsize length, char *out, gsize size)
{
    gsize n = 0;

    *out = '\0';
    if (length < 2 || memcmp(text, "--", 2) != 0)
        return;
    text += 2;
    length -= 2;
    while (length > 0 && (g_ascii_isspace(*text)))
        text++, length--;
    while (length > 0 && g_ascii_isspace(text[length - 1]))
        length--;
    for (; n < length && n + 1 < size; n++)
        out[n] = g_ascii_tolower(text[n]);
    out[n] = '\0';
}

guint
pga_migration_mark(const PgaMigrationTool *tool, const char *comment)
{
    const MigrationConvention *convention = pga_migration_convention(tool);
    guint found = 0;

    for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
        if (g_str_has_prefix(comment, marks[i].text) &&
            (!marks[i].part || strstr(comment, marks[i].part)))
            found |= marks[i].mark;
    if (convention->up && g_str_has_prefix(comment, convention->up))
        found |= MARK_UP;
    if (convention->down && g_str_has_prefix(comment, convention->down))
        found |= MARK_DOWN;
    return found;
}

/* (nullable): the tool whose mark one of the first lines has. */
static const PgaMigrationTool *
tool_of_text(const char *text, gsize length)
{
    const char *end = text + MIN(length, (gsize)LOOK_AT);

    for (const char *line = text; line && line < end;) {
        const char *newline = memchr(line, '\n', (gsize)(end - line));
        char comment[MAX_COMMENT];

        pga_migration_comment(line, (gsize)((newline ? newline : end) - line), comment,
                              sizeof comment);
        for (guint i = 0; *comment && i < G_N_ELEMENTS(conventions); i++)
            if (conventions[i].mark && g_str_has_prefix(comment, conventions[i].mark))
                return &conventions[i].tool;
        line = newline ? newline + 1 : NULL;
    }
    return NULL;
}

static gboolean
has_group(const GMatchInfo *match, const char *name)
{
    g_autofree char *text = g_match_info_fetch_named(match, name);

    return text && *text;
}

/* Whether the path is named as that tool names its files. */
static gboolean
match_path(const MigrationConvention *convention, PgaMigrationFile *file)
{
    g_autoptr(GRegex) regex = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (!convention->path)
        return FALSE;
    regex = g_regex_new(convention->path, G_REGEX_DUPNAMES | G_REGEX_RAW, 0, NULL);
    if (!regex || !g_regex_match(regex, file->path, 0, &match))
        return FALSE;
    g_free(file->version);
    file->version = g_match_info_fetch_named(match, "v");
    if (file->version && !*file->version)
        g_clear_pointer(&file->version, g_free);
    file->down = file->down || has_group(match, "down");
    file->repeatable = has_group(match, "rep");
    return TRUE;
}

void
pga_migration_detect(PgaMigrationFile *file, const char *text, gsize length)
{
    const MigrationConvention *plain = pga_migration_convention(pga_migration_tool("psql"));

    if (!file->tool)
        file->tool = tool_of_text(text, length);
    for (guint i = 0; !file->tool && i < G_N_ELEMENTS(conventions); i++)
        if (match_path(&conventions[i], file))
            file->tool = &conventions[i].tool;
    if (!file->tool)
        file->tool = &plain->tool;
    if (!file->version && !match_path(pga_migration_convention(file->tool), file))
        match_path(plain, file);
}
