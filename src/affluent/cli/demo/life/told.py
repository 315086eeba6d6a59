"""A conversation as an agent reads it: whatever they answer, they have it from what the customer wrote."""

from affluent.cli.demo import stories
from affluent.cli.demo.life.street import Json
from affluent.cli.demo.people import Person
from affluent.cli.demo.stories import Story


class Told:
    """What an agent makes of a conversation: its story, and how far it has come."""

    def __init__(self, conversation: Json) -> None:
        self.contact: Json = conversation["contact"]
        own = [one for one in conversation["messages"] if one["contact_id"] == self.contact["id"]]
        self._theirs = [one["new_text"] or one["text"] for one in own if one["direction"] == "in"]
        self.turn = sum(one["direction"] == "out" for one in own)
        brand: str = self.contact["brand"]["name"]
        first = f"{self.contact['subject']} {self._theirs[0] if self._theirs else ''}"
        known: Story | None = stories.recognised(first, brand)
        self.story = known or stories.any_story()
        self._brand = brand
        self._name: str = self.contact["customer"]["name"]
        self._language = "en" if self.contact["language"] == "en" else "fr"
        self._form = "chat" if self.contact["medium"] == "chat" else "email"

    @property
    def over(self) -> bool:
        """The agent has said all there is to say."""
        return self._planned(self.turn) is None

    def _planned(self, turn: int) -> str | None:
        return stories.agent_says(self.story, self._language, self._form, turn, self.contact["id"])

    def words(self, person: Person, now_ms: int) -> str | None:
        """What to answer now; None when the customer only said thank you."""
        text = self._planned(self.turn)
        last = self._theirs[-1] if self._theirs else ""
        if text is None and ("?" in last or len(last) > 120):
            # The story is over and the customer goes on: a new question, answered for itself.
            fresh = stories.recognised(last, self._brand) or stories.any_story()
            text = stories.agent_says(fresh, self._language, "email", 0, self.contact["id"] + self.turn)
        if text is None:
            return None
        reference = stories.reference_in(self._theirs)
        said = stories.filled(
            text,
            self.contact["id"],
            self._language,
            self._brand,
            now_ms,
            name=self._name,
            reference=reference,
        )
        if self._form == "chat":
            return said
        return stories.as_mail(said, self._language, self._name, person.name.split(" ")[0])
