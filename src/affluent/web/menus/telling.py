"""What the routes of menus share: the office, who may, and problems in the viewer's language."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Request

from affluent.centre.menus import words
from affluent.centre.menus.document import MenuDocument
from affluent.centre.menus.graph import edges
from affluent.centre.menus.office import MenuOffice, MenuRefused
from affluent.centre.menus.reading import content_of
from affluent.centre.menus.speaking import Voice
from affluent.centre.refusals import Invalid
from affluent.centre.wall import Right, Viewer
from affluent.routing.document import DocumentProblem
from affluent.web.signin import needs


async def office_of(request: Request) -> MenuOffice:
    return request.app.state.menus


async def voice_of(request: Request) -> Voice:
    return request.app.state.voice


Office = Annotated[MenuOffice, Depends(office_of)]
Speaker = Annotated[Voice, Depends(voice_of)]
Reader = Annotated[Viewer, Depends(needs(Right.READ_SETTINGS))]
Writer = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]


def problems_told(problems: Sequence[DocumentProblem], viewer: Viewer) -> list[dict[str, Any]]:
    """Each with its sentence."""
    language = "fr" if viewer.locale == "fr" else "en"
    return [
        {"code": one.code, "path": one.path, "line": one.line, "message": words.sentence(one, language)}
        for one in problems[:200]
    ]


def menu_told(menu: MenuDocument | None) -> dict[str, Any]:
    """Its content and its edges, for forms and drawing."""
    if menu is None:
        return {"content": None, "edges": []}
    told = [
        {"source": one.source, "choice": one.choice, "target": one.target, "why": one.why}
        for one in edges(menu)
    ]
    return {"content": content_of(menu), "edges": told}


@contextmanager
def menus_told(viewer: Viewer) -> Generator[None]:
    """A menu that is refused says each of its problems in words."""
    try:
        yield
    except MenuRefused as wrong:
        told = problems_told(wrong.problems, viewer)
        errors = [
            {"code": one["code"], "field": one["path"], "line": one["line"], "params": {}, "message": one["message"]}
            for one in told
        ]  # fmt: skip
        raise Invalid(
            wrong.code, wrong.field, **wrong.params, said=told[0]["message"], errors=errors
        ) from None
