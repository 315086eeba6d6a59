"""The telephones of the tests are those of the demonstration."""

from affluent.channels.voice.sip.phone import SipPhone, Talk

__all__ = ["SipPhone", "Talk"]
