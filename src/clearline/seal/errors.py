"""What stops bytes from being believed.

Unproven
├── Malformed      the bytes are no note, key, checkpoint, entry, proof or tile
├── OutOfRange     a size or an index that the tree does not have: the caller's mistake
└── NotVerified    well formed, and yet a signature, a proof or a commitment does not hold

Messages are one line and never hold content, keys or signatures.
"""


class Unproven(Exception):  # noqa: N818 - an outcome to report, not always an error
    """Something of the evidence log is not what it should be."""


class Malformed(Unproven):
    """The bytes do not have the form that they claim: take them again from where they came."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"this is no {what}: {why}")


class OutOfRange(Unproven):
    """The tree has no such size or index; ask within what it holds."""


class NotVerified(Unproven):
    """The form is right and the claim is not: treat it as evidence of a mistake or of tampering."""
