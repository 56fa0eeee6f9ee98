-- Where a shown suggestion came from, and what was made of it before it was shown.
CREATE TABLE origins (
  generation_id TEXT PRIMARY KEY REFERENCES generations (id),
  -- What the engine wrote, before style was applied.
  raw TEXT NOT NULL,
  -- JSON array of repairs.
  repairs TEXT NOT NULL,
  source TEXT NOT NULL,
  confidence REAL NOT NULL,
  -- JSON array of ids of examples.
  example_ids TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the user said about something learned; it outranks what is observed.
CREATE TABLE decisions (
  learned_id TEXT PRIMARY KEY,
  decision TEXT NOT NULL CHECK (decision IN ('pinned', 'vetoed')),
  decided_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Suggestions that were turned down, as hashes: 32-bit integers, little-endian. Each fades and goes after some weeks.
CREATE TABLE rejected (
  generation_id TEXT PRIMARY KEY REFERENCES generations (id),
  -- Hashed token 3-grams of the text, ascending.
  shingles BLOB NOT NULL,
  -- Lines of the text.
  lines INTEGER NOT NULL,
  -- Hash of the text as it would have stood in the document, its line's beginning included.
  whole_hash INTEGER NOT NULL,
  -- Hashes of its first line, its first two lines, …, each alone and as it would have stood in the document.
  beginnings BLOB NOT NULL,
  -- Hashed words of the lines above, ascending.
  context BLOB NOT NULL,
  -- How clear a no it was: from 1 on, one is enough.
  weight REAL NOT NULL,
  rejected_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rejected_by_time ON rejected (rejected_at);

-- Texts that are never to be suggested again.
CREATE TABLE vetoed_texts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  language TEXT NOT NULL,
  text TEXT NOT NULL,
  -- Hashed words of the lines above the place where it was vetoed last, ascending.
  context BLOB NOT NULL,
  vetoed_at INTEGER NOT NULL,
  UNIQUE (language, text)
) STRICT;

-- What the user wanted forgotten of what was learned: observations up to then do not count any more.
CREATE TABLE erasures (
  learned_id TEXT PRIMARY KEY,
  erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a file shows of style: JSON. Files that are known already are read again for it.
ALTER TABLE files ADD COLUMN style TEXT NOT NULL DEFAULT '{"sites":{},"lines":{}}';
UPDATE files SET hash = '';
