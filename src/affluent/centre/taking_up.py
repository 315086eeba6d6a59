"""Rules that an administrator changed, taken up by the engine as it runs: nobody loses their place, nothing pauses.

Built anew from the database it must be when contacts change hands: an agent goes, or serves fewer brands.
"""

from affluent.centre import by_the_clock, follow, marking
from affluent.centre.rebuilding import line_up
from affluent.centre.transaction import Transaction
from affluent.facts.states import AgentState
from affluent.routing.decisions import Decision, RoutingError
from affluent.routing.engine import Router
from affluent.routing.policy import Policy, PolicyError


def taken_up(tx: Transaction, router: Router) -> bool:
    """Teaches the engine what this command changed; False when it must be built anew for it."""
    if tx.policy_changed:
        return _policy(tx, router)
    if tx.queue_changed is not None:
        return _queue(tx, router, tx.queue_changed) or _policy(tx, router)
    return tx.agent_changed is None or follow.change_agent(tx, router, tx.agent_changed)


def _policy(tx: Transaction, router: Router) -> bool:
    before, policy = router.policy, tx.store.settings.policy()
    if _hands_change(tx, before, policy):
        return False
    try:
        decisions = router.change_rules(policy, tx.now_ms)
    except (RoutingError, PolicyError):
        # What cannot be taken up may still be built; what cannot be built says so there.
        return False
    _write(tx, router, decisions, before)
    return True


def _queue(tx: Transaction, router: Router, queue_id: int) -> bool:
    """One queue, and those that send on to it; False when more than these changes with it."""
    tx.store.settings.forget()
    found = tx.store.settings.queue_rules(queue_id)
    if found is None:
        return False
    rules, ranked = found
    policy = router.policy
    before = {rule.id: rule for rule in policy.queues}
    if any(rule.id not in before for rule in rules):
        return False
    if ranked != any(queue_id in rule.ranks for rule in router.policy.agents):
        return False
    changed = [rule for rule in rules if rule != before[rule.id]]
    if len(changed) > 1:
        return False
    try:
        decisions = router.change_queue(changed[0], tx.now_ms) if changed else []
    except RoutingError:
        return False
    _write(tx, router, decisions, policy)
    return True


def _write(tx: Transaction, router: Router, decisions: list[Decision], before: Policy) -> None:
    marking.rules_followed(tx, router, before)
    follow.apply(tx, router, decisions, by_rule=True)
    by_the_clock.keep(tx)
    tx.look_now = True
    queues = {rule.id for rule in router.policy.queues}
    for contact in tx.store.contacts.unlined():
        line_up(tx, contact, queues)


def _hands_change(tx: Transaction, before: Policy, after: Policy) -> bool:
    """Whether contacts that somebody has must go to others, or an agent comes who has some or is at work already."""
    staying = {rule.id: rule for rule in after.agents}
    for rule in before.agents:
        if rule.id not in staying or follow.walls(rule) - follow.walls(staying[rule.id]):
            return True
    known = {rule.id for rule in before.agents}
    return any(_has_something(tx, one) for one in staying if one not in known)


def _has_something(tx: Transaction, agent_id: int) -> bool:
    contacts = tx.store.contacts
    if tx.store.people.presence(agent_id).state is not AgentState.OFFLINE:
        return True
    return bool(contacts.of_agent(agent_id) or contacts.wrapping(agent_id) or contacts.beside(agent_id))
