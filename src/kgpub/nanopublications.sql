-- The nanopublications of a release, in the order of the things they are about. Written once by a build, then read only.

-- `code` is the last part of the trusty URI; `body` holds the N-Quads lines, head first, deflated.
CREATE TABLE nanopublication (
  number INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  thing TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL
);
