"""Whether this process is alive, and whether it should be sent customers."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

router = APIRouter(tags=["Operation"])
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of being ready. `reason` is a code, and names no person, no machine and no secret."""

    name: str
    ok: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What the answers stand on. `checks` may wait for the database, at most some seconds."""

    version: str
    leading: Callable[[], bool]
    checks: Callable[[], Sequence[Check]]


class Alive(BaseModel):
    alive: bool
    version: str


class CheckOut(BaseModel):
    name: str
    ok: bool
    reason: str | None


class Ready(BaseModel):
    """`ready` is whether a proxy should send requests here: one that stands by answers, but takes nothing in."""

    ready: bool
    role: Literal["leading", "standing_by"]
    checks: list[CheckOut]


@router.get("/health", response_model=Alive)
async def health(request: Request) -> Any:
    """The process answers. Asks nothing else: a database that is away is no reason to kill it."""
    of: Health = request.app.state.health
    return JSONResponse({"alive": True, "version": of.version}, headers=NO_STORE)


@router.get("/ready", response_model=Ready, responses={503: {"model": Ready}})
def ready(request: Request) -> Any:
    """The database answers at the right schema, this process leads, its doors are open and there is room."""
    of: Health = request.app.state.health
    checks = of.checks()
    fine = all(one.ok for one in checks)
    told = {
        "ready": fine,
        "role": "leading" if of.leading() else "standing_by",
        "checks": [asdict(one) for one in checks],
    }
    return JSONResponse(told, status_code=200 if fine else 503, headers=NO_STORE)
