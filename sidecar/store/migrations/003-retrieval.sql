-- Text search is made in memory now, from the terms that each example keeps.
DROP TABLE example_terms;

-- What an engine would have written with code of the workspace at hand and without, for some suggestions that were shown.
CREATE TABLE retrieval_trials (
  generation_id TEXT PRIMARY KEY REFERENCES generations (id) ON DELETE CASCADE,
  -- JSON array of numbers: what was known before retrieval.
  features TEXT NOT NULL,
  with_code TEXT NOT NULL,
  without_code TEXT NOT NULL,
  -- Edit similarity to what the developer kept, with less without: -1..1; null until that is known.
  gain REAL
) STRICT, WITHOUT ROWID;
