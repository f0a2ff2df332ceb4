"""One call, played from its script: events with times, and the truth about them."""

from typing import Any

from clearline.cli.shop.filling import MEMBERS, TOLD, Filling
from clearline.cli.shop.scene import Scene
from clearline.cli.shop.scripts import ALWAYS, Line, played
from clearline.cli.shop.slips import Habit, broken
from clearline.cli.shop.staff import Agent
from clearline.cli.shop.tale import Plan
from clearline.cli.shop.truth import Slip
from clearline.engine.events import SECOND, UTTERANCE, Event, Instant

TENTH: Instant = SECOND // 10
WORD, FIGURE = 3.5, 2.6  # tenths of a second that a word, and each digit in figures, take
FIGURES = frozenset("0123456789")


class Talk(Scene):
    """A call while it is played, with what goes wrong in it."""

    def __init__(
        self, plan: Plan, agent: Agent, name: str, at: Instant, agents: int, slip: Habit | None = None
    ) -> None:
        super().__init__(plan, agent, name, at, agents)
        self.end = at
        self.slip = slip
        if slip:
            self.flags |= {slip.name}
        self._subjects = {"call": name}  # one mapping for all utterances; nobody changes it
        self._paces = {by: 0.86 + 0.3 * self.dice.random() for by in ("agent", "customer", "system")}

    def play(self) -> "Talk":
        """All of it, from the first ring to what follows after the end."""
        dice, filling = self.dice, Filling(self)
        now, fell, ended = self.at, True, self.at
        for line in played(self.script, self.flags):
            if line.chance != ALWAYS:
                if line.chance > 0:
                    fell = dice.random() < line.chance
                if fell is (line.chance == -2.0):
                    continue
            if line.variants:
                now = self._say(line, now, filling)
            elif line.type:
                if line.after:
                    self._do(line, ended + line.after * SECOND)
                    continue
                self._do(line, now)
                ended = now
                now += TENTH * (3 + int(dice.random() * 12))
            else:
                now += TENTH * (
                    line.pause[0] * 10 + int(dice.random() * (line.pause[1] - line.pause[0]) * 10)
                )
        self.end = ended
        return self

    def truth(self) -> list[Slip]:
        """The rules that are broken in it, or asked about."""
        if self.slip is None:
            return []
        by = self.end + self.slip.ripens * SECOND
        lasted = self.end - next((one.at for one in self.events if one.type == "call.answered"), self.end)
        return [
            Slip(rule, "call", self.id, by, self.slip.name, self.agent.id)
            for rule, longer in broken(self.slip.name, self.flags)
            if lasted >= longer * SECOND and self.at >= self.slip.since.get(rule, 0)
        ]

    def _say(self, line: Line, now: Instant, filling: Filling) -> Instant:
        text, open_ = self.dice.pick(line.variants)
        if open_:
            text = text.format_map(filling)
            text = text[0].upper() + text[1:]
            figures = sum(map(text.count, FIGURES))
        else:
            figures = 0
        tenths = 4 + int(((text.count(" ") + 1) * WORD + figures * FIGURE) * self._paces[line.by])
        data = {"by": line.by, "text": text, "seconds": tenths / 10}
        self.events.append(self._event(UTTERANCE, now, data, self._subjects))
        return now + TENTH * (tenths + 2 + int(self.dice.random() * 10))

    def _do(self, line: Line, at: Instant) -> None:
        tell, kinds = TOLD.get(line.type, (None, ()))
        data: dict[str, Any] = tell(self) if tell else {}
        if line.data:
            data |= dict(line.data)
        subjects = self._subjects
        if kinds:
            if self.script in MEMBERS and kinds == ("order",):
                kinds = ("subscription",)
            subjects = subjects | self.tale.subjects(kinds)
            if "agent" in kinds:
                subjects["agent"] = self.agent.id
        self.events.append(self._event(line.type, at, data, subjects))

    def _event(self, kind: str, at: Instant, data: dict[str, Any], subjects: dict[str, str]) -> Event:
        count = len(self.events)
        return Event(f"{self.id}.{count}", kind, at, data, subjects, count)
