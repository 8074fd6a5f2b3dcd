"""After the attacks: what bystanders saw, and that nothing is left over. The last module, by its name."""

import pytest

from hostile.conftest import ANSWER_MB, COUNT, MEMORY_MB, Target, Watch, digests, percentile_99
from hostile.processes import census, descriptors, eventually
from hostile.slow import HABITS, SlowClients
from hostile.wire import Client

#: What a bystander may have to wait, in the 99th percentile: a hundred times what it takes on a quiet machine.
P99_SECONDS = 0.5
#: Idle server 350 MB (pages that processes share count in each), kept responses 64 MB in each web process.
AT_REST_MB = 520
#: Two web processes, each with a thread for each query that there is room for, and eight to spare.
DOWNLOAD_THREADS = 2 * (2 + 16 + 8)


@pytest.mark.parametrize("habit", HABITS)
def test_a_slow_client_is_turned_away_in_time(slow_clients: SlowClients, habit: str) -> None:
    """Headers have 10 s to come, a body 30 s, whatever drips."""
    endings = slow_clients.endings(habit, within_seconds=40)
    assert len(endings) == 10
    assert max(ending.seconds for ending in endings) < 36
    if "body" in habit or "chunks" in habit:
        assert all(ending.answer.startswith(b"HTTP/1.1 408 ") for ending in endings)


def test_documents_were_answered_all_the_time(watch: Watch) -> None:
    assert len(watch.document_seconds) > 50
    assert percentile_99(watch.document_seconds) < P99_SECONDS


def test_cheap_queries_were_answered_all_the_time(watch: Watch) -> None:
    assert len(watch.query_seconds) > 50
    assert percentile_99(watch.query_seconds) < P99_SECONDS


def test_no_bystander_was_turned_away(watch: Watch) -> None:
    assert watch.failures == []


def test_memory_stayed_within_what_the_settings_allow(watch: Watch) -> None:
    assert watch.most_resident_mb < AT_REST_MB + 2 * MEMORY_MB + 8 * ANSWER_MB


def test_nothing_is_left_over(target: Target, watch: Watch, slow_clients: SlowClients) -> None:
    """Threads for downloads are kept once they are there; nothing else may stay."""
    before = target.before

    def is_as_before() -> bool:
        now = census(target.pid)
        more_threads = now.threads - before.threads
        is_closed = now.descriptors <= before.descriptors
        return now.processes == before.processes and is_closed and more_threads <= DOWNLOAD_THREADS

    slow_clients.stop()
    with watch.rest():
        assert eventually(is_as_before), (before, census(target.pid), descriptors(target.pid) - target.descriptors)


def test_the_data_is_unchanged(target: Target) -> None:
    assert digests(target.release) == target.digests
    assert Client(target.server.address).ask(f"{COUNT} # NOW, not from a cache").body == target.counted


def test_the_log_tells_of_no_surprise(target: Target) -> None:
    log = target.log.read_text("utf-8")
    for surprise in ("unexpected error", "Traceback", "panicked", "Task exception"):
        assert surprise not in log
