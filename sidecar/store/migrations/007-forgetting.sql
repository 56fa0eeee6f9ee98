-- What the user wanted forgotten, without saying what it was: targets are salted hashes.
CREATE TABLE forgets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('suggestion', 'file', 'project', 'span', 'everything')),
  -- JSON array of the hashes of the files, the project or the generation that are forgotten.
  targets TEXT NOT NULL,
  -- JSON array of ids of projects whose derived files hold traces until they are made again.
  project_ids TEXT NOT NULL,
  -- Of a time span: milliseconds since the epoch, the end exclusive.
  from_at INTEGER,
  to_at INTEGER,
  forgotten_at INTEGER NOT NULL,
  -- JSON object: rows by table.
  rows TEXT NOT NULL,
  -- When nothing derived was left of it; null as long as that is not certain.
  finished_at INTEGER
) STRICT;

-- Salted hashes of groups of words of what was forgotten: a trace of it is known by them, the text is not.
CREATE TABLE forgotten_hashes (
  hash INTEGER PRIMARY KEY,
  forget_id INTEGER NOT NULL REFERENCES forgets (id)
) STRICT;

-- Processes that have this database open: each forgets what it holds in memory.
CREATE TABLE holders (
  id TEXT PRIMARY KEY,
  pid INTEGER NOT NULL,
  -- The latest of `forgets` that it has caught up with.
  forgot INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where a text was vetoed, so that it goes with that place.
ALTER TABLE vetoed_texts ADD COLUMN project_id INTEGER;
ALTER TABLE vetoed_texts ADD COLUMN path TEXT;
