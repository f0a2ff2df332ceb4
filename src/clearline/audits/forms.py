"""What people type to plan an audit, to answer for a call, to open an action."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms

from clearline.audits.models import Nonconformity, Paper
from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.record.days import bounds, day_of, midnight

DAY: Final = forms.DateInput(attrs={"type": "date"})
RATES: Final = ((0.01, "1 %"), (0.02, "2 %"), (0.05, "5 %"), (0.1, "10 %"))
SURE: Final = ((0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %"))


class PlanForm(forms.Form):
    """An audit for the plan."""

    title = forms.CharField(label="What is audited", max_length=120)
    rules = forms.MultipleChoiceField(label="By which rules", widget=forms.SelectMultiple(attrs={"size": 8}))
    teams = forms.MultipleChoiceField(
        label="Whose calls",
        required=False,
        help_text="None chosen: all teams.",
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    since = forms.DateField(label="Calls from", widget=DAY)
    until = forms.DateField(label="to", widget=DAY)
    due = forms.DateField(label="Concluded by", widget=DAY)
    rate = forms.TypedChoiceField(label="To show that fewer are in breach than", coerce=float, choices=RATES)
    confidence = forms.TypedChoiceField(label="With a confidence of", coerce=float, choices=SURE)
    accepts = forms.IntegerField(
        label="Though so many of the sample may be",
        min_value=0,
        max_value=20,
        help_text="With 0 the sample is smallest; with more it is larger, and a single slip does not undo it.",
    )
    by_risk = forms.BooleanField(
        label="Draw calls with findings more often",
        required=False,
        help_text="More is found; the estimate weighs each call by how likely it was drawn.",
    )
    by_team = forms.BooleanField(
        label="Draw some of each team",
        required=False,
        help_text="No team is left out. It goes with neither of the two above.",
    )

    def __init__(
        self,
        at: Instant,
        rules: Sequence[tuple[str, str]],
        teams: Sequence[str],
        data: Any = None,
        chosen: str = "",
    ) -> None:
        day = day_of(at)
        first = {
            "since": day - timedelta(days=30),
            "until": day - timedelta(days=1),
            "due": day + timedelta(days=30),
            "rate": 0.05,
            "confidence": 0.95,
            "accepts": 0,
            "rules": [chosen] if chosen else [],
        }
        super().__init__(data, initial=first)
        self.fields["rules"].choices = rules  # type: ignore[attr-defined] # a field of choices
        self.fields["teams"].choices = [(one, one) for one in teams]  # type: ignore[attr-defined]

    def period(self) -> tuple[Instant, Instant]:
        """The days of the shop as instants; the last one whole."""
        told = self.cleaned_data
        return midnight(told["since"]), bounds(told["until"])[1]


class AuditorForm(forms.Form):
    """Who audits."""

    auditor = forms.ChoiceField(label="Auditor")

    def __init__(self, people: Sequence[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["auditor"].choices = [(str(one.uid), one.name) for one in people]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the auditor says of a call."""

    answer = forms.ChoiceField(label="This call is", choices=Paper.Answer.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="What you saw or missed",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NonconformityForm(forms.Form):
    """What the audit establishes."""

    title = forms.CharField(label="What does not conform", max_length=160)
    grade = forms.ChoiceField(label="Grade", choices=Nonconformity.Grade.choices)
    rule = forms.ChoiceField(label="Rule")
    cause = forms.CharField(
        label="Root cause",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why could it happen? Ask why again.",
    )
    calls = forms.MultipleChoiceField(
        label="Calls that show it", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, rules: Sequence[tuple[str, str]], calls: Sequence[tuple[str, str]], data: Any = None
    ) -> None:
        super().__init__(data, initial={"calls": [name for name, _ in calls]})
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]
        self.fields["calls"].choices = calls  # type: ignore[attr-defined]


class ActionForm(forms.Form):
    """A corrective action."""

    title = forms.CharField(label="What is done", max_length=160)
    owner = forms.ChoiceField(label="Owner")
    due = forms.DateField(label="Done by", widget=DAY)
    steps = forms.CharField(
        label="Steps",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line.",
    )
    cause = forms.CharField(
        label="Root cause", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    rule = forms.ChoiceField(
        label="Rule whose findings it is to stop",
        required=False,
        help_text="Four weeks after it is approved the calls show whether it has helped.",
    )
    team = forms.ChoiceField(label="In whose calls", required=False)

    def __init__(
        self,
        at: Instant,
        people: Sequence[Person],
        rules: Sequence[tuple[str, str]],
        teams: Sequence[str],
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        day = day_of(at)
        super().__init__(data, initial={"due": day + timedelta(days=14), **(initial or {})})
        self.fields["owner"].choices = [(str(one.uid), one.name) for one in people]  # type: ignore[attr-defined]
        self.fields["rule"].choices = [("", "none: nothing in calls would show it"), *rules]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "all teams"), *((one, one) for one in teams)]  # type: ignore[attr-defined]

    def steps_said(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip())


class WordsForm(forms.Form):
    """Evidence, or a reason."""

    words = forms.CharField(label="What shows it", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
