"""A caller in the voice menu: prompts, keys at any moment, an end in the queue, by the menu, or by hanging up."""

from collections.abc import Generator, Sequence

import pytest

from affluent.centre.calling.records import VoiceLine
from affluent.centre.menus.reading import read_menu
from affluent.centre.menus.turns import Menu, Prompt, SpokenText
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.menu_player import MenuPlayer, Menus
from affluent.channels.voice.switch import Sound
from tests.channels.centre import eventually
from tests.voice.house import House, housed

MENU = """
version: 1
languages: [fr]
start: welcome
human: people
tries: 1
patience: 1s
steps:
  welcome: {kind: choose, prompt: {fr: Bienvenue}, keys: {"1": people, "2": order, "3": answer}}
  order: {kind: collect, prompt: {fr: Numéro de commande}, save_as: order, next: people}
  answer: {kind: answer, prompt: {fr: Il est complet}, next: people}
  people: {kind: queue, queue: Appels}
"""


def sounds(prompts: Sequence[Prompt]) -> list[Sound]:
    return [Sound(one.text if isinstance(one, SpokenText) else type(one).__name__) for one in prompts]


@pytest.fixture
def house(dsn: str, engine: None) -> Generator[House]:
    with housed(dsn) as made:
        document, _ = read_menu(MENU)
        menu = Menu(7, 3, document, queues={"Appels": made.queue})
        menus = Menus(lambda number: menu, sounds, lambda queue_id, now_ms: (60, 120))
        made.door.stop()

        def player(call: LiveCall, line: VoiceLine) -> MenuPlayer | None:
            return MenuPlayer(call, 7, menus) if call.contact.queue_id is None else None

        made.player = player
        made.open()
        yield made


def in_menu(house: House) -> tuple[str, int]:
    """Somebody calls, and is greeted: (leg, contact)."""
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    spoken(house, leg, "Bienvenue")
    return leg, contact


def spoken(house: House, leg: str, text: str) -> None:
    """Waits until this is being said."""
    eventually(lambda: house.switch.lines[leg].playing and text in house.switch.acts[-1], text)


def steps(house: House, contact: int) -> list[tuple[str, str]]:
    rows = house.stage.query(
        "select data from journal where kind = 'CallMenuStepped' and contact_id = %s order by seq", contact
    )
    return [(row["data"]["step"], row["data"]["choice"]) for row in rows]


def test_a_key_puts_the_caller_in_the_queue_that_the_menu_names(house: House) -> None:
    leg, contact = in_menu(house)
    assert not house.switch.lines[leg].music
    house.switch.heard_out(leg)
    house.switch.presses(leg, "1")
    house.state(contact, "waiting")
    eventually(lambda: house.switch.lines[leg].music, "music")
    assert house.stage.contact(contact)["queue_id"] == house.queue
    assert steps(house, contact) == [("welcome", "start"), ("people", "1")]


def test_a_key_cuts_short_what_is_spoken(house: House) -> None:
    leg, contact = in_menu(house)
    house.switch.presses(leg, "1")
    house.state(contact, "waiting")


def test_digits_are_gathered_until_the_end_key(house: House) -> None:
    leg, contact = in_menu(house)
    house.switch.presses(leg, "2")
    spoken(house, leg, "Numéro de commande")
    house.switch.presses(leg, "4711#")
    house.state(contact, "waiting")
    assert steps(house, contact)[-1] == ("people", "given")


def test_who_presses_nothing_comes_to_a_person(house: House) -> None:
    leg, contact = in_menu(house)

    def listens() -> bool:
        if leg in house.switch.lines and house.switch.lines[leg].playing:
            house.switch.heard_out(leg)
        return house.stage.state(contact) == "waiting"

    eventually(listens, "the queue")


def test_who_hangs_up_in_the_menu_was_owed_nothing(house: House) -> None:
    leg, contact = in_menu(house)
    house.switch.ends(leg)
    house.state(contact, "abandoned")
    assert house.stage.contact(contact)["queue_id"] is None


def test_whom_the_menu_answers_needs_nobody(house: House) -> None:
    leg, contact = in_menu(house)
    house.switch.presses(leg, "3")
    spoken(house, leg, "Il est complet")
    house.switch.heard_out(leg)
    # Asked whether that was the answer: 1 says yes.
    house.switch.presses(leg, "1")

    def bye() -> bool:
        if leg in house.switch.lines and house.switch.lines[leg].playing:
            house.switch.heard_out(leg)
        return leg not in house.switch.lines

    eventually(bye, "the end of the call")
    house.state(contact, "closed")
    assert house.stage.contact(contact)["outcome"] == "self_served"


def test_our_restart_greets_anew_who_was_in_the_menu(house: House) -> None:
    leg, contact = in_menu(house)
    house.switch.heard_out(leg)
    house.restart()
    eventually(lambda: house.switch.lines[leg].playing, "the greeting")
    house.switch.presses(leg, "1")
    house.state(contact, "waiting")
