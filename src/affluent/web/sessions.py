"""Every open session of the centre, for those who may end another person's."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from affluent.centre.texts import Id
from affluent.centre.wall import Right, Role, Viewer
from affluent.web.errors import responses
from affluent.web.signin import FromServices, FromSession, Nothing, SessionOut, needs

router = APIRouter(prefix="/api/v1/admin", tags=["Administration"])

Changer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]


class Holder(BaseModel):
    """Whose session it is."""

    id: int
    name: str
    role: Role


class HeldSessionOut(SessionOut):
    account: Holder


class HeldSessionsOut(BaseModel):
    items: list[HeldSessionOut]
    next: str | None = None


@router.get(
    "/sessions",
    operation_id="list_every_session",
    summary="Open sessions of the people whom one administers",
    responses=responses(),
)
def list_sessions(viewer: Changer, who: FromSession, services: FromServices) -> HeldSessionsOut:
    return HeldSessionsOut(
        items=[
            HeldSessionOut(
                id=held.session.id,
                created_ms=held.session.created_ms,
                last_seen_ms=held.session.last_seen_ms,
                user_agent=held.session.user_agent,
                ip=held.session.ip,
                current=held.session.id == who.session_id,
                account=Holder(id=held.account_id, name=held.name, role=held.role),
            )
            for held in services.signing_in.every_session(viewer)
        ]
    )


@router.delete(
    "/sessions/{session_id}",
    operation_id="end_session",
    summary="End a session of someone whom one administers",
    responses=responses(404),
)
def end_session(session_id: Id, viewer: Changer, services: FromServices) -> Nothing:
    services.signing_in.end_session(viewer, session_id)
    return Nothing()
