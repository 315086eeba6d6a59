"""Headers: RFC 2047 words, addresses, dates, identifiers, parameters. Nothing here raises on bad input."""

import base64
import binascii
import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from affluent.channels.email.charsets import clean, decode, from_header
from affluent.channels.email.message import Address

_WORD = re.compile(r"=\?([\w.:+-]+)(?:\*[\w-]*)?\?([bBqQ])\?(.{0,1000}?)\?=", re.ASCII)
_BETWEEN = re.compile(r"\s*")
_FOLD = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,990}>")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"@]{1,320}@[^\s<>()\",;:@]{1,255}")
_HEADER_MAX = 100_000
_DECODED_MAX = 20_000
_ADDRESSES_MAX = 2_000


def raw_values(message: Message, name: str) -> list[str]:
    """Every value of header `name`, undecoded but as text, in order."""
    wanted = name.lower()
    return [from_header(str(value)) for key, value in message.raw_items() if str(key).lower() == wanted]


def first(message: Message, name: str) -> str:
    """The first value of header `name`, unfolded and undecoded; empty if there is none."""
    values = raw_values(message, name)
    return unfold(values[0]) if values else ""


def unfold(value: str) -> str:
    """One line: a fold becomes one space."""
    return _FOLD.sub(" ", value[:_HEADER_MAX]).strip()


def decoded(value: str) -> str:
    """`value` unfolded, with RFC 2047 words decoded; words that share a charset are joined before
    decoding.
    """
    value = unfold(value[:_DECODED_MAX])
    out: list[str] = []
    pending: list[tuple[str, str]] = []
    charset = ""
    at = 0
    for word in _WORD.finditer(value):
        gap = value[at : word.start()]
        if pending and (not _BETWEEN.fullmatch(gap) or word[1].lower() != charset):
            out.append(decode(_joined(pending), charset, []))
            pending = []
        if not (_BETWEEN.fullmatch(gap) and at and _ended_by_word(value, at)):
            out.append(gap)
        charset = word[1].lower()
        pending.append((word[2].lower(), word[3]))
        at = word.end()
    if pending:
        out.append(decode(_joined(pending), charset, []))
    out.append(value[at:])
    return clean("".join(out)).replace("\n", " ").strip()


def _ended_by_word(value: str, at: int) -> bool:
    return value[max(0, at - 2) : at] == "?="


def _joined(words: list[tuple[str, str]]) -> bytes:
    """The bytes of neighbouring words; some programs cut base64 in the middle of a group of four."""
    whole: list[tuple[str, str]] = []
    for encoding, text in words:
        if whole and encoding == whole[-1][0] == "b" and len(whole[-1][1]) % 4 and "=" not in whole[-1][1]:
            whole[-1] = ("b", whole[-1][1] + text)
        else:
            whole.append((encoding, text))
    return b"".join(_word_bytes(encoding, text) for encoding, text in whole)


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding == "b":
        return lenient_base64(text.encode("utf-8", "surrogateescape"))
    return binascii.a2b_qp(text.replace("_", " ").encode("utf-8", "surrogateescape"))


def lenient_base64(content: bytes) -> bytes:
    """Base64 with foreign characters, missing padding, or several padded runs one after the other."""
    out: list[bytes] = []
    for run in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", content)):
        usable = run if len(run) % 4 != 1 else run[:-1]
        if usable:
            out.append(base64.b64decode(usable + b"=" * (-len(usable) % 4)))
    return b"".join(out)


def identifiers(value: str) -> list[str]:
    """Message identifiers with their brackets, in order, each once."""
    found = _IDENTIFIER.findall(unfold(value))
    if not found:
        bare = unfold(value).split()
        found = (
            [f"<{word.strip('<>')}>" for word in bare if "@" in word and word.strip("<>")]
            if len(bare) < 50
            else []
        )
    return [clean(one) for one in dict.fromkeys(found)]


def date_ms(value: str) -> int | None:
    """A Date header as milliseconds since the epoch; no zone counts as UTC. None if it cannot be read."""
    value = unfold(value)[:200]
    try:
        parts = parsedate_tz(value)
        if parts is not None:
            moment = datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)
            return round((moment.timestamp() - (parts[9] or 0)) * 1_000)
    except (ValueError, OverflowError, TypeError, IndexError):
        pass
    try:
        moment = datetime.fromisoformat(value)
        return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000)
    except (ValueError, OverflowError):
        return None


def iso_utc(at_ms: int | None) -> str | None:
    """ISO 8601 in UTC, to the second; None outside years 1 to 9999."""
    if at_ms is None:
        return None
    try:
        return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, OverflowError, OSError):
        return None


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an address header: groups flattened, comments and bad quoting survived."""
    found: list[Address] = []
    carried = ""
    for piece in _pieces(unfold(value)):
        whole = f"{carried}, {piece}" if carried else piece
        one = _mailbox(whole)
        if one is None:
            # "Doe, John <j@example.com>" without quotes: the piece belongs to the next one.
            carried = whole if len(whole) < 200 else ""
            continue
        carried = ""
        found.append(one)
        if len(found) >= _ADDRESSES_MAX:
            break
    return tuple(found)


def _pieces(value: str) -> list[str]:
    """Cut at commas, semicolons and group colons that are outside quotes, comments and brackets."""
    pieces: list[str] = []
    start, quoted, angle, depth, skip = 0, False, False, 0, False
    if value.count('"') % 2:
        value = value.replace('"', " ")
    for at, character in enumerate(value):
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif character == '"' and depth == 0:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth and ")" in value[at : at + 500]:
            continue
        elif character in "<>":
            angle = character == "<"
        elif character in ",;" and not (angle and ">" in value[at : at + 500]):
            pieces.append(value[start:at])
            start, angle, depth = at + 1, False, 0
        elif character == ":" and not angle and _is_group(value[start:at]):
            start = at + 1
    pieces.append(value[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def _is_group(name: str) -> bool:
    return "@" not in name and name.strip().lower() != "mailto"


def _mailbox(piece: str) -> Address | None:
    bracketed = re.search(r"<([^<>]*)>[^<>]*$", piece)
    if bracketed:
        name, written = piece[: bracketed.start()], bracketed[1].strip()
        written = (
            written.rsplit(":", 1)[-1] if written.startswith("@") else re.sub(r"(?i)^mailto:", "", written)
        )
        if "@" not in written:
            inner = _ADDRESS.search(decoded(written)) or _ADDRESS.search(decoded(name))
            if inner is None and not written:
                return None
            written = inner[0] if inner else decoded(written)
        return Address(_display(name), clean(_without_spaces(written)))
    comment = re.search(r"\(([^()]*)\)\s*$", piece)
    bare = re.sub(r"\([^()]*\)", " ", piece)
    found = _ADDRESS.search(bare) or _ADDRESS.search(decoded(bare))
    if found is None:
        quoted_local = re.search(r'"[^"]{1,300}"@[^\s<>,;]{1,255}', piece)
        if quoted_local is None:
            return None
        return Address("", clean(quoted_local[0]))
    name = decoded(bare).replace(found[0], " ")
    return Address(_display(name) or (_display(comment[1]) if comment else ""), clean(found[0]))


def _display(name: str) -> str:
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1]
    name = re.sub(r"\\(.)", r"\1", name).replace('"', "")
    return " ".join(decoded(name).split()).strip("' ")


def _without_spaces(written: str) -> str:
    return written if written.startswith('"') else re.sub(r"\s+", "", written)


def parameter(message: Message, header: str, name: str) -> str | None:
    """A parameter of a structured header, RFC 2231 and RFC 2047 decoded; None if absent."""
    value = first(message, header)
    pattern = re.compile(
        rf";\s*{re.escape(name)}(?:\*(\d{{1,3}}))?(\*)?\s*=\s*(\"(?:[^\"\\]|\\.)*\"|"
        rf"[^;\s]+(?:[ \t]+[^;=\s]+(?=\s*(?:;|$)))*)",
        re.IGNORECASE,
    )
    plain: str | None = None
    parts: list[tuple[int, bool, str]] = []
    for found in pattern.finditer(value):
        text = found[3]
        if text.startswith('"'):
            text = re.sub(r"\\([\"\\])", r"\1", text[1:-1])
        if found[1] is None and not found[2]:
            plain = text if plain is None else plain
        else:
            parts.append((int(found[1] or 0), bool(found[2]), text))
    if parts:
        return _extended(sorted(parts))
    return None if plain is None else decoded(plain)


def _extended(parts: list[tuple[int, bool, str]]) -> str:
    charset = None
    content: list[bytes] = []
    for position, (_, encoded, text) in enumerate(parts):
        rest = text
        if encoded and position == 0 and text.count("'") >= 2:
            charset, _, rest = text.split("'", 2)
        content.append(unquote_to_bytes(rest) if encoded else rest.encode("utf-8", "surrogateescape"))
    return clean(decode(b"".join(content), charset or "utf-8", []))


def filename(message: Message) -> str | None:
    """The name a part gives itself, reduced to one harmless path component; None if it gives none."""
    name = parameter(message, "content-disposition", "filename") or parameter(message, "content-type", "name")
    if not name:
        return None
    last = re.split(r"[/\\]", name)[-1]
    last = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", last).strip(" .") or "unnamed"
    if len(last) > 200:
        stem, dot, suffix = last.rpartition(".")
        last = f"{stem[:180]}{dot}{suffix[:19]}" if dot else last[:200]
    return last
