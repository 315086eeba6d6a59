"""Known problems begin and end by the clock: who waits already is looked through, and brought home at the end.

Both go on a handful at a time: between two of them the runner does what else is asked of it.
"""

from dataclasses import replace

from affluent.centre.hub import BoardChanged, DoorsChanged
from affluent.centre.known_problems.problems import fits, mark, queue_of, tell
from affluent.centre.queueing import enqueue
from affluent.centre.records import Contact, NewMessage, Problem
from affluent.centre.transaction import Transaction
from affluent.facts.contact import ContactReassigned
from affluent.facts.media import SYNCHRONOUS
from affluent.facts.states import ContactState
from affluent.facts.steering import ProblemEnded

AT_ONCE = 50
"""Contacts looked at, or brought home, in one transaction."""
AGAIN_MS = 1_000
OVER = -1
"""Kept as how far those who wait were looked through: its end has begun."""


def keep_problems(tx: Transaction) -> int | None:
    """Opens and ends what is due. When to look again: at once while somebody is left, None for never."""
    looks: list[int] = []
    for known in tx.store.settings.problems():
        is_open = known.open_at(tx.now_ms)
        # It was over, and is open again before all were home: it begins anew.
        anew = is_open and known.seen_contact == OVER
        problem = replace(known, live=False, seen_contact=None) if anew else known
        if is_open and (not problem.live or problem.seen_contact is not None):
            looks += _begun(tx, problem)
        elif not is_open and problem.live:
            looks += _over(tx, problem)
        looks += [at for at in (problem.begins_ms, problem.ends_ms) if at is not None and at > tx.now_ms]
    return min(looks, default=None)


def look(tx: Transaction) -> None:
    """What was said about known problems has changed: it is seen to at once."""
    tx.store.settings.forget()
    tx.look_now = True
    tx.tell(DoorsChanged())


def _begun(tx: Transaction, problem: Problem) -> list[int]:
    """Those who wait already and are about it, in order of identifiers."""
    if not problem.live:
        tx.tell(DoorsChanged())
        tx.tell(BoardChanged("levers"))
    after = problem.seen_contact or 0
    waiting = tx.store.contacts.unmarked_after(after, problem.brand_id, AT_ONCE)
    for contact, words in waiting:
        if fits(problem, words, contact.motive_id, contact.queue_id):
            _drawn_in(tx, contact, problem)
    seen = waiting[-1][0].id if len(waiting) == AT_ONCE else None
    tx.store.settings.keep_problem(problem.id, live=True, seen_contact=seen)
    return [] if seen is None else [tx.now_ms]


def _drawn_in(tx: Transaction, contact: Contact, problem: Problem) -> None:
    marked = mark(tx, contact, problem, contact.queue_id)
    own = queue_of(tx, problem, contact)
    # An offer that is out stands: its agent is about to take it.
    if own is not None and own != contact.queue_id and contact.state is ContactState.WAITING:
        _moved(tx, marked, problem, own)
    tell(tx, tx.contact(contact.id), problem)


def _over(tx: Transaction, problem: Problem) -> list[int]:
    """Who still waits in the problem's own queue goes where they would have gone, at their place."""
    if problem.seen_contact != OVER:
        tx.store.settings.keep_problem(problem.id, live=True, seen_contact=OVER)
        tx.tell(DoorsChanged())
        tx.tell(BoardChanged("levers"))
    left = tx.store.contacts.held_up_by(problem.id, AT_ONCE)
    waiting = [one for one in left if one.state is ContactState.WAITING]
    for contact in waiting:
        _home(tx, contact, problem)
    if not left:
        tx.store.settings.keep_problem(problem.id, live=False, seen_contact=None)
    # What is on offer is taken or comes back to the line: in a moment it is looked at again.
    return [tx.now_ms + (0 if waiting else AGAIN_MS)] if left else []


def _home(tx: Transaction, contact: Contact, problem: Problem) -> None:
    tx.note_event(contact, "problem_over", problem=problem.name)
    home = contact.home_queue_id
    if home is None or tx.store.settings.queue(home) is None:
        home = tx.channel(contact.channel_id).queue_id
    moved = tx.emit(ProblemEnded(tx.now_ms, contact.id, problem.id))
    there = home is not None and tx.store.settings.queue(home) is not None
    if home is not None and there and contact.queue_id in problem.queue_ids and home != contact.queue_id:
        moved = _moved(tx, moved, problem, home)
    if contact.medium in SYNCHRONOUS:
        event = {"code": "problem_solved", "params": {}, "to_customer": True}
        tx.write(moved, NewMessage(direction="event", author_kind="system", event=event))


def _moved(tx: Transaction, contact: Contact, problem: Problem, queue_id: int) -> Contact:
    """To another queue, at its place and due when it was."""
    fact = ContactReassigned(tx.now_ms, contact.id, contact.agent_id, problem.owner_id or 0, queue_id, None)
    moved = tx.emit(fact)
    return enqueue(tx, moved, queue_id, place_ms=contact.arrived_ms, fresh_target=False)
