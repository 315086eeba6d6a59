"""Menus over HTTP: kept as drafts and versions, checked, published with a reason, put away."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from affluent.centre.menus.kept import SavedMenu
from affluent.centre.menus.reading import write_menu
from affluent.centre.texts import Id
from affluent.centre.wall import Viewer
from affluent.web.errors import responses
from affluent.web.menus import models
from affluent.web.menus.telling import Office, Reader, Writer, menu_told, menus_told, problems_told

router = APIRouter(prefix="/api/v1/menus", tags=["Menus"])


@router.get("", response_model=models.MenusOut, operation_id="list_menus", responses=responses())
def list_menus(
    viewer: Reader, office: Office, cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None
) -> Any:
    """The menus of one's brands, latest first."""
    page, following = office.page(viewer, int(cursor) if cursor else None)
    return {"items": [_line(one) for one in page], "next": None if following is None else str(following)}


@router.post(
    "",
    status_code=201,
    response_model=models.MenuOut,
    operation_id="create_menu",
    responses=responses(404, 409, 413),
)
def create_menu(body: models.MenuIn, viewer: Writer, office: Office) -> Any:
    """Keeps a draft. It may have problems, as long as it can be read; nobody hears it before it is published."""
    with menus_told(viewer):
        return _told(office.create(viewer, body.brand_id, body.name, body.document), viewer, office)


@router.post(
    "/check", response_model=models.CheckOut, operation_id="check_menu", responses=responses(404, 413)
)
def check_menu(body: models.CheckIn, viewer: Reader, office: Office) -> Any:
    """Says what is wrong with a menu, and draws it. Nothing is kept."""
    checked = office.check(viewer, body.brand_id, body.document)
    return {
        "problems": problems_told(checked.problems, viewer),
        "document": "" if checked.menu is None else write_menu(checked.menu),
        **menu_told(checked.menu),
    }


@router.get("/names", response_model=models.NamesOut, operation_id="menu_names", responses=responses(404))
def names(brand_id: Annotated[Id, Query()], viewer: Reader, office: Office) -> Any:
    """What a menu of this brand can name."""
    known = office.known(viewer, brand_id)
    return {
        "language": known.brand_language,
        "queues": [one.name for one in known.queues if one.brand_id == brand_id and one.voice],
        "motives": sorted(known.motives),
        "hours": sorted(known.hours),
        "channels": sorted(known.channels),
        "recordings": {name: sorted(languages) for name, languages in known.recordings.items()},
    }


@router.get("/{menu_id}", response_model=models.MenuOut, operation_id="read_menu", responses=responses(404))
def read_menu(menu_id: Id, viewer: Reader, office: Office, version: models.Version | None = None) -> Any:
    """A menu with its draft, or as it was in a version."""
    return _told(office.menu(viewer, menu_id), viewer, office, version)


@router.put(
    "/{menu_id}",
    response_model=models.MenuOut,
    operation_id="change_menu",
    responses=responses(404, 409, 413),
)
def change_menu(menu_id: Id, body: models.MenuChange, viewer: Writer, office: Office) -> Any:
    """Writes its next draft. Callers go on hearing the version that is published."""
    with menus_told(viewer):
        return _told(office.change(viewer, menu_id, body.name, body.document, body.version), viewer, office)


@router.delete("/{menu_id}", status_code=204, operation_id="archive_menu", responses=responses(404, 409))
def archive_menu(menu_id: Id, viewer: Writer, office: Office) -> Response:
    """Puts it away. One that a channel plays stays."""
    office.archive(viewer, menu_id)
    return Response(status_code=204)


@router.get(
    "/{menu_id}/versions",
    response_model=models.VersionsOut,
    operation_id="list_menu_versions",
    responses=responses(404),
)
def list_versions(menu_id: Id, viewer: Reader, office: Office) -> Any:
    """Who wrote each version when; who published it when and why."""
    return {"items": [asdict(one) for one in office.versions(viewer, menu_id)]}


@router.post(
    "/{menu_id}/publish",
    response_model=models.MenuOut,
    operation_id="publish_menu",
    responses=responses(404, 409),
)
def publish_menu(menu_id: Id, body: models.PublishIn, viewer: Writer, office: Office) -> Any:
    """Callers hear this version from their next call on. One with problems is refused, with each of them."""
    with menus_told(viewer):
        return _told(office.publish(viewer, menu_id, body.version, body.why), viewer, office)


def _line(menu: SavedMenu) -> dict[str, Any]:
    told = asdict(menu)
    del told["document"]
    return told


def _told(menu: SavedMenu, viewer: Viewer, office: Office, version: int | None = None) -> dict[str, Any]:
    number = version or menu.version
    text = menu.document if number == menu.version else office.document(viewer, menu.id, number)
    checked = office.check(viewer, menu.brand_id, text)
    return {
        **_line(menu),
        "shown": number,
        "document": text,
        "problems": problems_told(checked.problems, viewer),
        **menu_told(checked.menu),
    }
