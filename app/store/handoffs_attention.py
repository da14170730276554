"""What of hand-offs needs a person: notes and tasks that a system refused.

Keys: `handoff:{connection}:{key of the entry}`.
"""

ITEMS = """
    UNION ALL
    SELECT 'handoff', format('handoff:%s:%s', entry.connection, entry.key), coalesce(code, ''),
           entry.connection, handoff.link_id, format('%s: %s', entry.title, entry.reason),
           entry.changed_at
      FROM handoff_entry AS entry JOIN handoff ON handoff.id = entry.handoff_id
     WHERE entry.state = 'failed'
"""
RETRY = {
    "handoff": """
        UPDATE handoff_entry SET state = 'pending', due_at = now(), attempts = 0
        WHERE state = 'failed' AND format('handoff:%s:%s', connection, key) = ANY(:keys)
        RETURNING format('handoff:%s:%s', connection, key)
    """,
}
