-- The document index of a release. Written once by a build, then read only.

-- What the graph says of one IRI, blank nodes included: canonical N-Quads lines, a page at a time. A body is
-- text where it is short and deflated where it is not, in every table.
-- `statements` counts the lines of the whole document on each of its pages.
CREATE TABLE document (
  iri TEXT NOT NULL,
  page INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  statements INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (iri, page)
) WITHOUT ROWID;

-- Which resources point at an IRI, by property: IRIs one a line, a page at a time.
CREATE TABLE incoming (
  iri TEXT NOT NULL,
  property TEXT NOT NULL,
  page INTEGER NOT NULL,
  total INTEGER NOT NULL,
  subjects BLOB NOT NULL,
  PRIMARY KEY (iri, property, page)
) WITHOUT ROWID;

-- The best label of an IRI in each language ('' for none), and the property that gives it.
CREATE TABLE label (
  iri TEXT NOT NULL,
  language TEXT NOT NULL,
  property TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (iri, language)
) WITHOUT ROWID;

-- The statements of a quoted graph, and which quoted graphs speak of an IRI.
CREATE TABLE quoted (
  graph TEXT PRIMARY KEY,
  statements INTEGER NOT NULL,
  body BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE quotation (
  iri TEXT NOT NULL,
  graph TEXT NOT NULL,
  PRIMARY KEY (iri, graph)
) WITHOUT ROWID;

-- How many things have a class.
CREATE TABLE class (
  iri TEXT PRIMARY KEY,
  instances INTEGER NOT NULL
) WITHOUT ROWID;
