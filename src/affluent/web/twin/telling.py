"""What the routes of the twin share: the studio, who may, and documents' problems in the viewer's language."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Request

from affluent.centre.refusals import Invalid
from affluent.centre.twin_runs.runs import DocumentRefused, TwinStudio
from affluent.centre.wall import Right, Viewer
from affluent.routing.document import DocumentProblem
from affluent.twin.scenario.words import sentence as document_sentence
from affluent.web.signin import needs


async def studio_of(request: Request) -> TwinStudio:
    return request.app.state.twin


Studio = Annotated[TwinStudio, Depends(studio_of)]
Planner = Annotated[Viewer, Depends(needs(Right.RUN_TWIN))]


def problems_told(problems: Sequence[DocumentProblem], locale: str | None) -> list[dict[str, Any]]:
    """Each with its sentence."""
    language = "fr" if locale == "fr" else "en"
    return [
        {
            "code": one.code,
            "path": one.path,
            "line": one.line,
            "message": document_sentence(one, language),
        }
        for one in problems
    ]


@contextmanager
def documents_told(viewer: Viewer) -> Generator[None]:
    """A document that is refused says each of its problems in words."""
    try:
        yield
    except DocumentRefused as wrong:
        told = problems_told(wrong.problems[:100], viewer.locale)
        errors = [
            {"code": one["code"], "field": one["path"], "line": one["line"], "params": {}, "message": one["message"]}
            for one in told
        ]  # fmt: skip
        raise Invalid(
            wrong.code, wrong.field, **wrong.params, said=told[0]["message"], errors=errors
        ) from None
