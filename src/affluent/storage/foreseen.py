"""Answers fetched for a whole group of commands, and kept until its transaction ends."""

from collections.abc import Iterable
from typing import LiteralString

from affluent.centre.questions import AddressOf, KeyKnown, Question
from affluent.storage.rows import indexed
from affluent.storage.writing import Writing


def foresee(conn: Writing, questions: Iterable[Question]) -> None:
    asked = list(questions)
    keys = [indexed(one.dedupe_key) for one in asked if isinstance(one, KeyKnown)]
    addresses = [(one.brand_id, one.kind, indexed(one.value)) for one in asked if isinstance(one, AddressOf)]
    if not keys and not addresses:
        return
    columns = [[one[at] for one in addresses] for at in range(3)]
    rows = conn.look(_FORESEEN, (keys, *columns)).fetchall()
    foreseen = conn.held.foreseen
    foreseen.update(dict.fromkeys((("journal", key) for key in keys), None))
    foreseen.update(dict.fromkeys((("address", *one) for one in addresses), None))
    for row in rows:
        if row["dedupe_key"] is not None:
            foreseen["journal", row["dedupe_key"]] = int(row["contact_id"] or 0)
        else:
            foreseen["address", row["of_brand"], row["kind"], row["value"]] = row


_FORESEEN: LiteralString = """
select dedupe_key, contact_id, null::bigint as of_brand, null as kind, null as value, (null::customer).*,
  null::bigint[] as wishes from journal where dedupe_key = any(%s::text[])
union all
select null, null, a.brand_id, a.kind, a.value, c.*,
  array(select skill_id from customer_wish w where w.customer_id = c.id order by 1)
from unnest(%s::bigint[], %s::text[], %s::text[]) x (brand_id, kind, value)
join customer_address a on a.brand_id = x.brand_id and a.kind = x.kind and a.value = x.value
join customer c on c.id = a.customer_id"""
"""All that a group asks, in one go: what is waited for is the way there and back."""
