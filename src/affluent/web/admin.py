"""The API of administration: the same six routes for every noun, made from its description."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, create_model

from affluent.centre.administration.administration import PAGE
from affluent.centre.administration.noun import Noun, Warned
from affluent.centre.administration.nouns import NOUNS
from affluent.centre.administration.ports import Row, Step
from affluent.centre.administration.rules import RuleFields
from affluent.centre.closing import previewed
from affluent.centre.refusals import NotFound
from affluent.centre.texts import NO_NUL, Id, Line, Prose
from affluent.centre.wall import Right, Viewer
from affluent.web.cursors import Cursor, Limit, position
from affluent.web.errors import responses, sentence
from affluent.web.signin import FromServices, needs

Reader = Annotated[Viewer, Depends(needs(Right.READ_SETTINGS))]
Changer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]
Auditor = Annotated[Viewer, Depends(needs(Right.READ_AUDIT))]
Why = Annotated[Line | None, Query(description="Why it is changed, for those who read the trail.")]
OnlyTry = Annotated[int, Query(ge=0, le=1, description="1: says what would become of it; nothing is kept.")]


class TrialIn(BaseModel):
    """A rule, saved or not, and how many days back to try it on."""

    rule: RuleFields
    days: Annotated[int, Field(ge=1, le=366)] = 30


class QueueName(BaseModel):
    id: int
    name: str


class Example(BaseModel, extra="allow"):
    """A row of the desk, with the queue it is in and the one the rule would have chosen."""

    id: int
    current_queue: QueueName | None
    new_queue: QueueName | None


class TrialOut(BaseModel):
    matched: int
    total: int
    examples: list[Example]


class StepOut(BaseModel):
    """One step of a test; `error` is what the other side said."""

    step: str
    ok: bool
    error: str | None


class TestOut(BaseModel):
    __test__ = False
    items: list[StepOut]


class Person(BaseModel):
    id: int
    name: str


class AuditOut(BaseModel):
    """One change: the fields that it touched, before and after."""

    id: int
    at_ms: int
    account: Person | None
    action: str
    noun: str
    noun_id: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    key: Person | None = None
    """The key by which a program made the change, for that account."""
    reason: str | None = None
    """Why, in the words of who made it."""


class TrailOut(BaseModel):
    items: list[AuditOut]
    next: str | None


class Listing(BaseModel):
    """A page of a noun."""

    q: Annotated[
        str,
        Field(
            max_length=200,
            pattern=NO_NUL,
            description="Each of its words must be there; case and accents are the same.",
        ),
    ] = ""
    archived: Annotated[int, Field(ge=0, le=1, description="1: those put away instead.")] = 0
    cursor: Cursor = None
    limit: Limit = PAGE


FILTERED = {
    "brand": "Of this brand.",
    "team": "Of this team.",
    "active": "Switched on, or off.",
    "medium": "Of this medium.",
    "role": "With this role.",
    "language": "In this language.",
}

# Before the nouns: `audit`, `rules/try` and `channels/{id}/test` are not nouns of their own.
router = APIRouter(prefix="/api/v1/admin", tags=["Administration"])


@router.get(
    "/audit", operation_id="read_audit", summary="The audit trail, latest first", responses=responses()
)
def read_audit(
    viewer: Auditor,
    services: FromServices,
    noun: Annotated[str | None, Query(pattern="^[a-z]{1,30}$")] = None,
    noun_id: Id | None = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> TrailOut:
    items, following = services.administration.trail(
        viewer, noun=noun, noun_id=noun_id, before_id=int(cursor) if cursor else None
    )
    return TrailOut(
        items=[AuditOut(**item) for item in items], next=None if following is None else str(following)
    )


@router.post(
    "/rules/try", operation_id="try_rule", summary="What a rule would have done", responses=responses()
)
def try_rule(body: TrialIn, viewer: Reader, services: FromServices) -> TrialOut:
    result = services.administration.try_rule(viewer, body.rule.model_dump(mode="json"), body.days)
    return TrialOut(
        matched=result.matched, total=result.total, examples=[Example(**row) for row in result.examples]
    )


class ClosingIn(BaseModel):
    """Words for a closed queue as they are being written; empty ones fall back to the brand's."""

    brand_id: Id
    hours_id: Id | None = None
    closing_fr: Prose = ""
    closing_en: Prose = ""


class ClosingOut(BaseModel):
    """What the doors would say, with the next opening."""

    fr: str
    en: str


@router.post(
    "/queues/closing",
    operation_id="preview_closing_words",
    summary="What customers would read while a queue is closed",
    responses=responses(404),
)
def preview_closing(body: ClosingIn, viewer: Reader, services: FromServices) -> ClosingOut:
    viewer.behind_wall(body.brand_id)
    with services.administration.settings.unit() as unit:
        brand = unit.row("brands", body.brand_id)
        hours = None if body.hours_id is None else unit.row("hours", body.hours_id)
    if brand is None or (body.hours_id is not None and hours is None):
        raise NotFound("not_found")
    words = {lang: getattr(body, f"closing_{lang}") or brand[f"closing_{lang}"] for lang in ("fr", "en")}
    return ClosingOut(**previewed(words, hours, services.clock.now_ms()))


@router.post(
    "/channels/{row_id}/test",
    operation_id="test_channel",
    summary="Try a channel's settings against the world",
    responses=responses(404, 409),
)
def test_channel(row_id: Id, viewer: Changer, services: FromServices) -> TestOut:
    steps = services.administration.test_channel(viewer, row_id)
    return TestOut(items=[_step(step, viewer) for step in steps])


def _step(step: Step, viewer: Viewer) -> StepOut:
    error = step.error if step.code is None else sentence(step.code, viewer.locale, {"said": step.error})
    return StepOut(step=step.step, ok=step.ok, error=error)


def _answer(row: Row, viewer: Viewer) -> Row:
    """With the warnings as sentences in the viewer's language."""
    return {
        **row,
        "warnings": [
            Warned(
                code=warning["code"],
                message=sentence(warning["code"], viewer.locale, warning["params"]),
                details=warning["params"],
            )
            for warning in row.get("warnings", ())
        ],
    }


def _narrowed(noun: Noun) -> type[BaseModel]:
    """What a list of this noun can be asked for."""
    own: dict[str, Any] = {
        name: (annotation | None, Field(None, description=FILTERED[name]))
        for name, annotation in noun.filters().items()
    }
    return create_model(f"{noun.title.capitalize()}Asked", __base__=Listing, **own)


def _add(noun: Noun) -> None:
    """The routes of one noun."""
    shown = noun.shown_model()
    listed: type[BaseModel] = create_model(
        f"{noun.title.capitalize()}List",
        items=(list[shown], ...),  # pyright: ignore[reportInvalidTypeForm] - a model made at run time
        next=(str | None, None),
        total=(int, Field(description="How many there are on all pages.")),
    )

    narrowed = _narrowed(noun)

    def list_(viewer: Reader, services: FromServices, asked: Any) -> Any:
        filters = {name: value for name in noun.filters() if (value := getattr(asked, name)) is not None}
        page = services.administration.page(
            viewer, noun.key, words=asked.q, archived=bool(asked.archived), filters=filters,
            after=position(asked.cursor) or None, most=asked.limit,
        )  # fmt: skip
        rows = [_answer(row, viewer) for row in page.rows]
        return {"items": rows, "next": None if page.next is None else str(page.next), "total": page.total}

    def create(
        body: Any, viewer: Changer, services: FromServices, reason: Why = None, only_try: OnlyTry = 0
    ) -> Any:
        row = services.administration.create(
            viewer, noun.key, body.model_dump(mode="json"), reason=reason, only_try=bool(only_try)
        )
        return _answer(row, viewer)

    def read(row_id: Id, viewer: Reader, services: FromServices) -> Any:
        return _answer(services.administration.read(viewer, noun.key, row_id), viewer)

    def change(
        row_id: Id,
        body: Any,
        viewer: Changer,
        services: FromServices,
        reason: Why = None,
        only_try: OnlyTry = 0,
    ) -> Any:
        changes = body.model_dump(mode="json", exclude_unset=True)
        row = services.administration.change(
            viewer, noun.key, row_id, changes, reason=reason, only_try=bool(only_try)
        )
        return _answer(row, viewer)

    def archive(row_id: Id, viewer: Changer, services: FromServices, reason: Why = None) -> Any:
        return _answer(services.administration.archive(viewer, noun.key, row_id, reason=reason), viewer)

    # FastAPI reads the annotations when the route is added: here they come from the description.
    list_.__annotations__["asked"] = Annotated[narrowed, Query()]
    create.__annotations__["body"] = noun.body or noun.fields
    change.__annotations__["body"] = noun.change_model()
    one, many = f"/{noun.key}/{{row_id}}", f"/{noun.key}"
    plural = noun.key

    def route(
        path: str, endpoint: Any, method: str, model: type[BaseModel], summary: str, *more: int
    ) -> None:
        router.add_api_route(
            path, endpoint, methods=[method], response_model=model, summary=summary,
            operation_id=f"{endpoint.__name__.rstrip('_')}_{plural}", responses=responses(*more),
            status_code=201 if endpoint is create else 200,
        )  # fmt: skip

    route(many, list_, "GET", listed, f"The {plural}, by name")
    if not noun.given:
        route(many, create, "POST", shown, f"Make: {noun.title}", 409)
        route(one, archive, "DELETE", shown, f"Put away: {noun.title}", 404, 409)
    route(one, read, "GET", shown, f"One of the {plural}", 404)
    route(one, change, "PATCH", shown, f"Change, put away or bring back: {noun.title}", 404, 409)


for _noun in NOUNS.values():
    _add(_noun)
