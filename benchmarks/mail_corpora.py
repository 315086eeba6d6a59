"""How well mail is read: bounces known, quotes and signatures folded, nothing left unread, and how fast.

Run: python benchmarks/mail_corpora.py [FOLDER] [--json]. FOLDER holds the corpora (else AFFLUENT_DATA).
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from affluent.channels.email.automatic import may_answer
from affluent.channels.email.message import ParsedMail
from affluent.channels.email.parse import parse
from affluent.channels.email.quotes import fold

Figures = dict[str, dict[str, float]]
LATIN_END = "aliquet nec nec nibh."
LATIN = (*range(7, 15), 16, 17, 18, 22, 23)
EXPECTED = {
    "correct_sig": "this is an email with a correct -- signature.",
    "sig_no_empty_line": "this is an email with a signature with no empty line above.",
    "email_2_1": "Outlook with a reply",
    "email_3": "Oh thanks.\n\nHaving the function would be great.",
    "email_4": "Awesome! I haven't had another problem with it.",
    "email_6": "I get proper rendering as well.",
    "email_19": "On Thursday, I get proper rendering.",
    "email_20": "On Thursday.",
    "email_blackberry": "Here is another email",
    "email_iphone": "Here is another email",
    "email_multi_word_sent_from_my_mobile_device": "Here is another email",
    "email_sent_from_my_not_signature": (
        "Here is another email\n\nSent from my desk, is much easier then my mobile phone."
    ),
    "email_custom_quote_header": "Thank you!",
    "email_customer_quote_header_2": "Thank you very much.",
    "email_thread": "This is new email reply in thread from bellow.",
    "email_unquoted_reply": "This is my reply.",
    "email_w10_mail": "Great thanks Bort, going for a test now.\nBraxton",
}


def bounces(folder: Path) -> dict[str, list[bool]]:
    mails = [parse(path.read_bytes()) for path in sorted((folder / "bounces").glob("*.eml"))]
    return {
        "bounces: is_bounce": [one.is_bounce for one in mails],
        "bounces: is_bounce or is_auto_reply": [one.is_bounce or one.is_auto_reply for one in mails],
        "bounces: never answered by itself": [not may_answer(one) for one in mails],
    }


def fixtures(folder: Path) -> dict[str, list[bool]]:
    def was_read(mail: ParsedMail) -> bool:
        return not any(defect.startswith("unparsable") for defect in mail.defects)

    paths = [path for path in sorted((folder / "mail_fixtures").rglob("*")) if path.is_file()]
    return {"fixtures: read": [was_read(parse(path.read_bytes())) for path in paths]}


def replies(folder: Path) -> dict[str, list[bool]]:
    texts = folder / "email_replies" / "dev" / "EmailReplyParser"
    exact = [
        fold((texts / f"{name}.txt").read_text("utf-8")).new_text == own for name, own in EXPECTED.items()
    ]
    for number in LATIN:
        text = (texts / f"email_{number}.txt").read_text("utf-8")
        exact.append(fold(text).new_text == text[: text.index(LATIN_END) + len(LATIN_END)])
    return {"EmailReplyParser: new_text exact": exact}


def programs(folder: Path) -> dict[str, list[bool]]:
    mails = (folder / "email_replies/dev/talon/standard_replies").glob("*.eml")
    return {"talon replies: new_text exact": [parse(path.read_bytes()).new_text == "Hello" for path in mails]}


def signatures(folder: Path) -> dict[str, list[bool]]:
    exact: list[bool] = []
    for path in sorted((folder / "email_replies/dev/talon/signature/emails/stripped").glob("*_body")):
        stem = str(path).removesuffix("_body")
        expected = Path(f"{stem}_signature").read_text("utf-8").replace("#sig#", "").strip()
        sender = Path(f"{stem}_sender").read_text("utf-8").strip().split("@")[0]
        found = fold(path.read_text("utf-8").replace("#sig#", ""), sender_name=sender).signature
        exact.append((found or "").strip() == expected)
    return {"talon signatures: exact": exact}


MEASURES: tuple[Callable[[Path], dict[str, list[bool]]], ...] = (
    bounces,
    fixtures,
    replies,
    programs,
    signatures,
)


def measured(folder: Path) -> Figures:
    """Measure -> right, of, share, milliseconds a mail (one run, reading the files included)."""
    out: Figures = {}
    for measure in MEASURES:
        begin = time.perf_counter()
        results = measure(folder)
        took_ms = 1_000 * (time.perf_counter() - begin)
        for name, right in results.items():
            count = max(1, len(right))
            out[name] = {
                "right": sum(right),
                "of": len(right),
                "share": sum(right) / count,
                "ms": took_ms / count,
            }
    return out


def main() -> int:
    names = [word for word in sys.argv[1:] if not word.startswith("--")]
    folder = Path(names[0] if names else os.environ.get("AFFLUENT_DATA", "../shared/data"))
    if not folder.is_dir():
        print(f"no corpora at {folder}: name their folder, or set AFFLUENT_DATA", file=sys.stderr)
        return 2
    figures = measured(folder)
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=2))
        return 0
    print(f"{'corpus':<42}{'right':>7}{'of':>6}{'share':>9}{'ms each':>9}")
    for name, one in figures.items():
        print(f"{name:<42}{one['right']:>7.0f}{one['of']:>6.0f}{one['share']:>9.1%}{one['ms']:>9.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
