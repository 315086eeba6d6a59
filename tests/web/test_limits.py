"""Rate limits: a bucket a caller, told in headers, refused with the instant to come back."""

from collections.abc import Generator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from affluent.web.limits import CALLERS_MAX, Buckets, RateLimits
from affluent.web.services import Limits
from tests.web.house import MadeClock


def answer(request: Request) -> PlainTextResponse:
    good = "good" in request.headers.get("authorization", "good")
    return PlainTextResponse("", status_code=200 if good else 401)


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@pytest.fixture
def caller(clock: MadeClock) -> Generator[TestClient]:
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET"])])
    app.add_middleware(RateLimits, limits=Limits(signed_in=60, unknown=10), clock=clock)
    with TestClient(app) as client:
        yield client


def bearing(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_has_its_bucket_and_is_told_how_much_is_left(caller: TestClient, clock: MadeClock) -> None:
    statuses = [caller.get("/api/v1/x", headers=bearing("good-1")) for _ in range(61)]
    assert [one.status_code for one in statuses] == [200] * 60 + [429]
    assert statuses[0].headers["ratelimit-limit"] == "60"
    assert [one.headers["ratelimit-remaining"] for one in statuses[:2]] == ["59", "58"]
    assert statuses[-1].headers["retry-after"] == "2" == statuses[-1].headers["ratelimit-reset"]
    assert statuses[-1].json()["error"]["code"] == "too_many"
    clock.pass_ms(1_000)
    again = [caller.get("/api/v1/x", headers=bearing("good-1")).status_code for _ in range(2)]
    assert again == [200, 429]
    assert caller.get("/api/v1/x", headers=bearing("good-2")).status_code == 200


def test_who_guesses_keys_is_stopped_by_their_address(caller: TestClient) -> None:
    assert caller.get("/api/v1/x", headers=bearing("good-1")).status_code == 200
    guesses = [caller.get("/api/v1/x", headers=bearing(f"bad-{n}")).status_code for n in range(15)]
    assert guesses == [401] * 9 + [429] * 6
    # A colleague behind the same address, whose key is known, goes on.
    assert caller.get("/api/v1/x", headers=bearing("good-1")).status_code == 200
    assert caller.get("/elsewhere").status_code == 200


def test_memory_is_bounded(clock: MadeClock) -> None:
    buckets = Buckets(clock)
    for number in range(CALLERS_MAX + 10):
        buckets.take(str(number).encode(), 60)
    assert len(buckets._of) <= CALLERS_MAX  # pyright: ignore[reportPrivateUsage] - what is bounded
