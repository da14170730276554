-- When fields that are not as agreed last were changed at a side, at the latest.
ALTER TABLE side ADD COLUMN field_times jsonb NOT NULL DEFAULT '{}';
