/* Objects besides relations in a model. */
#pragma once
#include "model.h"

/* A SECURITY INVOKER function in SQL, VOLATILE, of the role "app", with EXECUTE for PUBLIC. */
PgaRoutine *schema_routine(Model *model, const char *proname, const char *arguments);

/* Enabled, calling public.f(). */
PgaTrigger *schema_trigger(Model *model, const PgaRelation *relation, const char *tgname);

/* Permissive; @who: a letter of pg_policy.polcmd, a blank, a role; @qual, @with_check: (nullable).
 */
PgaPolicy *schema_policy(Model *model, PgaOid relation, const char *polname, const char *who,
                         const char *qual, const char *with_check);

/* What PgaObjects says of the relation; of "app", relkind r, without ACL. */
PgaRelationExtra *schema_extra(Model *model, PgaOid oid, const char *relname);

/* In public, of "app", reading @reads (0: nothing), with its PgaRelationExtra. */
PgaView *schema_view(Model *model, const char *relname, PgaOid reads);

/* A role that may log in, with a SCRAM password. */
PgaRole *schema_role(Model *model, const char *rolname);

/* Finishes the objects and runs that rule alone. */
Outcome schema_run(Model *model, const char *rule);

/* The finding about @object; the test fails without. */
const PgaFinding *schema_finding(const Model *model, const char *object);
