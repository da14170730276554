-- How a hand-off ended, which stays when the person is recycled, and the opportunity that ended it.
ALTER TABLE handoff ADD COLUMN outcome text, ADD COLUMN opportunity jsonb;
UPDATE handoff SET outcome = state WHERE state IN ('won', 'lost', 'done');
-- Opportunities that are won or lost, since when, and why.
CREATE TABLE opportunity_end (
    link_id uuid NOT NULL REFERENCES link (id) ON DELETE CASCADE,
    outcome text NOT NULL,
    reason text,
    connection text,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT pk_opportunity_end PRIMARY KEY (link_id)
);
-- Channels tell of hand-offs and clocks, too: of what, about whom, in which words.
ALTER TABLE alert_message ADD COLUMN link_id uuid REFERENCES link (id) ON DELETE CASCADE,
                          ADD COLUMN about text,
                          ADD COLUMN said jsonb,
                          ADD COLUMN cause_id uuid;
CREATE UNIQUE INDEX uq_alert_message_about ON alert_message (about, connection, channel, recipient)
    WHERE about IS NOT NULL;
CREATE INDEX ix_alert_message_link ON alert_message (link_id) WHERE link_id IS NOT NULL;
