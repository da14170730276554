"""What of activities needs a person, for the one list of it (`app/store/attention.py`).

Keys: `delivery:{activity}:{connection}`, `delivery:digest:{digest}`.
"""

ITEMS = """
    UNION ALL
    SELECT 'delivery', format('delivery:%s:%s', activity_id, delivery.connection),
           coalesce(code, ''), delivery.connection, activity.link_id, reason, changed_at
      FROM delivery LEFT JOIN activity
        ON activity.id = activity_id AND activity.at = delivery.at WHERE state = 'failed'
    UNION ALL
    SELECT 'delivery', format('delivery:digest:%s', id), coalesce(code, ''), connection, link_id,
           format('%s: %s', route, reason), changed_at
      FROM digest WHERE state = 'failed'
"""
RETRY = {
    "delivery": """
        WITH single AS (
            UPDATE delivery SET state = 'pending', due_at = now(), attempts = 0, changed_at = now()
            WHERE state = 'failed'
              AND format('delivery:%s:%s', activity_id, connection) = ANY(:keys)
            RETURNING format('delivery:%s:%s', activity_id, connection) AS key),
        gathered AS (
            UPDATE digest SET state = 'pending', due_at = now(), attempts = 0, changed_at = now()
            WHERE state = 'failed' AND format('delivery:digest:%s', id) = ANY(:keys)
            RETURNING format('delivery:digest:%s', id) AS key)
        SELECT key FROM single UNION ALL SELECT key FROM gathered
    """,
}
