"""Say what a build left as it is, and whoever made the graph may want to change."""

from collections.abc import Iterator

from kgpub.build import Built
from kgpub.plan import Plan
from kgpub.shacl_terms import note_on_project
from kgpub.taken_iris import taken_iris

#: Of more IRIs, these are named.
_NAMED = 3


def notes_on(plan: Plan, built: Built) -> Iterator[str]:
    """Yield a sentence for each."""
    if built.unlabelled:
        terms = "term of other vocabularies has" if built.unlabelled == 1 else "terms of other vocabularies have"
        yield f"{built.unlabelled:,} {terms} no label; `kgpub labels` lists them"
    if taken := taken_iris(built.release):
        yield _of_taken(taken)
    yield from filter(None, (note_on_project(plan), plan.note))


def _of_taken(iris: list[str]) -> str:
    is_one = len(iris) == 1
    things = "thing has an IRI that leads" if is_one else "things have IRIs that lead"
    named = ", ".join(f"<{iri}>" for iri in iris[:_NAMED]) + (", …" if len(iris) > _NAMED else "")
    return f"{len(iris):,} {things} to a page or service of kgpub; choose {'another' if is_one else 'others'}: {named}"
