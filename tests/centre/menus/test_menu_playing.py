"""The interpreter, step by step."""

from affluent.centre.menus import turns
from affluent.centre.menus.playing import begin, hear
from affluent.centre.menus.turns import Answer, Caller, Digits, Said, SaidNothing, Turn
from tests.centre.menus.example import MONDAY_10_MS, MONDAY_22_MS, TEXT, ready

MENU = ready()
ANN = Caller("+33612345678")
NOTHING = SaidNothing()


def heard(*said: Said, caller: Caller = ANN, at_ms: int = MONDAY_10_MS) -> list[Turn]:
    """The turns of a call."""
    told = [begin(MENU, caller, at_ms)]
    for one in said:
        place = told[-1].place
        assert place is not None, "the menu is over"
        told.append(hear(MENU, place, one, caller, at_ms))
    return told


def taken(told: list[Turn]) -> list[tuple[str, str]]:
    return [(step.step, step.choice) for turn in told for step in turn.steps]


def texts(turn: Turn) -> list[str]:
    said = [prompt for act in turn.acts if isinstance(act, turns.Speak) for prompt in act.prompts]
    return [prompt.text if isinstance(prompt, turns.SpokenText) else str(prompt) for prompt in said]


def test_a_caller_goes_by_keys_to_the_queue_with_motive_and_customer() -> None:
    told = heard(
        Digits("2"),
        Digits("123456"),
        Answer("customer", 42),
        Digits("1"),
        Digits("9"),
        Answer("problems", ()),
        Answer("wait", (60, 90)),
    )
    assert told[-1].place is None
    assert told[-1].acts[-1] == turns.ToQueue(7, 3)
    assert told[-1].customer_id == 42 and told[-1].language == "en"
    assert turns.Speak((turns.WaitRange(60, 90, "en"),)) in told[-1].acts
    assert taken(told) == [
        ("hours", "start"), ("language", "open"), ("who", "next"), ("motive", "known"), ("bill", "1"),
        ("known", "unsolved"), ("wait", "none"), ("people", "next"),
    ]  # fmt: skip


def test_each_language_is_asked_for_in_its_own_voice() -> None:
    speak, collect = heard()[0].acts
    assert isinstance(speak, turns.Speak) and isinstance(collect, turns.Collect)
    assert [prompt.language for prompt in speak.prompts if isinstance(prompt, turns.SpokenText)] == [
        "fr",
        "en",
    ]


def test_who_presses_nothing_reaches_a_person() -> None:
    said: list[Said] = [SaidNothing() for _ in range(7)]
    told = heard(*said)
    assert told[-1].place is None
    assert taken(told)[-2:] == [("motive", "silence"), ("people", "tries")]
    assert texts(told[-1])[-1].startswith("Nous vous mettons en relation")


def test_zero_reaches_a_person_from_a_number_too() -> None:
    told = heard(Digits("1"), Digits("0"))
    assert told[-1].acts[-1] == turns.ToQueue(7, None)
    assert taken(told)[-1] == ("people", "person")


def test_a_known_number_is_not_asked_for() -> None:
    told = heard(Digits("1"), caller=Caller("+33612345678", customer_id=5))
    assert taken(told)[-1] == ("motive", "known")


def test_a_number_that_nobody_has_is_asked_for_again_then_let_go() -> None:
    wrong = (Digits("9999"), Answer("customer", None))
    told = heard(Digits("1"), *wrong, *wrong, *wrong)
    assert taken(told)[-3:] == [("who", "wrong"), ("who", "wrong"), ("motive", "unknown")]
    assert "Ce numéro ne nous est pas connu." in texts(told[-1])


def test_closed_hours_are_told_whole_and_end_in_a_message() -> None:
    told = heard(at_ms=MONDAY_22_MS)
    assert told[0].acts == (
        turns.Speak((turns.SpokenText("Fermé", "fr"),), whole=True),
        turns.Speak((turns.SpokenText("Parlez", "fr"),)),
        turns.Voicemail(7, None),
    )


def test_who_says_that_it_helped_is_served_without_an_agent() -> None:
    told = heard(Digits("1"), NOTHING, NOTHING, NOTHING, Digits("1"), Digits("1"))
    assert told[-1].acts[-1] == turns.HangUp("served")


def to_wait(caller: Caller = ANN) -> list[Said]:
    number = [] if caller.customer_id else [Digits("123456"), Answer("customer", 42)]
    return [Digits("1"), *number, Digits("2")]


def test_known_problems_are_told_before_anyone_waits() -> None:
    told = heard(*to_wait(), Answer("problems", [{"fr": "Panne à Lyon", "en": ""}]))
    assert texts(told[-1]) == ["Panne à Lyon"]
    assert told[-1].acts[-1] == turns.Ask("wait", {"queue_id": 7})


def test_a_callback_is_offered_only_for_a_long_wait() -> None:
    short = heard(*to_wait(), Answer("problems", ()), Answer("wait", (10, 60)))
    assert short[-1].place is None
    long = heard(*to_wait(), Answer("problems", ()), Answer("wait", (100, 180)), Digits("1"))
    assert long[-1].acts[-1] == turns.OfferCallback(7, None)
    known = Caller("", customer_id=4)
    withheld = heard(
        *to_wait(known), Answer("problems", ()), Answer("wait", (100, 180)), Digits("1"), caller=known
    )
    assert taken(withheld)[-1] == ("people", "withheld")


def test_an_order_number_goes_with_the_contact() -> None:
    told = heard(*to_wait()[:-1], Digits("3"), Digits("12"), Digits("123456"), Answer("wait", None))
    assert taken(told)[-3:] == [("order", "wrong"), ("wait", "given"), ("people", "next")]
    assert told[-1].acts[-1] == turns.ToQueue(7, None, (("order", "123456"),))


def test_what_nobody_asked_for_counts_as_nothing() -> None:
    told = heard(Answer("wait", (1, 2)), Digits("1"))
    assert told[-1].place is not None
    unsent = heard(*to_wait(), Answer("problems", "?"), Answer("wait", (100, 180)), Digits("2"), Digits("5"))
    assert taken(unsent)[-1] == ("people", "unsent")


def test_a_place_of_a_version_that_is_gone_leads_to_a_person() -> None:
    place = heard()[0].place
    assert place is not None
    other = ready(TEXT.replace("language:\n", "tongue:\n").replace("open: language", "open: tongue"))
    told = hear(other, place, Digits("1"), ANN, MONDAY_10_MS)
    assert told.acts[-1] == turns.ToQueue(7, None)
