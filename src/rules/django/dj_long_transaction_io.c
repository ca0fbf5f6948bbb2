/* dj-long-transaction-io: a transaction that waits for the network holds its locks, its snapshot
 * and its connection as long. */
#include <string.h>

#include "../django_flow_internal.h"

static gboolean
waits(const char *name)
{
    static const char *const begins[] = {"requests.", "httpx.",   "urllib.request.", "urllib3.",
                                         "smtplib.",  "boto3.",   "paramiko.",       "stripe.",
                                         "ftplib.",   "aiohttp.", "xmlrpc.client.",  "twilio."};
    static const char *const exact[] = {"time.sleep",
                                        "sleep",
                                        "urlopen",
                                        "asyncio.sleep",
                                        "subprocess.run",
                                        "subprocess.call",
                                        "subprocess.check_call",
                                        "subprocess.check_output",
                                        NULL};
    /* constants, exceptions and objects that connect later */
    static const char *const harmless[] = {"Exception", "Error", "Session", "Timeout", "Client",
                                           "Request",   "Retry", "client",  NULL};
    const char *dot = strrchr(name, '.');

    if (g_strv_contains(exact, name))
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(begins); i++)
        if (g_str_has_prefix(name, begins[i]))
            return !g_strv_contains(harmless, dot + 1) && !g_str_has_suffix(name, "Error") &&
                   !strstr(name, ".exceptions.") && !g_ascii_isupper(dot[1]);
    return FALSE;
}

/* atomic() itself, not ATOMIC_REQUESTS: that the code chose. */
static gboolean
is_chosen(const PgaDjangoEvent *event)
{
    return event->function->is_atomic || pga_django_event_block(event, PGA_DJANGO_BLOCK_ATOMIC);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    PgaFinding *finding;

    if (event->act != PGA_DJANGO_CALL || !event->name || !waits(event->name) ||
        !pga_django_event_is_atomic(run->code, event) ||
        pga_django_event_block(event, PGA_DJANGO_BLOCK_LAMBDA))
        return;
    finding = pga_django_add_at_event(
        run, event,
        "%s() is waited for in a transaction%s: rows that it changed before stay locked, its "
        "connection is idle in transaction, and VACUUM cannot clean what is newer than it.",
        event->name, is_chosen(event) ? "" : " (ATOMIC_REQUESTS)");
    finding->confidence = is_chosen(event) ? PGA_CONFIDENCE_CERTAIN : PGA_CONFIDENCE_LIKELY;
    if (pga_flow_is_single(event->function))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_django_fix_code(finding, g_strdup("# before or behind the block:\n"
                                          "answer = ...\n"
                                          "with transaction.atomic():\n"
                                          "    ...  # only what reads and writes rows"));
}

const PgaRule pga_rule_dj_long_transaction_io = {
    .id = "dj-long-transaction-io",
    .title = "Network call or sleep inside a transaction",
    .category = "concurrency",
    .family = PGA_FAMILY_OPERATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "As long as another machine takes to answer, rows stay locked and the connection is "
           "idle in "
           "transaction; when it hangs, so does everybody who needs these rows.",
    .when_not = "The call answers at once and nothing was written before.",
    .condition =
        "A call of requests, httpx, urllib, boto3, smtplib and the like, of a program, or of "
        "sleep() stands in an atomic() block or function, or in a view with "
        "ATOMIC_REQUESTS.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Order(models.Model):\n"
               "    paid = models.BooleanField(default=False)\n"
               "# shop/views.py\n"
               "import requests\n"
               "from django.db import transaction\n"
               "from .models import Order\n"
               "def pay(request, pk):\n"
               "    with transaction.atomic():\n"
               "        Order.objects.filter(pk=pk).update(paid=True)\n"
               "        requests.post(\"https://bank.example/pay\")",
    .fix = "Moves the call before or behind the transaction.",
    .docs = "runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT",
    .docs_title = "Client Connection Defaults: idle_in_transaction_session_timeout",
    .requirements = "DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
