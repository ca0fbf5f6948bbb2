from django.db import models


class Mailbox(models.Model):
    address = models.EmailField(unique=True)
    smtp_password = models.CharField(max_length=100)  # expect: dj-plaintext-password

    def __str__(self):  # expect: dj-secret-logged-repr
        return f"{self.address}:{self.smtp_password}"


class Invitation(models.Model):
    email = models.EmailField(unique=True)
    phone = models.CharField(max_length=20, null=True, blank=True)  # expect: dj-nullable-string
    sent = models.DateTimeField(null=True)

    def __str__(self):
        return self.email
