"""The filters above the gate's lists."""

from datetime import date, timedelta
from typing import Final

from django import forms
from django.http import QueryDict

from clearline.gate.attempts import PURPOSES, Answer
from clearline.gate.deciding import KINDS
from clearline.gate.models import Decision
from clearline.gate.queries.decisions import Wanted
from clearline.people.models import Person
from clearline.record.filters import ANY, day_start
from clearline.record.judging import judging
from clearline.record.queries import consents, staff

_DATE: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_EARLIEST, _LATEST = date(1970, 1, 2), date(2200, 1, 1)


class _Filter(forms.Form):
    """What every filter of the gate can."""

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)
        self.use_required_attribute = False

    @property
    def narrowed(self) -> bool:
        """Whether anything at all is asked for."""
        return any(self.data.get(name) for name in self.fields)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """The choices of a field; also what a link asks for that is not among them."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        asked = self.data.get(name, "")
        strange = asked and asked not in dict(choices) and len(asked) <= 128
        field.choices = [ANY, *choices, *([(asked, asked)] if strange else [])]


class DecisionFilter(_Filter):
    """What decisions may be asked for."""

    since = forms.DateField(label="From", required=False, widget=_DATE)
    until = forms.DateField(label="To", required=False, widget=_DATE)
    answer = forms.ChoiceField(
        label="Answer",
        required=False,
        choices=[ANY, *((one.value, one.value) for one in Answer)],
    )
    state = forms.ChoiceField(
        label="What became of it", required=False, choices=[ANY, *Decision.State.choices]
    )
    rule = forms.ChoiceField(label="Rule", required=False)
    purpose = forms.ChoiceField(
        label="Purpose", required=False, choices=[ANY, *((one, one) for one in sorted(PURPOSES))]
    )
    campaign = forms.CharField(label="Campaign", required=False, max_length=128)
    agent = forms.ChoiceField(label="Agent", required=False)

    def __init__(self, who: Person, asked: QueryDict) -> None:
        super().__init__(asked)
        agents = staff.agents(who)
        self._offer("agent", agents)
        rules = sorted(
            (rule.title, rule.id) for rule in judging().rulebook.rules.values() if rule.on in KINDS
        )
        self._offer("rule", [(rule, title) for title, rule in rules])
        self.alone = len(agents) <= 1

    def clean_since(self) -> date | None:
        return self._possible("since")

    def clean_until(self) -> date | None:
        return self._possible("until")

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        told = self.cleaned_data
        return Wanted(
            since=day_start(told["since"]) if told["since"] else None,
            until=day_start(told["until"] + timedelta(days=1)) if told["until"] else None,
            place=self.data.get("from", ""),
            **{name: told[name] for name in ("answer", "state", "rule", "purpose", "campaign", "agent")},
        )

    def _possible(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day is not None and not _EARLIEST <= day <= _LATEST:
            raise forms.ValidationError("That is no day that calls could have been on.")
        return day


class ConsentFilter(_Filter):
    """What the registry of consents may be asked for."""

    stands = forms.ChoiceField(
        label="Standing", required=False, choices=[ANY, ("yes", "standing"), ("no", "revoked")]
    )
    kind = forms.ChoiceField(label="Kind", required=False)
    purpose = forms.ChoiceField(label="Purpose", required=False)
    channel = forms.ChoiceField(label="Channel", required=False)
    technology = forms.ChoiceField(label="Technology", required=False)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)
        for name, words in consents.words().items():
            self._offer(name, [(word, word.replace("_", " ")) for word in words])

    def wanted(self) -> consents.Wanted:
        """What a valid form asks for."""
        return consents.Wanted(**self.cleaned_data, place=self.data.get("from", ""))
