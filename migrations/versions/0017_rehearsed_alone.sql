-- Records of a rehearsal's first side that nobody was found for yet, by digests of their keys.
CREATE TABLE rehearsed_alone (
    job_id bigint NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    external_id text NOT NULL,
    keys text[] NOT NULL,
    CONSTRAINT pk_rehearsed_alone PRIMARY KEY (job_id, external_id)
);
CREATE INDEX ix_rehearsed_alone_keys ON rehearsed_alone USING gin (keys);
