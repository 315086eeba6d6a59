"""The engine built from the database: where everybody stands, and what only memory knew.

Contacts that the settings no longer leave where they are go back to a line first.
"""

from collections.abc import Callable, Iterator

from affluent.centre import consulting, marking
from affluent.centre.calling.hanging_up import call_up
from affluent.centre.demanding import from_data
from affluent.centre.handing_on import KEPT_FOR_NAMED_MS
from affluent.centre.parts import joined, takings
from affluent.centre.ports import Store
from affluent.centre.queueing import back_to_line, enqueue, open_queue
from affluent.centre.records import Contact, Presence, Standing
from affluent.centre.transaction import Transaction
from affluent.facts import contact as facts
from affluent.facts.states import ContactState
from affluent.facts.together import PartEnd
from affluent.routing.decisions import Decision, LiveAgent, LiveContact, Place, Refusal
from affluent.routing.decisions import Presence as EnginePresence
from affluent.routing.engine import Router
from affluent.routing.policy import Policy, can_serve, demanding
from affluent.routing.standing import Packing

_PLACES = {
    ContactState.WAITING: Place.WAITING,
    ContactState.OFFERED: Place.OFFERED,
    ContactState.IN_HAND: Place.IN_HAND,
    ContactState.SLEEPING: Place.SLEEPING,
}


def rebuilt(
    tx: Transaction, before: Router | None, *, most: int | None = None
) -> tuple[Router, list[Decision]]:
    """The engine as the database says, and what it decides at once: of what was due meanwhile so much as `most`.

    `before` lends what only memory knows: who is set aside, and from what. Without it the journal tells. The
    facts of this transaction are not told to it: they stand in what it is built from, and the journal says how many.
    """
    store, now_ms, untold = tx.store, tx.now_ms, len(tx.facts)
    tx.facts.clear()
    policy = store.settings.policy()
    offer_ms = {queue.id: queue.offer_ms for queue in policy.queues}
    keep_ms = {queue.id: queue.keep_ms for queue in policy.queues}
    queues = offer_ms.keys()
    closed = [one.queue_id for one in store.settings.opening() if one.closed and one.queue_id in queues]
    agents = {agent.id for agent in policy.agents}
    if before is None:
        remembered, known = remembered_by_journal(store, policy, now_ms)
    else:
        remembered = before.refusals()
        known = {one.agent: one for one in before.live_agents()}
    people = [
        _live(one, known.get(one.account_id)) for one in store.people.everyone() if one.account_id in agents
    ]

    def wrap_up_ms(queue_id: int) -> int:
        queue = store.settings.queue(queue_id)
        return 0 if queue is None else queue.wrap_up_ms

    def standing() -> Iterator[LiveContact]:
        for one in store.contacts.live():
            place = _place(one, now_ms)
            if one.queue_id is None or one.queue_id not in queues or place is None:
                continue
            if one.agent_id is not None and one.agent_id not in agents:
                continue
            yield LiveContact(
                contact=one.id,
                queue=one.queue_id,
                arrived_ms=one.place_ms,
                place=place,
                agent=one.agent_id,
                expires_ms=_ends_ms(one, place, now_ms, offer_ms[one.queue_id], wrap_up_ms),
                kept_for=one.kept_for if one.kept_for in agents else None,
                kept_until_ms=_kept_until_ms(one, now_ms, keep_ms[one.queue_id]),
                refusals=tuple(held for held in remembered.get(one.id, ()) if held.agent in agents),
                demands=from_data(one.demands, policy.skills),
                entered_ms=one.entered_ms,
                participants=_beside(one, agents),
            )

    packing = Packing(now_ms, closed, people)
    router, decisions = Router.restore(
        policy, packing.passing(standing()), people, now_ms, closed=closed, by_arrival=True, most=most
    )
    marking.built(tx, router, packing, untold)
    return router, decisions


def _beside(contact: Standing, agents: set[int]) -> tuple[int, ...]:
    """Who takes part and is known to the engine, in the order of identifiers."""
    if contact.parts is None:
        return ()
    return tuple(sorted(one.agent_id for one in joined(contact) if one.agent_id in agents))


def _place(contact: Standing, now_ms: int) -> Place | None:
    """Where the engine has it; None for what it need not know."""
    if contact.state is ContactState.CLOSED and contact.wraps_until_ms is not None:
        return Place.WRAPPING
    if contact.state is ContactState.WAITING and (contact.not_before_ms or 0) > now_ms:
        return Place.HELD
    return _PLACES.get(contact.state)


def _kept_until_ms(contact: Standing, now_ms: int, keep_ms: int) -> int:
    """Until when it is kept for its agent: after a promised hour as was said then, else no longer than ever."""
    if contact.kept_until_ms is None or contact.not_before_ms is not None:
        return contact.kept_until_ms or 0
    return min(contact.kept_until_ms, now_ms + max(keep_ms, KEPT_FOR_NAMED_MS))


def _ends_ms(
    contact: Standing, place: Place, now_ms: int, offer_ms: int, wrap_up_ms: Callable[[int], int]
) -> int | None:
    """When its offer or its wrap-up ends, or the promised hour comes."""
    if place is Place.HELD:
        return contact.not_before_ms
    # Never later than one that begins now: a clock that was put right leaves instants of its future.
    if place is Place.WRAPPING:
        assert contact.wraps_until_ms is not None and contact.queue_id is not None, (
            "it is wrapped up in a queue"
        )
        return min(contact.wraps_until_ms, now_ms + wrap_up_ms(contact.queue_id))
    return None if contact.expires_ms is None else min(contact.expires_ms, now_ms + offer_ms)


def remembered_by_journal(
    store: Store, policy: Policy, now_ms: int
) -> tuple[dict[int, tuple[Refusal, ...]], dict[int, LiveAgent]]:
    """Who rests from which contact, and who from all: what an engine that was lost had in memory.

    As the engine does it: whoever declines rests from that contact, whoever lets an offer expire from all, until they
    say again that they are ready; a contact handed on forgets who declined it, and rests from its giver.
    """
    aside_ms = {queue.id: queue.set_aside_ms for queue in policy.queues}
    longest_ms = max(aside_ms.values(), default=0)
    told = store.journal.set_aside(now_ms - longest_ms)
    named = {fact.contact_id for fact in told}
    live = {one.id: one for one in store.contacts.live() if one.id in named} if told else {}
    people = {one.account_id: one for one in store.people.everyone()}
    resting: dict[int, dict[int, int]] = {}
    wholly: dict[int, int] = {}
    for fact in told:
        if fact.kind == "OfferExpired":
            # Its queue may be another by now, and the contact long gone: the shortest rest that any queue gives.
            found = live.get(fact.contact_id)
            queue_id = found.queue_id if found else None
            rest_ms = aside_ms.get(queue_id or 0, min(aside_ms.values(), default=0))
            presence = people.get(fact.agent_id)
            if presence is not None and presence.since_ms <= fact.at_ms:
                wholly[fact.agent_id] = max(wholly.get(fact.agent_id, 0), fact.at_ms + rest_ms)
            continue
        if fact.contact_id not in live:
            continue
        contact = live[fact.contact_id]
        until_ms = fact.at_ms + aside_ms.get(contact.queue_id or 0, 0)
        if fact.kind != "OfferDeclined":
            resting[contact.id] = {}
            if fact.agent_id == contact.kept_for:
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
    idle_since_ms, aside_ms = (
        (presence.since_ms, None) if before is None else (before.idle_since_ms, before.set_aside_until_ms)
    )
    return LiveAgent(
        presence.account_id,
        state,
        idle_since_ms,
        aside_ms,
        presence.lifted or {},
        presence.lifted_until_ms,
    )


def requeue_strays(tx: Transaction) -> None:
    """Contacts that the settings no longer leave where they are: back to a line.

    Their agent is gone or no longer serves their brand; or their line came to be only now.
    """
    policy = tx.store.settings.policy()
    queues = {queue.id for queue in policy.queues}
    offerable = _offerable(policy)
    serves: dict[tuple[int, int], bool] = {}
    # Whoever waits stays; of all others the few that have a hand, or no line yet.
    standing = [one.id for one in tx.store.contacts.live() if one.state is not ContactState.WAITING]
    for contact_id in sorted(standing):
        contact = tx.store.contacts.get(contact_id)
        assert contact is not None, "nobody but this writer ends contacts"
        if contact.parts is not None:
            _who_may_stay(tx, contact)
        pair = contact.agent_id or 0, contact.brand_id
        if contact.agent_id is not None and pair not in serves:
            serves[pair] = tx.store.settings.account_serves(*pair)
        unskilled = contact.state is ContactState.OFFERED and not offerable(contact)
        if contact.agent_id is not None and (not serves[pair] or unskilled):
            _free(tx, contact)
        elif contact.state is ContactState.CLOSED and contact.queue_id not in queues:
            tx.emit(facts.WrapUpEnded(tx.now_ms, contact.id, contact.agent_id or 0))
        elif contact.state is ContactState.RECEIVED:
            line_up(tx, contact, queues)


def _who_may_stay(tx: Transaction, contact: Contact) -> None:
    """Whoever no longer serves the brand takes part no longer, and is asked no more."""
    for one in takings(contact):
        if not tx.store.settings.account_serves(one.agent_id, contact.brand_id):
            consulting.part_from(tx, tx.contact(contact.id), one, PartEnd.GONE)


def _offerable(policy: Policy) -> Callable[[Contact], bool]:
    """Whether a contact may stay on offer to whom it is: the rules may ask more of them than they did."""
    queues = {queue.id: queue for queue in policy.queues}
    agents = {agent.id: agent for agent in policy.agents}

    def offerable(contact: Contact) -> bool:
        queue, agent = queues.get(contact.queue_id or 0), agents.get(contact.agent_id or 0)
        if queue is None or agent is None:
            return True
        return can_serve(agent, demanding(queue, from_data(contact.demands, policy.skills)))

    return offerable


def _free(tx: Transaction, contact: Contact) -> None:
    assert contact.agent_id is not None
    if contact.state is ContactState.CLOSED:
        tx.emit(facts.WrapUpEnded(tx.now_ms, contact.id, contact.agent_id))
    elif contact.state is ContactState.OFFERED:
        tx.emit(facts.OfferWithdrawn(tx.now_ms, contact.id, contact.agent_id))
    else:
        back_to_line(tx, contact, "agent_gone")


def line_up(tx: Transaction, contact: Contact, queues: set[int]) -> None:
    """A contact that had no line joins one, if there is one for it now. A call that is up hears of its own."""
    if call_up(tx, contact) is not None:
        return
    queue_id = open_queue(tx, contact)
    if queue_id is not None and queue_id in queues:
        enqueue(tx, contact, queue_id, place_ms=contact.arrived_ms, fresh_target=contact.due_ms is None)
