"""Reads of the shop's answers, and of what contradicts them."""

from django.db.models import QuerySet

from clearline.people.models import Person
from clearline.people.permissions import may
from clearline.record.answers.facts import newest, shop_facts
from clearline.record.models import Call, ShopAnswers


def current(who: Person) -> ShopAnswers | None:
    """The answers that hold, for those who may see them."""
    return newest() if may(who, "see shop questions") else None


def versions(who: Person) -> QuerySet[ShopAnswers]:
    """All versions, the newest first."""
    found = ShopAnswers.objects.select_related("by").order_by("-pk")
    return found if may(who, "see shop questions") else found.none()


def contradictions() -> list[str]:
    """What calls show that the answers deny: then packs may be missing that ought to judge."""
    facts = shop_facts()
    found = []
    if facts.get("records") == "no" and Call.objects.filter(recorded=True).exists():
        found.append("You said that you do not record calls, but there are recorded calls.")
    if "ai" in facts and "speaks" not in facts["ai"] and Call.objects.filter(agent_kind="ai").exists():
        found.append("You said that no AI speaks with customers, but there are calls taken by one.")
    calls = set(facts.get("calls", ["out-sales"]))
    if not calls & {"out-sales", "out-service"} and Call.objects.filter(direction="outbound").exists():
        found.append("You said that you call nobody, but there are outbound calls.")
    return found
