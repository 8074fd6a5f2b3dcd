-- The document index of a release. Written once by a build, then read only.

-- What the graph says of one IRI, blank nodes included: canonical N-Quads lines, a page at a time. A body is
-- text where it is short and compressed where it is not (bodies.py), in every table.
-- `statements` counts the lines of the whole document on each of its pages. `kind` is the class of schema.org that
-- fits the thing best, empty where none does.
CREATE TABLE document (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  statements INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (iri, page)
) WITHOUT ROWID;

-- Which resources point at an IRI, by property: IRIs one a line, a page at a time. The first page has the places of all
-- subjects among the things: themselves where one page has all (`packed_places`), else the number of their list.
CREATE TABLE incoming (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  property TEXT NOT NULL,
  total INTEGER NOT NULL,
  subjects BLOB NOT NULL,
  places BLOB,
  PRIMARY KEY (iri, page, property)
) WITHOUT ROWID;

-- With which properties an IRI is pointed at, if they are many: lines of a total and a property, most first.
CREATE TABLE ways (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  properties BLOB NOT NULL,
  PRIMARY KEY (iri, page)
) WITHOUT ROWID;

-- The fragment IRIs under an IRI, where they are more than its document describes: one a line, a page at a time.
CREATE TABLE fragment (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  iris BLOB NOT NULL,
  PRIMARY KEY (iri, page)
) WITHOUT ROWID;

-- The best label of an IRI in each language ('' for none), and the property that gives it.
CREATE TABLE label (
  iri TEXT NOT NULL,
  language TEXT NOT NULL,
  property TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (iri, language)
) WITHOUT ROWID;

-- The statements of a quoted graph, a page at a time, and which quoted graphs speak of an IRI, one a line.
CREATE TABLE quoted (
  graph TEXT NOT NULL,
  page INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  statements INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (graph, page)
) WITHOUT ROWID;

CREATE TABLE quotation (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  graphs BLOB NOT NULL,
  PRIMARY KEY (iri, page)
) WITHOUT ROWID;

-- All things, in the order of their names: IRIs one a line, THINGS_A_ROW in a row. A thing's place is its number.
CREATE TABLE thing (
  row INTEGER PRIMARY KEY,
  iris BLOB NOT NULL
);

-- Long lists of things: their places as bits, PLACES_A_CHUNK at a time.
CREATE TABLE place (
  list INTEGER NOT NULL,
  chunk INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (list, chunk)
) WITHOUT ROWID;

-- How many nodes a class is stated of, and how many things it has, those of its sub-classes counted; which they are.
CREATE TABLE class (
  iri TEXT PRIMARY KEY,
  instances INTEGER NOT NULL,
  things INTEGER NOT NULL,
  places BLOB
) WITHOUT ROWID;

-- How many triples and things have a property; whether its literals are few enough to choose things by.
CREATE TABLE property (
  iri TEXT PRIMARY KEY,
  triples INTEGER NOT NULL,
  things INTEGER NOT NULL,
  is_listed INTEGER NOT NULL
) WITHOUT ROWID;

-- Both, most used first, a page at a time: lines of figures and an IRI.
CREATE TABLE ranking (
  kind TEXT NOT NULL,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  lines BLOB NOT NULL,
  PRIMARY KEY (kind, page)
) WITHOUT ROWID;

-- The things that have a value which is no IRI.
CREATE TABLE literal (
  property TEXT NOT NULL,
  value TEXT NOT NULL,
  things INTEGER NOT NULL,
  places BLOB NOT NULL,
  PRIMARY KEY (property, value)
) WITHOUT ROWID;

-- How the things of a class ('' for all things) have a property: how many have it, how many values it has there, and
-- the commonest: lines of a number and a value. What most have comes first.
CREATE TABLE facet (
  class TEXT NOT NULL,
  position INTEGER NOT NULL,
  property TEXT NOT NULL,
  things INTEGER NOT NULL,
  "values" INTEGER NOT NULL,
  commonest BLOB NOT NULL,
  PRIMARY KEY (class, position)
) WITHOUT ROWID;

-- How many of the data's labels are in each language ('' for none).
CREATE TABLE language (
  tag TEXT PRIMARY KEY,
  labels INTEGER NOT NULL
) WITHOUT ROWID;

-- What terms that the data does not label are called elsewhere: pages show it, the data does not say it. `source` names
-- the file that the label was read from.
CREATE TABLE outside_label (
  iri TEXT NOT NULL,
  language TEXT NOT NULL,
  property TEXT NOT NULL,
  text TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (iri, language)
) WITHOUT ROWID;

-- The properties and classes of other vocabularies that have a label neither here nor there.
CREATE TABLE unlabelled (
  iri TEXT NOT NULL,
  kind TEXT NOT NULL,
  uses INTEGER NOT NULL,
  PRIMARY KEY (iri, kind)
) WITHOUT ROWID;

-- What is not described any more: the last release that did (empty where the data says itself that a thing is gone),
-- and what replaces it, IRIs one a line.
CREATE TABLE gone (
  iri TEXT PRIMARY KEY,
  release TEXT NOT NULL,
  replaced_by TEXT NOT NULL
) WITHOUT ROWID;
