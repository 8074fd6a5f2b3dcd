-- What search finds in a release. Written once by a build, then read only.

-- Things that have a name or a description. The most linked one is number 1: the full-text indexes give their
-- answers by number, so that the first ones are the best and a reader can stop there.
-- `types` are numbers of classes, `degree` counts links that point at the thing.
CREATE TABLE thing (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL,
  degree INTEGER NOT NULL,
  types TEXT NOT NULL
);

CREATE TABLE class (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE
);

CREATE TABLE property (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL
);

-- The texts of a thing, best first. kind: 0 label, 1 alternative label, 2 description.
CREATE TABLE text (
  thing INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  property INTEGER NOT NULL,
  language TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (thing, number)
) WITHOUT ROWID;

-- Labels of both kinds as they are compared, for what equals a query or starts with it.
CREATE TABLE name (
  key TEXT NOT NULL,
  thing INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (key, thing, number)
) WITHOUT ROWID;

-- The words of things' names, and for things that have one, of their names and descriptions. Beside them stand marks
-- (search_marks.py): '^word' for the first word of a name, '=3' for class 3, '#' for the things that are linked most.
CREATE VIRTUAL TABLE names USING fts5(
  words, content = '', detail = none, columnsize = 0, prefix = '1 2 3 4', tokenize = "ascii tokenchars '^=#'"
);
CREATE VIRTUAL TABLE notes USING fts5(
  words, content = '', detail = none, columnsize = 0, tokenize = "ascii tokenchars '^=#'"
);

-- The words and marks of both, the commonest in names first, and how many things have them.
CREATE TABLE word (
  id INTEGER PRIMARY KEY,
  word TEXT NOT NULL,
  names INTEGER NOT NULL,
  notes INTEGER NOT NULL
);
CREATE UNIQUE INDEX word_alphabetically ON word (word, names, notes);

-- How many names at most have a word or mark that begins with these one to four characters.
CREATE TABLE beginning (
  letters TEXT PRIMARY KEY,
  names INTEGER NOT NULL
) WITHOUT ROWID;

-- The words of names by the three letters that they hold, '^word$', to find the one that a misspelt word stands for.
CREATE VIRTUAL TABLE spelling USING fts5(
  word, content = '', detail = none, columnsize = 0, tokenize = "trigram case_sensitive 1"
);
