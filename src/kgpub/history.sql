-- Which things a release has and when each last changed, and what it changed in the release that it replaced.
-- Written once by a build, then read only.

-- Things in the order of their IRIs, some thousand a row: a line for each, its IRI and its date, deflated.
-- `modified` is the latest of these dates.
CREATE TABLE sitemap (
  number INTEGER PRIMARY KEY,
  modified TEXT NOT NULL,
  body BLOB NOT NULL
);

-- The first so many things that are new, changed or gone; `kind` says which.
CREATE TABLE change (
  number INTEGER PRIMARY KEY,
  iri TEXT NOT NULL,
  kind TEXT NOT NULL
);
