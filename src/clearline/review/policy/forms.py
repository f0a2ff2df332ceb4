"""What an officer types to write a rule: choices and lines of text, one thing a line."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django import forms

from clearline.engine.events import Instant
from clearline.record.days import day_of
from clearline.review.policy.writing import DEEDS, Calls, Said, Verb

VERBS: Final = (
    (Verb.SAY, "It has to be said in the call"),
    (Verb.FIRST, "It has to be said before something is done"),
    (Verb.ANSWER, "It has to be said when the customer says something"),
    (Verb.NEVER, "It must not be said"),
    (Verb.OFTEN, "It may be said only so often"),
)
CALLS: Final = (
    (Calls.ALL, "all calls"),
    (Calls.INBOUND, "calls that come in"),
    (Calls.OUTBOUND, "calls that go out"),
    (Calls.SALES, "calls that sell"),
    (Calls.AI, "calls that an AI agent takes"),
)
SEVERITIES: Final = (("minor", "minor"), ("serious", "serious"), ("critical", "critical"))
SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
GROUPS: Final = (
    ("The rule", "", ("title", "why", "verb", "by", "severity")),
    ("How it sounds", "", ("phrases", "unless", "counts", "misses")),
    (
        "What calls for it",
        "Only where it has to be said when the customer says something.",
        ("cues", "cue_counts", "cue_misses"),
    ),
    (
        "When, and how often",
        "Leave empty what your kind of rule has no need of.",
        ("seconds", "deed", "times", "calls", "prompt"),
    ),
    ("In force", "", ("since", "until")),
)
"""Headings of the form, a word on each, and its fields."""
LONGEST: Final = 4_000  # characters of a field with lines
DAY: Final = 86_400


class Lines(forms.CharField):
    """A text in which each line is one thing; empty lines are none."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 3, "cols": 72, "spellcheck": "true"}),
            **more,
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        """The lines."""
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


class RuleForm(forms.Form):
    """A rule in plain words."""

    title = forms.CharField(
        label="What has to be done, in one sentence",
        max_length=120,
        help_text="Say that a call back takes two days at most.",
    )
    why = forms.CharField(
        label="Why: which promise or policy asks for it",
        max_length=200,
        help_text="Service promise, section 4.",
    )
    verb = forms.ChoiceField(label="Kind of rule", choices=VERBS)
    by = forms.ChoiceField(
        label="Who says it",
        choices=(("agent", "the agent"), ("customer", "the customer"), ("anyone", "anyone")),
    )
    phrases = Lines(
        label="Phrases that count",
        help_text="One a line. (a|b) is one word or the other, [word] may be there, ... leaves a gap of a few words.",
    )
    unless = Lines(
        label="Not if it is part of one of these",
        required=False,
        help_text="Phrases that take a hit back: negations, questions, quotations; one a line.",
    )
    counts = Lines(
        label="Sentences that count", help_text="Whole sentences, as agents say them. Each has to be found."
    )
    misses = Lines(
        label="Sentences that sound alike and do not count",
        help_text="At least one. None of them may be found.",
    )
    cues = Lines(
        label="When the customer says", required=False, help_text="Phrases of the customer that call for it."
    )
    cue_counts = Lines(label="Sentences of the customer that call for it", required=False)
    cue_misses = Lines(label="Sentences of the customer that do not", required=False)
    seconds = forms.IntegerField(
        label="Within how many seconds",
        required=False,
        min_value=1,
        max_value=3_600,
        help_text="After the call was answered, or after what the customer said. Empty: until the end of the call.",
    )
    deed = forms.ChoiceField(
        label="Before",
        required=False,
        choices=(("", "nothing in particular"), *((name, told) for name, told in DEEDS.items())),
    )
    times = forms.IntegerField(label="How often it may be said", required=False, min_value=1, max_value=20)
    calls = forms.ChoiceField(label="In which calls", choices=CALLS)
    severity = forms.ChoiceField(label="How grave a breach is", choices=SEVERITIES)
    prompt = forms.CharField(label="What the agent is told while it is due", required=False, max_length=160)
    since = forms.DateField(
        label="In force from",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Calls from this day on are judged by it. It can't lie in the past: rules don't reach back.",
    )
    until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: until it is replaced.",
    )

    def __init__(
        self, at: Instant, data: Mapping[str, Any] | None = None, *, was: Said | None = None
    ) -> None:
        self.today = day_of(at)
        self.slug = was.slug if was else ""
        super().__init__(data, initial=self._initial(was))

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, note, [self[name] for name in names]) for title, note, names in GROUPS]

    def said(self) -> Said:
        """The rule; only of a valid form."""
        told = self.cleaned_data
        return Said(
            slug=self.slug or slug(told["title"]),
            title=told["title"],
            why=told["why"],
            verb=Verb(told["verb"]),
            by=told["by"],
            phrases=told["phrases"],
            unless=told["unless"],
            counts=told["counts"],
            misses=told["misses"],
            cues=told["cues"],
            cue_counts=told["cue_counts"],
            cue_misses=told["cue_misses"],
            seconds=told["seconds"] or 0,
            deed=told["deed"],
            times=told["times"] or 1,
            calls=Calls(told["calls"]),
            severity=told["severity"],
            prompt=told["prompt"],
            since=told["since"],
            until=told["until"],
        )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("since") and told["since"] < self.today:
            self.add_error("since", "This day is over: a rule can't judge calls that were.")
        if told.get("since") and told.get("until") and told["until"] <= told["since"]:
            self.add_error("until", "It ends before it begins.")
        if told.get("verb") == Verb.FIRST and not told.get("deed"):
            self.add_error("deed", "Say before what it has to be said.")
        if told.get("verb") == Verb.ANSWER:
            for name in ("cues", "cue_counts", "cue_misses"):
                if not told.get(name):
                    self.add_error(
                        name, "At least one line, since the rule waits for what the customer says."
                    )
        if told.get("title") and not self.slug and not SLUG.fullmatch(slug(told["title"])):
            self.add_error("title", "Begin it with a word in Latin letters: the rule's name is made of it.")
        return told

    def _initial(self, was: Said | None) -> dict[str, Any]:
        if was is None:
            return {"since": self.today + timedelta(days=7), "times": 1, "verb": Verb.SAY}
        told = {name: getattr(was, name) for name in self.base_fields}
        return {
            name: "\n".join(value) if isinstance(value, tuple) else value or None
            for name, value in told.items()
        }


def slug(title: str) -> str:
    """The name of a rule, made of its title."""
    words = re.findall(r"[a-z0-9]+", title.casefold())
    return "-".join(words)[:50].strip("-")


class PeriodForm(forms.Form):
    """Over which calls a draft is tried."""

    days = forms.TypedChoiceField(
        label="Calls of",
        coerce=int,
        choices=(
            (7, "the last week"),
            (30, "the last 30 days"),
            (90, "the last 90 days"),
            (366, "the last year"),
        ),
    )
    against = forms.CharField(label="Compare with the rule", required=False, max_length=80)


class ReasonForm(forms.Form):
    """Why a second person decides as they do."""

    reason = forms.CharField(label="Why", max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))
