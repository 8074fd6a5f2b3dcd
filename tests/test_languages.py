"""From what a client says of languages to the order in which texts are chosen."""

import pytest

from kgpub.errors import BadRequest
from kgpub.languages import Languages, check_tag

BILINGUAL = Languages(("en", "fr", ""), ("en", "en"))
MANY = Languages(("de", "en", "fr-ca", "pt", "pt-br", "sr-latn", "zh-hant-tw"), ("de", "en"))


@pytest.mark.parametrize(
    ("header", "order"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr en"),
        ("FR", "fr en"),
        ("fr-CA", "fr en"),
        ("fr-CA, en", "fr en"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en fr"),
        ("en;q=0.2, fr;q=0.8", "fr en"),
        ("fr;q=0.5,en;q=0.5", "fr en"),
        ("de, fr;q=0.1", "fr en"),
        ("de", "en"),
        ("*", "en"),
        ("*, fr;q=0.5", "fr en"),
        ("fr;q=0", "en"),
        ("en;q=0, fr", "fr"),
        ("en;q=0", ""),
        ("fr-x-private", "fr en"),
        (" fr ; q=0.7 ,", "fr en"),
        ("fr;Q=1.000", "fr en"),
    ],
)
def test_a_header_is_read_as_its_specification_says(header: str | None, order: str) -> None:
    assert BILINGUAL.negotiate(header) == (*order.split(), "")


@pytest.mark.parametrize(
    "header",
    [
        "fr;q=2",
        "fr;q=0.1234",
        "fr;q=-1",
        "fr;level=1",
        "français",
        "fr_CA",
        "fr-",
        ";q=1",
        "franglaises",
        ",,,",
        "\x00",
        "fr q=1",
        "en" * 5_000,
    ],
)
def test_what_is_malformed_is_ignored(header: str) -> None:
    assert BILINGUAL.negotiate(header) == BILINGUAL.default
    assert BILINGUAL.negotiate(f"{header[:100]}, fr") == ("fr", "en", "")


@pytest.mark.parametrize(
    ("range_", "first"),
    [
        ("fr", "fr-ca"),
        ("fr-FR", "fr-ca"),
        ("pt-BR", "pt-br"),
        ("pt-PT", "pt"),
        ("pt", "pt"),
        ("zh-Hant-TW-x-a", "zh-hant-tw"),
        ("zh", "zh-hant-tw"),
        ("sr", "sr-latn"),
        ("p", "de"),
        ("f", "de"),
    ],
)
def test_a_near_language_comes_before_another_one(range_: str, first: str) -> None:
    assert MANY.negotiate(range_)[0] == first


def test_a_reader_of_one_kind_of_a_language_may_read_the_others_of_it() -> None:
    assert MANY.negotiate("pt-BR, fr;q=0.5") == ("pt-br", "pt", "fr-ca", "de", "en", "")


def test_a_hostile_header_is_read_no_further_than_any_client_writes() -> None:
    assert BILINGUAL.negotiate(",".join(["de"] * 400 + ["fr"])) == BILINGUAL.default
    assert (
        MANY.negotiate(",".join(f"{tag};q=0.{n}" for n, tag in enumerate(["fr", "pt", "sr"] * 50, 100)))[0] == "sr-latn"
    )


def test_the_site_s_own_order_stands_behind_and_needs_no_label_in_it() -> None:
    assert Languages(("fr",), ("de", "en")).default == ("de", "en", "")
    assert Languages(("fr", "en-ca"), ("en",)).default == ("en-ca", "en", "")


def test_a_language_in_the_address_comes_first_and_is_told_as_the_data_has_it() -> None:
    assert MANY.with_first("PT-BR") == (("pt-br", "pt", "de", "en", ""), "pt-br")
    assert MANY.with_first("fr") == (("fr-ca", "de", "en", ""), "fr-ca")
    assert MANY.with_first("tlh") == (MANY.default, "")


def test_a_choice_takes_two_languages() -> None:
    assert (BILINGUAL.is_choice, BILINGUAL.offered) == (True, ("en", "fr"))
    for tags in ((), ("",), ("en", "")):
        only = Languages(tags, ("en",))
        assert (only.is_choice, only.offered) == (False, ())


def test_pages_lead_to_the_languages_of_most_labels() -> None:
    tags = [f"x{n}" for n in range(100)]
    assert Languages(tags, ("en",)).offered == tuple(tags[:12])


@pytest.mark.parametrize("tag", ["", "fr_CA", "français", "fr-", "<b>", "fr&x=1", "a" * 9, "fr" + "-abc" * 40])
def test_a_parameter_that_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(BadRequest, match="language tag"):
        check_tag(tag)
