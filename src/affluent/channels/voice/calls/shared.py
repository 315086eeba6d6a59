"""What is shared during a call is told to the centre."""

from affluent.centre.calling import sharing
from affluent.channels.voice.calls.ground import Ground
from affluent.channels.voice.calls.messages import Message
from affluent.channels.voice.switch import SharingBegan, SharingEnded


async def told(ground: Ground, contact_id: int, event: Message) -> None:
    """Of whatever else reaches a call there is nothing to tell."""
    if isinstance(event, SharingBegan):
        await ground.ask(
            sharing.share_begun,
            contact_id=contact_id,
            agent_id=event.agent_id,
            what=event.what,
            asked_by=event.asked_by,
            shown_by=event.shown_by,
        )
    elif isinstance(event, SharingEnded):
        await ground.ask(
            sharing.share_ended,
            contact_id=contact_id,
            agent_id=event.agent_id,
            what=event.what,
            shown_by=event.shown_by,
            lasted_ms=event.lasted_ms,
            ended_by=event.ended_by,
        )
