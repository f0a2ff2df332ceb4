"""Phone numbers as everybody writes them, in the one form in which they are compared."""

from typing import Final

import phonenumbers

USUAL: Final = "US"
VARIABLE: Final = "CLEARLINE_HOME_REGION"  # by which an installation says where it is at home
_home = USUAL


def settle(region: str) -> None:
    """Says whose numbers need no country code: once, when the house starts."""
    global _home  # noqa: PLW0603 - one for the process, as the environment is
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{VARIABLE}={region[:40]}: write a country with two letters, as US, GB or DE")
    _home = region


def home() -> str:
    """The region whose numbers need no country code."""
    return _home


def at_home_in_america() -> bool:
    """Whether ten digits are a number of the North American plan."""
    return phonenumbers.country_code_for_region(_home) == 1


def number_in_full(text: str, region: str | None = "") -> str | None:
    """A phone number in E.164; None where it is none that can exist. `region` (US, DE) is where it was written, at home
    where it is empty; None: it has to say so itself.
    """
    region = _home if region == "" else region
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None  # one that can be dialled within its own town only is none, either
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
