"""A centre with one brand, its chat on a site, and an agent; served over a real socket."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import pytest

from tests.channels.centre import Centre, at_work, served
from tests.channels.chat.widget import Widget


@dataclass
class House:
    centre: Centre
    address: str
    brand: int
    agent: int
    widget: Callable[..., Widget]


@pytest.fixture
def house(dsn: str) -> Generator[House, None, None]:
    made: dict[str, int] = {}

    def prepare(centre: Centre) -> None:
        made["brand"] = centre.brand()
        centre.channel(made["brand"], centre.queue(made["brand"]), "site-a", title_fr="Parlons")
        made["agent"] = centre.agent(made["brand"])

    opened: list[Widget] = []
    with at_work(dsn, prepare) as centre, served(centre.app()) as address:

        def widget(site: str = "site-a", **more: str | None) -> Widget:
            opened.append(Widget(address, site, **more))
            return opened[-1]

        try:
            yield House(centre, address, made["brand"], made["agent"], widget)
        finally:
            for one in opened:
                one.close()
