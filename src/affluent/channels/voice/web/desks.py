"""Agents' desks as telephones: which are there, and for how long one that is gone may come back."""

from affluent.channels.voice.web.legs import BACK_MS, Json, Link, Phone


class Desks:
    """Of one process, by agent. Used with the lock of its lines held."""

    def __init__(self) -> None:
        self.phones: dict[int, Phone] = {}

    def sits(self, agent_id: int, name: str, link: Link) -> None:
        """A desk is there: the newest page is the phone."""
        before = self.phones.get(agent_id)
        if before is not None and before.link is not None and before.link is not link:
            before.link.replaced()
        self.phones[agent_id] = Phone(agent_id, name, link)

    def leaves(self, agent_id: int, link: Link, now_ms: int) -> None:
        phone = self.phones.get(agent_id)
        if phone is not None and phone.link is link:
            phone.link, phone.gone_ms = None, now_ms

    def reached(self, to: str, now_ms: int) -> Phone | None:
        """The phone of `agent:17`; None for one that has not been there for a while, or is no desk."""
        kind, _, number = to.partition(":")
        if kind != "agent" or not number.isdigit() or self.lost(int(number), now_ms):
            return None
        return self.phones[int(number)]

    def lost(self, agent_id: int, now_ms: int) -> bool:
        """Whether it went and did not come back in time."""
        phone = self.phones.get(agent_id)
        return phone is None or (phone.link is None and now_ms - phone.gone_ms >= BACK_MS)

    def forget_lost(self, now_ms: int) -> None:
        for agent_id in list(self.phones):
            if self.lost(agent_id, now_ms):
                del self.phones[agent_id]

    def tell(self, agent_id: int, frame: Json) -> None:
        phone = self.phones.get(agent_id)
        if phone is not None and phone.link is not None:
            phone.link.tell(frame)
