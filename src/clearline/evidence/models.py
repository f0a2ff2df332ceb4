"""The append-only log: its entries, the tiles of its tree, and what was signed."""

from django.db import models


class Entry(models.Model):
    """A leaf. What it is about is known only to whoever holds the key of its commitment."""

    index = models.BigIntegerField(primary_key=True)  # from 0, without gaps
    at = models.BigIntegerField()  # microseconds since 1970
    kind = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)  # an opaque id
    commitment = models.BinaryField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["kind", "index"]), models.Index(fields=["actor", "index"]))


class Tile(models.Model):
    """Up to 256 hashes of the tree (C2SP tlog-tiles); the last one of a level grows."""

    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["level", "number"], name="one_tile_a_place"),)


class Head(models.Model):
    """How long the log is; whoever holds this row's lock may append."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="one_head"),)


class Checkpoint(models.Model):
    """A signed tree head, with the cosignatures that it has so far."""

    size = models.BigIntegerField(primary_key=True)
    at = models.BigIntegerField()
    note = models.TextField()


class Deed(models.Model):
    """What was done with the log itself, exports and new keys, and what opens the entries about that."""

    index = models.BigIntegerField(primary_key=True)  # of its entry
    about = models.CharField(
        max_length=160, blank=True
    )  # whose content went out, as `call c-1`; empty: nobody's
    key = models.BinaryField(max_length=32, null=True)  # null: erased
    payload = models.BinaryField(null=True)


class Witness(models.Model):
    """A witness that was ever asked, and how it went the last time."""

    vkey = models.CharField(max_length=300, primary_key=True)
    size = models.BigIntegerField(default=0)  # of the log as it knows it
    at = models.BigIntegerField(null=True)  # when it last cosigned
    failure = models.CharField(max_length=500, blank=True)
    failed = models.BigIntegerField(null=True)  # since when it does not
