-- The tables of the store. Rows are only ever added; undo withdraws an import.

-- One row. `changed` is another one after every change of what scores are made of: the key for
-- caches.
CREATE TABLE IF NOT EXISTS about (schema_version INTEGER NOT NULL, changed UUID NOT NULL);

CREATE TABLE IF NOT EXISTS import (
    id INTEGER PRIMARY KEY,
    file VARCHAR NOT NULL,
    sheet VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    mapping VARCHAR NOT NULL,
    by_whom VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL,
    as_of DATE NOT NULL,
    rows INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    withdrawn_at TIMESTAMP,
    -- The tables that came together have one number: they are undone together.
    upload INTEGER,
    CHECK (rows = kept + refused + blank)
);

-- What is loaded now, by content: the key that keeps the same file from being loaded twice.
CREATE TABLE IF NOT EXISTS content (
    sha256 VARCHAR NOT NULL,
    sheet VARCHAR NOT NULL,
    import_id INTEGER NOT NULL,
    PRIMARY KEY (sha256, sheet)
);

CREATE TABLE IF NOT EXISTS problem (
    import_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    sheet VARCHAR NOT NULL,
    "row" INTEGER,
    "column" VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    message VARCHAR NOT NULL
);

CREATE TABLE IF NOT EXISTS customer (
    import_id INTEGER NOT NULL,
    customer_id VARCHAR NOT NULL,
    as_of DATE NOT NULL,
    name VARCHAR,
    owner VARCHAR,
    domain VARCHAR,
    start_date DATE,
    renewal_date DATE,
    arr DOUBLE,
    software_revenue DOUBLE,
    services_revenue DOUBLE,
    currency VARCHAR,
    attributes MAP(VARCHAR, VARCHAR)
);

CREATE TABLE IF NOT EXISTS observation (
    import_id INTEGER NOT NULL,
    customer_id VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    date DATE NOT NULL,
    rater VARCHAR NOT NULL,
    value DOUBLE,
    label VARCHAR,
    note VARCHAR,
    -- Who of the raters it was, where a survey tells.
    respondent VARCHAR
);

CREATE TABLE IF NOT EXISTS outcome (
    import_id INTEGER NOT NULL,
    customer_id VARCHAR NOT NULL,
    date DATE NOT NULL,
    outcome VARCHAR NOT NULL,
    amount DOUBLE
);

CREATE TABLE IF NOT EXISTS methodology (
    version VARCHAR PRIMARY KEY,
    effective DATE NOT NULL,
    document VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    saved_at TIMESTAMP NOT NULL
);

-- What people decided about a customer, by the scores of a day; the last word counts. An undo of
-- imports leaves it alone. Decisions and plays share one row of numbers: the highest number of a
-- customer tells whether anything was decided since it was looked at.
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY,
    customer_id VARCHAR NOT NULL,
    -- The last day of the quarter that it is for, and the day of the scores.
    period DATE NOT NULL,
    as_of DATE NOT NULL,
    grid VARCHAR NOT NULL,
    -- The scenario by the scores, and the agreed one; both missing without a place on the plane.
    proposed VARCHAR,
    scenario VARCHAR,
    -- Why it is another than proposed, and the last day on which it holds.
    reason VARCHAR,
    expires DATE,
    note VARCHAR,
    reviewed BOOLEAN NOT NULL,
    by_whom VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL
);

-- What was said of a play that was given to a customer: each change is another row.
CREATE TABLE IF NOT EXISTS play (
    id INTEGER PRIMARY KEY,
    -- The id of the first row of the same play.
    given INTEGER NOT NULL,
    customer_id VARCHAR NOT NULL,
    play VARCHAR NOT NULL,
    -- The day of the scores for which it was given, and the scenario that was agreed then.
    as_of DATE NOT NULL,
    grid VARCHAR NOT NULL,
    scenario VARCHAR,
    owner VARCHAR,
    due_date DATE,
    state VARCHAR NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    note VARCHAR,
    by_whom VARCHAR NOT NULL,
    said_at TIMESTAMP NOT NULL
);

-- The last word on each play by a day, and when the first one was said.
CREATE OR REPLACE MACRO play_by(until) AS TABLE
SELECT *, min(said_at) OVER (PARTITION BY given) AS given_at FROM play
WHERE said_at::DATE <= until QUALIFY id = max(id) OVER (PARTITION BY given);

-- What reading sees: rows of imports that are not withdrawn. `newest` orders rows of one customer:
-- the later date first, then the later import.
CREATE OR REPLACE VIEW live AS SELECT id FROM import WHERE withdrawn_at IS NULL;

CREATE OR REPLACE VIEW live_customer AS
SELECT *, datediff('day', DATE '1900-01-01', as_of)::BIGINT * 1000000 + import_id AS newest
FROM customer SEMI JOIN live ON import_id = live.id;

CREATE OR REPLACE VIEW live_observation AS
SELECT *, datediff('day', DATE '1900-01-01', date)::BIGINT * 1000000 + import_id AS newest
FROM observation SEMI JOIN live ON import_id = live.id;

CREATE OR REPLACE VIEW live_outcome AS
SELECT * FROM outcome SEMI JOIN live ON import_id = live.id;
