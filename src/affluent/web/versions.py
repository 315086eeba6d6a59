"""The versions of the routing over HTTP: listed, compared, gone back to."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from affluent.centre.administration.versions import Step, Versions
from affluent.centre.texts import Id, Line
from affluent.centre.wall import Right, Viewer
from affluent.web.admin import AuditOut
from affluent.web.errors import responses
from affluent.web.signin import FromServices, needs

Auditor = Annotated[Viewer, Depends(needs(Right.READ_AUDIT))]
Changer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]

router = APIRouter(prefix="/api/v1/admin/versions", tags=["Administration"])


class VersionOut(AuditOut):
    """A change of the routing, and the name of what it changed as that is called now.

    Several changes made together are one version of the noun `policy`: `count` of them, to be read as its parts.
    """

    name: str
    count: int = 1


class VersionsOut(BaseModel):
    """Changes of the routing, latest first; the `id` of each names the version that it made."""

    items: list[VersionOut]
    next: str | None


class StepOut(BaseModel):
    """What going back changes of one thing: its fields as they are, and as they would be."""

    noun: str
    id: int
    name: str
    before: dict[str, Any]
    after: dict[str, Any]


class PlanOut(BaseModel):
    items: list[StepOut]


class BackIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Line | None = None
    """Why, for those who read the trail."""
    only_try: bool = False
    """Says whether it could be done, and does nothing."""


@router.get("", operation_id="list_versions", summary="The versions of the routing", responses=responses())
def list_versions(
    viewer: Auditor,
    services: FromServices,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> VersionsOut:
    rows, following = Versions(services.administration).list_(
        viewer, before_id=int(cursor) if cursor else None
    )
    return VersionsOut(
        items=[VersionOut(**row) for row in rows], next=None if following is None else str(following)
    )


class PartsOut(BaseModel):
    items: list[VersionOut]


@router.get(
    "/{version_id}/parts",
    operation_id="read_version",
    summary="What changed together in a version",
    responses=responses(404),
)
def read_version(version_id: Id, viewer: Auditor, services: FromServices) -> PartsOut:
    parts = Versions(services.administration).parts(viewer, version_id)
    return PartsOut(items=[VersionOut(**row) for row in parts])


@router.get(
    "/{version_id}/plan",
    operation_id="plan_version",
    summary="What going back to a version would change",
    responses=responses(404),
)
def plan_version(version_id: Id, viewer: Auditor, services: FromServices) -> PlanOut:
    return _plan(Versions(services.administration).plan(viewer, version_id))


@router.post(
    "/{version_id}/back",
    operation_id="go_back_to_version",
    summary="Go back to a version",
    responses=responses(404, 409),
)
def go_back(version_id: Id, body: BackIn, viewer: Changer, services: FromServices) -> PlanOut:
    """Makes the routing what it was right after that version, as one new version; all of it or nothing."""
    done = Versions(services.administration).go_back(
        viewer, version_id, reason=body.reason, only_try=body.only_try
    )
    return _plan(done)


def _plan(steps: list[Step]) -> PlanOut:
    return PlanOut(
        items=[
            StepOut(noun=one.noun, id=one.id, name=one.name, before=one.before, after=one.after)
            for one in steps
        ]
    )
