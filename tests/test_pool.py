"""The pool: whatever a query does to its worker, the next query is answered, and nothing is left behind."""

import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engines import EX, product, write_store
from kgpub.engine import Budget, Query, Wanted
from kgpub.engine_local import LocalEngine
from kgpub.errors import EngineBusy, EngineUnavailable, KgpubError, QueryCrashed, QueryOverBudget
from kgpub.formats import RESULTS_CSV
from kgpub.frames import Tag, encode_document
from kgpub.pool import QueryPool

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

WORKERS, QUEUE = 2, 1
TABLE = Wanted(RESULTS_CSV, None)
BUDGET = Budget(seconds=10, memory_mb=128, answer_bytes=1_000_000)
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ENDLESS = f"SELECT (COUNT(*) AS ?n) WHERE {{ {product(12)} }}"
FRAME = {"text": ENDLESS, "default_graphs": None, "named_graphs": None, "solutions": "csv", "graph": None}
DOUBLED = " ".join(f"BIND(CONCAT(?c{n}, ?c{n}) AS ?c{n + 1})" for n in range(30))
BOMBS = {
    "braces": "SELECT * WHERE " + "{" * 5_000 + "}" * 5_000,
    "parentheses": "ASK { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "sorting": f"SELECT * WHERE {{ {product(6)} }} ORDER BY ?last",
    "distinct": f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT * WHERE {{ {product(6)} }} }}",
    "doubling": "ASK { BIND('0123456789' AS ?c0) " + DOUBLED + " FILTER(STRLEN(?c30) = 0) }",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("pool") / "store")


@pytest.fixture(scope="module")
def pool(store: Path) -> Iterator[QueryPool]:
    running = QueryPool(store, EX, workers=WORKERS, queue=QUEUE, memory_mb=BUDGET.memory_mb)
    yield running
    running.close()


@pytest.fixture(scope="module")
def single(store: Path) -> Iterator[QueryPool]:
    running = QueryPool(store, EX, workers=1, queue=QUEUE, memory_mb=BUDGET.memory_mb)
    yield running
    running.close()


def ask(pool: QueryPool, text: str, budget: Budget = BUDGET) -> bytes:
    return LocalEngine(pool.address).evaluate(Query(text), TABLE, budget).read()


def assert_answers_soon(pool: QueryPool) -> None:
    wait_until(lambda: is_answered(pool), seconds=1)


def is_answered(pool: QueryPool) -> bool:
    try:
        return ask(pool, COUNT, Budget(1, 128, 1_000)) == b"n\r\n8\r\n"
    except EngineBusy:
        return False


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited for too long"
        time.sleep(0.005)
    assert time.monotonic() < deadline, "it took too long"


# --- processes -------------------------------------------------------------------------------------------


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie: who reaps an orphan is not the pool's business."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def workers(pool: QueryPool) -> set[int]:
    """Return the workers that are in their sandbox; the pool has one more child, which watches its parent."""
    return {pid for pid in children(pool.master_pid) if is_sandboxed(pid)}


def is_sandboxed(pid: int) -> bool:
    try:
        return "Seccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


# --- replacement -----------------------------------------------------------------------------------------


def test_killed_workers_are_replaced(pool: QueryPool) -> None:
    wait_until(lambda: len(workers(pool)) == WORKERS)
    killed = workers(pool)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not any(map(is_running, killed)))
    assert_answers_soon(pool)
    wait_until(lambda: len(workers(pool) - killed) == WORKERS)


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_a_worker_and_nothing_else(pool: QueryPool, bomb: str) -> None:
    with pytest.raises(QueryCrashed, match="128 MB"):
        ask(pool, bomb)
    assert_answers_soon(pool)


def test_a_query_over_its_time_costs_a_worker_and_nothing_else(pool: QueryPool) -> None:
    for _ in range(WORKERS):
        with pytest.raises(QueryOverBudget):
            ask(pool, ENDLESS, Budget(0.1, 128, 1_000))
    assert_answers_soon(pool)


def test_the_data_is_unchanged_by_all_of_it(single: QueryPool, store: Path) -> None:
    before = fingerprint(store)
    for bomb in (*BOMBS.values(), "CLEAR ALL", "DROP ALL"):
        with pytest.raises(KgpubError):
            ask(single, bomb)
    assert_answers_soon(single)
    assert fingerprint(store) == before


def fingerprint(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


# --- the queue -------------------------------------------------------------------------------------------


def connected(pool: QueryPool) -> socket.socket:
    """Return a client that has yet to send its query: it holds a worker, or a place in the queue, at no cost."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(0)
    try:
        client.connect(pool.address)
    except BlockingIOError:
        client.close()
        raise
    return client


def asked(connection: socket.socket, seconds: float) -> Callable[[], None]:
    """Send an endless query as a web process does, and return what gives it up."""
    theirs, ours = os.pipe()
    query = encode_document(Tag.QUERY, FRAME | {"seconds": seconds, "answer_bytes": 1_000})
    socket.send_fds(connection, [query], [theirs])
    os.close(theirs)

    def give_up() -> None:
        os.close(ours)
        connection.close()

    return give_up


@contextmanager
def crowd(pool: QueryPool) -> Iterator[None]:
    """Hold the only worker and every place in the queue; Linux lets one more wait than it was told."""
    clients: list[socket.socket] = []

    def is_full() -> bool:
        try:
            clients.append(connected(pool))
        except BlockingIOError:
            return len(clients) == 1 + QUEUE + 1
        return False

    try:
        wait_until(is_full)
        yield
    finally:
        for client in clients:
            client.close()


def test_a_query_beyond_workers_and_queue_is_turned_away_at_once(single: QueryPool) -> None:
    with crowd(single):
        started = time.monotonic()
        with pytest.raises(EngineBusy):
            ask(single, COUNT)
        assert time.monotonic() - started < 1
    assert_answers_soon(single)


@pytest.mark.parametrize("seconds", [1e-9, 0.000_01, 0.001])
def test_a_query_with_hardly_any_time_is_over_its_budget_and_nobody_is_busy(single: QueryPool, seconds: float) -> None:
    assert_answers_soon(single)
    with pytest.raises(QueryOverBudget, match="time"):
        ask(single, ENDLESS, Budget(seconds, 128, 1_000))
    assert_answers_soon(single)


def test_a_query_that_waits_too_long_is_told_so(single: QueryPool) -> None:
    with connected(single), pytest.raises(EngineBusy):
        ask(single, COUNT, Budget(0.1, 128, 1_000))
    assert_answers_soon(single)


def test_a_query_that_was_abandoned_while_it_waited_is_not_evaluated(single: QueryPool) -> None:
    with connected(single), connected(single) as impatient:
        asked(impatient, seconds=8)()
    assert_answers_soon(single)


# --- the end ---------------------------------------------------------------------------------------------


def test_a_query_whose_client_hangs_up_ends_at_once(single: QueryPool) -> None:
    (worker,) = workers(single)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(single.address)
    give_up = asked(connection, seconds=30)
    time.sleep(0.2)
    assert is_running(worker)
    give_up()
    wait_until(lambda: not is_running(worker), 2)
    assert_answers_soon(single)


def test_a_query_that_lasts_yields_the_processor(single: QueryPool) -> None:
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    wait_until(lambda: len(workers(single)) == 1)
    (worker,) = workers(single)
    connection = connected(single)
    give_up = asked(connection, seconds=30)
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, worker) == usual + 4, seconds=2)
    give_up()
    wait_until(lambda: workers(single) not in (set(), {worker}))
    assert [os.getpriority(os.PRIO_PROCESS, fresh) for fresh in workers(single)] == [usual]


def test_a_client_that_reads_slowly_is_not_taken_for_one_that_hung_up(single: QueryPool) -> None:
    wait_until(lambda: len(workers(single)) == 1)
    (worker,) = workers(single)
    answer = LocalEngine(single.address).evaluate(Query(f"SELECT * WHERE {{ {product(3, last=70)} }}"), TABLE, BUDGET)
    assert answer.whole is None
    read = 0
    for chunk in answer.chunks:
        read += len(chunk)
        time.sleep(0.02)
    assert read > 500_000  # more than the socket holds: the worker had to wait
    assert workers(single) == {worker}


def test_nothing_is_left_after_close(store: Path) -> None:
    pool = QueryPool(store, EX, workers=3, queue=1, memory_mb=128)
    wait_until(lambda: len(children(pool.master_pid)) == 3 + 1)
    processes = {pool.master_pid} | children(pool.master_pid)
    with connected(pool):
        pool.close()
    wait_until(lambda: not any(map(is_running, processes)))
    assert not Path(pool.address).parent.exists()
    with pytest.raises(EngineUnavailable):
        LocalEngine(pool.address).ping()


def test_nothing_is_left_after_the_parent_was_killed(store: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kgpub.pool import QueryPool\n"
        f"pool = QueryPool(Path({str(store)!r}), {EX!r}, workers=2, queue=1, memory_mb=128)\n"
        "print(pool.master_pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        master = int(parent.stdout.readline())
        processes = {master} | children(master)
        parent.kill()
    assert len(processes) >= 1 + 2
    wait_until(lambda: not any(map(is_running, processes)))


def test_only_the_owner_may_reach_the_workers(pool: QueryPool) -> None:
    address = Path(pool.address)
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
