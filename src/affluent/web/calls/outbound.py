"""Calls that agents make: placed, forbidden with the rule, proved; what customers said about them, and lists."""

import csv
import io
import json
import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, Field, StringConstraints

from affluent.centre.calling.numbers import number_of
from affluent.centre.outbound_calls import calling_out
from affluent.centre.outbound_calls.calling_out import SOURCE_CHARS_MAX, Wanted
from affluent.centre.outbound_calls.law import Purpose, Said
from affluent.centre.outbound_calls.records import digest_of
from affluent.centre.refusals import Invalid, TooLarge
from affluent.centre.texts import Id
from affluent.centre.wall import Right, Viewer
from affluent.web.calls.routes import Calls
from affluent.web.desk.models import Body, Done
from affluent.web.desk.routes import Ports, Reading, Serving, walled
from affluent.web.errors import responses
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1", tags=["Calls"])
Keeping = Annotated[Viewer, Depends(needs(Right.CHANGE_SETTINGS))]
Proving = Annotated[Viewer, Depends(needs(Right.READ_AUDIT))]
Number = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{5,17}$")]
Instant = Annotated[int, Query(ge=0, le=2**52)]
LIST_BYTES_MAX = 64 * 1024 * 1024
ROWS_MOST = 100_000
SHOWN_MOST = 500
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class CallOutIn(Body):
    """`key` makes a repeat harmless. `contact_id`: what it is about."""

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
    number: Number
    purpose: Purpose = Purpose.SERVICE
    contact_id: Id | None = None


class PlacedOut(BaseModel):
    contact_id: int


class AgainIn(Body):
    purpose: Purpose = Purpose.SERVICE


class MayOut(BaseModel):
    """`code` says which rule forbids it now; `until_ms` when that ends, null if waiting helps nothing."""

    allowed: bool
    code: str | None
    until_ms: int | None


class WordIn(Body):
    """What a customer said about being called, and where that can be looked up."""

    number: Number
    purpose: Purpose
    said: Said
    source: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=SOURCE_CHARS_MAX)
    ]


class WordOut(BaseModel):
    id: int
    number: str
    purpose: Purpose
    said: Said
    source: str
    at_ms: int
    by_name: str | None


class WordsOut(BaseModel):
    items: list[WordOut]


class ListOut(BaseModel):
    id: int
    name: str
    numbers: int
    uploaded_ms: int


class ListsOut(BaseModel):
    items: list[ListOut]


class ProofOut(BaseModel):
    """`law` is the rule as it stood; `said`, `said_ms` and `source` the consent it was made under, if any."""

    id: int
    at_ms: int
    contact_id: int
    brand: str
    agent: str
    number: str
    shown: str
    purpose: Purpose
    law: dict[str, Any]
    said: Said | None
    said_ms: int | None
    source: str | None
    listed: bool


class ProofsOut(BaseModel):
    """The latest first. `more`: there are earlier ones in the period, which the CSV holds too."""

    items: list[ProofOut] = Field(default=[])
    more: bool = False


@router.post(
    "/customers/{customer_id}/call",
    response_model=PlacedOut,
    status_code=201,
    responses=responses(403, 404, 409),
)
def place(customer_id: Id, body: CallOutIn, viewer: Serving, ports: Ports) -> Any:
    """Calls a customer: the agent's phone rings, then theirs. Refused with the rule that forbids it."""
    if body.contact_id is not None:
        walled(ports, viewer, body.contact_id)
    wanted = Wanted(body.key, viewer.account_id, customer_id, body.number, body.purpose, body.contact_id)
    return {"contact_id": ports.runner.do(calling_out.place, wanted=wanted)}


@router.get("/customers/{customer_id}/call", response_model=MayOut, responses=responses(403, 404))
def may_call(
    customer_id: Id, number: Number, viewer: Serving, ports: Ports, purpose: Purpose = Purpose.SERVICE
) -> Any:
    """Whether a number of theirs may be called now, and if not, by which rule."""
    found = ports.runner.do(
        calling_out.looked_at,
        customer_id=customer_id,
        agent_id=viewer.account_id,
        number=number,
        purpose=purpose,
    )
    if found is None:
        return {"allowed": True, "code": None, "until_ms": None}
    return {"allowed": False, "code": found.code, "until_ms": found.until_ms}


@router.post("/contacts/{contact_id}/call/again", response_model=Done, responses=responses(403, 404, 409))
def again(contact_id: Id, body: AgainIn, viewer: Serving, ports: Ports) -> Any:
    """Calls the customer of a telephone contact in hand once more."""
    walled(ports, viewer, contact_id)
    ports.runner.do(
        calling_out.again, contact_id=contact_id, agent_id=viewer.account_id, purpose=body.purpose
    )
    return {}


@router.get("/customers/{customer_id}/call-words", response_model=WordsOut, responses=responses(404))
def read_words(customer_id: Id, viewer: Reading, calls: Calls) -> Any:
    """What a customer said about being called, the latest first."""
    return {"items": calls.lists.words(viewer, customer_id)}


@router.post("/customers/{customer_id}/call-words", response_model=Done, responses=responses(403, 404, 409))
def note_word(customer_id: Id, body: WordIn, viewer: Serving, ports: Ports) -> Any:
    """Keeps what a customer said about being called: it holds from now on."""
    ports.runner.do(
        calling_out.note,
        customer_id=customer_id,
        number=body.number,
        purpose=body.purpose,
        word=body.said,
        source=body.source,
        agent_id=viewer.account_id,
    )
    return {}


@router.get("/outbound/lists", response_model=ListsOut, responses=responses(403))
def read_lists(viewer: Keeping, calls: Calls) -> Any:
    """The lists of those who are not to be called for selling."""
    return {"items": calls.lists.lists()}


@router.post("/outbound/lists", response_model=ListOut, status_code=201, responses=responses(403, 413))
def keep_list(
    file: UploadFile,
    viewer: Keeping,
    ports: Ports,
    calls: Calls,
    name: Annotated[str, Query(min_length=1, max_length=80)],
    country: Annotated[str, Query(pattern=r"^[A-Z]{2}$")] = "FR",
) -> Any:
    """A list such as Bloctel, one number or SHA-256 of one in E.164 a line; one of the same name is replaced.

    Only the digests are kept.
    """
    content = file.file.read(LIST_BYTES_MAX + 1)
    if len(content) > LIST_BYTES_MAX:
        raise TooLarge("file_too_large", "file", most_mb=LIST_BYTES_MAX // 1024 // 1024)
    digests: list[bytes] = []
    for line in content.decode("utf-8-sig", "replace").splitlines():
        told = line.split(";")[0].split(",")[0].strip().strip('"')
        if _DIGEST.fullmatch(told):
            digests.append(bytes.fromhex(told))
        elif (number := number_of(told, country)).startswith("+"):
            digests.append(digest_of(number))
    if not digests:
        raise Invalid("list_empty", "file")
    return calls.lists.keep(viewer, name, digests, ports.clock.now_ms())


@router.delete("/outbound/lists/{list_id}", response_model=Done, responses=responses(403, 404))
def drop_list(list_id: Id, viewer: Keeping, ports: Ports, calls: Calls) -> Any:
    """The list holds no longer."""
    calls.lists.drop(viewer, list_id, ports.clock.now_ms())
    return {}


@router.get(
    "/outbound/journal",
    response_model=ProofsOut,
    responses={**responses(403), 200: {"content": {"text/csv": {}}}},
)
def read_journal(
    viewer: Proving, calls: Calls, from_ms: Instant, to_ms: Instant, form: Literal["json", "csv"] = "json"
) -> Any:
    """The calls that were made: who called whom, when, by which rule and under which consent."""
    if form == "json":
        latest = list(calls.lists.journal(viewer, from_ms, to_ms, SHOWN_MOST + 1, latest_first=True))
        return {"items": latest[:SHOWN_MOST], "more": len(latest) > SHOWN_MOST}
    found = calls.lists.journal(viewer, from_ms, to_ms, ROWS_MOST)
    told = io.StringIO()
    writer = csv.writer(told)
    names = list(ProofOut.model_fields)
    writer.writerow(names)
    for row in found:
        writer.writerow([_cell(row[name]) for name in names])
    headers = {"Content-Disposition": 'attachment; filename="calls.csv"', "Cache-Control": "no-store"}
    return Response(told.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
