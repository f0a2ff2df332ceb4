"""In a browser: an agent misses a disclosure, has the lesson, passes and is certified; another's certificate ends, and the gate refuses."""

from tests.browsing import Console
from tests.characters import cast
from tests.record.conftest import call, received

from clearline.engine.events import SECOND, Event
from clearline.gate.actions.deciding import Asking, decide
from clearline.gate.attempts import Attempt
from clearline.people.models import Person
from clearline.record.actions.append import append
from clearline.record.judging import judging
from clearline.record.models import Finding
from clearline.record.watching import Watches
from clearline.training.actions import requiring, teaching
from clearline.training.actions.assigning import Wanted, assigned, in_days
from clearline.training.lasting import DAY
from clearline.training.models import Assignment, Certificate, MicroLesson
from clearline.training.models import Attempt as Taken
from clearline.training.questions import question_about
from clearline.ui.clock import now

RULE = "no-pressure-after-opt-out"
MISSED = (
    '0 call.started direction=outbound purpose=marketing places=["US-NY"]',
    "1 call.answered",
    "5 agent: Hi, this is Dana from Northwind.",
    "9 customer: Please take me off your list.",
    "20 agent: Before I remove you, this offer ends today and it's twenty percent off.",
    "60 call.ended",
)


def refused(agent: str, name: str) -> bool:
    """Whether the gate refuses them a sales call for want of the course."""
    told = Attempt(number="+12125550143", agent=agent, purpose="marketing", technology="human_manual")
    (answer,) = decide([Asking(told, name)], now())
    return "trained-agents-sell" in {one.rule for one in answer.decision.reasons}


def test_the_loop_closes_and_the_gate_knows_who_is_certified(console: Console) -> None:
    people, at, watches = cast(), now(), Watches(judging)
    book = judging().rulebook
    course = book.courses["opting-out"]
    append(received(call(*MISSED, name="c-1", at=at - 900 * SECOND, agent="a-1")), at - 600 * SECOND, watches)
    ended = Event("old", "course.passed", at - 367 * DAY, {"course": course.id}, {"agent": "a-9"})
    append(received([ended]), at, watches)
    teaching.given(list(Finding.objects.filter(rule=RULE, agent="a-1")), book, at, watches)
    assigned(people.alice, [Wanted(people.ada, course, Assignment.Because.HAND, in_days(at))], at, watches)
    requiring.required(people.alice, course.id, book, at, watches)
    assert refused("a-1", "t-1")
    _learns(console, people.ada)
    assert MicroLesson.objects.get().state == "done"
    assert Certificate.objects.get(person=people.ada).course == course.id
    assert not refused("a-1", "t-2")
    assert refused("a-9", "t-3")


def _learns(console: Console, ada: Person) -> None:
    page = console.entered(ada, width=360)
    page.goto("/training/")
    page.click("text=Open the lesson")
    assert "this offer ends today" in page.inner_text("main")
    lesson, book = MicroLesson.objects.get(), judging().rulebook
    question = question_about(book, lesson.rule, lesson.uid)
    assert question
    for number in question.key:
        page.check(f"input[value='{number}']")
    page.click("text=Answer")
    assert "Thank you for taking the time" in page.inner_text("main")
    page.goto("/training/")
    page.click("text=Start")
    page.click("text=Next lesson")
    page.keyboard.press("Tab")
    page.locator("text=Begin the test").press("Enter")
    test = Taken.objects.get()
    for name, _ in test.drawn:
        asked = book.courses["opting-out"].question(name)
        assert asked
        for place, number in enumerate(asked.key, 1):
            if asked.kind == "order":
                page.select_option(f"select[name='q-{name}-{number}']", str(place))
            else:
                page.locator(f"input[name='q-{name}'][value='{number}']").press("Space")
    page.locator("text=Hand in").press("Enter")
    assert "Well done" in page.inner_text("main")
    page.click("a:has-text('Your certificate')")
    assert "has passed the course" in page.inner_text("main")
