"""First start, sign-in, sessions; and the dependency that tells every other route who asks."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from affluent.centre.refusals import Forbidden
from affluent.centre.signing_in import From, Me, Opened, SignedIn
from affluent.centre.texts import Email, Id, Locale, Name, Password
from affluent.centre.wall import Right, Role, Viewer
from affluent.web.errors import responses
from affluent.web.keys import bearer
from affluent.web.services import Services

COOKIE = "affluent_session"
_COOKIE_S = 400 * 24 * 3600
"""As long as browsers allow: the centre decides when a session ends."""

_COOKIE_SCHEME = APIKeyCookie(
    name=COOKIE, scheme_name="session", description="The session of a person, opened by `POST /api/v1/session`."
    " Every write then needs the header `X-Affluent: 1`.", auto_error=False,
)  # fmt: skip
_KEY_SCHEME = HTTPBearer(
    scheme_name="key", description="An API key, made in the settings: `Authorization: Bearer afl_...`.",
    auto_error=False,
)  # fmt: skip

router = APIRouter(prefix="/api/v1", tags=["Session"])


async def services_of(request: Request) -> Services:
    return request.app.state.services


FromServices = Annotated[Services, Depends(services_of)]


def identified(headers: Headers, cookies: Mapping[str, str], ip: str, services: Services) -> Viewer:
    """Who asks, by their key or else by their cookie. Raises `NotSignedIn`.

    A request with a key never falls back on its cookie: hence it needs no protection against forged ones.
    """
    key = bearer(headers)
    if key is not None:
        return services.keys.viewer(key, ip)
    return services.signing_in.viewer(cookies.get(COOKIE)).viewer


async def signed_in(
    request: Request, services: FromServices, cookie: Annotated[str | None, Security(_COOKIE_SCHEME)]
) -> SignedIn:
    """Who asks, by their cookie alone: what concerns a session is no business of a program's."""
    if bearer(request.headers) is not None:
        raise Forbidden("not_by_key")
    who = services.signing_in.believed(cookie)
    if who is None:
        who = await run_in_threadpool(services.signing_in.viewer, cookie)
    request.state.locale = who.viewer.locale
    return who


FromSession = Annotated[SignedIn, Depends(signed_in)]


async def viewer(
    request: Request,
    services: FromServices,
    _cookie: Annotated[str | None, Security(_COOKIE_SCHEME)],
    _key: Annotated[HTTPAuthorizationCredentials | None, Security(_KEY_SCHEME)],
) -> Viewer:
    # Nearly always a session that was looked up a moment ago: no thread needs to wait for the database.
    known = (
        services.signing_in.believed(request.cookies.get(COOKIE)) if bearer(request.headers) is None else None
    )
    if known is not None:
        who = known.viewer
    else:
        ip = request.client.host if request.client else ""
        who = await run_in_threadpool(identified, request.headers, request.cookies, ip, services)
    request.state.locale = who.locale
    return who


FromViewer = Annotated[Viewer, Depends(viewer)]
"""For a route: who asks, by a session or a key, whatever their role."""


def needs(right: Right, *others: Right) -> Callable[[Viewer], Awaitable[Viewer]]:
    """A dependency: the viewer, refused with `Forbidden` when their role has neither the right nor one of `others`."""

    async def allowed(viewer: FromViewer) -> Viewer:
        if not any(viewer.may(one) for one in others):
            viewer.require(right)
        return viewer

    return allowed


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartIn(_Body):
    """The first administrator."""

    name: Name
    email: Email
    password: Password
    locale: Locale = "fr"


class SignInIn(_Body):
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\x00]*$")]
    password: Password


class SessionChangeIn(_Body):
    """What to change; what is absent stays. A new password comes with the old one."""

    locale: Locale = "fr"
    theme: Literal["auto", "light", "dark"] = "auto"
    keys_enabled: bool = True
    password_old: Password = ""
    password_new: Password = ""


class DemoAccountOut(BaseModel):
    email: str
    name: str
    role: str
    password: str


class StartOut(BaseModel):
    """What a page needs before anyone is signed in."""

    needs_administrator: bool
    demo: bool
    name: str
    version: str
    locales: list[str]
    demo_accounts: list[DemoAccountOut]


class BrandOut(BaseModel):
    id: int
    name: str
    colour: str


class TeamOut(BaseModel):
    id: int
    name: str


class MeOut(BaseModel):
    """The account of the one who asks."""

    id: int
    name: str
    email: str
    role: Role
    locale: Locale
    theme: Literal["auto", "light", "dark"]
    brands: list[BrandOut]
    team: TeamOut | None
    keys_enabled: bool


class SessionOut(BaseModel):
    id: int
    created_ms: int
    last_seen_ms: int
    user_agent: str
    ip: str
    current: bool


class SessionsOut(BaseModel):
    items: list[SessionOut]
    next: str | None = None


class Nothing(BaseModel):
    """An empty object: it is done."""


def _came(request: Request) -> From:
    agent = request.headers.get("user-agent", "")[:300].replace("\x00", "")
    return From(ip=request.client.host if request.client else "", user_agent=agent)


def _with_cookie(request: Request, response: Response, opened: Opened) -> MeOut:
    response.set_cookie(
        COOKIE, opened.token, max_age=_COOKIE_S, httponly=True, samesite="lax", path="/",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return _me(opened.me)


def _me(me: Me) -> MeOut:
    return MeOut.model_validate(me, from_attributes=True)


def _forget(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


@router.get("/start", operation_id="read_start", summary="What a page needs before sign-in")
def read_start(services: FromServices) -> StartOut:
    return StartOut(
        needs_administrator=services.signing_in.needs_administrator(),
        demo=services.demo,
        name="Affluent",
        version=services.version,
        locales=["fr", "en"],
        demo_accounts=[
            DemoAccountOut(email=a.email, name=a.name, role=a.role, password=a.password)
            for a in services.demo_accounts
        ],
    )


@router.post(
    "/start", status_code=201, operation_id="start", summary="Make the first administrator",
    responses=responses(409),
)  # fmt: skip
def start(request: Request, response: Response, body: StartIn, services: FromServices) -> MeOut:
    request.state.locale = body.locale
    opened = services.signing_in.start(body.name, body.email, body.password, body.locale, _came(request))
    return _with_cookie(request, response, opened)


@router.post("/session", operation_id="sign_in", summary="Sign in", responses=responses(429))
def sign_in(request: Request, response: Response, body: SignInIn, services: FromServices) -> MeOut:
    opened = services.signing_in.sign_in(body.email, body.password, _came(request))
    return _with_cookie(request, response, opened)


@router.get("/session", operation_id="read_session", summary="Who is signed in", responses=responses())
def read_session(viewer: FromViewer, services: FromServices) -> MeOut:
    return _me(services.signing_in.me(viewer))


@router.patch(
    "/session",
    operation_id="change_session",
    summary="Change one's own preferences, or password",
    responses=responses(429),
)
def change_session(body: SessionChangeIn, who: FromSession, services: FromServices) -> MeOut:
    changes = body.model_dump(exclude_unset=True)
    old, new = changes.pop("password_old", None), changes.pop("password_new", None)
    if old is not None or new is not None:
        services.signing_in.change_password(who, old or "", new or "")
    return _me(services.signing_in.prefer(who.viewer, changes))


@router.delete("/session", operation_id="sign_out", summary="Sign out", responses=responses())
def sign_out(response: Response, who: FromSession, services: FromServices) -> Nothing:
    services.signing_in.sign_out(who)
    _forget(response)
    return Nothing()


@router.get("/sessions", operation_id="list_sessions", summary="One's own sessions", responses=responses())
def list_sessions(who: FromSession, services: FromServices) -> SessionsOut:
    return SessionsOut(
        items=[
            SessionOut(
                id=s.id,
                created_ms=s.created_ms,
                last_seen_ms=s.last_seen_ms,
                user_agent=s.user_agent,
                ip=s.ip,
                current=s.id == who.session_id,
            )
            for s in services.signing_in.sessions(who.viewer)
        ]
    )  # fmt: skip


@router.delete(
    "/sessions/{session_id}", operation_id="revoke_session", summary="End one of one's own sessions",
    responses=responses(404),
)  # fmt: skip
def revoke_session(session_id: Id, who: FromSession, services: FromServices) -> Nothing:
    services.signing_in.revoke(who.viewer, session_id)
    return Nothing()
