"""What administrators decided, as the centre and the engine read it."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.administration.media import medium_rule
from affluent.centre.administration.queues import team_needs, tier_steps
from affluent.centre.records import Channel, MotiveSteer, Opening, Problem, Queue, Rule, Segment
from affluent.centre.trials_records import Released
from affluent.facts.media import Medium
from affluent.routing.policy import (
    AgentOrder,
    AgentReserve,
    AgentRule,
    Overflow,
    Policy,
    QueueRule,
    SkillNeed,
)
from affluent.storage.kept import SettingsKept
from affluent.storage.problem_rows import PROBLEM, as_problem
from affluent.storage.trials_released import RELEASED, turned
from affluent.storage.writing import Writing

SERVING = ("administrator", "supervisor", "agent")


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

    def forget(self) -> None:
        self._kept.forget()
        self._conn.forget()

    def policy(self) -> Policy:
        self._kept.forget()
        real = [row["id"] for row in self._conn.execute("select id from skill order by id").fetchall()]
        walls = [
            brand_skill(row["id"])
            for row in self._conn.execute("select id from brand order by id").fetchall()
        ]
        skills = frozenset((*real, *walls))
        media = tuple(
            medium_rule(row) for row in self._conn.execute("select * from medium_rule order by id").fetchall()
        )
        known = {rule.medium for rule in media}
        queues = self._queues(known)
        default = self._conn.execute("select * from routing_default").fetchone()
        assert default is not None, "made with the schema"
        return Policy(
            media=media,
            order=AgentOrder(default["agent_order"]),
            reserve=default["wake_reserve"],
            skills=skills,
            queues=queues,
            agents=self._agents(known),
            agent_reserves=self._reserves({queue.id for queue in queues}),
        )

    def _reserves(self, known: set[int]) -> tuple[AgentReserve, ...]:
        """Reserves, without the queues that are gone; one that was for these alone is for nothing."""
        rows = self._conn.execute("select * from agent_reserve where not archived order by id").fetchall()
        tried = turned(self._conn.execute)
        rows = [{**row, **tried.get(("reserves", row["id"]), {})} for row in rows]
        reserves = [
            AgentReserve(
                medium=row["medium"],
                queues=tuple(one for one in row["queue_ids"] if one in known),
                tier=row["tier"],
                agents=row["agents"],
                waiting=row["waiting"],
                team=row["team_id"],
                against=tuple(one for one in row["against_ids"] if one in known),
            )
            for row in rows
        ]
        return tuple(one for one in reserves if one.queues or (one.tier is not None and one.waiting is None))

    def _queues(self, known: set[str]) -> tuple[QueueRule, ...]:
        needs: dict[int, list[SkillNeed]] = {}
        for row in self._conn.execute("select * from queue_skill order by queue_id, skill_id").fetchall():
            needs.setdefault(row["queue_id"], []).append(_need(row))
        rows = [row for row in self._conn.execute(_QUEUES).fetchall() if row["medium"] in known]
        ids = {row["id"] for row in rows}
        tried = turned(self._conn.execute)
        rows = [{**row, **tried.get(("queues", row["id"]), {})} for row in rows]
        needs |= {row["id"]: list(map(_need, row["skills"])) for row in rows if "skills" in row}
        return tuple(
            QueueRule(
                id=row["id"],
                medium=row["medium"],
                tier=row["tier"] if row["raised"] is None else row["raised"],
                target_ms=row["target_ms"],
                offer_ms=row["offer_ms"],
                set_aside_ms=row["set_aside_ms"],
                keep_ms=row["keep_ms"],
                max_wait_ms=row["max_wait_ms"],
                max_length=row["max_length"],
                overflow=_overflow(row, ids),
                order=None if row["agent_order"] is None else AgentOrder(row["agent_order"]),
                teams=tuple(row["team_ids"]),
                by_hand=row["by_hand"],
                tier_steps=tier_steps(row["tier_steps"]),
                team_needs=team_needs(row["team_needs"]),
                skills=(*needs.get(row["id"], ()), SkillNeed(brand_skill(row["brand_id"]))),
            )
            for row in rows
        )

    def agent_rule(self, account_id: int) -> AgentRule | None:
        media = self._conn.execute("select medium from medium_rule").fetchall()
        found = self._agents({row["medium"] for row in media}, account_id)
        return found[0] if found else None

    def _agents(self, known: set[str], only: int | None = None) -> tuple[AgentRule, ...]:
        levels = self._by_account(
            "select account_id, skill_id as key, level as value from agent_level"
            " where %(only)s::bigint is null or account_id = %(only)s order by 1, 2",
            only,
        )
        limits = self._by_account(
            "select account_id, medium as key, limit_count as value from agent_capacity"
            " where %(only)s::bigint is null or account_id = %(only)s order by 1, 2",
            only,
        )
        units = self._by_account(
            "select account_id, medium as key, units as value from agent_capacity where units is not null"
            " and (%(only)s::bigint is null or account_id = %(only)s) order by 1, 2",
            only,
        )
        kept_free = self._by_account(
            "select account_id, medium as key, kept_free as value from agent_capacity where kept_free > 0"
            " and (%(only)s::bigint is null or account_id = %(only)s) order by 1, 2",
            only,
        )
        ranks = self._by_account(_RANKS, only)
        rows = self._conn.execute(
            "select id, role, team_id,"
            " array(select brand_id from account_brand where account_id = a.id order by 1) as brands"
            " from account a where active and not archived and role = any(%(serving)s)"
            " and (%(only)s::bigint is null or id = %(only)s) order by id",
            {"serving": list(SERVING), "only": only},
        ).fetchall()
        every_brand = [row["id"] for row in self._conn.execute("select id from brand order by id").fetchall()]
        return tuple(
            AgentRule(
                id=row["id"],
                skills={
                    **levels.get(row["id"], {}),
                    **{brand_skill(one): 1 for one in _sees(row, every_brand)},
                },
                limits=_of_media(limits.get(row["id"], {}), known),
                team=row["team_id"],
                ranks=ranks.get(row["id"], {}),
                units=_of_media(units.get(row["id"], {}), known),
                kept_free=_of_media(kept_free.get(row["id"], {}), known),
            )
            for row in rows
        )

    def _by_account(self, query: LiteralString, only: int | None) -> dict[int, dict[Any, int]]:
        found: dict[int, dict[Any, int]] = {}
        for row in self._conn.execute(query, {"only": only}).fetchall():
            found.setdefault(row["account_id"], {})[row["key"]] = row["value"]
        return found

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
            " coalesce((select jsonb_agg(to_jsonb(s) order by s.skill_id) from queue_skill s"
            " where s.queue_id = q.id), '[]') as needs from queue q"
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
            needs=tuple(map(_need, row["needs"])),
            by_hand=row["by_hand"],
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
        return Segment(row["name"], row["tier"], row["targets"], tuple(map(_need, row["needs"])), row["id"])

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
        return row is not None and brand_id in _sees(row, [brand_id])

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


# An archived queue takes nothing new, and serves those who still stand in it.
_QUEUES = """
select q.*, r.tier as raised, o.archived as overflow_archived from queue q
left join queue_raise r on r.queue_id = q.id and r.ended_ms is null
left join queue o on o.id = q.overflow_queue_id
where not q.archived or exists (select from contact c where c.queue_id = q.id
  and c.state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping')) order by q.id"""


_OPENING = """
select q.id, q.name, q.closes and not q.archived as closes, c.since_ms, h.timezone, h.weekly, h.holidays, h.exceptions
from queue q left join queue_closed c on c.queue_id = q.id left join hours h on h.id = q.hours_id
where (q.closes and not q.archived) or c.queue_id is not null order by q.id"""
# An agent's own rank of a queue goes before the team's; queues that take nothing new have none.
_RANKS: LiteralString = """
select coalesce(o.account_id, a.id) as account_id, coalesce(o.queue_id, t.queue_id) as key,
  coalesce(o.rank, t.rank) as value
from account a join team_rank t on t.team_id = a.team_id
full join agent_rank o on o.account_id = a.id and o.queue_id = t.queue_id
join queue q on q.id = coalesce(o.queue_id, t.queue_id) and not q.archived
where %(only)s::bigint is null or coalesce(o.account_id, a.id) = %(only)s order by 1, 2"""


def _of_media(told: dict[str, int], known: set[str]) -> dict[str, int]:
    return {medium: value for medium, value in told.items() if medium in known}


def _need(row: dict[str, Any]) -> SkillNeed:
    asked = (row["skill_id"], row["level"], row["required"], row["weight"], row["relax_after_ms"])
    return SkillNeed(*asked, row.get("floor"))


def _overflow(row: dict[str, Any], known: set[int]) -> Overflow | None:
    """Where a queue sends on; nowhere when that queue takes nothing any more."""
    target = row["overflow_queue_id"]
    if target is None or target not in known or row["overflow_archived"]:
        return None
    return Overflow(target, row["overflow_after_ms"], row["overflow_when_closed"])


def brand_skill(brand_id: int) -> int:
    """The brand wall as the engine sees it: a required skill, never relaxed. Real skills are positive."""
    return -brand_id


def _sees(row: dict[str, Any], every_brand: list[int]) -> list[int]:
    if row["role"] == "administrator" and not row["brands"]:
        return every_brand
    return row["brands"]
