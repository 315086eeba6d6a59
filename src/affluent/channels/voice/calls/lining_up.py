"""Puts a caller in line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from affluent.centre.calling import calls
from affluent.centre.refusals import Refusal
from affluent.facts.call import EndedBy
from affluent.facts.states import ContactState

if TYPE_CHECKING:
    from affluent.channels.voice.calls.live import LiveCall

log = structlog.get_logger("affluent.voice")


async def stand_in(
    call: "LiveCall", queue_id: int | None, motive_id: int | None, values: Mapping[str, str]
) -> None:
    """In a queue, or where the rules lead for a motive and what was pressed.

    Whoever finds no line at all is let go: nobody waits for nobody.
    """
    try:
        call.stands(
            await call.ground.ask(
                calls.call_queued,
                contact_id=call.id,
                queue_id=queue_id,
                motive_id=motive_id,
                values=values,
            )
        )
    except Refusal as refused:
        log.warning("line_refused", contact=call.id, queue=queue_id, code=refused.code)
    if call.contact.state is not ContactState.RECEIVED:
        return
    if queue_id is not None:
        await stand_in(call, None, motive_id, values)
        return
    log.warning("call_without_queue", contact=call.id)
    await call.let_go(EndedBy.SERVER)
