/* The bundle's README.md: what is in it, in which order it is used, what was executed where. */
#include "design_page_internal.h"

#include <base/text.h>
#include <string.h>

/** What the files are, by how their paths begin. */
static const struct {
    const char *path, *what;
} known[] = {
    {"README.md", "this page"},
    {"architecture.json", "the whole design as a document (schemas/design.schema.json)"},
    {"er.mmd", "the tables as a Mermaid diagram"},
    {"er-", "a part of the tables as a Mermaid diagram"},
    {"topology.mmd", "nodes, zones and roles as a Mermaid diagram"},
    {"schema.sql", "types, tables, constraints, comments"},
    {"partitions_cron.sql", "the jobs that make and drop partitions"},
    {"partitions.sql", "partitions, and the routines that make and drop them"},
    {"retention_cron.sql", "the job that deletes rows older than is kept"},
    {"indexes.sql", "indexes that the access patterns ask for"},
    {"roles.sql", "roles and their privileges"},
    {"postgresql.conf", "settings of the server"},
    {"pg_hba.conf", "who may connect from where"},
    {"parameters.sh", "settings of the service, as commands of its own program"},
    {"pgbouncer.ini", "the pooler"},
    {"pgbouncer.sql", "the role that the pooler looks passwords up with"},
    {"migrations/REVIEW.md", "what a person has to decide, and why"},
    {"migrations/", "a change of what is there, in order"},
    {"partitioning/", "for a table that is there already: to partitions without standing still"},
    {"ha/README.md", "how these files are used, in order"},
    {"ha/inventory.env", "the nodes' addresses: to be edited"},
    {"ha/RUNBOOK.md", "what to do by hand, and when"},
    {"ha/patroni-", "Patroni of one node"},
    {"ha/etcd-", "etcd of one node"},
    {"ha/haproxy", "the proxy"},
    {"ha/setup-", "the commands that set one node up"},
    {"ha/", "high availability"},
};

static const char *
what_is(const char *path)
{
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_has_prefix(path, known[i].path))
            return known[i].what;
    return "";
}

static void
write_files(PgaPage *page, const PgaArchitecture *architecture)
{
    static const char *const titles[] = {"file", "what", NULL};
    GPtrArray *rows = pga_design_rows_new();

    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (!pga_bundle_is_own(file->path))
            pga_design_row(rows,
                           (char *[]){g_strdup(file->path), g_strdup(what_is(file->path)), NULL});
    }
    pga_design_row(rows, (char *[]){g_strdup("architecture.json"),
                                    g_strdup(what_is("architecture.json")), NULL});
    pga_design_row(rows, (char *[]){g_strdup("MANIFEST"),
                                    g_strdup("checksums of all other files: sha256sum -c MANIFEST"),
                                    NULL});
    page->style->section(page, "Files");
    pga_design_grid(page, titles, rows);
}

/* A line for each migration, in the order of their numbers. */
static void
write_migrations(PgaPage *page, const PgaArchitecture *architecture)
{
    const char *name = architecture->requirements->name;
    const gboolean live =
        architecture->source && architecture->source->source_kind == PGA_SOURCE_LIVE;
    g_autofree char *database = g_shell_quote(live && name ? name : "DATABASE");
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (g_str_has_prefix(file->path, "migrations/") && g_str_has_suffix(file->path, ".sql"))
            g_ptr_array_add(lines, g_strdup_printf("psql -X -v ON_ERROR_STOP=1 -d %s -f %s",
                                                   database, file->path));
    }
    if (lines->len == 0)
        return;
    page->style->section(page, "On the database that is there, in this order");
    page->style->lines(page, lines);
}

/* In the order in which they can run on an empty database. */
static void
write_commands(PgaPage *page, const PgaArchitecture *architecture)
{
    static const char *const scripts[] = {"schema.sql", "partitions.sql", "roles.sql",
                                          "indexes.sql"};
    const char *name = architecture->requirements->name;
    g_autofree char *database = g_shell_quote(name ? name : "app");
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(lines, g_strdup_printf("createdb %s", database));
    for (guint i = 0; i < G_N_ELEMENTS(scripts); i++)
        if (pga_architecture_file(architecture, scripts[i]))
            g_ptr_array_add(lines, g_strdup_printf("psql -X -v ON_ERROR_STOP=1 -d %s -f %s",
                                                   database, scripts[i]));
    page->style->section(page, "On an empty database, in this order");
    page->style->lines(page, lines);
}

char *
pga_bundle_readme(const PgaArchitecture *architecture)
{
    PgaPage page = {
        .style = &pga_page_markdown, .out = g_string_new(NULL), .width = 100, .budget = 12000};

    pga_design_write_title(&page, architecture);
    write_files(&page, architecture);
    write_migrations(&page, architecture);
    if (pga_architecture_file(architecture, "schema.sql"))
        write_commands(&page, architecture);
    page.style->paragraph(&page, "pgarchitect design --verify does all of it again, on "
                                 "throw-away servers.");
    pga_design_write_section(&page, architecture, "proofs", "What was executed where");
    pga_design_write_section(&page, architecture, "unchecked things", "What was not checked");
    pga_design_write_section(&page, architecture, "assumptions", "What was assumed");
    pga_design_write_section(&page, architecture, "lines about availability", "High availability");
    pga_design_write_section(&page, architecture, "notes", "Notes");
    return g_string_free(page.out, FALSE);
}
