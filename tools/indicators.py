"""Write the reference of indicators: docs/reference/indicators.md, from affluent.measure.

`--check` writes nothing and fails when the page is not what the definitions say.
"""

import sys
from pathlib import Path

from affluent.measure.definitions import DEFINITIONS, LOCALES, Definition, Words, words

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "indicators.md"

INTRODUCTION = """\
# Indicators · Indicateurs

`make diagrams` writes this page from `src/affluent/measure`, and a test holds the two equal. The same words stand
behind each figure of the page *Figures*, and the same functions count the board, the reports and single contacts.

## What a figure is made of

A row is a **stay**: a contact came to a queue, waited, was answered or not, was in an agent's hand, and left. A contact
that nobody hands on has one stay. `src/affluent/measure/outcomes.py` says what each column means, and
`measure/fold.py` makes the rows from the journal: thrown away and made again, they are the same.

- **Answered.** Chat, voice, video: a person took it; the first words they wrote are kept beside. E-mail, form, post: a
  person wrote the first answer. What the centre sends by itself never counts.
- **The clock of a target.** A queue's setting: around the clock, or in its opening hours (the default for written
  media). Waits are counted on the same clock, by the hours as they stood when the contact was queued, whatever they are
  changed to later: lunch breaks, public holidays and days apart are not waited.
- **A transfer** begins another stay, with its own target from that instant, in the other queue or, to a named agent, in
  the same one. Handed on before an answer, the answer is owed there and no longer here.
- **A contact that comes back to the line** because its agent went: unanswered, it is still owed from its first entry,
  once; answered, its second wait is no new claim.
- **A customer who comes back after the close** opens a new contact on the same request. The first stays as it was.
- **In hand.** For us to write, for the customer to write, wrap-up (from the last message to the close by an agent),
  each counted apart; sleep is none of them. The time of an agent who is offline, or away from a written contact, is not
  handling. Chats served at once count in full each: occupancy counts them once.
- **Spam and duplicates** count nowhere but in their own line, on every stay of the contact.
- **Not known yet** is left out: a wait still within its target, a close less than seven days old.
- **Days and hours** are those of the time zone of the opening hours: a day has 23 or 25 hours when clocks change.
- **Shares** pool as counts and come with a 95 % interval (Wilson). The threshold of short abandons is the setting
  of today and holds for all of history, so that months compare.
"""

LABELS = {
    "fr": ("Compte", "Écarte", "D’après"),
    "en": ("Counts", "Leaves out", "After"),
}
HEADINGS = {"fr": "## Les indicateurs", "en": "## The indicators"}


def entry(definition: Definition, said: Words, locale: str) -> str:
    """One indicator in words."""
    counts, excludes, source = LABELS[locale]
    return (
        f"**{said.name}** `{definition.key}`. *{said.question}*\n"
        f"*{counts}*: {said.counts} *{excludes}*: {said.excludes} *{source}*: {said.source}"
    )


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for locale in reversed(LOCALES):
        told = words(locale)
        parts += [HEADINGS[locale], *(entry(one, told[key], locale) for key, one in DEFINITIONS.items())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if current != page():
            print(f"{PAGE.name} is not what the definitions say: run `make diagrams`")
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
