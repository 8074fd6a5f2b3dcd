"""Which process runs which tests: those of a file together, as they share what was built for them, long files first."""

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling

#: Groups that take long, longest first: whoever starts them last has the other processes wait. The second and third one
#: need no release of the announcement, which the first one builds meanwhile.
LONGEST = (
    "hostile", "test_bad_input.py", "test_cli.py", "test_w3c_sparql.py", "browser", "test_server.py", "test_api.py",
    "test_proxy.py", "test_build.py", "test_site_check.py", "test_package.py", "test_comunica.py",
    "test_huge_documents.py", "test_browse.py", "test_negotiation_matrix.py", "test_examples.py",
    "test_ontology_page.py", "test_shortcuts.py", "test_engine.py", "test_observation.py", "test_ontology.py",
    "test_validation.py", "test_client_limits.py", "test_engine_remote.py", "test_queries.py", "test_tombstones.py",
    "test_feed.py", "test_catalog.py",
)  # fmt: skip


def group_of(nodeid: str) -> str:
    """Return the group of a test: its file, or the folder whose files share a server or a browser."""
    file = PurePosixPath(nodeid.partition("::")[0])
    return file.name if file.parent.name in {"", "tests"} else file.parent.name


def place_of(nodeid: str) -> int:
    """Return the place of a test's group in the order of groups."""
    group = group_of(nodeid)
    return LONGEST.index(group) if group in LONGEST else len(LONGEST)


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """What gives each process one group after the other.

    Not by the mark ``xdist_group``: pytest-xdist 3.8 loses it under pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
