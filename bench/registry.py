"""The do-not-call registry: 250 million generated numbers as bits, beside an index of PostgreSQL and a table of SQLite in the same run."""

import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from bench.measuring import Part, goal, table
from bench.serving import postgresql

from clearline.gate.lists.files import Tally, parts
from clearline.gate.registry import Builder, Numbers, Registry

TITLE = "The do-not-call registry"
NUMBERS, AREAS = 250_000_000, 380
IN_SQLITE = 10_000_000
SINGLE, MANY = 200_000, 5_000_000


def measure(*, quick: bool) -> Part:
    """Build time, resident memory, and look-ups, single and in bulk."""
    count, in_sqlite, areas = (400_000, 50_000, 20) if quick else (NUMBERS, IN_SQLITE, AREAS)
    with tempfile.TemporaryDirectory() as folder:
        flat, bits = Path(folder) / "flat.txt", Path(folder) / "bits"
        written = write(flat, count, range(201, 201 + areas))
        built = child("build", flat, bits)
        asked = child("ask", bits, SINGLE, MANY)
        peer = sqlite(Path(folder) / "table", bits, in_sqlite)
        with postgresql() as url:
            indexed = postgres(url, flat, bits, written) if url else None
        size = bits.stat().st_size
    assert built["numbers"] == written
    rows = [
        (
            "bits",
            written,
            built["seconds"],
            size / written,
            asked["single"],
            asked["many"],
            asked["in order"],
        ),
        (
            "SQLite, one table by number",
            in_sqlite,
            peer["seconds"],
            peer["bytes"],
            peer["single"],
            peer["many"],
            peer["in order"],
        ),
    ]
    if indexed is not None:
        rows.append(
            (
                "PostgreSQL, an index by area and number",
                written,
                indexed["seconds"],
                indexed["bytes"],
                indexed["single"],
                indexed["many"],
                indexed["in order"],
            )
        )
    head = (
        "kept as",
        "numbers",
        "build, s",
        "bytes a number",
        "single, µs",
        "in bulk, numbers/s",
        "in order, numbers/s",
    )
    goals = [
        goal("1 GB over the resident memory of the build", 1, 1_000_000_000 / built["resident"]),
        goal("1 GB over the resident memory of who asks", 1, 1_000_000_000 / asked["resident"]),
        goal("single look-ups beside SQLite", 1, peer["single"] / asked["single"]),
        goal("look-ups in bulk beside SQLite", 1, asked["many"] / peer["many"]),
    ]
    if indexed is not None:
        goals += [
            goal("single look-ups beside PostgreSQL", 1, indexed["single"] / asked["single"]),
            goal("look-ups in bulk beside PostgreSQL", 1, asked["many"] / indexed["many"]),
        ]
    text = (
        f"{written:,} generated numbers in {areas} area codes, {flat_size(written)} flat as the registry hands it out. "
        f"Resident at most: {built['resident'] / 1e6:,.0f} MB while building, {asked['resident'] / 1e6:,.0f} MB while asking (of "
        f"these {size / 1e6:,.0f} MB are the mapped file, which all processes share). Wall time, each in a process of its own, one "
        "round; half of the numbers that were asked are on the list. *In order* asks for sorted numbers, as a scrub does. PostgreSQL "
        "(of the wheel, as it comes, over its socket) is given the flat file by COPY into an unlogged table, then the primary key, "
        "then VACUUM; single numbers are asked by a prepared statement, many by a join with a temporary table.\n\n"
        f"{table(head, rows)}\n\n{table(('goal', 'wanted', 'measured', ''), goals)}"
    )
    return Part("registry", TITLE, text)


def flat_size(count: int) -> str:
    return f"{count * 12 / 1e9:.1f} GB"


def write(path: Path, count: int, areas: Sequence[int]) -> int:
    """A flat file of about so many numbers, as area,number; how many there are."""
    random_numbers = np.random.default_rng(7)
    share, written = count / len(areas) / 8_000_000, 0
    with path.open("wb") as file:
        for area in areas:
            places = np.flatnonzero(random_numbers.random(8_000_000, np.float32) < share) + 2_000_000
            lines = np.full((len(places), 12), ord("\n"), np.uint8)
            lines[:, :4] = np.frombuffer(f"{area},".encode(), np.uint8)
            for digit in range(7):
                lines[:, 10 - digit] = places // 10**digit % 10 + ord("0")
            file.write(lines.tobytes())
            written += len(places)
    return written


def build(flat: str, bits: str) -> dict[str, float]:
    """What loading does: every line is read and checked."""
    begun = time.perf_counter()
    builder, tally = Builder(), Tally()
    for part in parts(Path(flat), "US", tally, lambda _: None):
        builder.add(part.numbers)
    head = builder.write(Path(bits), "s", "us-national", 0)
    assert tally.bad == 0
    return {"numbers": head.numbers, "seconds": time.perf_counter() - begun, "resident": resident()}


def ask(bits: str, single: str, many: str) -> dict[str, float]:
    """Look-ups a second, by a process that does nothing else."""
    registry = Registry.open(Path(bits))
    asked = sample(registry, int(many))
    ones = [f"+{number}" for number in asked[: int(single)].tolist()]
    return {
        **rates(lambda: [one in registry for one in ones], len(ones), asked, registry.many),
        "resident": resident(),
    }


def sqlite(path: Path, bits: Path, count: int) -> dict[str, float]:
    """The same of a table with the number as its key, which is all that it holds."""
    registry = Registry.open(bits)
    found = np.concatenate(list(some(registry, count)))[:count]
    begun = time.perf_counter()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE listed (number INTEGER PRIMARY KEY)")
    connection.executemany("INSERT INTO listed VALUES (?)", ((one,) for one in found.tolist()))
    connection.commit()
    seconds = time.perf_counter() - begun
    asked = np.random.default_rng(3).permutation(
        np.concatenate((found[:: max(1, count // 100_000)], found[:100_000] + 1))
    )
    query = "SELECT 1 FROM listed WHERE number = ?"
    ones = asked[:50_000].tolist()

    def together(numbers: Numbers) -> Any:
        connection.execute("CREATE TEMP TABLE asked (number INTEGER)")
        connection.executemany("INSERT INTO asked VALUES (?)", ((one,) for one in numbers.tolist()))
        told = connection.execute("SELECT count(*) FROM asked JOIN listed USING (number)").fetchone()
        connection.execute("DROP TABLE asked")
        return told

    told = rates(
        lambda: [connection.execute(query, (one,)).fetchone() for one in ones], len(ones), asked, together
    )
    connection.close()
    return {**told, "seconds": seconds, "bytes": path.stat().st_size / count}


def postgres(url: str, flat: Path, bits: Path, count: int) -> dict[str, float]:
    """The same of PostgreSQL, which holds all of them."""
    import psycopg  # noqa: PLC0415 - of the server's libraries

    found = np.concatenate(list(some(Registry.open(bits), 100_000)))[:100_000]
    asked = np.random.default_rng(3).permutation(np.concatenate((found, found + 1)))
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:

        def copied(into: str, blocks: Iterator[bytes]) -> None:
            with connection.cursor().copy(f"COPY {into} FROM STDIN (FORMAT csv)") as copy:
                for block in blocks:
                    copy.write(block)

        begun = time.perf_counter()
        connection.execute("CREATE UNLOGGED TABLE listed (area smallint, number integer)")
        with flat.open("rb") as file:
            copied("listed", iter(lambda: file.read(1 << 20), b""))
        connection.execute("ALTER TABLE listed ADD PRIMARY KEY (area, number)")
        connection.execute("VACUUM ANALYZE listed")
        seconds = time.perf_counter() - begun
        held = connection.execute("SELECT count(*), pg_total_relation_size('listed') FROM listed").fetchone()
        assert held is not None
        assert held[0] == count
        query = "SELECT 1 FROM listed WHERE area = %s AND number = %s"
        ones = [divmod(one - 10_000_000_000, 10_000_000) for one in asked[:50_000].tolist()]

        def together(numbers: Numbers) -> Any:
            connection.execute("CREATE TEMP TABLE asked (area smallint, number integer)")
            lines = (b"%d,%d\n" % divmod(one - 10_000_000_000, 10_000_000) for one in numbers.tolist())
            copied("asked", lines)
            told = connection.execute(
                "SELECT count(*) FROM asked JOIN listed USING (area, number)"
            ).fetchone()
            connection.execute("DROP TABLE asked")
            return told

        told = rates(
            lambda: [connection.execute(query, one).fetchone() for one in ones], len(ones), asked, together
        )
    return {**told, "seconds": seconds, "bytes": held[1] / count}


def rates(
    one_by_one: Callable[[], Any], count: int, asked: Numbers, together: Callable[[Numbers], Any]
) -> dict[str, float]:
    in_order = np.sort(asked)
    return {
        "single": wall(one_by_one) / count * 1e6,
        "many": len(asked) / wall(lambda: together(asked)),
        "in order": len(asked) / wall(lambda: together(in_order)),
    }


def wall(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def sample(registry: Registry, count: int) -> Numbers:
    """Numbers in no order; about half of them are on the list."""
    listed = np.concatenate(list(some(registry, count // 2)))
    others = listed + 1
    return np.random.default_rng(random.Random(5).randrange(1 << 30)).permutation(
        np.concatenate((listed, others))
    )[:count]


def some(registry: Registry, count: int) -> Iterator[Numbers]:
    """Numbers of the list, some of each area code."""
    each = count // len(registry.head.blocks) + 1
    for place, area in enumerate(registry.head.blocks):
        bits = np.unpackbits(registry.bits[place * 1_000_000 : (place + 1) * 1_000_000], bitorder="little")
        places = np.flatnonzero(bits)
        yield 10_000_000_000 + area * 10_000_000 + 2_000_000 + places[:: max(1, len(places) // each)]


def resident() -> float:
    """The most that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


def child(*words: object) -> dict[str, float]:
    """One of these functions in a process of its own, so that its memory is its own, too."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.registry", *map(str, words)], capture_output=True, check=True
    )
    found: dict[str, float] = json.loads(told.stdout)
    return found


if __name__ == "__main__":
    works: dict[str, Callable[..., dict[str, float]]] = {"build": build, "ask": ask}
    print(json.dumps(works[sys.argv[1]](*sys.argv[2:])))
