"""A caller in a real browser against the mock, with an agent's page at the other end: do they hear each other?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from playwright.sync_api import Browser, BrowserContext, Page, expect

FLAGS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
BUTTON = "affluent-call > button, affluent-call button[aria-haspopup]"
TALK = "affluent-talk"
STATE = f"{TALK} .state"
GO = f"{TALK} .go.wide"
END = f"{TALK} .act.end"
MUTE = f"{TALK} .act[aria-pressed]"

# Keeps the connections of a page where a measure can reach them, and says how loud what comes in is (0 to 1).
EARS = """
const Plain = RTCPeerConnection;
window.lines = [];
RTCPeerConnection = function (...given) { const line = new Plain(...given); lines.push(line); return line; };
RTCPeerConnection.prototype = Plain.prototype;
window.loudness = async () => {
  const line = lines.filter((one) => one.connectionState === "connected").at(-1);
  const track = line?.getReceivers().map((one) => one.track).find((one) => one?.kind === "audio");
  if (!track) return 0;
  // Chromium gives no sound of a far track that no element plays.
  const player = Object.assign(new Audio(), { srcObject: new MediaStream([track]), muted: true });
  await player.play();
  const sound = new AudioContext();
  const ear = new AnalyserNode(sound, { fftSize: 2048 });
  sound.createMediaStreamSource(player.srcObject).connect(ear);
  let most = 0;
  const heard = new Float32Array(ear.fftSize);
  for (let turn = 0; turn < 26; turn++) {
    await new Promise((done) => setTimeout(done, 50));
    ear.getFloatTimeDomainData(heard);
    most = Math.max(most, ...heard.map(Math.abs));
  }
  await sound.close();
  return most;
};
"""
LOUD = 0.05
SILENT = 0.005


class Visiting(Protocol):
    """What a check needs of the visits."""

    site: str
    browser: Browser

    def context(self, *, phone: bool = False) -> BrowserContext: ...
    def picture(self, page: Page, name: str) -> None: ...
    def play(self, what: str, **more: Any) -> dict[str, Any]: ...
    def axe(self, page: Page) -> None: ...


def opened(visits: Visiting, *, phone: bool = False, lang: str = "fr", first: str = "") -> Page:
    page = visits.context(phone=phone).new_page()
    page.add_init_script(EARS)
    if first:
        page.add_init_script(first)
    page.goto(f"{visits.site}?lang={lang}")
    page.click(BUTTON)
    expect(page.locator(f"{TALK} dialog")).to_be_visible()
    return page


def an_agent(visits: Visiting) -> Page:
    page = visits.context().new_page()
    page.add_init_script(EARS)
    page.goto(f"{visits.site}agent.html")
    return page


def until_heard(page: Page, *, loud: bool = True) -> None:
    """Within a few measures of 1.3 s each, once the two are connected."""
    # A connection takes as long as the machine is busy: before it stands there is nothing to measure.
    page.wait_for_function("lines.at(-1)?.connectionState === 'connected'")
    measured: list[float] = []
    for _ in range(5):
        measured.append(page.evaluate("loudness()"))
        if (measured[-1] > LOUD) if loud else (measured[-1] < SILENT):
            return
    raise AssertionError(f"{'silent' if loud else 'loud'}: {measured}")


def caller_and_agent_hear_each_other(visits: Visiting) -> None:
    agent, page = an_agent(visits), opened(visits)
    expect(page.locator(STATE)).to_contain_text("Parlez à une personne")
    visits.axe(page)
    visits.picture(page, "call-fr-1-before")
    page.fill(f"{TALK} [name=name]", "Hélène")
    page.click(GO)
    expect(page.locator(STATE)).to_contain_text("1 personne avant vous. Entre 1 et 3 min.")
    visits.axe(page)
    visits.picture(page, "call-fr-2-waiting")
    visits.play("call_talk")
    expect(page.locator(STATE)).to_contain_text("Vous parlez avec Camille")
    until_heard(page)
    until_heard(agent)
    visits.axe(page)
    visits.picture(page, "call-fr-3-talking")
    page.click(MUTE)
    expect(page.locator(TALK)).to_contain_text("Votre micro est coupé.")
    until_heard(agent, loud=False)
    page.click(MUTE)
    visits.play("call_hold")
    expect(page.locator(STATE)).to_contain_text("en attente")
    visits.play("call_talk")
    until_heard(agent)
    page.click(END)
    expect(page.locator(STATE)).to_contain_text("terminé")
    assert visits.play("call_look")["up"] == 0
    expect(page.locator(GO)).to_have_text("Rappeler")
    visits.picture(page, "call-fr-4-over")
    heard = visits.play("call_look")["heard"]
    assert any(frame["t"] == "call" and frame.get("name") == "Hélène" for frame in heard)
    agent.context.close()
    page.context.close()


def a_call_outlives_a_reload_and_a_cut(visits: Visiting) -> None:
    agent, page = an_agent(visits), opened(visits)
    page.click(GO)
    expect(page.locator(STATE)).to_contain_text("avant vous")
    page.reload()
    expect(page.locator(f"{TALK} .launch.on")).to_be_visible()
    assert visits.play("call_look")["up"] == 1
    visits.play("call_talk")
    until_heard(agent)
    page.reload()
    page.click(f"{TALK} .launch")
    expect(page.locator(STATE)).to_contain_text("Vous parlez avec Camille")
    until_heard(page)
    until_heard(agent)
    visits.play("call_cut")
    until_heard(agent)
    expect(page.locator(STATE)).to_contain_text("Vous parlez avec Camille")
    # Hung up while the centre cannot hear it: it is told as soon as it can.
    visits.play("call_cut", down=True)
    expect(page.locator(STATE)).to_contain_text("Connexion perdue")
    page.click(END)
    expect(page.locator(STATE)).to_contain_text("terminé")
    visits.play("call_cut", down=False)
    for _ in range(40):
        if visits.play("call_look")["up"] == 0:
            break
        page.wait_for_timeout(250)
    assert visits.play("call_look")["up"] == 0
    agent.context.close()
    page.context.close()


def no_microphone_says_why_and_what_to_do(visits: Visiting) -> None:
    for error, words in (
        ("NotAllowedError", "refusé à ce site"),
        ("NotFoundError", "Aucun micro"),
        ("NotReadableError", "un autre programme"),
    ):
        broken = (
            f'navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "{error}"))'
        )
        page = opened(visits, first=broken)
        page.click(GO)
        expect(page.locator(STATE)).to_contain_text(words)
        expect(page.locator(GO)).to_be_enabled()
        page.context.close()
    assert visits.play("call_look")["up"] == 0


def what_to_know_comes_before_the_call(visits: Visiting) -> None:
    visits.play("call_channel", problems=["Les remboursements ont deux jours de retard."])
    page = opened(visits, phone=True)
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator(f"{TALK} .problem")).to_contain_text("deux jours de retard")
    expect(page.locator(f"{TALK} form")).to_contain_text("entre 1 et 3 min")
    visits.axe(page)
    visits.picture(page, "call-phone-fr-problem")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    root = "document.querySelector('affluent-call').shadowRoot.querySelector('affluent-talk').shadowRoot"
    heights = page.evaluate(f"[...{root}.querySelectorAll('dialog button')].map(b => b.offsetHeight)")
    assert min(heights) >= 44, heights
    page.context.close()
    visits.play("call_channel", problems=[], open=False, closed="Nous prenons les appels dès 9:00 demain.")
    page = opened(visits, lang="en")
    expect(page.locator(STATE)).to_contain_text("9:00")
    expect(page.locator(GO)).to_have_count(0)
    visits.axe(page)
    page.context.close()
    visits.play("call_channel", open=True, closed=None)


def a_call_that_nobody_takes_says_so(visits: Visiting) -> None:
    page = opened(visits, phone=True, lang="en")
    page.click(GO)
    expect(page.locator(STATE)).to_contain_text("1 person ahead of you.")
    visits.picture(page, "call-phone-en-waiting")
    visits.play("call_over", ending="no_answer")
    expect(page.locator(STATE)).to_contain_text("Nobody could answer")
    page.keyboard.press("Escape")
    expect(page.locator(f"{TALK} .launch")).to_be_focused()
    page.context.close()


CHECKS: list[Callable[[Any], None]] = [
    caller_and_agent_hear_each_other,
    a_call_outlives_a_reload_and_a_cut,
    no_microphone_says_why_and_what_to_do,
    what_to_know_comes_before_the_call,
    a_call_that_nobody_takes_says_so,
]
