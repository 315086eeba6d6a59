"""A caller of a real Asterisk asks to be called back, and is: both hear each other."""

from collections.abc import Generator
from pathlib import Path

import pytest

from affluent.centre.menus.waiting import WaitNow
from affluent.channels.voice.calls.waiting_words import Waiting
from affluent.channels.voice.prompts.store import SoundStore
from affluent.channels.voice.switch import Sound
from affluent.facts.instants import MINUTE_MS
from tests.faults.server import free_port
from tests.voice.asterisk import Asterisk
from tests.voice.street import CALLER_HZ, RealHouse, streeted

pytestmark = pytest.mark.faults
ZOE = "+33612345678"


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Asterisk]:
    made = Asterisk(tmp_path_factory.mktemp("asterisk"), (1, 2), network=free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(dsn: str, engine: None, asterisk: Asterisk, tmp_path: Path) -> Generator[RealHouse]:
    with streeted(dsn, asterisk) as made:
        made.door.stop()
        store = SoundStore(tmp_path, None, lambda number: None)
        made.sounds = str(tmp_path)
        made.stage.change(
            "update channel set settings = settings || %s where medium = 'voice'",
            '{"callback": true, "callback_sundays": true}',
        )
        made.waiting = Waiting(
            lambda prompts: [Sound(name) for name in store.names(prompts)],
            lambda contact, now_ms: WaitNow(0, None),
        )
        made.open()
        yield made


def test_who_asked_to_be_called_back_is_called_until_they_are_there(house: RealHouse) -> None:
    assert house.street is not None and house.asterisk is not None
    zoe = house.street.phone(ZOE, CALLER_HZ, house.asterisk.network)
    caller = house.street.run(zoe.call("+33145678900"))
    house.wait(caller.up)
    contact = house.contact()
    house.state(contact, "waiting")
    house.do(lambda: caller.presses("11"))
    house.wait(caller.over, 20)
    house.last(contact, "CallEnded")
    assert house.facts(contact)[-2:] == ["CallbackAsked", "CallEnded"]
    ada = house.stage.ids.ada
    house.at_work(ada)
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.do(house.street.run(zoe.next_call()).reject)
    house.wait(agent.over)
    house.state(contact, "waiting")
    assert house.facts(contact)[-2:] == ["CallNotReached", "ContactQueued"]
    data = house.stage.query("select data from journal where kind = 'CallNotReached'")
    assert data[0]["data"]["cause"] == "busy"
    house.no_line_left()
    house.stage.pass_ms(15 * MINUTE_MS)
    agent = house.rings_at(ada)
    house.do(agent.answer)
    again = house.street.run(zoe.next_call())
    house.do(again.answer)
    house.hear_each_other(again, agent)
    house.do(again.hang_up)
    house.wait(agent.over)
    house.last(contact, "CallEnded")
    house.no_line_left()
