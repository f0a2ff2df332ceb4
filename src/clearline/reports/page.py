"""The report as one page of HTML that needs nothing else: no network, no server, no font."""

import re
import shutil
from collections.abc import Mapping
from tempfile import TemporaryFile
from typing import IO, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from clearline.reports.account import SEVERITIES, counted, spoken
from clearline.reports.card import Card
from clearline.reports.drawing import Review, Said
from clearline.reports.reviewed import Account, NotReviewed
from clearline.reports.summary import Summary, listing, unheard
from clearline.rulebook.rulebook import Rulebook

CARDS = (
    "<!--cards-->"  # stands in the page where the cards go; text in cards is escaped, so it can't forge it
)
_CODE = re.compile(r"`([^`]+)`")
NAMED = 500  # files of which nothing was judged that are named; more are counted
CLEAN_TALK = (
    2_000_000  # characters of talk that a page holds of calls with nothing to tell: keeps 1,000 calls quick
)


class Page:
    """Takes timelines one by one, keeps their cards on disk, and writes the page at the end."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.summary = Summary()
        self.count = 0
        self._left: dict[str, list[NotReviewed]] = {"failed": [], "excluded": []}
        self._room = CLEAN_TALK
        self._titles: Mapping[str, str] = {rule.id: rule.title for rule in rulebook.rules.values()}
        self._cards: IO[str] = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in __exit__
        loader = PackageLoader("clearline.reports", "page")
        self._pages = Environment(
            loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
        )
        self._pages.filters |= {"listing": listing, "counted": counted, "coded": coded, "unheard": unheard}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cards.close()

    def add(self, review: Review) -> None:
        """Draws the card of a timeline."""
        self.summary.add(review.line)
        if review.line.clean and review.line.kind != "call":
            return  # it is in the account; a second row for each file would only hide the calls
        self.count += 1
        template = self._pages.get_template("card.html")
        card = Card(self.count, review, self._titles)
        whole = not review.line.clean or self._fits(review)
        self._cards.write(template.render(card=card, whole=whole))

    def leave(self, line: NotReviewed) -> None:
        """Names a file of which nothing was judged, with the reason."""
        if len(self._left[line.outcome]) < NAMED:
            self._left[line.outcome].append(line)

    def write(self, file: IO[str], account: Account, made: str) -> None:
        """Writes the page; `made` says when."""
        rules = self.summary.rules()
        page = self._pages.get_template("page.html").render(
            account=account,
            told=spoken(account),
            made=made,
            count=self.count,
            rules=rules,
            packs=sorted({rule.pack for rule in rules}),
            severities=SEVERITIES,
            questions=self.summary.doubtful,
            waiting=self.summary.waiting(),
            doubts=self.summary.doubts.most_common(),
            strange=self.summary.strange,
            duties=self.summary.due(),
            left=(*self._left["failed"], *self._left["excluded"])[:NAMED],
            unread=sum(account.failed.values()) + sum(account.excluded.values()),
            entries=[self.rulebook.rules[one] for one in sorted(self.summary.spoken_of)],
            sources={name: pack.sources for name, pack in self.rulebook.packs.items()},
            style=self._own("style.css"),
            script=self._own("script.js"),
        )
        head, _, tail = page.partition(CARDS)
        self._cards.seek(0)
        file.write(head)
        shutil.copyfileobj(self._cards, file)
        file.write(tail)

    def _fits(self, review: Review) -> bool:
        events = review.drawing.events if review.drawing else []
        size = sum(len(event.text) for event in events if isinstance(event, Said))
        fits = size <= self._room
        self._room -= size * fits
        return fits

    def _own(self, name: str) -> Markup:
        """A file of ours, which stands in the page as it is."""
        assert self._pages.loader is not None
        return Markup(self._pages.loader.get_source(self._pages, name)[0])  # noqa: S704 - shipped, not given


def coded(text: str) -> Markup:
    """Text in which what stands in backticks is shown as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped first
