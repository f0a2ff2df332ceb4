"""A shop whose speak-up channel is open: Alice and Anna handle reports, Bob can let new keys in."""

from typing import NamedTuple

import pytest
from tests.characters import AT, Cast, cast
from tests.record.conftest import shop, watches

from clearline.culture.models import Holder, Report
from clearline.culture.speakup import codes, holding, keys, pace, reporting
from clearline.culture.speakup.emptying import emptied
from clearline.culture.speakup.sealing import Opened, Said
from clearline.engine.events import SECOND
from clearline.people.models import Person
from clearline.record.watching import Watches

__all__ = ["shop", "watches"]
DAY = 86_400 * SECOND
PASSPHRASE = "otter lamp quiet seven"
WORDS = "They make us hide the zirkonia fee from customers."


class Channel(NamedTuple):
    """Who holds keys; and what it takes to use them."""

    people: Cast
    watches: Watches

    def holder(self, person: Person) -> Holder:
        found = holding.holder_of(person)
        assert found
        return found

    def private(self, person: Person) -> bytes:
        return holding.unlocked(self.holder(person), PASSPHRASE)

    def opened(self, person: Person) -> list[Opened]:
        return holding.opened(self.holder(person), self.private(person))

    def holds(self, person: Person, kind: Holder.Kind, at: int = AT) -> Holder:
        made = holding.appointed(self.people.alice, person, kind, at, self.watches)
        return holding.keyed(made, PASSPHRASE, at + 1, self.watches)

    def post(
        self, words: str = WORDS, at: int = AT, kept_out: tuple[Person, ...] = (), name: str = ""
    ) -> str:
        """A report that lies in the box; its receipt code."""
        code = codes.new()
        reporting.posted(code, Said(words, name), [str(one.uid) for one in kept_out], at)
        return code

    def delivered(self, words: str = WORDS, at: int = AT, kept_out: tuple[Person, ...] = ()) -> str:
        """The same, brought to its readers in the night."""
        code = self.post(words, at, kept_out)
        emptied(at + DAY, self.watches)
        return code

    def report(self) -> Report:
        return Report.objects.get()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are made in a moment, and no pace."""
    cost = keys.Cost(1, 8192)
    monkeypatch.setattr(keys, "OF_CODES", cost)
    monkeypatch.setattr(keys, "OF_PASSPHRASES", cost)
    for one in (pace.POSTING, pace.READING, pace.UNLOCKING):
        monkeypatch.setattr(one, "_burst", 10_000)
        monkeypatch.setattr(one, "_held", 10_000.0)


@pytest.fixture
def channel(db: None, watches: Watches) -> Channel:  # noqa: ARG001
    made = Channel(cast(), watches)
    made.holds(made.people.alice, Holder.Kind.HANDLER)
    made.holds(made.people.bob, Holder.Kind.RECOVERY)
    anna = made.holds(made.people.anna, Holder.Kind.HANDLER)
    holding.let_in(made.holder(made.people.alice), made.private(made.people.alice), anna, AT + 2, watches)
    return made
