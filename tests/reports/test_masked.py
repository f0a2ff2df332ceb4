from hypothesis import given
from hypothesis import strategies as st

from clearline.engine.events import UTTERANCE, Event
from clearline.engine.forms.form import Mark
from clearline.engine.storing import storable
from clearline.engine.words import spans
from clearline.reports.masked import MaskedTalk, characters, masked_name, masked_text

CARD = "4242 4242 4242 4242"


def said(text: str, name: str = "1") -> Event:
    return Event(name, UTTERANCE, 0, {"by": "customer", "text": text})


def words(mark: Mark | None) -> str:
    assert mark is not None
    place = characters(mark)
    assert place is not None
    return str(mark.event.data["text"])[slice(*place)]


def test_a_mark_on_a_card_number_is_a_mark_on_its_mask() -> None:
    event = said(f"Sure, it's {CARD}, all right?")
    marked = MaskedTalk([event]).mark(Mark(0, event, 2, 5))
    assert words(marked) == "[card number]"


def test_a_mark_behind_a_card_number_stays_on_its_words() -> None:
    event = said(f"It's {CARD}, please stop calling me.")
    marked = MaskedTalk([event]).mark(Mark(0, event, 6, 7))
    assert words(marked) == "stop calling"


def test_a_mark_over_more_than_the_card_number_covers_its_mask() -> None:
    event = said(f"It's {CARD} okay")
    assert words(MaskedTalk([event]).mark(Mark(0, event, 0, 5))) == "It's [card number] okay"


def test_a_mark_of_a_whole_utterance_stays_one() -> None:
    event = said(f"It's {CARD} okay")
    marked = MaskedTalk([event]).mark(Mark(0, event))
    assert marked is not None
    assert (marked.first, marked.last) == (-1, -1)
    assert characters(marked) is None
    assert CARD not in marked.event.data["text"]


def test_events_that_are_no_utterances_stay_as_they_are() -> None:
    event = Event("1", "order.placed", 0, {"n": 1})
    talk = MaskedTalk([event])
    assert talk.event(event) is event
    assert talk.mark(Mark(0, event)) == Mark(0, event)
    assert talk.mark(None) is None


@given(
    st.lists(
        st.sampled_from(["please", "stop", "calling", CARD, "the", "code", "is", "731", "?"]), min_size=1
    ),
    st.data(),
)
def test_every_mark_lies_within_the_masked_words(parts: list[str], data: st.DataObject) -> None:
    event = said(" ".join(parts))
    count = len(spans(event.data["text"]))
    first = data.draw(st.integers(0, count - 1))
    last = data.draw(st.integers(first, count - 1))
    marked = MaskedTalk([event]).mark(Mark(0, event, first, last))
    assert marked is not None
    text = marked.event.data["text"]
    place = characters(marked)
    assert place is None or 0 <= place[0] < place[1] <= len(text)


def test_names_of_recordings_stay_legible_and_secrets_in_them_do_not() -> None:
    assert masked_name("calls/2026-11-02T10-30-00_call-004.vcon") == "calls/2026-11-02T10-30-00_call-004.vcon"
    assert masked_name("4242424242424242.vcon") == "[card number].vcon"
    assert "999" not in masked_name("ssn 219-09-9999.txt")


def test_names_are_one_line_without_control_characters() -> None:
    assert masked_name("a\x1b[31m\nb\udcff") == "a\\x1b[31m\\nb\\udcff"


def test_messages_keep_no_long_digits() -> None:
    assert masked_text("expected 123456789012 here") == "expected [digits] here"


def test_what_was_hidden_before_it_was_stored_is_shown_as_what_was_heard() -> None:
    asked, listener = storable(said("What is the card number?", "1"))
    answer, _ = storable(said(f"Sure, it's {CARD}, ok?", "2"), listener)
    stored = [asked, answer]
    talk = MaskedTalk(stored)
    assert talk.event(stored[1]).data["text"] == "Sure, it's [card number], ok?"
    assert words(talk.mark(Mark(0, stored[1], 6, 6))) == "ok"


def test_hidden_words_that_were_part_of_no_secret_are_shown_as_hidden() -> None:
    stored = Event(
        "1", UTTERANCE, 0, {"by": "customer", "text": "It is xxxx xxxx, xxxx. Right?", "heard": []}
    )
    assert MaskedTalk([stored]).event(stored).data["text"] == "It is [hidden]. Right?"


def test_what_came_out_of_order_is_not_masked_in_the_wrong_place() -> None:
    heard = [["payment_card", True, [[3, 0, 1]]], ["payment_card", True, [[0, 7, 9]]]]
    stored = Event("1", UTTERANCE, 0, {"by": "customer", "text": "xxxx it is.", "heard": heard})
    assert MaskedTalk([stored]).event(stored).data["text"] == "[hidden] it is."
