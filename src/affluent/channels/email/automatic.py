"""Did a machine write this mail? Automatic replies (RFC 3834), bounces (RFC 3464 and older ways), reports,
lists.
"""

import re
from dataclasses import dataclass
from email.message import Message

from affluent.channels.email import headers
from affluent.channels.email.bodies import Bodies
from affluent.channels.email.message import Address, Automatic, ParsedMail

LOOP_HEADER = "X-Affluent-Loop"
"""Put on every mail of the centre, with the mailbox that sent it: our own mail that comes back is never
answered.
"""

_DAEMON = re.compile(
    r"^(?:mailer[-_. ]?daemon|mail[-_.]?daemon|daemon|post[-_]?master|mdaemon|"
    r"mail[-_]?delivery[\w-]*|bounces?|double-bounce"
    r"|mta|auto-?mailer)(?:[+=].*)?(?:@|$)",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -]?daemon|mail deliver|delivery (?:subsystem|system)|system administrator|"
    r"postmaster|microsoft outlook$",
    re.I,
)
_FAILED = re.compile(
    r"undeliver(?:ed|able)|deliver(?:y|ies|ed)?(?: has| status| notification| report|"
    r"s)? ?(?:\(?(?:fail|error|delay|problem|incomplete|suspend))|delivery status notif"
    r"|(?:could not|cannot|can't|couldn't|was not|wasn't|not) (?:be )?(?:deliver|sen[dt])|"
    r"returned (?:mail|to sender|message|e-?mail)|returning (?:message|mail) to sender|"
    r"mail system error"
    r"|failure (?:notice|delivery)|fail(?:ed|ure).{0,20}deliver|deliver.{0,30}fail|non[- ]?deliver|"
    r"message (?:delayed|bounced|blocked|rejected)|delayed mail|mail delayed|"
    r"message .{1,80} delayed|could not send (?:mail|message)"
    r"|error sending your (?:mail|message)|smtp server: errors|warning: (?:message|could)|"
    r"rejected:|user unknown|address not found|mail rejected|bounced? mail|unzustellbar|"
    r"nicht (?:zugestellt|zustellbar|zustellen)"
    r"|zustellung|unzustellbarkeit|rückläufer|unable to deliver|undelivrable|non[- ]?(?:remis|"
    r"délivr|distribu)|échec .{0,20}(?:remise|envoi|distribution|livraison)|(?:remise|"
    r"distribution) .{0,20}échou|n'a pas pu être (?:remis|distribu|délivr|envoy)"
    r"|no (?:se pudo |se ha podido )?(?:entreg|envi)|no entregad|fallo .{0,20}entrega|devuelto|"
    r"devolvido|não (?:foi )?(?:possível )?entreg|falha .{0,20}entrega|mancat[ao] (?:recapito|"
    r"consegna)|non recapita|impossibile (?:recapitare|consegnare)"
    r"|niet[ -](?:bezorg|afgelever)|onbestelbaar|kan inte leverera|olevererbart|kunne ikke lever|"
    r"ikke leveret|ei voitu toimittaa|nie (?:dostarczon|doręczon)|niedostarczon|zwrot|nedoručen|"
    r"nelze doručit"
    r"|не (?:было |может быть )?достав|недостав|не удалось достав|не доставлено|"
    r"сообщение не доставлено|не доставлен|kézbesít|sikertelen|iletilemedi|teslim edilemedi|"
    r"nu a fost livrat|αποτυχία παράδοσης|退信|系统退信|投递失败|無法(?:投遞|傳遞)|未送达|"
    r"配信(?:でき|不能|エラー)|配達不能|送信できません"
    r"|傳送失敗|배달 ?(?:실패|못함)|반송|전송 실패",
    re.IGNORECASE,
)  # fmt: skip
_TRANSCRIPT = re.compile(
    r"^\s*(?:diagnostic-code|final-recipient|action: failed|reporting-mta)\s*:|(?:^|"
    r"\s)[45]\d\d[ -][#(]?[45]\.\d{1,3}\.\d{1,3}|transcript of session follows|unrouteable address|"
    r"user unknown|no such (?:user|recipient|person|mailbox)"
    r"|permanent (?:fatal )?error|mailbox (?:is )?(?:full|unavailable|not found)|was(?:n't|"
    r" not) (?:able|delivered)|could not be delivered|delivery (?:has )?failed|"
    r"did not reach the following|address(?:es)? (?:had|failed)|unable to deliver|undeliverable"
    r"|following (?:recipient|address)|delivery (?:error|attempt)|returned (?:to you|below)|"
    r"not (?:a )?member|won't be delivered|ユーザー?が見つかりません|配送|宛先|不達",
    re.IGNORECASE | re.MULTILINE,
)
_AWAY = re.compile(
    r"^(?:(?:re|aw|sv|antw?|tr|fw|fwd|rv|vs|odp)\s?:\s*)*[\[(*\s]*(?:out of (?:the )?office|ooo\b|"
    r"auto(?:matic|mated)?[- ]?(?:reply|respon[sd]e?|answer)|autorespon|autoreply|auto:|"
    r"away from (?:the |my )?office|on vacation|vacation (?:reply|notice)|i am (?:out|away)"
    r"|réponse (?:automatique|auto)|message (?:d.absence|automatique)|absence? du bureau|"
    r"absent du bureau|je suis absent|automatische (?:antwort|abwesenheit|e-mail)|abwesenheit|"
    r"abwesend|ich bin (?:nicht im|abwesend)|respuesta autom|fuera de (?:la )?oficina|ausente|"
    r"resposta autom|fora do escritório|ausência"
    r"|risposta automatica|fuori (?:sede|ufficio)|automatisch (?:antwoord|bericht)|afwezig|"
    r"niet aanwezig|autosvar|automatiskt? svar|frånvaro|automatisk svar|fravær|ikke til stede|"
    r"automaattinen vastaus|poissa|poissaolo|automatyczna odpowiedź|odpowiedź automatyczna|"
    r"autoodpowiedź|nieobecno|poza biurem"
    r"|automatická odpov|mimo kancel|автоматический ответ|автоответ|вне офиса|нет на месте|"
    r"автоматична відповідь|automatikus válasz|răspuns automat|otomatik (?:yanıt|cevap)|"
    r"ofis dışında|αυτόματη απάντηση|εκτός γραφείου|תשובה אוטומטית|מענה אוטומטי|رد تلقائي|"
    r"自动(?:回复|答复)|自動(?:回覆|回應|返信|応答|応答)|不在|자동 ?(?:응답|회신)|부재)",
    re.IGNORECASE,
)  # fmt: skip
_STATUS = re.compile(r"(?im)^\s*status\s*:\s*([245]\.\d{1,3}\.\d{1,3})")
_STATUS_ANYWHERE = re.compile(r"(?<![\d.])([45]\.\d{1,2}\.\d{1,3})(?![\d.])")
_RECIPIENT = re.compile(
    r"(?im)^\s*(?:final|original)-recipient\s*:\s*(?:[\w-]+\s*;)?\s*<?([^\s<>;]+@[^\s<>;]+)"
)
_ADDRESS = re.compile(r"<?((?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,80}@[\w-]{1,80}(?:\.[\w-]{1,80})+)>?")
_MESSAGE_ID = re.compile(rb"(?im)^[ \t>]*message-id\s*:\s*(<[^<>\s]{3,900}>)")
_COMPLAINT = re.compile(
    r"^(?:complaint about message from|\[?abuse|abuse report|fbl\b|spam complaint|feedback loop)", re.I
)
_BULK = {"bulk", "junk", "list"}
_NO_REPLY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|noreply|donotreply|no_reply)\b", re.I
)


def recognise(message: Message, subject: str, sender: Address | None, text: str, bodies: Bodies) -> Automatic:
    """What kind of machine, if any, wrote `message`."""
    words = _Signs(message, subject, sender, text[:20_000], bodies)
    bulk = _is_list(words)
    report = words.report_type
    bounce = _bounce_reason(words)
    if bounce:
        recipient, status, identifier = _bounced(words)
        return Automatic(
            is_bounce=True,
            is_list=bulk,
            is_report=bool(report),
            reason=bounce,
            bounced_recipient=recipient,
            bounced_status=status,
            bounced_message_id=identifier,
        )
    reason = _auto_reason(words)
    return Automatic(
        is_auto_reply=bool(reason),
        is_list=bulk,
        is_report=bool(report),
        reason=reason or ("list" if bulk else None),
    )


@dataclass(frozen=True, slots=True)
class _Signs:
    message: Message
    subject: str
    sender: Address | None
    text: str
    bodies: Bodies

    def header(self, name: str) -> str:
        return headers.first(self.message, name).strip().lower()

    @property
    def report_type(self) -> str:
        kind = (headers.parameter(self.message, "content-type", "report-type") or "").lower()
        kinds = {one.content_type for one in self.bodies.attachments}
        if "message/feedback-report" in kinds or kind == "feedback-report":
            return "feedback-report"
        if "message/disposition-notification" in kinds or kind == "disposition-notification":
            return "disposition-notification"
        if kinds & {"message/delivery-status", "message/global-delivery-status"} or kind == "delivery-status":
            return "delivery-status"
        return kind if self.message.get_content_type() == "multipart/report" else ""

    @property
    def from_daemon(self) -> bool:
        raw = headers.decoded(headers.first(self.message, "from"))
        address = self.sender.address if self.sender else raw
        name = self.sender.name if self.sender else raw
        return bool(_DAEMON.match(address.strip("<> ")) or _DAEMON.match(raw) or _DAEMON_NAME.search(name))

    @property
    def null_path(self) -> bool:
        path = self.header("return-path").replace(" ", "")
        return (
            path == "<>"
            or bool(_DAEMON.match(path.strip("<>")))
            or self.header("from").replace(" ", "") == "<>"
        )


def _is_list(signs: _Signs) -> bool:
    return bool(
        signs.header("list-id")
        or signs.header("list-unsubscribe")
        or signs.header("list-post")
        or signs.header("precedence") in _BULK
        or signs.header("feedback-id")
    )


def _bounce_reason(signs: _Signs) -> str | None:
    report = signs.report_type
    if report in ("feedback-report", "disposition-notification"):
        return None
    subject_failed = bool(_FAILED.search(signs.subject))
    evidence = bool(_TRANSCRIPT.search(signs.text)) or any(
        one.content_type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers")
        for one in signs.bodies.attachments
    )
    facts = (
        (report == "delivery-status", "delivery-status"),
        (signs.header("x-failed-recipients"), "x-failed-recipients"),
        (report and (subject_failed or signs.from_daemon), "report"),
        (signs.from_daemon and (subject_failed or evidence), "daemon"),
        (signs.from_daemon and signs.null_path, "daemon null path"),
        (signs.null_path and subject_failed, "null path and subject"),
        (
            signs.null_path
            and evidence
            and not _AWAY.match(signs.subject)
            and not signs.header("in-reply-to"),
            "null path and text",
        ),
        (_service_notice(signs.text), "bounce notification of a mail service"),
        (
            subject_failed
            and evidence
            and not _FORWARDED.match(signs.subject)
            and not signs.header("references"),
            "subject and text",
        ),
        (_gateway(signs), "gateway"),
    )
    return next((reason for fact, reason in facts if fact), None)


_FORWARDED = re.compile(r"^\s*(?:re|fwd?|tr|wg|aw|rv|i|sv|vs|enc)\s*:", re.IGNORECASE)


def _service_notice(text: str) -> bool:
    head = text.lstrip()[:4_000]
    return head.startswith("{") and bool(
        re.search(r'\\?"(?:notificationType|eventType)\\?"\s*:\s*\\?"(?:Bounce|Complaint)', head)
    )


def _gateway(signs: _Signs) -> bool:
    """Telephone gateways and list servers that refuse in their own words, from an address that says so."""
    local = (signs.sender.address if signs.sender else "").split("@")[0].lower()
    return bool(re.search(r"^post_?master$|-admin$|-owner$|-request$|^listserv|^majordomo", local)) and bool(
        _TRANSCRIPT.search(signs.text)
    )


_ANSWERING_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-auto-reply-from",
    "x-autoreply-from",
    "x-autoresponder",
    "x-mail-autoreply",
)


def _auto_reason(signs: _Signs) -> str | None:
    submitted = signs.header("auto-submitted").split(";")[0].strip()
    answering = next(
        (name for name in _ANSWERING_HEADERS if signs.header(name) not in ("", "no", "false")), None
    )
    carries_mail = any(one.content_type == "message/rfc822" for one in signs.bodies.attachments)
    threaded = ("in-reply-to", "references", "x-auto-response-suppress")
    facts = (
        (signs.report_type, signs.report_type),
        (submitted and submitted != "no", "auto-submitted"),
        (answering, answering),
        (signs.header("precedence") in ("auto_reply", "auto-reply", "autoreply"), "precedence"),
        (signs.header("delivered-to") == "autoresponder", "autoresponder"),
        (signs.header("x-precedence") == "auto_reply", "autoresponder"),
        (signs.header("x-ms-exchange-generated-message-source"), "exchange rule"),
        (_AWAY.match(signs.subject), "subject"),
        (_COMPLAINT.match(signs.subject) and carries_mail, "complaint"),
        (signs.null_path and any(signs.header(name) for name in threaded), "null path"),
        (signs.from_daemon and signs.null_path, "daemon"),
    )
    return next((reason for fact, reason in facts if fact), None)


def _bounced(signs: _Signs) -> tuple[str | None, str | None, str | None]:
    """(recipient, status, Message-ID) of the mail that came back, as far as the report tells."""
    report = b"\n".join(
        one.content for one in signs.bodies.attachments if one.content_type.endswith("delivery-status")
    ).decode("utf-8", "replace")
    returned = b"\n".join(
        one.content[:200_000]
        for one in signs.bodies.attachments
        if one.content_type
        in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "text/plain")
    )
    recipient = _RECIPIENT.search(report) or _RECIPIENT.search(signs.text)
    status = _STATUS.search(report) or _STATUS.search(signs.text) or _STATUS_ANYWHERE.search(signs.text)
    address = (
        recipient[1]
        if recipient
        else (headers.first(signs.message, "x-failed-recipients").split(",")[0].strip() or None)
    )
    if address is None:
        own = (signs.sender.address if signs.sender else "").lower()
        before_copy = re.split(
            r"(?im)^.{0,60}(?:original message|copy of|below this line|returned message)", signs.text
        )[0]
        address = next((one for one in _ADDRESS.findall(before_copy) if one.lower() != own), None)
    identifier = _MESSAGE_ID.search(returned) or _MESSAGE_ID.search(signs.text.encode("utf-8", "replace"))
    return (
        address,
        status[1] if status else None,
        identifier[1].decode("utf-8", "replace") if identifier else None,
    )


def may_answer(mail: ParsedMail) -> bool:
    """Whether the centre may write to the sender by itself (an acknowledgement, a survey).

    Never to machines, lists, null paths, addresses that take no answer, or our own mail come back (RFC
    3834, section 2). A person may still answer by hand.
    """
    sender = mail.sender
    if sender is None or "@" not in sender.address:
        return False
    found = mail.automatic
    if found.is_auto_reply or found.is_bounce or found.is_list or found.is_report or mail.return_path == "":
        return False
    if _NO_REPLY.match(sender.address) or _DAEMON.match(sender.address):
        return False
    present = {name.lower(): value.strip().lower() for name, value in mail.headers}
    if LOOP_HEADER.lower() in present:
        return False
    suppressed = present.get("x-auto-response-suppress", "")
    return not any(word in suppressed for word in ("all", "autoreply", "oof"))


def is_own_loop(mail: ParsedMail, own_addresses: frozenset[str]) -> bool:
    """Whether this mail was sent by one of our own mailboxes (given in lower case), so that answering
    would circle.
    """
    if mail.sender is not None and mail.sender.address.lower() in own_addresses:
        return True
    marks = {value.strip().lower() for name, value in mail.headers if name.lower() == LOOP_HEADER.lower()}
    return bool(marks & own_addresses)


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """How many automatic answers one address may get before we take it for a machine."""

    per_hour_max: int = 3
    per_day_max: int = 10


def rate_allows(last_hour: int, last_day: int, limits: AnswerLimits | None = None) -> bool:
    """Whether one more automatic answer may go to an address that got so many: what stops a loop nothing
    else shows.
    """
    allowed = limits or AnswerLimits()
    return last_hour < allowed.per_hour_max and last_day < allowed.per_day_max
