"""Words that people type into a search, as a query of the database."""

import re
from dataclasses import dataclass
from typing import Any, LiteralString

from affluent.storage.database import Conn

TERMS_MAX = 12
PREFIX_CHARS_MIN = 2
_PHONE = re.compile(r"(?:\+|0)(?:[\s().\-/\u00a0\u202f]*[0-9]){5,15}")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True, slots=True)
class Asked:
    """`query` is a tsquery's text; `words` are the folded ones to highlight; `number` may name a contact."""

    query: str
    words: tuple[str, ...]
    number: int | None


def asked(conn: Conn, text: str) -> Asked | None:
    """The query for what was typed; None when it holds no word.

    All terms must be there. A word is found by its beginning or by its stem in French or English; several words
    within quotes, or joined by marks as in an order number or an address, stand next to each other; `-word` must
    not be there.
    """
    terms = [(bool(minus), quoted or bare) for minus, quoted, bare in _TERM.findall(text)][:TERMS_MAX]
    if not terms:
        return None
    rows = conn.execute(
        "select affluent_plain(term) as plain from unnest(%s::text[]) with ordinality as t (term, at) order by at",
        ([term for _, term in terms],),
    ).fetchall()
    known = [
        (minus, row["plain"].split()) for (minus, _), row in zip(terms, rows, strict=True) if row["plain"]
    ]
    if not known:
        return None
    stops = _stop_words(conn, [words[0] for _, words in known if len(words) == 1])
    weighty = [(minus, words) for minus, words in known if len(words) > 1 or words[0] not in stops] or known
    query = _compose(conn, weighty)
    if _PHONE.fullmatch(text.strip()):
        query = f"{query} | '{re.sub('[^0-9]', '', text)[-9:]}':*"
    shown = tuple(dict.fromkeys(word for minus, words in weighty if not minus for word in words))
    number = text.strip().lstrip("#nN°º ")
    return Asked(
        query, shown, int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None
    )


def _stop_words(conn: Conn, words: list[str]) -> set[str]:
    """Words that say nothing in French or English; they count only when nothing else was typed."""
    rows = conn.execute(
        "select word from unnest(%s::text[]) as word where numnode(plainto_tsquery('french', word)) = 0"
        " or numnode(plainto_tsquery('english', word)) = 0",
        (words,),
    ).fetchall()
    return {row["word"] for row in rows}


_STEMMED: LiteralString = (
    "(to_tsquery('simple', {0}) || plainto_tsquery('french', {1}) || plainto_tsquery('english', {1}))"
)


def _compose(conn: Conn, terms: list[tuple[bool, list[str]]]) -> str:
    pieces: list[LiteralString] = []
    values: list[Any] = []
    for minus, words in terms:
        *before, last = (f"'{word}'" for word in words)
        last += ":*" if len(words[-1]) >= PREFIX_CHARS_MIN else ""
        exact = " <-> ".join([*before, last])
        if len(words) == 1:
            piece: LiteralString = _STEMMED.replace("{0}", "%s").replace("{1}", "%s")
            values += [exact, words[0], words[0]]
        else:
            piece = "to_tsquery('simple', %s)"
            values.append(exact)
        pieces.append(f"!!{piece}" if minus else piece)
    both: LiteralString = " && "
    row = conn.execute(f"select ({both.join(pieces)})::text as query", values).fetchone()
    assert row is not None
    return row["query"]
