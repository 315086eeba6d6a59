"""A menu with every kind of step, and what it is played with."""

from affluent.centre.hours import Hours
from affluent.centre.menus.checking import Known, KnownQueue, check_menu
from affluent.centre.menus.reading import read_menu
from affluent.centre.menus.turns import Menu
from affluent.routing.document import DocumentError

MONDAY_10_MS = 1_700_474_400_000  # 2023-11-20T10:00Z
MONDAY_22_MS = MONDAY_10_MS + 12 * 3_600_000
HOURS = Hours.of({"timezone": "UTC", "weekly": {"mon": [["08:00", "19:00"]]}})

TEXT = """\
version: 1
languages: [fr, en]
start: hours
human: people
tries: 3
patience: 5s
steps:
  hours: {kind: hours, hours: Office, open: language, closed: shut}
  language:
    kind: language
    prompt: {fr: "Pour le français, tapez 1.", en: "For English, press 2."}
    keys: {"1": fr, "2": en}
    next: who
  who:
    kind: identify
    prompt: {fr: Votre numéro de client, en: Your customer number}
    next: motive
  motive:
    kind: choose
    prompt: {fr: "Facture 1, panne 2, commande 3", en: "Bill 1, fault 2, order 3"}
    keys:
      "1": {to: bill, motive: Billing}
      "2": known
      "3": order
  bill:
    kind: answer
    prompt: {fr: Elle part le 5., en: It leaves on the 5th.}
    next: known
  known: {kind: problems, told: wait, next: wait}
  order:
    kind: collect
    prompt: {fr: Numéro de commande, en: Order number}
    save_as: order
    next: wait
  wait:
    kind: wait
    queue: Calls
    prompt: {fr: "Rappel 1, message 2", en: "Callback 1, message 2"}
    keys: {"1": back, "2": link}
    next: people
  back: {kind: callback, queue: Calls, otherwise: people}
  link: {kind: link, channel: Chat, next: bye, otherwise: people}
  people: {kind: queue, queue: Calls}
  shut: {kind: say, whole: true, prompt: {fr: Fermé, en: Closed}, next: message}
  message: {kind: voicemail, queue: Calls, prompt: {fr: Parlez, en: Speak}}
  bye: {kind: goodbye, prompt: {fr: Au revoir, en: Goodbye}}
"""

KNOWN = Known(
    brand_id=1,
    brand_language="fr",
    queues=(
        KnownQueue(7, "Calls", 1, True),
        KnownQueue(8, "Chats", 1, False),
        KnownQueue(9, "Other", 2, True),
    ),
    motives={"Billing": 3},
    hours={"Office": 4},
    channels={"Chat": 5},
    recordings={"hello": {"fr": 11}},
)


def problems(text: str) -> list[tuple[str, str, int]]:
    """What is wrong with a text: codes, places, lines."""

    try:
        menu, lines = read_menu(text)
    except DocumentError as wrong:
        return [(one.code, one.path, one.line) for one in wrong.problems]
    return [(one.code, one.path, one.line) for one in check_menu(menu, KNOWN, lines)]


def ready(text: str = TEXT) -> Menu:
    """A menu ready to be played."""
    return Menu(
        1,
        1,
        read_menu(text)[0],
        queues={"Calls": 7},
        motives={"Billing": 3},
        channels={"Chat": 5},
        hours={"Office": HOURS},
        recordings=KNOWN.recordings,
    )
