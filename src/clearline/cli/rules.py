"""`clearline rules`: look at rules, try them, write new ones."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.saying import console, refuse, tell
from clearline.reports.account import counted
from clearline.reports.rule_pages import Shown, explained, listed, shown
from clearline.rulebook.checking import check
from clearline.rulebook.controls import check_controls, read_controls
from clearline.rulebook.entries import RuleEntry
from clearline.rulebook.faults import Fault, RulebookError, meant
from clearline.rulebook.new import new_rule
from clearline.rulebook.obligations import check_obligations, coverage, read_register
from clearline.rulebook.reading import load
from clearline.rulebook.rulebook import Rulebook
from clearline.rulebook.versions import LOCK, renew

app = typer.Typer(
    help="Look at rules, try them, write new ones.", no_args_is_help=True, rich_markup_mode=None
)

Folders = Annotated[list[Path], typer.Option("--rules", help="A folder with packs of your own.")]
RuleId = Annotated[str, typer.Argument(metavar="ID", help="The id of a rule, as `rules list` shows it.")]


@app.command("list")
def list_rules(
    packs: Annotated[list[str], typer.Argument(metavar="[PACK]...", help="Of these packs only.")] = [],  # noqa: B006
    folders: Folders = [],  # noqa: B006
) -> None:
    """All rules: id, pack, kind of timeline, severity, in force since when."""
    try:
        rulebook = load(*folders)
        rules = rulebook.select(packs or None)
    except RulebookError as error:
        refuse(str(error))
    console().print(listed(rules))
    if any(not fault.warning for fault in rulebook.faults):
        tell("Not all rules could be read: `clearline rules test` tells why.")
    console().print(f"\n{counted(len(rules), 'rule')}. `clearline rules explain ID` says what one means.")


@app.command()
def show(rule: RuleId, folders: Folders = []) -> None:  # noqa: B006
    """One rule in full: sentences, citations, sources, status, examples, version."""
    _print(rule, folders, shown)


@app.command()
def explain(rule: RuleId, folders: Folders = []) -> None:  # noqa: B006
    """One rule in plain words, and its examples step by step."""
    _print(rule, folders, explained)


@app.command("test")
def try_rules(
    packs: Annotated[list[str], typer.Argument(metavar="[PACK]...", help="Faults of these only.")] = [],  # noqa: B006
    folders: Folders = [],  # noqa: B006
) -> None:
    """Try every rule: each fault with its file and line; ends with 1 if there are any."""
    rulebook = load(*folders)
    try:
        rules = rulebook.select(packs or None)
    except RulebookError as error:
        refuse(str(error))
    register = read_register()
    controls, unread = read_controls(*rulebook.roots)
    faults = [*check(rulebook), *check_obligations(rulebook, register), *unread]
    faults += check_controls(controls, register)
    places = [rulebook.packs[name].path for name in packs]
    faults = [one for one in faults if not packs or any(one.file.is_relative_to(place) for place in places)]
    for fault in faults:
        typer.echo(str(fault))
    bad = [one for one in faults if not one.warning]
    examples = sum(len(rule.examples) for rule in rules)
    tell(f"{counted(len(rules), 'rule')} with {counted(examples, 'example')}: {counted(len(bad), 'fault')}")
    raise typer.Exit(1 if bad else 0)


@app.command()
def new(
    pack: Annotated[str, typer.Argument(help="The pack that it belongs to.")],
    slug: Annotated[str, typer.Argument(help="Its id: small letters, digits and -.")],
    folder: Annotated[Path, typer.Option("--in", help="The folder of packs.")] = Path("rules"),
) -> None:
    """Write the file of a new rule, which says what is left to do."""
    try:
        text = new_rule(pack, slug)
    except RulebookError as error:
        refuse(str(error))
    path = folder / pack / "rules" / f"{slug}.toml"
    taken = load().rules.get(slug)
    if taken is not None:
        refuse(f"the id `{slug}` is taken by {taken.path}. Choose another")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        about = folder / pack / "pack.toml"
        if not about.exists():
            about.write_text(f'title = "{pack}"\nuses = ["conversation"]\n', encoding="utf-8")
    except FileExistsError:
        refuse(f"{path} is there already")
    except OSError as error:
        refuse(f"{path} can't be written ({(error.strerror or '').lower()})")
    typer.echo(f"Wrote {path}. Write its TODOs, then try it: clearline rules test {pack} --rules {folder}")


@app.command()
def lock(folders: Folders = []) -> None:  # noqa: B006
    """Raise the version of every rule that has changed; without --rules, of the shipped ones."""
    rulebook = load(*folders)
    for root in folders or rulebook.roots:
        try:
            raised = renew(rulebook, root)
        except RulebookError as error:
            _tell_faults(error.faults)
            refuse("nothing is locked while there are faults")
        except OSError as error:
            refuse(f"{root / LOCK} can't be written ({(error.strerror or '').lower()})")
        for one in raised:
            typer.echo(f"{one.rule}: {one.before or 'new'} -> {one.after or 'gone'}")
        typer.echo(f"{root / LOCK}: {counted(len(raised), 'version')} raised")


@app.command("coverage")
def print_coverage(folders: Folders = []) -> None:  # noqa: B006
    """Print, as Markdown, each obligation of the register and what serves it."""
    typer.echo(coverage(load(*folders), read_register()), nl=False)


def _print(
    name: str, folders: Sequence[Path], pages: Callable[[Rulebook, RuleEntry], Iterator[Shown]]
) -> None:
    rulebook = load(*folders)
    rule = rulebook.rules.get(name)
    if rule is None:
        refuse(f"there is no rule `{name}`. {_meant(name, rulebook)}")
    out = console()
    for part in pages(rulebook, rule):
        out.print(part)


def _meant(name: str, rulebook: Rulebook) -> str:
    told = meant(name, rulebook.rules)
    return told if told.startswith("Did") else "`clearline rules list` shows all"


def _tell_faults(faults: Sequence[Fault]) -> None:
    for fault in faults:
        tell(str(fault))
