"""What the sender wrote this time, apart from what they quote and sign with.

The text itself stays whole: this only says where the folds go. One pass over classified lines, in linear
time.
"""

import re
from dataclasses import dataclass

from affluent.channels.email import attributions, signatures

LINES_MAX = 20_000
EMPTY, QUOTE, ANNOUNCE, BLOCK, RULED, RULE, MOBILE, TEXT = "eqabrdst"
_QUOTE = re.compile(r"^\s{0,4}(?:>|\|\s|﹥|＞)|^\s{0,3}&gt;")
_CUT_BRACKET = re.compile(r"^\s*>[^>]{0,40}[:：]\s*$")
_OPENING = {ANNOUNCE, BLOCK, RULED}


@dataclass(frozen=True, slots=True)
class Folded:
    """The parts of a text. Any may be empty; together with blank lines they are the whole."""

    new_text: str
    quoted: str | None = None
    signature: str | None = None


def fold(text: str, *, sender_name: str = "") -> Folded:
    """Folds `text`. Answers written between quoted lines keep those lines: alone they would make no sense."""
    lines = text.split("\n")
    if len(lines) > LINES_MAX:
        return Folded(text.strip())
    lines = _rejoined(lines)
    kinds = _classified(lines)
    if not any(kind in (TEXT, MOBILE) for kind in kinds):
        return _nothing_new(lines, kinds)
    below = _reply_below(lines, kinds)
    if below is not None:
        start, end = below
        own, signature = _unsigned(lines[start:end], kinds[start:end], sender_name)
        quoted = _joined(lines[:start] + lines[end:])
        return Folded(own, quoted, signature)
    cut = _quote_start(lines, kinds)
    own, signature = _unsigned(lines[:cut], kinds[:cut], sender_name)
    quoted = _joined(lines[cut:])
    if not own and quoted and not signature:
        return Folded(text.strip(), None, None) if _is_forward(lines) else Folded("", quoted, None)
    return Folded(own, quoted, signature)


def _joined(lines: list[str]) -> str | None:
    return "\n".join(lines).strip("\n").rstrip() or None


def _is_forward(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return attributions.is_forward(first) or attributions.label_kind(first) is not None


def _nothing_new(lines: list[str], kinds: list[str]) -> Folded:
    """Only a quote: a forwarded mail is itself the news, a bare quote is not."""
    whole = "\n".join(lines).strip()
    if QUOTE in kinds and (ANNOUNCE in kinds or RULED in kinds) and not _is_forward(lines):
        return Folded("", whole)
    return Folded(whole)


LOOKS_MAX = 2_000
"""More lines than this that end like an announcement of a quote, and the mail is no conversation."""


def _rejoined(lines: list[str]) -> list[str]:
    """Announcements that the sender's program wrapped over two to four lines become one line again."""
    out: list[str] = []
    looked = 0
    for at, line in enumerate(lines):
        if _CUT_BRACKET.match(line) and out and "<" in out[-1]:
            # "... <ana@example.com" then ">:" alone: the closing bracket looks like a quote mark.
            out[-1] = out[-1].rstrip() + line.strip()
        else:
            out.append(line)
        last = out[-1]
        if _QUOTE.match(last) or not last.strip() or attributions.label_kind(last) in ("to", "subject", "cc"):
            continue
        before_quote = _quote_follows(lines, at + 1)
        if looked == LOOKS_MAX or not attributions.may_end(last, before_quote=before_quote):
            continue
        looked += 1
        count = _wrapped(out, before_quote)
        if count > 1:
            out[-count:] = [" ".join(one.strip() for one in out[-count:])]
    return out


def _wrapped(out: list[str], before_quote: bool) -> int:
    """How many of the last lines belong to one wrapped announcement; 0 if the last line ends none."""
    joined = ""
    matched = 0
    for count in range(1, 5):
        if count > len(out):
            break
        line = out[-count]
        if not line.strip() or _QUOTE.match(line) or (count > 1 and len(line) > 160):
            break
        joined = f"{line.strip()} {joined}".strip()
        announced = attributions.is_sentence(joined, before_quote=before_quote)
        if announced and attributions.begins_sentence(line):
            return count
        if announced and (not matched or _continues(out[-count + 1], line)):
            matched = count
    return matched if matched == 1 or before_quote or joined.startswith("<") or _has_date(joined) else 0


def _continues(line: str, above: str) -> bool:
    """Whether an announcement that could stand alone from `line` on began on the line above."""
    return line.lstrip().startswith("<") or (_has_date(above) and not _has_date(line))


def _has_date(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= 4


def _quote_follows(lines: list[str], start: int) -> bool:
    for line in lines[start : start + 4]:
        if line.strip():
            return bool(_QUOTE.match(line))
    return False


def _classified(lines: list[str]) -> list[str]:
    kinds: list[str] = []
    block_until = 0
    for at, line in enumerate(lines):
        if at < block_until:
            kinds.append(BLOCK)
        elif not line.strip(" \t\u200b\u200e\u200f\ufeff\xa0"):
            kinds.append(EMPTY)
        elif _QUOTE.match(line):
            kinds.append(QUOTE)
        elif signatures.is_rule(line):
            kinds.append(RULE)
        elif signatures.is_mobile(line):
            kinds.append(MOBILE)
        elif attributions.is_ruled(line):
            kinds.append(RULED)
        elif attributions.label_kind(line) and (length := attributions.block_length(lines, at)):
            block_until = at + length
            kinds.append(BLOCK)
        elif attributions.is_sentence(line, before_quote=_quote_follows(lines, at + 1)):
            kinds.append(ANNOUNCE)
        else:
            kinds.append(TEXT)
    return _lazy(lines, kinds)


def _lazy(lines: list[str], kinds: list[str]) -> list[str]:
    """Quoted lines that a mail program broke lost their mark: one unmarked line between long quoted ones
    is quote.
    """
    for at in range(1, len(kinds) - 1):
        if (
            kinds[at] == TEXT
            and kinds[at - 1] == QUOTE
            and len(lines[at - 1]) >= 60
            and kinds[at + 1] == QUOTE
        ):
            kinds[at] = QUOTE
    return kinds


def _reply_below(lines: list[str], kinds: list[str]) -> tuple[int, int] | None:
    """(start, end) of an answer written wholly below the quote; None where it is elsewhere."""
    first = next((at for at, kind in enumerate(kinds) if kind != EMPTY), 0)
    if kinds[first] not in (ANNOUNCE, RULED) or QUOTE not in kinds:
        return None
    start = next((at for at in range(first, len(kinds)) if kinds[at] in (TEXT, MOBILE, RULE)), None)
    if start is None or kinds[start] == RULE or QUOTE not in kinds[first:start]:
        return None
    rest = kinds[start:]
    if QUOTE in rest or any(kind in _OPENING for kind in rest):
        return None
    return start, len(lines)


def _quote_start(lines: list[str], kinds: list[str]) -> int:
    """The line at which the trailing quote begins; the number of lines if there is none."""
    written = False
    for at, kind in enumerate(kinds):
        if kind in (TEXT, MOBILE):
            written = True
        elif kind in _OPENING and (written or kind != BLOCK) and _quoted_to_end(kinds, at):
            return at
    # No announcement: marked lines at the very end, before at most a signature.
    end = len(kinds)
    rule = next((at for at in range(len(kinds)) if kinds[at] == RULE and _is_tail(kinds, at)), end)
    at = rule
    while at > 0 and kinds[at - 1] in (EMPTY, QUOTE):
        at -= 1
    return at if QUOTE in kinds[at:rule] else end


def _quoted_to_end(kinds: list[str], at: int) -> bool:
    """Whether everything from the announcement at `at` is quote (and perhaps a signature under it)."""
    rest = kinds[at + 1 :]
    follow = next((kind for kind in rest if kind not in (EMPTY, RULE, RULED)), None)
    if follow is None:
        return True
    if follow != QUOTE:
        return kinds[at] in (BLOCK, RULED) or not _interleaved(rest)
    last_quote = len(rest) - 1 - rest[::-1].index(QUOTE)
    tail = rest[last_quote + 1 :]
    opening_inside = any(kind in (BLOCK, RULED) for kind in rest)
    if TEXT in rest[:last_quote] and not opening_inside:
        return _mostly_quote(rest[:last_quote])
    if TEXT not in tail:
        return True
    before = tail[: tail.index(TEXT)]
    return RULE in before or opening_inside


def _interleaved(rest: list[str]) -> bool:
    """Whether unmarked text after an announcement mixes with marked quotes that are followed by more text."""
    if QUOTE not in rest:
        return False
    last_quote = len(rest) - 1 - rest[::-1].index(QUOTE)
    return TEXT in rest[last_quote + 1 :] and ANNOUNCE not in rest


def _mostly_quote(kinds: list[str]) -> bool:
    """Broken lines inside a quote, not answers between quotes: no unmarked run stands between blank lines."""
    for at, kind in enumerate(kinds):
        if kind != TEXT:
            continue
        if (at and kinds[at - 1] == EMPTY) or (at + 1 < len(kinds) and kinds[at + 1] == EMPTY):
            return False
        if at and kinds[at - 1] == TEXT:
            return False
    return True


def _is_tail(kinds: list[str], at: int) -> bool:
    return sum(kind == TEXT for kind in kinds[at + 1 :]) <= signatures.LINES_UNDER_RULE_MAX


def _unsigned(lines: list[str], kinds: list[str], sender_name: str) -> tuple[str, str | None]:
    """(own words, signature) of lines without their trailing quote."""
    cut = signatures.start(lines, [kind == RULE for kind in kinds], sender_name)
    signature = _joined(lines[cut:])
    if signature and not any(line.strip() and not signatures.is_rule(line) for line in lines[cut:]):
        signature = None
    kept = [
        line
        for line, kind in zip(lines[:cut], kinds[:cut], strict=True)
        if kind not in (MOBILE, ANNOUNCE, RULED)
    ]
    while kept and (not kept[-1].strip() or signatures.is_rule(kept[-1])):
        kept.pop()
    own_kinds = set(kinds[:cut])
    if QUOTE in own_kinds and TEXT in own_kinds:
        while kept and (not kept[-1].strip() or _QUOTE.match(kept[-1])):
            kept.pop()
    mobile = [line.strip() for line, kind in zip(lines[:cut], kinds[:cut], strict=True) if kind == MOBILE]
    if mobile:
        signature = "\n".join([*mobile, signature] if signature else mobile)
    return "\n".join(kept).strip(), signature
