"""Measures everything beside its peers and prints it as Markdown: python -m bench [--quick] [--record] [PART ...]"""

import argparse
import re
import sys
from pathlib import Path

from bench.measuring import Part, machine

from bench import (
    evidence,
    gate,
    ingest,
    live,
    recognition,
    registry,
    review,
    running,
    scrub,
    seal,
    sound,
    startup,
    temporal,
)


def redacted(*, quick: bool = False) -> Part:
    """Imported only when it is measured: it needs what hears recordings."""
    from bench.redaction import measure  # noqa: PLC0415

    return measure(quick=quick)


RESULTS = Path(__file__).with_name("RESULTS.md")
PARTS = {
    "review": review.measure,
    "live": live.measure,
    "running": running.measure,
    "temporal": temporal.measure,
    "startup": startup.measure,
    "seal": seal.measure,
    "ingest": ingest.measure,
    "evidence": evidence.measure,
    "registry": registry.measure,
    "gate": gate.measure,
    "scrub": scrub.measure,
    "redaction": redacted,
    "sound": sound.measure,
    "recognition": recognition.measure,
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of these only: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="few calls, no peers: does it run?")
    parser.add_argument(
        "--record", action="store_true", help="write each part under its heading in bench/RESULTS.md"
    )
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for name in chosen.parts or PARTS:
        part = PARTS[name](quick=chosen.quick)
        shown = f"## {part.title}\n\nMeasured on {machine()}.\n\n{part.text}\n"
        print(shown, flush=True)
        if chosen.record:
            written = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# What was measured\n"
            RESULTS.write_text(recorded(written, part, shown), encoding="utf-8")


def recorded(text: str, part: Part, shown: str) -> str:
    """The text with this part renewed, between its marks; everything else stays as it was."""
    begins, ends = f"<!-- begin: {part.name} -->", f"<!-- end: {part.name} -->"
    section = f"{begins}\n{shown}{ends}"
    if begins not in text:
        return f"{text.rstrip()}\n\n{section}\n"
    return re.sub(f"{begins}.*?{ends}", lambda _: section, text, count=1, flags=re.DOTALL)


if __name__ == "__main__":
    main(sys.argv[1:])
