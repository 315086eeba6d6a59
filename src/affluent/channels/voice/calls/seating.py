"""Puts everybody on a call's lines where they are to be."""

from typing import TYPE_CHECKING

from affluent.channels.voice.calls.parties import Phone
from affluent.channels.voice.calls.placing import Place
from affluent.channels.voice.switch import Can

if TYPE_CHECKING:
    from affluent.channels.voice.calls.live import LiveCall


async def seat(call: "LiveCall", place: Place) -> None:
    """Does what is missing for `place`."""
    await _room(call, place.room, caller=place.caller)
    for agent_id in place.listening:
        await _listen(call, call.phones[agent_id])


async def _room(call: "LiveCall", agents: tuple[int, ...], *, caller: bool) -> None:
    for phone in call.phones.values():
        if phone.in_room and phone.agent_id not in agents:
            phone.in_room = False
            await call.switch.part(call.room, phone.leg)
    if call.in_room and not caller:
        call.in_room = False
        await call.switch.part(call.room, call.leg)
    coming = [call.phones[one] for one in agents if not call.phones[one].in_room]
    legs = [one.leg for one in coming]
    if caller and not call.in_room:
        await call.hush()
        await call.waits(False)
        if not call.answered:
            call.answered = True
            await call.switch.answer(call.leg)
        legs.insert(0, call.leg)
    if not legs:
        return
    await call.switch.join(call.room, legs)
    call.in_room = call.in_room or call.leg in legs
    for phone in coming:
        phone.in_room = True


async def _listen(call: "LiveCall", phone: Phone) -> None:
    holder = call.phones.get(call.contact.agent_id or 0)
    if phone.listens or holder is None or Can.LISTEN not in call.switch.can:
        return
    phone.listens = True
    whisper = phone.agent_id in call.whispering
    await call.switch.listen(phone.leg, holder.leg, whisper=whisper)
