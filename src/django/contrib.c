/* Models that projects take from packages: read by the same reader, as the packages have them.
 * Source: Django 3.2 to 5.2 django/contrib; django-model-utils 4, django-extensions 3, DRF 3. */
#include <string.h>

#include "project_internal.h"

#define IMPORTS "from django.db import models\n"

static const struct {
    const char *path, *text;
} files[] = {
    {"django/contrib/contenttypes/models.py",
     IMPORTS "class ContentType(models.Model):\n"
             "    app_label = models.CharField(max_length=100)\n"
             "    model = models.CharField(max_length=100)\n"
             "    class Meta:\n"
             "        db_table = 'django_content_type'\n"
             "        unique_together = [['app_label', 'model']]\n"},
    {"django/contrib/auth/base_user.py",
     IMPORTS "class AbstractBaseUser(models.Model):\n"
             "    password = models.CharField(max_length=128)\n"
             "    last_login = models.DateTimeField(blank=True, null=True)\n"
             "    class Meta:\n"
             "        abstract = True\n"},
    {"django/contrib/auth/models.py",
     IMPORTS "from django.contrib.auth.base_user import AbstractBaseUser\n"
             "from django.contrib.contenttypes.models import ContentType\n"
             "class Permission(models.Model):\n"
             "    name = models.CharField(max_length=255)\n"
             "    content_type = models.ForeignKey(ContentType, models.CASCADE)\n"
             "    codename = models.CharField(max_length=100)\n"
             "    class Meta:\n"
             "        unique_together = [['content_type', 'codename']]\n"
             "        ordering = ['content_type__app_label', 'content_type__model', 'codename']\n"
             "class Group(models.Model):\n"
             "    name = models.CharField(max_length=150, unique=True)\n"
             "    permissions = models.ManyToManyField(Permission, blank=True)\n"
             "class PermissionsMixin(models.Model):\n"
             "    is_superuser = models.BooleanField(default=False)\n"
             "    groups = models.ManyToManyField(Group, blank=True)\n"
             "    user_permissions = models.ManyToManyField(Permission, blank=True)\n"
             "    class Meta:\n"
             "        abstract = True\n"
             "class AbstractUser(AbstractBaseUser, PermissionsMixin):\n"
             "    username = models.CharField(max_length=150, unique=True)\n"
             "    first_name = models.CharField(max_length=150, blank=True)\n"
             "    last_name = models.CharField(max_length=150, blank=True)\n"
             "    email = models.EmailField(blank=True)\n"
             "    is_staff = models.BooleanField(default=False)\n"
             "    is_active = models.BooleanField(default=True)\n"
             "    date_joined = models.DateTimeField(default=timezone.now)\n"
             "    class Meta:\n"
             "        abstract = True\n"
             "class User(AbstractUser):\n"
             "    class Meta(AbstractUser.Meta):\n"
             "        swappable = 'AUTH_USER_MODEL'\n"},
    {"django/contrib/sessions/base_session.py",
     IMPORTS "class AbstractBaseSession(models.Model):\n"
             "    session_key = models.CharField(max_length=40, primary_key=True)\n"
             "    session_data = models.TextField()\n"
             "    expire_date = models.DateTimeField(db_index=True)\n"
             "    class Meta:\n"
             "        abstract = True\n"},
    {"django/contrib/sessions/models.py",
     "from django.contrib.sessions.base_session import AbstractBaseSession\n"
     "class Session(AbstractBaseSession):\n"
     "    class Meta(AbstractBaseSession.Meta):\n"
     "        db_table = 'django_session'\n"},
    {"django/contrib/admin/models.py",
     IMPORTS "from django.conf import settings\n"
             "from django.contrib.contenttypes.models import ContentType\n"
             "class LogEntry(models.Model):\n"
             "    action_time = models.DateTimeField(default=timezone.now)\n"
             "    object_id = models.TextField(blank=True, null=True)\n"
             "    object_repr = models.CharField(max_length=200)\n"
             "    action_flag = models.PositiveSmallIntegerField()\n"
             "    change_message = models.TextField(blank=True)\n"
             "    content_type = models.ForeignKey(ContentType, models.SET_NULL, null=True)\n"
             "    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)\n"
             "    class Meta:\n"
             "        db_table = 'django_admin_log'\n"
             "        ordering = ['-action_time']\n"},
    {"django/contrib/sites/models.py",
     IMPORTS "class Site(models.Model):\n"
             "    domain = models.CharField(max_length=100)\n"
             "    name = models.CharField(max_length=50)\n"
             "    class Meta:\n" /* its second migration made it unique */
             "        db_table = 'django_site'\n"
             "        constraints = [models.UniqueConstraint(fields=['domain'],\n"
             "            name='django_site_domain_a2e37b91_uniq')]\n"
             "        indexes = [models.Index(fields=['domain'],\n"
             "            opclasses=['varchar_pattern_ops'],\n"
             "            name='django_site_domain_a2e37b91_like')]\n"
             "        ordering = ['domain']\n"},
    {"django/contrib/flatpages/models.py",
     IMPORTS "from django.contrib.sites.models import Site\n"
             "class FlatPage(models.Model):\n"
             "    url = models.CharField(max_length=100, db_index=True)\n"
             "    title = models.CharField(max_length=200)\n"
             "    content = models.TextField(blank=True)\n"
             "    enable_comments = models.BooleanField(default=False)\n"
             "    template_name = models.CharField(max_length=70, blank=True)\n"
             "    registration_required = models.BooleanField(default=False)\n"
             "    sites = models.ManyToManyField(Site)\n"
             "    class Meta:\n"
             "        db_table = 'django_flatpage'\n"
             "        ordering = ['url']\n"},
    {"django/contrib/redirects/models.py",
     IMPORTS "from django.contrib.sites.models import Site\n"
             "class Redirect(models.Model):\n"
             "    site = models.ForeignKey(Site, models.CASCADE)\n"
             "    old_path = models.CharField(max_length=200, db_index=True)\n"
             "    new_path = models.CharField(max_length=200, blank=True)\n"
             "    class Meta:\n"
             "        db_table = 'django_redirect'\n"
             "        unique_together = [['site', 'old_path']]\n"
             "        ordering = ['old_path']\n"},
    {"rest_framework/authtoken/models.py",
     IMPORTS "from django.conf import settings\n"
             "class Token(models.Model):\n"
             "    key = models.CharField(max_length=40, primary_key=True)\n"
             "    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)\n"
             "    created = models.DateTimeField(auto_now_add=True)\n"},
    {"model_utils/models.py", IMPORTS "class TimeStampedModel(models.Model):\n"
                                      "    created = models.DateTimeField(editable=False)\n"
                                      "    modified = models.DateTimeField(editable=False)\n"
                                      "    class Meta:\n"
                                      "        abstract = True\n"
                                      "class TimeFramedModel(models.Model):\n"
                                      "    start = models.DateTimeField(null=True)\n"
                                      "    end = models.DateTimeField(null=True)\n"
                                      "    class Meta:\n"
                                      "        abstract = True\n"
                                      "class SoftDeletableModel(models.Model):\n"
                                      "    is_removed = models.BooleanField(default=False)\n"
                                      "    class Meta:\n"
                                      "        abstract = True\n"},
    {"django_extensions/db/models.py",
     IMPORTS "class TimeStampedModel(models.Model):\n"
             "    created = models.DateTimeField(auto_now_add=True)\n"
             "    modified = models.DateTimeField(auto_now=True)\n"
             "    class Meta:\n"
             "        abstract = True\n"},
};

void
pga_django_add_built_in(PgaDjangoProject *project)
{
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        const gsize length = strlen(files[i].text);
        PgaDjangoFile *file;

        if (pga_django_project_file(project, files[i].path))
            continue; /* the package's own sources are here */
        pga_django_project_add(project, files[i].path, files[i].text, length);
        file = g_ptr_array_index(project->files, project->files->len - 1);
        file->is_built_in = TRUE;
        file->root = g_strdup("");
        file->module = g_strndup(file->path, strlen(file->path) - strlen(".py"));
        g_strdelimit(file->module, "/", '.');
    }
}
