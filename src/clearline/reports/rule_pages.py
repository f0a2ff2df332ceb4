"""Rules for readers at a terminal: a table of all, one in full, one explained with its examples step by step."""

from collections.abc import Iterable, Iterator

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from clearline.reports.plain_words import PlainWords
from clearline.reports.terminal import COLOURS
from clearline.reports.walking import Walk, walk
from clearline.rulebook.entries import RuleEntry, Source
from clearline.rulebook.examples import tried, trying
from clearline.rulebook.rulebook import Rulebook

Shown = Text | Table | Padding


def listed(rules: Iterable[RuleEntry]) -> Table:
    """All rules in a table, two lines each, so that it fits 80 columns."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    table.add_column("rule", overflow="fold", ratio=1)
    table.add_column("pack\non", overflow="fold", max_width=18)
    table.add_column("severity\nin force", max_width=12)
    for rule in rules:
        counsel = "" if rule.status == "checked" else f" ({rule.status})"
        table.add_row(
            Text.assemble((rule.id, "bold"), f"\n{rule.title}", (counsel, "dim")),
            Text(f"{rule.pack}\n{rule.on}", "dim"),
            Text.assemble((rule.severity, COLOURS[rule.severity]), (f"\n{_force(rule)}", "dim")),
        )
    return table


def shown(rulebook: Rulebook, rule: RuleEntry) -> Iterator[Shown]:
    """A rule in full, with what became of its examples."""
    pack = rulebook.packs[rule.pack]
    yield from _head(rule)
    rows: list[tuple[str, str]] = [
        ("applies when", rule.when or "always"),
        ("on", f"the timeline of a {rule.on}"),
        ("severity", rule.severity),
        ("prompt", rule.prompt),
        ("cites", "; ".join(rule.cites)),
        *(("source", _source(pack.sources[key])) for key in rule.sources if key in pack.sources),
        ("status", rule.status),
        ("in force", _force(rule)),
        ("version", rule.version if rule.number else f"{rule.version} (not locked yet)"),
        ("obligations", ", ".join(rule.obligations)),
        ("lesson", rule.lesson),
        ("note", rule.note),
        ("file", str(rule.path)),
    ]
    yield _pairs([row for row in rows if row[1]])
    yield Text("\nExamples", "bold")
    for one in tried(rulebook, rule):
        right = Text(", as said", "green") if not one.complaint else Text(f", WRONG: {one.complaint}", "red")
        yield Padding(
            Text.assemble(f"{one.example.title}: ", (one.example.outcome, "bold"), right), (0, 0, 0, 2)
        )


def explained(rulebook: Rulebook, rule: RuleEntry) -> Iterator[Shown]:
    """A rule in plain words, its examples step by step, and its formal name."""
    words = PlainWords(rulebook)
    yield from _head(rule)
    if rule.when:
        yield Text.assemble("It applies when ", (rule.when, "cyan"), "; where that can't be told, it asks.\n")
    meanings = [words.meaning(sentence) for sentence in rule.rule.sentences]
    for sentence, meaning in zip(rule.sentences, meanings, strict=True):
        if len(meanings) > 1:
            yield Text(sentence, "cyan")
        yield _pairs(meaning.points)
        yield Text()
    yield Text("Its examples, step by step", "bold")
    program = trying(rulebook, [rule])
    for example in rule.examples:
        yield Text.assemble("\n", (example.title, "bold"))
        yield Padding(_walk(walk(rulebook, program, example)), (0, 0, 0, 2))
    formal = "; ".join(dict.fromkeys(meaning.formal for meaning in meanings))
    yield Text(f"\nIn the literature (Declare, LTL, MTL): {formal}", "dim")


def _head(rule: RuleEntry) -> Iterator[Text]:
    yield Text.assemble((rule.title, "bold"), (f"\n{rule.pack} / {rule.id}\n", "dim"))
    for sentence in rule.sentences:
        yield Text(f"  {sentence}", "cyan")
    yield Text()


def _walk(walked: Walk) -> Table:
    """Each event of an example, and the state of the rule after it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=44, overflow="fold")
    table.add_column(max_width=8)
    table.add_column(overflow="fold")
    for step in walked.steps:
        table.add_row(Text(step.line), Text(step.state, "bold"), Text(step.told, "dim"))
    if walked.known:
        table.add_row(Text(f"(known: {', '.join(walked.known)})", "dim"), "", "")
    table.add_row(Text(f"So it {_outcome(walked.outcome)}.", "bold"), "", "")
    return table


def _outcome(words: str) -> str:
    return words if words.startswith(("is ", "does ", "ended", "never")) else f"is {words}"


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(min_width=12, style="dim")
    table.add_column(overflow="fold")
    for name, said in rows:
        table.add_row(Text(name), Text(said))
    return table


def _source(source: Source) -> str:
    return f"{source.title} ({'primary' if source.primary else 'secondary'})"


def _force(rule: RuleEntry) -> str:
    since = rule.since.isoformat() if rule.since else ""
    if rule.until:
        return f"{since or '…'} to {rule.until.isoformat()}"
    return f"since {since}" if since else "always"
