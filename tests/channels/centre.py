"""A small centre at work for tests of doors: real storage and runner, a made clock, a real server."""

import secrets
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from psycopg.types.json import Jsonb

from affluent.centre import answering, offers, presence
from affluent.centre.hub import Hub
from affluent.centre.runner import Runner
from affluent.centre.transaction import Transaction
from affluent.channels.chat import door as chat_door
from affluent.storage.appointments import PgHours
from affluent.storage.chat_door import PgChatDoor
from affluent.storage.database import Database
from affluent.storage.store import PgPartition
from affluent.web.errors import add_error_handlers
from affluent.web.headers import Guard

START_MS = 1_790_000_000_000
MINUTE_MS = 60_000
SITE_ORIGIN = "https://shop.example"


@dataclass
class MadeClock:
    """A clock that stands still until it is moved."""

    at_ms: int = START_MS

    def now_ms(self) -> int:
        return self.at_ms

    def pass_ms(self, ms: int) -> None:
        self.at_ms += ms


def eventually(holds: Callable[[], Any], what: str = "it", timeout_s: float = 15.0) -> Any:
    """Waits until `holds` answers something true, and gives it."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come about in {timeout_s} s")


@dataclass
class Centre:
    """What a test of a door looks at and acts with."""

    database: Database
    clock: MadeClock = field(default_factory=MadeClock)
    hub: Hub = field(default_factory=Hub)

    def __post_init__(self) -> None:
        self.runner = Runner(PgPartition(self.database), self.clock, self.hub)

    def insert(self, table: str, **columns: Any) -> int:
        names = ", ".join(columns)
        holes = ", ".join(["%s"] * len(columns))
        values = [Jsonb(one) if isinstance(one, dict | list) else one for one in columns.values()]
        with self.database.transaction() as conn:
            statement = f"insert into {table} ({names}) values ({holes}) returning *"
            row = conn.execute(statement.encode(), values).fetchone()
        assert row is not None
        return row.get("id", 0)

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as conn:
            return conn.execute(sql.encode(), params).fetchall()

    def brand(self, name: str = "Arvène") -> int:
        return self.insert("brand", name=name)

    def queue(self, brand_id: int, medium: str = "chat") -> int:
        return self.insert(
            "queue",
            brand_id=brand_id,
            name=f"{medium} {secrets.token_hex(3)}",
            medium=medium,
            target_ms=40_000,
        )

    def channel(
        self, brand_id: int, queue_id: int | None, key: str, *, medium: str = "chat", **settings: Any
    ) -> int:
        settings = {"origins": [SITE_ORIGIN], **settings}
        return self.insert(
            "channel",
            brand_id=brand_id,
            medium=medium,
            name=key,
            queue_id=queue_id,
            public_key=key,
            settings=settings,
        )

    def agent(self, brand_id: int, name: str = "Camille", *, chats: int = 3) -> int:
        agent_id = self.insert(
            "account",
            email=f"{secrets.token_hex(4)}@example.org",
            name=name,
            role="agent",
            created_ms=START_MS,
        )
        self.insert("account_brand", account_id=agent_id, brand_id=brand_id)
        for medium in ("chat", "form"):
            self.insert("agent_capacity", account_id=agent_id, medium=medium, limit_count=chats)
        return agent_id

    def ready(self, agent_id: int) -> None:
        self.runner.do(presence.set_presence, agent_id=agent_id, state="ready")

    def accepts(self, agent_id: int) -> int:
        """The agent takes the offer that comes to them; the contact."""

        def offered() -> int | None:
            found = self.rows("select id from contact where agent_id = %s and state = 'offered'", agent_id)
            return found[0]["id"] if found else None

        contact_id: int = eventually(offered, "an offer")
        self.runner.do(offers.accept, contact_id=contact_id, agent_id=agent_id)
        return contact_id

    def answers(self, agent_id: int, contact_id: int, text: str, key: str | None = None) -> int:
        return self.runner.do(
            answering.reply,
            contact_id=contact_id,
            agent_id=agent_id,
            key=key or secrets.token_hex(8),
            text=text,
        )

    def settings_changed(self) -> None:
        """The engine reads the settings anew, as after an administrator's change."""

        def changed(tx: Transaction) -> None:
            tx.policy_changed = True

        self.runner.do(changed)

    def contacts(self) -> list[dict[str, Any]]:
        return self.rows("select * from contact order by id")

    def state(self, contact_id: int) -> tuple[str, str | None]:
        (row,) = self.rows("select state, outcome from contact where id = %s", contact_id)
        return row["state"], row["outcome"]

    def app(self, *more: APIRouter) -> FastAPI:
        chat = chat_door.build(
            store=PgChatDoor(self.database),
            runner=self.runner,
            hub=self.hub,
            clock=self.clock,
            hours=PgHours(self.database),
        )
        app = FastAPI()
        for router in (chat, *more):
            app.include_router(router)
        add_error_handlers(app)
        app.add_middleware(Guard)
        return app


@contextmanager
def at_work(dsn: str, prepare: Callable[[Centre], None] | None = None) -> Generator[Centre, None, None]:
    """A centre whose runner leads. `prepare` sets it up before the runner reads its settings."""
    database = Database(dsn, size_max=10)
    database.open()
    centre = Centre(database)
    if prepare is not None:
        prepare(centre)
    centre.runner.start()
    try:
        assert centre.runner.wait_until_leading(110)
        yield centre
    finally:
        centre.runner.stop()
        database.close()


@contextmanager
def served(app: FastAPI) -> Generator[str, None, None]:
    """A real server in a thread; gives its address, as `host:port`."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=3)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started, "the server")
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listening.close()
