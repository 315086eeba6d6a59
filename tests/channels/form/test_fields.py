"""Each field is judged as its administrator asked."""

import pytest

from affluent.centre.records import NewFile
from affluent.channels.form.fields import Complaint, Filled, checked

FIELDS = [
    {"key": "nom", "label_fr": "Nom", "label_en": "Name", "kind": "text", "required": True},
    {"key": "email", "label_fr": "E-mail", "label_en": "Email", "kind": "email", "required": True},
    {"key": "phone", "label_fr": "Téléphone", "label_en": "Phone", "kind": "phone"},
    {"key": "motif", "label_fr": "Motif", "label_en": "Reason", "kind": "choice",
     "choices_fr": ["Contrat"], "choices_en": ["Contract"]},
    {"key": "message", "label_fr": "Demande", "label_en": "Request", "kind": "long"},
    {"key": "ok", "label_fr": "D’accord", "label_en": "Agreed", "kind": "checkbox", "required": True},
    {"key": "piece", "label_fr": "Pièce", "label_en": "Paper", "kind": "file"},
]  # fmt: skip
GOOD: dict[str, object] = {"nom": "Hélène", "email": "h@shop.example", "motif": "Contrat", "ok": True}


def _checked(**changes: object) -> Filled | list[Complaint]:
    return checked({"fields": FIELDS, "title_fr": "Nous écrire"}, {**GOOD, **changes}, {}, "fr")


def test_a_good_form_is_read_in_the_forms_order() -> None:
    filled = _checked(message=" ligne 1\r\nligne 2 ", inconnu="jeté")
    assert isinstance(filled, Filled)
    assert (filled.email, filled.name, filled.subject) == ("h@shop.example", "Hélène", "Contrat")
    assert [key for key, _, _ in filled.fields] == [str(one["key"]) for one in FIELDS]
    assert ("message", "Demande", "ligne 1\nligne 2") in filled.fields
    assert ("ok", "D’accord", "Oui") in filled.fields


def test_without_a_choice_the_form_has_its_title_as_subject() -> None:
    filled = _checked(motif="")
    assert isinstance(filled, Filled) and filled.subject == "Nous écrire"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("nom", "", "missing"),
        ("nom", "   ", "missing"),
        ("nom", None, "missing"),
        ("nom", ["x"], "unreadable"),
        ("nom", "x" * 501, "field_too_long"),
        ("email", "helene", "not_an_email"),
        ("email", "a@b", "not_an_email"),
        ("email", "a@b.fr\nBcc: c@d.fr", "not_an_email"),
        ("email", "a@" + "b." * 200 + "fr", "field_too_long"),
        ("phone", "appelez-moi", "not_a_phone"),
        ("motif", "Autre chose", "choice_unknown"),
        ("message", "x" * 20_001, "field_too_long"),
        ("ok", False, "missing"),
        ("ok", "non", "missing"),
    ],
)
def test_what_is_wrong_with_a_field(field: str, value: object, code: str) -> None:
    complaints = _checked(**{field: value})
    assert isinstance(complaints, list)
    assert [(one.field, one.code) for one in complaints] == [(field, code)]


def test_every_complaint_is_made_at_once() -> None:
    complaints = checked({"fields": FIELDS}, {}, {}, "en")
    assert isinstance(complaints, list)
    assert [one.field for one in complaints] == ["nom", "email", "ok"]


def test_files_are_limited_and_named_in_the_text() -> None:
    paper = NewFile("devis.pdf", "application/pdf", b"x" * 10)
    good = checked({"fields": FIELDS}, GOOD, {"piece": [paper], "other": [paper]}, "fr")
    assert isinstance(good, Filled) and good.files == (paper,)
    assert ("piece", "Pièce", "devis.pdf") in good.fields
    small = checked({"fields": FIELDS, "max_file_bytes": 9}, GOOD, {"piece": [paper]}, "fr")
    assert isinstance(small, list) and small[0].code == "file_too_large"
    many = checked({"fields": FIELDS}, GOOD, {"piece": [paper] * 11}, "fr")
    assert isinstance(many, list) and many[0].code == "too_many_files"
