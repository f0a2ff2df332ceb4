"""`clearline redact`: recordings without their secrets, and how much is missed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from typer.core import TyperGroup

from clearline.cli.options import OptionError, listed_in
from clearline.cli.saying import FINDINGS, UNREADABLE, console, refuse, tell
from clearline.engine.masking import plain
from clearline.reports.masked import masked_text
from clearline.speech import installed
from clearline.speech.errors import NotHeard


class _Recordings(TyperGroup):
    """Files stand where other groups have the name of a command; `measure` is the only name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        plain = bool(args) and args[0] not in self.commands and args[0] != "--help"
        return super().parse_args(ctx, ["recordings", *args] if plain else args)


app = typer.Typer(
    cls=_Recordings,
    help="Recordings without card data, codes and other secrets: clearline redact FILES -o FOLDER",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(help="Mute what is secret in recordings, and hear them again before they are released.")
def recordings(
    paths: Annotated[list[Path], typer.Argument(help="Recordings, or folders of them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A folder for the muted copies.")],
    report: Annotated[Path | None, typer.Option(help="Also write a line of JSON for each recording.")] = None,
    silence: Annotated[bool, typer.Option(help="Mute by silence instead of a tone.")] = False,
    contacts: Annotated[bool, typer.Option(help="Also mute phone numbers and e-mail addresses.")] = False,
    hide: Annotated[
        Path | None,
        typer.Option(help="A file of names and addresses to mute as well, one a line or as CSV."),
    ] = None,
    flac: Annotated[bool, typer.Option(help="Write FLAC instead of WAV.")] = False,
) -> None:
    """Ends with 0 if all were released, 1 if any was withheld, 2 if something could not be read or written."""
    redacting = _installed()
    found = list(redacting.recordings(paths))
    if not found:
        refuse("there are no recordings in what was given. Name files, or folders that hold some")
    try:
        listed = listed_in(hide)
    except OptionError as error:
        refuse(str(error))
    with redacting.heard():
        redactor = redacting.Redactor(silence=silence, contacts=contacts, listed=listed)
        lines = []
        for path, place in found:
            lines.append(redactor.redact(path, output / redacting.named(place, flac=flac)))
            _show(lines[-1])
    if report is not None:
        try:
            report.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        except OSError as error:
            refuse(f"{report} can't be written ({(error.strerror or '').lower()})")
    outcomes = {line.outcome for line in lines}
    raise typer.Exit(UNREADABLE if "failed" in outcomes else FINDINGS if "blocked" in outcomes else 0)


@app.command()
def measure(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Labelled recordings (NAME.wav with NAME.json) and texts (NAME.jsonl)."),
    ] = None,
    generated: Annotated[
        int, typer.Option(min=0, help="Also so many generated talks in which a card number is read out.")
    ] = 0,
) -> None:
    """How much is missed, by kind and by how it is spoken, with the bound that the count allows."""
    redacting = _installed()
    from clearline.speech.measuring import written  # noqa: PLC0415 - an extra
    from clearline.speech.spoken import talks  # noqa: PLC0415

    if folder is None and not generated:
        refuse("nothing to measure. Name a folder with labelled material, or use --generated 1000")
    with redacting.heard():
        try:
            has_sound = folder is not None and any(redacting.recordings([folder]))
            redactor = redacting.Redactor() if has_sound else None
            tally = redacting.measured(folder, redactor) if folder is not None else redacting.Tally()
        except msgspec.DecodeError as error:
            refuse(f"{folder}: a label can't be read. {masked_text(str(error))}. docs/redaction.md says how")
    for talk in talks(generated):
        tally.text(written(talk))
    for line in _told(tally):
        print(line)  # noqa: T201 - a table, which must not be wrapped


def _installed() -> Any:
    """The part that hears; ends the command where it is not installed."""
    try:
        installed.require()
    except NotHeard as error:
        refuse(masked_text(str(error)))
    from clearline.cli import redacting  # noqa: PLC0415 - an extra

    return redacting


def _show(line: Any) -> None:
    if line.outcome == "failed":
        tell(f"{line.recording}: {line.reason}")
        return
    seconds = sum(one.end - one.start for one in line.muted)
    muted = f"{len(line.muted)} spans muted, {seconds:.1f} s" if line.muted else "nothing to mute"
    console().print(f"{line.recording}: {line.outcome}, {muted}")
    if line.kinds:
        console().print(f"  heard: {', '.join(plain(kind) for kind in line.kinds)}")
    for one in line.blocked:
        where = "" if one.start is None else f" at {one.start:.1f} s"
        console().print(f"  not released: {plain(one.kind)} in channel {one.channel}{where}, {one.reason}")
    if line.keeps_no_original:
        console().print("  no original may be kept: a security code or PIN may be in it (PCI DSS 3.3.1)")


def _told(tally: Any) -> Iterable[str]:
    rows = [*sorted(tally.counts.items()), (("all", ""), tally.total)]
    yield f"{'kind':22}{'spoken':20}{'secrets':>9}{'missed':>8}{'at most (95 %)':>16}{'words':>9}{'shown':>7}"
    for (kind, form), one in rows:
        bound = f"{100 * one.bound:.2f} %"
        yield f"{kind:22}{form:20}{one.secrets:9,}{one.missed:8,}{bound:>16}{one.words:9,}{one.shown:7,}"
    if tally.recordings:
        share = 100 * tally.hidden / tally.secret if tally.secret else 100.0
        yield (
            f"{tally.recordings:,} recordings, {tally.seconds / 60:.1f} minutes: {share:.1f} % of what is secret muted, "
            f"{tally.false_a_minute:.2f} false mutes a minute, {tally.withheld:,} not released"
        )
    if tally.texts:
        yield f"{tally.texts:,} texts: {tally.hidden_words:,} of {tally.plain:,} other words hidden"
