"""Where readers reach the server: what settings and trusted proxies say of it, and others, who say nothing."""

from pathlib import Path
from typing import Any

import pytest

from kgpub.client_address import ClientAddresses
from kgpub.errors import SettingsInvalid
from kgpub.iris import is_mount
from kgpub.mount import Mount
from kgpub.settings import read_settings

TOLD = {"x-forwarded-proto": "https", "x-forwarded-host": "data.example.org", "x-forwarded-prefix": "/kg"}


def asked(path: str, fields: dict[str, str], *, mount: str = "", peer: str = "127.0.0.1") -> tuple[Any, ...]:
    """Return what a request looks like behind a proxy on this machine: scheme, host, root, path, raw path."""
    headers = [(name.encode(), value.encode()) for name, value in ({"host": "127.0.0.1:8000"} | fields).items()]
    scope = {"client": (peer, 1), "headers": headers, "scheme": "http", "path": path, "raw_path": path.encode()}
    came = Mount(mount, ClientAddresses(["127.0.0.0/8"])).as_asked(scope)
    host = [value.decode() for name, value in came["headers"] if name == b"host"]
    return came["scheme"], *host, came.get("root_path", ""), came["path"], came["raw_path"].decode()


PLAIN = ("http", "127.0.0.1:8000")


def test_a_trusted_proxy_tells_scheme_host_and_what_it_took_off_the_path() -> None:
    assert asked("/id/x", TOLD) == ("https", "data.example.org", "/kg", "/kg/id/x", "/kg/id/x")
    assert asked("/kg/x", TOLD) == ("https", "data.example.org", "/kg", "/kg/kg/x", "/kg/kg/x")


def test_anybody_else_tells_nothing() -> None:
    assert asked("/id/x", TOLD, peer="203.0.113.9") == (*PLAIN, "", "/id/x", "/id/x")
    scope = {"client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-prefix", b"/kg")], "path": "/", "scheme": "http"}
    assert Mount("", ClientAddresses([])).as_asked(scope) == scope


@pytest.mark.parametrize(
    "prefix",
    ["kg", "//evil.example", "/../x", "/.", "/kg/../x", "/k g", "/kg?x", "/kg#x", "/%2e%2e", "/kg//x", '/"x', "/é",
     "/<x>", "/" + "x" * 300, "/", "https://evil.example/", "/kg\\x"],
)  # fmt: skip
def test_a_prefix_that_is_no_plain_path_is_not_there(prefix: str) -> None:
    assert not is_mount(prefix) or prefix == ""
    assert asked("/id/x", {"x-forwarded-prefix": prefix}) == (*PLAIN, "", "/id/x", "/id/x")


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "a@b", "a:b", "", "x" * 300, "é.example", "a,b/"])
def test_a_host_that_is_none_is_not_there(host: str) -> None:
    assert asked("/", {"x-forwarded-host": host, "x-forwarded-proto": "gopher"}) == (*PLAIN, "", "/", "/")


def test_of_several_values_the_one_of_the_nearest_proxy_counts() -> None:
    several = {"x-forwarded-proto": "http, https", "x-forwarded-host": "evil.example, data.example.org:8443",
               "x-forwarded-prefix": "/evil, /kg/"}  # fmt: skip
    assert asked("/x", several) == ("https", "data.example.org:8443", "/kg", "/kg/x", "/kg/x")


@pytest.mark.parametrize(
    ("path", "root", "seen"),
    [
        ("/kg/id/x", "/kg", "/kg/id/x"),
        ("/kg", "/kg", "/kg/"),
        ("/kg/", "/kg", "/kg/"),
        ("/kg/kg/x", "/kg", "/kg/kg/x"),
        ("/kgx", "", "/kgx"),
        ("/healthz", "", "/healthz"),
        ("/", "", "/"),
    ],
)
def test_the_settings_mount_the_server_below_a_path(path: str, root: str, seen: str) -> None:
    for peer in ("127.0.0.1", "203.0.113.9"):
        assert asked(path, {}, mount="/kg", peer=peer) == (*PLAIN, root, seen, seen)


def test_a_prefix_comes_before_the_mount() -> None:
    assert asked("/kg/x", TOLD | {"x-forwarded-prefix": "/data"}, mount="/kg")[2:] == (
        "/data/kg",
        "/data/kg/x",
        "/data/kg/x",
    )


def test_a_path_that_was_sent_with_escapes_keeps_them() -> None:
    scope = {"client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-prefix", b"/kg")], "scheme": "http",
             "path": "/id/a/b", "raw_path": b"/id/a%2Fb"}  # fmt: skip
    assert Mount("", ClientAddresses(["127.0.0.1"])).as_asked(scope)["raw_path"] == b"/kg/id/a%2Fb"
    escaped = scope | {"path": "/kg/x", "raw_path": b"/%6Bg/x"}
    assert Mount("/kg", ClientAddresses([])).as_asked(escaped) == escaped


@pytest.mark.parametrize("mount", ["kg", "/kg/", "/", "/../x"])
def test_a_mount_that_is_no_plain_path_is_an_error_with_its_line(mount: str, tmp_path: Path) -> None:
    text = f'[publication]\nbase_iri = "http://ex.org/"\n[server]\nmount = "{mount}"\n'
    (tmp_path / "kgpub.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid, match=r"line 4.*mount"):
        read_settings(tmp_path / "kgpub.toml")
