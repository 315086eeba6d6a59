"""Accounts and sessions where they are kept: who may sign in, what a session sees, what is forgotten and when."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from tests.centre.stage import START_MS, Ids, furnish

from affluent.centre.signing_in import AccountsUnit, From
from affluent.centre.wall import Role
from affluent.storage.accounts import PostgresAccounts
from affluent.storage.database import Database

HOUR_MS = 3_600_000
CAME = From(ip="192.0.2.1", user_agent="Firefox")
TOKEN, OTHER = b"one token", b"another token"


@pytest.fixture
def ids(dsn: str) -> Ids:
    return furnish(dsn)


@pytest.fixture
def database(dsn: str) -> Generator[Database]:
    made = Database(dsn, size_max=6)
    made.open()
    yield made
    made.close()


@contextmanager
def unit(database: Database) -> Generator[AccountsUnit]:
    with PostgresAccounts(database).unit() as opened:
        yield opened


def change(dsn: str, statement: str, *values: object) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute(statement.encode(), values)


def open_session(database: Database, account: int, token: bytes = TOKEN, at_ms: int = START_MS) -> int:
    with unit(database) as one:
        return one.open_session(token, account, CAME, now_ms=at_ms, expires_ms=at_ms + HOUR_MS)


def test_the_first_administrator_is_made_once_however_many_ask_at_the_same_time(database: Database) -> None:
    def start(number: int) -> int | None:
        with unit(database) as one:
            one.lock_start()
            if one.any_account():
                return None
            return one.add_administrator("Ada", f"ada{number}@example.org", "hash", "fr", now_ms=START_MS)

    with ThreadPoolExecutor(5) as pool:
        made = [one for one in pool.map(start, range(5)) if one is not None]
    assert len(made) == 1
    with unit(database) as one:
        me = one.me(made[0])
    assert me is not None
    assert (me.role, me.locale, me.brands, me.team) == (Role.ADMINISTRATOR, "fr", (), None)


@pytest.mark.parametrize("gone", ["active = false", "archived = true"])
def test_who_left_can_neither_sign_in_nor_go_on(dsn: str, database: Database, ids: Ids, gone: str) -> None:
    change(dsn, "update account set password_hash = 'hash' where id = %s", ids.ada)
    open_session(database, ids.ada)
    with unit(database) as one:
        found = one.credentials("ADA@example.org")
        assert found is not None and (found.account_id, found.password_hash) == (ids.ada, "hash")
        assert one.credentials("nobody@example.org") is None
    change(dsn, f"update account set {gone} where id = %s", ids.ada)
    with unit(database) as one:
        assert one.credentials("ada@example.org") is one.credentials_of(ids.ada) is one.me(ids.ada) is None
        assert one.live_session(TOKEN, now_ms=START_MS + 1) is None


def test_a_session_sees_the_brands_and_the_role_of_its_person_as_they_are_now(
    dsn: str, database: Database, ids: Ids
) -> None:
    session = open_session(database, ids.sam)
    with unit(database) as one:
        row = one.live_session(TOKEN, now_ms=START_MS + 1)
    assert row is not None
    assert (row.id, row.account_id, row.role) == (session, ids.sam, Role.SUPERVISOR)
    assert set(row.granted) == {ids.north, ids.south}
    change(dsn, "delete from account_brand where account_id = %s and brand_id = %s", ids.sam, ids.south)
    change(dsn, "update account set role = 'agent' where id = %s", ids.sam)
    with unit(database) as one:
        row = one.live_session(TOKEN, now_ms=START_MS + 1)
        me = one.me(ids.sam)
    assert row is not None and (row.granted, row.role) == ((ids.north,), Role.AGENT)
    assert me is not None and [brand.id for brand in me.brands] == [ids.north]


def test_without_named_brands_an_administrator_has_all_and_anyone_else_none(
    dsn: str, database: Database, ids: Ids
) -> None:
    change(dsn, "delete from account_brand where account_id = any(%s)", [ids.sam, ids.ada])
    change(dsn, "update account set role = 'administrator' where id = %s", ids.sam)
    change(dsn, "update brand set archived = true where id = %s", ids.south)
    with unit(database) as one:
        sam, ada = one.me(ids.sam), one.me(ids.ada)
    assert sam is not None and [brand.name for brand in sam.brands] == ["North"], "not one that was put away"
    assert ada is not None and ada.brands == ()


def test_a_session_ends_at_its_time_and_lives_on_while_it_is_used(database: Database, ids: Ids) -> None:
    session = open_session(database, ids.ada)
    with unit(database) as one:
        assert one.live_session(TOKEN, now_ms=START_MS + HOUR_MS - 1) is not None
        assert one.live_session(TOKEN, now_ms=START_MS + HOUR_MS) is None
        assert one.live_session(OTHER, now_ms=START_MS) is None
        one.seen(session, now_ms=START_MS + 1_000, expires_ms=START_MS + 2 * HOUR_MS)
        # A request that was slow to be noted does not take back what a later one said.
        one.seen(session, now_ms=START_MS + 500, expires_ms=START_MS + HOUR_MS)
        row = one.live_session(TOKEN, now_ms=START_MS + HOUR_MS)
    assert row is not None and row.last_seen_ms == START_MS + 1_000


def test_sessions_are_ended_one_all_but_one_and_only_ones_own(database: Database, ids: Ids) -> None:
    first, second = open_session(database, ids.ada), open_session(database, ids.ada, OTHER, START_MS + 5)
    bobs = open_session(database, ids.bob, b"of bob")
    with unit(database) as one:
        assert [row.id for row in one.sessions(ids.ada, now_ms=START_MS + 6)] == [second, first], (
            "latest first"
        )
        assert (
            row := one.sessions(ids.ada, now_ms=START_MS + 6)[0]
        ).ip == CAME.ip and row.user_agent == CAME.user_agent
        assert not one.revoke(ids.ada, bobs) and one.revoke(ids.ada, first) and not one.revoke(ids.ada, first)
        assert one.live_session(TOKEN, now_ms=START_MS + 6) is None
    third = open_session(database, ids.ada, b"third")
    with unit(database) as one:
        one.revoke_all(ids.ada, but=third)
        assert [row.id for row in one.sessions(ids.ada, now_ms=START_MS + 6)] == [third]
        held = one.every_session(now_ms=START_MS + 6)
        assert {(row.session.id, row.account_id) for row in held} == {(third, ids.ada), (bobs, ids.bob)}
        one.revoke_all(ids.ada)
        assert one.sessions(ids.ada, now_ms=START_MS + 6) == []
        assert one.live_session(b"of bob", now_ms=START_MS + 6) is not None


def test_failures_are_counted_by_pair_and_by_address_and_forgotten_in_time(database: Database) -> None:
    home, away = "192.0.2.1", "192.0.2.2"
    with unit(database) as one:
        tries = ((1, "a@x", home), (2, "a@x", home), (3, "b@x", home), (4, "a@x", away))
        for at_ms, email, ip in tries:
            one.add_failure(email, ip, now_ms=at_ms)
        assert one.failures("a@x", home, since_ms=0) == (2, 3, 1)
        assert one.failures("c@x", home, since_ms=0) == (0, 3, 1), "another name from there waits as well"
        assert one.failures("a@x", home, since_ms=1) == (1, 2, 2)
        assert one.failures("a@x", "192.0.2.3", since_ms=0) == (0, 0, None)
        one.forget_failures("a@x", home, before_ms=0)
        assert one.failures("a@x", home, since_ms=0) == (0, 1, 3)
        assert one.failures("a@x", away, since_ms=0) == (1, 1, 4)
        one.forget_failures("z@x", home, before_ms=4)
        assert one.failures("b@x", home, since_ms=0) == (0, 0, None)


def test_tries_of_one_address_at_the_same_instant_see_each_other(database: Database) -> None:
    def attempt(_: int) -> int:
        with unit(database) as one:
            seen = one.failures("a@x", "192.0.2.1", since_ms=0)[0]
            one.add_failure("a@x", "192.0.2.1", now_ms=1)
            return seen

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(attempt, range(5))) == [0, 1, 2, 3, 4]


def test_preferences_and_passwords_change_for_their_person_alone(database: Database, ids: Ids) -> None:
    with unit(database) as one:
        one.set_preferences(ids.ada, {"locale": "en", "theme": "dark", "keys_enabled": False})
        one.set_password(ids.ada, "new hash")
        ada, bob = one.me(ids.ada), one.me(ids.bob)
        assert ada is not None and (ada.locale, ada.theme, ada.keys_enabled) == ("en", "dark", False)
        assert bob is not None and (bob.locale, bob.keys_enabled) == ("fr", True)
        theirs = one.credentials_of(ids.ada)
        assert theirs is not None and theirs.password_hash == "new hash"
        with pytest.raises(AssertionError):
            one.set_preferences(ids.ada, {"role": "administrator"})


def test_what_is_noted_names_who_did_it_and_to_whom(database: Database, ids: Ids) -> None:
    with unit(database) as one:
        one.note(ids.ada, "password", now_ms=7)
        one.note(ids.ada, "end_session", now_ms=8, by=ids.sam)
    with database.transaction() as conn:
        rows = conn.execute("select account_id, action, noun, noun_id from audit order by id").fetchall()
    assert [tuple(row.values()) for row in rows] == [
        (ids.ada, "password", "agents", ids.ada),
        (ids.sam, "end_session", "agents", ids.ada),
    ]
