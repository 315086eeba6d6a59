"""A history read from a file, as its writer asks for it."""

import numpy as np

from affluent.centre.addresses import checked
from affluent.centre.refusals import Invalid
from affluent.facts.media import Medium
from affluent.measure.outcomes import MEDIA
from affluent.twin.history.stays import History


class Telling:
    """`storage.history.names.Told` over a `History`."""

    def __init__(self, told: History) -> None:
        self._told = told
        self.source = told.mapping.name
        self.contacts = told.contacts
        self.customers = len(told.customers)
        self.stays = told.stays
        self.short_ms = told.mapping.short_ms

    def key(self, contact: int) -> str:
        return f"history:{self.source}:{self._told.keys[contact - 1]}"

    def names(self, kind: str) -> list[str]:
        return self._told.names.get(kind, [])

    def queues(self) -> list[tuple[int, Medium, int]]:
        stays = self._told.stays
        pairs = np.unique(np.stack((stays.queue_id, stays.medium)), axis=1).T.tolist()
        names = self.names("queue")
        return [
            (queue, MEDIA[medium], self._told.mapping.target_ms(names[queue - 1], MEDIA[medium]))
            for queue, medium in pairs
        ]

    def address(self, customer: int) -> tuple[str, str] | None:
        name = self._told.customers[customer - 1]
        if not name:
            return None
        kind = self._told.mapping.columns.customer_is
        if kind != "external":
            try:
                return kind, checked(kind, name)
            except Invalid:
                # What is no address is still what the other system knew them by.
                return "external", name
        return kind, name

    def called(self, customer: int) -> str:
        return self._told.customers[customer - 1]

    def segment(self, customer: int) -> str | None:
        code = int(self._told.segment_of[customer - 1])
        return None if code < 0 else self._told.names["segment"][code]
