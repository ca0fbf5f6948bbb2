/* Machines as other tools describe them. */
#pragma once
#include <advisor/tuning.h>
#include <jansson.h>

G_BEGIN_DECLS

/* @input: what the tool was given. */
void test_read_pgtune(PgaTuningInput *in, const json_t *input);
void test_read_pgconfig(PgaTuningInput *in, const json_t *input);
void test_read_timescaledb(PgaTuningInput *in, const json_t *input);

G_END_DECLS
