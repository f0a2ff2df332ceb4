"""Pages of coverage: the last days with their sums, and one day call by call."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clearline.formats.call_records import Faulty, read_call_records
from clearline.formats.errors import NotRead
from clearline.formats.moments import Order
from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.record.days import day_of
from clearline.record.judging import judging
from clearline.record.models import Event
from clearline.record.queries import reach
from clearline.record.watching import Watches
from clearline.review.coverage.accounting import Account, Became, Line, account
from clearline.review.coverage.actions import brought
from clearline.review.models import Statement
from clearline.ui.clock import now

DAYS: Final = 30
LARGEST: Final = 50_000_000  # bytes
SHOWN: Final = 200  # calls of a day on a page
ODD: Final = "odd"
SIDES: Final[Mapping[str, str]] = {
    ODD: "Not evaluated, or contradicted",
    Became.FAILED: "Failed",
    Became.DUE: "Due",
    Became.EXCLUDED: "Excluded",
    Became.EVALUATED: "Evaluated",
    "contradicted": "Contradicted",
}
"""Which calls of a day are shown."""


class RecordsForm(forms.Form):
    """A file of the switch."""

    file = forms.FileField(
        label="Call records of the switch",
        help_text="CSV of Asterisk, VICIdial, Twilio and their like, or Contact Lens.",
    )
    zone = forms.CharField(label="Time zone of its times", max_length=60, initial=settings.TIME_ZONE)
    order = forms.ChoiceField(
        label="A date like 03/04/2026 begins with",
        choices=[("", "what its other dates show"), (Order.DAY, "the day"), (Order.MONTH, "the month")],
        required=False,
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(
                f"It is larger than {LARGEST // 1_000_000} MB: use `clearline coverage add`."
            )
        return file

    def clean_zone(self) -> str:
        from clearline.ui.display import zones  # noqa: PLC0415 # hundreds of names

        zone: str = self.cleaned_data["zone"]
        if zone != "UTC" and zone not in zones():
            raise forms.ValidationError("Name it as in Europe/Berlin.")
        return zone


@needs("see coverage")
@require_safe
@never_cache
def days(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    today = day_of(at)
    stated: dict[date, Statement] = {}
    for one in Statement.objects.filter(day__gt=today - timedelta(days=DAYS)).order_by("number"):
        stated[one.day] = one
    entries = _entries([*stated.values()])
    rows = [
        (one, entries.get((one.day, one.number)))
        for one in sorted(stated.values(), key=lambda one: one.day, reverse=True)
    ]
    shown = {
        "rows": rows,
        "today": today,
        "counts": account(today, at).counts,
        "adds": may(asks, "add call records"),
        "whole": sum(one.counts["known"] for one in stated.values()),
        "failed": sum(one.counts["failed"] for one in stated.values()),
    }
    return render(request, "review/coverage/days.html", shown)


@needs("see coverage")
@require_safe
@never_cache
def day(request: HttpRequest, day: str) -> HttpResponse:
    """The calls of one day: at first those that were not evaluated, and those about which switch and record disagree."""
    asks, at = who(request), now()
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise Http404("a day is written as 2026-11-30") from None
    if asked > day_of(at):
        raise Http404("this day has not begun")
    found: Account = account(asked, at)
    side = request.GET.get("show", ODD)
    start = request.GET.get("from", "0")
    if side not in SIDES or not start.isdecimal() or len(start) > 7:  # digits
        raise Http404("there is no such part of this day")
    rows = [one for one in found.lines if _in(side, one)]
    begin = int(start)
    statements = list(Statement.objects.filter(day=asked).order_by("number"))
    entries = _entries(statements)
    part = rows[begin : begin + SHOWN]
    seen = set(
        reach.calls(asks)
        .filter(timeline__kind="call", timeline__subject__in=[one.call for one in part])
        .values_list("timeline__subject", flat=True)
    )
    shown = {
        "day": asked,
        "counts": found.counts,
        "rows": [(one, one.call in seen) for one in part],
        "sides": [(name, label, name == side) for name, label in SIDES.items()],
        "side": side,
        "title": SIDES[side],
        "next": begin + SHOWN if len(rows) > begin + SHOWN else 0,
        "before": max(0, begin - SHOWN) if begin else None,
        "total": len(rows),
        "statements": [(one, entries.get((one.day, one.number))) for one in statements],
        "same": bool(statements) and statements[-1].digest == found.digest,
    }
    return render(request, "review/coverage/day.html", shown)


def _in(side: str, line: Line) -> bool:
    if side == ODD:
        return line.became is not Became.EVALUATED or bool(line.contradiction)
    return bool(line.contradiction) if side == "contradicted" else line.became == side


@needs("add call records")
def add_records(request: HttpRequest) -> HttpResponse:
    asks = who(request)
    form = RecordsForm(request.POST or None, request.FILES or None)
    faulty: list[Faulty] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            told = form.cleaned_data
            order = Order(told["order"]) if told["order"] else None
            records, faulty = read_call_records(file.read(), told["zone"], order)
        except NotRead as error:
            form.add_error("file", str(error))
        else:
            made = brought(records, file.name or "a file", now(), Watches(judging), asks)
            messages.success(request, f"{made}; {len(faulty):,} lines not read.")
            if not faulty:
                return redirect("days")
    shown = {"form": form, "faulty": faulty[:20]}
    return render(request, "review/coverage/add.html", shown, status=400 if form.errors else 200)


def _entries(rows: list[Statement]) -> dict[tuple[date, int], int]:
    """The entries of statements in the log."""
    names = {f"coverage.{one.day.isoformat()}.{one.number}": (one.day, one.number) for one in rows}
    found = Event.objects.filter(source="clearline", name__in=list(names)).values_list("name", "entry")
    return {names[name]: entry for name, entry in found}
