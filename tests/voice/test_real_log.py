"""The centre's figures of some sixty real calls, against what Asterisk itself logged of the same calls."""

import asyncio
import random
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from benchmarks.at_work.voice import furnish
from psycopg.rows import DictRow, dict_row

from affluent.centre.presence import set_presence
from affluent.channels.voice.asterisk.ari import Ari
from affluent.channels.voice.sip.phone import SipPhone, Talk
from affluent.channels.voice.switch import SwitchAway
from affluent.cli.compose import Centre, compose
from affluent.cli.telephone import open_voice
from affluent.storage.migrate import migrate
from tests.channels.centre import eventually
from tests.voice.asterisk import PASSWORD, USER, Asterisk

pytestmark = pytest.mark.faults
AGENTS = (1, 2, 3, 4)
ALONE, RINGING, ANSWERED = 16, 16, 28
WITHIN_MS = 1_000


@dataclass
class Logged:
    """One caller, by Asterisk's own events and its own clock."""

    came_ms: int = 0
    gone_ms: int = 0
    bridged_ms: int = 0
    parted_ms: int = 0
    rings: set[str] = field(default_factory=set[str])
    """Lines of agents that ring for them."""
    rang_as_they_left: bool = False

    @property
    def told(self) -> str:
        if self.bridged_ms:
            return "answered"
        return "abandoned_ringing" if self.rang_as_they_left else "abandoned_in_line"


class Log:
    """Asterisk's events, heard by an application that has nothing to do with the centre."""

    def __init__(self) -> None:
        self.of: dict[str, Logged] = {}
        self._rooms: dict[str, set[str]] = {}

    def heard(self, event: dict[str, Any]) -> None:
        channel = event.get("channel") or event.get("peer") or {}
        name, number = str(channel.get("name", "")), str((channel.get("caller") or {}).get("number", ""))
        if not number.startswith("+33612"):
            return
        one = self.of.setdefault(number, Logged())
        at_ms = round(datetime.strptime(event["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp() * 1000)
        caller, leg = name.startswith("PJSIP/trunk"), str(channel["id"])
        match event["type"]:
            case "ChannelCreated" if caller:
                one.came_ms = at_ms
            case "ChannelStateChange" | "Dial" if not caller and channel.get("state") == "Ringing":
                one.rings.add(leg)
            case "ChannelHangupRequest" | "ChannelDestroyed" if caller and not one.gone_ms:
                one.gone_ms, one.rang_as_they_left = at_ms, bool(one.rings)
            case "ChannelDestroyed" if not caller:
                one.rings.discard(leg)
            case "ChannelEnteredBridge":
                there = self._rooms.setdefault(event["bridge"]["id"], set())
                there.add(leg)
                if len(there) == 2:
                    one.bridged_ms = at_ms
            case "ChannelLeftBridge" if not one.parted_ms:
                one.parted_ms = at_ms
            case _:
                pass


@pytest.fixture
def work(empty_dsn: str, engine: None, tmp_path: Path) -> Generator[tuple[Centre, Asterisk, str]]:
    asterisk = Asterisk(tmp_path, AGENTS, lost_after_s=0, together=True)
    migrate(empty_dsn)
    furnish(empty_dsn, asterisk.url, len(AGENTS))
    asterisk.start()
    centre = compose(empty_dsn)
    try:
        assert centre.runner.wait_until_leading(30)
        door = open_voice(centre)
        eventually(door.reached, "the switch")
        yield centre, asterisk, empty_dsn
    finally:
        centre.stop()
        asterisk.stop()


class Day:
    """What everybody does."""

    def __init__(self, centre: Centre, asterisk: Asterisk) -> None:
        self.centre, self.asterisk = centre, asterisk
        self.log, self.draws = Log(), random.Random(7)
        self.numbers = iter(range(100_000, 200_000))
        self.does: dict[str, str] = {}
        """What was planned for each caller."""

    async def lived(self) -> None:
        server = ("127.0.0.1", self.asterisk.sip)
        ari, told = Ari(self.asterisk.url, USER, PASSWORD, "log"), asyncio.Queue[dict[str, Any] | None]()
        listening = asyncio.create_task(ari.listen(told))
        assert await told.get() is None
        for source in ("channel:", "bridge:"):
            await ari.do("POST", "applications/log/subscription", {"eventSource": source})
        logging = asyncio.create_task(self._log(told))
        self.street = await SipPhone(server, "customer").open()
        self.desks = await SipPhone(server, "agents").open(self.asterisk.everyone)
        await asyncio.gather(*(self._leaves(self.draws.uniform(0.3, 2.0)) for _ in range(ALONE)))
        # The last of them has hung up, and the centre knows it, before anybody could be asked.
        await asyncio.sleep(0.5)
        for agent in AGENTS:
            await self.centre.runner.done(set_presence, agent_id=agent, state="ready")
        for _ in range(RINGING // len(AGENTS)):
            await asyncio.gather(*(self._leaves_while_it_rings() for _ in AGENTS))
        for _ in range(ANSWERED // len(AGENTS)):
            await asyncio.gather(*(self._talks() for _ in AGENTS))
            await self._all_free()
        await asyncio.sleep(0.5)
        for phone in (self.street, self.desks):
            phone.close()
        for task in (listening, logging):
            task.cancel()
            with suppress(asyncio.CancelledError, SwitchAway):
                await task

    async def _log(self, told: "asyncio.Queue[dict[str, Any] | None]") -> None:
        while True:
            event = await told.get()
            if event is not None:
                self.log.heard(event)

    async def _calls(self, does: str) -> Talk:
        number = f"+33612{next(self.numbers)}"
        self.does[number] = does
        talk = await self.street.call("+33145678900", as_number=number)
        await asyncio.wait_for(talk.up.wait(), 10)
        return talk

    async def _leaves(self, after_s: float) -> None:
        talk = await self._calls("abandoned_in_line")
        await asyncio.sleep(after_s)
        talk.hang_up()

    async def _leaves_while_it_rings(self) -> None:
        talk, phone = await asyncio.gather(self._calls("abandoned_ringing"), self.desks.next_call())
        await asyncio.sleep(self.draws.uniform(0.3, 1.0))
        talk.hang_up()
        await asyncio.wait_for(phone.over.wait(), 5)

    async def _talks(self) -> None:
        talk, phone = await asyncio.gather(self._calls("answered"), self.desks.next_call())
        await asyncio.sleep(self.draws.uniform(0.1, 0.8))
        phone.answer()
        await asyncio.sleep(self.draws.uniform(0.6, 1.5))
        (talk if self.draws.random() < 0.5 else phone).hang_up()
        await asyncio.sleep(0.05)
        talk.hang_up()

    async def _all_free(self) -> None:
        """The work after the calls is over: its time is a moment here."""

        def free() -> bool:
            with self.centre.database.transaction() as conn:
                found = conn.execute("select 1 from contact where state in ('offered', 'in_hand')").fetchone()
            return found is None

        await asyncio.to_thread(eventually, free, "the agents free")


def figures(dsn: str) -> dict[str, dict[str, Any]]:
    """By number, as reports have them; how it ended, from the journal."""
    query = """
        select l.from_number, c.state, s.taken_ms, s.waited_ms, s.ours_ms,
          (select kind from journal j where j.contact_id = c.id and kind <> 'ContactAbandoned'
            order by seq desc limit 1) as last
        from call l join contact c on c.id = l.id join stay s on s.contact_id = c.id
        where l.ended_ms is not null and c.state in ('closed', 'abandoned') and s.left_ms >= 0"""
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        return {row["from_number"]: row for row in conn.execute(query).fetchall()}


def told_of(row: dict[str, Any]) -> str:
    if row["state"] == "abandoned":
        return "abandoned_ringing" if row["last"] == "ContactOffered" else "abandoned_in_line"
    return "answered"


def test_what_the_centre_counts_is_what_asterisk_logged(work: tuple[Centre, Asterisk, str]) -> None:
    centre, asterisk, dsn = work
    day = Day(centre, asterisk)
    asyncio.run(day.lived())
    eventually(lambda: len(figures(dsn)) == len(day.does), "the figures of all calls")
    counted = figures(dsn)
    assert len(counted) == ALONE + RINGING + ANSWERED
    for number, does in day.does.items():
        log, row = day.log.of[number], counted[number]
        assert does == log.told == told_of(row), (number, log, row)
        until_ms = log.bridged_ms or log.gone_ms
        assert abs(row["waited_ms"] - (until_ms - log.came_ms)) < WITHIN_MS, (number, log, row)
        if log.bridged_ms:
            assert abs(row["ours_ms"] - (log.parted_ms - log.bridged_ms)) < WITHIN_MS, (number, log, row)
