"""What of alerts needs a person, for the one list of it (`app/store/attention.py`).

Keys: `alert:{id}` (its task), `notice:{id}` (its bell), `message:{id}`, `storm:{id}`.
"""

ITEMS = """
    UNION ALL
    SELECT 'alert', format('alert:%s', id), coalesce(code, ''), connection, link_id, reason,
           created_at
      FROM alert WHERE state = 'failed'
    UNION ALL
    SELECT 'notice', format('notice:%s', id),
           CASE notice WHEN 'in_doubt' THEN 'in_doubt' ELSE coalesce(code, '') END,
           connection, link_id, reason, created_at
      FROM alert WHERE notice IN ('failed', 'in_doubt')
    UNION ALL
    SELECT 'message', format('message:%s', told.id),
           CASE told.state WHEN 'in_doubt' THEN 'in_doubt' ELSE coalesce(told.code, '') END,
           told.connection, coalesce(alert.link_id, told.link_id), told.reason, told.created_at
      FROM alert_message AS told LEFT JOIN alert ON alert.id = told.alert_id
     WHERE told.state IN ('failed', 'in_doubt')
    UNION ALL
    SELECT 'storm', format('storm:%s', id), 'storm', connection, NULL::uuid,
           nullif(recipient, ''), started_at
      FROM alert_storm WHERE state = 'open'
"""
RETRY = {
    "alert": """
        UPDATE alert SET state = 'pending', due_at = now(), attempts = 0
        WHERE state = 'failed' AND format('alert:%s', id) = ANY(:keys)
        RETURNING format('alert:%s', id)
    """,
    "notice": """
        UPDATE alert SET notice = 'pending', due_at = now(), attempts = 0
        WHERE notice IN ('failed', 'in_doubt') AND format('notice:%s', id) = ANY(:keys)
        RETURNING format('notice:%s', id)
    """,
    "message": """
        UPDATE alert_message SET state = 'pending', due_at = now(), attempts = 0
        WHERE state IN ('failed', 'in_doubt') AND format('message:%s', id) = ANY(:keys)
        RETURNING format('message:%s', id)
    """,
}
