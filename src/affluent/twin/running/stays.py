"""What a day noted as the rows that every indicator is made of: stays of contacts, spans of agents."""

from typing import Any

import numpy as np

from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.measure.indicators import REPEAT_MS
from affluent.measure.occupancy import Spans
from affluent.measure.outcomes import MEDIA, NEVER, SHORT_MS, End, Ints, Stays
from affluent.measure.spans import AWAY, OFFLINE, READY
from affluent.routing.state import READY as PRESENT
from affluent.twin.living import world as at
from affluent.twin.running.building import Building
from affluent.twin.running.days import Day

OWN_COLUMNS = ("replication", "class_row", "queue_row", "group_row")
"""Beside the columns of a stay: what the twin groups by."""


class Reader:
    """Makes columns of days: what a scenario fixes is looked up once."""

    def __init__(self, building: Building) -> None:
        scenario, engine = building.scenario, building.engine
        self._from_ms = scenario.warm_up_ms
        # Only days in a row are long enough to see who comes back in a week.
        self._returns = scenario.edges_ms[-1] > REPEAT_MS and any(
            one.again or one.retry for one in scenario.classes
        )
        row_of = {rule.id: row for row, rule in enumerate(scenario.policy.queues)}
        self._queue_row = np.array(
            [*(row_of.get(one, NEVER) for one in building.queue_of_line), NEVER], np.int64
        )
        self._queue_of_line = np.array([*building.queue_of_line, NEVER], np.int64)
        targets: Any = building.state.queues.target_ms
        self._target_ms = np.append(targets, NEVER)
        queue_media = {rule.id: MEDIA.index(Medium(rule.medium)) for rule in scenario.policy.queues}
        self._class_medium = np.array([queue_media[one.queue] for one in scenario.classes], np.int64)
        live = {MEDIA.index(medium) for medium in SYNCHRONOUS}
        self._live = np.array([int(code in live) for code in range(len(MEDIA))], np.int64)
        motives = sorted({one.motive for one in scenario.classes if one.motive is not None})
        self._motive = np.array(
            [NEVER if one.motive is None else motives.index(one.motive) + 1 for one in scenario.classes],
            np.int64,
        )
        self._agent_id = np.array([*(rule.id for rule in engine.agents), NEVER], np.int64)
        group = {rule.id: row for row, one in enumerate(scenario.groups) for rule in one.rules}
        self._group = np.array([*(group[rule.id] for rule in engine.agents), NEVER], np.int64)

    def stays(self, day: Day, replication: int) -> Stays:
        """The stays of contacts that arrived after warming up, with `OWN_COLUMNS`."""
        notes = (
            day.outcomes[day.outcomes[:, at.O_ENTERED] >= self._from_ms] if self._from_ms else day.outcomes
        )
        kind, line, agent = notes[:, at.O_CLASS], notes[:, at.O_LINE], notes[:, at.O_AGENT]
        medium = self._class_medium[kind]
        live = self._live[medium]
        entered, taken = notes[:, at.O_ENTERED], notes[:, at.O_TAKEN]
        talked, left, end = notes[:, at.O_TALKED], notes[:, at.O_LEFT], notes[:, at.O_END]
        answered = np.where(live == 1, taken, np.where(taken >= 0, talked, NEVER))
        target = self._target_ms[line]
        rows = len(notes)
        never, zero = np.full(rows, NEVER, np.int64), np.zeros(rows, np.int64)
        over = np.where(talked >= 0, talked, NEVER)
        known = np.where(answered >= 0, answered, over)
        handling = np.where((taken >= 0) & (talked >= 0), talked - taken, 0)
        again = self._again(notes) if self._returns else never
        columns = {
            "contact_id": notes[:, at.O_CONTACT],
            "number": notes[:, at.O_STAY],
            "request_id": notes[:, at.O_REQUEST],
            "customer_id": notes[:, at.O_REQUEST],
            "brand_id": zero,
            "channel_id": zero,
            "medium": medium,
            "synchronous": live,
            "kind": notes[:, at.O_KIND],
            "asks": (line >= 0).astype(np.int64),
            "queue_id": self._queue_of_line[line],
            "agent_id": self._agent_id[agent],
            "arrived_ms": notes[:, at.O_ARRIVED],
            "began_ms": entered,
            "entered_ms": entered,
            "target_ms": target,
            "due_ms": np.where(target >= 0, entered + target, NEVER),
            "offers": notes[:, at.O_OFFERS],
            "declined": zero,
            "expired": zero,
            "offered_ms": notes[:, at.O_OFFERED],
            "taken_ms": taken,
            "replied_ms": np.where(live == 1, NEVER, answered),
            "replies": (answered >= 0).astype(np.int64),
            "answered_ms": answered,
            "waited_ms": np.where(known >= 0, known - entered, NEVER),
            "ours_ms": handling,
            "theirs_ms": zero,
            "wrap_ms": np.where(taken >= 0, left - talked, 0),
            "asleep_ms": zero,
            "left_ms": over,
            "end": end,
            "by_person": ((end == End.CLOSED) & (taken >= 0)).astype(np.int64),
            "outcome": notes[:, at.O_OUTCOME],
            "motive_id": self._motive[kind],
            "ended_ms": over,
            "steered": never,
            "opens": (notes[:, at.O_CONTACT] == notes[:, at.O_REQUEST]).astype(np.int64),
            "again_ms": again,
            "customer_again_ms": again,
            "short_ms": np.full(rows, SHORT_MS, np.int64),
            "replication": np.full(rows, replication, np.int64),
            "class_row": kind,
            "group_row": self._group[agent],
            "queue_row": self._queue_row[line],
        }
        return Stays(columns)

    def _again(self, notes: Ints) -> Ints:
        """When the next contact of the same customer came, by stay: they come again about what they came for."""
        contact, request = notes[:, at.O_CONTACT], notes[:, at.O_REQUEST]
        arrived = notes[:, at.O_ARRIVED]
        contacts, first = np.unique(contact, return_index=True)
        order = np.lexsort((contacts, arrived[first], request[first]))
        same = request[first][order][1:] == request[first][order][:-1]
        after = np.full(len(contacts), NEVER, np.int64)
        after[order[:-1][same]] = arrived[first][order[1:][same]]
        return after[np.searchsorted(contacts, contact)]

    def medium_of(self, kind: int) -> int:
        """The code of a class's medium."""
        return int(self._class_medium[kind])

    def group_of(self, agents: Ints) -> Ints:
        """The rows of agents' groups."""
        return self._group[agents]

    def spans(self, day: Day) -> Spans:
        """What each agent, by row, was doing from coming to going: one span a change."""
        notes = day.outcomes[day.outcomes[:, at.O_TAKEN] >= 0]
        count, agents = len(notes), notes[:, at.O_AGENT]
        ended = np.where(notes[:, at.O_LEFT] >= 0, notes[:, at.O_LEFT], day.ended_ms)
        live = self._live[self._class_medium[notes[:, at.O_CLASS]]]
        presence = day.presence
        instants = np.concatenate((notes[:, at.O_TAKEN], ended, presence[:, 0]))
        of = np.concatenate((agents, agents, presence[:, 1]))
        ones, nothing = np.ones(count, np.int64), np.zeros(len(presence), np.int64)
        hands = np.concatenate((ones, -ones, nothing))
        lively = np.concatenate((live, -live, nothing))
        there = np.concatenate((0 * ones, 0 * ones, np.where(presence[:, 2] == PRESENT, 1, -1)))
        order = np.lexsort((instants, of))
        instants, of = instants[order], of[order]
        in_hand, in_talk, here = (np.cumsum(part[order]) for part in (hands, lively, there))
        # Each agent ends with nothing in hand and gone, so that the sums begin anew with the next one.
        following = np.append(instants[1:], day.ended_ms)
        last = np.append(of[1:] != of[:-1], True) if len(of) else np.zeros(0, bool)
        until = np.where(last, np.maximum(instants, day.ended_ms), following)
        keep = until > instants
        return Spans(
            agent_id=of[keep],
            from_ms=np.maximum(instants[keep], self._from_ms),
            to_ms=np.maximum(until[keep], self._from_ms),
            # Who should have gone finishes what is in hand.
            presence=np.where(here[keep] > 0, READY, np.where(in_hand[keep] > 0, AWAY, OFFLINE)),
            in_hand=in_hand[keep],
            live=in_talk[keep],
        )
