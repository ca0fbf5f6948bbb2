/* What the lab does with a statement, and what a CREATE makes: tables of first words. */
#include "head_internal.h"
#include <string.h>

typedef struct {
    const char *words;
    PgaAct act;
} FirstWords;

/* The first match counts. */
static const FirstWords table[] = {
    {"begin", PGA_ACT_SKIP},
    {"start transaction", PGA_ACT_SKIP},
    {"commit", PGA_ACT_SKIP},
    {"end", PGA_ACT_SKIP},
    {"rollback", PGA_ACT_SKIP},
    {"abort", PGA_ACT_SKIP},
    {"savepoint", PGA_ACT_SKIP},
    {"release", PGA_ACT_SKIP},
    {"prepare transaction", PGA_ACT_SKIP},
    {"lock", PGA_ACT_SKIP},
    {"set role", PGA_ACT_SKIP},
    {"set session authorization", PGA_ACT_SKIP},
    {"set client_encoding", PGA_ACT_SKIP}, /* the script is UTF-8, whatever it was */
    {"set names", PGA_ACT_SKIP},
    {"set transaction", PGA_ACT_SKIP},
    {"set", PGA_ACT_SOFT},
    {"reset", PGA_ACT_SOFT},
    {"show", PGA_ACT_SOFT},
    {"discard", PGA_ACT_SOFT},
    {"grant", PGA_ACT_SOFT},
    {"revoke", PGA_ACT_SOFT},
    {"comment", PGA_ACT_SOFT},
    {"security label", PGA_ACT_SOFT},
    {"alter default privileges", PGA_ACT_SOFT},
    {"analyze", PGA_ACT_SOFT},
    {"analyse", PGA_ACT_SOFT},
    {"vacuum", PGA_ACT_SOFT},
    {"checkpoint", PGA_ACT_SOFT},
    {"listen", PGA_ACT_SOFT},
    {"unlisten", PGA_ACT_SOFT},
    {"notify", PGA_ACT_SOFT},
    {"create user mapping", PGA_ACT_EXECUTE},
    {"alter user mapping", PGA_ACT_EXECUTE},
    {"drop user mapping", PGA_ACT_DROP},
    {"create role", PGA_ACT_ROLE},
    {"create user", PGA_ACT_ROLE},
    {"create group", PGA_ACT_ROLE},
    {"alter role", PGA_ACT_ROLE},
    {"alter user", PGA_ACT_ROLE},
    {"alter group", PGA_ACT_ROLE},
    {"drop role", PGA_ACT_SKIP},
    {"drop user", PGA_ACT_SKIP},
    {"drop group", PGA_ACT_SKIP},
    {"reassign owned", PGA_ACT_SKIP},
    {"drop owned", PGA_ACT_SKIP},
    {"create tablespace", PGA_ACT_SKIP}, /* made up when something is put into it */
    {"alter tablespace", PGA_ACT_SKIP},
    {"drop tablespace", PGA_ACT_SKIP},
    {"create database", PGA_ACT_DATABASE},
    {"alter database", PGA_ACT_DATABASE},
    {"drop database", PGA_ACT_DATABASE},
    {"create extension", PGA_ACT_EXTENSION},
    {"alter extension", PGA_ACT_SKIP},
    {"drop extension", PGA_ACT_SKIP},
    {"drop", PGA_ACT_DROP},
};

static gboolean
has_word(const PgaHead *head, const char *word)
{
    for (guint i = 1; i < head->words->len; i++)
        if (pga_head_is(head, i, word))
            return TRUE;
    return FALSE;
}

static gboolean
ends_in_owner(const PgaHead *head)
{
    return pga_head_is(head, 0, "alter") && strcmp(head->tail[0], "owner") == 0 &&
           strcmp(head->tail[1], "to") == 0;
}

/* ALTER TABLE [IF EXISTS] [ONLY] name DROP …: how pg_dump --clean begins. */
static gboolean
is_alter_drop(const PgaHead *head)
{
    guint i = 2;

    if (!pga_head_is(head, 0, "alter table"))
        return FALSE;
    if (pga_head_is(head, i, "if exists"))
        i += 2;
    if (pga_head_is(head, i, "only"))
        i++;
    i += pga_head_is(head, i + 1, ".") ? 3 : 1;
    return pga_head_is(head, i, "drop constraint");
}

static gboolean
is_plpgsql(const PgaHead *head)
{
    return pga_head_is(head, 0, "create") && has_word(head, "language") &&
           has_word(head, "plpgsql") && !has_word(head, "function") && !has_word(head, "procedure");
}

static PgaAct
act_of_copy(const PgaHead *head)
{
    return has_word(head, "stdin") || has_word(head, "stdout") ? PGA_ACT_SKIP : PGA_ACT_FILE;
}

PgaAct
pga_head_act(const PgaHead *head)
{
    if (head->words->len == 0 || ends_in_owner(head) || is_plpgsql(head))
        return PGA_ACT_SKIP;
    if (pga_head_is(head, 0, "copy"))
        return act_of_copy(head);
    if (is_alter_drop(head))
        return PGA_ACT_DROP;
    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (pga_head_is(head, 0, table[i].words))
            return table[i].act;
    return PGA_ACT_EXECUTE;
}

void
pga_made_clear(PgaMade *made)
{
    g_clear_pointer(&made->kind, g_free);
    g_clear_pointer(&made->nspname, g_free);
    g_clear_pointer(&made->name, g_free);
    g_clear_pointer(&made->on_nspname, g_free);
    g_clear_pointer(&made->on_name, g_free);
}

/* (transfer full): @name cut to NAMEDATALEN - 1 bytes, as the server does. */
static char *
identifier_dup(const char *name)
{
    enum { MAX_BYTES = 63 };
    const char *end = name + MIN(strlen(name), MAX_BYTES);

    while (end > name && ((guchar)*end & 0xC0) == 0x80)
        end--;
    return g_strndup(name, (gsize)(end - name));
}

/* [nspname.]name from word @i on; returns the word behind it. */
static guint
read_name(const PgaHead *head, guint i, char **nspname, char **name)
{
    if (!*pga_head_name(head, i))
        return i;
    if (pga_head_is(head, i + 1, ".")) {
        *nspname = identifier_dup(pga_head_name(head, i));
        *name = identifier_dup(pga_head_name(head, i + 2));
        return i + 3;
    }
    *name = identifier_dup(pga_head_name(head, i));
    return i + 1;
}

static const char *const kinds[] = {
    "materialized view",
    "foreign table",
    "foreign data wrapper",
    "event trigger",
    "operator class",
    "operator family",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "access method",
    "table",
    "view",
    "index",
    "sequence",
    "type",
    "domain",
    "function",
    "procedure",
    "aggregate",
    "schema",
    "collation",
    "statistics",
    "server",
    "subscription",
    "publication",
    "conversion",
    "language",
    "policy",
    "rule",
    "trigger",
    "operator",
};

static const char *const adornments[] = {"or",        "replace",   "global",     "local",
                                         "temp",      "temporary", "unlogged",   "unique",
                                         "recursive", "trusted",   "procedural", "constraint"};

static guint
skip_adornments(const PgaHead *head, guint i)
{
    for (guint a = 0; a < G_N_ELEMENTS(adornments);) {
        if (pga_head_is(head, i, adornments[a])) {
            i++;
            a = 0;
        } else {
            a++;
        }
    }
    return i;
}

static guint
count_words(const char *text)
{
    guint n = 1;

    for (; *text; text++)
        n += *text == ' ';
    return n;
}

static void
read_made_index(const PgaHead *head, guint i, PgaMade *made)
{
    if (!pga_head_is(head, i, "on"))
        i = read_name(head, i, &made->nspname, &made->name);
    if (!pga_head_is(head, i, "on"))
        return;
    i += pga_head_is(head, i + 1, "only") ? 2 : 1;
    read_name(head, i, &made->on_nspname, &made->on_name);
}

/* @i: the word behind the kind */
static void
read_made_name(const PgaHead *head, guint i, PgaMade *made)
{
    if (pga_head_is(head, i, "concurrently"))
        i++;
    if (pga_head_is(head, i, "if not exists"))
        i += 3;
    if (strcmp(made->kind, "index") == 0)
        read_made_index(head, i, made);
    else
        read_name(head, i, &made->nspname, &made->name);
}

void
pga_head_made(const PgaHead *head, PgaMade *made)
{
    const guint i = skip_adornments(head, 1);

    *made = (PgaMade){0};
    if (!pga_head_is(head, 0, "create"))
        return;
    for (guint k = 0; k < G_N_ELEMENTS(kinds) && !made->kind; k++)
        if (pga_head_is(head, i, kinds[k]))
            made->kind = g_strdup(kinds[k]);
    if (made->kind)
        read_made_name(head, i + count_words(made->kind), made);
}
