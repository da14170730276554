-- What reps say to alerts: accepted, put off, or rejected with a reason.
ALTER TABLE alert ADD COLUMN reaction TEXT;
ALTER TABLE alert ADD COLUMN reaction_reason TEXT;
ALTER TABLE alert ADD COLUMN reacted_by TEXT;
ALTER TABLE alert ADD COLUMN reacted_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE alert ADD COLUMN snoozed_until TIMESTAMP WITH TIME ZONE;

