"""What ``kgpub serve`` serves: the project here, files as they are, or the announcement."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from kgpub.announcement import announcement_settings
from kgpub.publication import Publication
from kgpub.settings import FILE_NAME, Settings, read_settings


def settings_to_serve(project: Path, paths: Sequence[Path]) -> Settings:
    """Return the project's settings; those of no project for files served ad hoc; else the announcement's."""
    file = project / FILE_NAME
    if paths and not file.is_file():
        return Settings(project, Publication(base_iri=""))
    if file.is_file() or project != Path():
        return read_settings(file)
    return read_settings(announcement_settings())


def release_to_serve(
    settings: Settings, paths: Sequence[Path], scratch: Path, base_iri: str | None, *, union: bool
) -> Path:
    """Return the release to serve: the project's, or a throw-away one made now."""
    is_announcement = settings.folder == announcement_settings().parent and settings.folder != Path()
    if not paths and not is_announcement:
        return settings.releases
    from kgpub.adhoc import adhoc_plan  # noqa: PLC0415 (only what builds needs the code that builds)
    from kgpub.build import build  # noqa: PLC0415 (the same)
    from kgpub.plan import project_plan  # noqa: PLC0415 (the same)
    from kgpub.progress import ConsoleProgress  # noqa: PLC0415 (the same)

    if paths:
        plan = adhoc_plan(paths, scratch, base_iri, union_default_graph=union)
    else:
        plan = replace(project_plan(settings), releases=scratch)
    console = Console(stderr=True)
    release = build(plan, ConsoleProgress(console)).release
    if not release.manifest.counts.quads:
        console.print(
            f"Nothing is stated in {', '.join(map(str, paths))}; JSON without a @context, for example, is none."
        )
    return release.folder
