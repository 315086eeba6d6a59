"""Scenarios over HTTP: kept, checked, changed as versions, copied, imported and exported."""

import re
import unicodedata
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from affluent.centre.texts import Id
from affluent.centre.twin_runs.records import SavedScenario
from affluent.centre.twin_runs.runs import check
from affluent.centre.wall import Viewer
from affluent.web.errors import responses
from affluent.web.twin import models
from affluent.web.twin.telling import Planner, Studio, documents_told, problems_told

router = APIRouter(prefix="/api/v1/twin", tags=["Twin"])
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
YAML = "application/yaml"


@router.post(
    "/check", response_model=models.CheckOut, operation_id="check_scenario", responses=responses(413)
)
def check_scenario(body: models.CheckIn, viewer: Planner) -> Any:
    """Says what is wrong with a scenario, or reads it. Nothing is kept."""
    return _checked(body.document, viewer)


@router.get(
    "/scenarios", response_model=models.ScenariosOut, operation_id="list_scenarios", responses=responses()
)
def list_scenarios(
    viewer: Planner, studio: Studio, cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None
) -> Any:
    """Those that hold no other brands than one's own, latest first."""
    page, following = studio.scenarios(viewer, int(cursor) if cursor else None)
    return {
        "items": [_line(one) for one in page],
        "next": None if following is None else str(following),
    }


@router.post(
    "/scenarios",
    status_code=201,
    response_model=models.ScenarioOut,
    operation_id="create_scenario",
    responses=responses(404, 409, 413),
)
def create_scenario(body: models.ScenarioIn, viewer: Planner, studio: Studio) -> Any:
    """Keeps a scenario. What could not run is refused, with each problem and its line."""
    with documents_told(viewer):
        return _told(studio.create(viewer, body.name, body.note, body.document), viewer)


@router.get(
    "/scenarios/{scenario_id}",
    response_model=models.ScenarioOut,
    operation_id="read_scenario",
    responses=responses(404),
)
def read_one(scenario_id: Id, viewer: Planner, studio: Studio, version: models.Version | None = None) -> Any:
    """A scenario, as it stands or as it was in a version."""
    return _told(studio.scenario(viewer, scenario_id, version), viewer)


@router.put(
    "/scenarios/{scenario_id}",
    response_model=models.ScenarioOut,
    operation_id="change_scenario",
    responses=responses(404, 409, 413),
)
def change_scenario(scenario_id: Id, body: models.ScenarioChange, viewer: Planner, studio: Studio) -> Any:
    """Writes its next version. Those before stay as they were."""
    with documents_told(viewer):
        changed = studio.change(
            viewer, scenario_id, body.name, body.note, body.document, body.version, body.why
        )
    return _told(changed, viewer)


@router.delete(
    "/scenarios/{scenario_id}", status_code=204, operation_id="archive_scenario", responses=responses(404)
)
def archive_scenario(scenario_id: Id, viewer: Planner, studio: Studio) -> Response:
    """Puts it away. Runs that were made of it stay."""
    studio.archive(viewer, scenario_id)
    return Response(status_code=204)


@router.post(
    "/scenarios/{scenario_id}/copy",
    status_code=201,
    response_model=models.ScenarioOut,
    operation_id="copy_scenario",
    responses=responses(404, 409),
)
def copy_scenario(scenario_id: Id, body: models.CopyIn, viewer: Planner, studio: Studio) -> Any:
    """The same under another name, to be changed by itself."""
    return _told(studio.copy(viewer, scenario_id, body.name), viewer)


@router.get(
    "/scenarios/{scenario_id}/versions",
    response_model=models.VersionsOut,
    operation_id="list_scenario_versions",
    responses=responses(404),
)
def list_versions(scenario_id: Id, viewer: Planner, studio: Studio) -> Any:
    return {"items": [asdict(one) for one in studio.versions(viewer, scenario_id)]}


@router.get(
    "/scenarios/{scenario_id}/document",
    response_class=Response,
    operation_id="export_scenario",
    responses={**responses(404), 200: {"content": {YAML: {"schema": {"type": "string"}}}}},
)
def export_scenario(scenario_id: Id, viewer: Planner, studio: Studio) -> Response:
    """The document as a file, for `affluent twin run`."""
    found = studio.scenario(viewer, scenario_id)
    plain = unicodedata.normalize("NFKD", found.name).encode("ascii", "ignore").decode()
    name = _UNSAFE.sub("-", plain).strip("-").lower() or "scenario"
    return Response(
        found.document,
        media_type=f"{YAML}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.yaml"'},
    )


def _checked(document: str, viewer: Viewer) -> dict[str, Any]:
    found = check(document)
    return {
        "problems": problems_told(found.problems, viewer.locale),
        "document": found.document,
        "content": found.content,
    }


def _line(one: SavedScenario) -> dict[str, Any]:
    told = asdict(one)
    return {name: value for name, value in told.items() if name not in ("document", "brands")}


def _told(one: SavedScenario, viewer: Viewer) -> dict[str, Any]:
    checked = _checked(one.document, viewer)
    return {
        **_line(one),
        "document": one.document,
        "content": checked["content"],
        "problems": checked["problems"],
    }
