"""Filling templates in: what a ready text asks for, and the text with the answers."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from affluent.centre import templates
from affluent.centre.refusals import NotFound
from affluent.centre.texts import Id, Prose
from affluent.web.desk import models
from affluent.web.desk.routes import Ports, Serving
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Desk"])


class FieldOut(BaseModel):
    """What is asked; `choices` is empty for a free text."""

    label: str
    kind: str
    choices: list[str]


class MacroOut(models.MacroOut):
    """`fields` are all that its parts may ask for."""

    fields: list[FieldOut]


class FillIn(models.Body):
    """`values` by the labels of the fields."""

    contact_id: Id
    values: Annotated[dict[str, Prose], Field(max_length=50)] = {}


class FilledOut(BaseModel):
    """The text for this contact; while `missing` names fields, they still stand in it."""

    text: str
    language: str | None
    missing: list[FieldOut]


def _fields(found: list[templates.Field]) -> list[dict[str, Any]]:
    return [{"label": one.label, "kind": one.kind, "choices": list(one.choices)} for one in found]


@router.get("/macros", response_model=list[MacroOut], responses=responses())
def read_macros(viewer: Serving, ports: Ports) -> Any:
    """Ready texts, with what they ask for before they are inserted."""
    return [{**one, "fields": _fields(templates.fields(one["body"]))} for one in ports.views.macros(viewer)]


@router.post("/macros/{macro_id}/fill", response_model=FilledOut, responses=responses(404))
def fill_macro(macro_id: Id, body: FillIn, viewer: Serving, ports: Ports) -> Any:
    """A ready text for this contact, in the customer's language, with names and answers in their places."""
    macro = next((one for one in ports.views.macros(viewer) if one["id"] == macro_id), None)
    if macro is None:
        raise NotFound("not_found")
    about = ports.views.conversation(viewer, body.contact_id)
    contact = about["contact"]
    if macro["brand_id"] not in (None, contact["brand"]["id"]):
        raise NotFound("not_found")
    language = contact["language"] or about["customer"]["language"] or macro["language"]
    names = {
        "customer.name": about["customer"]["name"],
        "agent.name": viewer.name,
        "brand.name": contact["brand"]["name"],
    }
    asked = templates.fields(macro["body"], language)
    missing = [one for one in asked if not body.values.get(one.label, "").strip()]
    shown = {
        **{one.label: f"[{one.label}]" for one in missing},
        **{k: v for k, v in body.values.items() if v.strip()},
    }
    if missing:
        # A preview: choices not made yet stand as their label.
        text = templates.preview(macro["body"], language, names, shown)
    else:
        text = templates.filled(macro["body"], language, names, body.values)
    return {"text": text, "language": language, "missing": _fields(missing)}
