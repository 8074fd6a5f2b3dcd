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
  content BLOB NOT NULL -- empty where too few documents were there to train one
) WITHOUT ROWID;

-- How far the work is: how many documents are there, the bytes that the file takes, how many processes are at it.
CREATE TABLE progress (
  documents INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  makers INTEGER NOT NULL
);
