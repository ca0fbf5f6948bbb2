import datetime

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from .models import Seat, Show


@transaction.atomic
def book(request, pk):
    seat = Seat.objects.select_related("show").select_for_update(of=("self",)).get(pk=pk)
    seat.taken_by = request.user.username
    seat.save(update_fields=["taken_by"])
    return HttpResponse("booked")


@transaction.atomic
def book_several(request):
    seats = (
        Seat.objects.select_for_update()
        .filter(pk__in=request.POST.getlist("seat"))
        .order_by("pk")
    )
    for seat in seats:
        seat.taken_by = request.user.username
    Seat.objects.bulk_update(seats, ["taken_by"], batch_size=100)
    return HttpResponse("booked")


def on_day(request):
    begin = datetime.datetime.fromisoformat(request.GET["day"])
    end = begin + datetime.timedelta(days=1)
    shows = Show.objects.filter(begins__gte=begin, begins__lt=end)
    return render(request, "tickets/shows.html", {"shows": shows})


def in_row(request, pk):
    seats = Seat.objects.filter(show_id=pk, row=request.GET["row"])
    return render(request, "tickets/seats.html", {"seats": seats})


def free_in_row(request, pk):
    seats = Seat.objects.filter(show_id=pk, row=request.GET["row"], taken_by="")
    return render(request, "tickets/seats.html", {"seats": seats})
