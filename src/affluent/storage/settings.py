"""What administrators decided, as the centre and the engine read it."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.promised_hours import Promises
from affluent.centre.records import Channel, MotiveSteer, Opening, Problem, Queue, Rule, Segment
from affluent.centre.trials.records import Released
from affluent.facts.media import Medium
from affluent.routing.policy import AgentRule, Policy, QueueRule
from affluent.storage.kept import SettingsKept
from affluent.storage.problem_rows import PROBLEM, as_problem
from affluent.storage.routing_rules import SERVING, RoutingRules, need, sees
from affluent.storage.trials.released import RELEASED, turned
from affluent.storage.writing import Writing

CHANNEL: LiteralString = (
    "select id, brand_id, medium, name, queue_id, active, settings, secrets, public_key from channel"
)


def as_channel(row: dict[str, Any], secrets: dict[str, Any]) -> Channel:
    """A row of `CHANNEL`, with its secrets opened, or without them for whoever needs none."""
    opened: dict[str, Any] = {**row, "medium": Medium(row["medium"]), "secrets": secrets}
    return Channel(**opened)


class PgSettings:
    def __init__(self, conn: Writing, kept: SettingsKept) -> None:
        self._conn = conn
        self._kept = kept
        self._rules_of_routing = RoutingRules(conn)

    def forget(self) -> None:
        self._kept.forget()
        self._conn.forget()

    def policy(self) -> Policy:
        self._kept.forget()
        return self._rules_of_routing.policy()

    def agent_rule(self, account_id: int) -> AgentRule | None:
        return self._rules_of_routing.agent_rule(account_id)

    def queue_rules(self, queue_id: int) -> tuple[Sequence[QueueRule], bool] | None:
        return self._rules_of_routing.queue_rules(queue_id)

    def channel(self, channel_id: int) -> Channel | None:
        return self._kept.answer(("channel", channel_id), lambda: self._channel(channel_id))

    def _channel(self, channel_id: int) -> Channel | None:
        row = self._conn.look(CHANNEL + " where id = %s", (channel_id,)).fetchone()
        return None if row is None else as_channel(row, {})

    def queue(self, queue_id: int) -> Queue | None:
        return self._kept.answer(("queue", queue_id), lambda: self._queue(queue_id))

    def _queue(self, queue_id: int) -> Queue | None:
        row = self._conn.look(
            "select q.*, h.timezone, h.weekly, h.holidays, h.exceptions, h.edition,"
            " b.closing_fr as brand_fr, b.closing_en as brand_en,"
            " coalesce((select jsonb_agg(to_jsonb(s) order by s.skill_id) from queue_skill s"
            " where s.queue_id = q.id), '[]') as needs from queue q join brand b on b.id = q.brand_id"
            " left join hours h on h.id = q.hours_id where q.id = %s and not q.archived",
            (queue_id,),
        ).fetchone()
        if row is None:
            return None
        tried = turned(self._conn.look).get(("queues", queue_id), {})
        row = {**row, **tried, "needs": tried.get("skills", row["needs"])}
        hours = (
            {key: row[key] for key in ("timezone", "weekly", "holidays", "exceptions")}
            if row["timezone"]
            else None
        )
        return Queue(
            row["id"],
            row["brand_id"],
            row["name"],
            Medium(row["medium"]),
            row["target_ms"],
            row["keep_ms"],
            hours,
            row["target_clock"],
            row["edition"],
            closes=row["closes"],
            passes_on=row["overflow_queue_id"] is not None and row["overflow_when_closed"],
            wrap_up_ms=row["wrap_up_ms"],
            last_agent_ms=row["last_agent_ms"],
            repeat_ms=row["repeat_ms"],
            needs=tuple(map(need, row["needs"])),
            by_hand=row["by_hand"],
            promises=None if row["promises"] is None else Promises(**row["promises"]),
            closing_fr=row["closing_fr"] or row["brand_fr"],
            closing_en=row["closing_en"] or row["brand_en"],
        )

    def segment(self, name: str, brand_id: int) -> Segment | None:
        return self._kept.answer(("segment", name, brand_id), lambda: self._segment(name, brand_id))

    def _segment(self, name: str, brand_id: int) -> Segment | None:
        row = self._conn.look(
            "select s.*, coalesce((select jsonb_agg(to_jsonb(k) || '{\"required\": false}' order by k.skill_id)"
            " from segment_skill k where k.segment_id = s.id), '[]') as needs from segment s"
            " where lower(s.name) = lower(%s) and (s.brand_id is null or s.brand_id = %s) and not s.archived"
            " order by s.brand_id nulls last limit 1",
            (name, brand_id),
        ).fetchone()
        if row is None:
            return None
        return Segment(row["name"], row["tier"], row["targets"], tuple(map(need, row["needs"])), row["id"])

    def released(self) -> Sequence[Released]:
        return self._kept.answer(("released",), self._released)

    def _released(self) -> Sequence[Released]:
        return [Released(**row) for row in self._conn.look(RELEASED, ()).fetchall()]

    def opening(self) -> Sequence[Opening]:
        rows = self._conn.execute(_OPENING).fetchall()
        kept = ("timezone", "weekly", "holidays", "exceptions")
        return [
            Opening(
                row["id"],
                row["name"],
                {name: row[name] for name in kept} if row["closes"] and row["timezone"] else None,
                row["since_ms"] is not None,
            )
            for row in rows
        ]

    def set_closed(self, queue_id: int, since_ms: int | None) -> None:
        if since_ms is None:
            self._conn.execute("delete from queue_closed where queue_id = %s", (queue_id,))
        else:
            self._conn.execute(
                "insert into queue_closed values (%s, %s) on conflict do nothing", (queue_id, since_ms)
            )

    def problems(self) -> Sequence[Problem]:
        return self._kept.answer(("problems",), self._problems)

    def _problems(self) -> Sequence[Problem]:
        rows = self._conn.look(PROBLEM + " where live or not archived order by id", ()).fetchall()
        return [as_problem(row) for row in rows]

    def problem(self, problem_id: int) -> Problem | None:
        row = self._conn.look(PROBLEM + " where id = %s", (problem_id,)).fetchone()
        return None if row is None else as_problem(row)

    def motive_steer(self, motive_id: int) -> MotiveSteer | None:
        return self._kept.answer(("motive_steer", motive_id), lambda: self._motive_steer(motive_id))

    def _motive_steer(self, motive_id: int) -> MotiveSteer | None:
        row = self._conn.look(
            "select media, steer_fr, steer_en, steer_waiting from motive"
            " where id = %s and media <> '[]' and not archived",
            (motive_id,),
        ).fetchone()
        if row is None:
            return None
        return MotiveSteer(tuple(row["media"]), row["steer_fr"], row["steer_en"], row["steer_waiting"])

    def channels_of(self, brand_id: int, medium: Medium) -> Sequence[Channel]:
        key = ("channels_of", brand_id, medium)
        return self._kept.answer(key, lambda: self._channels_of(brand_id, medium))

    def _channels_of(self, brand_id: int, medium: Medium) -> Sequence[Channel]:
        rows = self._conn.look(
            CHANNEL + " where brand_id = %s and medium = %s and active and not archived order by id",
            (brand_id, medium.value),
        ).fetchall()
        return [as_channel(row, {}) for row in rows]

    def public_url(self) -> str | None:
        return self._kept.answer(("public_url",), self._public_url)

    def _public_url(self) -> str | None:
        row = self._conn.look("select value from setting where key = 'public_url'", ()).fetchone()
        return None if row is None else row["value"]

    def keep_problem(self, problem_id: int, *, live: bool, seen_contact: int | None) -> None:
        self._kept.forget()
        self._conn.execute(
            "update known_problem set live = %s, seen_contact = %s where id = %s",
            (live, seen_contact, problem_id),
        )

    def rules(self, brand_id: int) -> Sequence[Rule]:
        return self._kept.answer(("rules", brand_id), lambda: self._rules(brand_id))

    def _rules(self, brand_id: int) -> Sequence[Rule]:
        rows = self._conn.look(
            "select id, name, conditions, actions from rule where brand_id = %s and active and not archived"
            " order by position, id",
            (brand_id,),
        ).fetchall()
        return [Rule(row["id"], row["name"], tuple(row["conditions"]), row["actions"]) for row in rows]

    def account_name(self, account_id: int) -> str | None:
        return self._kept.answer(("account_name", account_id), lambda: self._account_name(account_id))

    def _account_name(self, account_id: int) -> str | None:
        row = self._conn.look("select name from account where id = %s", (account_id,)).fetchone()
        return None if row is None else row["name"]

    def account_serves(self, account_id: int, brand_id: int) -> bool:
        key = ("account_serves", account_id, brand_id)
        return self._kept.answer(key, lambda: self._account_serves(account_id, brand_id))

    def _account_serves(self, account_id: int, brand_id: int) -> bool:
        row = self._conn.look(
            "select role, array(select brand_id from account_brand where account_id = a.id) as brands"
            " from account a where id = %s and active and not archived and role = any(%s)",
            (account_id, list(SERVING)),
        ).fetchone()
        return row is not None and brand_id in sees(row, [brand_id])

    def decline_reason_usable(self, code: str) -> bool:
        row = self._conn.look(
            "select 1 as found from decline_reason where code = %s and not archived", (code,)
        ).fetchone()
        return row is not None

    def motive_usable(self, motive_id: int, brand_id: int) -> bool:
        key = ("motive_usable", motive_id, brand_id)
        return self._kept.answer(key, lambda: self._motive_usable(motive_id, brand_id))

    def _motive_usable(self, motive_id: int, brand_id: int) -> bool:
        row = self._conn.look(
            "select 1 from motive where id = %s and not archived and active"
            " and (brand_id is null or brand_id = %s)",
            (motive_id, brand_id),
        ).fetchone()
        return row is not None


_OPENING = """
select q.id, q.name, q.closes and not q.archived as closes, c.since_ms, h.timezone, h.weekly, h.holidays, h.exceptions
from queue q left join queue_closed c on c.queue_id = q.id left join hours h on h.id = q.hours_id
where (q.closes and not q.archived) or c.queue_id is not null order by q.id"""
