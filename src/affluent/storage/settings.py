"""What administrators decided, as the centre and the engine read it."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.records import Channel, Queue, Rule
from affluent.facts.media import Medium
from affluent.routing.policy import AgentRule, MediumRule, Policy, QueueRule, SkillNeed
from affluent.storage.kept import SettingsKept
from affluent.storage.writing import Writing

# Of 60 units an agent has: a call takes all of them, six chats' worth of one's attention take a good half.
MEDIA = (
    MediumRule("voice", 60, interrupts=("email", "form", "message")),
    MediumRule("chat", 6, interrupts=("email", "form", "message")),
    MediumRule("email", 2),
    MediumRule("form", 2),
    MediumRule("message", 2),
)
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
        return Policy(media=MEDIA, skills=skills, queues=self._queues(), agents=self._agents())

    def _queues(self) -> tuple[QueueRule, ...]:
        needs: dict[int, list[SkillNeed]] = {}
        for row in self._conn.execute("select * from queue_skill order by queue_id, skill_id").fetchall():
            need = SkillNeed(
                row["skill_id"], row["level"], row["required"], row["weight"], row["relax_after_ms"]
            )
            needs.setdefault(row["queue_id"], []).append(need)
        known = {rule.medium for rule in MEDIA}
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
                skills=(*needs.get(row["id"], ()), SkillNeed(brand_skill(row["brand_id"]))),
            )
            for row in self._conn.execute(_QUEUES).fetchall()
            if row["medium"] in known
        )

    def _agents(self) -> tuple[AgentRule, ...]:
        levels = self._by_account(
            "select account_id, skill_id as key, level as value from agent_skill order by 1, 2"
        )
        limits = self._by_account(
            "select account_id, medium as key, limit_count as value from agent_capacity order by 1, 2"
        )
        known = {rule.medium for rule in MEDIA}
        rows = self._conn.execute(
            "select id, role,"
            " array(select brand_id from account_brand where account_id = a.id order by 1) as brands"
            " from account a where active and not archived and role = any(%s) order by id",
            (list(SERVING),),
        ).fetchall()
        every_brand = [row["id"] for row in self._conn.execute("select id from brand order by id").fetchall()]
        return tuple(
            AgentRule(
                id=row["id"],
                skills={
                    **levels.get(row["id"], {}),
                    **{brand_skill(one): 1 for one in _sees(row, every_brand)},
                },
                limits={
                    medium: most for medium, most in limits.get(row["id"], {}).items() if medium in known
                },
            )
            for row in rows
        )

    def _by_account(self, query: LiteralString) -> dict[int, dict[Any, int]]:
        found: dict[int, dict[Any, int]] = {}
        for row in self._conn.execute(query).fetchall():
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
            "select q.*, h.timezone, h.weekly, h.holidays, h.exceptions, h.edition from queue q"
            " left join hours h on h.id = q.hours_id where q.id = %s and not q.archived",
            (queue_id,),
        ).fetchone()
        if row is None:
            return None
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
select q.*, r.tier as raised from queue q
left join queue_raise r on r.queue_id = q.id and r.ended_ms is null
where not archived or exists (select from contact c where c.queue_id = q.id
  and c.state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping')) order by q.id"""


def brand_skill(brand_id: int) -> int:
    """The brand wall as the engine sees it: a required skill, never relaxed. Real skills are positive."""
    return -brand_id


def _sees(row: dict[str, Any], every_brand: list[int]) -> list[int]:
    if row["role"] == "administrator" and not row["brands"]:
        return every_brand
    return row["brands"]
