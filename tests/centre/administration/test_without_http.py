"""Administration without HTTP: how a ready-made centre is set up."""

from collections.abc import Generator

import pytest

from affluent.centre.administration.administration import Administration
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.signing_in import From, SigningIn
from affluent.centre.wall import Role, Viewer
from affluent.storage.accounts import PostgresAccounts
from affluent.storage.administration import PostgresSettings
from affluent.storage.database import Database

HERE = From("127.0.0.1", "tests")


class StillClock:
    """A clock that stands."""

    def now_ms(self) -> int:
        return 1_790_000_000_000


@pytest.fixture
def database(dsn: str) -> Generator[Database, None, None]:
    opened = Database(dsn, size_max=3)
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def administration(database: Database) -> Administration:
    return Administration(PostgresSettings(database), StillClock())


@pytest.fixture
def first(database: Database) -> Viewer:
    """The first administrator, as the one who sets up."""
    me = (
        SigningIn(PostgresAccounts(database), StillClock())
        .start("Ada", "ada@a.fr", "a-long-password", "fr", HERE)
        .me
    )
    return Viewer(me.id, me.name, me.role, me.locale, None)


def test_a_centre_is_set_up_by_calls(administration: Administration, first: Viewer) -> None:
    brand = administration.create(first, "brands", {"name": "Rivage"})
    skill = administration.create(first, "skills", {"key": "fr", "name_fr": "Français", "name_en": "French"})
    queue = administration.create(
        first,
        "queues",
        {
            "brand_id": brand["id"],
            "name": "Tchat",
            "medium": "chat",
            "target_ms": 40_000,
            "skills": [{"skill_id": skill["id"], "level": 2}],
        },
    )
    assert [warning["code"] for warning in queue["warnings"]] == ["queue_unserved"]
    person = {"name": "Léa", "email": "lea@a.fr", "password": "a-fine-password", "brand_ids": [brand["id"]]}
    level = {"skills": [{"skill_id": skill["id"], "level": 2}]}
    administration.create(first, "agents", {**person, **level})
    assert administration.read(first, "queues", queue["id"])["warnings"] == []


def test_refusals_are_typed_and_leave_nothing_behind(administration: Administration, first: Viewer) -> None:
    with pytest.raises(Invalid) as refused:
        administration.create(first, "brands", {"name": "Rivage", "colour": "blue"})
    assert (refused.value.code, refused.value.field) == ("not_a_colour", "colour")
    with pytest.raises(NotFound):
        administration.change(first, "brands", 4040, {"name": "x"})
    agent = Viewer(first.account_id, "x", Role.AGENT, "fr", frozenset({1}))
    with pytest.raises(Forbidden):
        administration.list_(agent, "brands")
    assert administration.list_(first, "brands") == []


def test_a_name_is_free_again_once_put_away(administration: Administration, first: Viewer) -> None:
    old = administration.create(first, "brands", {"name": "Rivage"})
    with pytest.raises(Invalid, match="taken"):
        administration.create(first, "brands", {"name": "RIVAGE"})
    administration.archive(first, "brands", old["id"])
    administration.create(first, "brands", {"name": "Rivage"})
    with pytest.raises(Refusal, match="taken"):
        administration.change(first, "brands", old["id"], {"archived": False})
