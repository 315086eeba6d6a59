"""One try: a POST to the resolved address, bounded in time and in what is read."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from affluent.centre.integration.webhooks import Delivery, Outcome
from affluent.channels.webhooks import signing
from affluent.channels.webhooks.addresses import NotAllowed, Place, resolved
from affluent.facts.instants import Clock

STEP_S = 10.0
"""The most that connecting, sending or the next bytes may take."""
WHOLE_S = 20.0
"""The most that a try may take as a whole; the sender breaks it off."""
READ_BYTES = 2_048
RETRY_AFTER_S_MAX = 24 * 3_600


class Posting:
    """A try at work, which another thread may break off."""

    def __init__(self, delivery: Delivery, clock: Clock, *, private: bool, agent: str) -> None:
        self.delivery = delivery
        self.started_s = time.monotonic()
        self._clock = clock
        self._private = private
        self._agent = agent
        self._lock = threading.Lock()
        self._conn: http.client.HTTPConnection | None = None
        self._broken_off = False

    def run(self) -> Outcome:
        """Sends the event and tells what came of it. Raises nothing of the network."""
        try:
            if not self.delivery.secrets:
                # Never unsigned: the receiver would have to believe anyone.
                return self._none("webhook_secret_unreadable")
            return self._run()
        except NotAllowed as refused:
            return self._none(refused.code)
        except ssl.SSLError as error:
            return self._none(f"TLS: {error.reason or error}")
        except TimeoutError:
            return self._none("webhook_timeout")
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
            return self._none(
                "webhook_timeout" if self._broken_off else str(error)[:200] or type(error).__name__
            )
        finally:
            self.break_off()

    def break_off(self) -> None:
        """Ends the connection, whatever it waits for."""
        with self._lock:
            self._broken_off = True
            conn = self._conn
        if conn is not None and conn.sock is not None:
            with contextlib.suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RDWR)
            conn.close()

    def _run(self) -> Outcome:
        parts = urlsplit(self.delivery.url)
        secure = parts.scheme == "https"
        if not secure and not self._private:
            raise NotAllowed("webhook_not_https")
        assert parts.hostname is not None, "saved addresses have a host"
        place = resolved(parts.hostname, parts.port or (443 if secure else 80), private=self._private)
        conn = _Secure(parts.hostname, place) if secure else _Plain(parts.hostname, place)
        with self._lock:
            if self._broken_off:
                raise TimeoutError
            self._conn = conn
        body = self.delivery.body.encode()
        at_s = self._clock.now_ms() // 1_000
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            **signing.headers(self.delivery.event, body, self.delivery.secrets, at_s=at_s),
        }
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        conn.request("POST", target, body, headers)
        answer = conn.getresponse()
        excerpt = answer.read(READ_BYTES).decode("utf-8", "replace")
        retry_after = answer.getheader("Retry-After", "").strip()
        return Outcome(
            status=answer.status,
            error="webhook_redirect" if 300 <= answer.status < 400 else None,
            excerpt=excerpt,
            took_ms=self._took_ms(),
            retry_after_ms=min(int(retry_after), RETRY_AFTER_S_MAX) * 1_000
            if retry_after.isdecimal()
            else None,
        )

    def _none(self, error: str) -> Outcome:
        return Outcome(status=None, error=error, excerpt="", took_ms=self._took_ms())

    def _took_ms(self) -> int:
        return int((time.monotonic() - self.started_s) * 1_000)


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was looked at, whatever the name answers a moment later."""

    def __init__(self, host: str, place: Place) -> None:
        super().__init__(host, place.port, timeout=STEP_S)
        self._place = place

    def connect(self) -> None:
        self.sock = socket.create_connection((self._place.ip, self._place.port), STEP_S)


class _Secure(http.client.HTTPSConnection):
    """The same over TLS: the certificate must be that of the name."""

    def __init__(self, host: str, place: Place) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(host, place.port, timeout=STEP_S, context=self._trust)
        self._place = place

    def connect(self) -> None:
        plain = socket.create_connection((self._place.ip, self._place.port), STEP_S)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
