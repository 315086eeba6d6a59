"""Calls on a real Asterisk, by phones that send a tone and listen for the other's."""

from collections.abc import Generator

import pytest

from affluent.centre.presence import set_presence
from tests.channels.centre import eventually
from tests.voice.asterisk import Asterisk
from tests.voice.street import ADA_HZ, BOB_HZ, RealHouse, asterisk_in, streeted

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Asterisk]:
    made = asterisk_in(tmp_path_factory.mktemp("asterisk"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(dsn: str, engine: None, asterisk: Asterisk) -> Generator[RealHouse]:
    with streeted(dsn, asterisk) as made:
        yield made


def test_both_hear_each_other_until_the_caller_hangs_up(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    contact = house.contact()
    assert house.stage.state(contact) == "in_hand"
    house.do(caller.hang_up)
    house.wait(agent.over)
    house.last(contact, "CallEnded")
    assert house.stage.query("select ended_by from call") == [{"ended_by": "caller"}]
    house.no_line_left()


def test_an_agent_who_hangs_up_closes_the_callers_line(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    house.do(agent.hang_up)
    house.wait(caller.over)
    house.last(house.contact(), "CallEnded")
    assert house.stage.query("select ended_by from call") == [{"ended_by": "agent"}]
    house.no_line_left()


def test_who_leaves_in_the_queue_has_abandoned(house: RealHouse) -> None:
    caller = house.caller()
    contact = house.contact()
    house.state(contact, "waiting")
    house.do(caller.hang_up)
    house.state(contact, "abandoned")
    house.no_line_left()


def test_who_leaves_while_the_phone_rings_silences_it(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(caller.hang_up)
    house.wait(agent.over, 2)
    house.state(house.contact(), "abandoned")
    house.no_line_left()


def test_a_phone_that_is_busy_sends_the_caller_to_the_next_agent(house: RealHouse) -> None:
    ids = house.stage.ids
    house.at_work(ids.ada, ids.bob)
    caller = house.caller()
    contact = house.contact()
    house.state(contact, "offered")
    first = house.stage.holder(contact)
    assert first is not None
    house.do(house.rings_at(first).reject)
    (second,) = {ids.ada, ids.bob} - {first}
    agent = house.rings_at(second)
    house.do(agent.answer)
    house.hear_each_other(caller, agent, ADA_HZ if second == ids.ada else BOB_HZ)


def test_a_cut_to_the_agent_brings_the_caller_back_to_the_front_of_the_line(house: RealHouse) -> None:
    ids = house.stage.ids
    house.at_work(ids.ada)
    caller = house.caller()
    agent = house.rings_at(ids.ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    house.do(agent.vanish)
    contact = house.contact()
    house.state(contact, "waiting")
    assert not caller.over.is_set()
    house.at_work(ids.bob)
    other = house.rings_at(ids.bob)
    house.do(other.answer)
    house.hear_each_other(caller, other, BOB_HZ)


def test_a_cut_to_the_caller_ends_the_call_and_says_so(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    house.do(caller.vanish)
    house.wait(agent.over)
    house.last(house.contact(), "CallEnded")
    assert house.stage.query("select ended_by from call") == [{"ended_by": "lost"}]


def test_on_hold_nobody_hears_the_other(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    contact = house.contact()
    house.door.hold(contact, ada)
    eventually(lambda: not caller.hears(ADA_HZ), "music instead", 5)
    house.door.resume(contact, ada)
    house.hear_each_other(caller, agent)


def test_we_restart_in_the_middle_and_the_call_goes_on_and_is_adopted(house: RealHouse) -> None:
    ada = house.stage.ids.ada
    house.at_work(ada)
    caller = house.caller()
    agent = house.rings_at(ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    waiting = house.caller()
    line = house.contact()
    house.state(line, "waiting")
    house.restart()
    house.hear_each_other(caller, agent)
    house.do(agent.hang_up)
    house.wait(caller.over)
    house.do(waiting.hang_up)
    house.state(line, "abandoned")
    house.no_line_left()


def test_a_caller_who_comes_while_we_restart_is_taken_when_we_are_back(house: RealHouse) -> None:
    assert house.street is not None
    house.door.stop()
    talk = house.street.run(house.street.phone("+33612345678").call("+33145678900"))
    house.wait(talk.rings)
    house.stage.restart()
    house.open()
    house.wait(talk.up)
    house.state(house.contact(), "waiting")
    house.do(talk.hang_up)


def test_asterisk_killed_loses_its_calls_and_says_so_and_nobody_is_stuck(house: RealHouse) -> None:
    ids = house.stage.ids
    house.at_work(ids.ada)
    caller = house.caller()
    agent = house.rings_at(ids.ada)
    house.do(agent.answer)
    house.hear_each_other(caller, agent)
    waiting = house.caller()
    contacts = [row["id"] for row in house.stage.query("select id from call order by id")]
    assert house.asterisk is not None
    house.asterisk.kill()
    house.asterisk.start()
    house.last(contacts[0], "CallEnded")
    house.state(contacts[1], "abandoned")
    assert house.stage.query("select distinct ended_by from call") == [{"ended_by": "server"}]
    for talk in (caller, agent, waiting):
        house.do(talk.ended)
    house.stage.pass_ms(60_000)
    house.stage.do(set_presence, agent_id=ids.ada, state="ready")
    again = house.caller()
    agent = house.rings_at(ids.ada)
    house.do(agent.answer)
    house.hear_each_other(again, agent)
    house.do(again.hang_up)
    house.no_line_left()
