"""The facts that stays of a log would have left in the journal, had their contacts lived here.

`measure/fold.py` makes of them the very stays they come from: a test says so of any log.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from affluent.facts.media import Outcome
from affluent.measure.outcomes import MEDIA, NEVER, OUTCOMES, End, Fields, Stay

NOBODY = 0
"""Who classified or moved a contact where no person did."""
_SILENT = OUTCOMES.index(Outcome.SILENT)


class Written(NamedTuple):
    """A fact as the journal holds it: `data` is JSON without the columns."""

    at_ms: int
    kind: str
    agent_id: int | None
    data: str


def facts_of(stays: Sequence[Fields]) -> Iterator[Written]:
    """The facts of one contact, in order, from its stays."""
    one = stays[0]
    yield Written(
        one.arrived_ms, "ContactReceived", None,
        f'{{"request_id":{one.request_id},"customer_id":{one.customer_id},"brand_id":{one.brand_id},'
        f'"channel_id":{one.channel_id},"medium":"{MEDIA[one.medium].value}"}}',
    )  # fmt: skip
    for at, stay in enumerate(stays):
        yield Written(
            stay.entered_ms, "ContactQueued", None,
            f'{{"queue_id":{stay.queue_id},"place_ms":{stay.entered_ms},"target_ms":{stay.target_ms},'
            f'"due_ms":{stay.due_ms}}}',
        )  # fmt: skip
        if stay.taken_ms != NEVER:
            yield from _in_hand(stay)
        if stay.end == End.TRANSFERRED:
            yield _handed_on(stay, stays[at + 1].queue_id)
        else:
            yield from _ended(stay)


def _in_hand(stay: Fields) -> Iterator[Written]:
    yield Written(stay.taken_ms, "ContactTaken", stay.agent_id, "{}")
    if stay.replied_ms != NEVER:
        yield Written(stay.replied_ms, "MessageAnswered", stay.agent_id, '{"message_id":0}')
    if not stay.synchronous:
        yield Written(stay.answered_ms, "ContactSlept", stay.agent_id, '{"until_ms":null}')
        if stay.end != End.OPEN:
            yield Written(stay.left_ms, "ContactWoken", stay.agent_id, '{"cause":"agent"}')


def _handed_on(stay: Fields, to_queue_id: int) -> Written:
    if stay.taken_ms != NEVER:
        data = f'{{"to_queue_id":{to_queue_id},"to_agent_id":null}}'
        return Written(stay.left_ms, "ContactTransferred", stay.agent_id, data)
    data = f'{{"by_id":{NOBODY},"to_queue_id":{to_queue_id},"to_agent_id":null,"reason":""}}'
    return Written(stay.left_ms, "ContactReassigned", None, data)


def _ended(stay: Fields) -> Iterator[Written]:
    if stay.end != End.CLOSED and stay.motive_id != NEVER:
        at_ms = max(stay.entered_ms, stay.answered_ms, stay.left_ms)
        yield Written(at_ms, "ContactClassified", NOBODY, f'{{"motive_id":{stay.motive_id}}}')
    if stay.end == End.ABANDONED:
        silent = "true" if stay.outcome == _SILENT else "false"
        yield Written(stay.left_ms, "ContactAbandoned", None, f'{{"silent":{silent}}}')
    elif stay.end == End.CLOSED:
        motive = "null" if stay.motive_id == NEVER else stay.motive_id
        agent = stay.agent_id if stay.agent_id != NEVER else NOBODY
        yield Written(
            stay.left_ms, "ContactClosed", agent if stay.by_person else None,
            f'{{"outcome":"{OUTCOMES[stay.outcome].value}","motive_id":{motive}}}',
        )  # fmt: skip


def by_contact(rows: Iterable[Stay]) -> Iterator[list[Stay]]:
    """Stays that stand by contact, contact by contact."""
    held: list[Stay] = []
    for row in rows:
        if held and held[0].contact_id != row.contact_id:
            yield held
            held = []
        held.append(row)
    if held:
        yield held
