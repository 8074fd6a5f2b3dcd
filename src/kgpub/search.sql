-- What search finds in a release. Written once by a build, then read only.

-- Things that have a name or a description. The most linked one is number 1: the full-text indexes give their
-- answers by number, so that the first ones are the best and a reader can stop there.
-- `degree` counts links that point at the thing; `texts` are its labels and descriptions, best first, with tabs between
-- them: two digits for the property, a blank, and the literal as N-Quads has it.
CREATE TABLE thing (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL,
  degree INTEGER NOT NULL,
  texts TEXT NOT NULL
);

-- Things that are of the same classes are of one kind: the classes of each, and the kinds of all things, four
-- bytes each in little-endian order. A server keeps these in memory.
CREATE TABLE kind (
  id INTEGER PRIMARY KEY,
  classes TEXT NOT NULL
);

CREATE TABLE kinds (
  numbers BLOB NOT NULL
);

CREATE TABLE class (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL UNIQUE
);

-- sort: what a property's values are: 0 labels, 1 alternative labels, 2 descriptions.
CREATE TABLE property (
  id INTEGER PRIMARY KEY,
  sort INTEGER NOT NULL,
  iri TEXT NOT NULL
);

-- Labels of both sorts by digests: of their text as it is compared, and as it is written.
CREATE TABLE name (
  key INTEGER NOT NULL,
  thing INTEGER NOT NULL,
  written INTEGER NOT NULL,
  PRIMARY KEY (key, thing, written)
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

-- Words, marks and beginnings of words that many things have (COMMON_FROM in search_marks.py), as the full-text indexes
-- are asked for them; `indexed` is which of these, `first` the row of `bitmap` with the first of their things.
CREATE TABLE common (
  indexed TEXT NOT NULL,
  expression TEXT NOT NULL,
  first INTEGER NOT NULL,
  PRIMARY KEY (indexed, expression)
) WITHOUT ROWID;

-- A bit for each thing, 131,072 things a row, in little-endian order: thing 131,072 * n + m is bit m of row `first` + n.
-- What is shorter than 16,384 bytes is packed by zlib.
CREATE TABLE bitmap (
  id INTEGER PRIMARY KEY,
  bits BLOB NOT NULL
);

-- The words of names by the three letters that they hold, '^word$', to find the one that a misspelt word stands for.
CREATE VIRTUAL TABLE spelling USING fts5(
  word, content = '', detail = none, columnsize = 0, tokenize = "trigram case_sensitive 1"
);
