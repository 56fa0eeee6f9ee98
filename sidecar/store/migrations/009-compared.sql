-- Whether the hashes of what was forgotten are only those of words that stand nowhere else.
ALTER TABLE forgets ADD COLUMN is_compared INTEGER NOT NULL DEFAULT 0;
