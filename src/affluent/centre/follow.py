"""The engine follows the facts, and its decisions become facts: the one place where the two meet.

Replay uses the same functions: the journal's facts in, the same decisions out.
"""

import time
from typing import Any

from affluent.centre.demanding import from_data
from affluent.centre.overflowing import sent_on, turned_away
from affluent.centre.ports import Store
from affluent.centre.queueing import back_to_line, enqueue, open_queue
from affluent.centre.records import Contact, Placing, Presence
from affluent.centre.refusals import Refusal as CentreRefusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts import contact as facts
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.facts.queue import QueueClosed, QueueFact, QueueOpened
from affluent.facts.states import AgentState, ContactState
from affluent.routing.decisions import (
    Decision,
    LiveAgent,
    LiveContact,
    Offered,
    OfferExpired,
    Overflowed,
    Place,
    PulledBack,
    Refusal,
    Refused,
    Resumed,
    RoutingError,
    WrapUpEnded,
)
from affluent.routing.decisions import Presence as EnginePresence
from affluent.routing.engine import Router
from affluent.routing.policy import Policy

Fact = facts.ContactFact | AgentFact | QueueFact
TRANSFERRED = "transferred"
"""The reason that the centre adds to the engine's: a colleague asked for this agent by name."""


class EngineAstray(RuntimeError):
    """The engine refused a fact that the states allowed: the two disagree, and the engine is rebuilt."""


def decide(tx: Transaction, router: Router) -> None:
    """Lets the engine follow what a command brought about, and writes what it decides.

    Raises `TooLate` when it refuses the first of them (nothing has changed then), `EngineAstray` for a
    later one.
    """
    followed = 0
    for fact in list(tx.facts):
        began_s = time.perf_counter()
        try:
            decisions = follow(router, fact, tx.now_ms)
        except RoutingError as refused:
            if followed:
                raise EngineAstray(refused.code) from refused
            raise TooLate(refused.code) from refused
        if decisions is None:
            continue
        tx.deciding_s += time.perf_counter() - began_s
        followed += 1
        try:
            if isinstance(fact, facts.ContactWoken):
                decisions = _woken(tx, router, fact, decisions)
            apply(tx, router, decisions)
        except (CentreRefusal, RoutingError) as refused:
            # The engine has moved and the database has not: that is no refusal of the command.
            raise EngineAstray(str(refused)) from refused
    tx.facts.clear()


def follow(router: Router, fact: Fact, now_ms: int) -> list[Decision] | None:
    """Tells the engine one fact; None for facts that it need not know."""
    if isinstance(fact, AgentReady | AgentAway | AgentOffline):
        return _follow_agent(router, fact, now_ms)
    if isinstance(fact, QueueClosed | QueueOpened):
        return _follow_queue(router, fact, now_ms)
    known = fact.contact_id in router.row_of
    match fact:
        case facts.ContactQueued():
            return _queued(router, fact, now_ms)
        case facts.OfferAccepted() if known:
            return router.accept(fact.contact_id, fact.agent_id, now_ms)
        case facts.OfferDeclined() if known:
            return router.fail_offer(fact.contact_id, fact.agent_id, now_ms)
        case facts.ContactTaken() if known and router.place(fact.contact_id) is Place.HELD:
            return _taken_early(router, fact, now_ms)
        case facts.ContactTaken() if known:
            return router.take(fact.contact_id, fact.agent_id, now_ms)
        case facts.ContactSlept() if known:
            return router.sleeps(fact.contact_id, now_ms)
        case facts.ContactWoken() if known:
            return router.wakes(fact.contact_id, now_ms)
        case facts.ContactReopened() if fact.queue_id is not None and not known:
            return router.reopen(
                fact.contact_id, fact.queue_id, fact.agent_id, now_ms, arrived_ms=fact.place_ms
            )
        case facts.ContactClosed() if known and fact.wrap_up_ms:
            return router.release(fact.contact_id, now_ms, wrap_up_ms=fact.wrap_up_ms)
        case facts.ContactClosed() | facts.ContactAbandoned() | facts.WrapUpEnded() if known:
            return router.withdraw(fact.contact_id, now_ms)
        case _:
            return None


def _queued(router: Router, fact: facts.ContactQueued, now_ms: int) -> list[Decision]:
    contact_id, kept_until_ms = fact.contact_id, fact.kept_until_ms or 0
    known = contact_id in router.row_of
    not_before_ms = fact.not_before_ms or 0
    if known and not_before_ms <= now_ms and router.place(contact_id) is not Place.HELD:
        return router.transfer(
            contact_id,
            fact.queue_id,
            now_ms,
            arrived_ms=fact.place_ms,
            kept_for=fact.kept_for,
            kept_until_ms=kept_until_ms,
        )
    left = router.withdraw(contact_id, now_ms) if known else []
    demands = from_data(fact.demands, router.policy.skills)

    def arrive(not_before_ms: int) -> list[Decision]:
        return router.arrive(
            contact_id,
            fact.queue_id,
            now_ms,
            arrived_ms=fact.place_ms,
            kept_for=fact.kept_for,
            kept_until_ms=kept_until_ms,
            demands=demands,
            not_before_ms=not_before_ms,
        )

    found = arrive(not_before_ms)
    if found and isinstance(found[-1], Refused) and not _present(router, fact.queue_id):
        # Mail that a door acknowledged is never turned away: what is promised comes in all the same.
        found = [*found[:-1], *arrive(now_ms + 1)]
    return [*left, *found]


def _present(router: Router, queue_id: int) -> bool:
    """Whether customers of this queue are there while they wait, to be told that it is full."""
    return Medium(router.rows.queues[router.rows.queue[queue_id]].medium) in SYNCHRONOUS


def _taken_early(router: Router, fact: facts.ContactTaken, now_ms: int) -> list[Decision]:
    """An agent takes by hand what was promised for later."""
    live = next(one for one in router.live_contacts() if one.contact == fact.contact_id)
    left = router.withdraw(fact.contact_id, now_ms)
    taken = router.reopen(
        fact.contact_id, live.queue, fact.agent_id, now_ms, arrived_ms=min(live.arrived_ms, now_ms)
    )
    return [*left, *taken]


def _follow_queue(router: Router, fact: QueueFact, now_ms: int) -> list[Decision] | None:
    if fact.queue_id not in router.rows.queue:
        return None
    turn = router.close_queue if isinstance(fact, QueueClosed) else router.open_queue
    return turn(fact.queue_id, now_ms)


def _follow_agent(router: Router, fact: AgentFact, now_ms: int) -> list[Decision] | None:
    if fact.agent_id not in router.rows.agent:
        return None
    if isinstance(fact, AgentReady):
        return router.agent_ready(fact.agent_id, now_ms)
    return router.agent_away(fact.agent_id, now_ms, offline=isinstance(fact, AgentOffline))


def _woken(
    tx: Transaction, router: Router, fact: facts.ContactWoken, decisions: list[Decision]
) -> list[Decision]:
    """A sleeper without room in its agent's hand waits in line, unless the agent asked for it."""
    if any(isinstance(one, Resumed) and one.contact == fact.contact_id for one in decisions):
        return decisions
    if fact.cause == "agent":
        others = [one for one in decisions if one.contact != fact.contact_id]
        return [*others, *router.take(fact.contact_id, fact.agent_id, tx.now_ms)]
    contact = tx.contact(fact.contact_id)
    assert contact.queue_id is not None, "what the engine knows has a queue"
    returned = tx.emit(facts.ContactReturned(tx.now_ms, contact.id, fact.agent_id, "no_room"))
    enqueue(
        tx,
        returned,
        contact.queue_id,
        place_ms=contact.arrived_ms,
        kept_for=fact.agent_id,
        fresh_target=False,
    )
    del tx.facts[-2:]
    return decisions


def _why(tx: Transaction, decision: Offered) -> facts.Why:
    """The engine's reasons. It knows for whom a contact is kept; the centre knows who asked for that."""
    reasons: list[tuple[str, dict[str, Any]]] = [(one.code, dict(one.params)) for one in decision.why]
    if reasons and reasons[0][0] == "same_agent":
        had_it = tx.contact(decision.contact).last_agent_id
        if had_it not in (None, decision.agent):
            reasons[0] = (TRANSFERRED, {"from": tx.store.settings.account_name(had_it)})
    return tuple(reasons)


def apply(tx: Transaction, router: Router, decisions: list[Decision]) -> None:
    """Writes decisions as facts. The engine knows them already: they are not told to it again."""
    before = len(tx.facts)
    for decision in decisions:
        match decision:
            case Offered():
                why = _why(tx, decision)
                tx.emit(
                    facts.ContactOffered(
                        tx.now_ms, decision.contact, decision.agent, decision.queue, decision.expires_ms, why
                    )
                )
            case OfferExpired():
                there = tx.store.people.presence(decision.agent).state is AgentState.READY
                fact = facts.OfferExpired if there else facts.OfferWithdrawn
                tx.emit(fact(tx.now_ms, decision.contact, decision.agent))
            case PulledBack():
                tx.emit(facts.OfferWithdrawn(tx.now_ms, decision.contact, decision.agent))
            case Resumed():
                pass
            case Overflowed():
                sent_on(tx, router, decision)
            case Refused():
                turned_away(tx, decision)
            case WrapUpEnded():
                tx.emit(facts.WrapUpEnded(tx.now_ms, decision.contact, decision.agent))
    del tx.facts[before:]


def pass_time(tx: Transaction, router: Router, now_ms: int) -> None:
    """Offers expire, stages open, keeping ends: whatever fell due by now."""
    apply(tx, router, router.advance(now_ms))


def position(router: Router, contact_id: int) -> int | None:
    """How many wait before it; None when it does not wait or is not known."""
    try:
        return router.position(contact_id) if router.place(contact_id) is Place.WAITING else None
    except RoutingError:
        return None


_PLACES = {
    ContactState.WAITING: Place.WAITING,
    ContactState.OFFERED: Place.OFFERED,
    ContactState.IN_HAND: Place.IN_HAND,
    ContactState.SLEEPING: Place.SLEEPING,
}


def rebuilt(store: Store, now_ms: int, before: Router | None = None) -> tuple[Router, list[Decision]]:
    """The engine as the database says, and what it decides at once.

    `before` lends what only memory knows: who is set aside, and from what. Without it the journal tells.
    """
    policy = store.settings.policy()
    offer_ms = {queue.id: queue.offer_ms for queue in policy.queues}
    queues = offer_ms.keys()
    closed = [one.queue_id for one in store.settings.opening() if one.closed and one.queue_id in queues]
    agents = {agent.id for agent in policy.agents}
    if before is None:
        remembered, known = remembered_by_journal(store, policy, now_ms)
    else:
        remembered = {one.contact: one.refusals for one in before.live_contacts()}
        known = {one.agent: one for one in before.live_agents()}
    contacts: list[LiveContact] = []
    for contact, placing in store.contacts.live():
        place = _place(contact, now_ms)
        if contact.queue_id not in queues or place is None:
            continue
        if contact.agent_id is not None and contact.agent_id not in agents:
            continue
        assert contact.queue_id is not None
        contacts.append(
            LiveContact(
                contact=contact.id,
                queue=contact.queue_id,
                arrived_ms=placing.place_ms,
                place=place,
                agent=contact.agent_id,
                expires_ms=_ends_ms(contact, placing, place, now_ms, offer_ms[contact.queue_id]),
                kept_for=placing.kept_for if placing.kept_for in agents else None,
                kept_until_ms=placing.kept_until_ms or 0,
                refusals=tuple(one for one in remembered.get(contact.id, ()) if one.agent in agents),
                demands=from_data(contact.demands, policy.skills),
                entered_ms=placing.entered_ms,
            )
        )
    people = [
        _live(one, known.get(one.account_id)) for one in store.people.everyone() if one.account_id in agents
    ]
    return Router.restore(policy, contacts, people, now_ms, closed=closed)


def _place(contact: Contact, now_ms: int) -> Place | None:
    """Where the engine has it; None for what it need not know."""
    if contact.state is ContactState.CLOSED and contact.wraps_until_ms is not None:
        return Place.WRAPPING
    if contact.state is ContactState.WAITING and (contact.not_before_ms or 0) > now_ms:
        return Place.HELD
    return _PLACES.get(contact.state)


def _ends_ms(contact: Contact, placing: Placing, place: Place, now_ms: int, offer_ms: int) -> int | None:
    """When its offer or its wrap-up ends, or the promised hour comes."""
    if place is Place.HELD:
        return contact.not_before_ms
    if place is Place.WRAPPING:
        return contact.wraps_until_ms
    # Never later than an offer made now: a clock that was put right leaves instants of its future.
    return None if placing.expires_ms is None else min(placing.expires_ms, now_ms + offer_ms)


def remembered_by_journal(
    store: Store, policy: Policy, now_ms: int
) -> tuple[dict[int, tuple[Refusal, ...]], dict[int, LiveAgent]]:
    """Who rests from which contact, and who from all: what an engine that was lost had in memory.

    As the engine does it: whoever declines rests from that contact, whoever lets an offer expire from all, until they
    say again that they are ready; a contact handed on forgets who declined it, and rests from its giver.
    """
    aside_ms = {queue.id: queue.set_aside_ms for queue in policy.queues}
    live = {contact.id: (contact, placing) for contact, placing in store.contacts.live()}
    people = {one.account_id: one for one in store.people.everyone()}
    resting: dict[int, dict[int, int]] = {}
    wholly: dict[int, int] = {}
    longest_ms = max(aside_ms.values(), default=0)
    for fact in store.journal.set_aside(now_ms - longest_ms):
        if fact.kind == "OfferExpired":
            # Its queue may be another by now, and the contact long gone: the shortest rest that any queue gives.
            found = live.get(fact.contact_id)
            queue_id = found[0].queue_id if found else None
            rest_ms = aside_ms.get(queue_id or 0, min(aside_ms.values(), default=0))
            presence = people.get(fact.agent_id)
            if presence is not None and presence.since_ms <= fact.at_ms:
                wholly[fact.agent_id] = max(wholly.get(fact.agent_id, 0), fact.at_ms + rest_ms)
            continue
        if fact.contact_id not in live:
            continue
        contact, placing = live[fact.contact_id]
        until_ms = fact.at_ms + aside_ms.get(contact.queue_id or 0, 0)
        if fact.kind != "OfferDeclined":
            resting[contact.id] = {}
            if fact.agent_id == placing.kept_for:
                continue
        resting.setdefault(contact.id, {})[fact.agent_id] = until_ms
    refusals = {
        contact_id: tuple(
            Refusal(agent, until_ms) for agent, until_ms in sorted(held.items()) if until_ms > now_ms
        )
        for contact_id, held in resting.items()
    }
    agents = {
        agent: LiveAgent(agent, EnginePresence(people[agent].state.value), people[agent].since_ms, until_ms)
        for agent, until_ms in wholly.items()
        if until_ms > now_ms
    }
    return refusals, agents


def _live(presence: Presence, before: LiveAgent | None) -> LiveAgent:
    state = EnginePresence(presence.state.value)
    if before is None:
        return LiveAgent(presence.account_id, state, presence.since_ms)
    return LiveAgent(presence.account_id, state, before.idle_since_ms, before.set_aside_until_ms)


def requeue_strays(tx: Transaction) -> None:
    """Contacts that the settings no longer leave where they are: back to a line.

    Their agent is gone or no longer serves their brand; or their line came to be only now.
    """
    queues = {queue.id for queue in tx.store.settings.policy().queues}
    serves: dict[tuple[int, int], bool] = {}
    for contact, _ in tx.store.contacts.live():
        pair = contact.agent_id or 0, contact.brand_id
        if contact.agent_id is not None and pair not in serves:
            serves[pair] = tx.store.settings.account_serves(*pair)
        if contact.agent_id is not None and not serves[pair]:
            _free(tx, contact)
        elif contact.state is ContactState.CLOSED and contact.queue_id not in queues:
            tx.emit(facts.WrapUpEnded(tx.now_ms, contact.id, contact.agent_id or 0))
        elif contact.state is ContactState.RECEIVED:
            _line_up(tx, contact, queues)


def _free(tx: Transaction, contact: Contact) -> None:
    assert contact.agent_id is not None
    if contact.state is ContactState.CLOSED:
        tx.emit(facts.WrapUpEnded(tx.now_ms, contact.id, contact.agent_id))
    elif contact.state is ContactState.OFFERED:
        tx.emit(facts.OfferWithdrawn(tx.now_ms, contact.id, contact.agent_id))
    else:
        back_to_line(tx, contact, "agent_gone")


def _line_up(tx: Transaction, contact: Contact, queues: set[int]) -> None:
    queue_id = open_queue(tx, contact)
    if queue_id is not None and queue_id in queues:
        enqueue(tx, contact, queue_id, place_ms=contact.arrived_ms, fresh_target=contact.due_ms is None)
