"""More than one agent, or more than one contact: who takes part, who takes over, what is merged."""

from affluent.routing import entries
from affluent.routing.core import Core
from affluent.routing.decisions import Decision, Place, RoutingError


class Together(Core):
    """Consult, conference and a supervisor who joins are one: agents who take part in a contact in hand.

    Each has it counted in hand, whatever room is left. All part when the contact leaves the hand.
    """

    def join(self, contact: int, agent: int, now_ms: int) -> list[Decision]:
        """The agent takes part in a contact that another one has in hand; no skill is asked.

        Raises `RoutingError`: unknown_contact, unknown_agent, not_in_hand, has_it.
        """
        agent_row = self.agent_row(agent)
        self.let_pass(now_ms)
        row = self._in_hand(contact)
        if self.store.state.contacts.agent[row] == agent_row or self._takes_part(row, agent_row):
            raise RoutingError("has_it", contact=contact, agent=agent)
        return self.happen(entries.agent_joins, self.now_ms, row, agent_row)

    def part(self, contact: int, agent: int, now_ms: int) -> list[Decision]:
        """The agent takes part no longer.

        Raises `RoutingError`: unknown_contact, unknown_agent, not_in_hand, takes_no_part.
        """
        agent_row, row = self._participant(contact, agent, now_ms)
        return self.happen(entries.agent_parts, self.now_ms, row, agent_row)

    def hand_over(self, contact: int, agent: int, now_ms: int) -> list[Decision]:
        """A warm transfer: an agent who takes part, and is skilled, has the contact; who had it is free.

        Raises `RoutingError`: unknown_contact, unknown_agent, not_in_hand, takes_no_part,
        lacks_required_skill.
        """
        agent_row, row = self._participant(contact, agent, now_ms)
        self.require_skills(row, agent_row)
        return self.happen(entries.handed_over, self.now_ms, row, agent_row)

    def merge(self, contact: int, into: int, now_ms: int) -> list[Decision]:
        """The contact leaves, from wherever it is; the other one takes the place of the elder of the two.

        Raises `RoutingError`: unknown_contact, same_contact.
        """
        if contact == into:
            raise RoutingError("same_contact", contact=contact)
        self.row(contact)
        self.row(into)
        self.let_pass(now_ms)
        row, into_row = self.row(contact), self.row(into)
        entries.contact_merged(self.store.at, self.now_ms, row, into_row)
        del self.row_of[contact]
        self.joining.demands.pop(contact, None)
        self.store.free_row(row)
        return self.follow()

    def _participant(self, contact: int, agent: int, now_ms: int) -> tuple[int, int]:
        agent_row = self.agent_row(agent)
        self.let_pass(now_ms)
        row = self._in_hand(contact)
        if not self._takes_part(row, agent_row):
            raise RoutingError("takes_no_part", contact=contact, agent=agent)
        return agent_row, row

    def _in_hand(self, contact: int) -> int:
        if self.place(contact) is not Place.IN_HAND:
            raise RoutingError("not_in_hand", contact=contact)
        return self.row(contact)

    def _takes_part(self, row: int, agent_row: int) -> bool:
        return bool(entries.takes_part(self.store.at, row, agent_row))
