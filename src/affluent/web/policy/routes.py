"""The routing of the centre as one document: read, tried, applied as one version."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from affluent.centre.policy_document.document import PolicyText, Tried
from affluent.centre.policy_document.reading import Trouble
from affluent.centre.refusals import Invalid
from affluent.centre.texts import NO_NUL, Line
from affluent.centre.wall import Right, Viewer
from affluent.routing.document import DocumentProblem
from affluent.routing.document.words import sentence as document_sentence
from affluent.web.errors import responses, sentence
from affluent.web.signin import FromServices, needs

TEXT_MAX = 8_000_000
Reader = Annotated[Viewer, Depends(needs(Right.READ_SETTINGS))]
Changer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]

router = APIRouter(prefix="/api/v1/admin/policy", tags=["Administration"])


class PolicyOut(BaseModel):
    """The document as it stands. `version` is to be sent back with what was made of it."""

    document: str
    version: int
    at_ms: int | None
    by: str | None
    reason: str | None


class PolicyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, Field(max_length=TEXT_MAX, pattern=NO_NUL)]
    version: Annotated[int, Field(ge=0, le=2**53)] | None = None
    """The one that the document was edited from; left out: the one that its first line tells, if it does.
    When the routing has changed since, nothing is done (`changed_meanwhile`)."""
    reason: Line | None = None
    """Why, for those who read the trail; needed unless it is only tried."""
    only_try: bool = False
    """Says what would become of it, and does nothing."""


class ProblemOut(BaseModel):
    """What is wrong, or only warned about: where in the document, on which line."""

    code: str
    path: str
    line: int
    message: str
    details: dict[str, Any]


class DifferenceOut(BaseModel):
    """One entry that differs, in the words of the document. `before` null: a new one; `after` null: put away."""

    section: str
    name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class EffectOut(BaseModel):
    """What it means for those who wait: all of them, those whose queue goes, those whom nobody could serve."""

    waiting: int
    queue_goes: int
    unserved: int
    newly_unserved: int


class TriedOut(BaseModel):
    """`problems` keep it from being applied; then nothing else is told."""

    problems: list[ProblemOut]
    warnings: list[ProblemOut]
    differences: list[DifferenceOut]
    effect: EffectOut | None
    version: int
    applied: bool


@router.get("", operation_id="read_policy", summary="The routing as one document", responses=responses())
def read_policy(viewer: Reader, services: FromServices) -> PolicyOut:
    found = PolicyText(services.administration).read(viewer)
    return PolicyOut(
        document=found.text, version=found.version, at_ms=found.at_ms, by=found.by, reason=found.reason
    )


@router.put(
    "",
    operation_id="put_policy",
    summary="Try the routing as a document, or apply it as one version",
    responses=responses(409),
)
def put_policy(body: PolicyIn, viewer: Changer, services: FromServices) -> TriedOut:
    """Applies all of it, in one transaction, or nothing. Who waits keeps their place."""
    tried = PolicyText(services.administration).try_or_put(
        viewer, body.document, version=body.version, reason=body.reason, only_try=body.only_try
    )
    problems = problems_out(tried, viewer.locale)
    if tried.refused and not body.only_try:
        errors = [
            {
                "code": one.code,
                "field": one.path,
                "line": one.line,
                "params": one.details,
                "message": one.message,
            }
            for one in problems
        ]
        first = problems[0]
        raise Invalid(
            "policy_refused",
            "document",
            count=len(problems),
            line=first.line,
            said=first.message,
            errors=errors,
        )
    return TriedOut(
        problems=problems,
        warnings=[_document_problem(one, viewer.locale) for one in tried.warnings],
        differences=[
            DifferenceOut(
                section=one.section,
                name=one.name,
                before=None if one.before is None else dict(one.before),
                after=None if one.after is None else dict(one.after),
            )
            for one in tried.differences
        ],
        effect=None
        if tried.effect is None
        else EffectOut(
            waiting=tried.effect.waiting,
            queue_goes=tried.effect.queue_goes,
            unserved=tried.effect.unserved,
            newly_unserved=tried.effect.newly_unserved,
        ),
        version=tried.version,
        applied=not body.only_try and bool(tried.changed),
    )


def problems_out(tried: Tried, locale: str) -> list[ProblemOut]:
    """Everything that is wrong, by line, in the viewer's language."""
    found = [_document_problem(one, locale) for one in tried.problems]
    return found + [_trouble(one, locale) for one in tried.troubles]


def _document_problem(problem: DocumentProblem, locale: str) -> ProblemOut:
    said = document_sentence(problem, "fr" if locale == "fr" else "en")
    return ProblemOut(
        code=problem.code, path=problem.path, line=problem.line, message=said, details=dict(problem.params)
    )


def _trouble(trouble: Trouble, locale: str) -> ProblemOut:
    said = sentence(trouble.code, locale, dict(trouble.params))
    details = {key: value for key, value in trouble.params.items() if key != "errors"}
    return ProblemOut(code=trouble.code, path=trouble.path, line=trouble.line, message=said, details=details)
