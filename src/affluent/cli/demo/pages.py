"""The customers' side."""

from affluent.cli.compose import Centre
from affluent.cli.demo.mailbox import Mailbox


def add(centre: Centre, mailbox: Mailbox) -> None:
    return None
