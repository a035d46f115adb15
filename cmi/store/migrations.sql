-- What turns an older database into a newer one: "-- to N" begins the steps to version N.

-- to 2: several people may answer for one rater; the tables of one upload belong together
ALTER TABLE import ADD COLUMN upload INTEGER;
UPDATE import SET upload = id;
ALTER TABLE observation ADD COLUMN respondent VARCHAR;
