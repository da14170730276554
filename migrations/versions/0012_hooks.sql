-- The order in which events are told. Ids are given out before a transaction commits, so a reader
-- that goes by them would pass over one that commits late; numbers are given to what is committed.
CREATE SEQUENCE event_seq;
ALTER TABLE event ADD COLUMN seq BIGINT;
CREATE UNIQUE INDEX ix_event_seq ON event (seq);
CREATE INDEX ix_event_unnumbered ON event (id) WHERE seq IS NULL;
CREATE INDEX ix_event_type ON event (type, id);

-- Who hears of events, and how far each has been told.
CREATE TABLE hook (
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    events JSONB DEFAULT '[]'::jsonb NOT NULL,
    description TEXT DEFAULT '' NOT NULL,
    secret BYTEA NOT NULL,
    previous_until TIMESTAMP WITH TIME ZONE,
    state TEXT DEFAULT 'active' NOT NULL,
    code TEXT,
    reason TEXT,
    cursor BIGINT NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    failing_since TIMESTAMP WITH TIME ZONE,
    due_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_hook PRIMARY KEY (name)
);
CREATE INDEX ix_hook_due ON hook (due_at) WHERE due_at IS NOT NULL;

-- What became of an event at a hook. `again_at`: somebody wants it sent once more.
CREATE TABLE hook_delivery (
    hook TEXT NOT NULL,
    event_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    status INTEGER DEFAULT 0 NOT NULL,
    reason TEXT,
    took_ms INTEGER DEFAULT 0 NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    again_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_hook_delivery PRIMARY KEY (hook, event_id),
    CONSTRAINT fk_hook_delivery_hook_hook FOREIGN KEY(hook) REFERENCES hook (name) ON DELETE CASCADE,
    CONSTRAINT fk_hook_delivery_event_id_event FOREIGN KEY(event_id)
        REFERENCES event (id) ON DELETE CASCADE
);
CREATE INDEX ix_hook_delivery_event ON hook_delivery (event_id);
CREATE INDEX ix_hook_delivery_again ON hook_delivery (hook, again_at) WHERE again_at IS NOT NULL;
CREATE INDEX ix_hook_delivery_state ON hook_delivery (hook, state, event_id);
