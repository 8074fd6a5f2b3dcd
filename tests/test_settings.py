import json
from dataclasses import replace
from pathlib import Path

import pytest

from kgpub.errors import SettingsInvalid, SourceUnreadable
from kgpub.publication import Featured, Section, publication_from_json, publication_to_json
from kgpub.settings import QuerySettings, Settings, read_settings
from kgpub.toml_tables import Texts

MINIMUM = '[publication]\nbase_iri = "https://example.org/"\n'
FULL = """\
# A comment
[publication]
base_iri = "https://example.org/"
title = '''
base_iri = "not this one"
'''
prefixes = { ex = "id/", "p.q" = "https://other.org/" }

[[publication.featured]]
title = "One"
resources = ["id/a"]

[[publication.featured]]
title = "Two"
resources = []

[[publication.section]]
classes = ["ontology/C"]
title = "Table"
[publication.section.columns]
"A column" = "ontology/p > ^ontology/q"

[query]
workers = 3
seconds = 2

[server]
workers = 4
"""


def read(folder: Path, text: str, base_iri: str | None = None) -> Settings:
    path = folder / "kgpub.toml"
    path.write_text(text, "utf-8")
    return read_settings(path, base_iri)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(SettingsInvalid) as error:
        read(folder, text)
    return error.value.sentence.removeprefix(f"{folder / 'kgpub.toml'}, ")


def test_a_base_iri_is_all_that_a_project_has_to_say(tmp_path: Path) -> None:
    settings = read(tmp_path, MINIMUM)
    assert settings.publication.base_iri == "https://example.org/"
    assert settings.query == QuerySettings()
    assert settings.releases == tmp_path / "releases"


def test_every_table_is_read_into_its_class(tmp_path: Path) -> None:
    settings = read(tmp_path, FULL)
    assert settings.publication.featured == (
        Featured(Texts({"": "One"}), ("id/a",)),
        Featured(Texts({"": "Two"}), ()),
    )
    assert settings.publication.section == (
        Section(("ontology/C",), Texts({"": "Table"}), columns={"A column": "ontology/p > ^ontology/q"}),
    )
    assert settings.query == replace(QuerySettings(), workers=3, seconds=2.0)


def test_a_publication_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    publication = read(tmp_path, FULL).publication
    assert publication_from_json(publication_to_json(publication)) == publication


def test_a_base_iri_can_be_given_instead_of_the_one_in_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, FULL, "http://localhost:8000/").publication.base_iri == "http://localhost:8000/"
    assert read(tmp_path, "[publication]\n", "http://localhost:8000/").publication.title == "Knowledge graph"


@pytest.mark.parametrize(
    "base", ["", "nonsense", "http://localhost", "http://a/b", "http://a/?q/", "http://a/#/", "urn:a/"]
)
def test_a_base_iri_given_is_checked_and_blamed_on_the_option(tmp_path: Path, base: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^--base: "):
        read(tmp_path, FULL, base)


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_windows_files_are_read(tmp_path: Path, ending: str) -> None:
    (tmp_path / "kgpub.toml").write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", ending).encode())
    assert read_settings(tmp_path / "kgpub.toml").query.workers == 3


@pytest.mark.parametrize(("text", "sentence"), [
    (MINIMUM + "titel = 'x'\n", "line 3: unknown key 'titel'; did you mean 'title'?"),
    (MINIMUM + "[[publication.featured]]\n title='x'\n resources=[]\n[[publication.featured]]\ntitle = 3\n",
     "line 7: 'title' must be a text, or one by language, not int."),
    (MINIMUM + "title = 'a'\n[query]\nworkers = 2\n[server]\nworkers = 0\n", "line 7: 'workers' must be at least 1."),
    (MINIMUM + "[server]\nworkers = 2\n[query]\nworkers = true\n",
     "line 6: 'workers' must be a whole number, not bool."),
    (MINIMUM + "[query]\nseconds = 0\n", "line 4: 'seconds' must be greater than zero."),
    (MINIMUM + "[query]\nseconds = nan\n", "line 4: 'seconds' must be greater than zero."),
    (MINIMUM + "[query]\nseconds = inf\n", "line 4: 'seconds' must be greater than zero."),
    (MINIMUM + "[query]\nengine = 'fast'\n", "line 4: 'engine' must be \"local\" or \"remote\", not \"fast\"."),
    (MINIMUM + "[query]\nengine = 'remote'\n", "line 3: a remote engine needs 'sparql_endpoint', an http(s) address."),
    (MINIMUM + "[server]\nport = 99999\n", "line 4: 'port' must be between 1 and 65535."),
    (MINIMUM + "licence = 'CC BY 4.0'\n", "line 3: 'CC BY 4.0' is neither an IRI nor the end of one below the base."),
    (MINIMUM + "creator = 'a<b'\n", "line 3: 'a<b' is neither an IRI nor the end of one below the base."),
    (MINIMUM + "language = 'plain English'\n", "line 3: 'plain English' is no language tag, such as 'en'."),
    (MINIMUM + "[publication.prefixes]\na = 'b/'\n'a b' = 'b/'\n", "line 5: 'a b' cannot be a prefix in Turtle."),
    (MINIMUM + "[publication.prefixes]\na = 'b c'\n",
     "line 4: 'b c' is neither an IRI nor the end of one below the base."),
    (MINIMUM + "prefixes = 'x'\n", "line 3: 'prefixes' must be a table, not str."),
    (MINIMUM + "quoted_graphs = 'x'\n", "line 3: 'quoted_graphs' must be a list, not str."),
    (MINIMUM + "quoted_graphs = [1]\n", "line 3: 'quoted_graphs' must be a text, not int."),
    (MINIMUM + "featured = [{title = 'x'}]\n", "line 3: the key 'resources' is missing in [publication.featured]."),
    (MINIMUM + "[query]\n[folders]\nshape = 's'\n", "line 5: unknown key 'shape'; did you mean 'shapes'?"),
    ("base_iri = 'https://example.org/'\n", "line 1: unknown key 'base_iri'; it belongs under [publication]."),
    ("mail = 'me'\n" + MINIMUM, "line 1: unknown key 'mail'; the keys here are folders, publication, query, server."),
    (MINIMUM + "keywords = []\n", "line 3: unknown key 'keywords'; it belongs under [publication.catalog]."),
    ("folder = '.'\n" + MINIMUM, "line 1: unknown key 'folder'; did you mean 'folders'?"),
    ("[publicaton]\n" + MINIMUM, "line 1: unknown key 'publicaton'; did you mean 'publication'?"),
    ("# x\n[publication]\n", "line 2: the key 'base_iri' is missing in [publication]."),
    ("publication.base_iri = 'nonsense'\n", "line 1: the base IRI 'nonsense' must be an http(s) IRI that ends in '/'."),
    ("publication = 3\n", "line 1: 'publication' must be a table."),
])  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert refusal(tmp_path, text) == sentence


def test_an_unknown_key_without_a_near_one_shows_those_there_are(tmp_path: Path) -> None:
    assert "the keys here are data, labels, ontology, queries, releases, shapes." in refusal(
        tmp_path, MINIMUM + "[folders]\nxyz = 1\n"
    )


def test_toml_that_does_not_parse_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 3" in refusal(tmp_path, MINIMUM + "title = \n")


def test_a_table_given_as_something_else_is_refused_whatever_the_base_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="must be a table"):
        read(tmp_path, "publication = 3\n", "http://localhost/")


@pytest.mark.parametrize("content", [None, "[publication]\n# é".encode("latin-1")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "kgpub.toml").write_bytes(content)
    with pytest.raises(SourceUnreadable, match=r"kgpub\.toml cannot be read"):
        read_settings(tmp_path / "kgpub.toml")


def test_nanopublications_need_a_date(tmp_path: Path) -> None:
    export = '[publication.exports]\nnanopublications = "ontology/C"\n'
    assert "need the date 'created' as YYYY-MM-DD" in refusal(tmp_path, MINIMUM + export)
    assert "line 5: nanopublications" in refusal(tmp_path, MINIMUM + export + 'created = "2026-13-01"\n')
    assert read(tmp_path, MINIMUM + export + 'created = "2026-11-22"\n').publication.exports.created == "2026-11-22"


def test_titles_are_one_text_or_one_in_each_language(tmp_path: Path) -> None:
    text = (
        MINIMUM + "[[publication.featured]]\ntitle = { en = 'One', fr = 'Un' }\nresources = []\n"
        "[[publication.section]]\nclasses = ['C']\ntitle = 'Table'\ncolumns = { A = '', B = 'p' }\n"
    )
    publication = read(tmp_path, text + "column_titles = { fr = ['a', 'b'] }\n").publication
    assert publication.featured[0].title == {"en": "One", "fr": "Un"}
    assert publication.section[0].title == {"": "Table"}
    assert publication.section[0].column_titles == {"fr": ("a", "b")}
    assert publication_from_json(json.loads(json.dumps(publication_to_json(publication)))) == publication
    with pytest.raises(SettingsInvalid, match="'fr' has 1 titles for 2 columns"):
        read(tmp_path, text + "column_titles = { fr = ['a'] }\n")
    with pytest.raises(SettingsInvalid, match="'not a tag' is no language tag"):
        read(tmp_path, text.replace("fr = 'Un'", "'not a tag' = 'Un'"))
