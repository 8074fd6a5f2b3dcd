"""What one client may ask, who a client is, and that nobody else pays for it."""

import json
import multiprocessing
import os
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from email.message import Message
from pathlib import Path

import pytest

from conftest import Server, serving
from kgpub.client_address import ClientAddresses, client_number, is_near
from kgpub.client_limits import ClientLimits
from kgpub.errors import SettingsInvalid, TooManyQueries
from kgpub.leases import Leases
from kgpub.rate_counters import RateCounters
from kgpub.release import Release
from kgpub.settings import ServerSettings, read_settings

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


def client_of(peer: str, forwarded: str, trusted: Sequence[str]) -> str:
    scope = {"client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())] if forwarded else []}
    return ClientAddresses(trusted).of(scope)


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", ("10.0.0.0/8",), "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ("10.0.0.0/8",), "198.51.100.1"),
        ("::1", "[2001:db8::7]:4711", ("::1",), "2001:db8::7"),
        ("::ffff:10.0.0.1", "198.51.100.1:80", ("10.0.0.0/8",), "198.51.100.1"),
        ("10.0.0.1", "not an address", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "", ("10.0.0.0/8",), "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1," + "9" * 100_000, ("10.0.0.0/8",), "10.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_proxies_are_trusted(
    peer: str, forwarded: str, trusted: Sequence[str], client: str
) -> None:
    assert client_of(peer, forwarded, trusted) == client


def test_all_addresses_of_an_ipv6_network_are_one_client() -> None:
    assert client_number("2001:db8:1:2::1") == client_number("2001:db8:1:2:ffff::9")
    assert client_number("2001:db8:1:2::1") != client_number("2001:db8:1:3::1")
    assert client_number("::ffff:203.0.113.9") == client_number("203.0.113.9") != client_number("203.0.113.10")


def test_near_is_this_machine_and_private_networks() -> None:
    assert all(is_near(address) for address in ("127.0.0.1", "::1", "10.1.2.3", "192.168.0.1", "fd00::1"))
    assert not any(is_near(address) for address in ("8.8.8.8", "2a00:1450::1", "", "unix"))


def test_more_queries_a_minute_than_allowed_wait_for_the_next_minute(tmp_path: Path) -> None:
    limits = ClientLimits(tmp_path, ServerSettings(queries_per_minute=3))
    for _ in range(3):
        limits.admit("203.0.113.9")
    with pytest.raises(TooManyQueries, match="3 queries a minute") as refused:
        limits.admit("203.0.113.9")
    assert 1 <= refused.value.retry_after_seconds <= 60
    ClientLimits(tmp_path, ServerSettings(queries_per_minute=3)).admit("203.0.113.10")
    with pytest.raises(TooManyQueries):
        ClientLimits(tmp_path, ServerSettings(queries_per_minute=3)).admit("203.0.113.9")


def test_a_query_at_its_end_makes_room_for_another(tmp_path: Path) -> None:
    limits = ClientLimits(tmp_path, ServerSettings(concurrent_queries=2))
    ends = [limits.admit("203.0.113.9") for _ in range(2)]
    with pytest.raises(TooManyQueries, match="2 queries answered at once"):
        limits.admit("203.0.113.9")
    limits.admit("203.0.113.10")
    ends[0]()
    limits.admit("203.0.113.9")


def test_a_process_that_ended_holds_no_leases(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=take_and_end, args=(tmp_path / "leases",))
    process.start()
    process.join()
    assert Leases(tmp_path / "leases").take(7, 1)
    assert not Leases(tmp_path / "leases").take(7, 1)


def take_and_end(path: Path) -> None:
    assert Leases(path).take(7, 1)
    os._exit(0)


def test_the_memory_of_addresses_does_not_grow_and_the_busiest_are_remembered(tmp_path: Path) -> None:
    counters = RateCounters(tmp_path / "rate")
    size = (tmp_path / "rate").stat().st_size
    for _ in range(500):
        counters.incr("busy", 60)
    for n in range(60_000):
        counters.incr(f"address {n}", 60)
    assert counters.incr("busy", 60) == 501
    assert (tmp_path / "rate").stat().st_size == size < 1_000_000


def test_a_counter_begins_anew_when_its_time_is_over(tmp_path: Path) -> None:
    counters = RateCounters(tmp_path / "rate")
    assert [counters.incr("a", 1), counters.incr("a", 1), counters.get("a")] == [1, 2, 2]
    time.sleep(1.05)
    assert [counters.get("a"), counters.incr("a", 1)] == [0, 1]
    counters.clear("a")
    assert counters.get("a") == 0


def test_a_proxy_that_is_no_network_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "kgpub.toml").write_text(
        '[publication]\nbase_iri = "http://ex.org/"\n[server]\ntrusted_proxies = ["10.0.0.0/99"]\n', "utf-8"
    )
    with pytest.raises(SettingsInvalid, match=r"line 4.*10\.0\.0\.0/99"):
        read_settings(tmp_path / "kgpub.toml")


def settings(folder: Path, release: Release, server: str) -> Path:
    (folder / "kgpub.toml").write_text(
        '[publication]\nbase_iri = "https://w3id.org/stca-kg/"\n'
        f'[folders]\nreleases = "{release.folder.parent}"\n[query]\nseconds = 2\nworkers = 3\n[server]\n{server}\n',
        "utf-8",
    )
    return folder


def lowered(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def ask(server: Server, query: str, client: str, address: str = "/sparql") -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(
        server.address + address, urllib.parse.urlencode({"query": query}).encode(), {"X-Forwarded-For": client}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, lowered(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, lowered(error.headers), error.read()


def test_behind_a_trusted_proxy_the_third_query_of_one_client_is_429_and_others_are_answered(
    tmp_path: Path, announcement_release: Release
) -> None:
    server = 'concurrent_queries = 2\ntrusted_proxies = ["127.0.0.0/8"]'
    with serving((), settings(tmp_path, announcement_release, server)) as running:
        bombs = [threading.Thread(target=ask, args=(running, BOMB, "203.0.113.9")) for _ in range(2)]
        for bomb in bombs:
            bomb.start()
        time.sleep(0.5)
        for _ in range(6):  # both web processes count together
            status, headers, body = ask(running, "ASK {}", "203.0.113.9")
            assert (status, headers["retry-after"]) == (429, "1")
        problem = json.loads(body)
        assert problem["type"].endswith("/too-many-queries")
        assert problem["limit"] == "2 queries answered at once"
        assert [ask(running, "ASK {}", f"203.0.113.{n}")[0] for n in (10, 11, 12)] == [200] * 3
        with urllib.request.urlopen(f"{running.address}/doc/id/ccr.ttl", timeout=20) as document:
            assert document.status == 200
        for bomb in bombs:
            bomb.join()
        assert ask(running, "ASK {}", "203.0.113.9")[0] == 200


def test_without_trusted_proxies_no_header_makes_another_client(tmp_path: Path, announcement_release: Release) -> None:
    with serving((), settings(tmp_path, announcement_release, "queries_per_minute = 5")) as running:
        statuses = [ask(running, f"ASK {{ <a:{n}> ?p ?o }}", f"203.0.113.{n}")[0] for n in range(8)]
        assert statuses == [200] * 5 + [429] * 3
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{running.address}/readyz", timeout=20) as ready:
            assert ready.status == 200
