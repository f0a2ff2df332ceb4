"""C2SP tlog-cosignature v1: a witness says when it saw a checkpoint as the largest and consistent one."""

from clearline.seal.checkpoints import Checkpoint
from clearline.seal.keys import WITNESS, SignerKey
from clearline.seal.notes import Note, Signature, signature


def cosignature(note: Note, signer: SignerKey, at: int) -> Signature:
    """The line of a witness under a checkpoint, at a Unix second; Malformed if the note is no checkpoint."""
    if signer.type != WITNESS:
        raise ValueError("only the key of a witness (type 4) cosigns; make one for this purpose alone")
    Checkpoint.parse(note.text)
    return signature(note.text, signer, at)


def cosigned(note: Note, *lines: Signature) -> Note:
    """The checkpoint with the lines of witnesses under it; a newer line of a witness replaces its older one."""
    fresh = {(one.name, one.id) for one in lines}
    kept = tuple(one for one in note.signatures if (one.name, one.id) not in fresh)
    return Note(note.text, (*kept, *lines))
