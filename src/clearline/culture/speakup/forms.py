"""What people type: reporters on the public pages, holders in the console."""

from collections.abc import Sequence
from typing import Any

from django import forms

from clearline.culture.models import Holder
from clearline.culture.speakup.attached import MOST
from clearline.culture.speakup.handling import THANKS
from clearline.culture.speakup.sealing import LONGEST
from clearline.people.models import Person

AREA = forms.Textarea(attrs={"rows": 9})
SECRET = forms.PasswordInput(attrs={"autocomplete": "off"})


class Files(forms.FileInput):
    """A field for several files."""

    allow_multiple_selected = True


class LetterForm(forms.Form):
    """What a reporter writes."""

    words = forms.CharField(label="What has happened?", max_length=LONGEST, widget=AREA)
    name = forms.CharField(
        label="Your name, only if you want those who read this to know it",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="With your name they can look after you: if you are treated worse afterwards, they can see it.",
    )
    attached = forms.Field(
        label="Files",
        required=False,
        widget=Files(attrs={"multiple": True, "accept": ".jpg,.jpeg,.png,.webp,.pdf,.txt"}),
        help_text=f"Up to {MOST} pictures (JPEG, PNG, WebP), PDFs or plain texts, 12 MB together.",
    )


class ReportForm(LetterForm):
    """The first letter, with whom it is about."""

    named = forms.MultipleChoiceField(
        label="Is it about one of those who read reports, or somebody close to them? They will not get it.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("words", "named", "attached", "name")

    def __init__(self, holders: Sequence[Holder], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["named"].choices = [(str(one.person.uid), one.person.name) for one in holders]  # type: ignore[attr-defined] # a field of choices


class MoreForm(LetterForm):
    """Another letter to the same report."""

    words = forms.CharField(label="Write more, or answer", max_length=LONGEST, widget=AREA)


class CodeForm(forms.Form):
    """The receipt code."""

    code = forms.CharField(
        label="Receipt code",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text="Five groups of four letters and digits. It does not matter how you write them.",
    )


class PassphraseForm(forms.Form):
    """A holder opens their key."""

    passphrase = forms.CharField(label="Passphrase of your key", strip=False, max_length=400, widget=SECRET)


class NewPassphraseForm(forms.Form):
    """A holder makes a key, or chooses another passphrase."""

    passphrase = forms.CharField(
        label="New passphrase",
        strip=False,
        max_length=400,
        widget=SECRET,
        help_text="At least 16 characters: five words that nobody guesses. It is not your password, and nobody can reset it.",
    )
    again = forms.CharField(label="Once more", strip=False, max_length=400, widget=SECRET)

    def clean(self) -> dict[str, Any]:
        """Both have to be the same."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("passphrase") != told.get("again"):
            self.add_error("again", "These are two different passphrases.")
        return told


class AppointForm(forms.Form):
    """Who is to open reports."""

    person = forms.ChoiceField(label="Person")
    kind = forms.ChoiceField(
        label="As",
        choices=[
            (Holder.Kind.HANDLER, "case handler: reads and answers"),
            (Holder.Kind.RECOVERY, "recovery holder: lets new keys in"),
        ],
    )

    def __init__(self, people: Sequence[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["person"].choices = [(str(one.uid), one.name) for one in people]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What a case handler writes."""

    words = forms.CharField(
        label="To the reporter", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )


class AcknowledgeForm(AnswerForm):
    """The first words to a reporter."""

    words = forms.CharField(
        label="To the reporter", max_length=LONGEST, initial=THANKS, widget=forms.Textarea(attrs={"rows": 5})
    )


class NoteForm(forms.Form):
    """What handlers keep to themselves."""

    words = forms.CharField(label="Note", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
