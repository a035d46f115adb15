-- What turns an older database into a newer one: "-- to N" begins the steps to version N.

-- to 2: several people may answer for one rater; the tables of one upload belong together
ALTER TABLE import ADD COLUMN upload INTEGER;
UPDATE import SET upload = id;
ALTER TABLE observation ADD COLUMN respondent VARCHAR;

-- to 3: an override of a scenario ends, the plays of a decision have states of their own
ALTER TABLE decision RENAME TO decision_2;
CREATE TABLE decision (
    id INTEGER PRIMARY KEY, customer_id VARCHAR NOT NULL, period DATE NOT NULL,
    as_of DATE NOT NULL, grid VARCHAR NOT NULL, proposed VARCHAR, scenario VARCHAR,
    reason VARCHAR, expires DATE, note VARCHAR, reviewed BOOLEAN NOT NULL,
    by_whom VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL
);
INSERT INTO decision
SELECT id, customer_id, period, least(period, decided_at::DATE), '2x2',
       CASE WHEN reason IS NULL THEN scenario END, scenario, reason, NULL, note, true,
       by_whom, decided_at
FROM decision_2;
CREATE TABLE play (
    id INTEGER PRIMARY KEY, given INTEGER NOT NULL, customer_id VARCHAR NOT NULL,
    play VARCHAR NOT NULL, as_of DATE NOT NULL, grid VARCHAR NOT NULL, scenario VARCHAR,
    owner VARCHAR, due_date DATE,
    state VARCHAR NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    note VARCHAR, by_whom VARCHAR NOT NULL, said_at TIMESTAMP NOT NULL
);
INSERT INTO play
SELECT number, number, customer_id, play, least(period, decided_at::DATE), '2x2', scenario,
       owner, due_date, CASE WHEN state IN ('done', 'dropped') THEN state ELSE 'open' END,
       NULL, by_whom, decided_at
FROM (
    SELECT *, row_number() OVER (ORDER BY id, play) + (SELECT max(id) FROM decision_2) AS number
    FROM (SELECT * EXCLUDE plays, unnest(plays) AS play FROM decision_2)
);
DROP TABLE decision_2;
