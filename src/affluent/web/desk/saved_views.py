"""Saved views of the list of contacts, and how many contacts each holds."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from affluent.centre.saved_views import Column, SavedView, Shared
from affluent.centre.searching import Filters, Sort
from affluent.centre.texts import Id, Name
from affluent.web.desk import models
from affluent.web.desk.contacts import CountOut
from affluent.web.desk.gathered import FromGathered
from affluent.web.desk.routes import Ports, Reading
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Contacts"])


class ViewOut(BaseModel):
    id: int
    name: str
    filters: Filters
    sort: Sort | None
    columns: list[Column]
    shared: Shared
    owner: models.Named
    may_change: bool


class ViewsOut(BaseModel):
    items: list[ViewOut]
    next: str | None = None


class ViewCountOut(CountOut):
    id: int


class ViewCountsOut(BaseModel):
    items: list[ViewCountOut]
    next: str | None = None


class ViewChangeIn(models.Body):
    """What to change; what is absent stays."""

    name: Name = ""
    filters: Filters = Field(default_factory=Filters)
    sort: Sort | None = None
    columns: Annotated[list[Column], Field(max_length=10)] = []
    shared: Shared = "nobody"


class OrderIn(models.Body):
    ids: Annotated[list[Id], Field(max_length=200)]


@router.get("/views", response_model=ViewsOut, responses=responses())
def read_views(viewer: Reading, gathered: FromGathered) -> Any:
    """One's own views and those that colleagues share, in one's own order."""
    return {"items": gathered.views.all(viewer)}


@router.get("/views/counts", response_model=ViewCountsOut, responses=responses())
def count_views(viewer: Reading, ports: Ports, gathered: FromGathered) -> Any:
    """How many contacts each view holds now, for whoever asks."""
    now_ms = ports.clock.now_ms()
    counted = [
        (view["id"], gathered.search.count(viewer, Filters.model_validate(view["filters"]), now_ms))
        for view in gathered.views.all(viewer)
    ]
    return {"items": [{"id": one, **CountOut.of(count).model_dump()} for one, count in counted]}


@router.post("/views", response_model=ViewOut, status_code=201, responses=responses(409))
def save_view(body: SavedView, viewer: Reading, ports: Ports, gathered: FromGathered) -> Any:
    """Keeps filters under a name. Sharing with everyone asks for the right to supervise."""
    return gathered.views.save(viewer, body, ports.clock.now_ms())


@router.put("/views/order", response_model=models.Done, responses=responses(404))
def order_views(body: OrderIn, viewer: Reading, gathered: FromGathered) -> Any:
    """One's own order of the views in sight."""
    gathered.views.order(viewer, body.ids)
    return {}


@router.patch("/views/{view_id}", response_model=ViewOut, responses=responses(404, 409))
def change_view(view_id: Id, body: ViewChangeIn, viewer: Reading, gathered: FromGathered) -> Any:
    """Changes a view of one's own; a supervisor also changes shared ones."""
    return gathered.views.change(viewer, view_id, body.model_dump(mode="json", exclude_unset=True))


@router.delete("/views/{view_id}", response_model=models.Done, responses=responses(404))
def remove_view(view_id: Id, viewer: Reading, gathered: FromGathered) -> Any:
    """Forgets a view; no contact is touched."""
    gathered.views.remove(viewer, view_id)
    return {}
