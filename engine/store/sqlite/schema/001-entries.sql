-- A small body stands in its entry's row; a large one apart, so that a claim or an update does not write it again.
CREATE TABLE entries (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  grp TEXT NOT NULL,
  lane TEXT NOT NULL,
  -- 1 for what is in no lane, and for the first of each lane: a claim never looks at what stands behind.
  front INTEGER NOT NULL,
  due INTEGER NOT NULL,
  -- When it can be claimed: 0 for at once, else its due or the end of its lease.
  available INTEGER NOT NULL,
  expires INTEGER,
  version INTEGER NOT NULL,
  owner TEXT,
  until INTEGER,
  head TEXT NOT NULL,
  size INTEGER NOT NULL,
  body BLOB
) STRICT;

-- Every index ends with the sequence, which is the row's own number.
CREATE UNIQUE INDEX entries_by_key ON entries (kind, key);
CREATE INDEX entries_by_group ON entries (kind, grp);
CREATE INDEX entries_ready ON entries (kind, grp) WHERE front = 1 AND available = 0;
CREATE INDEX entries_waiting ON entries (kind, grp, available) WHERE front = 1 AND available > 0;
CREATE INDEX entries_in_lanes ON entries (kind, grp, lane) WHERE lane <> '';
CREATE INDEX entries_expiring ON entries (kind, grp, expires) WHERE expires IS NOT NULL;

CREATE TABLE bodies (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

CREATE TRIGGER body_goes_with_its_entry AFTER DELETE ON entries WHEN old.size > 0 AND old.body IS NULL
BEGIN
  DELETE FROM bodies WHERE sequence = old.sequence;
END;

CREATE TRIGGER next_of_the_lane_comes_first AFTER DELETE ON entries WHEN old.lane <> '' AND old.front = 1
BEGIN
  UPDATE entries SET front = 1 WHERE sequence = (
    SELECT min(sequence) FROM entries WHERE kind = old.kind AND grp = old.grp AND lane = old.lane AND lane <> ''
  );
END;

-- How much there is of each group, so that nobody counts a million rows.
CREATE TABLE totals (
  kind TEXT NOT NULL,
  grp TEXT NOT NULL,
  count INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (kind, grp)
) STRICT, WITHOUT ROWID;

-- One row: the last sequence that was given, and who holds the store.
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  holder TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, '');
