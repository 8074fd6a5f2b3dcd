-- What the shapes found in a release: the outcome of its validation. Written once by a build, then read only.

-- Terms stand in N-Triples syntax; a severity of SHACL's own is its local name.

CREATE TABLE outcome (
  conforms INTEGER NOT NULL,
  shapes INTEGER NOT NULL,
  focus_nodes INTEGER NOT NULL,
  results INTEGER NOT NULL
);

-- The shapes that chose nodes or found something; a shape that is reached from others alone has no focus nodes.
CREATE TABLE shape (
  shape TEXT PRIMARY KEY,
  focus_nodes INTEGER,
  results INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE tally (
  shape TEXT NOT NULL,
  severity TEXT NOT NULL,
  results INTEGER NOT NULL,
  PRIMARY KEY (shape, severity)
) WITHOUT ROWID;

-- The results, gravest first. `body` is a result as JSON, `graph` its N-Triples lines, both deflated.
CREATE TABLE result (
  number INTEGER PRIMARY KEY,
  shape TEXT NOT NULL,
  severity TEXT NOT NULL,
  focus_node TEXT NOT NULL,
  body BLOB NOT NULL,
  graph BLOB NOT NULL
);
CREATE INDEX result_of_shape ON result (shape, severity);
CREATE INDEX result_of_severity ON result (severity);
CREATE INDEX result_on_node ON result (focus_node);
