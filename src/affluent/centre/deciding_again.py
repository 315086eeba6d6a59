"""A journal lived through once more: an engine is told its facts, and decides what was decided then, or not.

It starts from a place of the journal where the engine's rules and standing are kept (`centre/marking.py`), and holds
each decision to the one that stands there. After a difference it takes up again at the next such place.
"""

import sys
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre import follow
from affluent.centre.rules_changed import changed
from affluent.facts.contact import ContactWoken
from affluent.facts.engine import (
    AgentRuleFollowed,
    EngineBuilt,
    EngineFact,
    EngineMarked,
    RulesChanged,
    RulesFollowed,
    SliceDecided,
)
from affluent.facts.media import Outcome
from affluent.routing.decisions import (
    Decision,
    Offered,
    OfferExpired,
    Overflowed,
    PulledBack,
    Refused,
    Resumed,
    RoutingError,
    WrapUpEnded,
)
from affluent.routing.engine import Router
from affluent.routing.explaining import SteppingRouter
from affluent.routing.plain import from_plain
from affluent.routing.policy import AgentRule, Policy, PolicyError
from affluent.routing.standing import Standing, packed_of, restored, unpacked

ALWAYS_DECIDED = frozenset({"ContactOffered", "OfferExpired", "OfferPulledBack", "ContactOverflowed"})
"""Facts that the engine alone brings about. OfferWithdrawn, WrapUpEnded and closings may also be somebody's doing."""

ALL = sys.maxsize
"""More decisions than anything that is due can lead to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a journal. `fact` is None for kinds that the engine and its replay need not know."""

    seq: int
    at_ms: int
    kind: str
    contact_id: int | None
    agent_id: int | None
    data: Mapping[str, Any]
    fact: "follow.Fact | EngineFact | None"


class Recording(Protocol):
    """A journal, or a piece of one, with the rules and standings that it names."""

    def lines(self) -> Iterable[Line]:
        """All rows in order. It may be asked several times."""
        ...

    def untold(self) -> Sequence[range]:
        """The numbers of facts that were never told to an engine, as `EngineBuilt` counts them."""
        ...

    def rules(self, version_id: int) -> Policy: ...
    def standing(self, mark_id: int) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the journal tells it. `agent` and `queue` as far as it has them; `why` the codes of its reasons."""

    kind: str
    contact: int
    agent: int | None = None
    queue: int | None = None
    expires_ms: int | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """`then` and `now` at one place of the journal; None: nothing was, or is, decided.

    `refused` is why the engine cannot follow a fact at all; `standing`: nothing was decided otherwise, but a mark found
    the engine elsewhere.
    """

    seq: int
    at_ms: int
    then: Decided | None
    now: Decided | None
    refused: str | None = None
    standing: bool = False


class Again:
    """One engine that is told a journal. `router` is None before the first place from which it can start."""

    def __init__(self, recording: Recording, kind: type[SteppingRouter] = SteppingRouter) -> None:
        self._recording = recording
        self._kind = kind
        self._untold = recording.untold()
        self._due: deque[tuple[int, Decision]] = deque()
        self._waits: deque[tuple[str, int]] = deque()
        """Facts that come of a sleeper without room: the engine knows already."""
        self.router: Router | None = None

    def step(self, line: Line) -> Difference | None:
        """Tells the next row. After a difference nothing is told until the next place to start from."""
        if isinstance(line.fact, EngineBuilt | EngineMarked):
            return self._at_mark(line, line.fact)
        if self.router is None or any(line.seq in one for one in self._untold):
            return None
        try:
            return self._told(line, self.router)
        except RoutingError as refused:
            return self._lost(line, Difference(line.seq, line.at_ms, None, None, refused.code))

    def close(self) -> Difference | None:
        """At the end of the journal: what it decides now and was not decided then."""
        if not self._due:
            return None
        at_ms, decision = self._due[0]
        return Difference(0, at_ms, None, said(decision))

    def _lost(self, line: Line, difference: Difference) -> Difference:
        self.router = None
        self._due.clear()
        self._waits.clear()
        return difference

    def _start(self, fact: EngineBuilt | EngineMarked) -> None:
        policy, standing = self._recording.rules(fact.version_id), self._recording.standing(fact.mark_id)
        most = fact.stopped_after if isinstance(fact, EngineBuilt) else None
        self.router, decisions = restored(self._kind, policy, standing, most)
        self._note(decisions)

    def _at_mark(self, line: Line, fact: EngineBuilt | EngineMarked) -> Difference | None:
        missing = self._missing(line)
        if missing is not None:
            self._lost(line, missing)
            self._start(fact)
            return missing
        if isinstance(fact, EngineBuilt) or self.router is None:
            self._start(fact)
            return None
        self._note(self.router.advance(line.at_ms))
        if unpacked(packed_of(self.router)) == self._recording.standing(fact.mark_id):
            return None
        difference = Difference(line.seq, line.at_ms, None, None, standing=True)
        self._lost(line, difference)
        self._start(fact)
        return difference

    def _missing(self, line: Line) -> Difference | None:
        """What is decided now, and had to stand in the journal before this row."""
        if not self._due:
            return None
        return Difference(line.seq, self._due[0][0], None, said(self._due[0][1]))

    def _told(self, line: Line, router: Router) -> Difference | None:
        if self._due and line.at_ms > self._due[0][0]:
            return self._lost(line, self._missing(line) or _never())
        if isinstance(line.fact, SliceDecided):
            most = ALL if line.fact.stopped_after is None else line.fact.stopped_after
            self._note(router.advance(line.at_ms, most=most))
            return None
        self._note(router.advance(line.at_ms))
        if line.kind in ALWAYS_DECIDED or self._decides(line):
            return self._held_to(line)
        if self._waits and (line.kind, line.contact_id) == self._waits[0]:
            self._waits.popleft()
            return None
        self._note(self._follow(line, router))
        return None

    def _decides(self, line: Line) -> bool:
        """Whether a row that may be anybody's doing is the engine's."""
        if not self._due:
            return False
        decision = self._due[0][1]
        if decision.contact != line.contact_id:
            return False
        match decision:
            case OfferExpired():
                return line.kind == "OfferWithdrawn"
            case WrapUpEnded():
                return line.kind == "WrapUpEnded"
            case Refused():
                return line.kind == "ContactClosed" and line.data["outcome"] == Outcome.TURNED_AWAY.value
            case _:
                return False

    def _held_to(self, line: Line) -> Difference | None:
        then, now = told(line), said(self._due[0][1]) if self._due else None
        if now == then:
            self._due.popleft()
            return None
        return self._lost(line, Difference(line.seq, line.at_ms, then, now))

    def _follow(self, line: Line, router: Router) -> list[Decision]:
        fact = line.fact
        match fact:
            case None | EngineBuilt() | EngineMarked() | SliceDecided():
                return []
            case RulesFollowed():
                policy = self._recording.rules(fact.version_id)
                self.router, decisions = under(self._kind, policy, router, line.at_ms)
                return decisions
            case RulesChanged():
                policy = changed(router.policy, fact.changes)
                self.router, decisions = under(self._kind, policy, router, line.at_ms)
                return decisions
            case AgentRuleFollowed():
                return router.change_agent(from_plain(AgentRule, fact.rule), line.at_ms)
            case _:
                return self._follow_fact(router, fact, line.at_ms)

    def _follow_fact(self, router: Router, fact: "follow.Fact", now_ms: int) -> list[Decision]:
        decisions = follow.follow(router, fact, now_ms)
        if decisions is None or not isinstance(fact, ContactWoken):
            return decisions or []
        resumed = follow.woken(router, fact, decisions, now_ms)
        if resumed is None:
            self._waits += [("ContactReturned", fact.contact_id), ("ContactQueued", fact.contact_id)]
            return decisions
        return resumed

    def _note(self, decisions: Iterable[Decision]) -> None:
        assert self.router is not None
        now_ms = self.router.now_ms
        self._due += ((now_ms, one) for one in decisions if not isinstance(one, Resumed))


def under(kind: type[Router], policy: Policy, router: Router, now_ms: int) -> tuple[Router, list[Decision]]:
    """The same standing under other rules, as a living centre takes them up, and what is decided at once."""
    try:
        return router, router.change_rules(policy, now_ms)
    except (RoutingError, PolicyError):
        # Rules of another shape, or that were tried in place of those that were followed.
        pass
    return kind.restore(
        policy, router.live_contacts(), router.live_agents(), now_ms, closed=router.closed_queues()
    )


def _never() -> Difference:
    raise AssertionError("what is due is missing")


def said(decision: Decision) -> Decided:
    """A decision as the journal would tell it."""
    match decision:
        case Offered():
            why = tuple(one.code for one in decision.why)
            return Decided(
                "offered", decision.contact, decision.agent, decision.queue, decision.expires_ms, why
            )
        case OfferExpired():
            return Decided("ended", decision.contact, decision.agent)
        case PulledBack():
            return Decided("pulled_back", decision.contact, decision.agent)
        case Overflowed():
            return Decided("overflowed", decision.contact, queue=decision.to_queue)
        case Refused():
            return Decided("turned_away", decision.contact)
        case WrapUpEnded():
            return Decided("wrap_up_ended", decision.contact, decision.agent)
        case Resumed():
            return Decided("resumed", decision.contact, decision.agent)


def told(line: Line) -> Decided:
    """A row that tells a decision."""
    assert line.contact_id is not None, "decisions are about contacts"
    match line.kind:
        case "ContactOffered":
            # Who asked for an agent by name is the centre's knowledge: the engine knows for whom it was kept.
            codes = [str(code) for code, _ in line.data["why"]]
            why = tuple("same_agent" if code == follow.TRANSFERRED else code for code in codes)
            queue, expires_ms = line.data["queue_id"], line.data["expires_ms"]
            return Decided("offered", line.contact_id, line.agent_id, queue, expires_ms, why)
        case "OfferPulledBack":
            return Decided("pulled_back", line.contact_id, line.agent_id)
        case "ContactOverflowed":
            return Decided("overflowed", line.contact_id, queue=line.data["to_queue_id"])
        case "ContactClosed":
            return Decided("turned_away", line.contact_id)
        case "WrapUpEnded":
            return Decided("wrap_up_ended", line.contact_id, line.agent_id)
        case _:
            return Decided("ended", line.contact_id, line.agent_id)


def tell(router: Router, fact: "follow.Fact", now_ms: int) -> list[Decision]:
    """Tells an engine one fact as a centre does, without writing anything. Raises `RoutingError`."""
    decisions = follow.follow(router, fact, now_ms) or []
    if isinstance(fact, ContactWoken):
        resumed = follow.woken(router, fact, decisions, now_ms)
        return decisions if resumed is None else resumed
    return decisions
