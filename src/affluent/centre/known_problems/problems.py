"""Known problems: which contacts are about one, and what their customers are told. Nobody is kept from a person."""

from collections.abc import Collection, Iterable
from typing import Any

from affluent.centre.answering import BY_MAIL
from affluent.centre.classify import Features, holds
from affluent.centre.records import Contact, NewMessage, Problem
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.transaction import Transaction
from affluent.facts.media import SYNCHRONOUS
from affluent.facts.steering import ProblemMarked, ProblemTold, ProblemUnmarked

ALIKE_WORDS = 2
ALIKE_SHARE = 0.4


def fits(problem: Problem, words: str, motive_id: int | None, queue_id: int | None) -> bool:
    """Whether a contact with these words and this motive, headed for this queue, is about the problem."""
    if problem.from_queue_ids and queue_id not in problem.from_queue_ids:
        return False
    if not problem.words and not problem.motive_ids:
        return bool(problem.from_queue_ids)
    if motive_id is not None and motive_id in problem.motive_ids:
        return True
    condition: dict[str, Any] = {"field": "words", "op": "any_of", "value": list(problem.words)}
    return bool(problem.words) and holds(condition, Features(0, words=words))


def open_now(tx: Transaction, brand_id: int) -> Iterable[Problem]:
    """The problems that are open for a brand, the oldest first."""
    return (one for one in tx.store.settings.problems() if one.of_brand(brand_id) and one.open_at(tx.now_ms))


def found(tx: Transaction, contact: Contact, words: str, queue_id: int | None) -> Problem | None:
    """The first open problem that a contact is about."""
    for problem in open_now(tx, contact.brand_id):
        if fits(problem, words, contact.motive_id, queue_id):
            return problem
    return None


def queue_of(tx: Transaction, problem: Problem, contact: Contact) -> int | None:
    """The problem's own queue for this contact, or None: it has none of its medium and brand."""
    for queue_id in problem.queue_ids:
        queue = tx.store.settings.queue(queue_id)
        if queue is not None and queue.brand_id == contact.brand_id and queue.medium is contact.medium:
            return queue_id
    return None


def mark(
    tx: Transaction,
    contact: Contact,
    problem: Problem,
    home_queue_id: int | None,
    agent_id: int | None = None,
) -> Contact:
    """Marks the contact, with a line on its timeline."""
    by = None if agent_id is None else tx.store.settings.account_name(agent_id)
    tx.note_event(contact, "problem_marked", problem=problem.name, by=by)
    return tx.emit(ProblemMarked(tx.now_ms, contact.id, problem.id, agent_id, home_queue_id))


def tell(tx: Transaction, contact: Contact, problem: Problem) -> None:
    """Tells the customer, in their language: at once in a chat, by a mail of its own otherwise.

    A mail goes once for a customer and a problem, and never where no reply was asked for or can go; it is marked as
    written by no person, so that no machine answers it (RFC 3834).
    """
    text = problem.message(contact.language)
    if not text:
        return
    if contact.medium in SYNCHRONOUS:
        event = {"code": "known_problem", "params": {"text": text}, "to_customer": True}
        message_id = tx.write(contact, NewMessage(direction="event", author_kind="system", event=event))
        tx.emit(ProblemTold(tx.now_ms, contact.id, problem.id, message_id))
        return
    key = f"problem:{problem.id}:{contact.customer_id}"
    answerable = contact.medium in BY_MAIL and (contact.reply_address or {}).get("to")
    if not problem.replies or not answerable or tx.store.journal.known(key) is not None:
        return
    message_id = tx.write(
        contact, NewMessage(direction="out", author_kind="bot", text=text, delivery="pending")
    )
    tx.emit(ProblemTold(tx.now_ms, contact.id, problem.id, message_id), dedupe_key=key)
    tx.promise("mail", message_id=message_id, contact=contact)


def set_by_hand(tx: Transaction, *, contact_id: int, agent_id: int, problem_id: int | None) -> None:
    """An agent says what it is about: a known problem, or none. It stays where it stands.

    Raises `Invalid` for a problem that is not open for the contact's brand.
    """
    contact = tx.contact(contact_id)
    if contact.problem_id == problem_id:
        return
    if problem_id is not None:
        problem = next((one for one in open_now(tx, contact.brand_id) if one.id == problem_id), None)
        if problem is None:
            raise Invalid("no_such_reference", "problem_id")
        mark(tx, contact, problem, contact.queue_id, agent_id)
        return
    assert contact.problem_id is not None, "it is another than none"
    standing = tx.store.settings.problem(contact.problem_id)
    by = tx.store.settings.account_name(agent_id)
    tx.note_event(contact, "problem_unmarked", problem="" if standing is None else standing.name, by=by)
    if _waits_for(standing, contact):
        raise Refusal("problem_has_queue")
    tx.emit(ProblemUnmarked(tx.now_ms, contact.id, contact.problem_id, agent_id))


def alike(mine: Collection[str], theirs: Iterable[Collection[str]]) -> int:
    """How many of these contacts, each as its words, say much the same as one with `mine`.

    Much the same: of the words of the shorter one, at least four in ten stand in the other, and two at least.
    """
    own = frozenset(mine)
    count = 0
    for words in theirs:
        shared, least = len(own & frozenset(words)), min(len(own), len(words))
        count += shared >= ALIKE_WORDS and shared >= ALIKE_SHARE * least
    return count


def _waits_for(problem: Problem | None, contact: Contact) -> bool:
    """Whether it stands in the problem's own queue: without its mark, nothing would bring it home."""
    from_line = contact.state.value in ("received", "waiting", "offered")
    return problem is not None and from_line and contact.queue_id in problem.queue_ids
