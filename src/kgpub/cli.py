"""The command line: ``kgpub build``, ``kgpub validate``, ``kgpub serve``."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
from rich.console import Console

from kgpub.errors import KgpubError
from kgpub.iris import prefixes_of
from kgpub.publication import Publication, all_prefixes
from kgpub.release import open_release
from kgpub.scratch import Scratch
from kgpub.served import release_to_serve, settings_to_serve
from kgpub.settings import FILE_NAME, read_settings

#: Exit codes beside those of the errors: a signal's, and two of sysexits.h.
_KILLED = 128
_USAGE = 64
_UNEXPECTED = 70
_VALIDATE_ERROR = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kgpub")
def cli() -> None:
    """Turn a folder of RDF into an immutable, SHACL-validated release, and publish it as linked data."""


@cli.command("build")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option("--base", "base_iri", help="Base IRI of the release, in place of the one in the settings.")
@click.option("--releases", type=click.Path(path_type=Path), help="Folder to write releases to.")
def build_command(project: Path, base_iri: str | None, releases: Path | None) -> None:
    """Build a release of a project and make it the current one.

    Exit codes: 0 built, 2 the data violates its shapes, others an error (docs/reference/command-line.md).
    """
    from kgpub.build import GateClosed, build  # noqa: PLC0415 (rdflib and pySHACL cost 0.4 s, which serving must not)
    from kgpub.build_notes import notes_on  # noqa: PLC0415 (the same)
    from kgpub.plan import project_plan  # noqa: PLC0415 (the same)
    from kgpub.progress import ConsoleProgress  # noqa: PLC0415 (the same)
    from kgpub.report import as_text  # noqa: PLC0415 (the same)

    settings = read_settings(project / FILE_NAME, base_iri)
    plan = project_plan(settings)
    if releases is not None:
        plan = replace(plan, releases=releases)
    try:
        built = build(plan, ConsoleProgress(Console(stderr=True)))
    except GateClosed as closed:
        _say(as_text(closed.report, prefixes_of(all_prefixes(plan.publication)).name_of))
        raise
    counts = built.release.manifest.counts
    what = "built" if built.is_new else "unchanged"
    _say(f"{what}: release {built.release.manifest.id}, {counts.triples:,} triples, {counts.resources:,} resources")
    for note in notes_on(plan, built):
        _say(note)


@cli.command("validate")
@click.option("--data", multiple=True, type=click.Path(path_type=Path), help="RDF file or folder to validate.")
@click.option("--shapes", multiple=True, type=click.Path(path_type=Path), help="RDF file or folder with shapes.")
@click.option("--format", "format_", type=click.Choice(["text", "turtle", "json"]), default="text", show_default=True)
@click.option("--base", "base_iri", help="IRI that relative IRIs in the files resolve against.")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    type=click.Choice(["info", "warning", "violation"]),
    help="Fail on info, warning or violation; without: files on info, a project on violation.",
)
def validate_command(  # noqa: PLR0913, PLR0917 (one parameter an option)
    data: Sequence[Path],
    shapes: Sequence[Path],
    format_: str,
    base_iri: str | None,
    project: Path,
    fail_on: str | None,
) -> None:
    """Validate RDF files against SHACL shapes; without --data and --shapes, those of the project.

    Exit codes: 0 nothing that fails, 1 something, 2 an error.
    """
    from kgpub.gate import validate_files, validate_project  # noqa: PLC0415 (rdflib and pySHACL cost 0.4 s)
    from kgpub.plan import project_plan  # noqa: PLC0415 (the same)
    from kgpub.report import as_json, as_text, as_turtle  # noqa: PLC0415 (the same)
    from kgpub.shacl_terms import note_on_files, note_on_project  # noqa: PLC0415 (the same)

    try:
        if data or shapes:
            publication = Publication(base_iri or "")
            report = validate_files(data, shapes, base_iri)
            note = note_on_files(shapes, base_iri)
        else:
            settings = read_settings(project / FILE_NAME, base_iri)
            publication = settings.publication
            report = validate_project(settings)
            note = note_on_project(project_plan(settings))
    except KgpubError as error:
        _end(error.sentence, _VALIDATE_ERROR)
    write: dict[str, Callable[[], str]] = {
        "text": lambda: as_text(report, prefixes_of(all_prefixes(publication)).name_of),
        "turtle": lambda: as_turtle(report).decode(),
        "json": lambda: as_json(report),
    }
    _say(write[format_]())
    if note:
        click.echo(note, err=True)
    least = fail_on or ("info" if data or shapes else "violation")
    sys.exit(1 if report.has(least) else 0)


@cli.command("verify-source")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", help="IRI of the text, where the release has spans of several.")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option("--release", type=click.Path(path_type=Path), help="Release, or folder of releases, to check.")
def verify_source_command(file: Path, source: str | None, project: Path, release: Path | None) -> None:
    """Check every span of a release against FILE, a copy of the text that you have.

    Exit codes: 0 every span matches, 1 not every one, others an error (docs/reference/command-line.md).
    """
    from kgpub.source_check import as_text, verify_source  # noqa: PLC0415 (no other command needs it)

    opened = open_release(release or read_settings(project / FILE_NAME).releases)
    verdict = verify_source(opened, file, source)
    _say(as_text(verdict, prefixes_of(all_prefixes(opened.manifest.publication)).name_of))
    sys.exit(0 if verdict.is_match else 1)


@cli.command("serve")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option("--releases", type=click.Path(path_type=Path), help="Folder of releases, or one release, to serve.")
@click.option("--base", "base_iri", help="Base IRI, where files are served without a project.")
@click.option("--union-default-graph", is_flag=True, help="Show the named graphs of files in the default graph too.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1), help="Number of web processes.")
@click.option(
    "--source-text",
    envvar="KGPUB_SOURCE_TEXT",
    type=click.Path(path_type=Path),
    help="File with the text that /source/ is of; shown beside it where its hashes match.",
)
def serve_command(  # noqa: PLR0913, PLR0917 (one parameter an option)
    paths: Sequence[Path],
    project: Path,
    releases: Path | None,
    base_iri: str | None,
    union_default_graph: bool,  # noqa: FBT001 (click passes options by name)
    host: str | None,
    port: int | None,
    workers: int | None,
    source_text: Path | None,
) -> None:
    """Serve the current release of a project; or RDF files and folders, as they are; or the announcement.

    Without PATHS, the project in the current folder is served; where there is none, the announcement that comes with
    kgpub.
    """
    from kgpub.server import serve  # noqa: PLC0415 (a web server that other commands do not need)

    settings = settings_to_serve(project, paths)
    chosen = {key: value for key, value in (("host", host), ("port", port), ("workers", workers)) if value is not None}
    server = replace(settings.server, **chosen)  # type: ignore[arg-type]  # the options have the fields' types
    if source_text is not None:
        server = replace(server, source_text=str(source_text.resolve()))
    elif server.source_text:
        server = replace(server, source_text=str((settings.folder / server.source_text).resolve()))
    with Scratch() as scratch:
        folder = releases or release_to_serve(settings, paths, scratch, base_iri, union=union_default_graph)
        serve(open_release(folder), server, settings.query)


@cli.command("stats")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option("--release", type=click.Path(path_type=Path), help="A release, or a folder of releases.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def stats_command(project: Path, release: Path | None, format_: str) -> None:
    """Print how much the current release holds and how complete it is: sizes, labels, links, the project's coverage."""
    import kgpub  # noqa: PLC0415 (imports rdflib, which serving must not)
    from kgpub.coverage import coverage_tables, tables_as_json, tables_as_text  # noqa: PLC0415 (only this needs it)

    write = {"text": tables_as_text, "json": tables_as_json}[format_]
    with kgpub.open(release or read_settings(project / FILE_NAME).releases) as kg:
        _say(write(kg.site, coverage_tables(kg.site)))


@cli.command("check")
@click.argument("url")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=3, show_default=True, help="Things, links, entries to try."
)
@click.option("--timeout", type=click.FloatRange(0.1, 300), default=10.0, show_default=True, help="Seconds a request.")
@click.option("--rate", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Requests a second.")
@click.option("--elsewhere", is_flag=True, help="Follow links to other hosts too.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "note"]), default="warning", show_default=True,
    help="Exit 1 with a finding as grave as this.",
)  # fmt: skip
def check_command(  # noqa: PLR0913, PLR0917 (one parameter an option)
    url: str,
    format_: str,
    limit: int,
    timeout: float,
    rate: float,
    elsewhere: bool,  # noqa: FBT001 (click passes options by name)
    fail_on: str,
) -> None:
    """Look at the linked-data site at URL as its clients do: its home page, one of its IRIs, or its SPARQL endpoint.

    Prints how it negotiates and every finding. Exit codes: 0 nothing found, 1 findings, 19 the site does not answer.
    """
    from kgpub.check.client import Manners  # noqa: PLC0415 (no other command needs it)
    from kgpub.check.findings import has_as_grave  # noqa: PLC0415 (the same)
    from kgpub.check.inspection import Scope, inspect_site  # noqa: PLC0415 (the same)
    from kgpub.check.reader import Reader  # noqa: PLC0415 (the same)
    from kgpub.check.report import as_json, as_text  # noqa: PLC0415 (the same)

    if not url.startswith(("http://", "https://")):
        raise click.UsageError(f"'{url}' is not an http(s) address.")
    with closing(Reader()) as reader:
        seen = inspect_site(url, Scope(limit, elsewhere), Manners(timeout, requests_a_second=rate), reader)
    terminal = Console()
    _say(as_json(seen) if format_ == "json" else as_text(seen, width=terminal.width, colour=terminal.is_terminal))
    sys.exit(1 if has_as_grave(seen.findings, fail_on) else 0)


@cli.command("labels")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help=f"Folder with a {FILE_NAME}.")
@click.option("--release", type=click.Path(path_type=Path), help="A release, or a folder of releases.")
@click.option("--all", "with_others", is_flag=True, help="List whatever is pointed at, not terms alone.")
def labels_command(project: Path, release: Path | None, with_others: bool) -> None:  # noqa: FBT001 (click's way)
    """List the terms of other vocabularies that nothing labels: how often each is used, what it is, its IRI."""
    from kgpub.outside_labels import unlabelled  # noqa: PLC0415 (only what builds needs the code that builds)

    opened = open_release(release or read_settings(project / FILE_NAME).releases)
    for term in unlabelled(opened, with_others=with_others):
        _say(f"{term.uses}\t{term.kind}\t{term.iri}")


def main() -> None:
    """Run the command line: every error ends in one sentence and an exit code of its own."""
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        cli.main(prog_name="kgpub", standalone_mode=False)
    except KgpubError as error:
        _end(error.sentence, error.exit_code)
    except click.Abort:
        _end("Interrupted; nothing was published.", _KILLED + signal.SIGINT)
    except click.UsageError as error:
        error.show()
        sys.exit(_exit_code(_USAGE))
    except Exception as error:  # the last line before a traceback that a user could do nothing with
        if "KGPUB_DEBUG" in os.environ:
            raise
        _end(f"Unexpected {type(error).__name__}: {error} (KGPUB_DEBUG=1 shows where).", _exit_code(_UNEXPECTED))


def _exit_code(code: int) -> int:
    """Return the code of an error that no command foresees: ``kgpub validate`` knows but one for all errors."""
    return _VALIDATE_ERROR if sys.argv[1:2] == [validate_command.name] else code


def _say(text: str) -> None:
    """Write to standard output; where its reader has gone, end as other programs do, which is not click's way."""
    try:
        click.echo(text.removesuffix("\n"))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the interpreter's last flush is quiet
        sys.exit(_KILLED + signal.SIGPIPE)


def _end(sentence: str, exit_code: int) -> NoReturn:
    """Show a sentence on one line, without characters that a terminal would obey, and end."""
    shown = "".join(character if character.isprintable() else " " for character in sentence)
    click.echo(f"kgpub: {shown}", err=True)
    sys.exit(exit_code)


def _on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    """Unwind, so that what a build has begun is removed."""
    sys.exit(_KILLED + signal.SIGTERM)


if __name__ == "__main__":
    main()
