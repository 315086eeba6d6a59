"""Whatever a menu that was let through looks like, and whatever is pressed: nobody is left without a way on."""

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from affluent.centre.menus import turns
from affluent.centre.menus.graph import LISTENING
from affluent.centre.menus.playing import ENTERED_MAX, begin, hear
from affluent.centre.menus.turns import Answer, Caller, Digits, Menu, Said, SaidNothing, Turn
from tests.centre.menus.example import MONDAY_10_MS, MONDAY_22_MS, TEXT, problems, ready

SAID = {"fr": "Bonjour", "en": "Hello"}
SILENT = ("say", "choose", "collect", "identify", "language", "problems", "answer", "wait", "link", "hours")
ENDS = (turns.ToQueue, turns.OfferCallback, turns.Voicemail, turns.HangUp)


@st.composite
def menus(draw: st.DrawFn) -> str:
    """Steps that lead on to later ones by themselves, and anywhere by keys; then those that can be reached."""
    count = draw(st.integers(1, 7))
    names = [f"s{place}" for place in range(count)]
    steps: dict[str, Any] = {}
    for place, name in enumerate(names):
        later = st.sampled_from([*names[place + 1 :], "people", "back"])
        anywhere = st.sampled_from([*names, "people", "back", "message", "bye"])
        steps[name] = _step(draw, draw(st.sampled_from(SILENT)), later, anywhere)
    steps["people"] = {"kind": "queue", "queue": "Calls"}
    steps["back"] = {"kind": "callback", "queue": "Calls", "otherwise": "people"}
    steps["message"] = {"kind": "voicemail", "queue": "Calls", "prompt": SAID}
    steps["bye"] = {"kind": "goodbye", "prompt": SAID}
    whole: dict[str, Any] = {"version": 1, "languages": ["fr", "en"], "start": "s0", "human": "people"}
    text = json.dumps({**whole, "steps": steps})
    while True:
        lost = {path.split("/")[2] for code, path, _ in problems(text) if code == "unreachable_step"}
        if not lost:
            return text
        steps = {name: step for name, step in steps.items() if name not in lost}
        text = json.dumps({**whole, "steps": steps})


def _step(draw: st.DrawFn, kind: str, later: st.SearchStrategy[str], anywhere: st.SearchStrategy[str]) -> Any:
    keys = st.dictionaries(st.sampled_from("12345*"), anywhere, min_size=1, max_size=4)
    following = draw(later)
    match kind:
        case "choose":
            return {"kind": kind, "prompt": SAID, "keys": draw(keys), "otherwise": following}
        case "collect":
            return {"kind": kind, "prompt": SAID, "save_as": "order", "next": following}
        case "language":
            return {"kind": kind, "prompt": SAID, "keys": {"1": "fr", "2": "en"}, "next": following}
        case "problems":
            return {"kind": kind, "told": draw(later), "next": following}
        case "wait":
            return {"kind": kind, "queue": "Calls", "prompt": SAID, "keys": draw(keys), "next": following}
        case "link":
            return {"kind": kind, "channel": "Chat", "next": following, "otherwise": draw(later)}
        case "hours":
            closed = draw(st.sampled_from(["message", "bye"]))
            return {"kind": kind, "hours": "Office", "open": following, "closed": closed}
        case "identify":
            return {"kind": kind, "prompt": SAID, "known": draw(later), "next": following}
        case _:
            return {"kind": kind, "prompt": SAID, "next": following}


answers = st.one_of(
    st.none(), st.booleans(), st.integers(1, 9), st.just(()), st.just([{"fr": "Panne", "en": ""}]),
    st.tuples(st.integers(0, 100), st.integers(100, 900)), st.text(max_size=3),
)  # fmt: skip
asked = st.sampled_from(["customer", "wait", "problems", "link"])
anything = st.one_of(
    st.just(SaidNothing()),
    st.builds(Digits, st.text("0123456789*#AB", max_size=12)),
    st.builds(Answer, asked, answers),
)
callers = st.builds(
    Caller,
    st.sampled_from(["", "+33612345678"]),
    st.sampled_from(["", "fr", "en", "xx"]),
    st.sampled_from([None, 4]),
)
instants = st.sampled_from([MONDAY_10_MS, MONDAY_22_MS])


def goes_on(turn: Turn) -> None:
    """A turn has acts, and its last one says what is heard next, or ends it."""
    last = turn.acts[-1]
    ends = isinstance(last, ENDS)
    assert ends is (turn.place is None)
    assert ends or isinstance(last, turns.Collect | turns.Ask)
    assert all(isinstance(act, turns.Speak) and act.prompts for act in turn.acts[:-1])
    assert turn.steps or turn.place is not None


def silent_end(menu: Menu, turn: Turn, caller: Caller, now_ms: int) -> turns.Act:
    """What who presses nothing comes to."""
    for _ in range(ENTERED_MAX):
        if turn.place is None:
            return turn.acts[-1]
        turn = hear(menu, turn.place, SaidNothing(), caller, now_ms)
        goes_on(turn)
    raise AssertionError("silence does not end")


@settings(max_examples=60, deadline=None)
@given(menus(), callers, instants, st.lists(anything, max_size=12))
def test_any_keys_at_any_time_leave_a_way_on(
    text: str, caller: Caller, now_ms: int, said: list[Said]
) -> None:
    assume(not problems(text))
    menu = ready(text)
    turn = begin(menu, caller, now_ms)
    goes_on(turn)
    for one in said:
        if turn.place is None:
            break
        silent_end(menu, turn, caller, now_ms)
        step = menu.document.steps[turn.place.step]
        if step.kind in LISTENING and not turn.place.asked:
            person = hear(menu, turn.place, Digits("0"), caller, now_ms)
            assert isinstance(person.acts[-1], turns.ToQueue), "a person is one key away"
        turn = hear(menu, turn.place, one, caller, now_ms)
        goes_on(turn)


class Pressing(RuleBasedStateMachine):
    """Somebody who presses for ever, in the menu with every kind of step."""

    menu = ready(TEXT)

    @initialize(caller=callers, now_ms=instants)
    def call(self, caller: Caller, now_ms: int) -> None:
        self.caller, self.now_ms = caller, now_ms
        self.turn = begin(self.menu, caller, now_ms)

    @precondition(lambda self: self.turn.place is not None)
    @rule(said=anything)
    def press(self, said: Said) -> None:
        assert self.turn.place is not None
        before = self.turn.place.entered
        self.turn = hear(self.menu, self.turn.place, said, self.caller, self.now_ms)
        goes_on(self.turn)
        assert self.turn.place is None or before <= self.turn.place.entered < 2 * ENTERED_MAX

    @precondition(lambda self: self.turn.place is None)
    @rule(caller=callers, now_ms=instants)
    def call_again(self, caller: Caller, now_ms: int) -> None:
        self.call(caller, now_ms)


TestPressing = Pressing.TestCase
TestPressing.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)


def test_who_goes_round_for_ever_is_put_through_to_a_person() -> None:
    round_about = """\
version: 1
languages: [fr, en]
start: a
human: people
steps:
  a: {kind: choose, prompt: {fr: A, en: A}, keys: {"1": b}}
  b: {kind: choose, prompt: {fr: B, en: B}, keys: {"1": a}}
  people: {kind: queue, queue: Calls}
"""
    assert problems(round_about) == []
    menu = ready(round_about)
    turn = begin(menu, Caller(), MONDAY_10_MS)
    for _ in range(ENTERED_MAX):
        if turn.place is None:
            break
        turn = hear(menu, turn.place, Digits("1"), Caller(), MONDAY_10_MS)
    assert turn.acts[-1] == turns.ToQueue(7, None)
    assert turn.steps[-1] == turns.StepTaken("people", "lost")
