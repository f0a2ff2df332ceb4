"""What people may type into the pages of grading."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django import forms
from django.utils.datastructures import MultiValueDict

from clearline.engine.events import Instant
from clearline.people import queries as people
from clearline.people.models import Person, Team
from clearline.record.filters import day_start
from clearline.review.actions.grading import Said
from clearline.review.actions.sampling import MOST, Wanted
from clearline.review.queries.grades import graders
from clearline.review.scoring import LONGEST
from clearline.rulebook.scorecards import Question, Scorecard
from clearline.ui.wording import moment

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_NOTE: Final = forms.Textarea(attrs={"rows": 2})
FORTNIGHT: Final = timedelta(days=14)


class _Asking(forms.Form):
    """A card, and people who are to grade by it."""

    card = forms.ChoiceField(label="Scorecard")
    graders = forms.ModelMultipleChoiceField(
        Person.objects.none(), label="Who grades", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, who: Person, cards: Sequence[Scorecard], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        card, graded_by = self.fields["card"], self.fields["graders"]
        assert isinstance(card, forms.ChoiceField)
        assert isinstance(graded_by, forms.ModelMultipleChoiceField)
        card.choices = [(one.id, one.title) for one in cards]
        graded_by.queryset = graders(who)
        self.cards = {one.id: one for one in cards}

    @property
    def chosen(self) -> Scorecard:
        """The card of a valid form."""
        return self.cards[self.cleaned_data["card"]]


class SampleForm(_Asking):
    """Which calls are to be drawn, and for whom."""

    uid = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)  # the form sent twice is one sample
    since = forms.DateField(label="Calls from", widget=_DATE)
    until = forms.DateField(label="to", widget=_DATE, help_text="This day is in it, as far as it is over.")
    team = forms.ModelChoiceField(
        Team.objects.none(), label="Team", required=False, empty_label="all teams", to_field_name="uid"
    )
    size = forms.IntegerField(label="How many", min_value=1, max_value=MOST, initial=20)
    twice = forms.IntegerField(
        label="Of these, graded by two",
        min_value=0,
        max_value=MOST,
        initial=10,
        help_text="Each apart from the other. Without them nobody knows how well graders agree, or how well the rules judge.",
    )
    due = forms.DateField(label="To be graded by", widget=_DATE)
    field_order = ("card", "since", "until", "team", "size", "twice", "due", "graders", "uid")

    def __init__(
        self, who: Person, cards: Sequence[Scorecard], at: Instant, *args: Any, **kwargs: Any
    ) -> None:
        today = moment(at).date()
        initial = {
            "uid": uuid4().hex,
            "since": today - timedelta(days=7),
            "until": today - timedelta(days=1),
            "due": today + FORTNIGHT,
        }
        super().__init__(who, cards, *args, initial=initial, **kwargs)
        self.at = at
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = people.teams(who)

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        told = self.cleaned_data
        return Wanted(
            self.chosen,
            day_start(told["since"]),
            min(day_start(told["until"] + timedelta(days=1)), self.at),
            told["team"],
            told["size"],
            told["twice"],
            told["due"],
            list(told["graders"]),
            told["uid"],
        )


class CalibrationForm(_Asking):
    """A call that several people are to grade, and to meet over."""

    call = forms.CharField(label="Call", max_length=128, help_text="Its id, as its page shows it.")
    field_order = ("call", "card", "graders")


class HandOverForm(forms.Form):
    """Who grades in the place of somebody else."""

    grader = forms.ModelChoiceField(Person.objects.none(), label="From", to_field_name="uid")
    to = forms.ModelChoiceField(Person.objects.none(), label="To", to_field_name="uid")

    def __init__(self, who: Person, waiting: Sequence[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        giving, taking = self.fields["grader"], self.fields["to"]
        assert isinstance(giving, forms.ModelChoiceField)
        assert isinstance(taking, forms.ModelChoiceField)
        giving.queryset = Person.objects.filter(pk__in=[one.pk for one in waiting])
        taking.queryset = graders(who)


class Asked(NamedTuple):
    """A question as a page shows it."""

    question: Question
    number: int
    answer: forms.BoundField
    note: forms.BoundField


class AnswersForm(forms.Form):
    """The questions of a scorecard, or some of them."""

    def __init__(
        self,
        questions: Sequence[Question],
        data: "MultiValueDict[str, Any] | None" = None,
        *,
        why: bool = False,
    ) -> None:
        super().__init__(data)
        self.use_required_attribute = False  # what is missing is said in words, all of it at once
        self.questions = questions
        for one in questions:
            self.fields[f"answer-{one.id}"] = forms.ChoiceField(
                label=one.text,
                choices=[(answer, answer) for answer in one.answers],
                widget=forms.RadioSelect,
                error_messages={"required": "Answer this one, too."},
            )
            self.fields[f"note-{one.id}"] = forms.CharField(
                label="Why" if why else "Note",
                required=why,
                max_length=LONGEST,
                widget=_NOTE,
                error_messages={"required": "Say why."},
            )

    @property
    def asked(self) -> list[Asked]:
        return [
            Asked(one, number, self[f"answer-{one.id}"], self[f"note-{one.id}"])
            for number, one in enumerate(self.questions, 1)
        ]

    def said(self) -> dict[str, Said]:
        """The answers of a valid form."""
        told = self.cleaned_data
        return {one.id: Said(told[f"answer-{one.id}"], told[f"note-{one.id}"]) for one in self.questions}
