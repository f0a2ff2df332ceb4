"""What is asked on the pages of evidence."""

from datetime import UTC, datetime
from typing import Any, Final

from django import forms

from clearline.engine.events import SECOND
from clearline.seal.checkpoints import Checkpoint
from clearline.seal.errors import Unproven
from clearline.seal.notes import parse

PARTS: Final = [
    ("log", "The whole log, without content"),
    ("call", "What is about one call, with its content"),
    ("contact", "What is about one contact, with its content"),
    ("finding", "One finding and the events of its timeline"),
    ("since", "Everything since a day, with its content"),
]


class ExportForm(forms.Form):
    """Which part of the log is to go out."""

    what = forms.ChoiceField(choices=PARTS, label="Part", initial="call")
    name = forms.CharField(
        max_length=128, required=False, label="Id", help_text="Of the call, the contact or the finding."
    )
    day = forms.DateField(
        required=False, label="Since", help_text="In UTC.", widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        what = told.get("what")
        if what == "since" and not told.get("day"):
            self.add_error("day", "Say since which day.")
        if what in {"call", "contact", "finding"} and not told.get("name"):
            self.add_error("name", f"Say which {what}.")
        if what == "since" and told.get("day"):
            start = datetime.combine(told["day"], datetime.min.time(), UTC)
            told["name"] = str(int(start.timestamp()) * SECOND)
        return told


class KeptForm(forms.Form):
    """A checkpoint that somebody kept."""

    kept = forms.CharField(
        label="A checkpoint that you kept",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=10_000,
        strip=False,
        help_text="All of its lines, from the name of the log to the signatures.",
    )

    def clean_kept(self) -> Checkpoint:
        """Its tree head; who signed it is for the page to say."""
        text = str(self.cleaned_data["kept"]).replace("\r\n", "\n").strip("\n") + "\n"
        try:
            self.note = parse(text.encode())
            return Checkpoint.parse(self.note.text)
        except Unproven as fault:
            raise forms.ValidationError(str(fault)) from None
