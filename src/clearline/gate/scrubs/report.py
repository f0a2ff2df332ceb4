"""The report on a file of leads: one page of HTML that needs nothing else."""

from typing import Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clearline.engine.durations import moment_of
from clearline.engine.events import Instant
from clearline.gate.attempts import Answer
from clearline.gate.scrubs.running import Summary

GROUPS: Final = (("Skipped", Answer.DENY), ("Later only", Answer.NOT_BEFORE), ("May be called", Answer.ALLOW))


def page(summary: Summary) -> str:
    """The page, in the style of the reports on calls; numbers in it are masked."""
    ours = PackageLoader("clearline.gate.scrubs", "page")
    styles = PackageLoader("clearline.reports", "page")
    pages = Environment(
        loader=ChoiceLoader([ours, styles]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style = Markup(styles.get_source(pages, "style.css")[0])  # noqa: S704 - shipped, not given
    return pages.get_template("scrub.html").render(
        one=summary, groups=GROUPS, style=style, at=_moment(summary.at), moment=_moment
    )


def _moment(at: Instant) -> str:
    return f"{moment_of(at):%Y-%m-%d %H:%M} UTC"
