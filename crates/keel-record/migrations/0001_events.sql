-- The record of what happened: one row per event, written once, never changed.
--
-- A shipped migration is never edited (its checksum stands in every file); a change is a new one, which ends by
-- setting meta.schema_version to its own number.

-- 'KEEL': tells this file apart from the databases of other programs.
PRAGMA application_id = 1262830924;

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('schema_version', '1');

CREATE TABLE events (
    seq         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    person_id   TEXT    NOT NULL CHECK (length(person_id) BETWEEN 1 AND 64),
    kind        TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
    schema      INTEGER NOT NULL CHECK (schema >= 1),
    payload     TEXT    NOT NULL CHECK (json_valid(payload) AND json_type(payload) = 'object'),
    recorded_at TEXT    NOT NULL CHECK (recorded_at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z')
) STRICT;

CREATE INDEX events_by_person ON events (person_id, seq);

CREATE TRIGGER events_are_never_updated BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: they are never updated');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: they are never deleted');
END;

-- INSERT OR REPLACE removes the old row without firing the delete trigger, so a taken number is refused here.
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: they are never replaced');
END;
