"""The shop's questions as one form."""

from typing import Any

from django import forms

from clearline.record.answers.questions import Answers, Question, questions


class ShopForm(forms.Form):
    """All questions; one that is left open stays open."""

    after = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the version that it was made from
    seen = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=64
    )  # the answers that were looked at

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {one.id: _field(one) for one in questions().all}

    @property
    def answers(self) -> Answers:
        """What was chosen."""
        found = {}
        for one in questions().all:
            given = self.cleaned_data.get(one.id) or []
            found[one.id] = [given] if isinstance(given, str) else list(given)
        return {name: given for name, given in found.items() if given}


def initial(answers: Answers, version: int | None) -> dict[str, Any]:
    """The form as it was answered before."""
    several = {one.id: one.several for one in questions().all}
    told = {name: list(given) if several.get(name) else given[0] for name, given in answers.items()}
    return {**told, "after": version}


def _field(question: Question) -> forms.Field:
    choices = [(one.value, _capital(one.label)) for one in question.choices]
    about: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": False}
    if question.several:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "many"} if question.places else {})
        return forms.MultipleChoiceField(choices=choices, widget=widget, **about)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
