"""Templates: what they ask for, what they become, and which could never be filled in."""

import pytest

from affluent.centre.refusals import Invalid
from affluent.centre.templates import check, fields, filled

BODY = (
    "{{#fr}}Bonjour {{customer.name}},{{/fr}}{{#else}}Hello {{customer.name}},{{/else}}\n"
    "n° {{field:Commande}}, {{choice:Taille|petite|grande}}.{{#fr}} Délai : {{field:Délai}}{{/fr}}"
)
NAMES = {"customer.name": "Zoé", "agent.name": "Ada", "brand.name": "North"}


def test_a_template_speaks_the_customers_language_and_asks_only_what_it_needs() -> None:
    check(BODY)
    assert [one.label for one in fields(BODY)] == ["Commande", "Taille", "Délai"]
    assert [one.label for one in fields(BODY, "en")] == ["Commande", "Taille"]
    assert (
        filled(BODY, "de", NAMES, {"Commande": " 417 ", "Taille": "grande"}) == "Hello Zoé,\nn° 417, grande."
    )
    french = filled(BODY, "fr-CA", NAMES, {"Commande": "1", "Taille": "petite", "Délai": "2 j"})
    assert french == "Bonjour Zoé,\nn° 1, petite. Délai : 2 j"


def test_what_is_typed_is_never_read_as_a_template() -> None:
    assert filled("{{field:A}} {{field:B}}", None, NAMES, {"A": "{{field:B}}", "B": "x"}) == "{{field:B}} x"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"Commande": "1", "Délai": "x"}, "template_value_missing"),
        ({"Commande": "1", "Délai": "x", "Taille": "énorme"}, "not_a_choice"),
        ({"Commande": "x" * 2001, "Délai": "x", "Taille": "petite"}, "text_too_long"),
    ],
)
def test_a_field_left_out_is_named(values: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        filled(BODY, "fr", NAMES, values)
    assert refused.value.code == code
    assert (refused.value.field or "").startswith("values.")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{#fr}}Bonjour", "template_part_open"),
        ("Bonjour{{/fr}}", "template_part_open"),
        ("{{customer.nom}}", "template_unknown_name"),
        ("Le {{field:Date", "template_mark_open"),
        ("Le field:Date}}", "template_mark_open"),
        ("{{field:}}", "template_field_nameless"),
        ("{{choice:Taille|une}}", "template_choice_empty"),
        ("{{choice:Taille|une|}}", "template_choice_empty"),
        ("{{field:A}} {{choice:A|x|y}}", "template_field_twice"),
    ],
)
def test_what_could_never_be_filled_in_is_refused_when_saved(body: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(body)
    assert (refused.value.code, refused.value.field) == (code, "body")
