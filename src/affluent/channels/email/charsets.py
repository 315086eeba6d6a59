"""Bytes to text, whatever the message claims about its charset."""

import codecs
import re

# What mail programs write, and what they mean (WHATWG encoding standard, plus names seen in the wild).
_MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "cp1255", "iso-8859-8-e": "cp1255", "iso-8859-8": "cp1255", "logical": "cp1255",
    "iso-8859-6-i": "iso8859-6", "iso-8859-6-e": "iso8859-6",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030",
    "gb2312_charset": "gb18030", "chinesebig5": "big5hkscs", "big5": "big5hkscs", "x-big5": "big5hkscs",
    "hz-gb-2312": "hz", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp", "unicode-1-1-utf-7": "utf-7", "unicode-1-1-utf-8": "utf-8", "utf8mb4": "utf-8",
    "x-utf-8": "utf-8", "unicode": "utf-16", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ce": "mac_latin2", "x-cp1250": "cp1250",
    "x-cp1251": "cp1251", "x-cp1252": "cp1252", "win-1251": "cp1251", "win-1252": "cp1252",
    "x-windows-949": "cp949", "koi8": "koi8_r",
}  # fmt: skip
# Codecs of Python that are no charsets: some run code-like escapes, some take quadratic time on hostile
# input.
_NEVER = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_SHIFT = re.compile(rb"(\x1b\$[@B]|\x1b\([BJI])")
_HIGH = re.compile(rb"[\x80-\xff]")


def codec_of(charset: str | None) -> str | None:
    """The Python codec meant by `charset`, or None if there is no such charset."""
    if not charset:
        return None
    name = charset.strip().strip("\"'").lower()
    name = _MEANT.get(name, name)
    if re.fullmatch(r"cp-\d+|windows-?\d+|ms-?\d+", name):
        name = "cp" + re.sub(r"\D", "", name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    # _is_text_encoding is how the standard library itself tells charsets from transforms such as base64.
    if not getattr(found, "_is_text_encoding", True) or found.name in _NEVER:
        return None
    return found.name


def decode(content: bytes, charset: str | None, defects: list[str]) -> str:
    """Text of `content`. Never raises; a wrong or unknown charset is noted in `defects`."""
    if content.startswith(codecs.BOM_UTF8):
        return content.decode("utf-8-sig", "replace")
    codec = codec_of(charset)
    if charset and codec is None:
        defects.append("unknown_charset")
    if codec in (None, "cp1252") and _HIGH.search(content):
        text = _secretly_utf8(content, charset, codec, defects)
        if text is not None:
            return text
    if codec and codec.startswith("iso2022_jp"):
        return _shifted(content)
    for candidate in (codec, "utf-8"):
        if candidate is None:
            continue
        try:
            return content.decode(candidate)
        except (UnicodeError, ValueError):
            if candidate == codec and "wrong_charset" not in defects:
                defects.append("wrong_charset")
    if codec not in (None, "utf-8", "cp1252"):
        return content.decode(codec, "replace")
    return content.decode("cp1252", "replace") if codec != "utf-8" else _mixed(content)


def _secretly_utf8(content: bytes, charset: str | None, codec: str | None, defects: list[str]) -> str | None:
    """The text if 8-bit content declared ASCII, Latin-1 or nothing is really UTF-8, else None."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    declared = (charset or "").strip().lower()
    if declared and "ascii" not in declared and codec is not None and _looks_latin(text):
        return None
    if declared and codec is not None:
        defects.append("wrong_charset")
    return text


def _shifted(content: bytes) -> str:
    """ISO-2022-JP as it is written: with the vendors' extra characters that the strict codec refuses."""
    try:
        return content.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        pass
    out: list[str] = []
    wide = False
    for run in _SHIFT.split(content):
        if _SHIFT.fullmatch(run):
            wide = run.startswith(b"\x1b$")
        elif wide:
            out.append(bytes(byte | 0x80 for byte in run).decode("euc_jis_2004", "replace"))
        else:
            out.append(run.decode("utf-8", "replace"))
    return "".join(out)


def _looks_latin(text: str) -> bool:
    """Whether UTF-8 reading gives characters that Latin-1 mail would hardly spell by accident (control
    codes).
    """
    return any("\x80" <= character <= "\x9f" for character in text)


def _mixed(content: bytes) -> str:
    """UTF-8 with stray 8-bit bytes: keep the good sequences, read the few strays as Windows-1252 where
    most are.
    """
    text = content.decode("utf-8", "replace")
    if text.count("�") * 4 > max(1, len(_HIGH.findall(content))) * 3:
        return content.decode("cp1252", "replace")
    return text


def from_header(value: str) -> str:
    """A raw header string, whose 8-bit bytes came through as surrogates, as text."""
    try:
        value.encode("ascii")
        return value
    except UnicodeEncodeError:
        return decode(value.encode("utf-8", "surrogateescape"), None, [])


def clean(text: str) -> str:
    """`text` that a database and a JSON reader accept: no NUL, no lone surrogate, line ends as newline."""
    return _UNSAFE.sub(
        lambda found: "" if found[0] == "\x00" else "�", text.replace("\r\n", "\n").replace("\r", "\n")
    )
