"""Labels become roles only where they say so."""

import pytest

from clearline.formats.speakers import checked, role_of


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("AGENT", "agent"),
        ("Agent 2", "agent"),
        ("agent_1", "agent"),
        ("Rep", "agent"),
        ("Customer Service Representative", "agent"),
        ("Wizard", "agent"),
        ("Virtual Assistant", "agent"),
        ("CUSTOMER", "customer"),
        ("caller", "customer"),
        ("Guest", "customer"),
        ("IVR", "system"),
        ("System", "system"),
        ("Dana", "unknown"),
        ("Speaker 1", "unknown"),
        ("0", "unknown"),
        ("", "unknown"),
        ("Customer of agent", "unknown"),
    ],
)
def test_the_words_of_a_label_tell_the_role(label: str, role: str) -> None:
    assert role_of([label], {}) == role


def test_the_callers_own_naming_goes_first_and_ignores_case() -> None:
    named = checked({"SPK_1": "customer", "Agent": "system"})
    assert role_of(["spk_1"], named) == "customer"
    assert role_of(["agent"], named) == "system"


def test_any_label_of_a_speaker_will_do() -> None:
    assert role_of(["Dana", "0", "agent"], {}) == "agent"
    assert role_of(["Dana", "0"], checked({"0": "customer"})) == "customer"


def test_it_refuses_a_role_that_is_none() -> None:
    with pytest.raises(ValueError, match="choose one of agent, customer, system, unknown"):
        checked({"0": "boss"})
