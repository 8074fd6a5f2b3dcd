-- Documents as they are sent, made before anybody asks for them; shared by the processes of a server. A frame is
-- compressed with the dictionary of its format, where there is one: headers, an empty line, the body.
CREATE TABLE document (
  number INTEGER PRIMARY KEY,
  iri TEXT NOT NULL,
  format TEXT NOT NULL,
  frame BLOB NOT NULL,
  UNIQUE (iri, format)
);

CREATE TABLE dictionary (
  format TEXT PRIMARY KEY,
  content BLOB NOT NULL
) WITHOUT ROWID;

-- How far the work is: how many documents are there, the bytes that the file takes, whether it is at an end.
CREATE TABLE progress (
  documents INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  is_over INTEGER NOT NULL
);
INSERT INTO progress VALUES (0, 0, 0);
