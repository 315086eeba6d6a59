"""A voice menu as people write it: steps under names, each of one kind. docs/reference/menus.md has it in words.

Queues, motives, opening hours and recordings are named as in the settings; `resolving.py` finds them.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Fields
from affluent.centre.texts import Line, Name
from affluent.routing.document import read_duration_ms

VERSION = 1
STEPS_MAX = 200
TRIES_MAX = 5
PROMPT_MAX = 2_000

StepName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name of a step, as figures keep it."""
Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
Digit = Annotated[str, StringConstraints(pattern=r"^[0-9*]$")]
Tries = Annotated[int, Field(ge=1, le=TRIES_MAX)]


def _duration(value: Any) -> Any:
    if isinstance(value, str):
        read = read_duration_ms(value)
        if read is None:
            raise PydanticCustomError("bad_duration", "No duration", {"text": value[:40]})
        return read
    return value


def _spoken(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Patience = Annotated[int, BeforeValidator(_duration), Field(ge=1_000, le=30_000)]
"""In ms; written `5s`."""
Threshold = Annotated[int, BeforeValidator(_duration), Field(ge=0, le=86_400_000)]


class Spoken(Fields):
    """What is said in one language: a recording by its name, or a text that is synthesised."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=PROMPT_MAX)] = ""
    recorded: Name | None = None


Prompt = Annotated[dict[Language, Annotated[Spoken, BeforeValidator(_spoken)]], Field()]
"""By language; a bare text will do."""


def _choice(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class Choice(Fields):
    """Where a key leads. With a `motive`, the contact is classified by it."""

    to: StepName
    motive: Name | None = None
    title: Line = ""


Keys = Annotated[dict[Digit, Annotated[Choice, BeforeValidator(_choice)]], Field(min_length=1, max_length=11)]


class _Step(Fields):
    title: Line = ""
    """What pages call it; its name where there is none."""


class Say(_Step):
    """Speaks, then goes on. `whole`: keys do not cut it short."""

    kind: Literal["say"]
    prompt: Prompt
    whole: bool = False
    next: StepName


class Choose(_Step):
    """Speaks, and goes where a key leads. After too many tries: `otherwise`, or to a person."""

    kind: Literal["choose"]
    prompt: Prompt
    keys: Keys
    otherwise: StepName | None = None


class _Digits(_Step):
    """A number by keys. At least two: one alone is the key for a person."""

    least: Annotated[int, Field(ge=2, le=32)] = 4
    most: Annotated[int, Field(ge=2, le=32)] = 16

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise PydanticCustomError("least_above_most", "At least more than at most")
        return self


class Collect(_Digits):
    """Takes a number by keys, such as an order's, and keeps it with the contact under `save_as`."""

    kind: Literal["collect"]
    prompt: Prompt
    save_as: StepName
    next: StepName
    otherwise: StepName | None = None


class Identify(_Digits):
    """Who calls: by the calling number, else by a customer's number in keys, verified in the customers' cards.

    `known` when found, `next` when not, after `tries`; a caller whose number is known is not asked.
    """

    kind: Literal["identify"]
    prompt: Prompt
    known: StepName | None = None
    next: StepName


class OpenHours(_Step):
    """Goes by opening hours, exceptions and public holidays included."""

    kind: Literal["hours"]
    hours: Name
    open: StepName
    closed: StepName


class ChooseLanguage(_Step):
    """Asks for the language, each in its own words. Silence: the menu's first one, or what the caller's card says."""

    kind: Literal["language"]
    prompt: Prompt
    keys: Annotated[dict[Digit, Language], Field(min_length=2, max_length=4)]
    ask: Literal["always", "unknown"] = "always"
    next: StepName


class Problems(_Step):
    """Tells the known problems that are open for the caller's motive. `told`: where to go when there was one."""

    kind: Literal["problems"]
    told: StepName | None = None
    next: StepName


class SelfAnswer(_Step):
    """Answers by itself. The key says that it helped: served without an agent. Else it goes on."""

    kind: Literal["answer"]
    prompt: Prompt
    solved: Digit = "1"
    after: StepName | None = None
    """A goodbye that follows when it helped; None: a short one of ours."""
    next: StepName


class Wait(_Step):
    """Says the expected wait of a queue as a range. When it may last from `offers_from` on, its keys are offered."""

    kind: Literal["wait"]
    queue: Name
    prompt: Prompt = Field(default={})
    """What the keys are for; needed when there are some."""
    keys: Annotated[dict[Digit, Annotated[Choice, BeforeValidator(_choice)]], Field(max_length=11)] = Field(
        default={}
    )
    offers_from: Threshold = 120_000
    next: StepName


class ToQueue(_Step):
    """Waits for a person: in a queue, or in the one that the channel's rules choose by the motive."""

    kind: Literal["queue"]
    queue: Name | None = None
    motive: Name | None = None
    prompt: Prompt = Field(default={})


class Callback(_Step):
    """A person calls back, at the caller's place in the queue, by the number they call from."""

    kind: Literal["callback"]
    queue: Name
    motive: Name | None = None
    prompt: Prompt = Field(default={})
    otherwise: StepName
    """For who withholds their number."""


class Link(_Step):
    """Sends a message with a link to another channel, then goes on."""

    kind: Literal["link"]
    channel: Name
    prompt: Prompt = Field(default={})
    next: StepName
    otherwise: StepName
    """For who cannot be sent one."""


class Voicemail(_Step):
    """A message after the tone, which becomes a contact of the queue."""

    kind: Literal["voicemail"]
    queue: Name
    prompt: Prompt


class Goodbye(_Step):
    """Speaks, and hangs up."""

    kind: Literal["goodbye"]
    prompt: Prompt


Step = Annotated[
    Say
    | Choose
    | Collect
    | Identify
    | OpenHours
    | ChooseLanguage
    | Problems
    | SelfAnswer
    | Wait
    | ToQueue
    | Callback
    | Link
    | Voicemail
    | Goodbye,
    Field(discriminator="kind"),
]
KINDS = (
    "say", "choose", "collect", "identify", "hours", "language", "problems", "answer", "wait", "queue", "callback",
    "link", "voicemail", "goodbye",
)  # fmt: skip


class MenuDocument(Fields):
    """The whole menu. `human` is the step that leads to a person: by the key `human_key` at any time, and after
    too many tries.
    """

    version: Literal[1]
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)]
    start: StepName
    human: StepName
    human_key: Digit = "0"
    tries: Tries = 3
    patience: Patience = 6_000
    """How long a key is waited for."""
    steps: Annotated[dict[StepName, Step], Field(min_length=1, max_length=STEPS_MAX)]
