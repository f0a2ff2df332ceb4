"""What people may type into pages of the gate."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from clearline.engine.durations import instant_of
from clearline.engine.events import SECOND, Instant
from clearline.gate.attempts import Attempt
from clearline.gate.queries.campaigns import campaigns
from clearline.people.models import Person
from clearline.people.permissions import may

PURPOSES: Final = (
    ("marketing", "marketing: it sells, or paves the way for it"),
    ("mixed", "mixed: service with an offer in it"),
    ("service", "service: about an order or an account"),
    ("survey", "survey"),
    ("collections", "collections: about a debt"),
)
TECHNOLOGIES: Final = (
    ("human_manual", "a person, dialled by hand"),
    ("human_dialer", "a person, through a dialer"),
    ("prerecorded_or_artificial", "a recorded voice, or one made by AI"),
    ("text", "a text message"),
)
CAMPAIGNS: Final = 200  # the newest, to choose from


class SearchForm(forms.Form):
    """What decisions are looked for by."""

    words = forms.CharField(
        label="Number or contact",
        min_length=2,
        max_length=128,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class CheckForm(forms.Form):
    """An attempt that somebody asks about."""

    number = forms.CharField(
        label="Number",
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text="With its country code, as +1 212 555 0123; without one it is taken for one of North America.",
    )
    purpose = forms.ChoiceField(label="What the call is for", choices=PURPOSES)
    technology = forms.ChoiceField(label="Who or what speaks", choices=TECHNOLOGIES, initial="human_dialer")
    campaign = forms.ChoiceField(label="Campaign", required=False)
    postcode = forms.CharField(
        label="Postcode",
        max_length=16,
        required=False,
        help_text="Of delivery or billing, where it is known.",
    )
    place = forms.CharField(
        label="State or country", max_length=8, required=False, help_text="As US-TX, CA-ON or DE."
    )
    when = forms.DateTimeField(
        label="Time of the call",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="In the time zone that this console shows; now, where it is left empty.",
    )

    def __init__(self, who: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may(who, "see campaigns"):
            del self.fields["campaign"]
            return
        field = self.fields["campaign"]
        assert isinstance(field, forms.ChoiceField)
        rows = campaigns(who).filter(ended=None).order_by("-started", "-pk")[:CAMPAIGNS]
        field.choices = [("", "none"), *((row.subject, str(row)) for row in rows)]

    def clean_place(self) -> str:
        return str(self.cleaned_data["place"]).strip().upper()

    def attempt(self, agent: str) -> Attempt:
        """What a valid form asks, for the agent who would speak."""
        told = self.cleaned_data
        names = ("number", "purpose", "technology", "campaign", "postcode", "place")
        when = told["when"]
        return Attempt(
            agent=agent,
            at=None if when is None else instant_of(when),
            **{name: told.get(name, "") for name in names},
        )


class OverrideForm(forms.Form):
    """Which of the rules that stand against an attempt are to be lifted, why, and for how long."""

    rules = forms.MultipleChoiceField(label="Lift these rules", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label="Why",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whoever decides judges by this, and so does an auditor.",
    )
    days = forms.ChoiceField(
        label="For how long", choices=[("1", "one day"), ("7", "seven days"), ("30", "30 days")]
    )

    def __init__(self, against: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rules"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(against)

    @property
    def lasts(self) -> Instant:
        """The length that a valid form asks for."""
        return int(self.cleaned_data["days"]) * 86_400 * SECOND
