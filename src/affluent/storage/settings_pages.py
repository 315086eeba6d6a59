"""Settings a page at a time: what is searched, narrowed and walled is decided by the database, not after it."""

from typing import LiteralString

from psycopg.sql import SQL, Composable

from affluent.centre.administration.ports import Asked
from affluent.storage.database import Conn
from affluent.storage.folding import holds

_SOUGHT: dict[str, LiteralString] = {
    "agents": "concat_ws(' ', t.name, t.email)",
    "macros": "concat_ws(' ', t.title, t.body)",
    "motives": "concat_ws(' ', t.name_fr, t.name_en)",
    "media": "t.medium",
    "defaults": "t.agent_order",
    "skills": "concat_ws(' ', t.key, t.name_fr, t.name_en)",
    "decline_reasons": "concat_ws(' ', t.code, t.name_fr, t.name_en)",
    "channels": "concat_ws(' ', t.name, t.settings ->> 'address')",
    "keys": "concat_ws(' ', t.name, t.prefix, (select p.name from account p where p.id = t.account_id))",
    "webhooks": "concat_ws(' ', t.name, t.url)",
}
"""Where the words are looked for; elsewhere in the name."""

_OF_BRAND: LiteralString = "t.brand_id = any(%(among)s)"
_OF_AGENT: LiteralString = (
    "exists (select from account_brand g where g.account_id = t.id and g.brand_id = any(%(among)s))"
)
_OF_KEY: LiteralString = "t.brand_ids @> any(select to_jsonb(b) from unnest(%(among)s::bigint[]) b)"
_BELONGS: dict[str, LiteralString] = {
    "brands": "t.id = any(%(among)s)",
    "agents": _OF_AGENT,
    "keys": _OF_KEY,
    "skills": "true",
    "groups": "true",
    "hours": "true",
    "media": "true",
    "defaults": "true",
    "decline_reasons": "true",
    "voice_servers": "false",
}
"""Whether a row is one of the brands `among`."""
_EVERYONES = frozenset(
    {"teams", "queues", "channels", "macros", "motives", "rules", "segments", "reserves", "problems"}
)
"""What belongs to no brand of these is everyone's to see, as `Noun.side` has it."""
_COLUMNS: dict[str, LiteralString] = {
    "team": "t.team_id = %(team)s",
    "active": "t.active = %(active)s",
    "medium": "t.medium = %(medium)s",
    "role": "t.role = %(role)s",
    "language": "t.language = %(language)s",
}


def page(
    conn: Conn, noun: str, *, read: LiteralString, table: LiteralString, sort: LiteralString, asked: Asked
) -> tuple[list[dict[str, object]], int]:
    """The rows of a page, by `sort` and identifier, and how many there are in all.

    A page begins after the row `asked.after`, wherever that stands by now: what is added or renamed meanwhile
    moves nothing else.
    """
    where, params = _where(noun, asked)
    counted = conn.execute(
        SQL("select count(*) as n from ") + SQL(table) + SQL(" t where ") + where, params
    ).fetchone()
    assert counted is not None
    beyond = (
        SQL("")
        if asked.after is None
        else SQL(
            " and ("
            + sort
            + ", t.id) > (select "
            + sort
            + ", t.id from "
            + table
            + " t where t.id = %(after)s)"
        )
    )
    rows = conn.execute(
        SQL(read) + SQL(" where ") + where + beyond + SQL(" order by " + sort + ", t.id limit %(most)s"),
        {**params, "after": asked.after, "most": asked.most},
    ).fetchall()
    return rows, counted["n"]


def _where(noun: str, asked: Asked) -> tuple[Composable, dict[str, object]]:
    parts: list[Composable] = [SQL("t.archived = %(archived)s")]
    params: dict[str, object] = {"archived": asked.archived}
    belongs = _BELONGS.get(noun, _OF_BRAND)
    if asked.brands is not None:
        own = SQL(belongs.replace("%(among)s", "%(walled)s"))
        parts.append(SQL("({} or t.brand_id is null)").format(own) if noun in _EVERYONES else own)
        params["walled"] = sorted(asked.brands)
    for name, value in sorted(asked.filters.items()):
        if name == "brand":
            parts.append(SQL(belongs.replace("%(among)s", "%(brand)s")))
            params["brand"] = [value]
        else:
            parts.append(SQL(_COLUMNS[name]))
            params[name] = value
    found, words = holds(asked.words, _SOUGHT.get(noun, "t.name"))
    return SQL(" and ").join([*parts, found]), {**params, **words}
