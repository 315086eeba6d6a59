"""What the centre needs from the outside, as ports. `storage` provides them on PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.calling.ports import Calls
from affluent.centre.integration.attempt import Attempt
from affluent.centre.merging_ports import Merges
from affluent.centre.notifying_ports import Notices
from affluent.centre.outbound_calls.records import CallingOut
from affluent.centre.questions import Question
from affluent.centre.records import (
    Appointment,
    Channel,
    Chat,
    Contact,
    Customer,
    MotiveSteer,
    NewFile,
    NewMessage,
    Opening,
    Presence,
    Problem,
    Queue,
    Rule,
    Segment,
    Standing,
    Steering,
)
from affluent.centre.supervising.ports import Supervision
from affluent.centre.trials.records import Released, Trials
from affluent.facts.journal import JournalFact
from affluent.facts.media import Medium
from affluent.routing.policy import AgentRule, Policy, QueueRule


class Spoiled(Exception):
    """The database gave up a transaction as a whole: none of its commands is done. Its cause says why."""


class EarlierSpoiled(Spoiled):
    """It was the transaction before this one, which was on its way; so nothing of this one is done either."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A fact after which an agent rests from a contact, or from all of them when an offer expired."""

    at_ms: int
    kind: str
    contact_id: int
    agent_id: int


class Journal(Protocol):
    """Facts in the order in which they took effect."""

    def append(
        self,
        fact: JournalFact,
        dedupe_key: str | None,
    ) -> None: ...
    def known(self, dedupe_key: str) -> int | None:
        """The contact that a delivery with this key already led to, or None; 0 when it led to none."""
        ...

    def set_aside(self, since_ms: int) -> Sequence[SetAside]:
        """Who passed on which contact since then, in order; a fresh engine learns it from here."""
        ...


class Marks(Protocol):
    """What the engine followed and how it stood: the facts of `facts/engine.py` name it."""

    def version(self, rules: bytes, now_ms: int) -> int:
        """The number of these rules; the same rules have the same."""
        ...

    def keep(self, at_ms: int, version_id: int, standing: bytes) -> int: ...


class Contacts(Protocol):
    def next_id(self) -> int: ...
    def insert(self, contact_id: int, columns: dict[str, Any]) -> None: ...
    def get(self, contact_id: int) -> Contact | None:
        """The contact, locked for this transaction."""
        ...

    def update(self, contact_id: int, columns: dict[str, Any]) -> Contact | None:
        """The contact as it stands then; None when there is none."""
        ...

    def of_agent(self, agent_id: int) -> Sequence[Contact]: ...
    def beside(self, agent_id: int) -> Sequence[Contact]:
        """Those in another's hand in which this agent takes part, or is asked to."""
        ...

    def of_request(self, request_id: int) -> Sequence[Contact]: ...
    def live(self) -> Iterable[Standing]:
        """Every contact that has not ended, or is being wrapped up, by place in line, then by identifier.

        They are fetched a piece at a time: read all of them before anything else is asked.
        """
        ...

    def unlined(self) -> Sequence[Contact]:
        """Those that no line has taken yet, in order of identifiers."""
        ...

    def wrapping(self, agent_id: int) -> Sequence[Contact]:
        """Those that are over and keep this agent's hand full."""
        ...

    def waiting_in(self, queue_id: int) -> Sequence[Contact]:
        """Those that wait in a queue, offered or not."""
        ...

    def unmarked_after(
        self, contact_id: int, brand_id: int | None, most: int
    ) -> Sequence[tuple[Contact, str]]:
        """Contacts that wait, marked with no known problem, beyond an identifier, with all their customer wrote."""
        ...

    def held_up_by(self, problem_id: int, most: int) -> Sequence[Contact]:
        """Contacts that wait, marked with this problem, and have not been sent home."""
        ...

    def to_take(self, queue_id: int, agent_id: int, now_ms: int) -> Sequence[Contact]:
        """Those that wait in a queue, promised to nobody for later and kept for nobody else than this agent."""
        ...

    def asked_before(self, customer_id: int, motive_id: int, since_ms: int, request_id: int) -> bool:
        """Whether the customer's contact about this motive ended since then, on another request."""
        ...


class Requests(Protocol):
    def open(self, brand_id: int, customer_id: int, subject: str, at_ms: int) -> int: ...
    def update(self, request_id: int, columns: dict[str, Any]) -> None: ...
    def of_mail(self, brand_id: int, message_ids: Sequence[str]) -> int | None:
        """The request to which one of these Message-IDs belongs, the latest named first."""
        ...

    def remember_mail(self, brand_id: int, message_id: str, request_id: int, contact_id: int) -> None: ...


class Messages(Protocol):
    def add(self, contact: Contact, message: NewMessage, at_ms: int) -> int: ...
    def by_key(self, contact_id: int, key: str) -> int | None: ...
    def set_delivery(self, message_id: int, delivery: str, error: str | None) -> None: ...
    def of_mail(self, contact_id: int, mail_id: str | None) -> int | None:
        """The reply that went out under this Message-ID, or the contact's last mail when none is named."""
        ...

    def set_mail(self, message_id: int, headers: dict[str, Any]) -> None: ...
    def contact_of(self, message_id: int) -> tuple[int, str | None] | None:
        """Its contact and its delivery state."""
        ...

    def mark_read(
        self, contact_id: int, at_ms: int, direction: str, up_to: int | None = None
    ) -> list[int]: ...
    def words(self, contact_id: int) -> str:
        """All that its customer wrote in it, in order."""
        ...

    def last_mail(self, request_id: int) -> dict[str, Any] | None:
        """The headers of the newest mail from the customer on a request."""
        ...


class Customers(Protocol):
    def find(self, brand_id: int, kind: str, value: str) -> Customer | None: ...
    def get(self, customer_id: int) -> Customer | None: ...
    def create(self, brand_id: int, name: str, language: str | None, at_ms: int) -> Customer: ...
    def add_address(self, customer_id: int, brand_id: int, kind: str, value: str) -> None: ...
    def update(self, customer_id: int, columns: dict[str, Any]) -> None: ...


class Steerings(Protocol):
    """Offers of another channel, by the token that opens the customer's page."""

    def offer(self, token: str, contact_id: int, channel_id: int, at_ms: int) -> None: ...
    def get(self, token: str) -> Steering | None: ...
    def of(self, contact_id: int) -> str | None:
        """The token of the contact's offer."""
        ...


class Appointments(Protocol):
    """Hours that were promised at the doors, by the token that opens the customer's page."""

    def make(self, appointment: Appointment) -> None: ...
    def get(self, token: str) -> Appointment | None: ...
    def of(self, contact_id: int) -> Appointment | None: ...
    def move(self, contact_id: int, hour_ms: int) -> None: ...
    def cancel(self, contact_id: int, at_ms: int) -> None: ...
    def held(self, queue_id: int, from_ms: int) -> Mapping[int, int]:
        """How many hold each hour of a queue from then on: neither cancelled nor ended."""
        ...

    def standing(self, customer_id: int, from_ms: int) -> int:
        """How many hours a customer still has before them."""
        ...


class Chats(Protocol):
    def get(self, chat_id: int) -> Chat | None: ...
    def of_contact(self, contact_id: int) -> Chat | None: ...
    def create(self, channel_id: int, token_hash: bytes, language: str, page: str, at_ms: int) -> int: ...
    def update(self, chat_id: int, columns: dict[str, Any]) -> None: ...


class Files(Protocol):
    def keep(self, brand_id: int, file: NewFile, at_ms: int) -> int: ...
    def keep_mail(self, channel_id: int, why: str, file_id: int, at_ms: int) -> None: ...
    def usable(self, file_ids: Sequence[int], *, account_id: int | None, chat_id: int | None) -> bool:
        """Whether each of these was uploaded by this agent or this chat and hangs on no message yet."""
        ...


class Outbox(Protocol):
    def put(self, kind: str, *, message_id: int, contact_id: int, channel_id: int, due_ms: int) -> None: ...
    def again(self, message_id: int, due_ms: int) -> bool: ...
    def mark_sending(self, outbox_id: int) -> bool: ...
    def settle(self, outbox_id: int, state: str, error: str | None, due_ms: int) -> int | None:
        """Writes what became of an entry; returns its message."""
        ...


class Timers(Protocol):
    def set(self, kind: str, contact_id: int, due_ms: int) -> None: ...
    def clear(self, contact_id: int, *kinds: str) -> None: ...
    def due(self, now_ms: int) -> Sequence[tuple[str, int]]:
        """Takes what is due, earliest first, as (kind, contact)."""
        ...

    def after(self, now_ms: int) -> Sequence[tuple[str, int, int]]:
        """What is still to come, as (kind, contact, when), in the order of contacts."""
        ...

    def next_ms(self) -> int | None: ...


class Settings(Protocol):
    """What administrators decided."""

    def policy(self) -> Policy: ...
    def channel(self, channel_id: int) -> Channel | None: ...
    def queue(self, queue_id: int) -> Queue | None: ...
    def rules(self, brand_id: int) -> Sequence[Rule]: ...
    def account_name(self, account_id: int) -> str | None: ...
    def account_serves(self, account_id: int, brand_id: int) -> bool: ...
    def decline_reason_usable(self, code: str) -> bool: ...
    def motive_usable(self, motive_id: int, brand_id: int) -> bool: ...
    def agent_rule(self, account_id: int) -> AgentRule | None:
        """What the policy says of one agent; None for who serves no more."""
        ...

    def queue_rules(self, queue_id: int) -> tuple[Sequence[QueueRule], bool] | None:
        """What the policy says of a queue and of those that send on to it, and whether anybody ranks it.

        None for a queue that takes nothing new.
        """
        ...

    def segment(self, name: str, brand_id: int) -> Segment | None:
        """What customers of this segment are given: the brand's own before the whole centre's."""
        ...

    def opening(self) -> Sequence[Opening]:
        """The queues that their hours close, with those that are closed still."""
        ...

    def set_closed(self, queue_id: int, since_ms: int | None) -> None:
        """Writes that a queue is closed since then; None: that it is open."""
        ...

    def problems(self) -> Sequence[Problem]:
        """Known problems that are open, planned, or not yet seen to their end, in order of identifiers."""
        ...

    def problem(self, problem_id: int) -> Problem | None:
        """Any known problem, those of the past with them."""
        ...

    def motive_steer(self, motive_id: int) -> MotiveSteer | None:
        """To which media this motive is steered; None when it is not."""
        ...

    def channels_of(self, brand_id: int, medium: Medium) -> Sequence[Channel]:
        """The brand's active channels of a medium, in order of identifiers."""
        ...

    def public_url(self) -> str | None:
        """Where customers' browsers find our pages, without a slash at its end; None when nobody said so."""
        ...

    def keep_problem(self, problem_id: int, *, live: bool, seen_contact: int | None) -> None:
        """Writes what the centre made of a known problem."""
        ...

    def released(self) -> Sequence[Released]:
        """The rules that are released to a share of contacts now, by identifier."""
        ...

    def forget(self) -> None:
        """They have changed: nothing that was read before holds any more."""
        ...


class People(Protocol):
    def presence(self, account_id: int) -> Presence: ...
    def set_presence(self, presence: Presence) -> None: ...
    def everyone(self) -> Sequence[Presence]: ...
    def at_hand(
        self, brand_id: int, *, team_id: int | None = None, skill_id: int | None = None, level: int = 1
    ) -> Sequence[int]:
        """Who serves a brand and is ready, of a team or with a skill at a level: who has least in hand first,
        then who has been there for longest."""
        ...

    def drop_draft(self, account_id: int, contact_id: int) -> None: ...


class BulkItems(Protocol):
    """The items of a job over many contacts."""

    def due(self, job_id: int, contact_id: int) -> bool:
        """Whether it is still to be done: a repeat after a crash finds it done."""
        ...

    def done(self, job_id: int, contact_id: int, before: dict[str, Any]) -> None: ...
    def before(self, job_id: int, contact_id: int) -> dict[str, Any] | None:
        """How a contact was before a job; None when the job did nothing to it."""
        ...


class Repeated(Protocol):
    """Requests that may be sent again."""

    def keep(self, attempt: Attempt, result: Any) -> bool:
        """Writes a command's result beside its effects; False when the request was taken over meanwhile."""
        ...


class Store(Protocol):
    """All of it, within one transaction."""

    journal: Journal
    contacts: Contacts
    requests: Requests
    messages: Messages
    customers: Customers
    chats: Chats
    calls: Calls
    calling_out: CallingOut
    steerings: Steerings
    appointments: Appointments
    files: Files
    outbox: Outbox
    timers: Timers
    settings: Settings
    people: People
    merges: Merges
    notices: Notices
    bulk: BulkItems
    repeated: Repeated
    supervision: Supervision
    trials: Trials
    marks: Marks

    def foresee(self, questions: Iterable[Question]) -> None:
        """Asks at once what the commands to come will ask, so that none waits for each answer."""
        ...

    def savepoint(self) -> AbstractContextManager[Any]:
        """Undoes what happened inside when it is left by an exception. Raises `Spoiled`."""
        ...
