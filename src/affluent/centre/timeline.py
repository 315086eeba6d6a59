"""What can stand on a conversation's timeline besides words, as codes that the pages put into sentences.

Some lines are written when they happen; the others are read from the journal, so that they cost a command
nothing. Both sets are closed: `tests/web/test_page_words.py` finds the words of each in both languages.
"""

from typing import Literal, get_args

Written = Literal[
    "transferred",
    "reassigned",
    "returned_to_queue",
    "no_queue",
    "customer_left",
    "chat_warned",
    "chat_closed",
    "mail_bounce",
    "mail_auto_reply",
    "mail_loop",
    "mail_flood",
    "transfer_undone",
    "split_from",
    "overflowed",
    "turned_away",
    "queue_closed",
    "problem_marked",
    "problem_unmarked",
    "problem_over",
    "known_problem",
    "problem_solved",
    "steer_offered",
    "steer_accepted",
    "steer_refused",
    "nobody_came",
    "hour_instead",
]
"""Lines that a use case writes with their parameters."""

Told = Literal[
    "accepted",
    "taken",
    "declined",
    "timed_out",
    "slept",
    "released",
    "woke",
    "woke_customer",
    "woke_time",
    "closed",
    "abandoned",
    "silent",
    "reopened",
    "reopened_by",
    "merged",
    "unmerged",
    "reidentified",
    "split",
    "promised",
    "appointment_made",
    "appointment_moved",
    "appointment_cancelled",
    "pulled_back",
    "invited",
    "invitation_declined",
    "invitation_expired",
    "invitation_withdrawn",
    "invitation_gone",
    "joined",
    "joined_conference",
    "joined_supervision",
    "may_answer",
    "answers_no_more",
    "left",
    "removed",
    "left_offline",
    "left_gone",
    "handed_over",
    "taken_over",
]
"""Lines that the journal tells of itself."""

CODES: frozenset[str] = frozenset((*get_args(Written), *get_args(Told)))
