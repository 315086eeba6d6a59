"""Settings in PostgreSQL: one table a noun, lists and capacities in tables of their own."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString, cast

from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from affluent.centre.administration.channels import shown
from affluent.centre.administration.ports import Asked, AuditEntry, Row, SettingsUnit, Use, Waiting
from affluent.centre.integration import once
from affluent.routing.policy import Policy
from affluent.storage import audit, settings_pages
from affluent.storage.database import Conn, Database
from affluent.storage.idempotency import PgRepeated
from affluent.storage.kept import SettingsKept
from affluent.storage.lists import LISTS, write_list
from affluent.storage.sealing import Sealer, place_of, seal_signing, voice_place
from affluent.storage.settings import PgSettings
from affluent.storage.uses import UNSERVED, USES

if TYPE_CHECKING:
    from affluent.storage.writing import Writing

_LOCK = 0x0AFF0003
CHANGES_MAX = 100_000
SEALED = {"channels": place_of, "voice_servers": voice_place}
"""Whose secrets are sealed, and where they belong."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Where a noun is kept: `read` gives its rows as the API shows them, by name."""

    name: LiteralString
    columns: frozenset[str]
    read: LiteralString
    order: LiteralString = "lower(t.name), t.id"


def _table(
    name: LiteralString, columns: LiteralString, order: LiteralString = "lower(t.name), t.id"
) -> _Table:
    names = columns.split()
    listed: LiteralString = "select t.id, t.archived, t." + ", t.".join(names) + " from " + name + " t"
    return _Table(name, frozenset(names), listed, order)


_REACHED = ("url", "username", "ice_urls", "phones_url", "relayed")
_QUEUE_READ: LiteralString = (
    "select t.*, coalesce((select jsonb_agg(jsonb_build_object('skill_id', s.skill_id,"
    " 'required', s.required, 'level', s.level, 'weight', s.weight,"
    " 'relax_after_ms', s.relax_after_ms, 'floor', s.floor) order by s.skill_id)"
    " from queue_skill s where s.queue_id = t.id), '[]') as skills from queue t"
)
_UNITS: LiteralString = (
    " jsonb_build_object('voice', null, 'chat', null, 'email', null, 'form', null, 'message', null) || coalesce((select"
    " jsonb_object_agg(c.medium, c.units) from agent_capacity c where c.account_id = t.id), '{}') as units,"
    " jsonb_build_object('voice', 0, 'chat', 0, 'email', 0, 'form', 0, 'message', 0) || coalesce((select"
    " jsonb_object_agg(c.medium, c.kept_free) from agent_capacity c where c.account_id = t.id), '{}') as kept_free,"
)
_AGENT_READ: LiteralString = (
    "select t.id, t.archived, t.name, t.email, t.role, t.locale, t.team_id, t.active,"
    " t.password_hash is not null as has_password,"
    " array(select g.brand_id from account_brand g where g.account_id = t.id order by 1) as brand_ids,"
    " coalesce((select jsonb_agg(jsonb_build_object('skill_id', s.skill_id, 'level', s.level)"
    " order by s.skill_id) from agent_skill s where s.account_id = t.id), '[]') as skills,"
    " array(select g.group_id from agent_skill_group g where g.account_id = t.id order by 1) as group_ids,"
    " coalesce((select jsonb_agg(jsonb_build_object('queue_id', r.queue_id, 'rank', r.rank)"
    " order by r.queue_id) from agent_rank r where r.account_id = t.id), '[]') as ranks,"
    + _UNITS
    + " jsonb_build_object('voice', 0, 'chat', 0, 'email', 0, 'form', 0, 'message', 0) || coalesce((select"
    " jsonb_object_agg(c.medium, c.limit_count) from agent_capacity c where c.account_id = t.id), '{}') as capacity"
    " from account t"
)
_GROUP_READ: LiteralString = (
    "select t.*, coalesce((select jsonb_agg(jsonb_build_object('skill_id', s.skill_id, 'level', s.level)"
    " order by s.skill_id) from skill_group_skill s where s.group_id = t.id), '[]') as skills"
    " from skill_group t"
)
_SEGMENT_READ: LiteralString = (
    "select t.id, t.archived, t.name, t.brand_id, t.tier, jsonb_build_object('voice', null, 'chat', null,"
    " 'email', null, 'form', null, 'message', null) || t.targets as targets,"
    " coalesce((select jsonb_agg(jsonb_build_object('skill_id', s.skill_id, 'level', s.level,"
    " 'weight', s.weight, 'relax_after_ms', s.relax_after_ms)"
    " order by s.skill_id) from segment_skill s where s.segment_id = t.id), '[]') as skills from segment t"
)
_TEAM_READ: LiteralString = (
    "select t.*, coalesce((select jsonb_agg(jsonb_build_object('queue_id', r.queue_id, 'rank', r.rank)"
    " order by r.queue_id) from team_rank r where r.team_id = t.id), '[]') as ranks from team t"
)
_BY_MEDIUM = {"capacity": "limit_count", "units": "units", "kept_free": "kept_free"}
"""What an agent has by medium, with its column."""
_HEALTH = ("failures", "failing_since_ms", "resume_ms", "disabled_ms", "disabled_why")
_TABLES: dict[str, _Table] = {
    "brands": _table("brand", "name colour locale signature_fr signature_en closing_fr closing_en"),
    "teams": _Table("team", frozenset({"name", "brand_id"}), _TEAM_READ),
    "groups": _Table("skill_group", frozenset({"name"}), _GROUP_READ),
    "reserves": _table(
        "agent_reserve",
        "name brand_id medium queue_ids tier agents waiting team_id against_ids"
        " level_percent level_window_ms",
    ),
    "media": _table("medium_rule", "medium units interrupts pulls_back exclusive", "t.medium, t.id"),
    "defaults": _table("routing_default", "agent_order wake_reserve", "t.id, t.id"),
    "segments": _Table("segment", frozenset({"name", "brand_id", "tier", "targets"}), _SEGMENT_READ),
    # No noun of administration: channels refer to them.
    "menus": _table("menu", "name brand_id published"),
    "skills": _table("skill", "key name_fr name_en", "t.key, t.id"),
    "hours": _table("hours", "name timezone weekly holidays exceptions"),
    "queues": _Table(
        "queue",
        frozenset(
            {
                "brand_id",
                "name",
                "medium",
                "tier",
                "target_share",
                "target_ms",
                "hours_id",
                "set_aside_ms",
                "offer_ms",
                "keep_ms",
                "max_wait_ms",
                "target_clock",
                "short_abandon_ms",
                "agent_order",
                "team_ids",
                "max_length",
                "overflow_queue_id",
                "overflow_after_ms",
                "overflow_when_closed",
                "closes",
                "wrap_up_ms",
                "by_hand",
                "last_agent_ms",
                "repeat_ms",
                "tier_steps",
                "team_needs",
                "promises",
                "closing_fr",
                "closing_en",
                "announces",
                "announce_share",
                "cushion_share",
                "cushion_ms",
            }
        ),
        _QUEUE_READ,
    ),
    "agents": _Table(
        "account",
        frozenset(["name", "email", "role", "locale", "team_id", "active", "password_hash", "created_ms"]),
        _AGENT_READ,
    ),
    "channels": _table("channel", "brand_id medium name queue_id active settings secrets public_key"),
    "macros": _table("macro", "brand_id title body language", "lower(t.title), t.id"),
    "decline_reasons": _table("decline_reason", "code name_fr name_en position", "t.position, t.id"),
    "motives": _table(
        "motive",
        "brand_id name_fr name_en active media steer_fr steer_en steer_waiting",
        "lower(t.name_fr), t.id",
    ),
    "keys": _Table(
        "api_key",
        frozenset(
            ["name", "account_id", "rights", "brand_ids", "expires_ms", "prefix", "secret_hash", "created_ms"]
        ),
        "select t.id, t.archived, t.name, t.account_id, t.rights, t.brand_ids, t.expires_ms, t.prefix,"
        " t.created_ms, t.last_used_ms, (select p.name from account p where p.id = t.account_id) as account_name"
        " from api_key t",
    ),
    "webhooks": _Table(
        "webhook",
        frozenset(["brand_id", "name", "url", "events", "active", "secrets", "created_ms", *_HEALTH]),
        "select t.id, t.archived, t.brand_id, t.name, t.url, t.events, t.active, t.created_ms,"
        " t.failing_since_ms, t.disabled_ms, t.disabled_why from webhook t",
    ),
    "voice_servers": _Table(
        "voice_server",
        frozenset([*_REACHED, "name", "kind", "secrets", "country", "public_key", "active"]),
        "select t.id, t.archived, t.name, t.kind, t.url, t.username, t.country, t.active,"
        " t.ice_urls, t.phones_url, t.relayed, t.secrets <> '{}' as has_password from voice_server t",
    ),
    "problems": _table(
        "known_problem",
        "name brand_id message_fr message_en words motive_ids from_queue_ids queue_ids replies owner_id"
        " begins_ms ends_ms",
        "t.begins_ms, t.id",
    ),
    "rules": _table("rule", "brand_id name position active conditions actions", "t.position, t.id"),
}


class PostgresSettings:
    """The port `Settings` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()

    @contextmanager
    def unit(self) -> Generator[SettingsUnit]:
        with self._database.transaction() as conn:
            yield _Unit(conn, self._sealer)


class _Unit:
    def __init__(self, conn: Conn, sealer: Sealer) -> None:
        self._conn = conn
        self._sealer = sealer

    def lock(self) -> None:
        self._conn.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        # Only changes lock, and each once.
        once.settings_change(PgRepeated(self._conn).keep)

    def rows(self, noun: str, *, archived: bool = False) -> list[Row]:
        table = _TABLES[noun]
        statement = SQL(table.read) + SQL(" where t.archived = %s order by ") + SQL(table.order)
        return [_as_shown(noun, row) for row in self._conn.execute(statement, [archived]).fetchall()]

    def page(self, noun: str, asked: Asked) -> tuple[list[Row], int]:
        table = _TABLES[noun]
        sort = table.order.removesuffix(", t.id")
        rows, total = settings_pages.page(
            self._conn, noun, read=table.read, table=table.name, sort=sort, asked=asked
        )
        return [_as_shown(noun, row) for row in rows], total

    def row(self, noun: str, row_id: int) -> Row | None:
        row = self._conn.execute(SQL(_TABLES[noun].read) + SQL(" where t.id = %s"), [row_id]).fetchone()
        return None if row is None else _as_shown(noun, row)

    def insert(self, noun: str, values: Row) -> int:
        table = _TABLES[noun]
        if noun in SEALED and "secrets" in values:
            values = self._sealed(noun, values, values["public_key"])
        signing = values["secrets"] if noun == "webhooks" else None
        if signing is not None:
            # Bound to its webhook, whose identifier is known only when its row is there.
            values = {**values, "secrets": []}
        columns = sorted(table.columns & values.keys())
        statement = SQL("insert into {} ({}) values ({}) returning id").format(
            Identifier(table.name),
            SQL(", ").join(map(Identifier, columns)),
            SQL(", ").join([SQL("%s")] * len(columns)),
        )
        row = self._conn.execute(statement, [_adapted(values[column]) for column in columns]).fetchone()
        assert row is not None
        if signing is not None:
            kept = seal_signing(self._sealer, row["id"], signing)
            self._conn.execute("update webhook set secrets = %s where id = %s", [Jsonb(kept), row["id"]])
        self._write_lists(noun, row["id"], values)
        return int(row["id"])

    def update(self, noun: str, row_id: int, values: Row) -> None:
        table = _TABLES[noun]
        if noun in SEALED and "secrets" in values:
            statement = SQL("select public_key from {} where id = %s").format(Identifier(table.name))
            row = self._conn.execute(statement, [row_id]).fetchone()
            assert row is not None, "what is changed is there"
            values = self._sealed(noun, values, row["public_key"])
        columns = sorted((table.columns | {"archived"}) & values.keys())
        if columns:
            statement = SQL("update {} set {} where id = %s").format(
                Identifier(table.name),
                SQL(", ").join(SQL("{} = %s").format(Identifier(column)) for column in columns),
            )
            self._conn.execute(statement, [*(_adapted(values[column]) for column in columns), row_id])
        self._write_lists(noun, row_id, values)

    def _sealed(self, noun: str, values: Row, public_key: str) -> Row:
        return {**values, "secrets": self._sealer.seal(values["secrets"], SEALED[noun](public_key))}

    def _write_lists(self, noun: str, row_id: int, values: Row) -> None:
        for written in LISTS.get(noun, ()):
            write_list(self._conn, written, row_id, values)
        if noun == "agents":
            self._write_agent_lists(row_id, values)

    def _write_agent_lists(self, row_id: int, values: Row) -> None:
        for field, column in _BY_MEDIUM.items():
            for medium, told in values.get(field, {}).items():
                statement = SQL(
                    "insert into agent_capacity (account_id, medium, limit_count) values (%s, %s, 0)"
                    " on conflict (account_id, medium) do nothing"
                )
                self._conn.execute(statement, [row_id, medium])
                self._conn.execute(
                    SQL("update agent_capacity set {} = %s where account_id = %s and medium = %s").format(
                        Identifier(column)
                    ),
                    [told, row_id, medium],
                )

    def secrets(self, channel_id: int) -> dict[str, Any]:
        row = self._conn.execute(
            "select secrets, public_key from channel where id = %s", [channel_id]
        ).fetchone()
        return {} if row is None else self._sealer.open_or_none(row["secrets"], place_of(row["public_key"]))

    def uses(self, noun: str, row_id: int) -> list[Use]:
        found = [
            row
            for query in USES.get(noun, ())
            for row in self._conn.execute(query, {"id": row_id}).fetchall()
        ]
        return [Use(row["noun"], row["id"], row["name"]) for row in found]

    def unserved(self, queue_ids: Sequence[int] | None, brand_ids: Sequence[int] | None) -> list[Use]:
        rows = self._conn.execute(
            UNSERVED,
            {
                "queues": None if queue_ids is None else list(queue_ids),
                "brands": None if brand_ids is None else list(brand_ids),
            },
        ).fetchall()
        return [Use("queues", row["id"], row["name"]) for row in rows]

    def in_hand_of(self, account_id: int) -> int:
        row = self._conn.execute(
            "select count(*) as n from contact"
            " where agent_id = %s and state in ('offered', 'in_hand', 'sleeping')",
            [account_id],
        ).fetchone()
        assert row is not None
        return int(row["n"])

    def revoke_sessions(self, account_id: int) -> None:
        self._conn.execute(
            "update session set revoked = true where account_id = %s and not revoked", [account_id]
        )

    def note(self, entry: AuditEntry) -> None:
        audit.note(self._conn, entry)

    def batch(self) -> int:
        row = self._conn.execute("select nextval('audit_batch') as number").fetchone()
        assert row is not None
        return int(row["number"])

    def policy(self) -> Policy:
        # The policy is read by statements alone: nothing is looked at past what is held back, as a writer would.
        return PgSettings(cast("Writing", self._conn), SettingsKept()).policy()

    def waiting(self) -> list[Waiting]:
        rows = self._conn.execute(
            "select queue_id, demands, count(*) as n from contact where state = 'waiting' and queue_id is not null"
            " group by queue_id, demands order by queue_id, demands"
        ).fetchall()
        return [Waiting(row["queue_id"], row["demands"], row["n"]) for row in rows]

    def trail(
        self,
        brands: Sequence[int] | None,
        *,
        noun: str | None,
        noun_id: int | None,
        before_id: int | None,
        limit: int,
    ) -> list[Row]:
        return audit.trail(self._conn, brands, noun=noun, noun_id=noun_id, before_id=before_id, limit=limit)

    def changes(self, nouns: Mapping[str, Sequence[str] | None], **narrowed: Any) -> list[Row]:
        asked: dict[str, Any] = {
            "brands": None,
            "noun": None,
            "noun_id": None,
            "before_id": None,
            "limit": CHANGES_MAX,
        }
        return audit.trail(self._conn, **(asked | narrowed), nouns=nouns)


def _as_shown(noun: str, row: Row) -> Row:
    if noun != "channels":
        return row
    public = {name: value for name, value in row.items() if name not in ("secrets", "public_key")}
    return shown(public, row["secrets"], row["public_key"])


def _adapted(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
