/* Text of a hostile source: read so that no error gets past, and nothing runs as superuser. */
#include "import.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

#include <math.h>

enum { MESSAGE_BYTES = 400, LINE_BYTES = 2 * MESSAGE_BYTES };

/* In the caller's context; the subtransaction is rolled back. */
static char *
caught(MemoryContext context, ResourceOwner owner)
{
    ErrorData *error;
    char *message;

    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
        ReThrowError(error);
    message = whatif_printable(error->message ? error->message : "error without a message");
    FreeErrorData(error);
    return message;
}

char *
whatif_try(Oid owner, void (*work)(void *), void *argument)
{
    const MemoryContext context = CurrentMemoryContext;
    const ResourceOwner resources = CurrentResourceOwner;
    char *volatile message = NULL;
    Oid user;
    int security, guc_level;

    GetUserIdAndSecContext(&user, &security);
    BeginInternalSubTransaction(NULL);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        SetUserIdAndSecContext(owner, security | SECURITY_RESTRICTED_OPERATION);
        guc_level = NewGUCNestLevel();
        work(argument);
        AtEOXact_GUC(false, guc_level);
        SetUserIdAndSecContext(user, security);
        ReleaseCurrentSubTransaction();
        MemoryContextSwitchTo(context);
        CurrentResourceOwner = resources;
    }
    PG_CATCH();
    {
        message = caught(context, resources);
    }
    PG_END_TRY();
    return message;
}

char *
whatif_printable(const char *text)
{
    const int length = (int)strnlen(text, LINE_BYTES);
    char *out = pnstrdup(text, pg_mbcliplen(text, length, MESSAGE_BYTES));

    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    return out;
}

void
whatif_problem(StringInfo problems, const char *format, ...)
{
    char line[LINE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (problems->len > 0)
        appendStringInfoString(problems, "; ");
    appendStringInfoString(problems, whatif_printable(line));
}

Datum
whatif_answer(FunctionCallInfo fcinfo, const StringInfoData *problems)
{
    if (problems->len == 0)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(problems->data));
}

static const char *
read_number(const char *text, bool single, double *out)
{
    char *end;

    errno = 0;
    *out = single ? strtof(text, &end) : strtod(text, &end);
    return end != text && isfinite(*out) ? end : NULL;
}

bool
whatif_parse_number(const char *text, bool single, double *out)
{
    const char *end = read_number(text, single, out);

    return end && *end == '\0';
}

double *
whatif_parse_numbers(const char *text, bool single, int limit, int *n)
{
    const char *p = text;
    int count = 1;
    double *out;

    *n = 0;
    if (*p++ != '{')
        return NULL;
    for (const char *c = p; *c; c++)
        count += *c == ',';
    if (count > limit)
        return NULL;
    out = palloc(sizeof(double) * count);
    if (strcmp(p, "}") == 0)
        return out;
    for (;;) {
        p = read_number(p, single, &out[(*n)++]);
        if (!p || (*p != ',' && *p != '}'))
            return NULL;
        if (*p++ == '}')
            return *p == '\0' ? out : NULL;
    }
}

bool
whatif_text_elements(Datum datum, char ***elements, int *n)
{
    ArrayType *array = DatumGetArrayTypeP(datum);
    Datum *datums;
    bool *nulls;

    *n = 0;
    *elements = NULL;
    if (ARR_NDIM(array) > 1 || ARR_ELEMTYPE(array) != TEXTOID)
        return false;
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &datums, &nulls, n);
    *elements = palloc0(sizeof(char *) * (*n + 1));
    for (int i = 0; i < *n; i++)
        (*elements)[i] = nulls[i] ? NULL : TextDatumGetCString(datums[i]);
    return true;
}

Datum
whatif_values_in(char *text, Oid element, int32 typmod, int *n)
{
    const Oid base = getBaseTypeAndTypmod(element, &typmod);
    const Datum datum = OidInputFunctionCall(F_ARRAY_IN, text, base, typmod);
    ArrayType *array = DatumGetArrayTypeP(datum);

    if (ARR_NDIM(array) > 1)
        elog(ERROR, "values of more than one dimension");
    if (array_contains_nulls(array))
        elog(ERROR, "a NULL among the values");
    ARR_ELEMTYPE(array) = element; /* as ANALYZE: the declared type, domains included */
    *n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    return PointerGetDatum(array);
}
