"""Numbers that people say to each other: AU-2026-03, CA-2026-07."""

from datetime import UTC, datetime

from clearline.audits.models import Action, Audit
from clearline.engine.events import SECOND, Instant


def next_number(kind: type[Action | Audit], letters: str, at: Instant) -> str:
    """The next of the year; two at once meet the constraint that a number is given once, and the later one is refused."""
    head = f"{letters}-{datetime.fromtimestamp(at // SECOND, UTC).year}-"
    taken = kind._default_manager.filter(uid__startswith=head).values_list("uid", flat=True)  # noqa: SLF001 # its public name says the same
    return f"{head}{max((int(one.removeprefix(head)) for one in taken), default=0) + 1:02d}"
