-- Whether the hashes of what was forgotten are only those of words that stand nowhere else.
ALTER TABLE forgets ADD COLUMN is_compared INTEGER NOT NULL DEFAULT 0;

-- What has settled is looked for at each start, among all signals.
CREATE INDEX settled_signals ON signals (generation_id, at) WHERE kind = 'settled';
