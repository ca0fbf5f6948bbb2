/* What is sorted, united and found among objects. */
#include <model/object.h>

static const PgaObjectId view = PGA_OBJECT_ID(PGA_CLASS_RELATION, 20000);
static const PgaObjectId table = PGA_OBJECT_ID(PGA_CLASS_RELATION, 20001);
static const PgaObjectId routine = PGA_OBJECT_ID(PGA_CLASS_ROUTINE, 20000);
static const PgaObjectId last = PGA_OBJECT_ID(G_MAXUINT32, G_MAXUINT32);

static void
depend(PgaObjects *objects, PgaObjectId dependent, PgaObjectId referenced, gboolean late)
{
    const PgaDependency dependency = {
        .dependent = dependent, .referenced = referenced, .late = late};

    g_array_append_val(objects->dependencies, dependency);
}

static void
test_id(void)
{
    g_assert_cmpint(PGA_OBJECT_CLASS(view), ==, PGA_CLASS_RELATION);
    g_assert_cmpuint(PGA_OBJECT_OID(view), ==, 20000);
    g_assert_cmpuint(PGA_OBJECT_OID(last), ==, G_MAXUINT32);
}

/* The same oid in two catalogs is two objects. */
static void
test_lookup(void)
{
    g_autoptr(PgaObjects) objects = pga_objects_new();
    const PgaObject *first;

    pga_objects_add(objects, view)->name = g_strdup("view v");
    pga_objects_add(objects, routine)->name = g_strdup("function f()");
    pga_objects_add_relation(objects, 20001)->relname = g_strdup("t");
    pga_objects_add_relation(objects, 20000)->relname = g_strdup("v");
    pga_objects_finish(objects);
    g_assert_cmpstr(pga_objects_lookup(objects, view)->name, ==, "view v");
    g_assert_cmpstr(pga_objects_lookup(objects, routine)->name, ==, "function f()");
    g_assert_null(pga_objects_lookup(objects, table));
    g_assert_cmpstr(pga_objects_relation(objects, 20000)->relname, ==, "v");
    g_assert_null(pga_objects_relation(objects, 20002));
    first = g_ptr_array_index(objects->objects, 0);
    g_assert_true(first->id == routine);
}

/* A pair is there once, early when one of its reasons is; nothing depends on itself. */
static void
test_dependencies(void)
{
    g_autoptr(PgaObjects) objects = pga_objects_new();
    const PgaDependency *found;
    guint n = 99;

    depend(objects, view, table, TRUE);
    depend(objects, last, view, FALSE);
    depend(objects, view, view, FALSE);
    depend(objects, view, table, FALSE);
    depend(objects, view, routine, TRUE);
    depend(objects, routine, view, TRUE);
    pga_objects_finish(objects);
    g_assert_cmpuint(objects->dependencies->len, ==, 4);

    found = pga_objects_dependencies(objects, view, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_true(found[0].referenced == routine && found[0].late);
    g_assert_true(found[1].referenced == table && !found[1].late);
    g_assert_null(pga_objects_dependencies(objects, table, &n));
    g_assert_cmpuint(n, ==, 0);
    g_assert_null(pga_objects_dependencies(objects, 0, &n));
}

static void
test_order(void)
{
    g_autoptr(PgaObjects) objects = pga_objects_new();
    PgaRole *role = pga_objects_add_role(objects, "b");
    PgaRoleSetting *setting = pga_objects_add_role_setting(objects, "work_mem");

    pga_objects_add_role(objects, "a");
    g_ptr_array_add(role->member_of, g_strdup("z"));
    g_ptr_array_add(role->member_of, g_strdup("y"));
    setting->rolname = g_strdup("b");
    pga_objects_add_role_setting(objects, "work_mem")->in_database = TRUE;
    pga_objects_add_role_setting(objects, "work_mem");
    pga_objects_add_role_setting(objects, "jit");
    pga_objects_add_namespace(objects, "s");
    pga_objects_add_namespace(objects, "r");
    pga_objects_add_tablespace(objects, "q");
    pga_objects_add_tablespace(objects, "p");
    pga_objects_add_attribute(objects, 2)->attname = g_strdup("a");
    pga_objects_add_attribute(objects, 1)->attname = g_strdup("b");
    pga_objects_add_attribute(objects, 1)->attname = g_strdup("a");
    pga_objects_finish(objects);

    g_assert_true(g_ptr_array_index(objects->roles, 1) == role);
    g_assert_cmpstr(g_ptr_array_index(role->member_of, 0), ==, "y");
    g_assert_true(g_ptr_array_index(objects->role_settings, 3) == setting);
    g_assert_cmpstr(((PgaRoleSetting *)g_ptr_array_index(objects->role_settings, 0))->name, ==,
                    "jit");
    g_assert_true(((PgaRoleSetting *)g_ptr_array_index(objects->role_settings, 2))->in_database);
    g_assert_cmpstr(((PgaNamespace *)g_ptr_array_index(objects->namespaces, 0))->nspname, ==, "r");
    g_assert_cmpstr(((PgaTablespace *)g_ptr_array_index(objects->tablespaces, 0))->spcname, ==,
                    "p");
    g_assert_cmpstr(((PgaAttributeExtra *)g_ptr_array_index(objects->attributes, 0))->attname, ==,
                    "a");
    g_assert_cmpuint(((PgaAttributeExtra *)g_ptr_array_index(objects->attributes, 2))->relation, ==,
                     2);
    g_assert_cmpint(((PgaAttributeExtra *)g_ptr_array_index(objects->attributes, 2))->attstattarget,
                    ==, -1);
}

static void
test_empty(void)
{
    g_autoptr(PgaObjects) objects = pga_objects_new();
    guint n = 1;

    pga_objects_finish(objects);
    g_assert_null(pga_objects_dependencies(objects, view, &n));
    g_assert_cmpuint(n, ==, 0);
    pga_objects_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/object/id-is-class-and-oid", test_id);
    g_test_add_func("/model/object/found-by-class-and-oid", test_lookup);
    g_test_add_func("/model/object/dependencies-are-united", test_dependencies);
    g_test_add_func("/model/object/vectors-are-sorted", test_order);
    g_test_add_func("/model/object/nothing", test_empty);
    return g_test_run();
}
