from django.db import models


class Mailbox(models.Model):
    address = models.EmailField(unique=True)
    secret_name = models.CharField(max_length=100, help_text="Name of the entry in the vault")

    def __str__(self):
        return self.address


class Invitation(models.Model):
    email = models.EmailField(unique=True)
    phone = models.CharField(max_length=20, blank=True, default="")
    sent = models.DateTimeField(null=True)

    def __str__(self):
        return self.email
