"""What the page shows of one timeline, laid out: the talk with its marks, the lanes with their bars."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from clearline.reports.drawing import Bar, Drawing, Happened, Review, Said
from clearline.reports.reviewed import Finding, Reviewed, Seconds
from clearline.reports.summary import DAY, lasting, severities, spoken_length, spoken_seconds, spoken_time
from clearline.reports.watching import End

TICKS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, DAY, 7 * DAY, 30 * DAY, 365 * DAY)
MOST_TICKS = 6
LETTERS_A_SECOND = 15  # of speech whose length nobody noted
NARROWEST = 0.5  # per cent; what is shorter is drawn so wide
SPEAKERS = ("agent", "customer", "system", "unknown")
ENDS = {
    End.DONE: "done at",
    End.MISSED: "missed at",
    End.LIFTED: "allowed from",
    End.ENDED_FIRST: "the call ended first, at",
    End.STILL: "still so at the end,",
}


class Piece(NamedTuple):
    """A run of text, and the numbers of the findings whose words it is part of."""

    text: str
    findings: tuple[int, ...] = ()


class Row(NamedTuple):
    """A row of the talk: an utterance, another event, or what was left undone."""

    what: str  # said, event or missed
    time: str
    id: str
    by: str = ""
    pieces: tuple[Piece, ...] = ()
    finding: int = -1


class Box(NamedTuple):
    """A bar of a lane, in per cent of its width."""

    kind: str
    x: float
    width: float
    told: str


class Dot(NamedTuple):
    """A mark on a lane."""

    kind: str
    x: float
    told: str
    finding: int = -1


class Lane(NamedTuple):
    """A rule or a speaker over the time."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    dots: tuple[Dot, ...]

    @property
    def told(self) -> str:
        return f"{self.title}: {'; '.join([*(box.told for box in self.boxes), *(dot.told for dot in self.dots)])}"


class Numbered(NamedTuple):
    """A finding or a question with its number on the card and its time."""

    number: int
    finding: Finding
    time: str
    row: str  # id of the row that shows it
    question: bool


class Card:
    """A timeline as the template needs it."""

    def __init__(self, number: int, review: Review, titles: Mapping[str, str]) -> None:
        self.number = number
        self.line: Reviewed = review.line
        self.drawing = review.drawing or Drawing(0, [], [])
        self.titles = titles
        self.clean = self.line.clean
        self.length = spoken_length(self.line)
        self.severities = severities(self.line.findings)
        # Masked ids may be alike: then the last of them that had begun is meant.
        self._rows: dict[str, list[tuple[Seconds, str]]] = defaultdict(list)
        for n, event in enumerate(self.drawing.events):
            self._rows[event.id].append((event.at, f"c{number}-e{n}"))
        both = [*self.line.findings, *self.line.doubtful]
        self._waiting = {one.rule for one in self.line.rules if one.missing}
        self._unsure = {one.rule for one in self.line.questions} - {one.rule for one in self.line.findings}
        self.findings = [
            Numbered(n, one, self._time(one), self._row_of(n, one), n >= len(self.line.findings))
            for n, one in enumerate(both)
        ]

    def rows(self) -> list[Row]:
        """The talk in order, with a row of its own for each deed that was left undone."""
        rows = [
            (event.at, 0, self._shown(event, f"c{self.number}-e{n}"))
            for n, event in enumerate(self.drawing.events)
        ]
        rows += [
            (
                one.finding.seconds,
                1,
                Row("missed", one.time, f"c{self.number}-m{one.number}", finding=one.number),
            )
            for one in self.findings
            if one.finding.place is None
        ]
        return [row for _, _, row in sorted(rows, key=lambda each: each[:2])]

    def ticks(self) -> list[tuple[float, str]]:
        """Where the lanes' scale has its marks, and what stands there."""
        step = next((one for one in TICKS if self.drawing.lasts / one <= MOST_TICKS), TICKS[-1])
        count = int(self.drawing.lasts // step)
        return [(self._x(n * step), self._scale(n * step)) for n in range(count + 1)]

    def lanes(self) -> list[Lane]:
        """A lane for each rule that came up, those with findings first."""
        rules: dict[str, None] = dict.fromkeys(one.finding.rule for one in self.findings)
        rules.update(dict.fromkeys(bar.rule for bar in self.drawing.bars if bar.rule not in self._waiting))
        found = [
            Lane(
                rule,
                self.titles.get(rule, rule),
                tuple(self._box(bar) for bar in self.drawing.bars if bar.rule == rule),
                tuple(self._dots(rule)),
            )
            for rule in rules
        ]
        return [lane for lane in found if lane.boxes or lane.dots]

    def voices(self) -> list[Lane]:
        """A lane for each who speaks, and one for what else happened."""
        said = [event for event in self.drawing.events if isinstance(event, Said)]
        lanes = [
            Lane(by, by, tuple(self._spoken(one) for one in said if one.by == by), ())
            for by in SPEAKERS
            if any(one.by == by for one in said)
        ]
        happened = [event for event in self.drawing.events if isinstance(event, Happened)]
        dots = tuple(
            Dot("event", self._x(one.at), f"{one.type} at {spoken_seconds(one.at)}") for one in happened
        )
        return [*lanes, Lane("events", "events", (), dots)] if dots else lanes

    def _shown(self, event: Said | Happened, row: str) -> Row:
        time = spoken_time(self.line, self._date(event.at), event.at)
        if isinstance(event, Said):
            return Row("said", time, row, event.by, tuple(self._pieces(event, row)))
        return Row("event", time, row, pieces=(Piece(event.type, tuple(self._at(row))),))

    def _at(self, row: str) -> Iterator[int]:
        return (one.number for one in self.findings if one.row == row)

    def _pieces(self, said: Said, row: str) -> Iterator[Piece]:
        marks = []
        for number in self._at(row):
            place = self.findings[number].finding.place
            assert place is not None
            marks.append((*(place.char_span or (0, len(said.text))), number))
        cuts = sorted({0, len(said.text), *(edge for mark in marks for edge in mark[:2])})
        for start, end in pairwise(cuts):
            yield Piece(said.text[start:end], tuple(n for a, b, n in marks if a <= start and end <= b))

    def _row_of(self, number: int, finding: Finding) -> str:
        if finding.place is None:
            return f"c{self.number}-m{number}"
        rows = self._rows.get(finding.place.event, [(0, f"c{self.number}")])
        return next((row for at, row in reversed(rows) if at <= finding.place.seconds), rows[0][1])

    def _box(self, bar: Bar) -> Box:
        reach = bar.until if bar.deadline is None or bar.end is End.LIFTED else max(bar.until, bar.deadline)
        end = "asked" if bar.end is End.MISSED and bar.rule in self._unsure else bar.end.value
        kind = f"due {end.replace(' ', '-')}" if bar.due else "guard"
        until = f" until {spoken_seconds(bar.deadline)}" if bar.deadline is not None else ""
        told = f"{'due' if bar.due else 'not allowed'} from {spoken_seconds(bar.since)}{until}"
        return self._wide(kind, bar.since, reach, f"{told}, {ENDS[bar.end]} {spoken_seconds(bar.until)}")

    def _dots(self, rule: str) -> Iterator[Dot]:
        for bar in self.drawing.bars:
            if bar.rule == rule and bar.due and bar.end is End.DONE:
                yield Dot("done", self._x(bar.until), f"done at {spoken_seconds(bar.until)}")
        for one in self.findings:
            if one.finding.rule == rule:
                kind = "question" if one.question else "breach"
                yield Dot(kind, self._x(one.finding.seconds), f"{kind} at {one.time}", one.number)

    def _spoken(self, said: Said) -> Box:
        lasts = said.lasts or len(said.text) / LETTERS_A_SECOND
        return self._wide(said.by, said.at, said.at + lasts, spoken_seconds(said.at))

    def _wide(self, kind: str, since: float, until: float, told: str) -> Box:
        x = self._x(since)
        return Box(kind, x, max(NARROWEST, round(self._x(until) - x, 2)), told)

    def _x(self, seconds: float) -> float:
        return round(min(100.0, max(0.0, 100 * seconds / (self.drawing.lasts or 1))), 2)

    def _time(self, finding: Finding) -> str:
        return spoken_time(self.line, finding.at, finding.seconds)

    def _scale(self, seconds: float) -> str:
        return spoken_seconds(seconds) if lasting(self.line) < DAY else self._date(seconds)

    def _date(self, seconds: float) -> str:
        return f"day {seconds // DAY:.0f}"
