"""The rules of routing, as administrators set them, as the engine takes them."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.administration.media import medium_rule
from affluent.centre.administration.queues import team_needs, tier_steps
from affluent.routing.policy import (
    AgentOrder,
    AgentReserve,
    AgentRule,
    Overflow,
    Policy,
    QueueRule,
    SkillNeed,
)
from affluent.storage.trials.released import turned
from affluent.storage.writing import Writing

SERVING = ("administrator", "supervisor", "agent")


class RoutingRules:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def policy(self) -> Policy:
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
                shut=None if row["level_percent"] is None else row["level_shut"],
            )
            for row in rows
        ]
        return tuple(one for one in reserves if one.queues or (one.tier is not None and one.waiting is None))

    def queue_rules(self, queue_id: int) -> tuple[Sequence[QueueRule], bool] | None:
        found = self._conn.execute(_ALONE, {"queue": queue_id}).fetchone()
        if found is None:
            return None
        media = self._conn.execute("select medium from medium_rule").fetchall()
        return self._queues({row["medium"] for row in media}, found["touched"]), found["ranked"]

    def _queues(self, known: set[str], only: list[int] | None = None) -> tuple[QueueRule, ...]:
        """All of them, or `only` some that send on to queues there are."""
        needs: dict[int, list[SkillNeed]] = {}
        for row in self._conn.execute(
            "select * from queue_skill where %(only)s::bigint[] is null or queue_id = any(%(only)s)"
            " order by queue_id, skill_id",
            {"only": only},
        ).fetchall():
            needs.setdefault(row["queue_id"], []).append(need(row))
        rows = [
            row for row in self._conn.execute(_QUEUES, {"only": only}).fetchall() if row["medium"] in known
        ]
        ids = {row["id"] for row in rows} if only is None else None
        tried = turned(self._conn.execute)
        rows = [{**row, **tried.get(("queues", row["id"]), {})} for row in rows]
        needs |= {row["id"]: list(map(need, row["skills"])) for row in rows if "skills" in row}
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
                    **{brand_skill(one): 1 for one in sees(row, every_brand)},
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


# An archived queue takes nothing new, and serves those who still stand in it.
_QUEUES = """
select q.*, r.tier as raised, o.archived as overflow_archived from queue q
left join queue_raise r on r.queue_id = q.id and r.ended_ms is null
left join queue o on o.id = q.overflow_queue_id
where (%(only)s::bigint[] is null or q.id = any(%(only)s))
  and (not q.archived or exists (select from contact c where c.queue_id = q.id
  and c.state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping'))) order by q.id"""

# A queue with those that send on to it, and whether anybody ranks it.
_ALONE: LiteralString = """
select array(select %(queue)s::bigint union
    select o.id from queue o where o.overflow_queue_id = %(queue)s and not o.archived order by 1) as touched,
  exists (select from agent_rank where queue_id = %(queue)s)
    or exists (select from team_rank where queue_id = %(queue)s) as ranked
from queue where id = %(queue)s and not archived"""


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


def need(row: dict[str, Any]) -> SkillNeed:
    asked = (row["skill_id"], row["level"], row["required"], row["weight"], row["relax_after_ms"])
    return SkillNeed(*asked, row.get("floor"))


def _overflow(row: dict[str, Any], known: set[int] | None) -> Overflow | None:
    """Where a queue sends on; nowhere when that queue takes nothing any more. `known` None: any there is."""
    target = row["overflow_queue_id"]
    if target is None or row["overflow_archived"] or (known is not None and target not in known):
        return None
    return Overflow(target, row["overflow_after_ms"], row["overflow_when_closed"])


def brand_skill(brand_id: int) -> int:
    """The brand wall as the engine sees it: a required skill, never relaxed. Real skills are positive."""
    return -brand_id


def sees(row: dict[str, Any], every_brand: list[int]) -> list[int]:
    """The brands that an account serves: all of them for an administrator who is bound to none."""
    if row["role"] == "administrator" and not row["brands"]:
        return every_brand
    return row["brands"]
