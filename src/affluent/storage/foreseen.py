"""Answers fetched for a whole group of commands, and kept until its transaction ends."""

from collections.abc import Iterable

from affluent.centre.questions import AddressOf, KeyKnown, Question
from affluent.storage.rows import indexed
from affluent.storage.writing import Writing


def foresee(conn: Writing, questions: Iterable[Question]) -> None:
    asked = list(questions)
    keys = [indexed(one.dedupe_key) for one in asked if isinstance(one, KeyKnown)]
    if keys:
        rows = conn.look("select dedupe_key, contact_id from journal where dedupe_key = any(%s)", (keys,))
        conn.held.foreseen.update(dict.fromkeys((("journal", key) for key in keys), None))
        for row in rows.fetchall():
            conn.held.foreseen["journal", row["dedupe_key"]] = int(row["contact_id"] or 0)
    addresses = [(one.brand_id, one.kind, indexed(one.value)) for one in asked if isinstance(one, AddressOf)]
    if addresses:
        brands, kinds, values = zip(*addresses, strict=True)
        rows = conn.look(
            "select a.brand_id as of_brand, a.kind, a.value, c.*,"
            " array(select skill_id from customer_wish w where w.customer_id = c.id order by 1) as wishes"
            " from unnest(%s::bigint[], %s::text[], %s::text[]) x (brand_id, kind, value)"
            " join customer_address a on a.brand_id = x.brand_id and a.kind = x.kind and a.value = x.value"
            " join customer c on c.id = a.customer_id",
            (list(brands), list(kinds), list(values)),
        )
        conn.held.foreseen.update(dict.fromkeys((("address", *one) for one in addresses), None))
        for row in rows.fetchall():
            conn.held.foreseen["address", row["of_brand"], row["kind"], row["value"]] = row
