import pytest

from clearline.engine.sentences import Form
from clearline.reports.plain_words import FORMAL, MEANINGS, PlainWords
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook

RULES = sorted(load().rules)


def test_every_form_has_a_meaning_and_a_formal_name() -> None:
    assert set(MEANINGS) == set(FORMAL) == set(Form)
    assert all(points[0][0] == "tried" for points in MEANINGS.values())


@pytest.mark.parametrize("rule", RULES)
def test_every_shipped_rule_can_be_said_in_plain_words(rulebook: Rulebook, rule: str) -> None:
    words = PlainWords(rulebook)
    for sentence in rulebook.rules[rule].rule.sentences:
        for _, said in words.meaning(sentence).points:
            assert said.strip()
            assert "{" not in said


def test_signals_are_called_by_their_titles_and_states_by_their_short_names(rulebook: Rulebook) -> None:
    rule = rulebook.rules["no-card-number-while-recording"].rule
    said = dict(PlainWords(rulebook).meaning(rule.sentences[0]).points)
    assert (
        said["broken"] == "at the first word or moment of it: “A card number is said” while `recording` is on"
    )
