"""Where a signature begins: under a ruled line, at "Sent from my ...", or at a block of contact details."""

import re

LINES_UNDER_RULE_MAX = 18
"""More text than this under a ruled line is a chapter of the message, not a signature."""
BLOCK_LINES_MAX = 14

_RULE = re.compile(r"^\s*(?:[-_–—=*~#+ᐧ,]\s?){2,}\s*$|^\s*[—–ᐧ_]\s*$")
_DASHES = re.compile(r"^\s*(?:--|—|–|__|___|---)\s*$")
_MOBILE_WORDS = (
    r"sent (?:from|via|by|using|with|on|through) ", r"get outlook for ", r"get the outlook",
    r"envoyé (?:de|depuis|à partir|via|avec|par|sur) ",
    r"télécharge[rz]? outlook", r"obtenir outlook", r"obtenez outlook",
    r"(?:von|mit|aus|über) .{2,40} (?:gesendet|verschickt)$", r"gesendet (?:von|mit|über|aus|vom) ",
    r"diese nachricht wurde von mein",
    r"outlook für .{2,20} (?:beziehen|herunterladen)",
    r"enviado (?:desde|do|de|por|com|pelo|a partir|mediante|con|via) ",
    r"enviada do ", r"obtener outlook", r"obter o? ?outlook", r"inviato (?:da|dal|con|tramite) ",
    r"scarica outlook", r"ottieni outlook", r"verzonden (?:vanaf|met|via|vanuit|met behulp) ",
    r"verstuurd (?:vanaf|met|via|vanuit) ", r"outlook voor .{2,20} downloaden", r"download outlook",
    r"skickat från ", r"skickades från", r"hämta outlook", r"sendt fra ", r"hent outlook",
    r"sendt fra min", r"lähetetty ", r"lähetin ", r"hanki outlook",
    r"wysłan[eoay]+ (?:z|za pomocą|przy) ", r"pobierz outlook", r"odesláno (?:z|ze|pomocí) ",
    r"odoslané (?:z|zo|pomocou) ",
    r"отправлено (?:с|из|через|от) ", r"отправлен[оа]? (?:с|из) ", r"надіслано (?:з|із|через) ",
    r"изпратено (?:от|с) ", r"elküldve .{2,30}(?:ról|ről|ból|ből)", r"küldve ",
    r"trimis (?:de pe|din|cu|de la) ",
    r".{2,30}(?:mdan|imden|ımdan|ndan|nden|telefonumdan) gönderildi$", r"στάλθηκε από ", r"εστάλη από ",
    r"נשלח מ", r"أرسلت من", r"تم الإرسال من", r"أُرسلت من", r"从我的.{1,20}发送", r"发自我?的?",
    r"發自", r"從我的.{1,20}傳送",
    r".{2,30}から送信", r"나의 .{1,20}에서 보냄", r"내 .{1,20}에서 보냄", r".{1,20}에서 보냄",
    r"được gửi từ ", r"gửi từ ", r"dikirim dari ", r"poslano (?:s|z|iz|sa) ",
    r"enviat des de", r"envoyé de mon", r"ส่งจาก", r"sent from$", r"saadetud minu", r"išsiųsta iš",
    r"nosūtīts no", r"poslato sa", r"послато са",
)  # fmt: skip
_MOBILE = re.compile(rf"^[\s*_>\[(<\-—]*(?:{'|'.join(_MOBILE_WORDS)})", re.IGNORECASE)
_DEVICE = re.compile(
    r"iphone|ipad|ipod|ios|mobil|phone|handy|téléphone|telefon|teléfono|smart|android|samsung|"
    r"galaxy|blackberry|outlook|windows|mail|yahoo|tablet|huawei|xiaomi"
    r"|nokia|lumia|htc|sony|xperia|motorola|moto|nexus|pixel|oneplus|verizon|wireless|at&t|"
    r"t-mobile|orange|sfr|free|web|gmail|proton|zimbra|front|spark|sparrow"
    r"|puhelim|laitte|移动|手机|手機|行動|携帯|휴대|aiфон|айфон|телефон|app|device|gerät|appareil|"
    r"dispositivo|wiko|nexus|torch|lg|zte|oppo|honor|redmi|mac|thunderbird",
    re.IGNORECASE,
)
_NAME_DASH = re.compile(r"^\s?[-–—]\s?[^\W\d_][\w.'’]*(?: [^\W\d_][\w.'’]*){0,2}\s*$")
_CONTACT = re.compile(
    r"(?:\+|\b00)\d[\d .()/-]{6,}|\(?\d{2,4}\)?[ .-]\d{2,4}[ .-]\d{2,4}|\b[\w.+-]+@[\w-]+\.\w{2,}|"
    r"\bwww\.|https?://"
    r"|^(?:t[ée]l|phone|mobile?|fax|cell|handy|port|gsm|skype|t|m|f|p|e|w|tel|tlf|puh)[.: ]+.*\d",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"^(?:(?:best|kind|warm|many|with)\s)*(?:regards|wishes|thanks)|^(?:thanks|thank you|cheers|"
    r"sincerely|yours|best|respectfully)\b|cordialement|salutations|^merci|^bien à vous|sincèrement"
    r"|(?:freundlich|herzlich|viele|beste|liebe|schöne).{0,12}grü(?:ß|ss)|^mfg|^gruß|^danke|"
    r"saludos|^atentamente|^gracias|^un saludo|cordialmente|saluti|^grazie|atenciosamente|"
    r"cumprimentos|^obrigad"
    r"|groet|^bedankt|hälsning|^tack|^mvh|hilsen|^takk?\b|terveisin|^kiitos|pozdraw|poważaniem|"
    r"^dzięk|^pozdrav|s pozdravem|уважением|^спасибо|повагою|^дякую|üdvözlettel|^köszön|^cu stimă|"
    r"^mulțumesc|saygılar|^teşekkür|εκτίμηση|בברכה|^תודה|مع التحية|此致|敬具|よろしく|감사합니다",
    re.IGNORECASE,
)  # fmt: skip


def is_rule(line: str) -> bool:
    """Whether the line is only a rule: dashes, underscores, stars and the like."""
    return len(line) < 300 and bool(_RULE.match(line))


def is_mobile(line: str) -> bool:
    """Whether the line is what a device adds: "Sent from my phone". A sentence that goes on is none."""
    text = line.strip()
    if not 6 <= len(text) <= 160 or not _MOBILE.match(text):
        return False
    plain = re.sub(r"<[^>]*>|\([^)]*\)|\[[^\]]*\]|https?://\S+", "", text).strip(" *_")
    head, comma, _ = plain.partition(",")
    if plain.endswith(("?", "!", ":")) or (comma and not _DEVICE.search(head)):
        return False
    if _DEVICE.search(plain):
        return len(plain.split()) <= 14
    return len(plain.split()) <= 7


def start(lines: list[str], rules: list[bool], sender_name: str) -> int:
    """Index of the first line of the signature; `len(lines)` if there is none."""
    end = _under_rule(lines, rules)
    return min(end, _contact_block(lines[:end], sender_name))


def _under_rule(lines: list[str], rules: list[bool]) -> int:
    written = [at for at, line in enumerate(lines) if line.strip() and not rules[at]]
    for at, line in enumerate(lines):
        if not rules[at] or not written or written[0] > at:
            continue
        below = sum(1 for position in written if position > at)
        if below > LINES_UNDER_RULE_MAX and not re.fullmatch(r"\s*--\s?", line):
            continue
        if _is_underline(lines, at, below):
            continue
        return at
    return len(lines)


def _is_underline(lines: list[str], at: int, below: int) -> bool:
    """A rule as long as the line right above it underlines a title; with text under it, it ends nothing."""
    above = lines[at - 1].strip() if at else ""
    width = len(lines[at].strip())
    return bool(above) and below > 0 and width > 4 and abs(len(above) - width) <= 2


def _contact_block(lines: list[str], sender_name: str) -> int:
    """A closing block of names, numbers and addresses, or a lone "-Name", at the end of `lines`."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    if end == 0:
        return len(lines)
    if (
        _NAME_DASH.match(lines[end - 1])
        and end >= 2
        and not lines[end - 2].strip()
        and not _has_bullets(lines[: end - 1])
    ):
        return end - 1
    words = [word.casefold() for word in re.findall(r"[^\W\d_]{2,}", sender_name)]
    contacts = 0
    best = len(lines)
    for at in range(end - 1, max(-1, end - 1 - BLOCK_LINES_MAX), -1):
        text = lines[at].strip()
        if len(text) > 90 or text.startswith(">"):
            break
        contacts += bool(_CONTACT.search(text))
        named = (
            bool(words)
            and len(text) <= 60
            and text.casefold().strip(" ,.*_").split()[:1] != []
            and _is_name(text, words)
        )
        if at == 0:
            break
        if named and not lines[at - 1].strip() and (contacts or at == end - 1):
            best = at if contacts else best
        if _FAREWELL.search(text) and len(text) <= 50 and len(text.split()) <= 6:
            below = [line.strip() for line in lines[at + 1 : end] if line.strip()]
            if contacts >= 1 or (len(below) == 1 and _is_name(below[0], words)):
                best = at
            break
    return best


def _is_name(text: str, words: list[str]) -> bool:
    found = [word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)]
    return (
        bool(found)
        and bool(words)
        and found[0] in words
        and all(word in words or len(found) > 2 for word in found)
    )


def _has_bullets(lines: list[str]) -> bool:
    return any(re.match(r"^\s*[-*•]\s?\S", line) for line in lines)
