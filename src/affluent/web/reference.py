"""The reference of the API as a page of our own: made from its description, without anything from elsewhere."""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

PATH = "/docs/api"
_STYLE = """
:root{color-scheme:light dark;--ink:#14201e;--two:#3f4c49;--line:#d5dbd9;--ground:#edf0ee;--surface:#fff;
--accent:#0a5b66}
@media (prefers-color-scheme:dark){:root{--ink:#e6ecea;--two:#b6c1be;--line:#2c3735;--ground:#0c1211;--surface:#141b1a;
--accent:#67c8c9}}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--surface)}
main{max-width:960px;margin:0 auto;padding:20px}h1{font-size:22px}h2{font-size:18px;margin-top:28px;border-top:1px solid
var(--line);padding-top:20px}a{color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details{border-bottom:1px solid var(--line)}summary{padding:8px 0;cursor:pointer;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,monospace;font-size:13px}pre{background:var(--ground);padding:10px;overflow-x:auto}
.m{display:inline-block;min-width:58px;font-weight:600;color:var(--accent)}.s,p{color:var(--two)}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid
var(--line);vertical-align:top;overflow-wrap:anywhere}nav ul{columns:2;padding-left:18px}
"""


def add_reference(app: FastAPI) -> None:
    """The page `/docs/api`."""

    def page(request: Request) -> Response:
        return HTMLResponse(rendered(app.openapi()), headers={"Cache-Control": "no-cache"})

    app.router.add_route(PATH, page, methods=["GET"], include_in_schema=False)


def rendered(schema: Mapping[str, Any]) -> str:
    """The page for a description."""
    groups: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            group = (operation.get("tags") or ["Other"])[0]
            groups.setdefault(group, []).append(_operation(method.upper(), path, operation))
    hooks = [
        _operation("EVENT", kind, item["post"], events=True)
        for kind, item in schema.get("webhooks", {}).items()
    ]
    told = {one["name"]: one["description"] for one in schema.get("tags", ())}
    parts = [
        f"<h2 id='{escape(name)}'>{escape(name)}</h2><p>{escape(told.get(name, ''))}</p>{''.join(made)}"
        for name, made in groups.items()
    ]
    parts.append(f"<h2 id='Events'>Events</h2><p>What webhooks are sent.</p>{''.join(hooks)}")
    index = "".join(f"<li><a href='#{escape(name)}'>{escape(name)}</a></li>" for name in [*groups, "Events"])
    introduction = "".join(
        f"<p>{_marked(part)}</p>" for part in schema["info"].get("description", "").strip().split("\n\n")
    )
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>API · Affluent</title>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body><main><h1>The API of Affluent {escape(schema['info']['version'])}</h1>"
        f"{introduction}<p><a href='/api/v1/openapi.json'>OpenAPI description</a></p>"
        f"<nav aria-label='Parts'><ul>{index}</ul></nav>{''.join(parts)}</main></body></html>"
    )


def _marked(text: str) -> str:
    """Text whose `backticks` become code."""
    pieces = text.split("`")
    return "".join(f"<code>{escape(one)}</code>" if at % 2 else escape(one) for at, one in enumerate(pieces))


def _operation(method: str, path: str, operation: Mapping[str, Any], *, events: bool = False) -> str:
    body = operation.get("requestBody", {}).get("content", {})
    sent = _example("What is sent" if not events else "Body", body)
    answers: Mapping[str, Any] = operation.get("responses", {})
    good = next((answers[status] for status in sorted(answers) if status.startswith("2")), {})
    statuses = ", ".join(f"{status} {answers[status].get('description', '')}" for status in sorted(answers))
    summary = (
        f"<span class='m'>{escape(method)}</span> <code>{escape(path)}</code>"
        f" <span class='s'>{escape(operation.get('summary', ''))}</span>"
    )
    return (
        f"<details id='{escape(operation.get('operationId', ''))}'><summary>{summary}</summary>"
        f"<p>{_marked(operation.get('description', ''))}</p>{_parameters(operation.get('parameters', ()))}{sent}"
        f"{'' if events else _example('Answer', good.get('content', {}))}<p>Answers: {escape(statuses)}.</p></details>"
    )


def _parameters(parameters: Iterable[Mapping[str, Any]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
        f"<td>{_marked(one.get('description', ''))}</td></tr>"
        for one in parameters
    )
    head = "<tr><th scope='col'>Parameter</th><th scope='col'>In</th><th scope='col'>Meaning</th></tr>"
    return f"<table>{head}{lines}</table>" if lines else ""


def _example(title: str, content: Mapping[str, Any]) -> str:
    example = content.get("application/json", {}).get("example")
    if example is None:
        return ""
    text = json.dumps(example, ensure_ascii=False, indent=2)
    return f"<h3>{title}</h3><pre tabindex='0'>{escape(text)}</pre>"
