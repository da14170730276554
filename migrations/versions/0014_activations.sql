-- When which version of a document became the active one: few lines of a long journal.
CREATE INDEX ix_journal_activated ON journal (id) WHERE event = 'activated';
