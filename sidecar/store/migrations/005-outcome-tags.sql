-- How sure it is that another tool wrote a text that was inserted at once, 0..1; null for suggestions of ours.
ALTER TABLE generations ADD COLUMN confidence REAL;
-- JSON array of words: what the text is, and the frameworks of its file.
ALTER TABLE outcomes ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
