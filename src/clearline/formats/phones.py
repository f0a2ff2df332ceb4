"""Phone numbers as everybody writes them, in the one form in which they are compared."""

import phonenumbers


def number_in_full(text: str, region: str | None = None) -> str | None:
    """A phone number in E.164; None where it is none that can exist. `region` (US, DE) is where it was written."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
