"""Rows of a log as the stays that live contacts have, so that the same functions count them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from affluent.facts.media import Outcome
from affluent.measure.outcomes import MEDIA, NAMES, NEVER, OUTCOMES, End, Ints, Kind, Stays
from affluent.twin.history.mapping import Became, Mapping
from affluent.twin.history.refused import Report
from affluent.twin.history.rows import BECAME, LIVE, Taken, read

_OF = {
    Became.ABANDONED: Outcome.ABANDONED, Became.SILENT: Outcome.SILENT, Became.SPAM: Outcome.SPAM,
    Became.DUPLICATE: Outcome.DUPLICATE, Became.ANSWERED: Outcome.RESOLVED, Became.CLOSED: Outcome.UNRESOLVED,
}  # fmt: skip
_OUTCOME = np.array([OUTCOMES.index(_OF[one]) if one in _OF else NEVER for one in BECAME])


@dataclass(slots=True)
class History:
    """What a file told. Contacts are numbered from 1 in the order in which they arrived.

    The identifiers of queues, agents, motives and segments are places in their `names`, from 1 on; those of
    customers are places in `customers`, whose names are empty where the log knows none. `keys` tells contacts
    apart in the other system, by their number less 1.
    """

    mapping: Mapping
    stays: Stays
    names: dict[str, list[str]]
    customers: list[str]
    segment_of: Ints
    """The segment of each customer, as a place in its names from 0 on, or `NEVER`."""
    keys: list[str]
    report: Report

    @property
    def contacts(self) -> int:
        return len(self.keys)


def history(file: Path, mapping: Mapping) -> History:
    """Reads a file by its mapping. Raises `BadFile`."""
    return assembled(read(file, mapping), mapping)


def assembled(rows: Taken, mapping: Mapping) -> History:
    """Stays from rows: the rows of one contact follow each other, and all but the last were handed on."""
    ordered = _ordered(rows.columns, rows.report)
    first, last = _edges(ordered["contact"])
    _handed_on(ordered, last)
    columns = _stays(ordered, first, last, rows.names, mapping)
    customers, segment_of = _customers(ordered, columns, first, rows.names.get("customer", []))
    columns["request_id"] = _requests(ordered, columns["contact_id"])
    columns |= _links(columns, first, last)
    stays = Stays({name: columns[name].astype(np.int64) for name in NAMES})
    keys = [rows.keys[code] for code in ordered["contact"][first].tolist()]
    return History(mapping, stays, rows.names, customers, segment_of, keys, rows.report)


def _ordered(columns: dict[str, Ints], report: Report) -> dict[str, Ints]:
    """By contact in the order of their arrival, and by time within each; what is told twice counts once."""
    by_contact = np.lexsort((columns["row"], columns["arrived"], columns["contact"]))
    rows = {name: column[by_contact] for name, column in columns.items()}
    same = (
        (rows["contact"][1:] == rows["contact"][:-1])
        & (rows["arrived"][1:] == rows["arrived"][:-1])
        & (rows["queue"][1:] == rows["queue"][:-1])
    )
    if same.any():
        report.repeated += int(same.sum())
        report.taken -= int(same.sum())
        rows = {name: column[np.append(~same, True)] for name, column in rows.items()}
    rows = _joined(rows)
    first, _ = _edges(rows["contact"])
    starts = np.flatnonzero(first)
    order = np.lexsort((rows["row"][starts], rows["arrived"][starts]))
    place = np.zeros(len(starts), np.int64)
    place[order] = np.arange(len(starts))
    whole = np.lexsort((np.arange(len(first)), place[np.cumsum(first) - 1])) if len(first) else by_contact
    return {name: column[whole] for name, column in rows.items()}


def _joined(rows: dict[str, Ints]) -> dict[str, Ints]:
    """Who leaves a queue unanswered and comes back to it at once waits on: one stay, from the first entry."""
    while True:
        again = (
            (rows["contact"][1:] == rows["contact"][:-1])
            & (rows["queue"][1:] == rows["queue"][:-1])
            & (rows["answered"][:-1] < 0)
        )
        if not again.any():
            return rows
        # One at a time in a row of them, so that the first entry is handed on to the last.
        again &= ~np.append(False, again[:-1])
        rows["arrived"][1:][again] = rows["arrived"][:-1][again]
        rows = {name: column[np.append(~again, True)] for name, column in rows.items()}


def _edges(contact: Ints) -> tuple[np.ndarray, np.ndarray]:
    """Which rows are the first and the last of their contact."""
    change = contact[1:] != contact[:-1]
    some = np.ones(min(1, len(contact)), np.bool_)
    return np.concatenate((some, change)), np.concatenate((change, some))


def _handed_on(rows: dict[str, Ints], last: np.ndarray) -> None:
    """A stay that another follows has ended when that begins, whatever its row says."""
    before = np.flatnonzero(~last)
    begins = rows["arrived"][before + 1]
    ended = rows["ended"][before]
    rows["ended"][before] = np.where(ended < 0, begins, np.minimum(ended, begins))
    rows["answered"][before] = np.minimum(rows["answered"][before], rows["ended"][before])


def _stays(
    rows: dict[str, Ints], first: np.ndarray, last: np.ndarray, names: dict[str, list[str]], mapping: Mapping
) -> dict[str, Ints]:
    arrived, ended, answered = rows["arrived"], rows["ended"], rows["answered"]
    size = len(arrived)
    whole = np.full(size, NEVER)
    zero = np.zeros(size, np.int64)
    live = LIVE[rows["medium"]]
    starts = np.flatnonzero(first)
    contact = np.cumsum(first) - 1
    ends = np.flatnonzero(last)
    was = answered >= 0
    done = ended >= 0
    left = (rows["became"] == BECAME.index(Became.ABANDONED)) | (
        rows["became"] == BECAME.index(Became.SILENT)
    )
    closed = last & done & ~left
    # After-contact work is told apart on the last stay only: who hands on is not done with it.
    wraps = np.where(closed & live & was, np.minimum(rows["wrap"], ended - answered), 0)
    before = np.minimum(rows["handling"], answered - arrived)
    taken = np.where(was, np.where(live, answered, answered - before), NEVER)
    outcome = np.where(done, _OUTCOME[rows["became"]], NEVER)
    said = rows["resolution"]
    # What it came to is said of contacts that somebody closed.
    outcome = np.where(closed & (said >= 0) & _can_be_resolved(rows["became"]), said, outcome)
    target = _targets(rows, names, mapping)
    end = np.where(
        ~last, End.TRANSFERRED, np.where(~done, End.OPEN, np.where(left, End.ABANDONED, End.CLOSED))
    )
    wrote = was & (~live | (wraps > 0))
    return {
        "contact_id": contact + 1, "number": np.arange(size) - starts[contact] if size else zero,
        "brand_id": zero + 1, "channel_id": rows["medium"] + 1, "medium": rows["medium"],
        "synchronous": live.astype(np.int64), "kind": np.where(first, Kind.ARRIVAL, Kind.TRANSFER),
        "asks": zero + 1, "queue_id": rows["queue"] + 1,
        "agent_id": np.where(was, rows["agent"] + 1, NEVER),
        "arrived_ms": arrived[starts][contact] if size else zero, "began_ms": arrived, "entered_ms": arrived,
        "target_ms": target, "due_ms": arrived + target, "offers": zero, "declined": zero, "expired": zero,
        "offered_ms": whole, "taken_ms": taken,
        "replied_ms": np.where(wrote, np.where(live, ended - wraps, answered), NEVER),
        "replies": wrote.astype(np.int64), "answered_ms": answered,
        "waited_ms": np.where(was, answered - arrived, np.where(done, ended - arrived, NEVER)),
        "ours_ms": np.where(was, np.where(live, np.where(done, ended - answered - wraps, 0), before), 0),
        "theirs_ms": zero, "wrap_ms": wraps, "asleep_ms": np.where(was & ~live & done, ended - answered, 0),
        "left_ms": ended, "end": end,
        "by_person": np.where(closed & (was | (rows["agent"] >= 0)), 1, 0),
        "outcome": outcome[ends][contact] if size else zero,
        "motive_id": _one_up(rows["motive"][ends][contact]) if size else zero,
        "ended_ms": ended[ends][contact] if size else zero, "steered": zero + NEVER,
        "short_ms": zero + mapping.short_ms,
    }  # fmt: skip


def _can_be_resolved(became: Ints) -> np.ndarray:
    return (became == BECAME.index(Became.ANSWERED)) | (became == BECAME.index(Became.CLOSED))


def _one_up(codes: Ints) -> Ints:
    return np.where(codes >= 0, codes + 1, NEVER)


def _targets(rows: dict[str, Ints], names: dict[str, list[str]], mapping: Mapping) -> Ints:
    table = np.array(
        [[mapping.target_ms(queue, medium) for medium in MEDIA] for queue in names.get("queue", [])] or [[0]],
        np.int64,
    )
    return table[rows["queue"], rows["medium"]] if len(rows["queue"]) else np.zeros(0, np.int64)


def _customers(
    rows: dict[str, Ints], columns: dict[str, Ints], first: np.ndarray, names: list[str]
) -> tuple[list[str], Ints]:
    """Who called: those the log names, and one more for each contact of which it does not."""
    of_contact = rows["customer"][first]
    nobody = of_contact < 0
    known, place = np.unique(of_contact[~nobody], return_inverse=True)
    who = np.zeros(len(of_contact), np.int64)
    who[~nobody] = place
    who[nobody] = len(known) + np.arange(int(nobody.sum()))
    columns["customer_id"] = who[columns["contact_id"] - 1] + 1
    segments = np.full(len(known) + int(nobody.sum()), NEVER)
    # The last word on a customer's segment counts.
    segments[who] = rows["segment"][first]
    return [names[one] for one in known.tolist()] + [""] * int(nobody.sum()), segments


def _requests(rows: dict[str, Ints], contact: Ints) -> Ints:
    """The request of each row: the number of its first contact."""
    codes = rows["request"]
    request = contact.copy()
    told = codes >= 0
    if told.any():
        _, first, inverse = np.unique(codes[told], return_index=True, return_inverse=True)
        # Rows stand by contact: the first row of a request is of its first contact.
        request[told] = contact[told][first][inverse]
    return request


def _links(columns: dict[str, Ints], first: np.ndarray, last: np.ndarray) -> dict[str, Ints]:
    """What only other contacts tell: `opens`, and when the next contact came."""
    contact = columns["contact_id"] - 1
    arrived = columns["arrived_ms"][first]
    request, customer = columns["request_id"][first], columns["customer_id"][first]
    opens = (request == np.arange(len(request)) + 1).astype(np.int64)
    return {
        "opens": opens[contact],
        "again_ms": _next(request, arrived)[contact],
        "customer_again_ms": _next(customer, arrived)[contact],
    }


def _next(group: Ints, arrived: Ints) -> Ints:
    """When the next of each group arrived; contacts stand in the order of their arrival."""
    order = np.argsort(group, kind="stable")
    after = np.full(len(group), NEVER)
    same = group[order][1:] == group[order][:-1]
    after[order[:-1][same]] = arrived[order[1:][same]]
    return after
