"""Whether a menu keeps its promises: every step leads somewhere, nobody goes round in circles, a person is reached."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from affluent.centre.menus import document as doc
from affluent.centre.menus.graph import PERSONS, Edge, edges
from affluent.centre.menus.reading import Lines
from affluent.routing.document import DocumentProblem
from affluent.routing.document.problems import Path, pointer
from affluent.routing.document.reading import meant


@dataclass(frozen=True, slots=True)
class KnownQueue:
    id: int
    name: str
    brand_id: int
    voice: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a brand's menu can name: the settings, as its author may see them.

    `recordings`: the languages of each. `brand_language`: the one that the brand speaks first.
    """

    brand_id: int
    brand_language: str
    queues: Sequence[KnownQueue] = ()
    motives: Mapping[str, int] = field(default_factory=dict[str, int])
    hours: Mapping[str, int] = field(default_factory=dict[str, int])
    channels: Mapping[str, int] = field(default_factory=dict[str, int])
    recordings: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])


def check_menu(menu: doc.MenuDocument, known: Known, lines: Lines) -> list[DocumentProblem]:
    """Every problem, in the order of the lines."""
    found = _Check(menu, known, lines)
    found.leads()
    if not found.problems:
        # Who reaches what can only be told of steps that are there.
        found.ways()
    found.names()
    found.prompts()
    return sorted(found.problems, key=lambda one: (one.line, one.path, one.code))


class _Check:
    def __init__(self, menu: doc.MenuDocument, known: Known, lines: Lines) -> None:
        self._menu = menu
        self._known = known
        self._lines = lines
        self._edges = list(edges(menu))
        self.problems: list[DocumentProblem] = []

    def _note(self, code: str, path: Path, **params: object) -> None:
        self.problems.append(DocumentProblem(code, pointer(path), self._lines.of(path), params))

    # Every step that is named is there

    def leads(self) -> None:
        steps = self._menu.steps
        for key, name in (("start", self._menu.start), ("human", self._menu.human)):
            if name not in steps:
                self._note("unknown_step", (key,), name=name, **meant(name, steps))
        for edge in self._edges:
            if edge.target not in steps and edge.path:
                path = ("steps", edge.source, *edge.path)
                self._note("unknown_step", path, name=edge.target, **meant(edge.target, steps))

    # Where the ways go

    def ways(self) -> None:
        menu = self._menu
        reached = _reached(menu.start, self._edges) | _reached(menu.human, self._edges)
        for name in menu.steps:
            if name not in reached:
                self._note("unreachable_step", ("steps", name), name=name)
        self._circles()
        self._persons()
        self._closed()

    def _circles(self) -> None:
        """Who presses nothing must come to an end."""
        silent: dict[str, list[str]] = {}
        for edge in self._edges:
            if edge.why in ("silent", "open", "closed", "branch"):
                silent.setdefault(edge.source, []).append(edge.target)
        done: set[str] = set()
        for start in self._menu.steps:
            circle = _circle(start, silent, done)
            if circle:
                self._note("endless_loop", ("steps", circle[0]), steps=", ".join(circle))

    def _persons(self) -> None:
        """In open hours, whoever was not served reaches a person from every step."""
        menu = self._menu
        onward = [edge for edge in self._edges if edge.why != "closed" and edge.choice != "solved"]
        if not self._silent_ends(menu.human, closed=False) <= PERSONS:
            self._note("human_without_person", ("human",), name=menu.human)
        reaching = {name for name, step in menu.steps.items() if step.kind in PERSONS}
        backward: dict[str, list[str]] = {}
        for edge in onward:
            backward.setdefault(edge.target, []).append(edge.source)
        waiting = list(reaching)
        while waiting:
            for source in backward.get(waiting.pop(), ()):
                if source not in reaching:
                    reaching.add(source)
                    waiting.append(source)
        for name in sorted(_reached(menu.start, onward)):
            if name not in reaching and menu.steps[name].kind != "goodbye":
                self._note("no_person", ("steps", name), name=name)

    def _closed(self) -> None:
        """Closed hours come to an end by themselves, and not in a line that nobody serves."""
        for name, step in self._menu.steps.items():
            if isinstance(step, doc.OpenHours) and "queue" in self._silent_ends(step.closed, closed=True):
                self._note("closed_into_queue", ("steps", name, "closed"), name=step.closed)

    def _silent_ends(self, start: str, *, closed: bool) -> frozenset[str]:
        """The kinds of ends that whoever presses nothing comes to; in closed hours, or in open ones."""
        never = "open" if closed else "closed"
        silent = [edge for edge in self._edges if edge.why not in ("key", "human", never)]
        leaving = {edge.source for edge in silent}
        reached = _reached(start, silent)
        steps = self._menu.steps
        return frozenset(
            steps[name].kind for name in reached if name not in leaving or steps[name].kind == "callback"
        )

    # What names stand for

    def names(self) -> None:
        for name, step in self._menu.steps.items():
            path = ("steps", name)
            for key, queue in _queues(step):
                self._queue((*path, key), queue)
            for key_path, motive in _motives(step):
                self._named("motive", (*path, *key_path), motive, self._known.motives)
            if isinstance(step, doc.OpenHours):
                self._named("hours", (*path, "hours"), step.hours, self._known.hours)
            if isinstance(step, doc.Link):
                self._named("channel", (*path, "channel"), step.channel, self._known.channels)
            self._keys(path, step)

    def _queue(self, path: Path, name: str) -> None:
        named = [queue for queue in self._known.queues if queue.name == name]
        own = [queue for queue in named if queue.brand_id == self._known.brand_id]
        if any(queue.voice for queue in own):
            return
        if own:
            self._note("queue_not_voice", path, name=name)
        elif named:
            self._note("queue_of_other_brand", path, name=name)
        else:
            brand = self._known.brand_id
            names = [one.name for one in self._known.queues if one.brand_id == brand and one.voice]
            self._note("unknown_queue", path, name=name, **meant(name, names))

    def _named(self, noun: str, path: Path, name: str, names: Iterable[str]) -> None:
        if name not in names:
            self._note(f"unknown_{noun}", path, name=name, **meant(name, names))

    def _keys(self, path: Path, step: doc.Step) -> None:
        """The key for a person is no other choice; a language is one of the menu's."""
        human = self._menu.human_key
        taken = step.keys if isinstance(step, doc.Choose | doc.Wait | doc.ChooseLanguage) else ()
        if human in taken:
            self._note("human_key_taken", (*path, "keys", human), key=human)
        if isinstance(step, doc.SelfAnswer) and step.solved == human:
            self._note("human_key_taken", (*path, "solved"), key=human)
        if isinstance(step, doc.ChooseLanguage):
            for key, language in step.keys.items():
                if language not in self._menu.languages:
                    self._note("language_not_spoken", (*path, "keys", key), language=language)

    # What is said

    def prompts(self) -> None:
        menu = self._menu
        if len(set(menu.languages)) < len(menu.languages):
            self._note("repeated", ("languages",))
        if self._known.brand_language not in menu.languages:
            self._note("brand_language_missing", ("languages",), language=self._known.brand_language)
        for name, step in menu.steps.items():
            if isinstance(step, doc.OpenHours | doc.Problems):
                continue
            path = ("steps", name, "prompt")
            needed = bool(step.prompt) or not isinstance(
                step, doc.ToQueue | doc.Callback | doc.Link | doc.Wait
            )
            needed = needed or (isinstance(step, doc.Wait) and bool(step.keys))
            for language in menu.languages if needed else ():
                spoken = step.prompt.get(language)
                if spoken is None or not (spoken.text or spoken.recorded):
                    self._note("prompt_missing", path, language=language, name=name)
                elif spoken.recorded is not None:
                    self._recording((*path, language), spoken.recorded, language)

    def _recording(self, path: Path, name: str, language: str) -> None:
        self._named("recording", path, name, self._known.recordings)
        if name in self._known.recordings and language not in self._known.recordings[name]:
            self._note("recording_not_in_language", path, name=name, language=language)


def _reached(start: str, ways: Iterable[Edge]) -> set[str]:
    onward: dict[str, list[str]] = {}
    for edge in ways:
        onward.setdefault(edge.source, []).append(edge.target)
    reached, waiting = {start}, [start]
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _circle(start: str, onward: Mapping[str, Sequence[str]], done: set[str]) -> list[str]:
    """The steps of a circle that can be reached from `start`, if there is one among those not `done`."""
    way: list[str] = []
    branches: list[Iterator[str]] = [iter((start,))]
    while branches:
        following = next(branches[-1], None)
        if following is None:
            branches.pop()
            if way:
                done.add(way.pop())
        elif following in way:
            circle = way[way.index(following) :]
            done.update(way)
            return circle
        elif following not in done:
            way.append(following)
            branches.append(iter(onward.get(following, ())))
    return []


def _queues(step: doc.Step) -> Iterator[tuple[str, str]]:
    if isinstance(step, doc.Wait | doc.ToQueue | doc.Callback | doc.Voicemail) and step.queue is not None:
        yield "queue", step.queue


def _motives(step: doc.Step) -> Iterator[tuple[Path, str]]:
    if isinstance(step, doc.ToQueue | doc.Callback) and step.motive is not None:
        yield ("motive",), step.motive
    if isinstance(step, doc.Choose | doc.Wait):
        for key, choice in step.keys.items():
            if choice.motive is not None:
                yield ("keys", key, "motive"), choice.motive
