"""The engine follows the facts, and its decisions become facts: the one place where the two meet.

Replay uses the same functions: the journal's facts in, the same decisions out.
"""

import time
from typing import Any

from affluent.centre import marking
from affluent.centre.demanding import from_data
from affluent.centre.overflowing import sent_on, turned_away
from affluent.centre.queueing import enqueue
from affluent.centre.refusals import Refusal as CentreRefusal
from affluent.centre.transaction import TooLate, Transaction
from affluent.facts import contact as facts
from affluent.facts import together
from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady, LimitsLifted
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.facts.queue import QueueClosed, QueueFact, QueueOpened
from affluent.facts.states import AgentState
from affluent.routing.decisions import (
    Decision,
    Offered,
    OfferExpired,
    Overflowed,
    Place,
    PulledBack,
    Refused,
    Resumed,
    RoutingError,
    WrapUpEnded,
)
from affluent.routing.engine import Router
from affluent.routing.policy import AgentRule

Fact = facts.ContactFact | AgentFact | LimitsLifted | QueueFact
_OF_AGENT = (AgentReady, AgentAway, AgentOffline)
_OF_QUEUE = (QueueClosed, QueueOpened)
_OF_PEOPLE = (together.AgentJoined, together.AgentParted, together.ContactHandedOver)
SLICE = 256
"""So many decisions are written in one transaction when much fell due at once: a tenth of a second or so."""
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
    if isinstance(fact, _OF_AGENT):
        return _follow_agent(router, fact, now_ms)
    if isinstance(fact, _OF_QUEUE):
        return _follow_queue(router, fact, now_ms)
    if isinstance(fact, LimitsLifted):
        known = fact.agent_id in router.rows.agent
        return router.lift_limits(fact.agent_id, fact.extra, fact.until_ms, now_ms) if known else None
    if isinstance(fact, _OF_PEOPLE):
        return _follow_people(router, fact, now_ms)
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
            return router.take(fact.contact_id, fact.agent_id, now_ms, allowed=True)
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


def _follow_people(
    router: Router,
    fact: together.AgentJoined | together.AgentParted | together.ContactHandedOver,
    now_ms: int,
) -> list[Decision] | None:
    """Who takes part counts it in hand. Who serves nothing, and so is no agent to the engine, counts nothing."""
    if fact.contact_id not in router.row_of or fact.agent_id not in router.rows.agent:
        return None
    match fact:
        case together.AgentJoined():
            return router.join(fact.contact_id, fact.agent_id, now_ms)
        case together.AgentParted():
            return router.part(fact.contact_id, fact.agent_id, now_ms)
        case together.ContactHandedOver():
            return router.hand_over(fact.contact_id, fact.agent_id, now_ms)


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
    resumed = woken(router, fact, decisions, tx.now_ms)
    if resumed is not None:
        return resumed
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


def woken(
    router: Router, fact: facts.ContactWoken, decisions: list[Decision], now_ms: int
) -> list[Decision] | None:
    """What follows when a sleeper is in a hand again; None when it waits, and two facts more say so."""
    if any(isinstance(one, Resumed) and one.contact == fact.contact_id for one in decisions):
        return decisions
    if fact.cause == "agent":
        others = [one for one in decisions if one.contact != fact.contact_id]
        return [*others, *router.take(fact.contact_id, fact.agent_id, now_ms)]
    return None


def _why(tx: Transaction, decision: Offered) -> facts.Why:
    """The engine's reasons. It knows for whom a contact is kept; the centre knows who asked for that."""
    reasons: list[tuple[str, dict[str, Any]]] = [(one.code, dict(one.params)) for one in decision.why]
    if reasons and reasons[0][0] == "same_agent":
        had_it = tx.contact(decision.contact).last_agent_id
        if had_it not in (None, decision.agent):
            reasons[0] = (TRANSFERRED, {"from": tx.store.settings.account_name(had_it)})
    return tuple(reasons)


def change_agent(tx: Transaction, router: Router, agent_id: int) -> bool:
    """Teaches the engine the rules of one agent, at once; False when it must be built anew for it.

    It must be when the agent comes, goes, or serves other brands: then contacts may change hands.
    """
    rule, row = tx.store.settings.agent_rule(agent_id), router.rows.agent.get(agent_id)
    if rule is None or row is None or walls(rule) != walls(router.rows.agents[row]):
        return False
    try:
        decisions = router.change_agent(rule, tx.now_ms)
    except RoutingError:
        # It names a skill, a queue or a team that the engine has not met yet.
        return False
    marking.agent_followed(tx, rule)
    apply(tx, router, decisions, by_rule=True)
    return True


def walls(rule: AgentRule) -> set[int]:
    """The brands that an agent serves, as the engine knows them: skills below zero."""
    return {skill for skill in rule.skills if skill < 0}


def apply(tx: Transaction, router: Router, decisions: list[Decision], *, by_rule: bool = False) -> None:
    """Writes decisions as facts. The engine knows them already: they are not told to it again.

    `by_rule`: offers that ended did so because the rules changed, and not because nobody answered.
    """
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
                fact = facts.OfferExpired if there and not by_rule else facts.OfferWithdrawn
                tx.emit(fact(tx.now_ms, decision.contact, decision.agent))
            case PulledBack():
                queue_id = tx.contact(decision.contact).queue_id
                assert queue_id is not None, "what was on offer has a queue"
                kept_ms = router.rows.queues[router.rows.queue[queue_id]].keep_ms
                fact = facts.OfferPulledBack
                tx.emit(fact(tx.now_ms, decision.contact, decision.agent, tx.now_ms + kept_ms))
            case Resumed():
                pass
            case Overflowed():
                sent_on(tx, router, decision)
            case Refused():
                turned_away(tx, decision)
            case WrapUpEnded():
                tx.emit(facts.WrapUpEnded(tx.now_ms, decision.contact, decision.agent))
    del tx.facts[before:]


def pass_time(tx: Transaction, router: Router, now_ms: int) -> list[Decision]:
    """Offers expire, stages open, keeping ends: what fell due by now, a slice of it at most; what was decided.

    What is left stays due: the runner comes again for it, and serves others in between.
    """
    went_on = router.behind
    decisions = router.advance(now_ms, most=SLICE)
    if went_on or router.behind:
        marking.slice_decided(tx, router)
    apply(tx, router, decisions)
    return decisions


def position(router: Router, contact_id: int) -> int | None:
    """How many wait before it; None when it does not wait or is not known."""
    try:
        return router.position(contact_id) if router.place(contact_id) is Place.WAITING else None
    except (RoutingError, KeyError):
        # Asked from outside the runner's thread: it may be on its way out of the engine at this instant.
        return None
