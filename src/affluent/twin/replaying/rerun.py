"""A recorded day lived again by the live engine under given rules, with the people of that day.

What the engine decides as it did then meets the reaction that was recorded; what it decides otherwise meets a guess
(`guessing.py`). So under the rules of that day it is that day again, and the share of contacts for which it is so says
how far to trust the rest.
"""

import heapq
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from affluent.facts import contact as facts
from affluent.facts import together
from affluent.routing.decisions import Decision, LiveAgent, LiveContact, Offered, Place, Refused, RoutingError
from affluent.routing.engine import Router
from affluent.routing.policy import AgentRule, Policy
from affluent.routing.standing import Standing
from affluent.twin.replaying.changing import BuiltAt, RulesAt, fits
from affluent.twin.replaying.guessing import NEVER_MS, Guesses
from affluent.twin.replaying.lives import Day, Offer, Told, Visit, ending, later

Tell = Callable[[Router, Any, int], list[Decision]]
"""Tells the engine a fact, as the centre does. Raises RoutingError where it cannot be."""
LATE_MS = 500
"""A deadline that was looked at by so long after it counts as looked at then: the centre is never quite on time."""
_DRAWN = 1 << 60
"""Of two things at one instant, what was recorded comes first, in its order."""


@dataclass(slots=True)
class Came:
    """How one visit went: instants, and whose offers it was, in order. `place` is which visit of its contact."""

    contact: int
    place: int
    queue: int | None
    begin_ms: int
    answered_ms: int | None = None
    agent: int | None = None
    left_ms: int | None = None
    offered: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


@dataclass(slots=True)
class _Contact:
    """Where a contact is in its life. `base_ms`: when the hand that has it took it, moved on by later waits."""

    visits: list[Visit]
    came: Came
    place: int = 0
    script: list[Told] = field(default_factory=list[Told])
    script_ms: int = 0
    base_ms: int | None = None
    step: int = 0
    paused_ms: int | None = None
    turn: int = 0
    """Counts up whenever what was planned for it holds no more."""


class Rerun:
    """One rerun. `came` has every visit; `not_followed` counts what could not be under these rules."""

    def __init__(
        self,
        day: Day,
        policy: Policy,
        standing: Standing,
        guesses: Guesses,
        tell: Tell,
        *,
        late_ms: int = LATE_MS,
    ) -> None:
        self._late_ms = late_ms
        self._day = day
        self._guesses = guesses
        self._tell = tell
        self._present: set[int] = set(guesses.present)
        self._plan: list[tuple[int, int, int, Callable[[int], None]]] = []
        self._count = 0
        self._contacts: dict[int, _Contact] = {}
        self.came: list[Came] = []
        self.not_followed = 0
        agents, queues = {one.id for one in policy.agents}, {one.id for one in policy.queues}
        there = [one for one in standing.contacts if fits(one, agents, queues)]
        people = [one for one in standing.agents if one.agent in agents]
        closed = [one for one in standing.closed if one in queues]
        self._router, decisions = Router.restore(policy, there, people, standing.now_ms, closed=closed)
        self._policy = policy
        for live in there:
            self._there(live, standing.now_ms)
        for contact, visits in day.lives.items():
            if visits and visits[0].begins is not None:
                self._plan_begin(contact, visits, 0, visits[0].at_ms)
        for told in day.abroad:
            self._at(told.fact.at_ms, told.seq, self._abroad(told))
        self._decided(decisions, standing.now_ms)

    def follow(self, changes: Sequence[RulesAt | BuiltAt]) -> None:
        """Rules that change, and engines that are built anew, at their instants, as they were."""
        for one in changes:
            act = self._building(one) if isinstance(one, BuiltAt) else self._changing(one.rules)
            self._at(one.at_ms, one.seq, act)

    def live(self) -> None:
        """The whole day, to its last recorded instant."""
        # What falls due at the end may be answered at once: it is a thing of the day too.
        self._at(self._day.to_ms, None, self._pass)
        while self._plan and self._plan[0][0] <= self._day.to_ms:
            at_ms, _, _, act = heapq.heappop(self._plan)
            self._pass(at_ms)
            act(at_ms)

    # Time

    def _at(self, at_ms: int, order: int | None, act: Callable[[int], None]) -> None:
        self._count += 1
        at_ms = max(at_ms, self._router.now_ms)
        heapq.heappush(self._plan, (at_ms, _DRAWN if order is None else order, self._count, act))

    def _pass(self, now_ms: int) -> None:
        """What the engine has due by then, when it was looked at on that day, else when it is due."""
        while (deadline := self._router.next_deadline()) is not None:
            looked_ms = max(self._looked_ms(deadline), self._router.now_ms)
            if looked_ms > now_ms:
                break
            self._decided(self._router.advance(looked_ms), looked_ms)
            if self._router.next_deadline() == deadline:
                break
        self._decided(self._router.advance(now_ms), now_ms)

    def _looked_ms(self, deadline_ms: int) -> int:
        place = bisect_left(self._day.ticks, deadline_ms)
        tick_ms = self._day.ticks[place] if place < len(self._day.ticks) else NEVER_MS
        return tick_ms if tick_ms <= deadline_ms + self._late_ms else deadline_ms

    # What happens

    def _followed(self, fact: Any, now_ms: int) -> bool:
        try:
            decisions = self._tell(self._router, fact, now_ms)
        except RoutingError:
            self.not_followed += 1
            return False
        self._decided(decisions, now_ms)
        return True

    def _abroad(self, told: Told) -> Callable[[int], None]:
        return lambda now_ms: self._ignore(self._followed(told.fact, now_ms))

    def _ignore(self, followed: bool) -> None:
        """What cannot be is counted already."""

    def _changing(self, rules: Policy | AgentRule) -> Callable[[int], None]:
        def act(now_ms: int) -> None:
            if isinstance(rules, AgentRule):
                try:
                    self._decided(self._router.change_agent(rules, now_ms), now_ms)
                except RoutingError:
                    self.not_followed += 1
                return
            self._restore(rules, self._router.live_contacts(), self._router.live_agents(), now_ms)

        return act

    def _building(self, built: BuiltAt) -> Callable[[int], None]:
        def act(now_ms: int) -> None:
            agents = built.agents(self._router.live_agents())
            contacts = built.contacts(self._router.live_contacts())
            self._restore(built.rules or self._policy, contacts, agents, now_ms)

        return act

    def _restore(
        self, rules: Policy, contacts: Iterable[LiveContact], people: Iterable[LiveAgent], now_ms: int
    ) -> None:
        agents, queues = {one.id for one in rules.agents}, {one.id for one in rules.queues}
        there = [one for one in contacts if fits(one, agents, queues)]
        staff = [one for one in people if one.agent in agents]
        closed = [one for one in self._router.closed_queues() if one in queues]
        self._policy = rules
        self._router, decisions = Router.restore(rules, there, staff, now_ms, closed=closed)
        self._decided(decisions, now_ms)

    def _decided(self, decisions: Sequence[Decision], now_ms: int) -> None:
        for one in decisions:
            contact = self._contacts.get(one.contact)
            if contact is None:
                continue
            if isinstance(one, Offered):
                contact.came.offered.append((now_ms, one.agent))
                self._offered(contact, one, now_ms)
            elif isinstance(one, Refused):
                contact.turn += 1
                contact.came.left_ms = now_ms

    # Waiting

    def _there(self, live: LiveContact, now_ms: int) -> None:
        """Somebody who stood there when the recording began."""
        visits = self._day.lives[live.contact]
        contact = self._contacts[live.contact] = _Contact(visits, Came(live.contact, 0, live.queue, now_ms))
        if live.place is Place.OFFERED and live.agent is not None:
            self._react(contact, visits[0].offers[0], now_ms)
        if visits[0].agent is not None and live.place not in {Place.WAITING, Place.HELD, Place.OFFERED}:
            self._in_hand(contact, visits[0].agent, now_ms)
        else:
            self._waits(contact, now_ms)

    def _plan_begin(self, contact: int, visits: list[Visit], place: int, at_ms: int) -> None:
        begins = visits[place].begins
        assert begins is not None, "only the first began before"
        self._at(at_ms, begins.seq, lambda now_ms: self._begin(contact, visits, place, now_ms))

    def _begin(self, number: int, visits: list[Visit], place: int, now_ms: int) -> None:
        contact, visit = self._contacts.get(number), visits[place]
        if contact is not None and contact.place != place - 1:
            return
        begins, fact = visit.begins, None if visit.begins is None else visit.begins.fact
        assert begins is not None, "planned as one that begins"
        known = number in self._router.row_of
        if contact is not None and known and isinstance(fact, facts.ContactReopened):
            self.not_followed += 1
            return
        if contact is not None and known and contact.base_ms is not None and not visits[place - 1].hands_on:
            # It was moved while it waited; by now somebody has it.
            return
        came = Came(number, place, visit.queue, now_ms)
        contact = self._contacts[number] = _Contact(
            visits, came, place, turn=contact.turn + 1 if contact else 0
        )
        self.came.append(came)
        if not self._followed(later(fact, now_ms), now_ms):
            return
        if isinstance(fact, facts.ContactReopened):
            self._in_hand(contact, fact.agent_id, now_ms)
        elif contact.base_ms is None and contact.came.left_ms is None:
            self._waits(contact, now_ms)

    def _waits(self, contact: _Contact, now_ms: int) -> None:
        """What happens to it while it waits, as far after its beginning as it was."""
        visit, turn = contact.visits[contact.place], contact.turn
        for told in visit.waiting:
            at_ms = now_ms + told.fact.at_ms - visit.at_ms
            self._at(
                at_ms,
                told.seq,
                self._if(contact, turn, lambda at, told=told: self._meanwhile(contact, told, at)),
            )
        following = contact.place + 1
        if following < len(contact.visits) and visit.answered_ms is None:
            self._plan_begin(contact.came.contact, contact.visits, following, contact.visits[following].at_ms)
        if visit.answered_ms is not None and visit.queue in self._present:
            outlasts_ms = now_ms + visit.answered_ms - visit.at_ms
            self._at(outlasts_ms, None, self._if(contact, turn, lambda at: self._outlasts(contact, at)))

    def _if(self, contact: _Contact, turn: int, act: Callable[[int], None]) -> Callable[[int], None]:
        """Only while it still waits as when this was planned."""
        return lambda now_ms: act(now_ms) if contact.turn == turn and contact.base_ms is None else None

    def _meanwhile(self, contact: _Contact, told: Told, now_ms: int) -> None:
        fact = replace(told.fact, at_ms=now_ms)
        followed = self._followed(fact, now_ms)
        if followed and isinstance(fact, facts.ContactTaken):
            self._in_hand(contact, fact.agent_id, now_ms)
        elif isinstance(fact, facts.ContactClosed | facts.ContactAbandoned):
            self._leaves(contact, now_ms)

    def _outlasts(self, contact: _Contact, now_ms: int) -> None:
        """Then it was answered, and now it is not: how long would it have waited?"""
        waited_ms = now_ms - contact.came.begin_ms
        patience_ms = self._guesses.patience_ms(contact.came.queue, waited_ms)
        if patience_ms < NEVER_MS:
            at_ms = contact.came.begin_ms + max(patience_ms, waited_ms + 1)
            self._at(at_ms, None, self._if(contact, contact.turn, lambda at: self._gives_up(contact, at)))

    def _gives_up(self, contact: _Contact, now_ms: int) -> None:
        self._followed(facts.ContactAbandoned(now_ms, contact.came.contact, silent=False), now_ms)
        self._leaves(contact, now_ms)

    def _leaves(self, contact: _Contact, now_ms: int) -> None:
        contact.turn += 1
        contact.came.left_ms = now_ms

    # Offers

    def _offered(self, contact: _Contact, made: Offered, now_ms: int) -> None:
        visit = contact.visits[contact.place]
        then = [one for one in visit.offers if (one.at_ms, one.agent) == (now_ms, made.agent)]
        if then:
            self._react(contact, then[0], now_ms)
            return
        reaction = self._guesses.reaction(made.agent)
        self._react(contact, Offer(now_ms, made.agent, reaction), now_ms, drawn=True)

    def _react(self, contact: _Contact, offer: Offer, now_ms: int, *, drawn: bool = False) -> None:
        """An agent answers an offer so long after it. One that is let pass, the engine ends."""
        reaction = offer.reaction
        if reaction is None or reaction.did == "ignored":
            return
        number, agent, turn = contact.came.contact, offer.agent, contact.turn

        def act(at_ms: int) -> None:
            if contact.turn != turn or (contact.base_ms is not None and contact.paused_ms is None):
                return
            if reaction.did == "declined":
                self._if_offered(facts.OfferDeclined(at_ms, number, agent, "busy"), at_ms)
            elif self._if_offered(facts.OfferAccepted(at_ms, number, agent), at_ms):
                self._in_hand(contact, agent, at_ms)

        self._at(now_ms + reaction.after_ms, None if drawn else offer.answer_seq, act)

    def _if_offered(self, fact: facts.OfferAccepted | facts.OfferDeclined, now_ms: int) -> bool:
        """The offer may have ended by now."""
        try:
            self._router.offered_row(fact.contact_id, fact.agent_id)
        except RoutingError:
            return False
        return self._followed(fact, now_ms)

    # In hand

    def _in_hand(self, contact: _Contact, agent: int, now_ms: int) -> None:
        if contact.paused_ms is not None and contact.base_ms is not None:
            # It woke without room and waited: what was to come, comes so much later.
            contact.base_ms += now_ms - contact.paused_ms
            contact.paused_ms = None
        else:
            contact.came.answered_ms, contact.came.agent = now_ms, agent
            visit = contact.visits[contact.place]
            if visit.answered_ms is None:
                known = self._guesses.handled(contact.came.queue)
                contact.script = [] if known is None else ending(known)
                contact.script_ms = 0 if known is None or known.answered_ms is None else known.answered_ms
            else:
                contact.script, contact.script_ms = visit.in_hand, visit.answered_ms
            contact.base_ms, contact.step = now_ms, 0
        contact.turn += 1
        contact.came.agent = agent if contact.came.agent is None else contact.came.agent
        self._next_step(contact, agent)

    def _next_step(self, contact: _Contact, holder: int) -> None:
        assert contact.base_ms is not None, "in hand"
        if contact.step < len(contact.script):
            told, turn = contact.script[contact.step], contact.turn
            at_ms = contact.base_ms + told.fact.at_ms - contact.script_ms
            self._at(at_ms, told.seq, lambda now_ms: self._step(contact, told, holder, turn, now_ms))
            return
        visit, following = contact.visits[contact.place], contact.place + 1
        if following >= len(contact.visits) or visit.answered_ms is None:
            return
        later = contact.visits[following]
        if later.by_waking:
            return
        at_ms = later.at_ms
        if visit.hands_on:
            at_ms = contact.base_ms + later.at_ms - visit.answered_ms
        self._plan_begin(contact.came.contact, contact.visits, following, at_ms)

    def _step(self, contact: _Contact, told: Told, holder: int, turn: int, now_ms: int) -> None:
        if contact.turn != turn:
            return
        fact, number = told.fact, contact.came.contact
        if isinstance(fact, together.ContactHandedOver):
            holder = fact.agent_id
        elif not isinstance(fact, together.AgentJoined | together.AgentParted | facts.ContactAbandoned):
            fact = replace(fact, agent_id=holder)
        contact.step += 1
        followed = self._followed(replace(fact, at_ms=now_ms), now_ms)
        if followed and isinstance(fact, facts.ContactWoken):
            self._woke(contact, holder, now_ms)
        elif (
            number in self._router.row_of
            or contact.step < len(contact.script)
            or contact.visits[contact.place].closes
        ):
            self._next_step(contact, holder)

    def _woke(self, contact: _Contact, holder: int, now_ms: int) -> None:
        """Either it is in the hand again, or it waits in line: whatever it was then."""
        number, following = contact.came.contact, contact.place + 1
        resumed = number in self._router.row_of and self._router.place(number) is Place.IN_HAND
        last = contact.step == len(contact.script)
        if last and following < len(contact.visits) and contact.visits[following].by_waking:
            visit = contact.visits[following]
            came = Came(number, following, visit.queue, now_ms)
            again = self._contacts[number] = _Contact(contact.visits, came, following, turn=contact.turn + 1)
            contact.turn += 1
            self.came.append(came)
            if resumed:
                self._in_hand(again, holder, now_ms)
            else:
                self._waits(again, now_ms)
        elif resumed:
            self._next_step(contact, holder)
        else:
            contact.paused_ms = now_ms
            contact.turn += 1
