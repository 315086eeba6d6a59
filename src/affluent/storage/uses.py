"""Who stands on what: the queries that keep a setting in use from being put away."""

from typing import LiteralString

_LIVE: LiteralString = "('received', 'waiting', 'offered', 'in_hand', 'sleeping')"

USES: dict[str, tuple[LiteralString, ...]] = {
    "brands": (
        "select 'queues' as noun, id, name from queue where brand_id = %(id)s and not archived order by name, id",
        "select 'channels' as noun, id, name from channel where brand_id = %(id)s and not archived order by name, id",
        "select 'teams' as noun, id, name from team where brand_id = %(id)s and not archived order by name, id",
        "select 'rules' as noun, id, name from rule where brand_id = %(id)s and not archived order by name, id",
        "select 'agents' as noun, a.id, a.name from account a join account_brand g on g.account_id = a.id"
        " where g.brand_id = %(id)s and not a.archived order by a.name, a.id",
    ),
    "teams": (
        "select 'agents' as noun, id, name from account where team_id = %(id)s and not archived order by name, id",
    ),
    "skills": (
        "select 'queues' as noun, q.id, q.name from queue q join queue_skill s on s.queue_id = q.id"
        " where s.skill_id = %(id)s and not q.archived order by q.name, q.id",
        "select 'agents' as noun, a.id, a.name from account a join agent_skill s on s.account_id = a.id"
        " where s.skill_id = %(id)s and not a.archived order by a.name, a.id",
    ),
    "hours": (
        "select 'queues' as noun, id, name from queue where hours_id = %(id)s and not archived order by name, id",
    ),
    "queues": (
        "select 'channels' as noun, id, name from channel where queue_id = %(id)s and not archived order by name, id",
        "select 'rules' as noun, id, name from rule"
        " where (actions->>'queue_id')::bigint = %(id)s and not archived order by name, id",
        "select 'contacts' as noun, id, coalesce(nullif(subject, ''), '#' || id) as name from contact"
        " where queue_id = %(id)s and state in " + _LIVE + " order by id limit 20",
    ),
    "channels": (
        "select 'channels' as noun, id, name from channel"
        " where (settings->>'reply_from_channel_id')::bigint = %(id)s and not archived order by name, id",
        "select 'contacts' as noun, id, coalesce(nullif(subject, ''), '#' || id) as name from contact"
        " where channel_id = %(id)s and state in " + _LIVE + " order by id limit 20",
    ),
    "motives": (
        "select 'rules' as noun, id, name from rule"
        " where (actions->>'motive_id')::bigint = %(id)s and not archived order by name, id",
    ),
    "agents": (
        "select 'contacts' as noun, id, coalesce(nullif(subject, ''), '#' || id) as name from contact"
        " where agent_id = %(id)s and state in " + _LIVE + " order by id limit 20",
    ),
}

# Required skills at their level, room for the medium, the brand in sight: the same test as the engine's.
UNSERVED: LiteralString = (
    "select q.id, q.name from queue q where not q.archived"
    " and (%(queues)s::bigint[] is null or q.id = any(%(queues)s))"
    " and (%(brands)s::bigint[] is null or q.brand_id = any(%(brands)s))"
    " and not exists (select from account a"
    "   join agent_capacity c on c.account_id = a.id and c.medium = q.medium and c.limit_count > 0"
    "   where a.active and not a.archived and a.role in ('administrator', 'supervisor', 'agent')"
    "   and (exists (select from account_brand g where g.account_id = a.id and g.brand_id = q.brand_id)"
    "     or (a.role = 'administrator' and not exists (select from account_brand g where g.account_id = a.id)))"
    "   and not exists (select from queue_skill r where r.queue_id = q.id and r.required and not exists"
    "     (select from agent_skill s where s.account_id = a.id and s.skill_id = r.skill_id"
    "      and s.level >= r.level)))"
    " order by lower(q.name), q.id limit 20"
)
