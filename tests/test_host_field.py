"""What names a host in a request, and what does not."""

import pytest

from kgpub.host_field import is_right


@pytest.mark.parametrize(
    "host",
    ["x", "example.org", "example.org:8000", "127.0.0.1:", "[::1]:80", "[::1]", "a_b.c-d", "xn--bcher-kva.ch"],
)
def test_hosts_as_they_are_sent(host: str) -> None:
    assert is_right(host.encode(), "1.1")


@pytest.mark.parametrize(
    "host", ["", ":80", "a b", "a,b", "a@b", "a/b", "a:b", "é", '"x"', "<x>", "a:1:2", "[::1", "x" * 2_000]
)
def test_what_is_no_host(host: str) -> None:
    assert not is_right(host.encode(), "1.1")


def test_a_request_without_host_is_one_of_an_earlier_version() -> None:
    assert is_right(None, "1.0")
    assert not is_right(None, "1.1")
