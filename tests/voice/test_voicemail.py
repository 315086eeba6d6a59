"""Callers who leave a message: it becomes a contact of the queue, or nothing was said at all."""

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import pytest

from affluent.centre.calling import mailbox
from affluent.centre.calling.mailbox import LOST_AFTER_MS
from affluent.centre.calling.records import VoiceLine
from affluent.centre.menus.reading import read_menu
from affluent.centre.menus.turns import Menu, Prompt, SpokenText
from affluent.centre.recording.keeping import RecordingKeeper
from affluent.channels.voice.calls.live import LiveCall
from affluent.channels.voice.calls.menu_player import MenuPlayer, Menus
from affluent.channels.voice.calls.recorded_sound import lasts_ms, spoken_ms
from affluent.channels.voice.calls.voicemail import MailboxOf
from affluent.channels.voice.prompts.wav import RATE, as_wav
from affluent.channels.voice.switch import Sound
from affluent.facts.instants import DAY_MS
from affluent.storage.call_recordings import PgCallRecordings
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
  welcome: {kind: choose, prompt: {fr: Bienvenue}, keys: {"1": people, "2": message}}
  message: {kind: voicemail, queue: Appels, prompt: {fr: Parlez après le bip}}
  people: {kind: queue, queue: Appels}
"""


def speech(seconds: float, loud: int = 4_000) -> bytes:
    at = np.arange(int(RATE * seconds)) / RATE
    return as_wav(np.rint(loud * np.sin(2 * np.pi * 300 * at)).astype(np.int16))


def sounds(prompts: Sequence[Prompt]) -> list[Sound]:
    return [Sound(one.text if isinstance(one, SpokenText) else type(one).__name__) for one in prompts]


@pytest.fixture
def house(dsn: str, engine: None) -> Generator[House]:
    with housed(dsn) as made:
        document, _ = read_menu(MENU)
        menu = Menu(7, 3, document, queues={"Appels": made.queue})
        menus = Menus(lambda number: menu, sounds, lambda queue_id, now_ms: None)
        made.door.stop()

        def player(call: LiveCall, line: VoiceLine) -> MenuPlayer | None:
            return MenuPlayer(call, 7, menus) if call.contact.queue_id is None else None

        made.player = player
        made.mailbox = MailboxOf(sounds, lambda: [Sound("tone")])
        made.open()
        yield made


def heard(house: House, leg: str, text: str) -> None:
    eventually(
        lambda: house.switch.lines[leg].playing and any(text in one for one in house.switch.acts[-1]), text
    )
    house.switch.heard_out(leg)


def speaks(house: House) -> tuple[str, int, str]:
    """Somebody calls, and is being recorded: (leg, contact, the recording)."""
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    heard(house, leg, "Bienvenue")
    house.switch.presses(leg, "2")
    heard(house, leg, "Parlez après le bip")
    heard(house, leg, "tone")
    eventually(lambda: house.switch.acts[-1][:2] == ("message", leg), "the recording")
    return leg, contact, house.switch.acts[-1][2]


def files(house: House, contact: int) -> list[dict[str, Any]]:
    return house.stage.query(
        "select f.content_type, f.content, m.text from message m join message_file mf on mf.message_id = m.id"
        " join file f on f.id = mf.file_id where m.contact_id = %s",
        contact,
    )


def test_a_message_waits_in_the_queue_with_its_sound(house: House) -> None:
    leg, contact, name = speaks(house)
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    assert house.stage.state(contact) == "received", "its sound is on its way"
    sound = speech(3)
    house.switch.recorded(name, sound)
    house.state(contact, "waiting")
    (file,) = files(house, contact)
    assert (file["content_type"], bytes(file["content"])) == ("audio/wav", sound)
    assert file["text"] == "Message vocal de 3 s"
    assert house.stage.contact(contact)["queue_id"] == house.queue
    assert not house.switch.stored, "the switch keeps nothing of it"
    house.stage.ready(house.stage.ids.ada)
    house.state(contact, "offered")
    assert house.switch.of(house.stage.ids.ada) is None, "nobody is on the line: no phone rings"


def test_who_falls_silent_is_thanked_and_only_then_waits(house: House) -> None:
    leg, contact, name = speaks(house)
    house.switch.recorded(name, speech(2))
    eventually(lambda: "Merci, votre message" in house.switch.acts[-1][-1], "thanks")
    assert house.stage.state(contact) == "received"
    house.switch.heard_out(leg)
    house.state(contact, "waiting")
    assert leg not in house.switch.lines


@pytest.mark.parametrize("sound", [speech(0.3), speech(5, loud=50), b"no sound at all"])
def test_who_says_nothing_has_left_no_message(house: House, sound: bytes) -> None:
    leg, contact, name = speaks(house)
    house.switch.ends(leg)
    house.switch.recorded(name, sound)
    house.state(contact, "abandoned")
    assert files(house, contact) == []
    codes = house.stage.query("select event ->> 'code' as code from message where contact_id = %s", contact)
    assert {"code": "no_message"} in codes


def test_who_hangs_up_before_the_tone_has_left(house: House) -> None:
    leg = house.switch.rings()
    contact = house.contact_of(leg)
    heard(house, leg, "Bienvenue")
    house.switch.ends(leg)
    house.state(contact, "abandoned")


def test_a_message_that_ended_while_we_were_away_is_fetched(house: House) -> None:
    leg, contact, name = speaks(house)
    house.door.stop()
    house.switch.ends(leg)
    house.switch.recorded(name, speech(2), told=False)
    house.stage.restart()
    house.open()
    house.state(contact, "waiting")
    assert len(files(house, contact)) == 1


def test_a_message_that_never_comes_is_for_a_person_to_look_at(house: House) -> None:
    leg, contact, _ = speaks(house)
    house.switch.ends(leg)
    house.last(contact, "CallEnded")
    house.stage.pass_ms(LOST_AFTER_MS)
    house.state(contact, "waiting")


def left(house: House) -> int:
    """Somebody left a message, which waits."""
    leg, contact, name = speaks(house)
    house.switch.ends(leg)
    house.switch.recorded(name, speech(2))
    house.state(contact, "waiting")
    return contact


def sounds_kept(house: House) -> int:
    """How many sounds the database has, in whatever table of files."""
    return house.stage.query("select count(*) as n from file")[0]["n"]


def codes(house: House, contact: int) -> list[str]:
    found = house.stage.query(
        "select event ->> 'code' as code from message where contact_id = %s and event is not null", contact
    )
    return [row["code"] for row in found]


def test_the_sound_of_a_message_is_gone_on_its_day_and_its_contact_stays(house: House) -> None:
    contact = left(house)
    house.stage.change(
        "update channel set settings = settings || '{\"voicemail_days\": 5}' where medium = 'voice'"
    )
    store = PgCallRecordings(house.stage.database)
    keeper = RecordingKeeper(house.stage.runner, store, house.stage.clock)
    house.stage.pass_ms(5 * DAY_MS - 1)
    keeper.look()
    assert (len(files(house, contact)), sounds_kept(house)) == (1, 1)
    house.stage.pass_ms(1)
    keeper.look()
    keeper.look()
    assert (files(house, contact), sounds_kept(house)) == ([], 0)
    assert codes(house, contact).count("voicemail_erased") == 1
    assert house.stage.state(contact) == "waiting", "somebody is still to call them"


def test_what_one_customer_said_is_erased_and_no_other_sound(house: House) -> None:
    theirs = left(house)
    customer = house.stage.contact(theirs)["customer_id"]
    do = house.stage.runner.do
    assert do(mailbox.erase_of_customer, customer_id=customer + 1) == 0
    assert sounds_kept(house) == 1
    assert do(mailbox.erase_of_customer, customer_id=customer) == 1
    assert do(mailbox.erase_of_customer, customer_id=customer) == 0
    assert sounds_kept(house) == 0


def test_the_force_of_a_sound_tells_speech_from_a_quiet_line() -> None:
    assert lasts_ms(speech(1.5)) == 1_500 and 1_400 <= spoken_ms(speech(1.5)) <= 1_500
    assert spoken_ms(speech(4, loud=20)) == 0
    assert (spoken_ms(b""), lasts_ms(b"RIFF")) == (0, 0)
