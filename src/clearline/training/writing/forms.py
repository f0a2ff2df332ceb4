"""What people type to write a course."""

from typing import Any, Final

import msgspec
from django import forms

from clearline.people.models import Role
from clearline.rulebook.definitions import SLUG
from clearline.training.writing.files import Said

_LONG: Final = 60_000  # characters


class CourseForm(forms.Form):
    """A course: what it is, its lessons, its questions."""

    slug = forms.CharField(
        label="Its name in addresses",
        max_length=80,
        help_text="Small letters, digits and -. It stays as it is; the name of a shipped course takes its place.",
    )
    title = forms.CharField(label="Title", max_length=120)
    about = forms.CharField(label="What it is about, in one sentence", max_length=300)
    minutes = forms.IntegerField(label="Minutes that it takes", min_value=1, max_value=240, initial=10)
    share = forms.FloatField(
        label="Share of right answers that is enough",
        min_value=0.1,
        max_value=1,
        initial=0.8,
        help_text="0.8 is four out of five.",
    )
    asks = forms.IntegerField(
        label="Questions in a test",
        min_value=0,
        max_value=100,
        initial=0,
        help_text="They are drawn from those below. 0: all of them.",
    )
    roles = forms.MultipleChoiceField(
        label="Who gets it on joining",
        required=False,
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    lessons = forms.CharField(
        label="Lessons",
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="In Markdown. A line `# Title` begins a lesson.",
    )
    questions = forms.CharField(
        label="Questions",
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="A blank line between two. ? the question, * a right answer, - another, ! why, @ a rule. "
        "Things to put in order: 1. 2. 3. A transcript: agent: … with [the words that break the rule].",
    )

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.fields["slug"].disabled = known

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError("Use small letters, digits and -.")
        return slug

    def said(self, first: Said | None) -> Said:
        """What a valid form says; what it does not ask stays as it was."""
        told = {**self.cleaned_data, "roles": tuple(self.cleaned_data["roles"])}
        return msgspec.structs.replace(first, **told) if first else Said(**told)
