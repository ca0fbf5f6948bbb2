from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from .models import Seat, Show


@transaction.atomic
def book(request, pk):
    seat = Seat.objects.select_related("show").select_for_update().get(pk=pk)  # expect: dj-select-for-update-joins
    seat.taken_by = request.user.username
    seat.save(update_fields=["taken_by"])
    return HttpResponse("booked")


@transaction.atomic
def book_several(request):
    seats = Seat.objects.select_for_update().filter(pk__in=request.POST.getlist("seat"))
    for seat in seats:  # expect: dj-select-for-update-order
        seat.taken_by = request.user.username
        seat.save(update_fields=["taken_by"])  # expect: dj-query-in-loop
    return HttpResponse("booked")


def on_day(request):
    shows = Show.objects.filter(begins__date=request.GET["day"])
    return render(request, "tickets/shows.html", {"shows": shows})  # expect: dj-function-on-column


def in_row(request, pk):
    seats = Seat.objects.filter(show_id=pk, row=request.GET["row"])  # expect: dj-composite-index-missing
    return render(request, "tickets/seats.html", {"seats": seats})


def free_in_row(request, pk):
    seats = Seat.objects.filter(show_id=pk, row=request.GET["row"], taken_by="")
    return render(request, "tickets/seats.html", {"seats": seats})
