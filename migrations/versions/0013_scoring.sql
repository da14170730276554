-- The quadrant of fit x intent, and points by product category, beside the score.
ALTER TABLE link ADD COLUMN priority integer,
                 ADD COLUMN categories jsonb DEFAULT '{}'::jsonb NOT NULL;
ALTER TABLE score_history ADD COLUMN priority integer,
                          ADD COLUMN categories jsonb DEFAULT '{}'::jsonb NOT NULL;
-- Back-tests read the outcomes of all people.
CREATE INDEX ix_activity_outcome ON activity (type, link_id, at)
    WHERE type IN ('won', 'lost', 'stage_change');
