"""A small centre of two brands on a real database, with the real runner and a clock that moves when told.

Brand `north` has queues for chat, mail and forms; `south` has one for chat. Ada and Bob serve north, Cleo serves
south, and Sam supervises both without a limit of his own.
"""

import itertools
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from affluent.centre import chatting, offers, presence
from affluent.centre.hub import Announcement, Hub
from affluent.centre.receive import IncomingForm, IncomingMail, receive_form, receive_mail
from affluent.centre.runner import Runner
from affluent.centre.settings_changed import look_again
from affluent.centre.transaction import Transaction
from affluent.storage.database import Database
from affluent.storage.store import PgPartition

START_MS = 1_790_000_000_000
OFFER_MS = 30_000
ASIDE_MS = 60_000
KEEP_MS = 300_000
TARGET_MS = 40_000


@dataclass
class MadeClock:
    at_ms: int = START_MS

    def now_ms(self) -> int:
        return self.at_ms


@dataclass
class Ids:
    north: int = 0
    south: int = 0
    chat: int = 0
    mail: int = 0
    form: int = 0
    second_chat: int = 0
    south_chat: int = 0
    ada: int = 0
    bob: int = 0
    cleo: int = 0
    sam: int = 0
    chat_door: int = 0
    mail_door: int = 0
    form_door: int = 0
    south_door: int = 0
    motive: int = 0


def insert(conn: psycopg.Connection[DictRow], table: str, **columns: Any) -> int:
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    values = [Jsonb(one) if isinstance(one, dict) else one for one in columns.values()]
    row = conn.execute(
        f"insert into {table} ({names}) values ({marks}) returning id".encode(), values
    ).fetchone()
    assert row is not None
    return int(row["id"])


def furnish(dsn: str, *, limits: dict[str, int] | None = None) -> Ids:
    """Writes the two brands into an empty database."""
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        ids = Ids()
        ids.north = insert(conn, "brand", name="North")
        ids.south = insert(conn, "brand", name="South")
        rules: dict[str, Any] = {"offer_ms": OFFER_MS, "set_aside_ms": ASIDE_MS, "keep_ms": KEEP_MS}
        for name, brand, medium, target_ms in (
            ("chat", ids.north, "chat", TARGET_MS),
            ("second_chat", ids.north, "chat", TARGET_MS),
            ("mail", ids.north, "email", 14_400_000),
            ("form", ids.north, "form", 14_400_000),
            ("south_chat", ids.south, "chat", TARGET_MS),
        ):
            made = insert(
                conn, "queue", brand_id=brand, name=name, medium=medium, target_ms=target_ms, **rules
            )
            setattr(ids, name, made)
        for name, role, brands in (
            ("ada", "agent", [ids.north]),
            ("bob", "agent", [ids.north]),
            ("cleo", "agent", [ids.south]),
            ("sam", "supervisor", [ids.north, ids.south]),
        ):
            account = insert(
                conn,
                "account",
                email=f"{name}@example.org",
                name=name.title(),
                role=role,
                created_ms=START_MS,
            )
            setattr(ids, name, account)
            for brand in brands:
                conn.execute("insert into account_brand values (%s, %s)", (account, brand))
            for medium, most in (limits or {"chat": 2, "email": 3, "form": 3}).items():
                if role == "agent":
                    conn.execute("insert into agent_capacity values (%s, %s, %s)", (account, medium, most))
        for name, brand, medium, queue in (
            ("chat_door", ids.north, "chat", ids.chat),
            ("mail_door", ids.north, "email", ids.mail),
            ("form_door", ids.north, "form", ids.form),
            ("south_door", ids.south, "chat", ids.south_chat),
        ):
            made = insert(
                conn, "channel", brand_id=brand, medium=medium, name=name, queue_id=queue, public_key=name
            )
            setattr(ids, name, made)
        ids.motive = insert(conn, "motive", brand_id=ids.north, name_fr="Retard", name_en="Delay")
    return ids


def insert_into(stage: "Stage", table: str, **columns: Any) -> int:
    """Writes a row while the centre runs."""
    with psycopg.Connection[DictRow].connect(stage.dsn, row_factory=dict_row) as conn:
        return insert(conn, table, **columns)


def nothing(tx: Transaction) -> None:
    """A command that does nothing: time passes, and what waits is seen to."""


def settings_changed(tx: Transaction) -> None:
    tx.policy_changed = True


def by_level(stage: "Stage") -> None:
    """Letters wait while chats are served too late, or soon would be."""
    stage.change(
        "insert into agent_reserve (name, medium, queue_ids, against_ids, level_percent, level_window_ms)"
        " values ('chats first', 'chat', %s, %s, 80, 60000)",
        Jsonb([stage.ids.chat]),
        Jsonb([stage.ids.mail]),
    )
    stage.do(settings_changed)


@dataclass
class Stage:
    dsn: str
    ids: Ids
    clock: MadeClock
    database: Database
    hub: Hub = field(default_factory=Hub)
    heard: list[Announcement] = field(default_factory=list[Announcement])
    numbers: Any = field(default_factory=lambda: itertools.count(1))
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        self.hub.subscribe(self.heard.append)
        self.start()

    def start(self) -> None:
        self.runner = Runner(PgPartition(self.database), self.clock, self.hub)
        self.runner.start()
        assert self.runner.wait_until_leading(20)

    def restart(self, *, after_ms: int = 0) -> None:
        """The process goes and another one comes, on the same database."""
        self.runner.stop()
        self.clock.at_ms += after_ms
        self.start()
        self.do(nothing)

    def do(self, use_case: Any, **arguments: Any) -> Any:
        return self.runner.do(use_case, **arguments)

    def pass_ms(self, ms: int) -> None:
        self.clock.at_ms += ms
        self.do(nothing)

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as conn:
            return conn.execute(sql.encode(), params).fetchall()

    def change(self, sql: str, *params: Any) -> None:
        with self.database.transaction() as conn:
            conn.execute(sql.encode(), params)
        if self.runner.leading:
            self.do(look_again)

    def contact(self, contact_id: int) -> dict[str, Any]:
        return self.query("select * from contact where id = %s", contact_id)[0]

    def state(self, contact_id: int) -> str:
        return self.contact(contact_id)["state"]

    def holder(self, contact_id: int) -> int | None:
        return self.contact(contact_id)["agent_id"]

    def facts(self, contact_id: int) -> list[str]:
        rows = self.query("select kind from journal where contact_id = %s order by seq", contact_id)
        return [row["kind"] for row in rows]

    def ready(self, *agents: int) -> None:
        for agent in agents:
            self.do(presence.set_presence, agent_id=agent, state="ready")

    def there(self, agent: int, state: str, reason: str | None = None) -> None:
        self.do(presence.set_presence, agent_id=agent, state=state, reason=reason)

    def chat(self, text: str = "Bonjour", *, door: int | None = None) -> tuple[int, int]:
        """A customer opens a chat and writes; returns (chat, contact)."""
        number = next(self.numbers)
        chat_id = self.do(
            chatting.begin,
            channel_id=door or self.ids.chat_door,
            token_hash=f"token-{number}".encode(),
            language="fr",
            page="https://shop.example/",
        )
        return chat_id, self.say(chat_id, text)

    def say(self, chat_id: int, text: str = "Et encore", key: str | None = None) -> int:
        key = key or f"word-{next(self.numbers)}"
        contact_id, _ = self.do(chatting.say, chat_id=chat_id, key=key, text=text)
        return contact_id

    def mail(self, **parts: Any) -> int:
        return self.do(receive_mail, mail=self.letter(**parts))

    def letter(self, **parts: Any) -> IncomingMail:
        number = next(self.numbers)
        usual: dict[str, Any] = {
            "key": f"mail-{number}",
            "channel_id": self.ids.mail_door,
            "received_ms": self.clock.at_ms,
            "sender": "zoe@customer.example",
            "sender_name": "Zoe",
            "reply_to": "",
            "subject": "A question",
            "text": "Where is it?",
            "new_text": "Where is it?",
            "message_id": f"<{number}@customer.example>",
        }
        return IncomingMail(**{**usual, **parts})

    def form(self, key: str) -> int:
        form = IncomingForm(
            key,
            self.ids.form_door,
            self.clock.at_ms,
            "zoe@customer.example",
            "Zoe",
            "fr",
            "Form",
            (("a", "A", "b"),),
        )
        return self.do(receive_form, form=form)

    def in_hand_of(self, agent: int, contact_id: int) -> int:
        """Accepts for the agent, whose offer it is."""
        assert self.holder(contact_id) == agent, self.contact(contact_id)
        self.do(offers.accept, contact_id=contact_id, agent_id=agent)
        return contact_id

    def stop(self) -> None:
        self.runner.stop()
        self.database.close()


@contextmanager
def staged(dsn: str, *, limits: dict[str, int] | None = None) -> Generator[Stage]:
    ids = furnish(dsn, limits=limits)
    database = Database(dsn, size_max=4)
    database.open()
    stage = Stage(dsn, ids, MadeClock(), database)
    try:
        yield stage
    finally:
        stage.stop()
