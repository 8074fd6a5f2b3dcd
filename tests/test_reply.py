"""Requests and replies, apart from any framework."""

import pytest

from kgpub.content_coding import Headers
from kgpub.reply import fields_of, is_known, not_modified

PUBLIC: Headers = [(b"content-type", b"text/plain"), (b"cache-control", b"public, max-age=300"), (b"etag", b'"a"')]


def test_fields_of_one_name_are_joined_in_their_order() -> None:
    sent = [(b"accept", b"text/turtle"), (b"host", b"x"), (b"accept", b"*/*;q=0.1")]
    assert fields_of(sent) == {b"accept": b"text/turtle,*/*;q=0.1", b"host": b"x"}


@pytest.mark.parametrize(
    ("sent", "has_it"),
    [
        (b'"a"', True), (b'W/"a"', True), (b'"b", W/"a"', True), (b" * ", True),
        (b'"b"', False), (b"a", False), (b"", False),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly(sent: bytes, has_it: bool) -> None:  # noqa: FBT001 (a case of the table)
    assert is_known(PUBLIC, sent) is has_it
    assert is_known([(b"etag", b'W/"a"')], sent) is has_it


def test_a_304_has_the_validators_and_no_headers_of_the_content() -> None:
    assert not_modified([*PUBLIC, (b"content-length", b"3")]) == PUBLIC[1:]
