"""Appends, signs and exports in a home, while file calls fail or afterwards: python -m tests.evidence.appending HOME..."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from clearline.config.databases import database
from clearline.config.home import Home

AT = 1_795_392_000_000_000  # 2026-11-23


def start(home: Path) -> None:
    """Django with the log alone, which starts sooner than all of it."""
    import pysqlite3

    sys.modules["sqlite3"] = pysqlite3
    settings.configure(
        INSTALLED_APPS=["clearline.evidence"],
        DATABASES={"default": database("", Home(home))},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def use(home: Path) -> None:
    """Another home in the same process."""
    connection.close()
    connection.settings_dict["NAME"] = Home(home).database


def work(home: Path) -> None:
    """Three entries, a checkpoint, a new key, a pack; each is told of when it is done."""
    from clearline.evidence import actions, openings
    from clearline.evidence.exporting import Order, export
    from clearline.evidence.keys import open_keys

    with transaction.atomic():
        told = actions.append([actions.Entered(AT + n, "event", "a-1", bytes([n]) * 32) for n in range(3)])
    print("appended", told.stop, flush=True)  # noqa: T201
    keys = open_keys(home / "keys", "shop.example/log")
    actions.checkpoint(keys, AT)
    actions.rotate(keys, "house", AT)
    for name, zipped in (("pack", False), ("pack.zip", True)):
        export(Order(openings.WHOLE, home / "out" / name, zipped, "house"), keys, AT, lambda one: one)


def audit(home: Path, appended: int) -> list[str]:
    """What is wrong in a home after work in it was broken off: nothing may be, and work must go on."""
    from clearline.evidence.checking import check
    from clearline.evidence.clearline_verify import Asked, verify
    from clearline.evidence.keys import open_keys
    from clearline.evidence.queries import head_size

    use(home)
    found = [f"{appended} were acknowledged, {head_size()} are there"] if head_size() < appended else []
    packs = [home / "out" / name for name in ("pack", "pack.zip")]
    found += [fault for path in packs if path.exists() for fault in verify(path, Asked(AT // 10**6)).faults]
    (home / "out").rename(home / "before")
    (home / "out").mkdir()
    work(home)
    found += check(open_keys(home / "keys", "shop.example/log"), ())
    first = (home / "keys" / "log.vkey").read_text(encoding="utf-8").split(" ")[0]
    return found + [fault for path in packs for fault in verify(path, Asked(AT // 10**6, first)).faults]


if __name__ == "__main__":
    homes = [Path(name) for name in sys.argv[2:]]
    start(homes[0])
    if sys.argv[1] == "begin":
        call_command("migrate", verbosity=0)
        (homes[0] / "out").mkdir()
    elif sys.argv[1] == "work":
        work(homes[0])
    else:
        for home in homes:
            appended = int((home / "appended").read_text(encoding="utf-8") or 0)
            for fault in audit(home, appended):
                print("FAULT", home.name, fault)  # noqa: T201
