"""`affluent policy export` and `apply`: the routing of a running centre as a document, over its API with a key."""

import json
from pathlib import Path
from typing import Any, TextIO

import httpx

from affluent.routing.document.words import Language

TIMEOUT_S = 120.0
PATH = "/api/v1/admin/policy"


class Unanswered(Exception):
    """The centre refused, or did not answer; the text is for people."""


class Centre:
    """A running centre as a program sees it. `url` is where its pages are; `key` begins with `aff_`."""

    def __init__(
        self, url: str, key: str, language: Language, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self._client = httpx.Client(
            base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, transport=transport
        )
        self._url = url

    def ask(self, method: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer. Raises `Unanswered` when there is none."""
        try:
            answer = self._client.request(method, PATH, json=body)
            told: Any = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(f"{self._url}: {error or type(error).__name__}") from None
        except ValueError:
            raise Unanswered(f"{self._url}: this is no centre of Affluent") from None
        if not isinstance(told, dict):
            raise Unanswered(f"{self._url}: this is no centre of Affluent")
        return answer.status_code, told


def export(centre: Centre, out: TextIO) -> None:
    """Writes the document that stands. Raises `Unanswered`."""
    status, told = centre.ask("GET")
    if status != 200:
        raise Unanswered(told["error"]["message"])
    out.write(told["document"])


def apply(
    centre: Centre, file: str, text: str, out: TextIO, *, reason: str | None, only_try: bool, as_json: bool
) -> bool:
    """Tries a document or applies it, and tells what differs; whether it can be. Raises `Unanswered`."""
    status, told = centre.ask("PUT", {"document": text, "reason": reason, "only_try": only_try})
    if as_json:
        out.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
        return status == 200 and not told["problems"]
    if status != 200:
        return _refused(file, told["error"], out)
    _problems(file, told["problems"], "", out)
    _problems(file, told["warnings"], "! ", out)
    for one in told["differences"]:
        out.write(_difference(one))
    effect = told["effect"]
    if effect is not None:
        out.write(
            f"waiting {effect['waiting']}, of whom nobody could serve {effect['unserved']}"
            f" (new: {effect['newly_unserved']}); queue gone: {effect['queue_goes']}\n"
        )
    if told["problems"]:
        return False
    done = "tried, not applied" if only_try else f"applied: version {told['version']}"
    out.write(done + "\n" if told["differences"] else "nothing differs\n")
    return True


def read_text(file: Path, stdin: TextIO) -> str:
    """A file's text; `-` is standard input. Raises `Unanswered` for what cannot be read."""
    try:
        return stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Unanswered(f"{file}: {said}") from None


def _refused(file: str, error: dict[str, Any], out: TextIO) -> bool:
    details = error.get("details", {})
    if error["code"] == "policy_refused":
        _problems(file, [{**one, "path": one["field"]} for one in details["errors"]], "", out)
        return False
    out.write(error["message"] + "\n")
    for one in details.get("since", []):
        who = (one.get("account") or {}).get("name", "")
        out.write(
            f"  {one['id']} {who} {one['noun']} {one['name']} {one.get('reason') or ''}".rstrip() + "\n"
        )
    return False


def _problems(file: str, problems: list[dict[str, Any]], mark: str, out: TextIO) -> None:
    for one in problems:
        out.write(f"{file}:{one['line']}: {one['path'] or '/'}: {mark}{one['message']}\n")


def _difference(one: dict[str, Any]) -> str:
    where = " ".join(part for part in (one["section"], one["name"]) if part)
    if one["before"] is None:
        return f"+ {where}\n"
    if one["after"] is None:
        return f"- {where}\n"
    lines = [
        f"    {key}: {_value(one['before'][key])} -> {_value(one['after'][key])}\n" for key in one["after"]
    ]
    return f"~ {where}\n" + "".join(lines)


def _value(value: Any) -> str:
    if value is None:
        return "(none)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
