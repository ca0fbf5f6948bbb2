/* The map of SQL over a small shop, and what a text is expected to become: in a template, {n:word}
 * stands for a word's pseudonym, {text:Bob} for a value of a type, {'text:Bob} for it in quotes,
 * {=:x} for x, {+integer} for the shift of one, {days} and {hours} for that of dates. */
#pragma once
#include "maps.h"
#include "sql_internal.h"

typedef struct {
    PgaSnapshot *snapshot;
    PgaNameMap *names;
    PgaValueMap *values;
    PgaSqlMap *sql;
} TestShop;

void test_shop_init(TestShop *shop);
void test_shop_clear(TestShop *shop);

const PgaRelation *test_shop_relation(const TestShop *shop, const char *relname);

/* (transfer full) */
char *test_shop_expand(const TestShop *shop, const char *template);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestShop, test_shop_clear)
