"""HTML bodies: cleaned for display, remote images held back, and read as text where no plain part came."""

import html as entities
import re
from html.parser import HTMLParser

import nh3

HTML_CHARACTERS_MAX = 2_000_000
DEPTH_MAX = 1_500
"""Deeper nesting than any mail program writes; the cleaner's time grows with the square of the depth."""

_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-right",
    "border-style", "border-top", "border-width", "color", "direction", "font-family", "font-size",
    "font-style",
    "font-weight", "height", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-width", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "text-indent", "vertical-align", "white-space", "width",
}  # fmt: skip
_TAGS = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite",
    "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2",
    "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u",
    "ul", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "blockquote": {"type"},
    "font": {"color", "face", "size"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "height", "rowspan", "width"},
    "th": {"bgcolor", "colspan", "height", "rowspan", "width"},
    "tr": {"bgcolor"},
}
_DROPPED_WHOLE = {
    "head",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "style",
    "svg",
    "template",
    "title",
}
_OPEN = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_VOID = {
    "br",
    "hr",
    "img",
    "wbr",
    "meta",
    "link",
    "input",
    "col",
    "area",
    "base",
    "embed",
    "source",
    "track",
    "param",
}
_BLOCKS = {
    "address", "blockquote", "center", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr",
    "li", "ol", "p", "pre", "table", "tr", "ul",
}  # fmt: skip
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table"}
_IMAGE_DATA = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel|ftp):", re.IGNORECASE)


def cleaned(html: str, defects: list[str]) -> tuple[str, bool]:
    """(harmless HTML, whether remote images were held back).

    No script, form, frame, style sheet or event handler survives. Images of the mail itself (`cid:`) stay,
    images of the network keep their address in `data-src`, for the day the reader asks.
    """
    if len(html) > HTML_CHARACTERS_MAX:
        defects.append("html_cut")
        html = html[:HTML_CHARACTERS_MAX]
    if _depth(html) > DEPTH_MAX:
        defects.append("html_too_deep")
        text = entities.escape(re.sub(r"<[^>]*>", " ", html), quote=False)
        return f"<pre>{text}</pre>", False
    safe = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "tel", "ftp", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=_STYLES,
    )
    writer = _Images()
    writer.feed(safe)
    writer.close()
    return "".join(writer.out), writer.held_back


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    value = value.strip()
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute == "src" and value.lower().startswith("data:"):
        return value if _IMAGE_DATA.match(value) else None
    if attribute == "style" and "url" in value.lower():
        return None
    return value


def _depth(html: str) -> int:
    depth = deepest = 0
    for tag in _OPEN.finditer(html):
        if tag[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Images(HTMLParser):
    """Writes cleaned HTML again, with the `src` of remote images renamed. Its input is well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.held_back = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = [tag]
        for name, value in attrs:
            attribute = name
            if tag == "img" and name == "src" and not (value or "").lower().startswith(("cid:", "data:")):
                if not _REMOTE.match(value or ""):
                    # A mail has no place of its own: such an address would be one of our pages.
                    continue
                attribute, self.held_back = "data-src", True
            written.append(f'{attribute}="{entities.escape(value or "")}"')
        self.out.append(f"<{' '.join(written)}>")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


class _Reader(HTMLParser):
    """Collects lines of text; a quoted block gets `> ` before each line, as in plain mail."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._end()
            return
        if tag in _BLOCKS:
            self._end_if_any()
            if tag in _PARAGRAPHS:
                self._blank()
        if tag == "blockquote":
            self._blank()
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
        elif tag == "li":
            self.line.append("- ")
        elif tag == "hr":
            self.line.append("-" * 32)
            self._end()
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_if_any()
            if tag in _PARAGRAPHS:
                self._blank()
        if tag == "blockquote" and self.quotes:
            self._drop_blanks()
            self.quotes -= 1
            self._blank()
        elif tag == "pre" and self.pre:
            self.pre -= 1

    def handle_data(self, data: str) -> None:
        if self.pre:
            first, *rest = data.split("\n")
            self.line.append(first)
            for line in rest:
                self._end()
                self.line.append(line)
            return
        self.line.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _end(self) -> None:
        text = "".join(self.line).replace("\xa0", " ")
        text = text.rstrip() if self.pre else re.sub(r" {2,}", " ", text).strip()
        depth = min(self.quotes, 20)
        self.lines.append((">" * depth + (" " + text if text else "")) if depth else text)
        self.line = []

    def _end_if_any(self) -> None:
        if "".join(self.line).strip():
            self._end()
        else:
            self.line = []

    def _blank(self) -> None:
        self._end_if_any()
        if self.lines and self.lines[-1].strip("> "):
            self._end()

    def _drop_blanks(self) -> None:
        while self.lines and self.lines[-1].startswith(">") and not self.lines[-1].strip("> "):
            self.lines.pop()

    def text(self) -> str:
        self._end_if_any()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def as_text(clean_html: str) -> str:
    """The text of HTML that `cleaned` returned, with quotes marked as plain mail marks them."""
    reader = _Reader()
    reader.feed(clean_html)
    reader.close()
    return reader.text()
