"""The shop's answers as they stand, and the facts that conditions read."""

from typing import Any

from clearline.record.answers.questions import questions
from clearline.record.models import ShopAnswers


def newest() -> ShopAnswers | None:
    """The answers that hold; None before the first."""
    return ShopAnswers.objects.select_related("by").order_by("-pk").first()


def shop_facts() -> dict[str, Any]:
    """The facts `shop.*`; empty before the first answers."""
    found = newest()
    return questions().facts(found.answers) if found else {}
