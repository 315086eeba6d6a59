"""The shapes of menus."""

from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from affluent.centre.menus.document import Language
from affluent.centre.texts import NO_NUL, Id, Line, Name

Document = Annotated[str, Field(max_length=1_000_000, pattern=NO_NUL)]
"""YAML or JSON, as docs/reference/menus.md describes it."""
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Instant = Annotated[int, Field(ge=0, le=2**53)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckIn(_Body):
    brand_id: Id
    document: Document


class MenuIn(_Body):
    brand_id: Id
    name: Name
    document: Document


class MenuChange(_Body):
    """The next draft. `version` is the one it was made from: if another stands, nothing is done."""

    name: Name
    document: Document
    version: Version


class PublishIn(_Body):
    """Which version callers hear from now on, and why."""

    version: Version
    why: Line = ""


class ProblemOut(BaseModel):
    code: str
    path: str
    line: int
    message: str


class EdgeOut(BaseModel):
    """Where a step leads by a choice. `why`: key, silent, open, closed, branch, human."""

    source: str
    choice: str
    target: str
    why: str


class CheckOut(BaseModel):
    """`content` is the document as plain values, null when it cannot be read; `edges` are for the drawing."""

    problems: list[ProblemOut]
    document: str
    content: dict[str, Any] | None
    edges: list[EdgeOut]


class MenuLine(BaseModel):
    id: int
    brand_id: int
    name: str
    version: int
    published: int | None
    created_ms: int
    created_by: str | None
    changed_ms: int
    changed_by: str | None


class MenuOut(MenuLine):
    """With the document of `shown`, a version, and its problems."""

    shown: int
    document: str
    content: dict[str, Any] | None
    problems: list[ProblemOut]
    edges: list[EdgeOut]


class MenusOut(BaseModel):
    items: list[MenuLine]
    next: str | None


class VersionOut(BaseModel):
    number: int
    name: str
    at_ms: int
    by: str | None
    why: str
    published_ms: int | None
    published_by: str | None


class VersionsOut(BaseModel):
    items: list[VersionOut]


class NamesOut(BaseModel):
    """What a menu of a brand can name."""

    language: str
    queues: list[str]
    motives: list[str]
    hours: list[str]
    channels: list[str]
    recordings: dict[str, list[str]]


# Trying


class CallerIn(_Body):
    from_number: Annotated[str, Field(max_length=20, pattern=r"^(\+[0-9]{4,15})?$")] = ""
    language: Annotated[str, Field(max_length=10, pattern=NO_NUL)] = ""
    customer_id: Id | None = None


class PlaceIO(_Body):
    """Where the caller is, between two turns: given back as it was told."""

    step: Annotated[str, Field(max_length=40, pattern=NO_NUL)]
    language: Language
    asked: Literal["", "customer", "problems", "wait", "link"] = ""
    tries: Annotated[int, Field(ge=0, le=100)] = 0
    motive_id: Id | None = None
    customer_id: Id | None = None
    collected: Annotated[
        list[Annotated[list[Line], Field(min_length=2, max_length=2)]], Field(max_length=50)
    ] = Field(default=[])
    closed: bool = False
    entered: Annotated[int, Field(ge=0, le=1_000)] = 0


class ProblemIn(_Body):
    fr: Line = ""
    en: Line = ""


class PretendIn(_Body):
    """What the centre would answer: numbers of customers that it knows, the wait, known problems, links sent."""

    customer_numbers: Annotated[list[Line], Field(max_length=20)] = Field(default=[])
    wait_s: (
        Annotated[list[Annotated[int, Field(ge=0, le=86_400)]], Field(min_length=2, max_length=2)] | None
    ) = None
    problems: Annotated[list[ProblemIn], Field(max_length=20)] = Field(default=[])
    links: bool = True


class TryIn(_Body):
    """One turn of a call that is not one. `place` null begins it; `pressed` are keys, null or empty for silence."""

    brand_id: Id
    document: Document
    at_ms: Instant
    caller: CallerIn = Field(default=CallerIn())
    pretend: PretendIn = Field(default=PretendIn())
    place: PlaceIO | None = None
    pressed: Annotated[str, Field(max_length=40, pattern=r"^[0-9*#]*$")] | None = None


class SpokenOut(BaseModel):
    """What is heard: in words, and where its sound is."""

    text: str
    language: str
    sound: str


class TakenOut(BaseModel):
    step: str
    choice: str


class ListeningOut(BaseModel):
    most: int
    end_key: str
    patience_ms: int


class EndOut(BaseModel):
    """How it ended. `queue_id` null for a queue: the channel's own rules choose."""

    kind: Literal["queue", "callback", "voicemail", "hang_up"]
    queue_id: int | None = None
    motive_id: int | None = None
    reason: str = ""
    collected: dict[str, str] = Field(default={})


class TurnOut(BaseModel):
    spoken: list[SpokenOut]
    steps: list[TakenOut]
    asked: list[str]
    """What the centre was asked on the way."""
    listening: ListeningOut | None
    end: EndOut | None
    place: PlaceIO | None


# Recordings


class RecordingIn(_Body):
    """`sound` is a WAV of 8 kHz, one channel and 16 bits, in base64."""

    brand_id: Id
    name: Name
    language: Language
    said: Line = ""
    sound: Annotated[Base64Bytes, Field(max_length=5 * 1024 * 1024)]


class RecordingOut(BaseModel):
    id: int
    brand_id: int
    name: str
    language: str
    said: str
    duration_ms: int
    created_ms: int
    created_by: str | None


class RecordingsOut(BaseModel):
    items: list[RecordingOut]
