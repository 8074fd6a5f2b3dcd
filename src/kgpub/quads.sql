-- The quads of a release in several orders (quad_orders.py). Written once by a build, then read only.

-- Rows, one a line, as a body of the document index (bodies.py). `rows` counts the rows of all blocks before, `triples`
-- those among them that the default graph shows, `largest` those of the largest graph in the orders that have the graph
-- last, so that the place of any row, and the length of any run, is told by a key look-up or two.
CREATE TABLE block (
  number INTEGER PRIMARY KEY,
  rows INTEGER NOT NULL,
  triples INTEGER NOT NULL,
  largest INTEGER NOT NULL,
  body BLOB NOT NULL
);

-- Where a block begins: the letter of its order, and the shortest text that comes behind the block before and not
-- behind this one's first row.
CREATE TABLE start (
  key TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) WITHOUT ROWID;

-- The graph that the orders with the graph first leave out, empty for none.
CREATE TABLE largest_graph (
  graph TEXT NOT NULL
);
