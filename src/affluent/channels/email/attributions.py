"""The lines that mail programs put before a quote, in the languages they speak.

Three shapes: a sentence ("On 3 May, Ana wrote:"), a block of labels ("From: ... Sent: ... Subject: ..."), and
a ruled line ("-----Original Message-----"). The words are those of the interfaces of Gmail, Outlook, Apple
Mail, Thunderbird, Yahoo, Zimbra and their like.
"""

import re

_WROTE = (
    # Germanic, Romance
    "wrote", "writes", "said", "replied", "schrieb", "hat geschrieben", "schreef", "skrev", "skrifaði",
    "geskryf",
    "a écrit", "a ecrit", "écrit", "a écrite", "escribió", "escribio", "ha escrito", "escribiu", "escreveu",
    "ha scritto", "scrisse", "a scris", "va escriure", "ha escrit", "idatzi zuen",
    # Slavic, Baltic
    "napisał", "napisała", "napisał(a)", "pisze", "napsal", "napsala", "napsal(a)", "napísal", "napísala",
    "napísal(a)", "píše", "napisao", "napisala", "napisao/la", "je napisal", "je napisao", "piše", "написал",
    "написала", "написал(а)", "пишет", "писал", "писал(а)", "написав", "написала", "пише", "написа", "напиша",
    "je написао", "rašė", "parašė", "rakstīja", "kirjutas",
    # others
    "kirjoitti", "írta", "ezt írta", "yazdı", "şunu yazdı", "şunları yazdı", "έγραψε", "a shkruar", "shkroi",
    "כתב", "כתבה", "כתב/ה", "كتب", "كتبت", "نوشت", "menulis", "đã viết", "viết", "เขียน", "ने लिखा",
    "写道", "寫道", "写到", "写了", "編寫", "撰寫", "書きました", "書いた", "작성", "작성했습니다",
    "썼습니다", "님이 작성", "skribis",
)  # fmt: skip
_STARTS = (
    "on", "le", "am", "el", "il", "em", "op", "den", "dne", "dňa", "dnia", "w dniu", "på", "la", "în",
    "in", "pe",
    "el dia", "vào", "pada", "dana", "v", "u", "a", "στις", "ב", "בתאריך", "في", "در", "在", "于", "於",
    "man", "mån",
    "mon", "tir", "tis", "ons", "tor", "fre", "lør", "lör", "søn", "sön", "ma", "ti", "ke", "to", "pe",
    "su", "mer",
    "jeu", "ven", "sam", "dim", "lun", "mar", "mié", "jue", "vie", "sáb", "dom", "пн", "вт", "ср", "чт",
    "пт", "сб",
    "вс", "нд", "lu", "quinta", "sexta", "segunda", "terça", "quarta", "sábado", "domingo",
)  # fmt: skip

FROM = (
    "From", "De", "De la", "Von", "Van", "Da", "Från", "Fra", "Lähettäjä", "Od", "Nadawca", "От",
    "От кого", "Від",
    "Feladó", "Kimden", "Gönderen", "Από", "מאת", "من", "از", "发件人", "寄件者", "寄件人", "差出人",
    "送信者", "보낸 사람",
    "보낸사람", "Từ", "Người gửi", "Dari", "Saatja", "No", "Nuo", "Pošiljatelj", "Šalje", "Expéditeur",
    "Remitente",
    "Mittente", "Remetente", "Absender", "Afzender", "Avsändare", "Afsender", "Avsender", "Expeditor",
    "Odesílatel",
    "Odosielateľ", "ที่มา", "จาก", "प्रेषक", "Emisor", "Од", "Frá", "Nga",
)  # fmt: skip
SENT = (
    "Sent", "Date", "Sent on", "Envoyé", "Envoyé le", "Date d'envoi", "Gesendet", "Gesendet am",
    "Datum", "Enviado",
    "Enviado el", "Enviado em", "Enviada", "Enviada em", "Fecha", "Fecha de envío", "Data", "Inviato",
    "Data invio",
    "Verzonden", "Skickat", "Skickades", "Sendt", "Dato", "Lähetetty", "Päivämäärä", "Päiväys", "Wysłano",
    "Data wysłania", "Odesláno", "Odoslané", "Dátum", "Отправлено", "Дата", "Надіслано", "Изпратено",
    "Elküldve",
    "Küldve", "Trimis", "Gönderildi", "Gönderilme Tarihi", "Gönderme Tarihi", "Tarih", "Στάλθηκε",
    "Ημερομηνία", "נשלח",
    "תאריך", "التاريخ", "تاريخ الإرسال", "تم الإرسال", "تاریخ", "发送时间", "发送日期", "日期",
    "送信日時", "送信日", "日付", "日時", "寄件日期",
    "傳送時間", "보낸 날짜", "날짜", "Ngày", "Đã gửi", "Tanggal", "Dikirim", "Poslano", "Saadetud",
    "Kuupäev", "Nosūtīts", "Išsiųsta",
    "Message du", "Enviat", "วันที่", "ส่ง", "Sendt den", "Датум", "Отправлен", "Time",
)  # fmt: skip
TO = (
    "To", "À", "A", "An", "Para", "Aan", "Till", "Til", "Vastaanottaja", "Do", "Dla", "Komu", "Кому",
    "До", "Címzett",
    "Către", "Catre", "Kime", "Alıcı", "Προς", "אל", "إلى", "به", "收件人", "宛先", "받는 사람",
    "받는사람", "Đến",
    "Tới", "Kepada", "Prima", "Za", "Destinataire", "Destinatario", "Destinatário", "Empfänger",
    "Adresat", "Mottagare", "Modtager", "Kam", "Kellele",
    "ถึง", "За",
)  # fmt: skip
SUBJECT = (
    "Subject", "Objet", "Sujet", "Betreff", "Asunto", "Assunto", "Oggetto", "Onderwerp", "Ämne", "Emne",
    "Aihe",
    "Temat", "Předmět", "Predmet", "Тема", "Относно", "Tárgy", "Subiect", "Konu", "Θέμα", "נושא",
    "الموضوع", "موضوع", "主题",
    "主旨", "主題", "件名", "제목", "Chủ đề", "Subjek", "Perihal", "Zadeva", "Naslov", "Teema",
    "Temats", "Tema", "Assumpte", "เรื่อง",
)  # fmt: skip
COPY = (
    "Cc", "Bcc", "Copie", "Copie à", "Cci", "Kopie", "Kopi", "Kopia", "Kopio", "Копия", "Копія",
    "Másolatot kap",
    "DW", "UDW", "Kopya", "Bilgi", "Κοιν", "Κοινοποίηση", "עותק", "نسخة", "抄送", "副本", "参考",
    "참조", "Tembusan", "Tham chiếu",
    "Reply-To", "Répondre à", "Antwort an", "Responder a", "Svar till", "Importance", "Wichtigkeit",
    "Priorité", "Attachments", "Pièces jointes",
    "Anlagen", "Adjuntos", "Allegati", "Bijlagen", "Organization", "Organisation", "Vedhæftet",
    "Bifogade filer", "Kópia", "CC",
)  # fmt: skip

_KINDS = {
    label.casefold(): kind
    for kind, labels in (("cc", COPY), ("subject", SUBJECT), ("to", TO), ("sent", SENT), ("from", FROM))
    for label in labels
}
_ORIGINAL = re.compile(
    r"origin|forward|transf|weitergeleit|nachricht|messag|mensa|mensaj|messaggio|bericht|meddeland|"
    r"melding|viesti|wiadomo"
    r"|zpráv|správ|сообщ|повідом|üzenet|mesaj|ileti|μήνυμα|הודעה|رسالة|邮件|郵件|メッセージ|메시지|"
    r"원본|reply|réponse|thư|poruka|sporočil"
    r"|wrote|a écrit|пересыл|vidaresänd|doorgestuurd|inoltr|encaminhad|reenviad|przekazan|přeposlan",
    re.IGNORECASE,
)
_RULED = re.compile(r"^\s*[*_ ]*([-–—_=]{2,})\s*([^-_=].{1,120}?)\s*([-–—_=]{2,})[*_ ]*\s*$")
_LABEL = re.compile(r"^[\s>*_|•-]{0,12}([^\W\d_][^:：\n<>@]{0,24}?)[\s*_]{0,3}[:：][*_]{0,2}\s?(.*)$")
_VERBS = "|".join(re.escape(verb) for verb in sorted(_WROTE, key=len, reverse=True))
_VERB = re.compile(
    rf"(?:(?<![^\W\d_])(?:{_VERBS})(?![^\W\d_])|(?:写道|寫道|写到|写了|編寫|撰寫|書きました|書いた|작성|썼))",
    re.IGNORECASE,
)
_START = re.compile(
    rf"^[\s*_\-]{{0,4}}(?:(?:{'|'.join(sorted(_STARTS, key=len, reverse=True))})(?![^\W\d_])|\d)",
    re.IGNORECASE,
)
_CJK_START = re.compile(r"^\s*(?:在|于|於|ב)")
_EMAIL = re.compile(r"[^\s<>@]{1,80}@[^\s<>@]+\.\w+|<\s?mailto:|<[^<>\s]+@")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.hu時时点點시]\s?\d{2}(?!\d{3})|\d{1,2}\s?(?:am|pm)\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?(?!\d)|"
    r"\d{1,2}\s?(?:月|월)|\d{1,2}\.? (?!\d)\w{3,}"
)
_DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ENDS = re.compile(r"[:：][\s*_]*$")


def is_sentence(text: str, *, before_quote: bool) -> bool:
    """Whether `text` (one line, or several joined) announces a quote: "On <date>, <somebody> wrote:"."""
    text = _DIRECTION.sub("", text).strip()
    if not 6 <= len(text) <= 400:
        return False
    if not may_end(text, before_quote=before_quote):
        return False
    if not before_quote and "@" not in text and "via" not in text and not any(map(str.isdigit, text)):
        # Nothing that follows could say yes.
        return False
    ends = bool(_ENDS.search(text))
    verb = _VERB.search(text)
    email, digits = bool(_EMAIL.search(text)), sum(map(str.isdigit, text))
    dated = bool(_DATE.search(text)) and digits >= 3
    timed = bool(_TIME.search(text))
    if before_quote and ends and (email or dated or timed or (verb and len(text) < 120)):
        return True
    if before_quote and email and dated and text.endswith((">", ")", "：", "wrote")):
        return True
    verb_last = bool(verb) and text[verb.end() :].strip(" :：*_-<>") == "" if verb else False
    if verb and (ends or verb_last):
        return email or (dated and (timed or bool(_START.match(text)))) or bool(re.search(r"\bvia\b", text))
    # Some programs announce without any verb: "2014/5/3 Ana <ana@example.com>:".
    return ends and email and dated and timed


def may_end(text: str, *, before_quote: bool) -> bool:
    """A cheap look at the last characters: whether `text` may be the end of an announcement."""
    end = _DIRECTION.sub("", text[-60:]).rstrip(" \t*_-")
    return (
        end.endswith((":", "："))
        or (before_quote and end.endswith((">", ")")))
        or bool(_VERB.search(end[-24:]))
    )


def begins_sentence(line: str) -> bool:
    """Whether `line` may be the first of a wrapped announcement: it starts with a date or the word before
    one.
    """
    line = _DIRECTION.sub("", line)
    has_date = sum(map(str.isdigit, line)) >= 2
    return has_date and bool(_START.match(line) or _CJK_START.match(line))


def label_kind(line: str) -> str | None:
    """`from`, `sent`, `to`, `subject` or `cc` if the line is such a label, else None."""
    if len(line) > 2_000:
        return None
    found = _LABEL.match(line)
    return _KINDS.get(found[1].strip(" *_").casefold()) if found else None


def is_ruled(line: str) -> bool:
    """Whether the line reads like "-----Original Message-----" in some language."""
    found = _RULED.match(line) if len(line) < 200 else None
    return bool(found and _ORIGINAL.search(found[2]))


def is_forward(line: str) -> bool:
    """Whether a ruled line announces a forwarded message."""
    return bool(
        re.search(
            r"forward|transf|weitergel|reenv|encaminh|inoltr|doorgest|vidare|videre|przekaz|пересл|пересыл",
            line,
            re.I,
        )
    )


def block_length(lines: list[str], start: int) -> int:
    """How many lines from `start` form a block of mail labels; 0 if they form none."""
    kinds: set[str] = set()
    last, strange = start - 1, 0
    for at in range(start, min(len(lines), start + 16)):
        kind = label_kind(lines[at])
        if kind:
            kinds.add(kind)
            last, strange = at, 0
        elif lines[at].strip():
            strange += 1
            if strange > 2 or at == start:
                break
        elif strange or (len(kinds) >= 3 and at == last + 1 and "subject" in kinds):
            break
    if ("from" in kinds and len(kinds) >= 3) or kinds >= {"from", "sent"} or (len(kinds) >= 4):
        return last - start + 1
    return 0
