"""The description of the whole API, without a centre at work: for generated clients and for checks."""

from typing import Any, cast

from fastapi import FastAPI

from affluent.cli.clock import WallClock
from affluent.web import desk, figures, outside
from affluent.web.app import create_app
from affluent.web.services import Services
from affluent.web.webhooks import build as build_webhooks


def described() -> FastAPI:
    """The application with all routes of the API over nothing: it can only tell what it would do."""
    nothing = cast(Any, None)
    services = Services(WallClock(), nothing, nothing, nothing)
    return create_app(
        services, more=(*desk.ROUTERS, *figures.ROUTERS, outside.router, build_webhooks(nothing))
    )
