/* One migration's steps, one after the other: cut, put into its transaction, parsed; what a body
 * holds follows its statement. */
#include "body_internal.h"
#include "comments_internal.h"
#include "cut_internal.h"
#include "explain_internal.h"
#include "include_internal.h"
#include "parser_internal.h"
#include "psql_internal.h"
#include "step_internal.h"
#include "transaction_internal.h"
#include <base/interrupt.h>
#include <string.h>

enum { MAX_INCLUDES = 16 };

struct PgaMigrationReader {
    const PgaMigrationTool *tool;
    gboolean wraps, down; /* wraps: the tool opens a transaction */
    guint section;        /* MARK_UP, MARK_DOWN; 0 while neither was met */
    char *root, *encoding;
    const PgaDjangoMigration *django; /* (nullable): where the sources come from */
    guint next;                       /* of its statements */
    GPtrArray *sources;               /* of MigrationSource *: the last one is being read */
    MigrationComments comments;
    MigrationPsql psql;
    MigrationCutter cutter;
    MigrationParser *parser;
    MigrationTransaction transaction;
    GQueue inner;     /* of MigrationInner *: steps in the body of the last one */
    GPtrArray *names; /* of char *: of sources that were read */
    char *text;       /* (nullable): of the step, where it was put together */
    guint number;
    PgaStep step;
    PgaStep outer; /* the last one with a body: only what outlives it */
};

static void
source_free(gpointer data)
{
    pga_migration_source_free(data);
}

static MigrationSource *
present(const PgaMigrationReader *reader)
{
    return g_ptr_array_index(reader->sources, reader->sources->len - 1);
}

/* A single statement: the tool sends the file as it is, and the server opens no block for one. */
static gboolean
is_alone(const MigrationSource *source)
{
    MigrationSource copy = *source;
    MigrationCutter cutter = {0};
    guint n = 0;

    pga_migration_cutter_init(&cutter);
    while (n < 2 && pga_migration_cut(&cutter, &copy).kind != CUT_END)
        n++;
    pga_migration_cutter_destroy(&cutter);
    return n < 2;
}

static void
push_source(PgaMigrationReader *reader, MigrationSource *source)
{
    g_ptr_array_add(reader->sources, source);
    pga_migration_comments_attach(&reader->comments, source);
}

static void
pop_source(PgaMigrationReader *reader)
{
    /* its name is still the last step's */
    g_ptr_array_add(reader->names, g_steal_pointer(&present(reader)->name));
    g_ptr_array_set_size(reader->sources, (gint)reader->sources->len - 1);
    pga_migration_comments_attach(&reader->comments, present(reader));
}

PgaMigrationReader *
pga_migration_reader_new(const PgaMigrationFile *file, const PgaMigrationOptions *options,
                         GError **error)
{
    g_autoptr(PgaMigrationReader) reader = g_new0(PgaMigrationReader, 1);
    MigrationSource *source;

    reader->tool = file->tool ? file->tool : pga_migration_tool("psql");
    reader->down = file->down;
    reader->root = g_strdup(file->root);
    reader->encoding = g_strdup(options->encoding);
    reader->sources = g_ptr_array_new_with_free_func(source_free);
    reader->names = g_ptr_array_new_with_free_func(g_free);
    pga_migration_comments_init(&reader->comments, reader->tool);
    pga_migration_psql_init(&reader->psql);
    pga_migration_cutter_init(&reader->cutter);
    reader->cutter.marks = &reader->comments.marks;
    reader->parser = pga_migration_parser_new();
    source = pga_migration_source_open(file->path, file->django ? "" : file->text,
                                       options->encoding, error);
    if (!source)
        return NULL;
    reader->django = file->django;
    reader->wraps = reader->django
                        ? reader->django->atomic
                        : (reader->tool->in_transaction || options->single_transaction) &&
                              !file->outside && !(reader->tool->alone_is_free && is_alone(source));
    if (reader->wraps)
        pga_migration_transaction_open(&reader->transaction);
    push_source(reader, source);
    return g_steal_pointer(&reader);
}

static void
inner_free(gpointer data)
{
    pga_migration_inner_free(data);
}

void
pga_migration_reader_free(PgaMigrationReader *reader)
{
    if (!reader)
        return;
    pga_step_clear(&reader->step);
    g_queue_clear_full(&reader->inner, inner_free);
    pga_migration_cutter_destroy(&reader->cutter);
    pga_migration_parser_free(reader->parser);
    pga_migration_comments_destroy(&reader->comments);
    pga_migration_psql_destroy(&reader->psql);
    g_ptr_array_unref(reader->sources);
    g_ptr_array_unref(reader->names);
    g_free(reader->text);
    g_free(reader->root);
    g_free(reader->encoding);
    g_free(reader);
}

/* What comments before the statement told the tool. */
static void
apply_marks(PgaMigrationReader *reader, guint marks)
{
    const guint section = marks & (MARK_UP | MARK_DOWN);

    reader->comments.marks &= ~marks;
    if (marks & MARK_OF_FILE)
        reader->wraps = FALSE;
    if (section != 0)
        reader->section = section;
    if (section != 0 || (marks & MARK_CHANGESET)) {
        pga_migration_transaction_close(&reader->transaction);
        if (reader->wraps)
            pga_migration_transaction_open(&reader->transaction);
    }
    if (marks & MARK_NO_TRANSACTION)
        pga_migration_transaction_close(&reader->transaction);
    if (marks & MARK_TRANSACTION)
        pga_migration_transaction_open(&reader->transaction);
}

/* The other direction's statements are another migration's. */
static gboolean
is_of_other_section(const PgaMigrationReader *reader)
{
    return reader->down ? reader->section == MARK_UP : reader->section == MARK_DOWN;
}

static void
set_error(PgaStep *step, char *error, gsize offset)
{
    g_free(step->error);
    step->error = error;
    pga_step_position(step, offset, &step->error_line, &step->error_column);
}

static void
take_parsed(PgaStep *step, const MigrationParsed *parsed)
{
    step->tree = parsed->tree;
    step->newer = parsed->newer;
    if (parsed->error)
        set_error(step, parsed->error, parsed->error_offset);
}

/* psql puts in the values of variables before anyone parses. */
static void
substitute(PgaMigrationReader *reader)
{
    PgaStep *step = &reader->step;
    char *text;

    if (g_hash_table_size(reader->psql.variables) == 0 || !memchr(step->text, ':', step->length))
        return;
    text = pga_migration_psql_substitute(&reader->psql, step->text, step->length, NULL);
    if (!text)
        return;
    g_free(reader->text);
    reader->text = text;
    step->text = text;
    step->length = strlen(text);
    step->anchored = TRUE;
}

/* A variable whose value nobody knows. */
static gboolean
explain_variable(const PgaMigrationReader *reader, PgaStep *step)
{
    g_autofree char *unknown = NULL;

    if (!memchr(step->text, ':', step->length))
        return FALSE;
    g_free(pga_migration_psql_substitute(&reader->psql, step->text, step->length, &unknown));
    if (!unknown)
        return FALSE;
    g_free(step->error);
    step->kind = PGA_STEP_OPAQUE;
    step->error = g_strdup_printf("the value of :%s is not known", unknown);
    step->hint = g_strdup("Give it with \\set in the file.");
    return TRUE;
}

static void
parse_step(PgaMigrationReader *reader, gsize depth)
{
    PgaStep *step = &reader->step;
    const char *wrong;
    MigrationParsed parsed;

    if (!g_utf8_validate_len(step->text, step->length, &wrong)) {
        set_error(step, g_strdup_printf("the byte 0x%02X is not UTF-8", (guchar)*wrong),
                  (gsize)(wrong - step->text));
        step->hint = g_strdup("Convert the file with iconv.");
        return;
    }
    substitute(reader);
    if (step->anchored)
        depth = pga_migration_depth_of(step->text, step->length);
    parsed = pga_migration_parse(reader->parser, step->text, step->length, depth);
    take_parsed(step, &parsed);
}

/* A parenthesis that is not closed takes in what follows: the statement then ends at the first
 * semicolon, and reading goes on behind it. */
static void
cut_short(PgaMigrationReader *reader, const MigrationCut *cut)
{
    PgaStep *step = &reader->step;

    if (!cut->inner || !step->error || step->anchored)
        return;
    step->length = (gsize)(cut->inner - step->text);
    g_clear_pointer(&step->error, g_free);
    g_clear_pointer(&step->hint, g_free);
    parse_step(reader, cut->depth);
    present(reader)->lexer.at = cut->inner + 1;
}

static void
begin_step(PgaMigrationReader *reader, const MigrationCut *cut)
{
    MigrationSource *source = present(reader);
    PgaStep *step = &reader->step;

    step->text = cut->start;
    step->length = cut->length;
    step->file = source->name;
    step->anchored = source->anchored;
    step->offset = (gsize)(cut->start - source->text) + source->mark;
    step->executed = TRUE;
    step->conditional = pga_migration_psql_state(&reader->psql) == PSQL_MAY_RUN;
    step->number = ++reader->number;
    step->in_block = reader->transaction.in_block || reader->transaction.wanted;
    step->transaction = MAX(reader->transaction.number, 1);
    pga_migration_source_place(source, cut->start, &step->line, &step->column);
}

/* Flyway leaves its transaction out when the statements are of those that cannot be in one. */
static void
leave_transaction(PgaMigrationReader *reader)
{
    if (reader->number == 1 && reader->wraps && strcmp(reader->tool->name, "flyway") == 0 &&
        pga_step_runs_outside(&reader->step)) {
        pga_migration_transaction_close(&reader->transaction);
    }
}

static void
read_statement(PgaMigrationReader *reader, const MigrationCut *cut)
{
    PgaStep *step = &reader->step;

    begin_step(reader, cut);
    step->kind = cut->kind == CUT_COPY ? PGA_STEP_ROWS : PGA_STEP_SQL;
    if (cut->kind == CUT_UNTERMINATED) {
        set_error(step, g_strdup_printf("the file ends inside %s", cut->what),
                  (gsize)(cut->wrong - cut->start));
        step->hint = g_strdup("What begins there has no end.");
    } else {
        parse_step(reader, cut->depth);
        cut_short(reader, cut);
    }
    pga_migration_comments_read_bodies(&reader->comments, cut->start, cut->length);
    pga_migration_comments_end_line(&reader->comments);
    step->ignored = pga_migration_comments_rules(&reader->comments);
    if (step->error && !step->hint && !explain_variable(reader, step))
        pga_migration_explain(step);
    leave_transaction(reader);
    reader->transaction.opens_itself = pga_migration_psql_is_off(&reader->psql, "AUTOCOMMIT");
    pga_migration_transaction_step(&reader->transaction, step);
    pga_migration_body(step, &reader->inner);
    reader->outer = *step;
}

static void
make_opaque(PgaStep *step, char *error, const char *hint)
{
    step->kind = PGA_STEP_OPAQUE;
    step->error = error;
    step->error_line = step->line;
    step->error_column = step->column;
    step->hint = g_strdup(hint);
}

/* FALSE when the include became the present source: it is no step then. */
static gboolean
include(PgaMigrationReader *reader, const char *path, gboolean relative)
{
    const MigrationInclude include = {
        .root = reader->root, .from = present(reader)->name, .relative = relative};
    const char *why = "nests too deep";
    g_autofree char *found = reader->sources->len < MAX_INCLUDES
                                 ? pga_migration_include_find(&include, path ? path : "", &why)
                                 : NULL;
    g_autoptr(GError) reason = NULL;
    MigrationSource *source =
        found ? pga_migration_source_open(found, NULL, reader->encoding, &reason) : NULL;

    if (source) {
        push_source(reader, source);
        return FALSE;
    }
    make_opaque(&reader->step,
                reason ? g_strdup(reason->message)
                       : g_strdup_printf("\"%s\" %s", path ? path : "", why),
                "Lint that file too.");
    return TRUE;
}

/* \copy is COPY; its file is psql's to read. */
static void
read_copy(PgaMigrationReader *reader)
{
    PgaStep *step = &reader->step;
    Lexer lexer = {.at = step->text + 1, .end = step->text + step->length};
    g_autofree char *text = NULL;
    MigrationParsed parsed;

    for (Token token = pga_lexer_next(&lexer);
         token.kind != TOKEN_END && token.kind != TOKEN_UNTERMINATED;
         token = pga_lexer_next(&lexer))
        if (pga_token_is(&token, "from"))
            text = g_strdup_printf(" %.*s FROM stdin", (int)(token.text - step->text - 1),
                                   step->text + 1);
    if (!text)
        return;
    parsed = pga_migration_parse(reader->parser, text, strlen(text),
                                 pga_migration_depth_of(text, strlen(text)));
    step->kind = PGA_STEP_ROWS;
    step->tree = parsed.tree;
    if (parsed.error)
        make_opaque(step, parsed.error, NULL);
}

/* FALSE: no step. */
static gboolean
read_command(PgaMigrationReader *reader, const MigrationCut *cut)
{
    g_autofree char *argument = NULL;
    const MigrationPsqlState before = pga_migration_psql_state(&reader->psql);
    const MigrationPsqlAction action =
        pga_migration_psql_command(&reader->psql, cut->start, cut->length, &argument);

    if (before == PSQL_SKIPS)
        return FALSE;
    begin_step(reader, cut);
    reader->step.kind = PGA_STEP_META;
    if (action == PSQL_COMMAND_GEXEC)
        make_opaque(&reader->step, g_strdup("cannot be read: \\gexec runs what the query returns"),
                    "Lint what it returns.");
    else if (action == PSQL_COMMAND_COPY)
        read_copy(reader);
    else if (action != PSQL_COMMAND_DONE)
        return include(reader, argument, action == PSQL_COMMAND_INCLUDE_RELATIVE);
    return TRUE;
}

/* The next statement of a body. */
static void
read_inner(PgaMigrationReader *reader)
{
    const PgaStep *outer = &reader->outer;
    MigrationInner *inner = g_queue_pop_head(&reader->inner);
    PgaStep *step = &reader->step;

    *step = (PgaStep){.kind = inner->kind,
                      .file = outer->file,
                      .text = inner->text,
                      .length = inner->length,
                      .offset = inner->offset,
                      .line = inner->line,
                      .column = inner->column,
                      .number = outer->number,
                      .transaction = outer->transaction,
                      .in_block = outer->in_block,
                      .in_tools_block = outer->in_tools_block,
                      .depth = 1,
                      .executed = inner->executed,
                      .conditional = inner->conditional || outer->conditional,
                      .ignored = outer->ignored,
                      .anchored = inner->anchored};
    g_free(reader->text);
    reader->text = g_steal_pointer(&inner->text);
    if (inner->error) {
        make_opaque(step, g_steal_pointer(&inner->error), inner->hint);
    } else {
        const MigrationParsed parsed =
            pga_migration_parse(reader->parser, step->text, step->length,
                                pga_migration_depth_of(step->text, step->length));

        take_parsed(step, &parsed);
        if (step->error)
            pga_migration_explain(step);
    }
    pga_migration_inner_free(inner);
}

/* TRUE when the cut made a step. */
static gboolean
read_cut(PgaMigrationReader *reader, const MigrationCut *cut)
{
    apply_marks(reader, cut->by_mark ? reader->cutter.marks_before : reader->comments.marks);
    if (is_of_other_section(reader))
        return FALSE;
    if (cut->kind == CUT_COMMAND)
        return read_command(reader, cut);
    if (pga_migration_psql_state(&reader->psql) == PSQL_SKIPS)
        return FALSE;
    read_statement(reader, cut);
    return TRUE;
}

/* The next statement of a Django migration becomes the source. TRUE when it is a step by itself:
 * code. FALSE without one: see whether a source was pushed. */
static gboolean
read_django(PgaMigrationReader *reader)
{
    const PgaDjangoStatement *statement =
        g_ptr_array_index(reader->django->statements, reader->next++);
    g_autofree char *sql = NULL;
    MigrationSource *source;

    sql = g_strdup_printf("%s%s%s%s", statement->remark ? "-- " : "",
                          statement->remark ? statement->remark : "", statement->remark ? "\n" : "",
                          statement->sql ? statement->sql : "");
    source = pga_migration_source_open(present(reader)->name, sql, NULL, NULL);
    if (!source)
        return FALSE;
    source->owned = g_steal_pointer(&sql);
    source->anchored = TRUE;
    source->place.line = statement->line;
    source->place.column = statement->column;
    push_source(reader, source);
    if (statement->sql)
        return FALSE;
    begin_step(reader, &(MigrationCut){.start = source->text, .length = source->length});
    make_opaque(&reader->step, g_strdup(statement->why), "Look at it by hand.");
    return TRUE;
}

/* TRUE: no more; else another source is the present one, or (@done) there is a step. */
static gboolean
end_source(PgaMigrationReader *reader, gboolean *done)
{
    if (reader->sources->len > 1)
        pop_source(reader);
    else if (reader->django && reader->next < reader->django->statements->len)
        *done = read_django(reader);
    else
        return TRUE;
    return FALSE;
}

gboolean
pga_migration_reader_next(PgaMigrationReader *reader, const PgaStep **step, GError **error)
{
    gboolean done = FALSE;

    pga_step_clear(&reader->step);
    if (reader->inner.length > 0) {
        read_inner(reader);
        done = TRUE;
    }
    while (!done) {
        MigrationCut cut;

        if (pga_interrupt_check(error))
            return FALSE;
        cut = pga_migration_cut(&reader->cutter, present(reader));
        if (cut.kind != CUT_END)
            done = read_cut(reader, &cut);
        else if (end_source(reader, &done))
            return FALSE;
        if (!done)
            pga_step_clear(&reader->step);
    }
    *step = &reader->step;
    return TRUE;
}

const GPtrArray *
pga_migration_reader_suppressions(const PgaMigrationReader *reader)
{
    return reader->comments.suppressions;
}
