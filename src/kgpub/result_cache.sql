-- Answers to queries, shared by the web processes of a server. The oldest make room for new ones.

CREATE TABLE IF NOT EXISTS answer (
  number INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  format TEXT NOT NULL,
  body BLOB NOT NULL
);

-- How many bytes the bodies take.
CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL);
INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total);

CREATE TRIGGER IF NOT EXISTS more AFTER INSERT ON answer BEGIN
  UPDATE total SET bytes = bytes + length(NEW.body);
END;

CREATE TRIGGER IF NOT EXISTS less AFTER DELETE ON answer BEGIN
  UPDATE total SET bytes = bytes - length(OLD.body);
END;
