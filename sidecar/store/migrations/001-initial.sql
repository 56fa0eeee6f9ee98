-- Facts about this database itself.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  -- Real path of the folder.
  root TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

-- Machine-written text that was shown, as it was offered.
CREATE TABLE generations (
  id TEXT PRIMARY KEY,
  project_id INTEGER REFERENCES projects (id),
  language TEXT NOT NULL,
  path TEXT NOT NULL,
  line INTEGER NOT NULL,
  character INTEGER NOT NULL,
  engine TEXT NOT NULL,
  proposer TEXT NOT NULL,
  line_prefix TEXT NOT NULL,
  context_before TEXT NOT NULL,
  text TEXT NOT NULL,
  shown_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX generations_by_time ON generations (shown_at);

-- Observed facts, append-only. The truth everything else is derived from.
CREATE TABLE signals (
  id TEXT PRIMARY KEY,
  generation_id TEXT NOT NULL REFERENCES generations (id),
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX signals_by_generation ON signals (generation_id, at);

CREATE TABLE outcomes (
  generation_id TEXT PRIMARY KEY REFERENCES generations (id),
  score REAL NOT NULL,
  verdict TEXT NOT NULL,
  tier TEXT NOT NULL,
  kept_rate REAL NOT NULL,
  edit_distance REAL NOT NULL,
  -- JSON array of sentences.
  reasons TEXT NOT NULL,
  -- Signals it was made from: another number stored means there is something to learn.
  signals INTEGER NOT NULL,
  scored_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- (context, text) pairs kept for reuse. Rows are never changed, ids never used again: indexes are compared by id.
CREATE TABLE examples (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER REFERENCES projects (id),
  generation_id TEXT REFERENCES generations (id),
  language TEXT NOT NULL,
  path TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('typed', 'accepted', 'corrected')),
  context_before TEXT NOT NULL,
  line_prefix TEXT NOT NULL,
  text TEXT NOT NULL,
  -- What had been suggested, where it was changed.
  generated TEXT,
  -- Its search terms, separated by spaces.
  terms TEXT NOT NULL,
  score REAL NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX examples_by_generation ON examples (generation_id);
CREATE INDEX examples_by_project ON examples (project_id);
CREATE INDEX examples_by_path ON examples (path);
-- Which examples hold a term. A table of our own: the SQLite of some editors comes without full-text search.
CREATE TABLE example_terms (
  term TEXT NOT NULL,
  example_id INTEGER NOT NULL REFERENCES examples (id),
  PRIMARY KEY (term, example_id)
) STRICT, WITHOUT ROWID;

-- Files of projects whose chunks are stored, with the hash of what was read.
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id INTEGER NOT NULL REFERENCES projects (id),
  path TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (project_id, path)
) STRICT;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  project_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  symbol TEXT NOT NULL,
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX chunks_by_file ON chunks (file_id);
CREATE INDEX chunks_by_project ON chunks (project_id);
