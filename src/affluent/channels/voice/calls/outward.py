"""The customer's side of a call that we make: rung once the phone of whoever has the contact is up."""

from typing import TYPE_CHECKING

import structlog

from affluent.centre.calling import calling_back
from affluent.centre.refusals import Refusal
from affluent.channels.voice.switch import Ending, SwitchAway, SwitchError
from affluent.facts.call import EndedBy
from affluent.facts.states import ContactState

if TYPE_CHECKING:
    from affluent.channels.voice.calls.live import LiveCall

RING_S = 40
"""So long a customer's phone rings."""
_CAUSES = {
    Ending.BUSY: "busy",
    Ending.NO_ANSWER: "no_answer",
    Ending.HUNG_UP: "no_answer",
    Ending.REJECTED: "rejected",
    Ending.UNREACHABLE: "unreachable",
    Ending.LOST: "lost",
}
log = structlog.get_logger("affluent.voice")


class Outward:
    """One attempt to reach a customer, as a part of their call. `reached` from when they picked up."""

    def __init__(self) -> None:
        self.reached = False
        self.failed = False

    async def see_to(self, call: "LiveCall", up: frozenset[int]) -> None:
        """Rings the customer when it is time; ends the attempt when the contact has left the hand it was for."""
        contact = call.contact
        if contact.state not in (ContactState.OFFERED, ContactState.IN_HAND):
            await self._stop(call)
        elif contact.state is ContactState.IN_HAND and contact.agent_id in up and not call.leg:
            await self._ring(call, contact.agent_id or 0)

    async def _stop(self, call: "LiveCall") -> None:
        await call.ground.ask(calling_back.stopped, contact_id=call.id)
        await call.end_without(hang_up=True)

    async def _ring(self, call: "LiveCall", agent_id: int) -> None:
        try:
            dialling = await call.ground.ask(calling_back.dialling, contact_id=call.id, agent_id=agent_id)
        except Refusal as refused:
            cause = "not_now" if refused.code == "not_now" else "given_up"
            await self.fails(call, cause, rule=refused.code)
            return
        tags = {"contact": str(call.id), "role": "caller", "outward": "1"}
        try:
            leg = await call.switch.dial(
                dialling.number,
                from_number=dialling.shown,
                name=dialling.shown,
                timeout_s=RING_S,
                tags=tags,
            )
        except (SwitchAway, SwitchError) as fault:
            log.info("customer_not_dialled", contact=call.id, fault=str(fault))
            await self.fails(call, "unreachable")
            return
        call.leg = leg
        call.lines.follow(leg, call)
        await call.ground.ask(calling_back.rings, contact_id=call.id, leg=leg, server_id=call.switch.id)

    async def picks_up(self, call: "LiveCall") -> None:
        self.reached = call.answered = True
        call.stands(await call.ground.ask(calling_back.reached, contact_id=call.id))

    async def ends(self, call: "LiveCall", ending: Ending) -> None:
        """The customer's line is closed before they picked up."""
        await self.fails(call, "given_up" if call.ended_by is EndedBy.AGENT else _CAUSES[ending])

    async def fails(self, call: "LiveCall", cause: str, rule: str = "") -> None:
        """They were not reached: the agent's phone falls silent, and the centre says what comes next.

        `rule`: the code of the refusal, where the law forbade it at the last moment.
        """
        self.failed = True
        await call.end_without(hang_up=False)
        await call.ground.ask(calling_back.not_reached, contact_id=call.id, cause=cause, rule=rule)
