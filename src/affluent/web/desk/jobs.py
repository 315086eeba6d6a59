"""One act on many contacts, as a job with its progress and its refusals."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from affluent.centre.bulk import CONTACTS_MAX, AnyAct
from affluent.centre.refusals import Invalid
from affluent.centre.searching import Filters
from affluent.centre.texts import Id
from affluent.centre.wall import Viewer
from affluent.web.desk import models
from affluent.web.desk.gathered import FromGathered, Gathered
from affluent.web.desk.routes import Ports, Serving
from affluent.web.errors import responses, sentence

router = APIRouter(prefix="/api/v1", tags=["Contacts"])


class JobIn(models.Body):
    """An act on the contacts named, or on all that `filters` leave. `key` makes a repeat harmless."""

    key: models.Key
    act: AnyAct
    contact_ids: Annotated[list[Id], Field(max_length=CONTACTS_MAX)] | None = None
    filters: Filters | None = None


class UndoIn(models.Body):
    key: models.Key


class RefusedOut(BaseModel):
    """A contact that the act was refused for, and why."""

    contact_id: int
    subject: str
    customer: str
    code: str
    message: str


class JobOut(BaseModel):
    id: int
    action: str
    undoes: int | None
    state: Literal["running", "done"]
    created_ms: int
    finished_ms: int | None
    total: int
    done: int
    refused: int
    can_undo: bool
    refusals: list[RefusedOut]


class JobsOut(BaseModel):
    items: list[JobOut]
    next: str | None = None


def _shown(gathered: Gathered, viewer: Viewer, job_id: int) -> Any:
    job = gathered.jobs.shown(viewer, job_id)[0]
    job["refusals"] = [
        {**one, "message": sentence(one["code"], viewer.locale, one["params"])} for one in job["refusals"]
    ]
    return job


@router.post("/jobs", response_model=JobOut, status_code=202, responses=responses(404, 409))
def start_job(body: JobIn, viewer: Serving, ports: Ports, gathered: FromGathered) -> Any:
    """Begins an act on up to 1,000 contacts. Each is done, or refused, by itself; the answer is its first state."""
    if (body.contact_ids is None) == (body.filters is None):
        raise Invalid("contacts_or_filters", "contact_ids")
    job_id = gathered.jobs.open(
        viewer, body.key, body.act, body.contact_ids, body.filters, ports.clock.now_ms()
    )
    gathered.worker.wake()
    return _shown(gathered, viewer, job_id)


@router.get("/jobs", response_model=JobsOut, responses=responses())
def read_jobs(viewer: Serving, gathered: FromGathered) -> Any:
    """One's own latest jobs, without their refusals."""
    return {"items": gathered.jobs.shown(viewer, None)}


@router.get("/jobs/{job_id}", response_model=JobOut, responses=responses(404))
def read_job(job_id: Id, viewer: Serving, gathered: FromGathered) -> Any:
    """How far a job is, and what was refused with the reason."""
    return _shown(gathered, viewer, job_id)


@router.post("/jobs/{job_id}/undo", response_model=JobOut, status_code=202, responses=responses(404, 409))
def undo_job(job_id: Id, body: UndoIn, viewer: Serving, ports: Ports, gathered: FromGathered) -> Any:
    """Takes a closing or a change of motive back, contact by contact, as a job of its own."""
    undo_id = gathered.jobs.open_undo(viewer, job_id, body.key, ports.clock.now_ms())
    gathered.worker.wake()
    return _shown(gathered, viewer, undo_id)
