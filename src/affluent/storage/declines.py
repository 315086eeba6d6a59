"""Declined offers, read from the journal: each with the queue it was made in, and its reason as it is called now."""

from collections.abc import Sequence
from typing import Any, LiteralString

from affluent.centre.declines import DeclinedOffer, Reason
from affluent.centre.figuring import Slice
from affluent.measure.outcomes import MEDIA
from affluent.storage.database import Database

# As the partial index says it: the planner compares the words.
_DECLINED: LiteralString = """
with declined as (
  select j.seq, j.at_ms, j.contact_id, j.agent_id, coalesce(j.data ->> 'reason', '') as code, o.queue_id,
    c.brand_id, c.medium, c.state, c.outcome, c.subject, c.customer_id
  from journal j join contact c on c.id = j.contact_id
  left join lateral (
    select (made.data ->> 'queue_id')::bigint as queue_id from journal made
    where made.contact_id = j.contact_id and made.agent_id = j.agent_id and made.kind = 'ContactOffered'
      and made.seq < j.seq order by made.seq desc limit 1) o on true
  where j.kind in ('OfferDeclined', 'OfferExpired', 'ContactTransferred', 'ContactReturned')
    and j.kind = 'OfferDeclined' and j.at_ms >= %(from_ms)s and j.at_ms < %(to_ms)s
    and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s))
    and (%(brand)s::bigint is null or c.brand_id = %(brand)s)
    and (%(channels)s::bigint[] is null or c.channel_id = any(%(channels)s))
    and (%(media)s::text[] is null or c.medium = any(%(media)s))
    and (%(agents)s::bigint[] is null or j.agent_id = any(%(agents)s))
    and (%(queues)s::bigint[] is null or o.queue_id = any(%(queues)s)))
"""
_REASONS: LiteralString = (
    _DECLINED
    + """
select d.code, case %(locale)s when 'fr' then r.name_fr else r.name_en end as name, r.archived,
  count(*)::int as count, count(distinct d.contact_id)::int as contacts, count(distinct d.agent_id)::int as agents
from declined d left join decline_reason r on r.code = d.code
group by d.code, r.name_fr, r.name_en, r.archived order by count desc, d.code"""
)
_OFFERS: LiteralString = (
    _DECLINED
    + """, chosen as (select * from declined where %(code)s::text is null or code = %(code)s)
select d.seq as id, d.at_ms, d.code, case %(locale)s when 'fr' then r.name_fr else r.name_en end as reason,
  d.contact_id, d.medium, d.state, d.outcome, d.subject, cu.name as customer, b.name as brand, q.name as queue,
  a.name as agent, (select count(*) from chosen)::int as total
from chosen d join customer cu on cu.id = d.customer_id join brand b on b.id = d.brand_id
join account a on a.id = d.agent_id left join queue q on q.id = d.queue_id
left join decline_reason r on r.code = d.code
where %(before)s::bigint is null or d.seq < %(before)s
order by d.seq desc limit %(most)s"""
)


class PgDeclines:
    """The port over the journal and its index of what sets agents aside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reasons(self, which: Slice, locale: str) -> list[Reason]:
        with self._database.transaction() as conn:
            rows = conn.execute(_REASONS, _params(which) | {"locale": locale}).fetchall()
        return [Reason(**row) for row in rows]

    def offers(
        self, which: Slice, locale: str, code: str | None, before: int | None, most: int
    ) -> tuple[Sequence[DeclinedOffer], int]:
        asked = {"locale": locale, "code": code, "before": before, "most": most}
        with self._database.transaction() as conn:
            rows = conn.execute(_OFFERS, _params(which) | asked).fetchall()
        total = rows[0]["total"] if rows else 0
        return [DeclinedOffer(**{name: row[name] for name in row if name != "total"}) for row in rows], total


def _params(which: Slice) -> dict[str, Any]:
    def listed(ids: Any) -> list[int] | None:
        return None if ids is None else sorted(ids)

    return {
        "from_ms": which.from_ms,
        "to_ms": which.to_ms,
        "brands": listed(which.brands),
        "brand": which.brand_id,
        "channels": listed(which.channels),
        "queues": listed(which.queues),
        "agents": listed(which.agents),
        "media": None if which.media is None else [MEDIA[one].value for one in sorted(which.media)],
    }
