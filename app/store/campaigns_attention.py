"""What of campaigns needs a person, for the one list of it (`app/store/attention.py`).

Keys: `member:{link}:{connection}:{campaign}`, `credit:{link}:{connection}`, `campaign:{name}`.
"""

ITEMS = """
    UNION ALL
    SELECT 'member', format('member:%s:%s:%s', link_id, connection, campaign), coalesce(code, ''),
           connection, link_id, format('%s: %s', campaign, reason), changed_at
      FROM membership_place WHERE state = 'failed'
    UNION ALL
    SELECT 'credit', format('credit:%s:%s', link_id, connection), coalesce(code, ''), connection,
           link_id, format('%s: %s', campaign, reason), changed_at
      FROM campaign_credit WHERE state = 'failed'
    UNION ALL
    SELECT 'campaign', format('campaign:%s', name), 'campaign', connection, NULL::uuid,
           format('%s: %s', name, reason), changed_at
      FROM campaign WHERE state = 'failed'
    UNION ALL
    SELECT 'campaign', format('campaign:%s', name), 'members_held', held_by, NULL::uuid,
           format('%s: %s members were taken out at once', name, held), changed_at
      FROM campaign WHERE held_by IS NOT NULL AND NOT allowed AND state <> 'failed'
"""
RETRY = {
    "member": """
        UPDATE membership_place SET state = 'pending', due_at = now(), write = NULL, attempts = 0
        WHERE state = 'failed'
          AND format('member:%s:%s:%s', link_id, connection, campaign) = ANY(:keys)
        RETURNING format('member:%s:%s:%s', link_id, connection, campaign)
    """,
    "credit": """
        UPDATE campaign_credit SET state = 'pending', due_at = now(), attempts = 0
        WHERE state = 'failed' AND format('credit:%s:%s', link_id, connection) = ANY(:keys)
        RETURNING format('credit:%s:%s', link_id, connection)
    """,
    "campaign": """
        WITH let AS (
            UPDATE campaign SET allowed = held_by IS NOT NULL, attempts = 0,
                   due_at = CASE state WHEN 'failed' THEN now() END,
                   state = CASE state WHEN 'failed' THEN 'pending' ELSE state END
            WHERE format('campaign:%s', name) = ANY(:keys) RETURNING name, held_by),
        again AS (
            UPDATE feed SET due_at = clock_timestamp() FROM let
            WHERE feed.connection = let.held_by AND feed.name = format('members:%s', let.name))
        SELECT format('campaign:%s', name) FROM let
    """,
}
