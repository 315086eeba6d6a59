"""Rules that change while the engine runs: nobody loses their place, at the cost of what the change touches."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from affluent.routing import entries
from affluent.routing.decisions import Decision, RoutingError
from affluent.routing.differing import Difference, difference, needs_rebuild, require_sound
from affluent.routing.policy import AgentRule, Policy, PolicyError, QueueRule, with_bundles
from affluent.routing.problems import agent_problems
from affluent.routing.state import NEVER, NOBODY, NOTHING, OFFERED, WAITING
from affluent.routing.tables import (
    reserve_bits,
    write_agent,
    write_media,
    write_order,
    write_reserve,
    write_rules,
)
from affluent.routing.together import Together

NOTED_AT_ONCE = 512  # outcomes, far fewer than there is space for


class Changing(Together):
    """What is decided is what an engine built anew from the new policy decides (`Router.restore`)."""

    def change_agent(self, rule: AgentRule, now_ms: int) -> list[Decision]:
        """Other skills, limits, team or ranks for an agent, at once.

        Offers that the agent may no longer have end; contacts in hand stay. Raises `RoutingError`:
        unknown_agent, bad_agent.
        """
        self.agent_row(rule.id)
        problems = agent_problems(self.policy, rule)
        if problems:
            raise RoutingError("bad_agent", problems=[problem.code for problem in problems])
        agents = tuple(rule if one.id == rule.id else one for one in self.policy.agents)
        policy = replace(self.policy, agents=agents)
        changed = Difference(agents=(with_bundles(rule, policy.bundles),))
        self._take_up(policy, changed, now_ms)
        return self.follow()

    def change_queue(self, rule: QueueRule, now_ms: int) -> list[Decision]:
        """Other rules for a queue, at once: needs, stages, teams, tiers, target, overflow, length. Or a new one.

        Offers that an agent may no longer have end; all who wait keep their place. Raises `RoutingError`:
        bad_queue, bad_demands (of a contact that waits there), needs_rebuild (for another medium).
        """
        known = any(one.id == rule.id for one in self.policy.queues)
        queues = tuple(rule if one.id == rule.id else one for one in self.policy.queues)
        policy = replace(self.policy, queues=queues if known else (*queues, rule))
        try:
            return self._change(policy, Difference(queues=(rule,)), now_ms)
        except PolicyError as error:
            raise RoutingError("bad_queue", problems=[one.code for one in error.reasons]) from None

    def change_rules(self, policy: Policy, now_ms: int) -> list[Decision]:
        """Another policy, at once; what did not change costs a comparison.

        Raises PolicyError for one that cannot work, and `RoutingError`: needs_rebuild (`because` of other_media,
        skill_gone, queue_of_another_medium, agent_gone, or agent_between: one whose number is not the highest),
        queue_in_use, bad_demands. Then nothing has changed.
        """
        return self._change(policy, difference(self.policy, policy), now_ms)

    def _change(self, policy: Policy, changed: Difference, now_ms: int) -> list[Decision]:
        because = needs_rebuild(self.policy, policy, changed)
        if because is not None:
            raise RoutingError("needs_rebuild", because=because)
        require_sound(policy, changed)
        for rule in changed.queues:
            self.joining.require_lines(policy, rule)
        for row in self._take_up(policy, changed, now_ms):
            entries.note_deadline(self.store.at, self.now_ms, row)
        # What is due by the new rules happens before anybody is offered.
        self.let_pass(self.now_ms)
        return self.follow()

    def _take_up(self, policy: Policy, changed: Difference, now_ms: int) -> list[int]:
        """All but the offers; returns the rows of contacts that were set free."""
        self.let_pass(now_ms)
        self._require_nobody(changed.queues_gone)
        before, self.policy = self.policy, policy
        self._note_names(policy, changed)
        self._write(policy, changed, before)
        touched = self._learn_queues(changed)
        self._learn_people(changed)
        freed = self._set_free()
        self._look(touched, everybody=changed.media or bool(changed.reserves))
        self.overflows = any(rule.overflow is not None for rule in policy.queues)
        return freed

    def _require_nobody(self, queues: Iterable[int]) -> None:
        state = self.store.state
        contacts: Any = state.queues.contacts
        base: Any = state.queues.base
        for queue in queues:
            if contacts[base == self.joining.queue_row(queue)].any():
                raise RoutingError("queue_in_use", queue=queue)

    def _note_names(self, policy: Policy, changed: Difference) -> None:
        """Rows for whatever is new, at the end of what there is."""
        rows = self.rows
        rows.skill |= {
            one: len(rows.skill) + at for at, one in enumerate(sorted(policy.skills - rows.skill.keys()))
        }
        rows.skills = sorted(policy.skills)
        rows.name_teams(policy)
        rows.units = {rule.medium: rule.units for rule in policy.media}
        rows.agent_reserves = policy.agent_reserves
        for rule in sorted(changed.agents, key=lambda one: one.id):
            if rule.id not in rows.agent:
                rows.agent[rule.id] = len(rows.agents)
                rows.agents.append(rule)
            rows.agents[rows.agent[rule.id]] = rule
        self.store.room_for(len(rows.agents), len(rows.skill), len(rows.team))
        self.joining.policy = policy

    def _write(self, policy: Policy, changed: Difference, before: Policy) -> None:
        if any(rule.ranks for rule in changed.agents):
            self.store.rank_queues()
        state, rows = self.store.state, self.rows
        write_rules(state.rules, policy)
        if changed.media:
            write_media(state.media, policy, rows)
            self._write_units()
        if policy.order is not before.order:
            for row in self._rows_in_use():
                write_order(state.queues, row, rows.queues[row], policy.order)
        for place in changed.reserves:
            entries.reserve_ends(self.store.at, place)
            if place < len(policy.agent_reserves):
                write_reserve(state.reserves, place, policy.agent_reserves[place], rows)
        state.reserves.size[0] = len(policy.agent_reserves)

    def _write_units(self) -> None:
        """What one contact of each medium takes, of everybody who has no units of their own."""
        units: Any = self.store.state.agents.units
        for medium, place in self.rows.medium.items():
            units[:, place] = self.rows.units[medium]
        for row, rule in enumerate(self.rows.agents):
            for medium, own in rule.units.items():
                units[row, self.rows.medium[medium]] = own

    def _rows_in_use(self) -> list[int]:
        base: Any = self.store.state.queues.base
        return [int(row) for row in np.flatnonzero(base[: len(self.rows.queues)] != NOTHING)]

    def _learn_queues(self, changed: Difference) -> list[int]:
        """Writes and learns the queues that changed, with their lines; returns the rows of all that did."""
        touched: list[int] = []
        for rule in changed.queues:
            for row in self.joining.rewritten(rule):
                entries.learn_queue(self.store.at, row)
                touched.append(row)
        for queue in changed.queues_gone:
            self.joining.remove(queue)
        if changed.reserves:
            queues = self.store.state.queues
            for row in self._rows_in_use():
                bits = reserve_bits(self.rows.agent_reserves, self.rows.queues[row].id)
                if (queues.barred_by[row], queues.counted_by[row]) != bits:
                    queues.barred_by[row], queues.counted_by[row] = bits
                    touched.append(row)
        return touched

    def _learn_people(self, changed: Difference) -> None:
        """Agents, and the reserves that they are or were part of."""
        for rule in changed.agents:
            row = self.rows.agent[rule.id]
            write_agent(self.store.state.agents, row, rule, self.rows)
            entries.agent_learns(self.store.at, row)
        for place in changed.reserves:
            if place < len(self.rows.agent_reserves):
                entries.reserve_begins(self.store.at, place)
        served = {rule.id for rule in changed.queues}
        for place, reserve in enumerate(self.rows.agent_reserves):
            if place not in changed.reserves and not served.isdisjoint(reserve.queues):
                entries.learn_reserve(self.store.at, place)
        if changed.media:
            entries.room_learns(self.store.at)

    def _set_free(self) -> list[int]:
        """What is offered to, or kept for, an agent who may no longer have it is for anyone: who came first, first."""
        contacts: Any = self.store.state.contacts
        opens_at: Any = self.store.state.agents.opens_at
        offered = np.flatnonzero(contacts.place == OFFERED)
        offered = offered[opens_at[contacts.agent[offered], contacts.queue[offered]] == NEVER]
        kept = np.flatnonzero((contacts.place == WAITING) & (contacts.kept_for != NOBODY))
        kept = kept[opens_at[contacts.kept_for[kept], contacts.queue[kept]] == NEVER]
        freed: list[int] = []
        for rows, was_offered in ((offered, 1), (kept, 0)):
            order = np.lexsort((contacts.identity[rows], contacts.arrived_ms[rows]))
            for row in rows[order].tolist():
                entries.lost(self.store.at, self.now_ms, row, was_offered)
                freed.append(row)
                if len(freed) % NOTED_AT_ONCE == 0:
                    self.note_outcomes()
        self.note_outcomes()
        self.store.make_space(len(freed))
        return freed

    def _look(self, touched: Iterable[int], *, everybody: bool) -> None:
        """Whoever the new rules may let find somebody is looked at, and again when these rules say."""
        for row in touched:
            self.store.make_space(int(self.store.state.queues.length[row]))
            entries.deadlines_learn(self.store.at, self.now_ms, row)
            entries.queue_looks(self.store.at, row)
        if everybody:
            entries.mark_everybody(self.store.at)
