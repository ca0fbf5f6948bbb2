import datetime

from django.contrib.auth.models import User

from .models import Invitation


def register(form):
    return User.objects.create(  # expect: dj-password-assigned-raw
        username=form.cleaned_data["name"], password=form.cleaned_data["password"]
    )


def invite(email):
    return Invitation.objects.create(  # expect: dj-naive-datetime
        email=email, sent=datetime.datetime.now()
    )
