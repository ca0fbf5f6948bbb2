/* Which words are keywords that PostgreSQL 18 does not take as a bare identifier. */
#pragma once
#include <glib.h>

/* @word: in lower case */
gboolean pga_keyword_needs_quotes(const char *word);
