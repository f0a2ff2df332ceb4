"""The `clearline` command."""

import typer

from clearline.cli import (
    audits,
    console,
    coverage,
    evidence,
    gate,
    live,
    programme,
    recordings,
    redact,
    rules,
    witness,
)
from clearline.cli.demo import demo
from clearline.cli.review import review

app = typer.Typer(
    help="Proactive compliance for call centers: sees what was promised, required and forbidden in a call.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(review)
app.command()(demo)
app.command()(console.serve)
app.command()(console.invite)
app.command()(console.backup)
app.command()(console.restore)
app.command()(console.doctor)
app.add_typer(redact.app, name="redact")
app.add_typer(rules.app, name="rules")
app.add_typer(gate.app, name="gate")
app.add_typer(live.app, name="live")
app.add_typer(programme.app, name="programme")
app.add_typer(recordings.app, name="recordings")
app.add_typer(audits.app, name="audits")
app.add_typer(coverage.app, name="coverage")
app.add_typer(evidence.app, name="evidence")
app.add_typer(witness.app, name="witness")

if __name__ == "__main__":
    app()
