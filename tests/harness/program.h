/* The built program as its users run it: arguments and environment in, streams and exit status out.
 */
#pragma once
#include <glib.h>

typedef struct {
    int status; /* exit status; 128 + N when ended by signal N */
    char *out;
    char *err;
} PgaProgramRun;

/* Runs the program (PGA_PROGRAM) with @arguments (NULL-terminated, without the program's name) and
 * @environment
 * ("NAME=value" strings added to ours, NULL-terminated; (nullable)). Fails the test when it cannot
 * be started. */
PgaProgramRun *pga_program_run(const char *const *arguments, const char *const *environment);
void pga_program_run_free(PgaProgramRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaProgramRun, pga_program_run_free)

/* Whether each of @parts (NULL-terminated) is in @text; the test fails naming the first that is
 * not. */
void pga_assert_contains(const char *text, const char *part);
void pga_assert_lacks(const char *text, const char *part);

/* Whether @json follows schemas/@schema; nothing is checked where Python lacks jsonschema. */
void pga_assert_valid(const char *json, const char *schema);
