/* The verbs: each parses its options, calls the app layer, prints, and answers with an exit status.
 */
#pragma once
#include <glib.h>

#include "exit.h"

/* @argv[0] is the verb. On failure @error is set and the status follows from it. */
#define VERB(name, summary) PgaExit pga_cmd_##name(int argc, char **argv, GError **error);
#include "verbs.def"
#undef VERB
