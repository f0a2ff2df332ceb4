from dataclasses import replace
from io import StringIO

from rich.console import Console

from clearline.reports.rule_pages import Shown, explained, listed, shown
from clearline.rulebook.rulebook import Rulebook


def printed(*parts: Shown) -> str:
    out = StringIO()
    console = Console(file=out, width=80, markup=False)
    for part in parts:
        console.print(part)
    return out.getvalue()


def test_a_rule_is_shown_with_all_that_its_file_says(rulebook: Rulebook) -> None:
    rule = rulebook.rules["opt-out-recorded-at-once"]
    told = printed(*shown(rulebook, rule))
    for part in (
        rule.title,
        *rule.sentences,
        rule.cites[0],
        rule.status,
        rule.version,
        "due by 330, as said",
    ):
        assert part in told
    assert max(map(len, told.splitlines())) <= 80


def test_an_example_that_does_not_do_what_it_says_is_called_wrong(rulebook: Rulebook) -> None:
    rule = rulebook.rules["opt-out-recorded-at-once"]
    example = replace(rule.examples[0], outcome="broken")
    told = printed(*shown(rulebook, replace(rule, examples=(example,))))
    assert "WRONG: said broken, is kept" in " ".join(told.split())


def test_an_explanation_walks_through_the_examples_and_ends_with_the_formal_name(rulebook: Rulebook) -> None:
    told = printed(*explained(rulebook, rulebook.rules["opt-out-recorded-at-once"]))
    assert "dnc.added is due by 330" in " ".join(told.split())
    assert "So it is broken at 330." in told
    assert "bounded response" in told.splitlines()[-1]


def test_the_list_names_every_rule(rulebook: Rulebook) -> None:
    rules = rulebook.select()
    told = printed(listed(rules))
    assert all(rule.severity in told for rule in rules)
    assert sum(rule.id in told for rule in rules) > len(rules) * 0.9
