"""The state of a running server, for its metrics: release, pool, processes, what is prepared; read when asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from kgpub.prepared_documents import PreparedDocuments, Progress
from kgpub.processes import usage_of
from kgpub.worker_ends import read_worker_ends


@dataclass(frozen=True, slots=True)
class ServerState:
    """Which server: the release it serves, its pool (without an address there is none), its main process.

    *prepared* are the documents that it makes before anybody asks, if it does.
    """

    release: str
    pool_address: str
    workers: int
    main_pid: int
    prepared: PreparedDocuments | None = None

    def families(self, open_queries: int) -> Iterator[Metric]:
        """Yield the families of samples; *open_queries* are at the engine now."""
        info = GaugeMetricFamily("kgpub_release_info", "The release that is served.", labels=["release"])
        info.add_metric([self.release], 1)
        yield info
        if self.pool_address:
            yield from self._pool(open_queries)
        if self.prepared is not None:
            yield from _preparation(self.prepared.progress())
        yield from self._processes()

    def _pool(self, open_queries: int) -> Iterator[Metric]:
        """Yield the pool's families. A worker takes the next query the moment it is free, so how many work is known."""
        busy = min(open_queries, self.workers)
        yield GaugeMetricFamily("kgpub_pool_workers", "Query workers that the settings ask for.", self.workers)
        yield GaugeMetricFamily("kgpub_pool_workers_busy", "Query workers at work.", busy)
        yield GaugeMetricFamily("kgpub_pool_queries_waiting", "Queries that wait for a worker.", open_queries - busy)
        ends = CounterMetricFamily("kgpub_pool_worker_ends", "Query workers that ended, and why.", labels=["cause"])
        for cause, count in read_worker_ends(self.pool_address).items():
            ends.add_metric([cause], count)
        yield ends

    def _processes(self) -> Iterator[Metric]:
        count = GaugeMetricFamily("kgpub_processes", "Processes of the server.", labels=["kind"])
        resident = GaugeMetricFamily("kgpub_resident_memory_bytes", "Memory, shared pages included.", labels=["kind"])
        files = GaugeMetricFamily("kgpub_open_fds", "Open file descriptors.", labels=["kind"])
        cpu = CounterMetricFamily("kgpub_cpu_seconds", "Processor time.", labels=["kind"])
        for kind, usage in sorted(usage_of(self.main_pid).items()):
            count.add_metric([kind], usage.processes)
            resident.add_metric([kind], usage.resident_bytes)
            files.add_metric([kind], usage.open_files)
            cpu.add_metric([kind], usage.cpu_seconds)
        yield from (count, resident, files, cpu)


def _preparation(progress: Progress) -> Iterator[Metric]:
    """Yield how far the work is that makes documents before anybody asks."""
    name = "kgpub_prepared_documents"
    yield GaugeMetricFamily(name, "Documents made before anybody asked for them.", progress.documents)
    yield GaugeMetricFamily("kgpub_prepared_bytes", "Room that they take on disk.", progress.bytes)
    yield GaugeMetricFamily("kgpub_preparation_over", "Whether no more are made (1).", progress.is_over)
