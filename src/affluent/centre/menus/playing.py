"""The interpreter of a voice menu. Pure: what was heard in, what to say and do out.

Whatever is heard at any time, a turn has acts, and the last one says how it goes on: keys, a question to the centre,
or an end. Who presses nothing comes to an end; who presses for ever is put through to a person.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from affluent.centre.hours import is_open
from affluent.centre.menus import document as doc
from affluent.centre.menus import turns
from affluent.centre.menus.document import Language
from affluent.centre.menus.graph import LISTENING
from affluent.centre.menus.phrases import PHRASES, solved
from affluent.centre.menus.turns import Caller, Menu, Place, Said, StepTaken, Turn

ENTERED_MAX = 120
"""Steps after which a caller is taken to a person, whatever the menu says."""
END_KEY = "#"
BETWEEN_DIGITS_MS = 4_000
Onward = tuple[str, str]
"""The next step, and the choice that led there."""


def begin(menu: Menu, caller: Caller, now_ms: int) -> Turn:
    """The first turn of a call."""
    return _Walk(menu, caller, now_ms, Place("", _language(menu, caller))).go(menu.document.start, "start")


def hear(menu: Menu, at: Place, said: Said, caller: Caller, now_ms: int) -> Turn:
    """The turn that follows what was heard. What nobody asked for counts as nothing heard."""
    walk = _Walk(menu, caller, now_ms, replace(at, asked=""))
    step = menu.document.steps.get(at.step)
    if step is None:
        # Another version was published in between, without this step.
        return walk.go(menu.document.human, "lost")
    if at.asked:
        answered = said.value if isinstance(said, turns.Answer) and said.name == at.asked else None
        return walk.on(walk.answered(step, answered))
    text = said.text if isinstance(said, turns.Digits) else ""
    return walk.on(walk.pressed(step, text))


def _language(menu: Menu, caller: Caller) -> Language:
    for language in menu.document.languages:
        if language == caller.language:
            return language
    return menu.document.languages[0]


class _Walk:
    """One turn as it comes to be."""

    def __init__(self, menu: Menu, caller: Caller, now_ms: int, place: Place) -> None:
        self._menu = menu
        self._document = menu.document
        self._caller = caller
        self._now_ms = now_ms
        self._place = place
        self._steps: list[StepTaken] = []
        self._acts: list[turns.Act] = []

    def on(self, following: Turn | Onward) -> Turn:
        return following if isinstance(following, Turn) else self.go(*following)

    def go(self, name: str, choice: str) -> Turn:
        """Walks from step to step until something must be heard, or it ends."""
        following: Turn | Onward = (name, choice)
        while not isinstance(following, Turn):
            name, choice = following
            entered = self._place.entered + 1
            if entered == ENTERED_MAX:
                name, choice = self._document.human, "lost"
            self._place = replace(self._place, step=name, tries=0, asked="", entered=entered)
            self._steps.append(StepTaken(name, choice))
            if entered >= 2 * ENTERED_MAX:
                return self._end(turns.ToQueue(None, self._place.motive_id, self._place.collected))
            following = self._enter(self._document.steps[name])
        return following

    # A step is entered

    def _enter(self, step: doc.Step) -> Turn | Onward:
        match step:
            case doc.Say():
                self._say(step.prompt, whole=step.whole)
                return step.next, "next"
            case doc.Choose() | doc.Collect() | doc.SelfAnswer():
                return self._put(step)
            case doc.Identify():
                known = self._place.customer_id is not None or self._caller.customer_id is not None
                return (step.known or step.next, "known") if known else self._put(step)
            case doc.ChooseLanguage():
                known = step.ask == "unknown" and self._caller.language in self._document.languages
                return (step.next, "next") if known else self._put(step)
            case doc.OpenHours():
                if is_open(self._menu.hours[step.hours], self._now_ms):
                    return step.open, "open"
                self._place = replace(self._place, closed=True)
                return step.closed, "closed"
            case doc.Problems():
                return self._ask("problems", motive_id=self._place.motive_id, queue_id=None)
            case doc.Wait():
                return self._ask("wait", queue_id=self._menu.queues[step.queue])
            case doc.Link():
                return self._ask("link", channel_id=self._menu.channels[step.channel])
            case doc.Callback() | doc.ToQueue() | doc.Voicemail() | doc.Goodbye():
                return self._finish(step)

    def _finish(self, step: doc.Callback | doc.ToQueue | doc.Voicemail | doc.Goodbye) -> Turn | Onward:
        place = self._place
        match step:
            case doc.ToQueue():
                self._say(step.prompt)
                queue_id = None if step.queue is None else self._menu.queues[step.queue]
                return self._end(turns.ToQueue(queue_id, self._motive(step.motive), place.collected))
            case doc.Callback():
                if not self._caller.from_number:
                    return step.otherwise, "withheld"
                self._say(step.prompt)
                queue_id = self._menu.queues[step.queue]
                return self._end(turns.OfferCallback(queue_id, self._motive(step.motive), place.collected))
            case doc.Voicemail():
                self._say(step.prompt)
                return self._end(
                    turns.Voicemail(self._menu.queues[step.queue], place.motive_id, place.collected)
                )
            case doc.Goodbye():
                self._say(step.prompt)
                served = bool(self._steps) and self._steps[-1].choice == "solved"
                return self._end(turns.HangUp("served" if served else "closed" if place.closed else "ended"))

    # Keys are heard

    def pressed(self, step: doc.Step, text: str) -> Turn | Onward:
        """`text` is empty when nothing was heard."""
        if text == self._document.human_key and step.kind in LISTENING:
            return self._document.human, "person"
        match step:
            case doc.Choose():
                return self._by_key(step.keys, text) or self._again(step, text, step.otherwise)
            case doc.Collect():
                return self._collected(step, text)
            case doc.Identify():
                if len(text) >= step.least:
                    return self._ask("customer", digits=text[: step.most])
                return self._again(step, text, step.next, "unknown")
            case doc.ChooseLanguage():
                chosen = step.keys.get(text)
                if chosen is None and text and self._place.tries == 0:
                    return self._again(step, text, step.next, "next")
                self._place = replace(self._place, language=chosen or self._place.language)
                return step.next, "next"
            case doc.SelfAnswer():
                if text != step.solved:
                    return step.next, "unsolved"
                if step.after is not None:
                    return step.after, "solved"
                self._phrase("thanks")
                return self._end(turns.HangUp("served"))
            case doc.Wait():
                return self._by_key(step.keys, text) or (step.next, "next")
            case _:
                raise AssertionError(f"nothing is heard at a step of the kind {step.kind}")

    def _by_key(self, keys: dict[str, doc.Choice], text: str) -> Onward | None:
        choice = keys.get(text)
        if choice is None:
            return None
        self._place = replace(self._place, motive_id=self._motive(choice.motive))
        return choice.to, text

    def _collected(self, step: doc.Collect, text: str) -> Turn | Onward:
        if len(text) < step.least:
            return self._again(step, text, step.otherwise)
        kept = tuple(one for one in self._place.collected if one[0] != step.save_as)
        self._place = replace(self._place, collected=(*kept, (step.save_as, text[: step.most])))
        return step.next, "given"

    def _again(
        self, step: doc.Step, text: str, otherwise: str | None, choice: str = "tries"
    ) -> Turn | Onward:
        """The same once more, or on, after too many tries."""
        tries = self._place.tries + 1
        if tries >= self._document.tries:
            if otherwise is None:
                self._phrase("to_a_person")
            return otherwise or self._document.human, choice
        short = step.kind in ("collect", "identify") and text
        self._phrase("not_enough" if short else "wrong_key" if text else "nothing_heard")
        return self._repeat(step, tries, "wrong" if text else "silence")

    def _repeat(self, step: doc.Step, tries: int, choice: str) -> Turn:
        place = self._place
        self._place = replace(place, tries=tries, entered=place.entered + 1, asked="")
        self._steps.append(StepTaken(place.step, choice))
        return self._put(step)

    # The centre answers

    def answered(self, step: doc.Step, value: object) -> Turn | Onward:
        match step:
            case doc.Identify():
                if isinstance(value, int):
                    self._place = replace(self._place, customer_id=value)
                    return step.known or step.next, "known"
                tries = self._place.tries + 1
                self._phrase("not_found")
                if tries >= self._document.tries:
                    return step.next, "unknown"
                return self._repeat(step, tries, "wrong")
            case doc.Problems():
                told = self._tell(value)
                return (step.told or step.next, "told") if told else (step.next, "none")
            case doc.Wait():
                return self._waited(step, value)
            case doc.Link():
                if value is True:
                    self._say(step.prompt)
                    return step.next, "sent"
                return step.otherwise, "unsent"
            case _:
                raise AssertionError(f"a step of the kind {step.kind} asks nothing")

    def _tell(self, value: object) -> bool:
        """Speaks of each known problem that has words in the caller's language, or in any."""
        language = self._place.language
        problems = cast("Sequence[dict[str, str]]", value) if isinstance(value, list | tuple) else ()
        told = False
        for texts in problems:
            other: Language = "en" if language == "fr" else "fr"
            for spoken in (language, other):
                if texts.get(spoken):
                    self._speak((turns.SpokenText(texts[spoken], spoken),), whole=True)
                    told = True
                    break
        return told

    def _waited(self, step: doc.Wait, value: object) -> Turn | Onward:
        if not isinstance(value, tuple) or len(cast("tuple[object, ...]", value)) != 2:
            self._phrase("wait_unknown")
            return step.next, "next"
        low_s, high_s = cast("tuple[int, int]", value)
        self._speak((turns.WaitRange(low_s, high_s, self._place.language),))
        if not step.keys or high_s * 1_000 < step.offers_from:
            return step.next, "next"
        return self._put(step)

    # What is said and done

    def _put(self, step: doc.Step) -> Turn:
        """Says what a step says, and waits for keys."""
        patience = self._document.patience
        match step:
            case doc.Collect() | doc.Identify():
                self._say(step.prompt)
                self._acts.append(turns.Collect(step.most, END_KEY, BETWEEN_DIGITS_MS, patience))
            case doc.ChooseLanguage():
                for language in self._document.languages:
                    self._say(step.prompt, language)
                self._acts.append(turns.Collect(1, "", patience, patience))
            case doc.SelfAnswer():
                self._say(step.prompt)
                language = self._place.language
                self._speak((turns.SpokenText(solved(step.solved, language), language),))
                self._acts.append(turns.Collect(1, "", patience, patience))
            case doc.Choose() | doc.Wait():
                self._say(step.prompt)
                self._acts.append(turns.Collect(1, "", patience, patience))
            case _:
                raise AssertionError(f"nothing is heard at a step of the kind {step.kind}")
        return self._turn(self._place)

    def _ask(self, name: str, **values: object) -> Turn:
        self._place = replace(self._place, asked=name)
        self._acts.append(turns.Ask(cast("turns.AskName", name), values))
        return self._turn(self._place)

    def _end(self, end: turns.End) -> Turn:
        self._acts.append(end)
        return self._turn(None)

    def _turn(self, place: Place | None) -> Turn:
        here = self._place
        return Turn(place, tuple(self._acts), tuple(self._steps), here.language, here.customer_id)

    def _motive(self, name: str | None) -> int | None:
        return self._place.motive_id if name is None else self._menu.motives[name]

    def _phrase(self, key: str) -> None:
        language = self._place.language
        self._speak((turns.SpokenText(PHRASES[key][language], language),))

    def _say(self, prompt: doc.Prompt, language: Language | None = None, *, whole: bool = False) -> None:
        language = language or self._place.language
        spoken = prompt.get(language)
        if spoken is None:
            return
        recorded = self._menu.recordings.get(spoken.recorded or "", {}).get(language)
        if recorded is not None:
            self._speak((turns.Recorded(recorded),), whole=whole)
        elif spoken.text:
            self._speak((turns.SpokenText(spoken.text, language),), whole=whole)

    def _speak(self, prompts: tuple[turns.Prompt, ...], *, whole: bool = False) -> None:
        """One `Speak` for what is said in a row."""
        last = self._acts[-1] if self._acts else None
        if isinstance(last, turns.Speak) and last.whole is whole:
            self._acts[-1] = turns.Speak((*last.prompts, *prompts), whole)
        else:
            self._acts.append(turns.Speak(prompts, whole))
