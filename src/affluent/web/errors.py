"""Refusals and accidents, mapped once to a status and a sentence in the viewer's language."""

import json
import re
import secrets
from functools import cache
from importlib.resources import files
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from affluent.centre.complaints import invalid_from
from affluent.centre.refusals import Invalid, Refusal

LOCALES = ("fr", "en")
_log = structlog.get_logger("affluent.web")
_LANGUAGE = re.compile(r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9-]+)?\s*(?:;\s*q=([0-9.]{1,5}))?\s*")
_BY_STATUS = {
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}


class Problem(BaseModel):
    """What went wrong: `code` for programs, `message` for people, `field` names the input at fault."""

    code: str
    message: str
    field: str | None = None
    details: dict[str, Any] = {}


class Error(BaseModel):
    """Every answer from 400 up."""

    error: Problem


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route: the error model under each status."""
    return {status: {"model": Error} for status in (401, 403, 422, *statuses)}


@cache
def words(locale: str) -> dict[str, str]:
    """The sentences of a language, by code."""
    text = files("affluent.web").joinpath("words", f"{locale}.json").read_text(encoding="utf-8")
    return json.loads(text)


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(code: str, locale: str, params: dict[str, Any] | None = None) -> str:
    """The sentence for a code; a code without one is answered by a general sentence, never by nothing."""
    catalogue = words(locale)
    return catalogue.get(code, catalogue["refused"]).format_map(_Gaps(params or {}))


def locale_of(request: Request) -> str:
    """The language of the answer: the account's, else what the browser prefers, else English."""
    chosen = getattr(request.state, "locale", None)
    return chosen if chosen in LOCALES else accepted_language(request.headers.get("accept-language", ""))


def accepted_language(header: str) -> str:
    best, best_quality = "en", 0.0
    for part in header[:500].split(","):
        match = _LANGUAGE.fullmatch(part)
        if match is None or match[1].lower() not in LOCALES:
            continue
        try:
            quality = float(match[2]) if match[2] else 1.0
        except ValueError:
            continue
        if quality > best_quality:
            best, best_quality = match[1].lower(), quality
    return best


def refusal_answer(refusal: Refusal, locale: str) -> JSONResponse:
    """A refusal as the API's error."""
    details = {k: v for k, v in refusal.params.items() if v is not None}
    for complaint in details.get("errors", ()):
        complaint.setdefault("message", sentence(complaint["code"], locale, complaint["params"]))
    problem = Problem(
        code=refusal.code,
        message=sentence(refusal.code, locale, refusal.params),
        field=refusal.field,
        details=details,
    )
    headers: dict[str, str] = {}
    if "retry_ms" in refusal.params:
        headers["Retry-After"] = str(-(-int(refusal.params["retry_ms"]) // 1000))
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(Error(error=problem).model_dump(), status_code=refusal.status, headers=headers)


def add_error_handlers(app: FastAPI) -> None:
    """Every way out of the API that is not an answer."""

    def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)
        return refusal_answer(error, locale_of(request))

    def unreadable(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return refusal_answer(invalid_from(error.errors()), locale_of(request))

    def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 400:
            # The framework's word for a body that is no text or no form: bad input like any other.
            return refusal_answer(Invalid("unreadable"), locale_of(request))
        refusal = Refusal(_BY_STATUS.get(error.status_code, "bad_request"))
        refusal.status = error.status_code
        answer = refusal_answer(refusal, locale_of(request))
        answer.headers.update(error.headers or {})
        return answer

    def accident(request: Request, error: Exception) -> JSONResponse:
        incident = secrets.token_hex(4)
        route = getattr(request.scope.get("route"), "path", None)
        # The path's template and the type only: an input or a message may hold a customer's words.
        _log.error(
            "accident", incident=incident, method=request.method, route=route, kind=type(error).__name__,
            at=_places(error),
        )  # fmt: skip
        refusal = Refusal("accident", incident=incident)
        refusal.status = 500
        return refusal_answer(refusal, locale_of(request))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Exception, accident)


def _places(error: BaseException) -> list[str]:
    """Where it happened, innermost last: code, not data."""
    places: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-12:]
