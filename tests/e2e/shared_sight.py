"""What two browsers show each other, as it truly arrives: pictures that move, ink on a board, tracks that stop."""

from playwright.sync_api import Locator, Page

from tests.e2e.sight import becomes_true

# Keeps every picture that a page took of its camera or its screen.
EYES = """
window.taken = [];
for (const way of ["getUserMedia", "getDisplayMedia"]) {
  const plain = navigator.mediaDevices[way].bind(navigator.mediaDevices);
  navigator.mediaDevices[way] = async (...asked) => {
    const stream = await plain(...asked);
    taken.push(...stream.getVideoTracks());
    return stream;
  };
}
const plainSend = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (told) { window.channel = this; return plainSend.call(this, told); };
"""
# What no page of ours sends on the channel of the board: all of it is to leave the other side as it was.
HOSTILE = """
for (const told of [
  "[", "null", "7", '{"t":"shows","what":"camera","on":true}', '{"t":"ink","id":9,"ink":7,"points":[0.9,0.9]}',
  '{"t":"ink","id":9,"ink":0,"points":[9,9]}', '{"t":"ink","id":-1,"ink":0,"points":[0.9,0.9,0.9,0.8]}',
  '{"t":"ink","id":9,"ink":0,"points":[0.9]}', '{"t":"ink","id":9,"ink":0,"points":["0.9",null]}',
  `{"t":"ink","id":9,"ink":0,"points":[${Array(4000).fill(0.9)}]}`, '{"t":"point","at":[2,0]}', "x".repeat(60000),
]) channel.send(told);
"""
_ROOT = """
  const call = document.querySelector("affluent-call")?.shadowRoot;
  const talk = call?.querySelector("affluent-talk")?.shadowRoot;
  const root = talk?.querySelector("affluent-share")?.shadowRoot ?? document;"""
# A picture has a size, and what it shows is not the same a moment later.
_MOVES = (
    """async kind => {"""
    + _ROOT
    + """
  const video = root.querySelector("video." + kind);
  if (!video?.videoWidth) return false;
  const pen = new OffscreenCanvas(64, 48).getContext("2d", { willReadFrequently: true });
  const look = () => {
    pen.drawImage(video, 0, 0, 64, 48);
    return pen.getImageData(0, 0, 64, 48).data;
  };
  const before = look();
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((done) => setTimeout(done, 60));
    if (look().some((value, at) => Math.abs(value - before[at]) > 8)) return true;
  }
  return false;
}"""
)
# Ink near a place of the board: red or petrol, told by which colour is the strongest.
_INK = (
    """([x, y]) => {"""
    + _ROOT
    + """
  const canvas = root.querySelector("canvas");
  if (!canvas?.width) return "";
  const [left, top] = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
  const found = canvas.getContext("2d").getImageData(left - 3, top - 3, 7, 7).data;
  for (let at = 0; at < found.length; at += 4) {
    const [red, , blue, there] = found.slice(at, at + 4);
    if (there > 200 && red > blue + 60) return "red";
    if (there > 200 && blue > red + 60) return "petrol";
  }
  return "";
}"""
)


def moves(page: Page, kind: str = "main") -> None:
    """A picture comes in here, and changes."""
    becomes_true(page, _MOVES, kind)


def has_ink(page: Page, x: float, y: float, colour: str) -> None:
    """There is ink of this colour at a place of the board, given in shares of its width and height."""
    becomes_true(page, f"at => ({_INK})(at) === {colour!r}", [x, y])


def draws(page: Page, board: Locator, *places: tuple[float, float]) -> None:
    """With the mouse, from place to place."""
    box = board.bounding_box()
    assert box is not None
    x, y = places[0]
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.down()
    for x, y in places[1:]:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    page.mouse.up()


def shows_nothing(page: Page) -> None:
    """Every picture that this page took has been stopped."""
    becomes_true(page, "taken.every((track) => track.readyState === 'ended')")
