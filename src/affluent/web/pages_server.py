"""Serves the built pages: a file when there is one, else the application's entry, which routes by itself."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.convertors import Convertor, register_url_convertor

from affluent.centre.refusals import NotFound
from affluent.web.errors import locale_of, sentence

_YEAR = "public, max-age=31536000, immutable"

_FILES_ONLY = ("assets/", "widget/")
"""Where a path is a file or an error, never a page: a browser that asks for a script must not be given HTML."""


class _PagePath(Convertor[str]):
    """Every path but those of programs, where a wrong path must stay an error."""

    regex = r"(?!(?:api|chat|form)(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page_path", _PagePath())


def add_pages(app: FastAPI, pages: Path) -> None:
    """The last route: whatever no other route took."""
    root = pages.resolve()

    def page(request: Request) -> Response:
        path: str = request.path_params["path"]
        found = _file(root, path)
        if found is not None:
            hashed = path.startswith("assets/")
            headers = {"Cache-Control": _YEAR if hashed else "no-cache"}
            if path.startswith("widget/"):
                # Customers' sites, of other origins, load it.
                headers |= {
                    "Access-Control-Allow-Origin": "*",
                    "Cross-Origin-Resource-Policy": "cross-origin",
                }
            return FileResponse(found, headers=headers)
        if path.startswith(_FILES_ONLY):
            raise NotFound("not_found")
        entry = root / "index.html"
        if not entry.is_file():
            return _not_built(locale_of(request))
        return FileResponse(entry, headers={"Cache-Control": "no-cache"})

    app.router.add_route("/{path:page_path}", page, methods=["GET"], include_in_schema=False)


def _file(root: Path, path: str) -> Path | None:
    if not path or "\x00" in path:
        return None
    try:
        found = (root / path).resolve()
        return found if found.is_relative_to(root) and found.is_file() else None
    except (OSError, ValueError):
        return None


def _not_built(locale: str) -> HTMLResponse:
    title, text = sentence("pages_not_built_title", locale), sentence("pages_not_built", locale)
    return HTMLResponse(
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>Affluent</title>'
        f"<h1>{title}</h1><p>{text}</p></html>",
        status_code=503,
        headers={"Cache-Control": "no-store"},
    )
