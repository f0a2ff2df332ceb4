"""`clearline audits redraw`: the sample of an audit once more, by its seed and the population that was hashed."""

import typer

from clearline.audits.drawing import digest, drawn, framed
from clearline.audits.models import Audit
from clearline.cli.saying import refuse, tell


def redraw(uid: str) -> None:
    """Prints the calls in the order of the draw; refuses where anything is not what the log says."""
    row = Audit.objects.filter(uid=uid).first()
    if row is None or row.frame is None:
        refuse(f"there is no audit {uid} whose sample was drawn")
    units = framed(bytes(row.frame or b""))
    if digest(units) != row.digest:
        refuse("the population that was kept is not the one whose hash stands in the log")
    again = [one.unit for one in drawn(row, units, bytes.fromhex(row.seed))]
    for call in again:
        typer.echo(call)
    if again != list(row.papers.order_by("place").values_list("call", flat=True)):
        refuse("these are other calls than those that were drawn")
    tell(f"{len(again):,} of {len(units):,} calls: the same as were drawn")
