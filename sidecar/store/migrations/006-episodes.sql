-- Problems that an edit made go away: the symptom, the change, and where.
CREATE TABLE episodes (
  -- The id of its signal: what is sent twice is kept once.
  id TEXT PRIMARY KEY,
  project_id INTEGER REFERENCES projects (id),
  language TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('error', 'run')),
  message TEXT NOT NULL,
  -- The message without what differs from case to case, with its code: what it is found by.
  symptom TEXT NOT NULL,
  context_before TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX episodes_by_symptom ON episodes (symptom, language, at);
CREATE INDEX episodes_by_project ON episodes (project_id);
