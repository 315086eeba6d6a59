"""The shapes of the desk's answers and questions."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from affluent.centre.texts import Id
from affluent.web.desk.waiting import RangeOut

Text = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Named(BaseModel):
    id: int
    name: str


class BrandRef(Named):
    colour: str


class Wakes(BaseModel):
    kind: Literal["customer", "time"]
    at_ms: int | None


class Row(BaseModel):
    """A contact as a line of a list. `due_ms` is null while the ball is with the customer.

    `owed_ms` is since when an answer is owed: since it arrived, or since the ball came back to us.
    """

    id: int
    request_id: int
    medium: str
    state: str
    customer: Named
    brand: BrandRef
    queue: Named | None
    motive: Named | None
    subject: str
    preview: str
    language: str | None
    arrived_ms: int
    due_ms: int | None
    owed_ms: int | None
    target_ms: int | None
    awaiting: Literal["us", "customer"]
    unread: int
    newest_unread: int | None
    """The latest message of the customer's that its agent has not read: what is told once is not told again."""
    wakes: Wakes | None
    agent: Named | None
    version: int
    chat_state: str | None
    not_before_ms: int | None = None
    """It was promised for then, and is offered to nobody before."""
    wraps_until_ms: int | None = None
    """It is over, and keeps its agent's hand full until then, unless they end it sooner."""


class Reason(BaseModel):
    """Why you: a code that pages put into words, with its parameters."""

    code: str
    params: dict[str, Any]


class Offer(Row):
    offered_ms: int
    expires_ms: int
    why: list[Reason]


class Taking(BaseModel):
    """One who takes part in a contact beside its agent, or is asked to until `expires_ms`.

    `part`: a consultation reads and notes, a conference answers too, supervision listens and whispers.
    """

    agent: Named
    by: Named
    part: Literal["consult", "conference", "supervision"]
    joined_ms: int | None
    expires_ms: int | None


class Beside(Row):
    """A contact in a colleague's hand: one takes part in it, or is asked to. `asked` is what they said."""

    mine: Taking
    asked: str | None = None


class PresenceOut(BaseModel):
    state: Literal["ready", "away", "offline"]
    reason: str | None
    since_ms: int
    rests_until_ms: int | None = None  # an offer was let pass: nothing else before then


class Capacity(BaseModel):
    """`extra` are those that a supervisor allows over the limit until `extra_until_ms`."""

    medium: str
    in_hand: int
    limit: int
    extra: int = 0
    extra_until_ms: int | None = None


class Queues(BaseModel):
    waiting: int
    most_urgent_share: float | None


class Desk(BaseModel):
    now_ms: int
    presence: PresenceOut
    capacity: list[Capacity]
    offers: list[Offer]
    in_hand: list[Row]
    sleeping: list[Row]
    wrapping: list[Row] = []
    """Those that are over, and whose work after them is not done yet."""
    promised: list[Row] = []
    """Those that the agent promised to take up at an hour, the next one first."""
    invitations: list[Beside] = []
    """Those in which a colleague asks the agent to take part, what ends first on top."""
    beside: list[Beside] = []
    """Those in a colleague's hand in which the agent takes part."""
    queues: Queues
    reasons: list[str]


class RequestRef(BaseModel):
    id: int
    subject: str
    state: str
    opened_ms: int


class Can(BaseModel):
    """What the viewer may do with the contact now."""

    reply: bool
    note: bool
    transfer: bool
    close: bool
    sleep: bool
    accept: bool
    take: bool
    wake: bool
    reopen: bool
    take_back: bool
    invite: bool = False
    join: bool = False
    """Join it as a supervisor; once joined: answer the customer, take it over."""
    leave: bool = False


class ContactOut(Row):
    channel: Named
    outcome: str | None
    closed_ms: int | None
    request: RequestRef
    can: Can
    offered_ms: int | None = None
    expires_ms: int | None = None
    why: list[Reason] = []
    together: list[Taking] = []
    """Who takes part beside its agent, and who is asked to."""


class Author(BaseModel):
    kind: Literal["customer", "agent", "system", "bot"]
    id: int | None
    name: str


class Attachment(BaseModel):
    id: int
    filename: str
    content_type: str
    size: int
    cid: str | None = None


class MessageOut(BaseModel):
    id: int
    contact_id: int
    medium: str
    direction: Literal["in", "out", "note", "event"]
    author: Author
    at_ms: int
    text: str
    new_text: str
    quoted: str | None
    html: str | None
    has_remote_images: bool
    attachments: list[Attachment]
    delivery: str | None
    error: str | None
    mail: dict[str, Any] | None
    event: dict[str, Any] | None


class AddressOut(BaseModel):
    kind: str
    value: str


class CustomerOut(BaseModel):
    id: int
    brand_id: int
    name: str
    language: str | None
    segment: str | None
    note: str
    addresses: list[AddressOut]
    named_agent: Named | None = None
    """Who looks after them: asked first while there."""
    wish_ids: list[int] = []
    """Skills that they asked for, such as a language."""


class Step(BaseModel):
    contact_id: int
    request_id: int
    medium: str
    arrived_ms: int
    state: str
    outcome: str | None
    subject: str
    queue: Named | None
    agent: Named | None


class DraftOut(BaseModel):
    text: str
    kind: Literal["reply", "note"]
    updated_ms: int


class TypingOut(BaseModel):
    customer: bool


class Conversation(BaseModel):
    contact: ContactOut
    messages: list[MessageOut]
    customer: CustomerOut
    journey: list[Step]
    draft: DraftOut | None
    viewers: list[Named]
    typing: TypingOut


class MacroOut(BaseModel):
    id: int
    title: str
    body: str
    language: str
    brand_id: int | None


class MotiveOut(BaseModel):
    id: int
    name: str
    brand_id: int | None


class QueueRef(BaseModel):
    id: int
    name: str
    medium: str
    brand_id: int
    open: bool
    waiting: int
    by_hand: bool = True
    """Its contacts may be taken without an offer."""
    wait: RangeOut | None = None
    """How long who came now would wait if nobody were free; null while too little is known, or no one waits live."""


class AgentRef(BaseModel):
    id: int
    name: str
    state: str
    team: str | None


class TeamRef(Named):
    """`ready` are its people who could be asked now."""

    ready: int


class Directory(BaseModel):
    """People who are there come first. With `more` there are others: more words find them."""

    queues: list[QueueRef]
    agents: list[AgentRef]
    more: bool
    teams: list[TeamRef] = []


class Done(BaseModel):
    """Done; there is nothing more to say."""


class PresenceIn(Body):
    state: Literal["ready", "away", "offline"]
    reason: Short | None = None


class DeclineIn(Body):
    reason: Short = ""


class MessageIn(Body):
    """`key` is made by the page: sent again with the same key, the message is sent once."""

    key: Key
    kind: Literal["reply", "note"] = "reply"
    text: Text
    file_ids: Annotated[list[Id], Field(max_length=20)] = []


class DraftIn(Body):
    text: Text
    kind: Literal["reply", "note"] = "reply"


class TransferIn(Body):
    queue_id: Id | None = None
    agent_id: Id | None = None
    note: Text = ""
    key: Key | None = None


class InviteIn(Body):
    """A colleague by name, or whoever is ready of a team or with a skill (at `level`): exactly one of the three.

    `conference`: they may answer the customer. `note` is what one asks them.
    """

    agent_id: Id | None = None
    team_id: Id | None = None
    skill_id: Id | None = None
    level: Annotated[int, Field(ge=1, le=5)] = 1
    conference: bool = False
    note: Text = ""
    key: Key | None = None


class PartIn(Body):
    conference: bool


class HandOverIn(Body):
    agent_id: Id
    note: Text = ""
    key: Key | None = None


class SleepIn(Body):
    """`promised`: the customer counts on this hour; then it comes to the agent first, or to whoever is there."""

    until_ms: Id | None = None
    promised: bool = False


class CloseIn(Body):
    outcome: Short
    motive_id: Id | None = None
    note: Text = ""


class AddressIn(Body):
    kind: Literal["email", "phone", "chat"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=254, pattern=r"^[^\x00]*$")]


class CustomerIn(Body):
    """What to change; what is absent stays."""

    name: Short = ""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")] | None = None
    segment: Short | None = None
    note: Text = ""
    named_agent_id: Id | None = None
    wish_ids: Annotated[list[Id], Field(max_length=50)] = []
    addresses: Annotated[list[AddressIn], Field(max_length=50)] = []
