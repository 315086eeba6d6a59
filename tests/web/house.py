"""A centre for tests of the web layer: real storage, a clock that only moves when told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from affluent.centre.administration.administration import Administration
from affluent.centre.declines import Declines
from affluent.centre.figuring import Figuring
from affluent.centre.integration.keys import KeyRing
from affluent.centre.signing_in import SigningIn
from affluent.storage.accounts import PostgresAccounts
from affluent.storage.administration import PostgresSettings
from affluent.storage.api_keys import PgKeys
from affluent.storage.database import Database
from affluent.storage.declines import PgDeclines
from affluent.storage.idempotency import PgRepeats
from affluent.storage.outcomes import PgOutcomes
from affluent.web import figures
from affluent.web.app import create_app
from affluent.web.services import Services

START_MS = 1_790_000_000_000
WRITES = {"X-Affluent": "1"}


@dataclass
class MadeClock:
    """A clock that stands still until it is moved."""

    at_ms: int = START_MS

    def now_ms(self) -> int:
        return self.at_ms

    def pass_ms(self, ms: int) -> None:
        self.at_ms += ms


@dataclass
class Told:
    """Remembers which settings it was told had changed; sessions are looked up again, as in a running centre."""

    signing_in: SigningIn
    changes: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def changed(self, noun: str, row_id: int) -> None:
        self.changes.append((noun, row_id))
        self.signing_in.forget()

    def together(self, changed: Sequence[tuple[str, int]]) -> None:
        self.changes.extend(changed)
        self.signing_in.forget()


@dataclass
class House:
    """The application with what tests look at behind its back."""

    app: FastAPI
    database: Database
    clock: MadeClock
    changed: list[tuple[str, int]]

    def browser(self, **headers: str) -> TestClient:
        return TestClient(
            self.app,
            base_url="http://centre.test",
            headers={**WRITES, "Accept-Language": "en", **headers},
            raise_server_exceptions=False,
        )

    def query(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        with self.database.transaction() as conn:
            # Tests write their statements themselves.
            return conn.execute(sql.encode(), params).fetchall()


def build(database: Database) -> House:
    clock = MadeClock()
    signing_in = SigningIn(PostgresAccounts(database), clock)
    told = Told(signing_in)
    administration = Administration(PostgresSettings(database), clock, told=told)
    services = Services(
        clock=clock,
        signing_in=signing_in,
        administration=administration,
        keys=KeyRing(PgKeys(database), clock),
        repeats=PgRepeats(database),
    )
    app = create_app(services, more=figures.ROUTERS)
    app.state.figuring = Figuring(PgOutcomes(database), clock)
    app.state.declines = Declines(PgDeclines(database), app.state.figuring)
    return House(app, database, clock, told.changes)
