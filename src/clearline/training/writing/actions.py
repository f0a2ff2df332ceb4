"""Deeds with courses of the shop's own: kept as drafts, published by an officer, and taken back; each an event on the course's timeline."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from uuid import uuid4

import msgspec
from django.conf import settings
from django.db import transaction

from clearline.engine.events import Event, Instant
from clearline.people.models import Person
from clearline.record.actions.append import Outcome, Received, append
from clearline.record.errors import RefusedError
from clearline.record.judging import forget
from clearline.record.watching import Watches
from clearline.rulebook.courses import Course
from clearline.rulebook.judged_words import check_courses
from clearline.rulebook.reading import load
from clearline.training.entering import SOURCE, let
from clearline.training.models import CourseDraft, Requirement
from clearline.training.writing import notation
from clearline.training.writing.files import PACK, Said, write

_FILES: Final = {"questions.toml": "Questions", "course.toml": "The course"}


class Tried(NamedTuple):
    """What became of a draft: the course where it can be read, and what is wrong with it."""

    course: Course | None
    faults: list[str]

    @property
    def sound(self) -> bool:
        return self.course is not None and not self.faults


def tried(said: Said) -> Tried:
    """Reads a draft beside all packs of this installation, as it would stand among them."""
    _, faults = notation.read(said.questions)
    with TemporaryDirectory(prefix="clearline-course-") as folder:
        root = Path(folder)
        write(root, [(said, 1)])
        book = load(*(one for one in (settings.HOME.packs,) if one.is_dir()), root)
        place = root / PACK / "courses" / said.slug
        found = [*book.faults, *check_courses(book, [said.slug])]
        faults += [
            f"{_FILES.get(one.file.name, one.file.stem.replace('-', ' ').capitalize())}: {one.message}. {one.mend}".strip()
            for one in found
            if one.file.is_relative_to(place) and not one.warning
        ]
        course = book.courses.get(said.slug)
        mine = course is not None and course.path == place
    return Tried(course if mine else None, faults)


def drafted(by: Person, said: Said, at: Instant) -> CourseDraft:
    """Keeps what somebody wrote; nobody is taught it yet."""
    let(by, "write courses")
    row, _ = CourseDraft.objects.update_or_create(
        slug=said.slug,
        state=CourseDraft.State.DRAFT,
        defaults={"said": msgspec.to_builtins(said), "author": by, "changed": at},
        create_defaults={
            "uid": uuid4().hex,
            "said": msgspec.to_builtins(said),
            "author": by,
            "made": at,
            "changed": at,
        },
    )
    return row


def published(by: Person, draft: CourseDraft, at: Instant, watches: Watches) -> CourseDraft:
    """From now on this wording is taught; whoever passed an older one is asked again."""
    let(by, "write courses")
    with transaction.atomic():
        row = CourseDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
        if row.state != CourseDraft.State.DRAFT:
            raise RefusedError(f"it is {row.state} by now")
        found = tried(said(row))
        if not found.sound or found.course is None:
            raise RefusedError("it can't be taught as it stands: mend what is said about it first")
        before = CourseDraft.objects.filter(slug=row.slug).exclude(pk=row.pk)
        row.number = 1 + max((one.number for one in before), default=0)
        before.filter(state=CourseDraft.State.PUBLISHED).update(state=CourseDraft.State.REPLACED)
        row.state, row.published, row.changed = CourseDraft.State.PUBLISHED, at, at
        version = f"{row.number}-{found.course.version.rpartition('-')[2]}"
        _append(by, row, "published", {"version": version, "said": row.said}, at, watches)
        row.save()
        transaction.on_commit(renewed)
    return row


def removed(by: Person, slug: str, at: Instant, watches: Watches) -> None:
    """The shop's own wording is taught no more: the shipped one is again, where there is one; else what was assigned is withdrawn."""
    let(by, "write courses")
    with transaction.atomic():
        row = (
            CourseDraft.objects.select_for_update(of=("self",))
            .filter(slug=slug, state=CourseDraft.State.PUBLISHED)
            .first()
        )
        if row is None:
            raise RefusedError("the shop has no course of its own by that name")
        if slug not in load().courses and Requirement.objects.filter(course=slug).exists():
            raise RefusedError("agents sell only with this course: ask for it no more first")
        row.state, row.changed = CourseDraft.State.REMOVED, at
        _append(by, row, "removed", {}, at, watches)
        row.save()
        transaction.on_commit(renewed)


def renewed() -> None:
    """The files say what is published, and whoever judges or teaches reads them anew."""
    rows = CourseDraft.objects.filter(state=CourseDraft.State.PUBLISHED).order_by("slug")
    write(settings.HOME.policy, [(said(one), one.number) for one in rows])
    forget()


def said(row: CourseDraft) -> Said:
    """What a draft says."""
    return msgspec.convert(row.said, Said)


def _append(
    by: Person, row: CourseDraft, step: str, data: dict[str, Any], at: Instant, watches: Watches
) -> None:
    told = {"course": row.slug, "by": str(by.uid), **data}
    event = Event(f"course.{row.uid}.{step}", f"course.{step}", at, told, {"course": row.slug})
    (answer,) = append([Received(SOURCE, event, str(by.uid))], at, watches)
    if answer.outcome is not Outcome.STORED:
        raise RefusedError(f"it can't be entered: {answer.reason or answer.outcome}")
