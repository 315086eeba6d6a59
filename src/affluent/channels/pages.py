"""The look of a customer's page that needs no script and no sign-in: its address is its key."""

from html import escape

_STYLE = """
:root{color-scheme:light dark}
body{margin:0;font:17px/1.5 system-ui,sans-serif;
  background:light-dark(#edf0ee,#0c1211);color:light-dark(#14201e,#e6ecea)}
main{max-width:34rem;margin:12vh auto;padding:28px;background:light-dark(#fff,#141b1a);border-radius:10px}
h1{font-size:22px;margin:0 0 12px}
label{display:block;font-weight:600;margin:16px 0 4px}
input,select,button{font:inherit;min-height:44px;padding:8px 16px;border:1px solid light-dark(#7d8a86,#66746f);
  border-radius:6px;
  background:transparent;color:inherit;box-sizing:border-box}
input,select{width:100%}
.acts{display:flex;flex-wrap:wrap;gap:12px;margin-top:20px}
.go{background:light-dark(#0a5b66,#67c8c9);color:light-dark(#fff,#0c1211);border-color:transparent;font-weight:600}
.bad{color:light-dark(#ad211a,#ff9a8f)}
:focus-visible{outline:2px solid light-dark(#0a5b66,#67c8c9);outline-offset:2px}
"""
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
"""Its address opens it, so it is told to nobody and kept nowhere."""


def page(title: str, brand: str, body: str, language: str) -> str:
    """A whole page around `body`, which is markup of ours; all else is escaped."""
    named = " · ".join(one for one in (title, brand) if one)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(named)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(brand or title)}</h1>{body}</main></body></html>"
    )
