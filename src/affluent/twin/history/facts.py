"""The facts that stays of a log would have left in the journal, had their contacts lived here.

`measure/fold.py` makes of them the very stays they come from: a test says so of any log. They are told by columns, all
facts of a kind at once: one by one, millions of them would take as long as PostgreSQL takes to write them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from affluent.facts.media import Outcome
from affluent.measure.outcomes import MEDIA, NEVER, OUTCOMES, End, Ints, Stays

NOBODY = 0
"""Who classified or moved a contact where no person did."""
_SILENT = OUTCOMES.index(Outcome.SILENT)


class OfAKind(NamedTuple):
    """Facts of one kind, at most one a stay."""

    kind: str
    stays: Ints
    """The places of their stays."""
    at_ms: Ints
    agent_id: Ints
    """`NEVER` where the fact names none."""
    form: str
    """JSON without the columns, with a `%s` for each of `values`."""
    values: tuple[Sequence[object], ...] = ()


def facts_of(stays: Stays) -> list[OfAKind]:
    """The facts of whole contacts whose stays follow each other; those of one stay in the order of this list.

    The first are those that begin each contact, in the order of the contacts.
    """
    begins = np.append(True, stays.contact_id[1:] != stays.contact_id[:-1])[: len(stays)]
    head, first = stays.where(begins), np.flatnonzero(begins)
    received = OfAKind(
        "ContactReceived", first, head.arrived_ms, _nobody(first),
        '{"request_id":%s,"customer_id":%s,"brand_id":%s,"channel_id":%s,"medium":"%s"}',
        (head.request_id.tolist(), head.customer_id.tolist(), head.brand_id.tolist(), head.channel_id.tolist(),
         [MEDIA[one].value for one in head.medium.tolist()]),
    )  # fmt: skip
    every = np.arange(len(stays))
    queued = OfAKind(
        "ContactQueued", every, stays.entered_ms, _nobody(every),
        '{"queue_id":%s,"place_ms":%s,"target_ms":%s,"due_ms":%s}',
        (stays.queue_id.tolist(), stays.entered_ms.tolist(), stays.target_ms.tolist(), stays.due_ms.tolist()),
    )  # fmt: skip
    return [received, queued, *_in_hand(stays), *_handed_on(stays), *_ended(stays)]


def _in_hand(stays: Stays) -> list[OfAKind]:
    taken = stays.taken_ms != NEVER
    asleep = taken & (stays.synchronous == 0)

    def one(kind: str, which: np.ndarray, at_ms: Ints, form: str) -> OfAKind:
        places = np.flatnonzero(which)
        return OfAKind(kind, places, at_ms[places], stays.agent_id[places], form)

    return [
        one("ContactTaken", taken, stays.taken_ms, "{}"),
        one("MessageAnswered", taken & (stays.replied_ms != NEVER), stays.replied_ms, '{"message_id":0}'),
        one("ContactSlept", asleep, stays.answered_ms, '{"until_ms":null}'),
        one("ContactWoken", asleep & (stays.end != End.OPEN), stays.left_ms, '{"cause":"agent"}'),
    ]


def _handed_on(stays: Stays) -> list[OfAKind]:
    on = stays.end == End.TRANSFERRED
    by_hand = np.flatnonzero(on & (stays.taken_ms != NEVER))
    by_itself = np.flatnonzero(on & (stays.taken_ms == NEVER))
    return [
        OfAKind(
            "ContactTransferred", by_hand, stays.left_ms[by_hand], stays.agent_id[by_hand],
            '{"to_queue_id":%s,"to_agent_id":null}', (stays.queue_id[by_hand + 1].tolist(),),
        ),
        OfAKind(
            "ContactReassigned", by_itself, stays.left_ms[by_itself], _nobody(by_itself),
            f'{{"by_id":{NOBODY},"to_queue_id":%s,"to_agent_id":null,"reason":""}}',
            (stays.queue_id[by_itself + 1].tolist(),),
        ),
    ]  # fmt: skip


def _ended(stays: Stays) -> list[OfAKind]:
    handed_on = stays.end == End.TRANSFERRED
    unclosed = ~handed_on & (stays.end != End.CLOSED) & (stays.motive_id != NEVER)
    of, classified = stays.where(unclosed), np.flatnonzero(unclosed)
    gone = np.flatnonzero(stays.end == End.ABANDONED)
    silent = stays.outcome[gone] == _SILENT
    done, closed = stays.where(stays.end == End.CLOSED), np.flatnonzero(stays.end == End.CLOSED)
    by = np.where(done.agent_id != NEVER, done.agent_id, NOBODY)
    return [
        OfAKind(
            "ContactClassified", classified, np.maximum.reduce((of.entered_ms, of.answered_ms, of.left_ms)),
            np.full(len(of), NOBODY), '{"motive_id":%s}', (of.motive_id.tolist(),),
        ),
        OfAKind(
            "ContactAbandoned", gone, stays.left_ms[gone], _nobody(gone), '{"silent":%s}',
            (["true" if one else "false" for one in silent.tolist()],),
        ),
        OfAKind(
            "ContactClosed", closed, done.left_ms, np.where(done.by_person != 0, by, NEVER),
            '{"outcome":"%s","motive_id":%s}',
            ([OUTCOMES[one].value for one in done.outcome.tolist()],
             ["null" if one == NEVER else one for one in done.motive_id.tolist()]),
        ),
    ]  # fmt: skip


def _nobody(places: Ints) -> Ints:
    return np.full(len(places), NEVER)
