"""What a menu says and does, and what it is told: plain values between the interpreter and whoever plays it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from affluent.centre.hours import Hours
from affluent.centre.menus.document import Language, MenuDocument

# What is spoken


@dataclass(frozen=True, slots=True)
class SpokenText:
    """A text, to be synthesised."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Number:
    """A number from 0 to 999, such as a position in the line."""

    value: int
    language: Language


@dataclass(frozen=True, slots=True)
class WaitRange:
    """An expected wait, in seconds, both ends included."""

    low_s: int
    high_s: int
    language: Language


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many people are ahead in the line; none: the caller is next."""

    people: int
    language: Language


@dataclass(frozen=True, slots=True)
class DigitsSpoken:
    """Digits one by one."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording of the administrator's."""

    prompt_id: int


Prompt = SpokenText | Number | WaitRange | Ahead | DigitsSpoken | Recorded

# What is done


@dataclass(frozen=True, slots=True)
class Speak:
    """Plays prompts in order. A key cuts them short when a `Collect` follows in the turn, unless `whole`: then keys
    pressed meanwhile are thrown away.
    """

    prompts: tuple[Prompt, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Collect:
    """Gathers keys, then `hear(Digits)`, or `SaidNothing` when none came.

    Over with `most` digits, with `end_key` (empty: none; it is not part of the digits), or when nothing came for
    `timeout_ms` after a digit, for `first_digit_ms` before the first, counted from the end of what is spoken.
    """

    most: int
    end_key: str
    timeout_ms: int
    first_digit_ms: int


AskName = Literal["customer", "problems", "wait", "link"]


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks the centre, then `hear(Answer)`. What cannot be told is answered by None.

    - `customer`, `digits`: the identifier of the customer of the brand whose card has this number, or None.
    - `problems`, `motive_id` and `queue_id` or None: known problems open now: what is said of each, by language.
    - `wait`, `queue_id`: the announced range as (low_s, high_s); None when nothing can be said, or the queue keeps
      silent.
    - `link`, `channel_id`: sends a message with a link to the caller; True when it was sent.
    """

    name: AskName
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Ends the menu: the caller waits in the queue, or where the channel's rules send the motive."""

    queue_id: int | None
    motive_id: int | None
    collected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OfferCallback:
    """Ends the menu: the caller is called back at their place in the queue, by the number they call from."""

    queue_id: int
    motive_id: int | None
    collected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Ends the menu: after the tone, the message is recorded and becomes a contact of the queue."""

    queue_id: int
    motive_id: int | None
    collected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """Ends the call. `served`: the caller said that the menu answered; `closed`: it led here by closed hours."""

    reason: Literal["served", "closed", "ended"]


End = ToQueue | OfferCallback | Voicemail | HangUp
Act = Speak | Collect | Ask | End

# What is heard


@dataclass(frozen=True, slots=True)
class Digits:
    text: str


@dataclass(frozen=True, slots=True)
class SaidNothing:
    """No key came in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an `Ask` of the same name brought."""

    name: str
    value: object


Said = Digits | SaidNothing | Answer

# Who, where, and what follows


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of who calls. `from_number` in E.164, empty when withheld."""

    from_number: str = ""
    language: str = ""
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller is in a menu, between two turns. `customer_id`: who they proved to be by digits."""

    step: str
    language: Language
    asked: str = ""
    """The `Ask` that is open; empty while keys are waited for."""
    tries: int = 0
    motive_id: int | None = None
    customer_id: int | None = None
    collected: tuple[tuple[str, str], ...] = ()
    closed: bool = False
    entered: int = 0
    """Steps taken so far, a repeated one each time."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """The caller came to `step`, by `choice` at the one before; both empty words never leave the menu.

    A choice is a key, or: `start`, `next`, `open`, `closed`, `known`, `unknown`, `given`, `told`, `none`, `solved`,
    `unsolved`, `sent`, `unsent`, `withheld`, `person` (the key for one), `tries` (too many), `wrong` and `silence`
    (the same step again), `lost` (far too long on the way).
    """

    step: str
    choice: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows: `acts` to be done in order, the last of which tells what is heard next, or ends the menu.

    `place` is None when the menu is over. `language` and `customer_id` are what is known by now.
    """

    place: Place | None
    acts: tuple[Act, ...]
    steps: tuple[StepTaken, ...]
    language: Language
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu ready to be played: its document, and what its names stand for now."""

    id: int
    version: int
    document: MenuDocument
    queues: Mapping[str, int] = field(default_factory=dict[str, int])
    motives: Mapping[str, int] = field(default_factory=dict[str, int])
    channels: Mapping[str, int] = field(default_factory=dict[str, int])
    hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])
    recordings: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """By name, then language: the identifier of a recording."""


ProblemTexts = Sequence[Mapping[str, str]]
"""What `Ask("problems")` is answered with."""
