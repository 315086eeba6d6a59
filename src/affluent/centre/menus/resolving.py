"""What the names in a menu stand for: now, else when it was published."""

from collections.abc import Callable, Mapping
from typing import Any

from affluent.centre.hours import Hours
from affluent.centre.menus import document as doc
from affluent.centre.menus.checking import Known
from affluent.centre.menus.kept import Refs
from affluent.centre.menus.turns import Menu

HoursOf = Callable[[list[int]], Mapping[int, Hours]]
NEVER = Hours("UTC", ((),) * 7)
"""For opening hours that are no longer there: closed, which a menu always has a way for."""


def refs_of(known: Known) -> Refs:
    """All that can be named, to be kept with a version."""
    return {
        "queues": {one.name: one.id for one in known.queues if one.brand_id == known.brand_id and one.voice},
        "motives": dict(known.motives),
        "channels": dict(known.channels),
        "hours": dict(known.hours),
        "recordings": {name: dict(languages) for name, languages in known.recordings.items()},
    }


def resolved(
    menu_id: int, version: int, menu: doc.MenuDocument, known: Known, then: Refs, hours_of: HoursOf
) -> Menu:
    """The menu ready to be played."""
    now = refs_of(known)

    def names(noun: str) -> dict[str, Any]:
        return {**then.get(noun, {}), **now.get(noun, {})}

    named = {step.hours for step in menu.steps.values() if isinstance(step, doc.OpenHours)}
    ids = {name: int(number) for name, number in names("hours").items() if name in named}
    standing = hours_of(sorted(ids.values()))
    return Menu(
        id=menu_id,
        version=version,
        document=menu,
        queues=names("queues"),
        motives=names("motives"),
        channels=names("channels"),
        hours={name: standing.get(ids.get(name, 0), NEVER) for name in named},
        recordings=names("recordings"),
    )
