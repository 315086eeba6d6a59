"""One act on many contacts: a job whose items are done, or refused, one by one, each in its own transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from affluent.centre.answering_alike import answer_alike
from affluent.centre.ending import ended
from affluent.centre.handing_on import sleep, transfer
from affluent.centre.records import Contact
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.reopening import reopen, reopen_where_it_was
from affluent.centre.searching import Filters, Instant
from affluent.centre.supervising.supervising import REASON_CHARS_MAX, reassign
from affluent.centre.texts import Id, Prose
from affluent.centre.transaction import TooLate, Transaction
from affluent.centre.wall import Right, Viewer
from affluent.facts.contact import ContactClassified
from affluent.facts.media import CHOSEN_AT_CLOSE, SYNCHRONOUS, Outcome
from affluent.facts.states import LIVE, ContactState

CONTACTS_MAX = 1_000
HELD = (ContactState.IN_HAND, ContactState.SLEEPING)


class Act(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Assign(Act):
    """To a queue, or to a named person within the queue where it is.

    What somebody has in hand goes with a `reason` only; a colleague who hands on their own may leave a note with it.
    """

    action: Literal["assign"]
    queue_id: Id | None = None
    agent_id: Id | None = None
    reason: Annotated[str, Field(max_length=REASON_CHARS_MAX)] = ""


class Close(Act):
    action: Literal["close"]
    outcome: Literal["resolved", "unresolved", "spam", "duplicate", "no_reply"]
    motive_id: Id | None = None


class Motive(Act):
    action: Literal["motive"]
    motive_id: Id | None


class Spam(Act):
    action: Literal["spam"]


class Sleep(Act):
    action: Literal["sleep"]
    until_ms: Instant | None = None


class Reopen(Act):
    action: Literal["reopen"]


class Answer(Act):
    """One answer to each, who is then resolved. Who waits in line is answered there."""

    action: Literal["answer"]
    text: Annotated[Prose, Field(min_length=1)]


AnyAct = Annotated[Answer | Assign | Close | Motive | Spam | Sleep | Reopen, Field(discriminator="action")]
UNDONE = frozenset({"close", "spam", "motive"})
"""What can be taken back: a closing by reopening, a motive by the one before."""


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    viewer: Viewer
    action: str
    params: dict[str, Any]
    undoes: int | None
    due: tuple[int, ...] = field(default=())
    """Contacts still to be done, in order."""


class Jobs(Protocol):
    """Where jobs are kept."""

    def open(
        self, viewer: Viewer, key: str, act: Act, contact_ids: Sequence[int] | None, filters: Filters | None,
        now_ms: int,
    ) -> int:  # fmt: skip
        """Writes the job with its items; a repeat of `key` returns the first. Raises `Refusal` for none or too many."""
        ...

    def open_undo(self, viewer: Viewer, job_id: int, key: str, now_ms: int) -> int: ...
    def shown(self, viewer: Viewer, job_id: int | None) -> list[dict[str, Any]]:
        """The viewer's own jobs, the latest first, with their progress and refusals."""
        ...

    def next(self) -> Job | None:
        """A job that runs, with what is left of it and the rights of its person as they are now."""
        ...

    def refused(self, job_id: int, contact_id: int, code: str, params: dict[str, Any]) -> None: ...
    def finish(self, job_id: int, now_ms: int) -> None: ...


def step(tx: Transaction, *, job: Job, contact_id: int) -> None:
    """One contact of a job. Raises what the act refuses."""
    if not tx.store.bulk.due(job.id, contact_id):
        return
    contact = tx.contact(contact_id)
    job.viewer.behind_wall(contact.brand_id)
    before = {"state": contact.state.value, "motive_id": contact.motive_id}
    if job.undoes is not None:
        _undo(tx, job, contact)
    else:
        _act(tx, job, contact)
    tx.store.bulk.done(job.id, contact_id, before)


def _act(tx: Transaction, job: Job, contact: Contact) -> None:
    params, viewer = job.params, job.viewer
    match job.action:
        case "assign":
            _assign(tx, job, contact)
        case "close":
            _close(tx, viewer, contact, Outcome(params["outcome"]), params.get("motive_id"))
        case "spam":
            _close(tx, viewer, contact, Outcome.SPAM, None)
        case "motive":
            _classify(tx, viewer, contact, params.get("motive_id"))
        case "sleep":
            sleep(tx, contact_id=contact.id, agent_id=viewer.account_id, until_ms=params.get("until_ms"))
        case "reopen":
            _reopen(tx, viewer, contact)
        case "answer":
            answer_alike(tx, viewer, contact, key=f"job-{job.id}", text=params["text"])
        case _:
            raise Invalid("invalid_value", "action")


def _undo(tx: Transaction, job: Job, contact: Contact) -> None:
    assert job.undoes is not None
    before = tx.store.bulk.before(job.undoes, contact.id)
    if before is None:
        raise TooLate("moved_on")
    if job.action == "motive":
        _classify(tx, job.viewer, contact, before["motive_id"])
        return
    if job.viewer.may(Right.SUPERVISE):
        reopen_where_it_was(tx, contact_id=contact.id, by_id=job.viewer.account_id)
    else:
        reopen(tx, contact_id=contact.id, agent_id=job.viewer.account_id)
    if before["motive_id"] != contact.motive_id:
        tx.emit(ContactClassified(tx.now_ms, contact.id, job.viewer.account_id, before["motive_id"]))


def _mine(viewer: Viewer, contact: Contact) -> bool:
    return contact.state in HELD and contact.agent_id == viewer.account_id


def _assign(tx: Transaction, job: Job, contact: Contact) -> None:
    viewer, queue_id, agent_id = job.viewer, job.params.get("queue_id"), job.params.get("agent_id")
    reason: str = job.params.get("reason", "")
    if not viewer.may(Right.SUPERVISE):
        if not _mine(viewer, contact):
            raise Forbidden("not_in_your_hand")
        transfer(
            tx,
            contact_id=contact.id,
            agent_id=viewer.account_id,
            key=f"job-{job.id}",
            queue_id=queue_id,
            to_agent_id=agent_id,
            text=reason,
        )
        return
    reassign(tx, viewer=viewer, contact_id=contact.id, queue_id=queue_id, agent_id=agent_id, reason=reason)


def _close(
    tx: Transaction, viewer: Viewer, contact: Contact, outcome: Outcome, motive_id: int | None
) -> None:
    if not _mine(viewer, contact) and not viewer.may(Right.SUPERVISE):
        raise Forbidden("not_in_your_hand")
    if contact.state not in LIVE:
        raise TooLate("too_late", state=contact.state.value)
    if contact.medium in SYNCHRONOUS and contact.state not in HELD and outcome is not Outcome.SPAM:
        # Their customer is there, and waits: nobody closes the door on them by the dozen.
        raise Refusal("customer_waits")
    assert outcome in CHOSEN_AT_CLOSE
    if motive_id is not None and not tx.store.settings.motive_usable(motive_id, contact.brand_id):
        raise Invalid("unknown_motive", "motive_id")
    ended(tx, contact, outcome, viewer.account_id, motive_id)


def _classify(tx: Transaction, viewer: Viewer, contact: Contact, motive_id: int | None) -> None:
    theirs = viewer.account_id in (contact.agent_id, contact.last_agent_id)
    if not theirs and not viewer.may(Right.SUPERVISE):
        raise Forbidden("not_in_your_hand")
    if motive_id is not None and not tx.store.settings.motive_usable(motive_id, contact.brand_id):
        raise Invalid("unknown_motive", "motive_id")
    if motive_id != contact.motive_id:
        tx.emit(ContactClassified(tx.now_ms, contact.id, viewer.account_id, motive_id))
        tx.store.requests.update(contact.request_id, {"motive_id": motive_id})


def _reopen(tx: Transaction, viewer: Viewer, contact: Contact) -> None:
    supervises = viewer.may(Right.SUPERVISE)
    if supervises and contact.last_agent_id != viewer.account_id:
        reopen_where_it_was(tx, contact_id=contact.id, by_id=viewer.account_id)
    else:
        reopen(tx, contact_id=contact.id, agent_id=viewer.account_id, supervises=supervises)
