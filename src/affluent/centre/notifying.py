"""What a person should know without looking: named in a note, given a contact, one that woke, a reply that failed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from affluent.centre.highlighting import folded
from affluent.centre.hub import Notified
from affluent.centre.notifying_ports import Kind
from affluent.centre.records import Contact
from affluent.facts import contact as facts
from affluent.facts import together

if TYPE_CHECKING:
    from affluent.centre.transaction import Transaction

Json = dict[str, Any]
KINDS: frozenset[str] = frozenset(get_args(Kind))
WOKEN = frozenset({"time", "customer"})
FAILED = frozenset({"failed", "unconfirmed"})


def follow(tx: "Transaction", fact: facts.ContactFact, contact: Contact) -> None:
    """Tells whom a fact concerns though they did not bring it about."""
    match fact:
        case facts.ContactTransferred() if fact.to_agent_id is not None:
            _tell(tx, fact.to_agent_id, "assigned", contact, by_id=fact.agent_id)
        case facts.ContactReassigned() if fact.to_agent_id not in (None, fact.by_id):
            assert fact.to_agent_id is not None
            _tell(tx, fact.to_agent_id, "assigned", contact, by_id=fact.by_id)
        case together.ContactHandedOver() if fact.by_id != fact.agent_id:
            _tell(tx, fact.agent_id, "assigned", contact, by_id=fact.by_id)
        case facts.ContactWoken() if fact.cause in WOKEN:
            _tell(tx, fact.agent_id, "woke", contact, params={"cause": fact.cause})
        case facts.DeliveryChanged() if fact.delivery in FAILED:
            whose = contact.agent_id or contact.last_agent_id
            if whose is not None:
                params = {"delivery": fact.delivery}
                _tell(tx, whose, "reply_failed", contact, message_id=fact.message_id, params=params)
        case _:
            pass


def mentioned(tx: "Transaction", contact: Contact, message_id: int, text: str, by_id: int) -> None:
    """Tells those whom a note names: `@` and the name as it is written in the centre, without accents or case."""
    if "@" not in text:
        return
    for account_id, _ in named(text, tx.store.notices.colleagues(contact.brand_id)):
        if account_id != by_id:
            _tell(tx, account_id, "mention", contact, message_id=message_id, by_id=by_id)


def named(text: str, colleagues: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those of `colleagues` whom the text names; of names that begin alike, the longest that stands there."""
    plain = folded(text)
    found: list[tuple[int, str]] = []
    for account_id, name in sorted(colleagues, key=lambda one: (-len(one[1]), one[0])):
        sign = f"@{folded(name)}"
        at = plain.find(sign)
        while at >= 0:
            end = at + len(sign)
            if end == len(plain) or not plain[end].isalnum():
                found.append((account_id, name))
                if not any(other != account_id and folded(two) == folded(name) for other, two in colleagues):
                    plain = plain[:at] + " " * len(sign) + plain[end:]
                break
            at = plain.find(sign, end)
    return found


def _tell(
    tx: "Transaction", account_id: int, kind: Kind, contact: Contact, *,
    message_id: int | None = None, by_id: int | None = None, params: Json | None = None,
) -> None:  # fmt: skip
    tx.store.notices.add(
        account_id, kind, contact.id, tx.now_ms, message_id=message_id, by_id=by_id, params=params
    )
    tx.tell(Notified(account_id))
