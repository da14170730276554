CREATE TABLE reference (
    connection TEXT NOT NULL,
    kind TEXT NOT NULL,
    external_id TEXT NOT NULL,
    link_id UUID NOT NULL,
    CONSTRAINT pk_reference PRIMARY KEY (connection, kind, external_id, link_id),
    CONSTRAINT fk_reference_link_id FOREIGN KEY(link_id) REFERENCES link (id) ON DELETE CASCADE
);
CREATE INDEX ix_reference_link ON reference (link_id, connection);
