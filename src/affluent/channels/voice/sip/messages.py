"""SIP as text (RFC 3261), as far as a phone must read and write it."""

import hashlib
import re
import secrets
from collections.abc import Sequence

Address = tuple[str, int]
_PART = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Message:
    """A request, or an answer to one."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode(errors="replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.lines = [
            (name.strip().lower(), value.strip())
            for name, _, value in (line.partition(":") for line in lines)
        ]

    def one(self, name: str) -> str:
        return next((value for key, value in self.lines if key == name), "")

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.lines if key == name]

    @property
    def status(self) -> int:
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        """Of an answer: what it answers."""
        return self.one("cseq").split()[-1]

    @property
    def sequence(self) -> int:
        return int(self.one("cseq").split()[0])

    @property
    def asked_for(self) -> str:
        """Whom a request is for: the name in its address."""
        return self.first.split()[1].removeprefix("sip:").split("@")[0] if not self.status else ""

    @property
    def contact(self) -> str:
        """Where later requests of its call go."""
        return self.one("contact").partition("<")[2].split(">")[0] or self.one("contact")

    @property
    def sound_at(self) -> Address | None:
        host, port = "", 0
        for line in self.body.splitlines():
            if line.startswith("c=IN IP4 "):
                host = line[9:].strip()
            elif line.startswith("m=audio "):
                port = int(line.split()[1])
        return (host, port) if host and port else None


def written(first: str, lines: Sequence[str], body: str = "") -> bytes:
    kind = ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([first, *lines, *kind, f"Content-Length: {len(body)}", "", body]).encode()


def offer(port: int) -> str:
    """What is offered as sound: µ-law, and keys."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
        "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\n"
    )


def proof(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The answer to a challenge by digest (RFC 2617), as MD5 has it, which telephones still speak."""
    asked = {name: quoted or plain for name, quoted, plain in _PART.findall(challenge)}

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    mine = secrets.token_hex(8)
    who = md5(f"{user}:{asked['realm']}:{password}")
    what = md5(f"{method}:{uri}")
    response = md5(f"{who}:{asked['nonce']}:00000001:{mine}:auth:{what}")
    opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
    return (
        f'Digest username="{user}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{mine}"{opaque}'
    )
