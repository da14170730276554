-- Activities and deliveries are kept by the month in which they happened: what is old leaves as a
-- whole, and indexes stay as small as a month. No foreign keys on the way in: who deletes a link
-- deletes what it did (app/store/activities.py).
ALTER TABLE activity RENAME TO activity_before;
ALTER TABLE delivery RENAME TO delivery_before;
ALTER TABLE activity_before DROP CONSTRAINT pk_activity CASCADE;
ALTER TABLE delivery_before DROP CONSTRAINT pk_delivery;
DROP INDEX ix_activity_at, ix_activity_link_at, ix_activity_waiting;
DROP INDEX ix_delivery_due, ix_delivery_failed;

CREATE SEQUENCE activity_number;

CREATE TABLE activity (
    id BIGINT DEFAULT nextval('activity_number') NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    connection TEXT NOT NULL,
    external_id TEXT NOT NULL,
    link_id UUID,
    person_kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    type TEXT NOT NULL,
    title TEXT DEFAULT '' NOT NULL,
    detail JSONB DEFAULT '{}'::jsonb NOT NULL,
    about JSONB DEFAULT '[]'::jsonb NOT NULL,
    history BOOLEAN DEFAULT false NOT NULL,
    cause_id UUID,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_activity PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

CREATE INDEX ix_activity_at ON activity (at, id);

CREATE INDEX ix_activity_link_at ON activity (link_id, at, id);

CREATE INDEX ix_activity_waiting ON activity (person_id, connection) WHERE link_id IS NULL;

CREATE TABLE delivery (
    activity_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    connection TEXT NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    route TEXT DEFAULT '' NOT NULL,
    digest_id UUID,
    history BOOLEAN DEFAULT false NOT NULL,
    code TEXT,
    reason TEXT,
    external_id TEXT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_delivery PRIMARY KEY (activity_id, connection, at)
) PARTITION BY RANGE (at);

CREATE INDEX ix_delivery_due ON delivery (connection, history, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX ix_delivery_failed ON delivery (connection) WHERE state = 'failed';

CREATE INDEX ix_delivery_digest ON delivery (digest_id) WHERE digest_id IS NOT NULL;

-- One row for each activity ever taken in: its id at its connection, as a digest.
CREATE TABLE activity_key (
    key UUID NOT NULL,
    activity_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_activity_key PRIMARY KEY (key)
);

CREATE TABLE digest (
    id UUID NOT NULL,
    link_id UUID NOT NULL,
    connection TEXT NOT NULL,
    route TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    count INTEGER DEFAULT '0' NOT NULL,
    least INTEGER DEFAULT '1' NOT NULL,
    state TEXT DEFAULT 'pending' NOT NULL,
    code TEXT,
    reason TEXT,
    external_id TEXT,
    attempts INTEGER DEFAULT '0' NOT NULL,
    cause_id UUID,
    due_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_digest PRIMARY KEY (id),
    CONSTRAINT uq_digest_link_id_connection_route_starts_at
        UNIQUE (link_id, connection, route, starts_at),
    CONSTRAINT fk_digest_link_id FOREIGN KEY(link_id) REFERENCES link (id) ON DELETE CASCADE
);

CREATE INDEX ix_digest_due ON digest (connection, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX ix_digest_failed ON digest (connection) WHERE state = 'failed';

CREATE TABLE touch (
    link_id UUID NOT NULL,
    count BIGINT DEFAULT '0' NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE,
    first_channel TEXT,
    last_at TIMESTAMP WITH TIME ZONE,
    last_channel TEXT,
    page TEXT,
    page_at TIMESTAMP WITH TIME ZONE,
    campaign TEXT,
    campaign_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_touch PRIMARY KEY (link_id),
    CONSTRAINT fk_touch_link_id FOREIGN KEY(link_id) REFERENCES link (id) ON DELETE CASCADE
);

CREATE FUNCTION activity_partition(tables TEXT[], month DATE) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    parent TEXT;
    part TEXT;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('activity_partition', 4));
    FOREACH parent IN ARRAY tables LOOP
        part := format('%s_%s', parent, to_char(month, 'YYYYMM'));
        IF to_regclass(quote_ident(part)) IS NULL THEN
            -- Made apart and then attached, which stops nobody who reads or writes.
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           parent, part, month::timestamp AT TIME ZONE 'UTC',
                           (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END IF;
    END LOOP;
END $$;

CREATE TABLE activity_early PARTITION OF activity
    FOR VALUES FROM (MINVALUE) TO ('2000-01-01 00:00:00+00');
CREATE TABLE delivery_early PARTITION OF delivery
    FOR VALUES FROM (MINVALUE) TO ('2000-01-01 00:00:00+00');
CREATE TABLE activity_late PARTITION OF activity
    FOR VALUES FROM ('2100-01-01 00:00:00+00') TO (MAXVALUE);
CREATE TABLE delivery_late PARTITION OF delivery
    FOR VALUES FROM ('2100-01-01 00:00:00+00') TO (MAXVALUE);
SELECT activity_partition(ARRAY['activity', 'delivery'], months.month::date)
FROM (SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC') AS month FROM activity_before
      UNION
      SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month'
      FROM generate_series(-1, 1) AS n) AS months
WHERE months.month >= '2000-01-01' AND months.month < '2100-01-01';

INSERT INTO activity (id, at, connection, external_id, link_id, person_kind, person_id, type,
                      title, detail, cause_id, received_at)
SELECT id, at, connection, external_id, link_id, person_kind, person_id, type,
       title, detail, cause_id, received_at FROM activity_before;
INSERT INTO activity_key (key, activity_id, at)
SELECT md5(connection || '/' || external_id)::uuid, id, at FROM activity_before;
INSERT INTO delivery (activity_id, at, connection, state, code, reason, external_id, attempts,
                      due_at, changed_at)
SELECT delivery_before.activity_id, activity_before.at, delivery_before.connection, state, code,
       reason, delivery_before.external_id, attempts, due_at, changed_at
FROM delivery_before JOIN activity_before ON activity_before.id = delivery_before.activity_id;
SELECT setval('activity_number', greatest((SELECT max(id) FROM activity_before), 1));
DROP TABLE delivery_before;
DROP TABLE activity_before;

CREATE TABLE unscored (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    link_id UUID NOT NULL,
    CONSTRAINT pk_unscored PRIMARY KEY (id)
);

CREATE INDEX ix_unscored_link_id ON unscored (link_id);

-- The forms in which a connection keeps logged activities, and whether each can be updated.
ALTER TABLE connection ADD COLUMN forms JSONB DEFAULT '{}'::jsonb NOT NULL;

-- What is known already of first and last touches.
INSERT INTO touch (link_id, count, first_at, last_at, page, page_at)
SELECT link_id, count(*), min(at), max(at),
       (array_agg(detail ->> 'url' ORDER BY at DESC) FILTER (WHERE type = 'page_view'))[1],
       max(at) FILTER (WHERE type = 'page_view')
FROM activity WHERE link_id IS NOT NULL GROUP BY link_id;
