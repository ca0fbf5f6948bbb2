/* The builders of objects besides relations, as the collector fills them. */
#include "schema.h"

PgaRoutine *
schema_routine(Model *model, const char *proname, const char *arguments)
{
    PgaRoutine *routine = pga_record_add(model->objects->schema->routines, &pga_routine_type);

    routine->oid = model->next_oid++;
    routine->nspname = g_strdup("public");
    routine->proname = g_strdup(proname);
    routine->arguments = g_strdup(arguments);
    routine->result = g_strdup("integer");
    routine->language = g_strdup("sql");
    routine->prokind = 'f';
    routine->provolatile = 'v';
    routine->source = g_strdup("SELECT 1");
    routine->owner = g_strdup("app");
    return routine;
}

PgaTrigger *
schema_trigger(Model *model, const PgaRelation *relation, const char *tgname)
{
    PgaTrigger *trigger = pga_record_add(model->objects->schema->triggers, &pga_trigger_type);

    trigger->oid = model->next_oid++;
    trigger->relation = relation->oid;
    trigger->tgname = g_strdup(tgname);
    trigger->tgenabled = 'O';
    trigger->function = g_strdup("public.f()");
    return trigger;
}

PgaPolicy *
schema_policy(Model *model, PgaOid relation, const char *polname, const char *who, const char *qual,
              const char *with_check)
{
    PgaPolicy *policy = pga_record_add(model->objects->schema->policies, &pga_policy_type);

    policy->oid = model->next_oid++;
    policy->relation = relation;
    policy->polname = g_strdup(polname);
    policy->permissive = TRUE;
    policy->cmd = *who;
    policy->roles = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(policy->roles, g_strdup(who + 2));
    policy->qual = g_strdup(qual);
    policy->with_check = g_strdup(with_check);
    return policy;
}

PgaRelationExtra *
schema_extra(Model *model, PgaOid oid, const char *relname)
{
    PgaRelationExtra *extra = pga_objects_add_relation(model->objects, oid);

    extra->relkind = 'r';
    extra->nspname = g_strdup("public");
    extra->relname = g_strdup(relname);
    extra->owner = g_strdup("app");
    return extra;
}

PgaView *
schema_view(Model *model, const char *relname, PgaOid reads)
{
    PgaView *view = pga_record_add(model->objects->schema->views, &pga_view_type);

    view->oid = model->next_oid++;
    view->nspname = g_strdup("public");
    view->relname = g_strdup(relname);
    view->owner = g_strdup("app");
    view->reads = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    if (reads)
        g_array_append_val(view->reads, reads);
    schema_extra(model, view->oid, relname)->relkind = 'v';
    return view;
}

PgaRole *
schema_role(Model *model, const char *rolname)
{
    PgaRole *role = pga_objects_add_role(model->objects, rolname);

    role->rolcanlogin = role->rolinherit = TRUE;
    role->rolconnlimit = -1;
    role->password = 's';
    return role;
}

Outcome
schema_run(Model *model, const char *rule)
{
    pga_objects_finish(model->objects);
    return model_run(model, rule);
}

const PgaFinding *
schema_finding(const Model *model, const char *object)
{
    for (guint i = 0; i < model->findings->len; i++)
        if (g_str_equal(model_finding_at(model, i)->object, object))
            return model_finding_at(model, i);
    g_error("no finding about %s", object);
}
