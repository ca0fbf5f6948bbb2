from django.contrib.auth.models import User
from django.utils import timezone

from .models import Invitation


def register(form):
    return User.objects.create_user(
        form.cleaned_data["name"], password=form.cleaned_data["password"]
    )


def invite(email):
    return Invitation.objects.create(email=email, sent=timezone.now())
