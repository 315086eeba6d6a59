"""Who stands on what: the queries that keep a setting in use from being put away."""

from typing import LiteralString


def _live(noun: LiteralString, table: LiteralString, where: LiteralString) -> LiteralString:
    """The live rows of a table that stand on `%(id)s`."""
    return (
        "select '" + noun + "' as noun, t.id, t.name from " + table + " t"
        " where not t.archived and " + where + " order by lower(t.name), t.id"
    )


def _contacts(column: LiteralString) -> LiteralString:
    """Contacts that have not ended."""
    return (
        "select 'contacts' as noun, id, coalesce(nullif(subject, ''), '#' || id) as name"
        " from contact"
        " where state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping') and "
        + column
        + " = %(id)s order by id limit 20"
    )


USES: dict[str, tuple[LiteralString, ...]] = {
    "brands": (
        _live("queues", "queue", "t.brand_id = %(id)s"),
        _live("channels", "channel", "t.brand_id = %(id)s"),
        _live("teams", "team", "t.brand_id = %(id)s"),
        _live("rules", "rule", "t.brand_id = %(id)s"),
        _live("webhooks", "webhook", "t.brand_id = %(id)s"),
        _live("segments", "segment", "t.brand_id = %(id)s"),
        _live("reserves", "agent_reserve", "t.brand_id = %(id)s"),
        _live("problems", "known_problem", "t.brand_id = %(id)s"),
        _live(
            "agents",
            "account",
            "exists (select from account_brand g where g.account_id = t.id and g.brand_id = %(id)s)",
        ),
    ),
    "teams": (
        _live("agents", "account", "t.team_id = %(id)s"),
        _live("reserves", "agent_reserve", "t.team_id = %(id)s"),
        _live("queues", "queue", "t.team_ids @> to_jsonb(%(id)s::bigint)"),
    ),
    "skills": (
        _live(
            "queues",
            "queue",
            "exists (select from queue_skill s where s.queue_id = t.id and s.skill_id = %(id)s)",
        ),
        _live(
            "agents",
            "account",
            "exists (select from agent_skill s where s.account_id = t.id and s.skill_id = %(id)s)",
        ),
        _live(
            "groups",
            "skill_group",
            "exists (select from skill_group_skill s where s.group_id = t.id and s.skill_id = %(id)s)",
        ),
        _live(
            "segments",
            "segment",
            "exists (select from segment_skill s where s.segment_id = t.id and s.skill_id = %(id)s)",
        ),
    ),
    "groups": (
        _live(
            "agents",
            "account",
            "exists (select from agent_skill_group g where g.account_id = t.id and g.group_id = %(id)s)",
        ),
    ),
    "voice_servers": (_live("channels", "channel", "(t.settings->>'server_id')::bigint = %(id)s"),),
    "hours": (_live("queues", "queue", "t.hours_id = %(id)s"),),
    "queues": (
        _live("channels", "channel", "t.queue_id = %(id)s"),
        _live("rules", "rule", "(t.actions->>'queue_id')::bigint = %(id)s"),
        _live("queues", "queue", "t.overflow_queue_id = %(id)s"),
        _live(
            "reserves",
            "agent_reserve",
            "(t.queue_ids @> to_jsonb(%(id)s::bigint) or t.against_ids @> to_jsonb(%(id)s::bigint))",
        ),
        _live(
            "problems",
            "known_problem",
            "(t.queue_ids @> to_jsonb(%(id)s::bigint) or t.from_queue_ids @> to_jsonb(%(id)s::bigint))",
        ),
        _contacts("queue_id"),
    ),
    "channels": (
        _live("channels", "channel", "(t.settings->>'reply_from_channel_id')::bigint = %(id)s"),
        _live("channels", "channel", "(t.settings->>'appointment_channel_id')::bigint = %(id)s"),
        _contacts("channel_id"),
    ),
    "motives": (
        _live("rules", "rule", "(t.actions->>'motive_id')::bigint = %(id)s"),
        _live("problems", "known_problem", "t.motive_ids @> to_jsonb(%(id)s::bigint)"),
    ),
    "agents": (_contacts("agent_id"),),
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
    "     or (a.role = 'administrator'"
    "       and not exists (select from account_brand g where g.account_id = a.id)))"
    "   and not exists (select from queue_skill r where r.queue_id = q.id and r.required and not exists"
    "     (select from agent_level s where s.account_id = a.id and s.skill_id = r.skill_id"
    "      and s.level >= r.level)))"
    " order by lower(q.name), q.id limit 20"
)
