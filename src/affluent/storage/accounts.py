"""Accounts, sessions and failed sign-ins in PostgreSQL."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from affluent.centre.signing_in import (
    AccountsUnit,
    Brand,
    Credentials,
    From,
    HeldSession,
    Me,
    Session,
    SessionRow,
    Team,
)
from affluent.centre.wall import Role
from affluent.storage.database import Conn, Database

_PREFERENCES = ("locale", "theme", "keys_enabled")
_START_LOCK = 0x0AFF0001
_FAILURE_LOCK = 0x0AFF0002


class PostgresAccounts:
    """The port `Accounts` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def unit(self) -> Generator[AccountsUnit]:
        with self._database.transaction() as conn:
            yield _Unit(conn)


class _Unit:
    def __init__(self, conn: Conn) -> None:
        self._conn = conn

    def lock_start(self) -> None:
        self._conn.execute("select pg_advisory_xact_lock(%s)", [_START_LOCK])

    def any_account(self) -> bool:
        return self._conn.execute("select 1 from account limit 1").fetchone() is not None

    def add_administrator(
        self, name: str, email: str, password_hash: str, locale: str, *, now_ms: int
    ) -> int:
        row = self._conn.execute(
            "insert into account (email, name, password_hash, role, locale, created_ms)"
            " values (%s, %s, %s, 'administrator', %s, %s) returning id",
            [email, name, password_hash, locale, now_ms],
        ).fetchone()
        assert row is not None
        return int(row["id"])

    def credentials(self, email: str) -> Credentials | None:
        row = self._conn.execute(
            "select id, password_hash from account"
            " where lower(email) = lower(%s) and active and not archived",
            [email],
        ).fetchone()
        return Credentials(row["id"], row["password_hash"]) if row else None

    def credentials_of(self, account_id: int) -> Credentials | None:
        row = self._conn.execute(
            "select id, password_hash from account where id = %s and active and not archived", [account_id]
        ).fetchone()
        return Credentials(row["id"], row["password_hash"]) if row else None

    def set_password(self, account_id: int, password_hash: str) -> None:
        self._conn.execute("update account set password_hash = %s where id = %s", [password_hash, account_id])

    def me(self, account_id: int) -> Me | None:
        row = self._conn.execute(
            "select a.id, a.name, a.email, a.role, a.locale, a.theme, a.keys_enabled,"
            " t.id as team_id, t.name as team_name"
            " from account a left join team t on t.id = a.team_id"
            " where a.id = %s and a.active and not a.archived",
            [account_id],
        ).fetchone()
        if row is None:
            return None
        brands = self._conn.execute(
            "select b.id, b.name, b.colour from brand b where not b.archived and ("
            " exists (select from account_brand g where g.account_id = %(id)s and g.brand_id = b.id)"
            " or (%(role)s = 'administrator' and not exists"
            "     (select from account_brand g where g.account_id = %(id)s)))"
            " order by lower(b.name), b.id",
            {"id": account_id, "role": row["role"]},
        ).fetchall()
        return Me(
            id=row["id"],
            name=row["name"],
            email=row["email"],
            role=Role(row["role"]),
            locale=row["locale"],
            theme=row["theme"],
            brands=tuple(Brand(b["id"], b["name"], b["colour"]) for b in brands),
            team=Team(row["team_id"], row["team_name"]) if row["team_id"] else None,
            keys_enabled=row["keys_enabled"],
        )

    def set_preferences(self, account_id: int, changes: dict[str, Any]) -> None:
        for column, value in changes.items():
            assert column in _PREFERENCES, column
            self._conn.execute(
                SQL("update account set {} = %s where id = %s").format(Identifier(column)),
                [value, account_id],
            )

    def open_session(
        self, token_hash: bytes, account_id: int, came: From, *, now_ms: int, expires_ms: int
    ) -> int:
        row = self._conn.execute(
            "insert into session"
            " (token_hash, account_id, created_ms, last_seen_ms, expires_ms, user_agent, ip)"
            " values (%s, %s, %s, %s, %s, %s, %s) returning id",
            [token_hash, account_id, now_ms, now_ms, expires_ms, came.user_agent, came.ip],
        ).fetchone()
        assert row is not None
        return int(row["id"])

    def live_session(self, token_hash: bytes, *, now_ms: int) -> SessionRow | None:
        row = self._conn.execute(
            "select s.id, s.last_seen_ms, a.id as account_id, a.name, a.role, a.locale,"
            " array(select g.brand_id from account_brand g where g.account_id = a.id) as granted"
            " from session s join account a on a.id = s.account_id"
            " where s.token_hash = %s and not s.revoked and s.expires_ms > %s"
            " and a.active and not a.archived",
            [token_hash, now_ms],
        ).fetchone()
        if row is None:
            return None
        return SessionRow(
            id=row["id"],
            last_seen_ms=row["last_seen_ms"],
            account_id=row["account_id"],
            name=row["name"],
            role=Role(row["role"]),
            locale=row["locale"],
            granted=tuple(row["granted"]),
        )

    def seen(self, session_id: int, *, now_ms: int, expires_ms: int) -> None:
        self._conn.execute(
            "update session set last_seen_ms = %s, expires_ms = %s where id = %s and last_seen_ms < %s",
            [now_ms, expires_ms, session_id, now_ms],
        )

    def sessions(self, account_id: int, *, now_ms: int) -> Sequence[Session]:
        rows = self._conn.execute(
            "select id, created_ms, last_seen_ms, user_agent, ip from session"
            " where account_id = %s and not revoked and expires_ms > %s order by last_seen_ms desc, id desc",
            [account_id, now_ms],
        ).fetchall()
        return [Session(**row) for row in rows]

    def every_session(self, *, now_ms: int) -> Sequence[HeldSession]:
        rows = self._conn.execute(
            "select s.id, s.created_ms, s.last_seen_ms, s.user_agent, s.ip, a.id as account_id, a.name, a.role,"
            " array(select g.brand_id from account_brand g where g.account_id = a.id) as granted"
            " from session s join account a on a.id = s.account_id"
            " where not s.revoked and s.expires_ms > %s order by s.last_seen_ms desc, s.id desc",
            [now_ms],
        ).fetchall()
        return [
            HeldSession(
                Session(row["id"], row["created_ms"], row["last_seen_ms"], row["user_agent"], row["ip"]),
                row["account_id"],
                row["name"],
                Role(row["role"]),
                tuple(row["granted"]),
            )
            for row in rows
        ]

    def revoke(self, account_id: int, session_id: int) -> bool:
        done = self._conn.execute(
            "update session set revoked = true where id = %s and account_id = %s and not revoked",
            [session_id, account_id],
        )
        return done.rowcount == 1

    def revoke_all(self, account_id: int, *, but: int | None = None) -> None:
        self._conn.execute(
            "update session set revoked = true"
            " where account_id = %s and not revoked and id is distinct from %s::bigint",
            [account_id, but],
        )

    def failures(self, email: str, ip: str, *, since_ms: int) -> tuple[int, int, int | None]:
        # One at a time, for one address: tries at the same instant must see each other.
        self._conn.execute("select pg_advisory_xact_lock(%s, hashtext(%s))", [_FAILURE_LOCK, ip])
        row = self._conn.execute(
            "select count(*) filter (where email = %(email)s) as of_pair, count(*) as of_address,"
            " coalesce(min(at_ms) filter (where email = %(email)s), min(at_ms)) as earliest_ms"
            " from sign_in_failure where ip = %(ip)s and at_ms > %(since_ms)s",
            {"email": email, "ip": ip, "since_ms": since_ms},
        ).fetchone()
        assert row is not None
        return int(row["of_pair"]), int(row["of_address"]), row["earliest_ms"]

    def add_failure(self, email: str, ip: str, *, now_ms: int) -> None:
        self._conn.execute(
            "insert into sign_in_failure (email, ip, at_ms) values (%s, %s, %s)", [email, ip, now_ms]
        )

    def forget_failures(self, email: str, ip: str, *, before_ms: int) -> None:
        self._conn.execute(
            "delete from sign_in_failure where (email = %s and ip = %s) or at_ms < %s", [email, ip, before_ms]
        )

    def note(self, account_id: int, action: str, *, now_ms: int, by: int | None = None) -> None:
        self._conn.execute(
            "insert into audit (at_ms, account_id, action, noun, noun_id, after)"
            " values (%s, %s, %s, 'agents', %s, %s)",
            [now_ms, account_id if by is None else by, action, account_id, Jsonb({})],
        )
