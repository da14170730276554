-- When a write to a side's record was confirmed last.
ALTER TABLE side ADD COLUMN told_at timestamp with time zone;
