"""Frames in and out, without a socket."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affluent.centre.doors import ChatFile, ChatMessage, Standing
from affluent.channels.chat.frames import FrameError, Hello, Say, message_json, parse, state_frame, written
from affluent.channels.chat.passes import Opener
from affluent.channels.chat.wording import LANGUAGES, words
from affluent.facts.states import ContactState

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
kinds = st.sampled_from(["hello", "say", "typing", "read", "leave", "ping", "else", None, 7])
OPENER = Opener(7, b"what is stored of a token")
names = ["key", "text", "name", "email", "files", "token", "since", "page", "lang", "on", "seq"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({"t": kinds}, optional=dict.fromkeys(names, json_values)))
def test_no_frame_does_more_than_be_refused(frame: dict[str, object]) -> None:
    try:
        parse(json.dumps(frame))
    except FrameError as error:
        assert error.code in words("en")


@given(st.text())
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(FrameError):
        parse(text + "}{")


def test_what_no_column_can_hold_is_replaced() -> None:
    frame = parse(
        json.dumps({"t": "say", "key": "12345678", "text": "a\x00b\ud800c\r\nd", "name": " A\nB\x00 "})
    )
    assert isinstance(frame, Say)
    assert frame.text == "a\ufffdb\ufffdc\nd" and frame.name == "A B"


def test_an_address_that_is_none_is_left_out() -> None:
    for given_, kept in (("a@b.fr", "a@b.fr"), ("a b", ""), (7, "")):
        frame = parse(json.dumps({"t": "say", "key": "12345678", "text": "x", "email": given_}))
        assert isinstance(frame, Say) and frame.email == kept


def test_a_first_hello_needs_nothing() -> None:
    assert parse('{"t": "hello"}') == Hello(None, 0, "", "")


def _standing(state: ContactState | None, chat_state: str | None = None, *, left: bool = False) -> Standing:
    return Standing(1, 1, state, chat_state, "Camille" if state is ContactState.IN_HAND else None, left, 0)


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (_standing(None), "new"),
        (_standing(ContactState.RECEIVED), "waiting"),
        (_standing(ContactState.OFFERED), "waiting"),
        (_standing(ContactState.IN_HAND), "in_hand"),
        (_standing(ContactState.IN_HAND, "warned"), "warned"),
        (_standing(ContactState.IN_HAND, "warned", left=True), "closed"),
        (_standing(ContactState.SLEEPING, "released"), "released"),
        (_standing(ContactState.CLOSED), "closed"),
        (_standing(ContactState.ABANDONED), "closed"),
    ],
)
def test_the_states_a_customer_sees(standing: Standing, state: str) -> None:
    frame = state_frame(standing, None)
    assert frame["state"] == state
    assert frame["agent"] == ({"name": "Camille"} if state in ("in_hand", "warned") else None)
    assert frame["place"] == ({"ahead": 0} if state == "waiting" else None)


def test_a_line_for_the_customer_is_told_in_their_language_and_others_not_at_all() -> None:
    told = ChatMessage(7, "system", "", 1, "", None, {"code": "chat_warned", "to_customer": True}, read=False)
    texts = {message["text"] for one in LANGUAGES if (message := message_json(told, one, OPENER, 0))}
    assert len(texts) == 2
    unknown = ChatMessage(
        8, "system", "", 1, "", None, {"code": "of_tomorrow", "to_customer": True}, read=False
    )
    assert message_json(unknown, "fr", OPENER, 0) is None


def test_a_message_with_its_file_as_the_widget_reads_it() -> None:
    file = ChatFile(3, "devis.pdf", "application/pdf", 9)
    message = message_json(
        ChatMessage(7, "bot", "Ada", 1, "é", None, None, read=True, files=(file,)), "fr", OPENER, 0
    )
    assert message is not None and message["from"] == "agent"
    assert message["files"][0]["url"] == OPENER.url(3, 0)
    assert json.loads(written(message)) == message


def test_both_languages_say_the_same_things() -> None:
    assert words("fr").keys() == words("en").keys()
