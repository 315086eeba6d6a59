"""Runs of the twin over HTTP: asked for, watched, cancelled, read."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response

from affluent.centre.texts import Id
from affluent.centre.twin_runs.records import Kind, Run
from affluent.centre.wall import Viewer
from affluent.web.errors import responses, sentence
from affluent.web.services import Services
from affluent.web.twin import models
from affluent.web.twin.telling import Planner, Studio, documents_told

router = APIRouter(prefix="/api/v1/twin/runs", tags=["Twin"])


@router.get("", response_model=models.RunsOut, operation_id="list_runs", responses=responses())
def list_runs(
    viewer: Planner,
    studio: Studio,
    kind: Kind | None = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> Any:
    """What the twin was asked, latest first."""
    page, following = studio.runs(viewer, kind, int(cursor) if cursor else None)
    return {
        "items": [_line(one, viewer) for one in page],
        "next": None if following is None else str(following),
    }


@router.post(
    "", status_code=201, response_model=models.RunOut, operation_id="ask_run", responses=responses(404, 409)
)
def ask_run(body: Annotated[models.Asked, Body()], viewer: Planner, studio: Studio, request: Request) -> Any:
    """Asks for a run. It is done beside the server as soon as its turn comes; the event `twin` tells how far it is."""
    with documents_told(viewer):
        return _told(_asked(body, viewer, studio), viewer, request)


def _asked(body: models.Asked, viewer: Viewer, studio: Studio) -> Run:
    match body:
        case models.TodayIn():
            return studio.ask_today(viewer, body.name, body.weeks, body.day)
        case models.RunIn():
            return studio.ask_days(viewer, body.scenario_id, body.replications, body.seed, body.confidence)
        case models.CompareIn():
            return studio.ask_comparison(
                viewer, body.scenario_ids, body.replications, body.seed, body.confidence
            )
        case models.TargetIn():
            return studio.ask_target(viewer, body.scenario_id, body.worth, body.seed, body.replications)


@router.get("/{run_id}", response_model=models.RunOut, operation_id="read_run", responses=responses(404))
def read_run(run_id: Id, viewer: Planner, studio: Studio, request: Request) -> Any:
    """A run, with what it found."""
    return _told(studio.run(viewer, run_id), viewer, request)


@router.post(
    "/{run_id}/cancel",
    response_model=models.RunOut,
    operation_id="cancel_run",
    responses=responses(404, 409),
)
def cancel_run(run_id: Id, viewer: Planner, studio: Studio, request: Request) -> Any:
    """Ends it: it comes to nothing."""
    return _told(studio.cancel(viewer, run_id), viewer, request)


@router.post(
    "/{run_id}/again",
    status_code=201,
    response_model=models.RunOut,
    operation_id="ask_run_again",
    responses=responses(404, 409),
)
def ask_again(run_id: Id, viewer: Planner, studio: Studio, request: Request) -> Any:
    """Asks for the same once more, of the documents as they were."""
    return _told(studio.again(viewer, run_id), viewer, request)


@router.delete("/{run_id}", status_code=204, operation_id="delete_run", responses=responses(404, 409))
def delete_run(run_id: Id, viewer: Planner, studio: Studio) -> Response:
    """Throws it away with what it found. One that is not over is cancelled first."""
    studio.delete(viewer, run_id)
    return Response(status_code=204)


def _line(run: Run, viewer: Viewer) -> dict[str, Any]:
    document = run.document
    ids = document.get("scenario_ids") or [document[key] for key in ("scenario_id",) if key in document]
    error = run.error
    return {
        "id": run.id,
        "kind": run.kind,
        "name": run.name,
        "scenario_ids": ids,
        "seed": run.seed,
        "replications": run.replications,
        "confidence": run.confidence,
        "state": run.state,
        "step": run.step,
        "done": run.done,
        "total": run.total,
        "created_ms": run.created_ms,
        "created_by": run.created_by,
        "started_ms": run.started_ms,
        "ended_ms": run.ended_ms,
        "error": None
        if error is None
        else {"code": error["code"], "message": sentence(error["code"], viewer.locale, error["params"])},
    }


def _told(run: Run, viewer: Viewer, request: Request) -> dict[str, Any]:
    services: Services = request.app.state.services
    return {**_line(run, viewer), "now_ms": services.clock.now_ms(), "result": run.result}
