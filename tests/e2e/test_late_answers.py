"""An answer that left the server before the stream told of something newer, and comes after it."""

from playwright.sync_api import APIResponse, Page, Route, expect

from tests.e2e.house import House


class Late:
    """Answers to these requests leave the server at once, and reach the page when they are let go."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._holds = True
        self._held: list[tuple[Route, APIResponse]] = []
        page.route(path, self._hold)

    def _hold(self, route: Route) -> None:
        if self._holds:
            self._held.append((route, route.fetch()))
        else:
            route.continue_()

    def wait(self) -> None:
        while not self._held:
            self._page.wait_for_timeout(20)

    def let_go(self) -> None:
        self._holds = False
        for route, answer in self._held:
            route.fulfill(response=answer)


def test_an_offer_stays_when_an_older_desk_comes_late(house: House) -> None:
    seat = house.seat("fatou")
    seat.do("/desk/presence", {"state": "ready"}, "PUT")
    desk = seat.context.new_page()
    late = Late(desk, "**/api/v1/desk")
    desk.goto(f"{house.address}/desk")
    late.wait()
    house.letter("Nolwenn Prigent", "Ma box ne répond plus.", subject="Panne")
    offer = desk.locator("article.offer").filter(has_text="Nolwenn Prigent")
    expect(offer).to_be_visible()
    late.let_go()
    desk.wait_for_timeout(400)
    expect(offer).to_be_visible()
    offer.get_by_role("button", name="Prendre").click()
    expect(desk.locator(".msg.in")).to_be_visible()
    seat.do("/desk/presence", {"state": "offline"}, "PUT")


def test_a_message_stays_when_an_older_conversation_comes_late(house: House) -> None:
    contact = house.letter("Gaël Tanguy", "Quel est mon solde ?", subject="Solde")
    seat = house.seat("yanis")
    seat.takes(contact)
    desk = seat.page(f"/desk/{contact}")
    expect(desk.locator(".msg.in")).to_have_count(1)
    expect(desk.locator(".live")).to_have_text("En direct")
    late = Late(desk, f"**/api/v1/contacts/{contact}")
    desk.evaluate("window.dispatchEvent(new Event('online'))")
    late.wait()
    house.letter(
        "Gaël Tanguy",
        "Il y a urgence.",
        subject="Re: Solde",
        answers=contact,
        sender=house.sender_of(contact),
    )
    second = desk.locator(".msg.in").filter(has_text="Il y a urgence.")
    expect(second).to_be_visible()
    late.let_go()
    desk.wait_for_timeout(400)
    expect(second).to_be_visible()
