"""Leased jobs: one worker at a time, tried again with more and more patience, and never finished by a ghost."""

import pytest
from tests.record.conftest import NOON

from clearline.engine.events import SECOND
from clearline.record import jobs
from clearline.record.errors import LostLease
from clearline.record.jobs import ATTEMPTS, LEASE, Work, ask, claim, work
from clearline.record.models import Job

pytestmark = pytest.mark.django_db


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def nothing(work: Work) -> None:
    pass


def broken(work: Work) -> None:
    raise ValueError(f"job {work.pk}: card 5105105105105100")


KINDS = {"nothing": nothing, "broken": broken}


def test_a_job_is_done_once(clock: Clock) -> None:
    ask("nothing", {"of": 1}, NOON)
    assert work(clock, KINDS)
    assert not work(clock, KINDS)
    job = Job.objects.get()
    assert (job.done, job.progress, job.error, job.attempts) == (NOON, 1.0, "", 1)


def test_what_is_leased_or_not_yet_due_or_of_no_known_kind_is_left_alone(clock: Clock) -> None:
    ask("nothing", {}, NOON)
    ask("nothing", {}, NOON + 1)
    ask("unknown", {}, NOON - 1)
    assert claim(clock, KINDS)
    assert claim(clock, KINDS) is None


def test_an_error_is_told_without_what_it_held_and_tried_again_later_and_later(clock: Clock) -> None:
    ask("broken", {}, NOON)
    waits = []
    while work(clock, KINDS):
        job = Job.objects.get()
        assert job.error == "builtins.ValueError"
        waits.append((job.run_after - clock.at) // SECOND)
        clock.at = max(job.run_after, clock.at + 1)
    assert waits[:-1] == [5, 10, 20, 40, 80, 160, 320]
    assert len(waits) == ATTEMPTS
    job = Job.objects.get()
    assert job.done
    assert job.error


def test_whoever_lost_the_lease_can_neither_write_nor_finish_nor_fail(clock: Clock) -> None:
    ask("nothing", {}, NOON)
    ghost = claim(clock, KINDS)
    clock.at += LEASE
    again = claim(clock, KINDS)
    assert ghost
    assert again
    with pytest.raises(LostLease):
        ghost.hold(0.5)
    with pytest.raises(LostLease), ghost.holding():
        ask("nothing", {"written by": "a ghost"}, NOON)
    assert not ghost.fail("late")
    assert not ghost.finish()
    assert Job.objects.get().done is None
    again.hold(0.5)
    with again.holding():
        pass
    assert again.finish()


def test_progress_keeps_the_lease(clock: Clock) -> None:
    ask("nothing", {}, NOON)
    held = claim(clock, KINDS)
    assert held
    clock.at += LEASE - 1
    held.hold(0.25)
    clock.at += LEASE - 1
    assert claim(clock, KINDS) is None
    assert Job.objects.get().progress == 0.25


def test_a_job_that_kills_its_worker_each_time_is_given_up(clock: Clock) -> None:
    ask("nothing", {}, NOON)
    for _ in range(ATTEMPTS):
        assert claim(clock, KINDS)
        clock.at += LEASE
    assert jobs.work(clock, KINDS)
    job = Job.objects.get()
    assert job.done
    assert "died" in job.error
