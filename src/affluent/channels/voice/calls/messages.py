"""What reaches a call beside the events of its own lines."""

from asyncio import Future
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from affluent.centre.records import Contact
from affluent.centre.refusals import Refusal
from affluent.channels.voice.switch import LegGone, LegStanding, SwitchAway, SwitchError, SwitchEvent


@dataclass(frozen=True, slots=True)
class Moved:
    """The contact, as it stands after a fact."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody at a desk wants something done; `answer` is told what came of it."""

    act: Callable[[], Awaitable[None]]
    answer: "Future[None]"


async def carry_out(asked: Asked) -> None:
    """Does what was asked; whoever asked hears what is refused."""
    fault: Exception | None = None
    try:
        await asked.act()
    except SwitchAway:
        fault = Refusal("switch_away")
    except LegGone:
        fault = Refusal("no_call")
    except SwitchError:
        fault = Refusal("not_possible_here")
    except Exception as other:
        fault = other
    if asked.answer.done():
        return
    if fault is None:
        asked.answer.set_result(None)
    else:
        asked.answer.set_exception(fault)


@dataclass(frozen=True, slots=True)
class LookedOver:
    """The switch is there again: what it carries of this call."""

    standing: Mapping[str, LegStanding]


@dataclass(frozen=True, slots=True)
class SwitchLost:
    """The switch has been away for too long: its calls are lost."""


Message = SwitchEvent | Moved | Asked | LookedOver | SwitchLost
