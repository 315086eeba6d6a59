"""The customer's page, drawn: their hour, what they can do about it, or what became of it."""

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import groupby

from affluent.centre.doors import HourPromised
from affluent.centre.saying import day_told, hour_told, time_told
from affluent.channels import wording
from affluent.channels.pages import page

sentence = partial(wording.sentence, "appointments")


def asking(shown: HourPromised, language: str, wrong: str = "") -> str:
    """The hour with what can be done about it; `wrong` says why another one could not be had."""
    complaint = f'<p class="bad" role="alert">{escape(wrong)}</p>' if wrong else ""
    return _whole(
        shown,
        language,
        f"{_standing(shown, language)}{complaint}{_moving(shown, language)}{_leaving(language)}",
    )


def sure(shown: HourPromised, language: str) -> str:
    """Whether to cancel, asked once more: the request goes with it."""
    body = (
        f'{_standing(shown, language)}<p role="alert">{sentence("sure", language)}</p>'
        f'<form method="post"><div class="acts">'
        f'<button class="go" name="answer" value="keep">{sentence("keep", language)}</button>'
        f'<button name="answer" value="cancelled">{sentence("cancel_sure", language)}</button></div></form>'
    )
    return _whole(shown, language, body)


def said(text: str, language: str, brand: str = "") -> str:
    """One sentence, and nothing to do."""
    return page(sentence("title", language), brand, f'<p role="status">{escape(text)}</p>', language)


def moved(shown: HourPromised, language: str) -> str:
    """The new hour, which can be moved again."""
    done = f'<p role="status"><strong>{sentence("moved", language)}</strong></p>'
    return _whole(
        shown, language, f"{done}{_standing(shown, language)}{_moving(shown, language)}{_leaving(language)}"
    )


def _whole(shown: HourPromised, language: str, body: str) -> str:
    return page(sentence("title", language), shown.brand, body, language)


def _standing(shown: HourPromised, language: str) -> str:
    hour = hour_told(shown.hour_ms, shown.timezone, language)
    subject = (
        f"<p>{escape(sentence('about', language, {'subject': shown.subject}))}</p>" if shown.subject else ""
    )
    return f"<p>{escape(sentence('stands', language, {'hour': hour}))}</p>{subject}"


def _moving(shown: HourPromised, language: str) -> str:
    hours = () if shown.others is None else shown.others.hours_ms
    others = [at_ms for at_ms in hours if at_ms != shown.hour_ms]
    if not others:
        return f"<p>{sentence('none_left', language)}</p>"
    return (
        f'<form method="post"><label for="hour">{sentence("other", language)}</label>'
        f'<select id="hour" name="hour" required>{_options(others, shown.timezone, language)}</select>'
        f'<div class="acts"><button class="go" name="answer" value="move">{sentence("move", language)}</button></div>'
        "</form>"
    )


def _options(hours: Sequence[int], timezone: str, language: str) -> str:
    """The hours by day, as the customer's clock tells them."""
    days = groupby(hours, key=lambda at_ms: day_told(at_ms, timezone, language))
    return "".join(
        f'<optgroup label="{escape(day)}">'
        + "".join(
            f'<option value="{at_ms}">{escape(time_told(at_ms, timezone))}</option>' for at_ms in of_day
        )
        + "</optgroup>"
        for day, of_day in days
    )


def _leaving(language: str) -> str:
    return (
        f'<form method="post"><div class="acts"><button name="answer" value="cancel">'
        f"{sentence('cancel', language)}</button></div></form>"
    )
