"""The filters above lists: what people may ask for, and what it means."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils import timezone

from clearline.engine.durations import instant_of
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.judging import judging
from clearline.record.models import Call
from clearline.record.queries import staff
from clearline.record.queries.lists import CALL_ORDERS, FINDING_ORDERS, NEWEST, Wanted
from clearline.reports.account import SEVERITIES

ANY: Final = ("", "any")
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_EARLIEST, _LATEST = date(1970, 1, 2), date(2200, 1, 1)


def day_start(day: date) -> Instant:
    """The first moment of a day in the zone of whoever reads."""
    return instant_of(timezone.make_aware(datetime.combine(day, time())))


class _Filter(forms.Form):
    """Filters that every list has; a form of one person, who is offered no more than they may see."""

    since = forms.DateField(label="From", required=False, widget=_DATE)
    until = forms.DateField(label="To", required=False, widget=_DATE)
    agent = forms.ChoiceField(label="Agent", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    rule = forms.ChoiceField(label="Rule", required=False)
    sort = forms.ChoiceField(required=False, widget=forms.HiddenInput)

    def __init__(self, who: Person, asked: QueryDict, *, sorts: Iterable[str] = (NEWEST,)) -> None:
        super().__init__(asked)
        self.who = who
        self.use_required_attribute = False
        agents, teams = staff.agents(who), staff.teams(who)
        rules = sorted((rule.title, rule.id) for rule in judging().rulebook.rules.values())
        self._offer("agent", agents, also=True)
        self._offer("team", teams)
        self._offer("rule", [(rule, title) for title, rule in rules], also=True)
        self._offer("sort", [(name, name) for name in sorts])
        self.alone = len(agents) <= 1 and len(teams) <= 1  # nothing to choose

    def clean_since(self) -> date | None:
        return self._possible("since")

    def clean_until(self) -> date | None:
        return self._possible("until")

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        told = self.cleaned_data
        team = told["team"]
        return Wanted(
            since=day_start(told["since"]) if told["since"] else None,
            until=day_start(told["until"] + timedelta(days=1)) if told["until"] else None,
            team=staff.of_team(self.who, team) if team else None,
            sort=told["sort"] or NEWEST,
            place=self.data.get("from", ""),
            **{name: told.get(name, "") for name in self.words},
        )

    words: tuple[str, ...] = ("agent", "rule", "severity")

    @property
    def narrowed(self) -> bool:
        """Whether anything at all is asked for."""
        return any(self.data.get(name) for name in self.fields if name != "sort")

    def _offer(self, name: str, choices: Iterable[tuple[str, str]], *, also: bool = False) -> None:
        """The choices of a field; also what a link asks for that is no longer among them."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]
        asked = self.data.get(name, "")
        if also and asked and asked not in dict(field.choices) and len(asked) <= 128:
            field.choices = [*field.choices, (asked, asked)]

    def _possible(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and not _EARLIEST <= day <= _LATEST:
            raise forms.ValidationError("That is no day that calls could have been on.")
        return day


def _choice(label: str, *choices: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ANY, *choices])


class CallFilter(_Filter):
    """What calls may be asked for."""

    state = _choice("State", *((one.value, one.label) for one in Call.State))
    found = _choice(
        "Found", ("findings", "with findings"), ("questions", "with questions"), ("nothing", "nothing")
    )
    direction = _choice("Direction", ("inbound", "inbound"), ("outbound", "outbound"))
    purpose = forms.CharField(label="Purpose", required=False, max_length=40)
    words = ("agent", "rule", "state", "found", "direction", "purpose")

    def __init__(self, who: Person, asked: QueryDict) -> None:
        super().__init__(who, asked, sorts=CALL_ORDERS)


class FindingFilter(_Filter):
    """What findings may be asked for."""

    severity = _choice("Severity", *((one, one) for one in SEVERITIES))
    found = _choice(
        "Kind",
        ("standing", "findings"),
        ("questions", "questions"),
        ("withdrawn", "withdrawn"),
        ("every", "withdrawn ones too"),
    )
    words = ("agent", "rule", "severity", "found")

    def __init__(self, who: Person, asked: QueryDict) -> None:
        super().__init__(who, asked, sorts=FINDING_ORDERS)


class DutyFilter(_Filter):
    """What duties may be asked for."""

    severity = _choice("Severity", *((one, one) for one in SEVERITIES))
    when = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[
            ANY,
            ("overdue", "overdue"),
            ("due", "due"),
            ("soon", "within a day"),
            ("open", "without a deadline"),
        ],
    )
    words = ("agent", "rule", "severity", "when")
