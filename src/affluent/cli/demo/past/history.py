"""Makes the history of a demonstration that has none: lived in memory by the centre's use cases, then written down.

It is written before the centre's runner leads, in one transaction: an interrupted first start begins it anew, and
whoever follows the journal finds it in order. The live centre takes over whatever the history left open.
"""

import random
import subprocess
import sys
from collections.abc import Callable

from affluent.cli.demo.past import copying, trials
from affluent.cli.demo.past.crew import Crew
from affluent.cli.demo.past.settings import Settings
from affluent.cli.demo.past.town import Town
from affluent.cli.demo.past.world import World
from affluent.cli.demo.people import AGENTS
from affluent.facts import contact as facts
from affluent.facts.agent import AgentFact, LimitsLifted
from affluent.facts.contact import ContactFact
from affluent.facts.instants import DAY_MS
from affluent.facts.trial import TrialStarted
from affluent.storage.database import Conn, Database
from affluent.storage.store import PgPartition

DAYS = 21
SEED = 20_261
WAIT_S = 5.0
Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


class HistoryFailed(RuntimeError):
    """The history could not be made: the centre starts without one, and the next start tries again."""


def make_history(dsn: str, progress: Progress, *, days: float = DAYS) -> int:
    """`write_history` in a process of its own. Raises `HistoryFailed`."""
    process = subprocess.Popen(  # noqa: S603 -- ourselves
        [sys.executable, "-m", "affluent.cli.demo.past", str(days)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    written = -1
    with process:
        process.stdin.write(f"{dsn}\n")
        process.stdin.flush()
        for line in process.stdout:
            if "." in line:
                progress(float(line))
            else:
                written = int(line)
    if process.returncode or written < 0:
        raise HistoryFailed(f"it ended with {process.returncode}")
    return written


def write_history(database: Database, now_ms: int, progress: Progress, *, days: float = DAYS) -> int:
    """Fills an empty centre with `days` of contacts that end now; how many. 0 when there are contacts already."""
    with database.transaction() as conn:
        row = conn.execute("select exists (select from contact) as filled").fetchone()
        assert row is not None
        if row["filled"]:
            return 0
    writer = PgPartition(database).become_writer(WAIT_S)
    if writer is None:
        # Another process leads this centre: it is alive already.
        return 0
    try:
        with writer.begin() as store, database.transaction() as conn:
            past = _prepared(conn, Settings(store.settings), now_ms, days=days)
        # The lock is held all the while, and no transaction: a server ends those that stand idle.
        _live(past, now_ms, progress, days=days)
        with database.transaction() as conn:
            copying.write(conn, past.store.tables)
    finally:
        writer.close()
    progress(1.0)
    return len(past.store.tables.contacts.rows)


def _prepared(conn: Conn, settings: Settings, now_ms: int, *, days: float) -> World:
    """The centre as it is, on the morning of the first day, with its people and its customers."""
    start_ms = now_ms - round(days * DAY_MS)
    trial_id = trials.written(conn, start_ms, now_ms)
    settings.read(conn)
    chance = random.Random(SEED)  # noqa: S311 -- a play, no secret
    world = World(settings, copying.first_numbers(conn), start_ms)
    if trial_id is not None:
        world.store.journal.append(TrialStarted(start_ms, trial_id), None)
    accounts = {row["email"]: row["id"] for row in conn.execute("select id, email from account").fetchall()}
    brands = {row["id"]: row["name"] for row in conn.execute("select id, name from brand").fetchall()}
    people = {accounts[one.email]: one for one in AGENTS if one.email in accounts}
    motives = {
        (brands[row["brand_id"]], row["name_fr"]): row["id"]
        for row in conn.execute(
            "select id, brand_id, name_fr from motive where brand_id is not null"
        ).fetchall()
    }
    channels = {
        (brands[row["brand_id"]], row["medium"]): channel
        for row in conn.execute(
            "select id, brand_id, medium from channel where active order by id"
        ).fetchall()
        if (channel := settings.channel(row["id"])) is not None
    }
    crew = Crew(world, people, motives, chance)
    town = Town(world, crew, channels, chance)
    world.heard = _told(crew, town)
    crew.come_to_work(start_ms, now_ms)
    town.live(start_ms, now_ms)
    return world


def _live(world: World, now_ms: int, progress: Progress, *, days: float) -> None:
    steps = max(1, round(days))
    for step in range(1, steps + 1):
        world.live_until(now_ms - round((steps - step) * days / steps * DAY_MS))
        progress(0.75 * step / steps)


def _told(crew: Crew, town: Town) -> Callable[[ContactFact | AgentFact | LimitsLifted], None]:
    """Who does what when something has happened."""

    def heard(fact: ContactFact | AgentFact | LimitsLifted) -> None:
        match fact:
            case facts.ContactOffered():
                crew.offered(fact.contact_id, fact.agent_id)
            case facts.OfferAccepted() | facts.ContactWoken():
                crew.turn_of(fact.contact_id)
            case facts.MessageReceived() if fact.contact_id in crew.told:
                crew.turn_of(fact.contact_id)
            case facts.ContactClosed() | facts.ContactAbandoned():
                town.closed(fact.contact_id)
            case _:
                pass

    return heard
