"""The witnesses that this log asks to cosign, as home/witnesses.toml names them, and the asking (C2SP tlog-witness)."""

import http.client
import tomllib
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from django.db import transaction

from clearline.engine.events import Instant
from clearline.evidence import queries
from clearline.evidence.errors import EvidenceError
from clearline.evidence.models import Checkpoint, Witness
from clearline.seal import notes
from clearline.seal.cosignatures import cosigned
from clearline.seal.errors import Unproven
from clearline.seal.keys import WITNESS, VerifierKey, verifier_key
from clearline.seal.proofs import Growth

FILE: Final = "witnesses.toml"
PATIENCE: Final = 10.0  # seconds
_MOST = 100_000  # bytes of an answer


class Asked(NamedTuple):
    """Where a witness is asked, and the key that it signs with."""

    url: str
    key: VerifierKey


class Refused(EvidenceError):  # noqa: N818 - an answer
    """A witness did not cosign, and why."""


def configured(file: Path) -> list[Asked]:
    """Reads `[[witness]] url = "…" vkey = "…"`; none where there is no file."""
    if not file.exists():
        return []
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        found = [Asked(one["url"].rstrip("/"), verifier_key(one["vkey"])) for one in told.get("witness", [])]
    except (
        tomllib.TOMLDecodeError,
        UnicodeDecodeError,
        KeyError,
        TypeError,
        AttributeError,
        Unproven,
    ) as why:
        raise EvidenceError(
            f"{file} can't be read ({why}): each [[witness]] needs a url and a vkey, as `clearline witness serve` "
            "prints it"
        ) from None
    for one in found:
        if one.key.type != WITNESS or urlsplit(one.url).scheme not in {"http", "https"}:
            raise EvidenceError(f"{file}: {one.url} needs http or https, and a witness's key (type 4)")
    return found


def ask_all(file: Path, at: Instant) -> None:
    """Asks every witness that has not cosigned the newest checkpoint; what came of it stands in its row."""
    newest = queries.latest()
    if newest is None:
        return
    for one in configured(file):
        row, _ = Witness.objects.get_or_create(vkey=str(one.key))
        if row.size == newest.size and row.at and not row.failure:
            continue
        try:
            _ask(one, row, newest)
        except Refused as refusal:
            if not row.failed:
                row.failed = at
            row.failure = str(refusal)[:500]
        else:
            row.failed, row.failure, row.at = None, "", at
        row.save()


def cosigned_now(file: Path, checkpoint: Checkpoint, at: Instant) -> Checkpoint:
    """The checkpoint with all cosignatures that can be had for it now."""
    ask_all(file, at)
    return Checkpoint.objects.get(pk=checkpoint.pk)


def _ask(asked: Asked, row: Witness, checkpoint: Checkpoint) -> None:
    """Asks with the size that the witness had when it last answered, and once more with the one that it has now."""
    status = 0
    for _ in range(2):
        if row.size > checkpoint.size:
            if row.size <= queries.head_size():
                return  # it was asked about a newer one meanwhile
            raise Refused(
                f"ROLLBACK: it has seen {row.size:,} entries of this log, and there are {checkpoint.size:,}"
            )
        note = notes.parse(checkpoint.note.encode())
        proof = queries.consistency(row.size, checkpoint.size)
        status, body = _post(asked.url, str(Growth(row.size, tuple(proof), note)).encode())
        known = body.strip()
        if status == 200:
            _keep(asked, checkpoint, body)
            row.size = checkpoint.size
            return
        if status != 409 or not known.isdecimal() or int(known) == row.size:
            break
        row.size = int(known)
    raise Refused(_meaning(status, row.size))


def _keep(asked: Asked, checkpoint: Checkpoint, body: str) -> None:
    """Puts its line under the checkpoint."""
    try:
        lines = notes.parse(f"{notes.parse(checkpoint.note.encode()).text}\n{body}".encode())
        signed = lines.signed_by([asked.key])[asked.key]
    except Unproven as fault:
        raise Refused(f"its answer is no cosignature of its key: {fault}") from None
    with transaction.atomic():
        held = Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
        held.note = str(cosigned(notes.parse(held.note.encode()), signed))
        held.save(update_fields=["note"])


def _meaning(status: int, size: int) -> str:
    if status == 409:
        return f"SPLIT VIEW: at {size:,} entries it has seen another log of this name"
    if status == 422:
        return f"SPLIT VIEW: this log does not continue the one that it has seen, of {size:,} entries"
    told = {
        403: "it does not know the key of this log: give it log.vkey again",
        404: "it does not know this log: `clearline witness trust log.vkey` at the witness",
    }
    return told.get(status, f"it answered with status {status}")


def _post(url: str, body: bytes) -> tuple[int, str]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body)
        answer = connection.getresponse()
        return answer.status, answer.read(_MOST).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Refused(f"it can't be reached ({type(error).__name__})") from None
    finally:
        connection.close()
