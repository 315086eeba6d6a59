"""Asterisk's queue_log: one line an event, put together into one row a stay of a call in a queue.

The lines are `epoch|call|queue|agent|event|...`, as Asterisk's documentation of app_queue describes them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from affluent.twin.history.refused import Report, Why

COLUMNS = ("call", "queue", "agent", "caller", "entered", "connected", "ended", "became")
ENDS = {
    "ABANDON": "abandoned", "EXITEMPTY": "closed", "EXITWITHTIMEOUT": "closed", "EXITWITHKEY": "closed",
    "SYSCOMPAT": "closed", "AGENTDUMP": "closed", "COMPLETEAGENT": "answered", "COMPLETECALLER": "answered",
    "TRANSFER": "answered", "BLINDTRANSFER": "answered", "ATTENDEDTRANSFER": "answered",
}  # fmt: skip
BESIDE = frozenset({
    "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "PAUSEALL", "UNPAUSEALL", "AGENTLOGIN", "AGENTLOGOFF",
    "AGENTCALLBACKLOGIN", "AGENTCALLBACKLOGOFF", "CONFIGRELOAD", "QUEUESTART", "PENALTY", "MEMBERSTATUS", "DID",
    "RINGCANCELED", "INFO", "CALLERSTATUS", "CANCELCALL", "ADDQUEUE", "REMOVEQUEUE",
})  # fmt: skip
"""Events that tell of no call in a queue."""


@dataclass(slots=True)
class _Call:
    number: int
    call: str
    queue: str
    caller: str
    entered: str
    agent: str = ""
    connected: str = ""


def calls(lines: Iterable[str], report: Report) -> Iterator[tuple[int, Sequence[str]]]:
    """Stays of calls, each with the number of the line that it began on, in the order in which they end."""
    inside: dict[str, _Call] = {}
    for number, line in enumerate(lines, 1):
        parts = line.rstrip("\r\n").split("|")
        if len(parts) < 5:
            if line.strip():
                report.rows += 1
                report.refuse(number, "", line.strip(), Why.UNREADABLE)
            continue
        at, call, queue, agent, event, *data = parts
        if event in BESIDE:
            continue
        known = inside.get(call)
        if event == "ENTERQUEUE":
            if known is not None:
                # It went on to another queue, and the log does not say how it left this one.
                yield known.number, _row(known, at, "answered" if known.connected else "closed")
            inside[call] = _Call(number, call, queue, data[1] if len(data) > 1 else "", at)
        elif event not in ENDS and event not in ("CONNECT", "RINGNOANSWER"):
            report.rows += 1
            report.refuse(number, "event", event, Why.UNKNOWN_EVENT)
        elif known is None:
            if event != "RINGNOANSWER":
                report.rows += 1
                report.refuse(number, "event", event, Why.NO_BEGINNING)
        elif event == "CONNECT":
            known.agent, known.connected = agent, at
        elif event in ENDS:
            del inside[call]
            yield known.number, _row(known, at, ENDS[event])
    for known in inside.values():
        report.rows += 1
        report.refuse(known.number, "call", known.call, Why.NO_END)


def _row(known: _Call, ended: str, became: str) -> Sequence[str]:
    return (
        known.call, known.queue, known.agent, known.caller, known.entered, known.connected, ended, became,
    )  # fmt: skip
