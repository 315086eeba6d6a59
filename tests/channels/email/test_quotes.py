"""What the sender wrote this time, in the languages and shapes that mail programs speak."""

import pytest

from affluent.channels.email.quotes import fold

OWN = "Thanks, it works.\nSee you"

SENTENCES = [
    "On Mon, 3 Mar 2025 at 10:12, Ana Lopez <ana@example.com> wrote:",
    "Le lun. 3 mars 2025 à 10:12, Ana Lopez <ana@example.com> a écrit :",
    "Am Mo., 3. März 2025 um 10:12 Uhr schrieb Ana Lopez <ana@example.com>:",
    "El lun, 3 mar 2025 a las 10:12, Ana Lopez (<ana@example.com>) escribió:",
    "Il giorno lun 3 mar 2025 alle ore 10:12 Ana Lopez <ana@example.com> ha scritto:",
    "Em seg., 3 de mar. de 2025 às 10:12, Ana Lopez <ana@example.com> escreveu:",
    "Op ma 3 mrt 2025 om 10:12 schreef Ana Lopez <ana@example.com>:",
    "Den mån 3 mars 2025 kl 10:12 skrev Ana Lopez <ana@example.com>:",
    "man. 3. mars 2025 kl. 10:12 skrev Ana Lopez <ana@example.com>:",
    "ma 3. maalisk. 2025 klo 10.12 Ana Lopez (ana@example.com) kirjoitti:",
    "pon., 3 mar 2025 o 10:12 Ana Lopez <ana@example.com> napisał(a):",
    "po 3. 3. 2025 v 10:12 odesílatel Ana Lopez <ana@example.com> napsal:",
    "пн, 3 мар. 2025 г. в 10:12, Ana Lopez <ana@example.com>:",
    "пн, 3 бер. 2025 р. о 10:12 Ana Lopez <ana@example.com> пише:",
    "Ana Lopez <ana@example.com> ezt írta (időpont: 2025. márc. 3., H, 10:12):",
    "În lun., 3 mar. 2025 la 10:12, Ana Lopez <ana@example.com> a scris:",
    "Ana Lopez <ana@example.com>, 3 Mar 2025 Pzt, 10:12 tarihinde şunu yazdı:",
    "Στις Δευ 3 Μαρ 2025 στις 10:12 π.μ., ο/η Ana Lopez <ana@example.com> έγραψε:",
    "בתאריך יום ב׳, 3 במרץ 2025 ב-10:12 מאת Ana Lopez <ana@example.com>:",
    "في الاثنين، 3 مارس 2025 في 10:12 ص تمت كتابة ما يلي بواسطة Ana Lopez <ana@example.com>:",
    "Ana Lopez <ana@example.com> 于2025年3月3日周一 10:12写道：",
    "2025年3月3日(月) 10:12 Ana Lopez <ana@example.com>:",
    "2025년 3월 3일 (월) 오전 10:12, Ana Lopez <ana@example.com>님이 작성:",
    "Vào Th 2, 3 thg 3, 2025 vào lúc 10:12 Ana Lopez <ana@example.com> đã viết:",
    "El dl., 3 de març 2025, 10:12, Ana Lopez <ana@example.com> va escriure:",
    "2025. 03. 03. 10:12 keltezéssel, Ana Lopez írta:",
    "Am 03.03.2025 um 10:12 schrieb Ana Lopez:",
    "W dniu 03.03.2025 o 10:12, Ana Lopez pisze:",
]

BLOCKS = [
    "Von: A B <a@b.example>\nGesendet: Montag, 3. März 2025 10:12\nAn: X\nBetreff: Y",
    "De : A <a@b.example>\nEnvoyé : lundi 3 mars 2025 10:12\nÀ : B\nObjet : C",
    "差出人: A <a@b.example>\n送信日時: 2025年3月3日\n宛先: X\n件名: Y",
    "*From:* A <a@b.example>\n*Date:* Mon\n*To:* X\n*Subject:* Y",
    "_____________________________\nFrom: A <a@b.example>\nSent: Monday\nSubject: Re: x\nTo: b",
    "-----Ursprüngliche Nachricht-----\nVon: A\nGesendet: x",
    "-------- Message d'origine --------\nDe : A <a@b.example>\nDate : 3/3/25 10:12 (GMT+01:00)\nÀ :"
    " B\nObjet : C",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "quote", ["> Hello there\n> second line", "Hello there\nsecond line"], ids=["marked", "bare"]
)
@pytest.mark.parametrize("wrapped", [False, True], ids=["one line", "wrapped"])
def test_the_sentence_before_a_quote_is_known_in_many_languages(
    sentence: str, quote: str, wrapped: bool
) -> None:
    announced = sentence.replace(" <", "\n<", 1) if wrapped else sentence
    folded = fold(f"{OWN}\n\n{announced}\n\n{quote}\n")
    assert folded.new_text == OWN
    assert folded.quoted is not None
    assert folded.quoted.endswith("second line")


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_labels_begins_the_quote(block: str) -> None:
    folded = fold(f"Merci !\nA\n\n{block}\n\nHello there\nbye\n")
    assert folded.new_text == "Merci !\nA"
    assert "Hello there" in (folded.quoted or "")


def test_an_answer_below_the_quote_is_found() -> None:
    folded = fold("On 04/02/2012 06:26 PM, Ana wrote:\n> Hi\n\nHello\n")
    assert folded.new_text == "Hello"
    assert "> Hi" in (folded.quoted or "")


def test_answers_between_quoted_lines_keep_them() -> None:
    folded = fold("On 04/02/2012 06:26 PM, Ana wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n")
    assert folded.new_text == "> One?\n\nYes.\n\n> Two?\n\nNo."


def test_a_forwarded_mail_is_itself_the_news() -> None:
    text = (
        "---------- Forwarded message ---------\nFrom: A <a@b.example>\nDate: Mon, 3 Mar 2025\nSubject: "
        "x\nTo: b\n\nPlease pay."
    )
    assert "Please pay." in fold(text).new_text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://aka.ms/x>",
        "Enviado desde mi iPhone",
        "Отправлено с iPhone",
        "发自我的iPhone",
        "iPhoneから送信",
        "Télécharger Outlook pour Android<https://x>",
    ],
)
def test_what_a_device_adds_is_signature(line: str) -> None:
    folded = fold(f"Ok then\n\n{line}\n")
    assert (folded.new_text, folded.signature) == ("Ok then", line)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Ok.\n\n-- \nAna Lopez\nDirector", "Ok."),
        ("Ok.\n--\nAna", "Ok."),
        ("Ok.\n\nCordialement,\nAna Lopez\nTél. 01 23 45 67 89\nwww.example.com", "Ok."),
        ("Ok.\n\n-Ana Lopez", "Ok."),
        ("Ok.\n\n____________________\nlist mailing list\nlist@example.com", "Ok."),
    ],
)
def test_signatures_are_folded(text: str, own: str) -> None:
    assert fold(text).new_text == own


@pytest.mark.parametrize(
    "text",
    [
        "Two points:\n- the first\n- the second",
        "Sent from my desk, is much easier then my mobile phone.",
        "On Thursday:\n\nI was there.",
        "Order: 12345\nName: Ana\nCity: Lyon",
        "Title\n-----\n\nA text that goes on.\nAnd on.",
        "He wrote: no.",
    ],
)
def test_what_only_looks_like_a_fold_stays(text: str) -> None:
    assert fold(text).new_text == text


def test_nothing_of_the_text_is_lost_by_folding() -> None:
    text = f"{OWN}\n\n{SENTENCES[0]}\n\n> Hello\n> there\n\n-- \nAna"
    folded = fold(text)
    whole = "\n".join(part for part in (folded.new_text, folded.quoted, folded.signature) if part)
    assert [line for line in whole.split("\n") if line] == [line for line in text.split("\n") if line]
