/* Scripts read and written down again, one line a step. */
#pragma once
#include <migration/script.h>

/* (transfer full): "LINE:COLUMN kind TRANSACTION text" of each step of @text as @tool runs it; "*"
 * behind a transaction that is a block, what else is told of a step in brackets. */
char *script_steps(const char *tool, const char *text);

/* The same of a file. */
char *script_file_steps(const PgaMigrationFile *file, const PgaMigrationOptions *options);
