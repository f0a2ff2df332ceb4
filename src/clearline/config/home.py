"""The home of an installation: the folder with its database, its keys and its own packs."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from clearline.engine.errors import ClearlineError

VARIABLE = "CLEARLINE_HOME"
DEFAULT = "clearline-home"


class HomeError(ClearlineError):
    """The home can't be used as it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything lies that an installation keeps."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "clearline.sqlite3"

    @property
    def keys(self) -> Path:
        """Secrets, one a file, which nobody else may read."""
        return self.path / "keys"

    @property
    def packs(self) -> Path:
        """The shop's own packs."""
        return self.path / "packs"

    @property
    def policy(self) -> Path:
        """Rules that were written in the console and approved there; kept as their drafts say."""
        return self.path / "policy"

    @property
    def static(self) -> Path:
        """Files of pages that were collected; empty where they are served as installed."""
        return self.path / "static"

    def make(self) -> None:
        """Makes what is missing; a HomeError where the disk refuses."""
        try:
            for folder in (self.path, self.keys, self.packs, self.policy, self.static):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(
                f"{self.path} can't be the home: {error.strerror}. Name another folder with {VARIABLE}."
            ) from None

    def secret(self, name: str) -> str:
        """The secret of that name, made when it is first asked for."""
        path = self.keys / name
        if not path.exists():
            self.make()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii")


def home() -> Home:
    """The home that the environment names."""
    return Home(Path(os.environ.get(VARIABLE, DEFAULT)).resolve())
