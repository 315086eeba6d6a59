"""The law of orphans: whoever hangs up when, whatever is told late, twice over or never, nothing remains."""

import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from affluent.centre import handing_on, offers
from affluent.centre.presence import set_presence
from affluent.centre.refusals import Refusal
from affluent.channels.voice.switch import Away, Ending, LegArrived, Reached, SwitchEvent
from tests.channels.centre import eventually
from tests.voice.house import House

ACTS = (
    "calls", "calls", "answers", "answers", "caller_leaves", "caller_leaves", "agent_leaves", "both_leave", "rejects",
    "cut", "holds", "transfers", "pause",
)  # fmt: skip


@pytest.fixture
def calm(house: House) -> House:
    """A house that sweeps all the time; all storms of a test pass over the same one."""
    house.door.stop()
    house.sweeps = (0.1, 0.05)
    house.open()
    return house


class Storm:
    """Acts, one after the other, without waiting for what they do."""

    def __init__(self, house: House, seed: int) -> None:
        self.house, self.draws = house, random.Random(seed)
        self.agents = (house.stage.ids.ada, house.stage.ids.bob)

    def do(self, act: str) -> None:
        getattr(self, act)()

    def _lines(self, *, agents: bool, up: bool | None = None) -> list[str]:
        lines = list(self.house.switch.lines.values())
        return [one.leg for one in lines if one.door.startswith("agent:") == agents and up in (None, one.up)]

    def _ends(self, legs: list[str], ending: Ending = Ending.HUNG_UP) -> None:
        if legs:
            self.house.switch.ends(self.draws.choice(legs), ending)

    def calls(self) -> None:
        self.house.switch.rings(f"+3361234567{self.draws.randrange(10)}")

    def answers(self) -> None:
        rings = self._lines(agents=True, up=False)
        if not rings:
            self.pause()
            rings = self._lines(agents=True, up=False)
        if rings:
            self.house.switch.picks_up(self.draws.choice(rings))

    def caller_leaves(self) -> None:
        self._ends(self._lines(agents=False))

    def agent_leaves(self) -> None:
        self._ends(self._lines(agents=True, up=True))

    def both_leave(self) -> None:
        self.caller_leaves()
        self.agent_leaves()

    def rejects(self) -> None:
        self._ends(self._lines(agents=True, up=False), Ending.BUSY)

    def cut(self) -> None:
        self._ends(self._lines(agents=True, up=True), Ending.LOST)

    def holds(self) -> None:
        for row in self._rows("in_hand")[:1]:
            self._quietly(partial(self.house.door.hold, **row))

    def transfers(self) -> None:
        for row in self._rows("in_hand")[:1]:
            (other,) = set(self.agents) - {row["agent_id"]}
            act = partial(handing_on.transfer, key=str(self.draws.random()), to_agent_id=other, **row)
            self._quietly(partial(self.house.stage.do, act))

    def _quietly(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refusal:
            # It had moved on: that is what a storm is.
            return

    def pause(self) -> None:
        self.house.stage.query("select pg_sleep(0.02)")

    def everybody_goes(self) -> None:
        for leg in list(self.house.switch.lines):
            self.house.switch.ends(leg)

    def back_to_work(self) -> None:
        """Agents close what they have, and are there again.

        A contact whose call was over may have been handed on for the work after it: its offer is taken at the desk.
        """
        for row in self._rows("offered"):
            self._quietly(partial(self.house.stage.do, offers.accept, **row))
        for row in self._rows("in_hand"):
            self._quietly(partial(self.house.stage.do, handing_on.close, outcome="resolved", **row))
        for agent in self.agents:
            self._quietly(partial(self.house.stage.do, set_presence, agent_id=agent, state="ready"))

    def _rows(self, state: str) -> list[dict[str, int]]:
        return self.house.stage.query(
            "select id as contact_id, agent_id from contact where state = %s order by id", state
        )


def nothing_remains(house: House, storm: Storm) -> None:
    def gone() -> bool:
        open_calls = house.stage.query("select id from call where ended_ms is null")
        if open_calls or house.switch.lines or house.door.up():
            return False
        storm.back_to_work()
        return not house.stage.query(
            "select id from contact where state in ('received', 'waiting', 'offered', 'in_hand')"
        ) and not house.stage.query("select account_id from presence where state <> 'ready'")

    eventually(gone, "that nothing remains", 15)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=(HealthCheck.function_scoped_fixture, HealthCheck.too_slow),
    phases=(Phase.explicit, Phase.generate),
)
@given(
    acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=30),
    seed=st.integers(0, 2**16),
    lost=st.sampled_from((0.0, 0.0, 0.1, 0.4)),
    late=st.sampled_from((0.0, 0.3)),
)
def test_after_any_hang_ups_with_any_events_lost_or_late_nothing_remains(
    calm: House, acts: list[str], seed: int, lost: float, late: float
) -> None:
    draws = random.Random(seed)

    def mischief(event: SwitchEvent) -> float | None:
        if isinstance(event, Reached | Away) or (isinstance(event, LegArrived) and draws.random() < 0.5):
            return 0.0
        if draws.random() < lost:
            return None
        return draws.uniform(0.001, 0.05) if draws.random() < late else 0.0

    storm = Storm(calm, seed)
    calm.stage.ready(*storm.agents)
    calm.switch.mischief = mischief
    for act in acts:
        storm.do(act)
    storm.everybody_goes()
    calm.switch.mischief = lambda event: 0.0
    nothing_remains(calm, storm)


def test_a_line_that_nobody_owns_is_ended_and_counted_as_a_fault(calm: House) -> None:
    before = calm.door.swept()
    calm.switch.mischief = lambda event: None
    leg = calm.switch.rings()
    eventually(lambda: leg not in calm.switch.lines, "the line is ended")
    calm.switch.mischief = lambda event: 0.0
    assert calm.door.swept() == before + 1
    assert calm.stage.query("select id from call where ended_ms is null") == []


def test_a_caller_whose_leaving_was_never_told_is_found_gone(calm: House) -> None:
    calm.switch.mischief = lambda event: 0.0
    before = calm.door.swept()
    leg, contact = calm.calls(state="waiting")
    calm.switch.mischief = lambda event: None
    calm.switch.ends(leg)
    calm.state(contact, "abandoned")
    calm.switch.mischief = lambda event: 0.0
    assert calm.door.swept() > before
