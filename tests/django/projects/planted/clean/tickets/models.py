from django.db import models


class Venue(models.Model):
    name = models.CharField(max_length=100, unique=True)

    def __str__(self):
        return self.name


class Show(models.Model):
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True)
    title = models.CharField(max_length=200)
    begins = models.DateTimeField(db_index=True)
    colour = models.CharField(max_length=7, default="")

    def __str__(self):
        return self.title


class Seat(models.Model):
    show = models.ForeignKey(Show, models.CASCADE, related_name="seats", db_index=False)
    row = models.CharField(max_length=3)
    number = models.PositiveIntegerField()
    taken_by = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=7, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["show", "row", "number"], name="seat_once")
        ]

    def __str__(self):
        return f"{self.row}{self.number}"
