-- The tables of the store. Rows are only ever added; undo withdraws an import.

-- One row. `changed` is another one after every change: the key for caches.
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

CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY,
    customer_id VARCHAR NOT NULL,
    period DATE NOT NULL,
    scenario VARCHAR NOT NULL,
    reason VARCHAR,
    plays VARCHAR[],
    owner VARCHAR,
    due_date DATE,
    state VARCHAR NOT NULL,
    note VARCHAR,
    by_whom VARCHAR NOT NULL,
    decided_at TIMESTAMP NOT NULL
);

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
