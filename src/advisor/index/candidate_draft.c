/* A definition in the making, and the set of those made for one statement. */
#include "candidate_internal.h"
#include <math.h>
#include <string.h>

/* Of a B-tree's leaf pages: what is left for entries at a fillfactor of 90. */
#define PAGE_BYTES  7335.0
#define BLOCK_BYTES 8192.0

static void
key_free(PgaIndexKey *key)
{
    g_free(key->expression);
    g_free(key->opcname);
    g_free(key);
}

static void
stated_free(PgaStated *stated)
{
    g_free(stated->clause);
    g_free(stated->constant);
    g_array_unref(stated->columns);
    g_free(stated);
}

PgaDraft *
pga_draft_new(guint32 relation, const char *amname)
{
    PgaDraft *draft = g_new0(PgaDraft, 1);
    PgaIndexCandidate *candidate = &draft->candidate;

    candidate->relation = relation;
    candidate->amname = g_strdup(amname);
    candidate->keys = g_ptr_array_new_with_free_func((GDestroyNotify)key_free);
    candidate->include = g_array_new(FALSE, FALSE, sizeof(gint16));
    candidate->queries = g_array_new(FALSE, FALSE, sizeof(guint));
    candidate->relevant = g_array_new(FALSE, FALSE, sizeof(guint));
    draft->stated = g_ptr_array_new_with_free_func((GDestroyNotify)stated_free);
    draft->share = 1;
    return draft;
}

void
pga_draft_free(PgaDraft *draft)
{
    PgaIndexCandidate *candidate = &draft->candidate;

    g_free(candidate->amname);
    g_ptr_array_unref(candidate->keys);
    g_array_unref(candidate->include);
    g_free(candidate->predicate);
    g_free(candidate->options);
    g_free(candidate->extension);
    g_free(candidate->rationale);
    g_free(candidate->signature);
    g_array_unref(candidate->queries);
    g_array_unref(candidate->relevant);
    g_ptr_array_unref(draft->stated);
    g_free(draft);
}

/* Where what is quoted at @at ends: at its last character. */
static const char *
end_of_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);

    return end ? end : at + strlen(at) - 1;
}

/* (nullable): the parenthesis that closes the one that @text begins with. */
static const char *
closing(const char *text)
{
    guint depth = 0;

    for (const char *at = text; *at; at++) {
        if (*at == '\'' || *at == '"')
            at = end_of_quoted(at);
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at;
    }
    return NULL;
}

/* PostgreSQL wants parentheses around all but columns and calls; around both they do no harm. */
static char *
in_parentheses(const char *expression)
{
    const char *end = *expression == '(' ? closing(expression) : NULL;

    return end && !end[1] ? g_strdup(expression) : g_strdup_printf("(%s)", expression);
}

char *
pga_key_text(const char *expression, gint16 attnum)
{
    return attnum ? g_strdup(expression) : in_parentheses(expression);
}

void
pga_draft_add_key(PgaDraft *draft, const PgaPart *part)
{
    PgaIndexKey *key = g_new0(PgaIndexKey, 1);

    key->expression = pga_key_text(part->expression, part->attnum);
    key->attnum = part->attnum;
    key->opcname = g_strdup(part->opcname);
    key->descending = part->descending;
    key->nulls_first = part->nulls_first;
    key->is_sought = part->is_join || part->clause;
    g_ptr_array_add(draft->candidate.keys, key);
}

gboolean
pga_draft_has_column(const PgaDraft *draft, gint16 attnum)
{
    for (guint i = 0; attnum && i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(draft->candidate.keys, i);

        if (key->attnum == attnum)
            return TRUE;
    }
    return pga_attnums_have(draft->candidate.include, attnum);
}

void
pga_draft_add_include(PgaDraft *draft, gint16 attnum)
{
    if (!pga_draft_has_column(draft, attnum))
        pga_attnums_add(draft->candidate.include, attnum);
}

char *
pga_clause_text(const char *clause)
{
    g_auto(GStrv) words = g_strsplit(clause, " ", -1);
    const gboolean is_call = *clause == '(';
    gsize length;

    if (g_strv_length(words) != 3 || pga_has_literal(clause) ||
        (strcmp(words[1], ">") != 0 && strcmp(words[1], ">=") != 0))
        return g_strdup(clause);
    length = strlen(words[2]);
    if (is_call != (length > 1 && words[2][length - 1] == ')'))
        return g_strdup(clause);
    if (is_call)
        words[2][length - 1] = '\0';
    return g_strdup_printf("%s%s %s %s%s", is_call ? "(" : "", words[2], words[1][1] ? "<=" : "<",
                           words[0] + (is_call ? 1 : 0), is_call ? ")" : "");
}

void
pga_draft_state(PgaDraft *draft, const PgaRequestClause *clause)
{
    g_autofree char *text = pga_clause_text(clause->clause);
    const PgaStated stated = {text, clause->columns, clause->selectivity,
                              pga_clause_holds_constant(clause) ? clause->expression : NULL};

    pga_draft_state_again(draft, &stated);
}

void
pga_draft_state_again(PgaDraft *draft, const PgaStated *stated)
{
    PgaStated *copy = g_new0(PgaStated, 1);

    copy->clause = g_strdup(stated->clause);
    copy->columns = g_array_copy(stated->columns);
    copy->share = stated->share;
    copy->constant = g_strdup(stated->constant);
    draft->share *= stated->share;
    g_ptr_array_add(draft->stated, copy);
}

const PgaStated *
pga_draft_stated(const PgaDraft *draft, const char *clause)
{
    for (guint i = 0; i < draft->stated->len; i++) {
        const PgaStated *stated = g_ptr_array_index(draft->stated, i);

        if (strcmp(stated->clause, clause) == 0)
            return stated;
    }
    return NULL;
}

static gint
compare_stated(gconstpointer left, gconstpointer right)
{
    return strcmp((*(PgaStated *const *)left)->clause, (*(PgaStated *const *)right)->clause);
}

static void
write_predicate(PgaDraft *draft)
{
    GString *text;

    if (!draft->stated->len)
        return;
    text = g_string_new(NULL);
    g_ptr_array_sort(draft->stated, compare_stated);
    for (guint i = 0; i < draft->stated->len; i++) {
        const PgaStated *stated = g_ptr_array_index(draft->stated, i);

        g_string_append_printf(text, "%s%s", i ? " AND " : "", stated->clause);
    }
    draft->candidate.predicate = g_string_free(text, FALSE);
}

static double
aligned(double bytes, double to)
{
    return ceil(bytes / to) * to;
}

static double
alignment(const PgaAttribute *attribute)
{
    if (!attribute || attribute->typlen <= 0)
        return 1;
    switch (attribute->typalign) {
    case 'd':
        return 8;
    case 'i':
        return 4;
    case 's':
        return 2;
    default:
        return 1;
    }
}

static double
column_bytes(const PgaRelation *relation, gint16 attnum, double before)
{
    return aligned(before, alignment(pga_column(relation, attnum))) +
           pga_column_width(relation, attnum);
}

/* Rows for each distinct key, as far as equal keys are kept once; 1: they are not. */
static double
duplicates(const PgaDraft *draft, const PgaRelation *relation, double rows)
{
    double distinct = 1;

    if (draft->candidate.include->len)
        return 1;
    for (guint i = 0; i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(draft->candidate.keys, i);
        const double n = pga_column_distinct(relation, key->attnum, rows);

        if (n <= 0 || !pga_column_deduplicates(relation, key->attnum))
            return 1;
        distinct *= n;
    }
    return MAX(1, rows / distinct);
}

static double
btree_bytes(const PgaDraft *draft, const PgaRelation *relation, double tuples)
{
    const double rows = MAX(1, tuples * draft->share);
    const double same = duplicates(draft, relation, rows);
    double bytes = 0;

    for (guint i = 0; i < draft->candidate.keys->len; i++) {
        const PgaIndexKey *key = g_ptr_array_index(draft->candidate.keys, i);

        bytes = column_bytes(relation, key->attnum, bytes);
    }
    for (guint i = 0; i < draft->candidate.include->len; i++)
        bytes = column_bytes(relation, g_array_index(draft->candidate.include, gint16, i), bytes);
    bytes = aligned(8 + bytes, 8) + 4;
    if (same >= 1.5)
        bytes = bytes / same + 6.5;
    return ceil(rows * bytes / PAGE_BYTES + 2) * BLOCK_BYTES;
}

static void
sign(PgaIndexCandidate *candidate, const PgaRelation *relation)
{
    g_autofree char *tail = pga_candidate_tail(candidate, relation);

    candidate->signature = g_strdup_printf("%u %s", candidate->relation, tail);
}

void
pga_draft_finish(PgaDraft *draft, const PgaRelation *relation, double tuples)
{
    draft->bytes = btree_bytes(draft, relation, tuples);
    write_predicate(draft);
    sign(&draft->candidate, relation);
}

int
pga_draft_compare_definitions(const PgaDraft *a, const PgaDraft *b)
{
    return strcmp(strchr(a->candidate.signature, ' '), strchr(b->candidate.signature, ' '));
}

PgaDrafts *
pga_drafts_new(void)
{
    PgaDrafts *drafts = g_new0(PgaDrafts, 1);

    drafts->drafts = g_ptr_array_new_with_free_func((GDestroyNotify)pga_draft_free);
    drafts->seen = g_hash_table_new(g_str_hash, g_str_equal);
    return drafts;
}

void
pga_drafts_free(PgaDrafts *drafts)
{
    g_hash_table_unref(drafts->seen);
    g_ptr_array_unref(drafts->drafts);
    g_free(drafts);
}

void
pga_drafts_add(PgaDrafts *drafts, PgaDraft *draft)
{
    PgaDraft *there = g_hash_table_lookup(drafts->seen, draft->candidate.signature);

    if (there) {
        there->score = MIN(there->score, draft->score);
        pga_draft_free(draft);
        return;
    }
    g_ptr_array_add(drafts->drafts, draft);
    g_hash_table_insert(drafts->seen, draft->candidate.signature, draft);
}
