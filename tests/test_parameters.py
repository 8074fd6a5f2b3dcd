"""Parameters, as a browser or a program writes them."""

import random
from urllib.parse import parse_qsl, urlencode

import pytest

from kgpub.errors import BadRequest
from kgpub.parameters import parameters


def test_what_was_encoded_is_read_again() -> None:
    chance = random.Random(4)  # noqa: S311 (the same every time)
    for _ in range(2_000):
        pairs = [(_text(chance), _text(chance)) for _ in range(chance.randrange(4))]
        assert parameters(urlencode(pairs).encode()) == pairs


def _text(chance: random.Random) -> str:
    return "".join(chance.choice("aZ09 =&%+;_?#<>\"'\n\r\t\0é\u20ac\U0001f600") for _ in range(chance.randrange(12)))


@pytest.mark.parametrize(
    "query",
    [
        b"", b"&", b"a", b"=", b"a=b=c", b"a=%", b"a=%4", b"a=%zz", b"a=%4g&b=%41", b"%61=%2b+%2B", b"a=b&&c=d",
        b"a=1;b=2", b"a=%0D%0A", b"a=b\r\nc", b"a==41", b"a=%3D41", b"a=%3d%3D", b"_=_", b"a=b ", b"a=b%20",
    ],
)  # fmt: skip
def test_what_nobody_encoded_is_read_as_the_standard_library_reads_it(query: bytes) -> None:
    assert parameters(query) == parse_qsl(query.decode(), keep_blank_values=True)


def test_characters_beyond_ascii_need_no_escape() -> None:
    assert parameters("a=é".encode()) == [("a", "é")]


@pytest.mark.parametrize("query", [b"a=%FF", b"%C3=1", b"a=\xff", b"a=%&b=%FF"])
def test_what_is_not_utf_8_is_refused(query: bytes) -> None:
    with pytest.raises(BadRequest, match="UTF-8"):
        parameters(query)


def test_two_hundred_parameters_are_enough() -> None:
    assert len(parameters(b"&".join([b"a=1"] * 200))) == 200
    for query in (b"&".join([b"a=1"] * 201), b"&".join([b"a=%"] * 201)):
        with pytest.raises(BadRequest, match="200"):
            parameters(query)
