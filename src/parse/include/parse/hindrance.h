/* Why no index serves a statement as it is written: told from its parse tree. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** Sentences for people. */
typedef struct {
    char *what; /* "date(created_at) = … compares an expression, not the column created_at." */
    char *hint; /* what to write instead */
    gboolean despite_index; /* it costs also where an index is used: OFFSET */
    gboolean is_avoidable;  /* written in another way, it needs no index on an expression */
} PgaHindrance;

/* Fills in @hindrance with the first that is found; FALSE when there is none, or the text is no SQL
 * of libpg_query's version. */
gboolean pga_hindrance_find(const char *sql, PgaHindrance *hindrance);
void pga_hindrance_clear(PgaHindrance *hindrance);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaHindrance, pga_hindrance_clear)

G_END_DECLS
