/* The import lines that Python made by this program needs. */
#include "django/rewrite.h"

#include <base/text.h>
#include <string.h>

#define MODULE_INDEXES     "django.contrib.postgres.indexes"
#define MODULE_OPERATIONS  "django.contrib.postgres.operations"
#define MODULE_CONSTRAINTS "django.contrib.postgres.constraints"
#define MODULE_JSON        "django.db.models.fields.json"
#define MODULE_VALIDATORS  "django.core.validators"
#define MODULE_FUNCTIONS   "django.db.models.functions"

static const struct {
    const char *name, *module;
} known[] = {
    {"GinIndex", MODULE_INDEXES},
    {"GistIndex", MODULE_INDEXES},
    {"BrinIndex", MODULE_INDEXES},
    {"HashIndex", MODULE_INDEXES},
    {"SpGistIndex", MODULE_INDEXES},
    {"OpClass", MODULE_INDEXES},
    {"ExclusionConstraint", MODULE_CONSTRAINTS},
    {"AddIndexConcurrently", MODULE_OPERATIONS},
    {"RemoveIndexConcurrently", MODULE_OPERATIONS},
    {"AddConstraintNotValid", MODULE_OPERATIONS},
    {"ValidateConstraint", MODULE_OPERATIONS},
    {"TrigramExtension", MODULE_OPERATIONS},
    {"BtreeGinExtension", MODULE_OPERATIONS},
    {"BtreeGistExtension", MODULE_OPERATIONS},
    {"CITextExtension", MODULE_OPERATIONS},
    {"HStoreExtension", MODULE_OPERATIONS},
    {"UnaccentExtension", MODULE_OPERATIONS},
    {"CreateExtension", MODULE_OPERATIONS},
    {"KeyTextTransform", MODULE_JSON},
    {"KeyTransform", MODULE_JSON},
    {"Upper", MODULE_FUNCTIONS},
    {"Lower", MODULE_FUNCTIONS},
    {"Cast", MODULE_FUNCTIONS},
    {"Coalesce", MODULE_FUNCTIONS},
    {"Trim", MODULE_FUNCTIONS},
    {"Length", MODULE_FUNCTIONS},
    {"MD5", MODULE_FUNCTIONS},
    {"Now", MODULE_FUNCTIONS},
    {"MinValueValidator", MODULE_VALIDATORS},
    {"MaxValueValidator", MODULE_VALIDATORS},
    {"MinLengthValidator", MODULE_VALIDATORS},
    {"MaxLengthValidator", MODULE_VALIDATORS},
    {"RegexValidator", MODULE_VALIDATORS},
    {"EmailValidator", MODULE_VALIDATORS},
    {"URLValidator", MODULE_VALIDATORS},
    {"timezone", "django.utils"},
    {"settings", "django.conf"},
    {"Q", "django.db.models"},
    {"F", "django.db.models"},
    {"CheckConstraint", "django.db.models"},
    {"UniqueConstraint", "django.db.models"},
    {"Index", "django.db.models"},
    {"models", "django.db"},
    {"migrations", "django.db"},
    {"transaction", "django.db"},
};

/* As a name of its own, not as a part or an attribute of another. */
static gboolean
uses(const char *code, const char *name)
{
    const gsize length = strlen(name);

    for (const char *at = strstr(code, name); at; at = strstr(at + 1, name)) {
        const char before = *(at > code ? at - 1 : " "), after = at[length];

        if (!g_ascii_isalnum(before) && !strchr("_.\"'", before) && (after == '(' || after == '.'))
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pga_django_imports(const char *code)
{
    g_autoptr(GHashTable) modules = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        g_autoptr(GPtrArray) names = g_ptr_array_new();

        if (!g_hash_table_add(modules, (gpointer)known[i].module))
            continue;
        for (guint j = i; j < G_N_ELEMENTS(known); j++)
            if (known[j].module == known[i].module && uses(code, known[j].name))
                g_ptr_array_add(names, (gpointer)known[j].name);
        if (names->len > 0) {
            g_autofree char *joined = NULL;

            g_ptr_array_sort(names, pga_compare_texts);
            g_ptr_array_add(names, NULL);
            joined = g_strjoinv(", ", (char **)names->pdata);
            g_ptr_array_add(lines, g_strdup_printf("from %s import %s", known[i].module, joined));
        }
    }
    g_ptr_array_sort(lines, pga_compare_texts);
    return lines;
}
