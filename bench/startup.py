"""How long it takes to begin: reading packs, compiling them, the command, the install."""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.material import calls, talk, vcon
from bench.measuring import Part, Seconds, in_turns, table, timed
from bench.peers.asking import ROOT

from clearline.rulebook.reading import load

TITLE = "Start-up and size"


def measure(*, quick: bool) -> Part:
    """CPU seconds of fresh starts; the plain install by the clock."""
    book = load()
    rules = book.select()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "call.vcon")
        file.write_bytes(vcon(calls(talk(), 1)[0], 0))
        command = Path(sys.executable).with_name("clearline")
        taken = in_turns(
            {
                "packs read": timed(load),
                "rules on calls compiled, portable search": timed(
                    lambda: book.program("call", rules, portable=True)
                ),
                "rules on calls compiled, Hyperscan": timed(lambda: book.program("call", rules)),
                "`clearline --help`": _process([command, "--help"]),
                "`clearline review` of one call": _process([command, "review", file]),
            },
            1 if quick else 5,
        )
        rows = [(name, seconds) for name, seconds in taken.items()]
        text = table(("CPU seconds", ""), rows)
        if not quick:
            text += f"\n\n{_install(Path(folder))}"
    return Part("startup", TITLE, text)


def _process(command: Sequence[str | Path]) -> Callable[[], Seconds]:
    def run() -> Seconds:
        before = _children()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return _children() - before

    return run


def _children() -> Seconds:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _install(folder: Path) -> str:
    """The plain install in an environment of its own, packages from the index or pip's cache."""
    begun = time.perf_counter()
    try:
        subprocess.run([sys.executable, "-m", "venv", folder / "plain"], check=True, capture_output=True)
        pip = [str(folder / "plain/bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements/plain.txt")], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        return f"**The plain install failed: {error.stderr.decode().strip().splitlines()[-1]}**"
    taken = time.perf_counter() - begun
    files = [path for path in (folder / "plain").rglob("*") if path.is_file() and not path.is_symlink()]
    pips = sum(path.stat().st_size for path in files if "site-packages/pip" in str(path))
    whole = sum(path.stat().st_size for path in files)
    return (
        f"The plain install takes {taken:.0f} s by the clock (pip, hashes checked) and {whole / 1e6:.0f} MB on disk, "
        f"{pips / 1e6:.0f} of them pip itself."
    )
