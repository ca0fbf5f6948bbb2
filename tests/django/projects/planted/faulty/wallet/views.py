from django.http import HttpResponse

from .services import move


def transfer(request):
    move(request.user.wallet.pk, request.POST["taker"], request.POST["amount"])
    return HttpResponse("done")
