"""Whatever is said in the form becomes files that a pack may have, with examples both ways that hold."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearline.review.policy.trying import trial_of, write
from clearline.review.policy.writing import PACK, Calls, Said, Verb, files
from clearline.rulebook.examples import tried
from clearline.rulebook.reading import load

ALL: dict[str, Any] = {
    "title": 'Say the "promise"',
    "why": "promise 4",
    "phrases": ("(we|i) promise",),
    "counts": ("Well, we promise it today.",),
    "misses": ("No way.",),
    "cues": ("(late|lost)",),
    "cue_counts": ("It is late by now.",),
    "cue_misses": ("Hello.",),
    "deed": "payment.authorised",
    "times": 2,
}


def test_every_kind_of_rule_can_be_written_and_its_examples_hold(tmp_path: Path) -> None:
    rules = [
        *(
            Said(slug=f"x-{verb}-{seconds}", verb=verb, seconds=seconds, **ALL)
            for verb in Verb
            for seconds in (0, 20)
        ),
        *(Said(slug=f"c-{calls}", verb=Verb.NEVER, calls=calls, **ALL) for calls in Calls),
    ]
    write(tmp_path, rules)
    book = load(tmp_path)
    assert [fault for fault in book.faults if not fault.warning] == []
    for one in rules:
        assert {trial.complaint for trial in tried(book, book.rules[one.slug])} == {""}


def test_the_same_rules_give_the_same_files(said: Said) -> None:
    other = msgspec.structs.replace(said, slug="another")
    assert files([said, other]) == files([other, said])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=30))
def test_whatever_is_typed_the_files_can_be_read_or_the_fault_is_told(said: Said, text: str) -> None:
    found = trial_of(msgspec.structs.replace(said, title=text, why=text, prompt=text, counts=(text,)))
    assert found.sound or found.faults or any(one.complaint for one in found.trials)


def test_a_sentence_that_its_phrases_do_not_find_is_told(said: Said) -> None:
    found = trial_of(msgspec.structs.replace(said, counts=("You get your money.",)))
    assert not found.sound
    assert found.faults or any(one.complaint for one in found.trials)


def test_a_rule_that_is_gone_leaves_no_file(tmp_path: Path, said: Said) -> None:
    write(tmp_path, [said])
    write(tmp_path, [])
    assert list((tmp_path / PACK / "rules").iterdir()) == []


@pytest.mark.parametrize("slug", ["recording-notice-us"])
def test_a_name_that_is_taken_is_told(said: Said, slug: str) -> None:
    assert not trial_of(msgspec.structs.replace(said, slug=slug)).sound
