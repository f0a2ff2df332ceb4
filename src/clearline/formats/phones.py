"""Phone numbers as everybody writes them, in the one form in which they are compared."""

from typing import Final

import phonenumbers

HOME: Final = "US"  # whose numbers need no country code


def number_in_full(text: str, region: str | None = HOME) -> str | None:
    """A phone number in E.164; None where it is none that can exist. `region` (US, DE) is where it was written;
    None: it has to say so itself.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None  # one that can be dialled within its own town only is none, either
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
