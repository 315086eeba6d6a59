"""Two requests that are one, two customers who are one person: brought together, and taken apart again.

Nothing is lost either way: contacts keep their journal and their messages, and only change the request, or the
customer, that they belong to.
"""

from collections.abc import Sequence

from affluent.centre.ending import ended
from affluent.centre.merging_ports import Json, Merge
from affluent.centre.records import Contact
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.reopening import reopen_where_it_was
from affluent.centre.transaction import TooLate, Transaction
from affluent.centre.wall import Viewer
from affluent.facts.contact import ContactMoved, ContactReidentified, ContactTaken, OfferWithdrawn
from affluent.facts.media import SYNCHRONOUS, Outcome
from affluent.facts.states import LIVE, AgentState, ContactState

HELD = (ContactState.IN_HAND, ContactState.SLEEPING)
IN_LINE = (ContactState.RECEIVED, ContactState.WAITING, ContactState.OFFERED)


def merge_requests(
    tx: Transaction,
    *,
    viewer: Viewer,
    contact_id: int,
    other_id: int,
    close_other: bool = False,
    customers: bool = False,
) -> int:
    """Brings the request of `other_id` into that of `contact_id`; returns the merge, which can be undone.

    What waits of either goes to the agent who has the other in hand. `close_other` ends what is open of the other
    as a duplicate instead. `customers` also merges their customers, when they are two.
    Raises `NotFound` behind the wall, `Refusal` when they are one already, or in the hands of two agents.
    """
    into, other = tx.contact(contact_id), tx.contact(other_id)
    for one in (into, other):
        viewer.behind_wall(one.brand_id)
    if into.request_id == other.request_id:
        raise Refusal("one_already")
    if into.brand_id != other.brand_id:
        raise Refusal("of_two_brands")
    if into.customer_id != other.customer_id:
        if not customers:
            raise Refusal("of_two_customers", "customers")
        merge_customers(tx, viewer=viewer, customer_id=into.customer_id, other_id=other.customer_id)
    ours = tx.store.contacts.of_request(into.request_id)
    theirs = tx.store.contacts.of_request(other.request_id)
    before = tx.store.merges.request_state(other.request_id)
    closed = _close(tx, theirs, viewer.account_id) if close_other else []
    ids = [one.id for one in theirs]
    for one in ids:
        tx.emit(ContactMoved(tx.now_ms, one, viewer.account_id, other.request_id, into.request_id, "merged"))
    tx.store.merges.request_of_contacts(ids, into.request_id)
    tx.store.requests.update(
        other.request_id, {"state": "merged", "closed_ms": tx.now_ms, "merged_into": into.request_id}
    )
    if any(tx.contact(one).state in LIVE for one in ids):
        tx.store.requests.update(into.request_id, {"state": "open", "closed_ms": None})
    _into_one_hand(tx, [one.id for one in (*ours, *theirs)])
    moved: Json = {
        "contacts": ids,
        "closed": closed,
        "state": before["state"],
        "closed_ms": before["closed_ms"],
    }
    return tx.store.merges.record(
        "request", into.brand_id, other.request_id, into.request_id, tx.now_ms, viewer.account_id, [], moved
    )


def _close(tx: Transaction, contacts: Sequence[Contact], agent_id: int) -> list[int]:
    live = [one for one in contacts if one.state in LIVE]
    for one in live:
        if one.medium in SYNCHRONOUS:
            raise Refusal("customer_waits")
        if one.state in HELD and one.agent_id != agent_id:
            raise Refusal("in_hand_of", name=tx.store.settings.account_name(one.agent_id or 0))
        ended(tx, one, Outcome.DUPLICATE, agent_id)
    return [one.id for one in live]


def _into_one_hand(tx: Transaction, contact_ids: Sequence[int]) -> None:
    """Who has a part of the request in hand takes what waits of it, over the limits: they know it."""
    contacts = [tx.contact(one) for one in contact_ids]
    hands = sorted({one.agent_id for one in contacts if one.state in HELD and one.agent_id is not None})
    if len(hands) > 1:
        names = [tx.store.settings.account_name(one) or "?" for one in hands]
        raise Refusal("in_two_hands", names=", ".join(names))
    if not hands or tx.store.people.presence(hands[0]).state is AgentState.OFFLINE:
        return
    for one in contacts:
        if one.state not in IN_LINE or not _can_serve(tx, hands[0], one.queue_id):
            continue
        if one.state is ContactState.OFFERED and one.agent_id is not None:
            tx.emit(OfferWithdrawn(tx.now_ms, one.id, one.agent_id))
        tx.store.timers.clear(one.id, "chat_gone")
        tx.emit(ContactTaken(tx.now_ms, one.id, hands[0]))


def _can_serve(tx: Transaction, agent_id: int, queue_id: int | None) -> bool:
    policy = tx.store.settings.policy()
    agent = next((one for one in policy.agents if one.id == agent_id), None)
    queue = next((one for one in policy.queues if one.id == queue_id), None)
    if agent is None or queue is None or not agent.limits.get(queue.medium):
        return False
    return all(agent.skills.get(need.skill, 0) >= need.level for need in queue.skills if need.required)


def merge_customers(
    tx: Transaction, *, viewer: Viewer, customer_id: int, other_id: int, evidence: Sequence[Json] = ()
) -> int:
    """Everything of `other_id` becomes `customer_id`'s: contacts, requests, addresses, chats.

    The card that stays keeps what it says; what it does not say is taken from the other.
    """
    if customer_id == other_id:
        raise Refusal("one_already")
    card, other = tx.store.merges.card(customer_id), tx.store.merges.card(other_id)
    for one in (card, other):
        viewer.behind_wall(one["brand_id"])
    if card["brand_id"] != other["brand_id"]:
        raise Refusal("of_two_brands")
    if card["merged_into"] is not None or other["merged_into"] is not None:
        raise TooLate("merged_already")
    belongings = tx.store.merges.belongings(other_id)
    for one in belongings["contacts"]:
        tx.emit(ContactReidentified(tx.now_ms, one, viewer.account_id, other_id, customer_id, "merged"))
    tx.store.merges.give(belongings, customer_id)
    notes = [one for one in (card["note"], other["note"]) if one]
    after = {
        "name": card["name"] or other["name"],
        "language": card["language"] or other["language"],
        "segment": card["segment"] or other["segment"],
        "note": "\n".join(dict.fromkeys(notes)),
        "named_agent_id": card["named_agent_id"] or other["named_agent_id"],
    }
    wished, theirs = tx.store.merges.wishes(customer_id), tx.store.merges.wishes(other_id)
    wishes = sorted({*wished, *theirs})
    tx.store.customers.update(customer_id, after)
    tx.store.customers.update(other_id, {"merged_into": customer_id})
    before = {name: card[name] for name in after}
    moved: Json = {**belongings, "before": before, "after": after, "wished": wished, "wishes": wishes}
    if wishes != wished:
        tx.store.merges.set_wishes(customer_id, wishes)
    return tx.store.merges.record(
        "customer", card["brand_id"], other_id, customer_id, tx.now_ms, viewer.account_id, evidence, moved
    )


def undo(tx: Transaction, *, viewer: Viewer, merge_id: int) -> None:
    """Takes apart what was brought together. What came since stays where it is. A second click changes nothing."""
    merge = tx.store.merges.get(merge_id)
    if merge is None:
        raise NotFound("not_found")
    viewer.behind_wall(merge.brand_id)
    if merge.undone_ms is not None:
        return
    if merge.kind == "request":
        _part_requests(tx, merge, viewer.account_id)
    else:
        _part_customers(tx, merge, viewer.account_id)
    tx.store.merges.undone(merge.id, tx.now_ms, viewer.account_id)


def _part_requests(tx: Transaction, merge: Merge, agent_id: int) -> None:
    back = [one for one in merge.moved["contacts"] if tx.contact(one).request_id == merge.into_id]
    if not back:
        raise TooLate("moved_on")
    for one in back:
        tx.emit(ContactMoved(tx.now_ms, one, agent_id, merge.into_id, merge.from_id, "undone"))
    tx.store.merges.request_of_contacts(back, merge.from_id)
    tx.store.requests.update(
        merge.from_id,
        {"state": merge.moved["state"], "closed_ms": merge.moved["closed_ms"], "merged_into": None},
    )
    for one in merge.moved["closed"]:
        if one in back and tx.contact(one).state is ContactState.CLOSED:
            reopen_where_it_was(tx, contact_id=one, by_id=agent_id)
    rest = tx.store.contacts.of_request(merge.into_id)
    if rest and not any(one.state in LIVE for one in rest):
        tx.store.requests.update(merge.into_id, {"state": "closed", "closed_ms": tx.now_ms})


def _part_customers(tx: Transaction, merge: Merge, agent_id: int) -> None:
    theirs = tx.store.merges.belongings(merge.into_id)
    back: Json = {
        name: [one for one in merge.moved[name] if one in theirs[name]]
        for name in ("contacts", "requests", "chats", "addresses")
    }
    for one in back["contacts"]:
        tx.emit(ContactReidentified(tx.now_ms, one, agent_id, merge.into_id, merge.from_id, "undone"))
    tx.store.merges.give(back, merge.from_id)
    card = tx.store.merges.card(merge.into_id)
    before, after = merge.moved["before"], merge.moved["after"]
    # What a person has written on the card since then stays.
    tx.store.customers.update(
        merge.into_id, {name: before[name] for name in before if card[name] == after[name]}
    )
    tx.store.customers.update(merge.from_id, {"merged_into": None})
    if merge.moved.get("wishes") == tx.store.merges.wishes(merge.into_id):
        tx.store.merges.set_wishes(merge.into_id, merge.moved["wished"])
