"""Small logs in the forms of other systems, small enough to be counted by hand."""

import json
from typing import Any

GENERIC = """\
contact_id,customer_id,queue,agent,motive,segment,medium,arrived_at,answered_at,ended_at,wrap_s,handling_s,result
1,9001,Sales,Zoe,Price,gold,phone,2026-01-05 09:00:00,2026-01-05 09:00:10,2026-01-05 09:03:10,30,,
2,9002,Sales,Zoe,Price,,phone,2026-01-05 09:01:00,2026-01-05 09:01:40,2026-01-05 09:02:40,0,,answered
3,9003,Sales,,Price,,phone,2026-01-05 09:02:00,,2026-01-05 09:02:03,,,
4,9004,Sales,,Price,,phone,2026-01-05 10:00:00,,2026-01-05 10:01:00,,,abandoned
5,9001,Sales,Yan,Bill,gold,phone,2026-01-06 09:00:00,2026-01-06 09:00:05,2026-01-06 09:01:05,,,
5,9001,Care,Zoe,Bill,gold,phone,2026-01-06 09:01:10,2026-01-06 09:01:20,2026-01-06 09:04:20,20,,
6,9005,Mail,Yan,Bill,,mail,2026-01-06 08:00:00,2026-01-06 11:00:00,2026-01-07 08:00:00,,600,
7,9006,Mail,,,,mail,2026-01-06 08:00:00,,2026-01-06 08:05:00,,,spam
"""
"""Sales: five calls; one is handed on to Care. Mail: one answered after three hours, one of spam."""

QUEUE_LOG = """\
1767603600|NONE|NONE|NONE|QUEUESTART|
1767603600|call-1|sales|NONE|ENTERQUEUE||0123456789|1
1767603605|call-1|sales|Agent/Zoe|RINGNOANSWER|5000
1767603612|call-1|sales|Agent/Yan|CONNECT|12|call-1b|4
1767603672|call-1|sales|Agent/Yan|COMPLETECALLER|12|60|1
1767603700|call-2|sales|NONE|ENTERQUEUE||anonymous|1
1767603725|call-2|sales|NONE|ABANDON|1|1|25
1767603800|call-3|sales|NONE|ENTERQUEUE||0123456789|1
1767603830|call-3|sales|NONE|EXITWITHTIMEOUT|1|1|30
1767603830|call-3|care|NONE|ENTERQUEUE||0123456789|1
1767603840|call-3|care|Agent/Zoe|CONNECT|10|call-3b|3
1767603900|call-3|care|Agent/Zoe|BLINDTRANSFER|200|default|10|60|1
1767603950|call-4|care|NONE|ENTERQUEUE||0123456780|1
1767603960|call-5|care|Agent/Zoe|CONNECT|10|call-5b|3
1767603961|call-6|care|NONE|NOSUCHEVENT|
broken
"""


def _lines(*objects: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


def _record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "ContactId": f"c{number}", "InitialContactId": None, "InitiationMethod": "INBOUND", "Channel": "VOICE",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": f"+3312345678{number}"},
        "InitiationTimestamp": "2026-01-05T08:00:00Z", "Agent": None, **more,
    }  # fmt: skip


_AGENT = {
    "Username": "zoe", "ConnectedToAgentTimestamp": "2026-01-05T08:00:40Z", "AgentInteractionDuration": 120,
    "AfterContactWorkDuration": 20, "AfterContactWorkEndTimestamp": "2026-01-05T08:03:00Z",
}  # fmt: skip
_QUEUE = {
    "Name": "Sales",
    "EnqueueTimestamp": "2026-01-05T08:00:10Z",
    "DequeueTimestamp": "2026-01-05T08:00:40Z",
}
AMAZON = _lines(
    _record(1, Queue=_QUEUE, DisconnectTimestamp="2026-01-05T08:02:40Z", Agent=_AGENT),
    _record(2, Queue=_QUEUE, DisconnectTimestamp="2026-01-05T08:00:40Z"),
    _record(3, Queue=None, DisconnectTimestamp="2026-01-05T08:00:20Z"),
    _record(4, Queue=_QUEUE, InitiationMethod="OUTBOUND", DisconnectTimestamp="2026-01-05T08:02:40Z"),
    _record(5, Queue={**_QUEUE, "Name": "Care"}, InitialContactId="c1", InitiationMethod="TRANSFER",
            DisconnectTimestamp="2026-01-05T08:02:40Z", Agent=_AGENT),
    # Delivered again, as the documentation says it may be.
    _record(2, Queue=_QUEUE, DisconnectTimestamp="2026-01-05T08:00:40Z"),
)  # fmt: skip
"""Two calls answered after 30 s, one of them the transfer of the other; one left after 30 s; one without a queue."""

GENESYS = """\
Conversation ID,Direction,Media Type,Date,Queue,ANI,Users - Interacted,Wrap-up,Total Queue,Total Handle,\
Total ACW,Abandoned
g1,Inbound,voice,1/5/26 9:00 AM,Sales,tel:+33123456789,Zoe,Price,15000,120000,20000,
g2,Inbound,voice,1/5/26 2:30 PM,Sales,tel:+33123456780,,,42000,,,YES
g3,Outbound,voice,1/5/26 2:40 PM,Sales,tel:+33123456781,Zoe,,0,60000,0,
"""

ZENDESK = _lines(
    {"id": 1, "status": "solved", "via": {"channel": "email"}, "created_at": "2026-01-05T08:00:00Z",
     "group_id": 7, "assignee_id": 70, "requester_id": 1, "type": "problem", "organization_id": None,
     "metric_set": {"reply_time_in_minutes": {"calendar": 90, "business": 60}, "solved_at": "2026-01-06T08:00:00Z"}},
    {"id": 2, "status": "open", "via": {"channel": "web"}, "created_at": "2026-01-05T09:00:00Z",
     "group_id": 7, "assignee_id": None, "requester_id": 1, "type": None, "organization_id": None,
     "metric_set": {"reply_time_in_minutes": {"calendar": None, "business": None}, "solved_at": None}},
    {"id": 3, "status": "closed", "via": {"channel": "chat"}, "created_at": "2026-01-05T10:00:00Z",
     "group_id": 8, "assignee_id": 71, "requester_id": 2, "type": None, "organization_id": 5,
     "metric_set": {"reply_time_in_minutes": {"calendar": 1, "business": 1}, "solved_at": "2026-01-05T10:20:00Z"}},
)  # fmt: skip
