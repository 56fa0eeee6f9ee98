-- What the gate knew of a suggestion when it was shown, and what became of it: the gate's weights are folded from these.
CREATE TABLE gate_events (
  id INTEGER PRIMARY KEY,
  generation_id TEXT NOT NULL UNIQUE REFERENCES generations (id) ON DELETE CASCADE,
  -- JSON object: value by feature, without those that are 0.
  features TEXT NOT NULL,
  -- Probability with which it was shown: below 1 for what was shown to learn from.
  propensity REAL NOT NULL,
  -- 1 wanted, 0 not wanted, and how much that counts; null as long as nothing can be said.
  wanted INTEGER,
  weight REAL,
  labelled_at INTEGER
) STRICT;
CREATE INDEX gate_events_by_time ON gate_events (labelled_at) WHERE labelled_at IS NOT NULL;
