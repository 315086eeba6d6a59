"""The HTTP application: routers, error handlers, guard, pages."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from affluent.web import admin, sessions, signin, versions
from affluent.web.description import describe
from affluent.web.errors import add_error_handlers
from affluent.web.headers import Guard
from affluent.web.idempotency import Idempotency
from affluent.web.limits import RateLimits
from affluent.web.metrics import Measured, Metrics
from affluent.web.pages_server import add_pages
from affluent.web.policy import routes as policy
from affluent.web.reference import add_reference
from affluent.web.request_id import RequestIds
from affluent.web.services import Services

ROUTERS: tuple[APIRouter, ...] = (
    signin.router,
    sessions.router,
    admin.router,
    versions.router,
    policy.router,
)
"""Routers that do not hang on the services given."""
API = "/api/v1"


def create_app(
    services: Services, more: Sequence[APIRouter] = (), *, measured: Metrics | None = None
) -> FastAPI:
    """The application over these services; `more` are routers of other doors, such as the chat's."""
    app = FastAPI(
        title="Affluent",
        version=services.version,
        summary="The API of the contact centre: all that the pages can do.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    # Those of the desk first: routes are tried in order, and nothing is asked as often.
    for router in (*more, *ROUTERS):
        _add(app, router)
    add_error_handlers(app)
    describe(app)
    add_reference(app)
    add_pages(app, services.pages)
    if services.repeats is not None:
        app.add_middleware(Idempotency, repeats=services.repeats, clock=services.clock)
    if services.limits is not None:
        app.add_middleware(RateLimits, limits=services.limits, clock=services.clock)
    app.add_middleware(Guard, origins=services.origins)
    if measured is not None:
        app.add_middleware(Measured, metrics=measured)
    app.add_middleware(RequestIds)
    return app


def _add(app: FastAPI, router: APIRouter) -> None:
    """Adds a router's routes. One that is included is searched twice for every request: those of the API are not."""
    if router.prefix == API:
        app.router.routes.extend(router.routes)
    else:
        app.include_router(router)
