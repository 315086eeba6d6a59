"""The offers of a contact as the journal tells them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, LiteralString

from affluent.centre.deciding_again import Recording
from affluent.centre.explaining import FACTS_MAX, Ended, OfferTold, WhyNot
from affluent.storage.database import Database
from affluent.storage.recorded import NothingTold, PgRecording

_ENDS: Mapping[str, Ended] = {
    "OfferAccepted": "accepted",
    "OfferDeclined": "declined",
    "OfferExpired": "expired",
    "OfferWithdrawn": "withdrawn",
    "OfferPulledBack": "pulled_back",
}
_FACTS: LiteralString = """
select j.seq, j.at_ms, j.kind, j.agent_id, j.data, coalesce(a.name, '') as name
from journal j left join account a on a.id = j.agent_id
where j.contact_id = %s
  and j.kind in ('ContactOffered', 'OfferAccepted', 'OfferDeclined', 'OfferExpired', 'OfferWithdrawn',
    'OfferPulledBack')
order by j.seq"""


class PgOffersTold:
    """`OffersTold` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offers(self, contact_id: int) -> Sequence[OfferTold]:
        with self._database.transaction() as conn:
            rows = conn.execute(_FACTS, (contact_id,)).fetchall()
        told: list[OfferTold] = []
        for row in rows:
            if row["kind"] == "ContactOffered":
                told.append(
                    OfferTold(row["seq"], row["at_ms"], row["agent_id"], row["name"], _why(row["data"]))
                )
            elif told and told[-1].ended is None:
                told[-1] = replace(told[-1], ended=_ENDS[row["kind"]], ended_ms=row["at_ms"])
        return told

    def recording(self, offer: OfferTold) -> Recording | WhyNot:
        try:
            found = PgRecording(self._database, before_seq=offer.id)
        except NothingTold:
            return "no_rules"
        return found if offer.id - found.first_seq <= FACTS_MAX else "too_far"

    def names(self, account_ids: Collection[int]) -> Mapping[int, str]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select id, name from account where id = any(%s)", (sorted(account_ids),)
            ).fetchall()
        return {row["id"]: row["name"] for row in rows}


def _why(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Reasons as a fact keeps them: pairs of a code and its parameters."""
    return [{"code": code, "params": params} for code, params in data.get("why", ())]
