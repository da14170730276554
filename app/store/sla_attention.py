"""What of SLA clocks needs a person, for the one list of it (`app/store/attention.py`).

Keys: `sla:{clock}` (its time is over and nobody has reacted), `reminder:{step}`.
"""

ITEMS = """
    UNION ALL
    SELECT 'sla', format('sla:%s', id), 'sla', NULL, link_id,
           format('%s: due %s%s', name,
                  to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI UTC'),
                  coalesce(format(', %s', owner), '')),
           coalesce(due_at, changed_at)
      FROM sla_clock WHERE state = 'breached' AND ended_at IS NULL
    UNION ALL
    SELECT 'reminder', format('reminder:%s', sla_step.id), coalesce(sla_step.code, ''),
           sla_step.connection, sla_clock.link_id,
           format('%s: %s', sla_clock.name, sla_step.reason), sla_step.at
      FROM sla_step JOIN sla_clock ON sla_clock.id = sla_step.clock_id
     WHERE sla_step.state = 'failed'
"""
RETRY = {
    "reminder": """
        UPDATE sla_step SET state = 'pending', due_at = now(), attempts = 0
        WHERE state = 'failed' AND format('reminder:%s', id) = ANY(:keys)
        RETURNING format('reminder:%s', id)
    """,
}
