"""`clearline gate`: the lists that are asked before a call."""

from pathlib import Path
from typing import Annotated

import typer

from clearline.cli.console import Home, command, homeless
from clearline.cli.options import OptionError, facts_of
from clearline.cli.saying import refuse
from clearline.formats.phones import USUAL, VARIABLE, settle

app = typer.Typer(
    help="Ask before a call whether it may be made, and keep the lists that are asked.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
lists = typer.Typer(
    help="Show the do-not-call lists with their age, or load one.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(lists, name="lists")


@lists.callback()
def show(context: typer.Context, home: Home = None) -> None:
    """Show the do-not-call lists with their age, or load one."""
    if context.invoked_subcommand is None:
        command("lists", home).show()


@lists.command()
def load(
    name: Annotated[
        str, typer.Argument(help="ftc, us-national, gb-national, US-TX, litigators, litigators-NAME.")
    ],
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Flat or XML, full or changes, zipped or not.")
    ],
    home: Home = None,
    made: Annotated[
        str,
        typer.Option(
            metavar="DATE",
            help="When it was fetched (UTC); by default the date in the file's name, else the file's own.",
        ),
    ] = "",
    subscription: Annotated[str, typer.Option(help="The account number by which it was fetched.")] = "",
    area: Annotated[
        list[int] | None,
        typer.Option(help="An area code that was asked for, though no number of it may be on the list."),
    ] = None,
    *,
    confirm: Annotated[
        bool,
        typer.Option("--confirm", help="You have looked why it shrank: it becomes current all the same."),
    ] = False,
) -> None:
    """Load a list. It becomes current at one stroke, or is held where it shrank by more than is believable."""
    command("lists", home).load(name, path, made, subscription, tuple(area or ()), confirmed=confirm)


@app.command()
def scrub(
    leads: Annotated[Path, typer.Argument(metavar="FILE", help="CSV with a column called phone.")],
    clean: Annotated[
        Path, typer.Option("-o", "--output", help="Where those go that are left; made new or written over.")
    ],
    home: Home = None,
    report: Annotated[Path | None, typer.Option(help="Where the report goes, as one page of HTML.")] = None,
    campaign: Annotated[str, typer.Option(help="The id of the campaign.")] = "",
    purpose: Annotated[
        str, typer.Option(help="marketing, mixed, service, survey or collections.")
    ] = "marketing",
    technology: Annotated[
        str, typer.Option(help="human_manual, human_dialer, prerecorded_or_artificial or text.")
    ] = "human_dialer",
    at: Annotated[str, typer.Option(metavar="TIME", help="As of this moment (UTC); now without it.")] = "",
) -> None:
    """Go through a file of leads before anything is dialled: who will be skipped, and why."""
    command("scrubbing", home).scrub(leads, clean, report, (campaign, purpose, technology), at)


@app.command()
def decide(
    attempts: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="CSV with a header: number, at (UTC), purpose, technology, zip, state, consent, …",
        ),
    ],
    form: Annotated[str, typer.Option("--format", help="jsonl or csv.")] = "jsonl",
    rules: Annotated[list[Path] | None, typer.Option(help="A folder with packs of your own.")] = None,
    pack: Annotated[list[str] | None, typer.Option(help="Only by this pack; may be given again.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(help="A fact of the shop, as shop.gate=yes; may be given again.")
    ] = None,
    home_region: Annotated[
        str, typer.Option(envvar=VARIABLE, help="The country whose numbers need no country code: US, GB, …")
    ] = USUAL,
) -> None:
    """Answer a file of attempts, each as of its own time, by what it says itself: no record is asked, nothing is kept."""
    try:
        settle(home_region)
        shop = facts_of(fact or ()).get("shop", {})
    except (OptionError, ValueError) as error:
        refuse(str(error))
    homeless("attempts").decide(attempts, form, rules or (), pack or (), shop)
