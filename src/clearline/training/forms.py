"""What people type to give courses to others."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from clearline.engine.events import Instant
from clearline.people.models import Person
from clearline.rulebook.courses import Course
from clearline.training.actions.assigning import in_days

_DAY: Final = forms.DateInput(attrs={"type": "date"})


class AssignForm(forms.Form):
    """Courses for people, by a day."""

    courses = forms.MultipleChoiceField(label="Courses", widget=forms.CheckboxSelectMultiple)
    people = forms.MultipleChoiceField(label="For whom", widget=forms.CheckboxSelectMultiple)
    due = forms.DateField(label="To be passed by", widget=_DAY)
    why = forms.CharField(
        label="Why", required=False, max_length=200, help_text="They read it beside the course."
    )

    def __init__(
        self,
        people: Sequence[Person],
        courses: Sequence[Course],
        at: Instant,
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"due": in_days(at), **(initial or {})})
        self.use_required_attribute = False
        self.fields["people"].choices = [(str(one.uid), one.name) for one in people]  # type: ignore[attr-defined]
        self.fields["courses"].choices = [(one.id, one.title) for one in courses]  # type: ignore[attr-defined]
