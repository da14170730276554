"""Who could not be put on the list of those to be won again, or taken off it.

Keys: `nurture:{link}:{connection}:{list}`. Another try goes to the list that the lifecycle names
by then (a wrong one is the likeliest reason), but where the person is on that one's way already.
"""

ITEMS = """
    UNION ALL
    SELECT 'nurture', format('nurture:%s:%s:%s', link_id, connection, list_id), coalesce(code, ''),
           connection, link_id, format('%s: %s', list_id, reason), changed_at
      FROM nurture WHERE state = 'failed'
"""
RETRY = {
    "nurture": """
        WITH chosen AS (
            SELECT link_id, connection, list_id,
                   format('nurture:%s:%s:%s', link_id, connection, list_id) AS key
            FROM nurture WHERE state = 'failed'
              AND format('nurture:%s:%s:%s', link_id, connection, list_id) = ANY(:keys)
            FOR UPDATE),
        named AS (
            SELECT body #>> '{nurture,list}' AS list_id FROM document
            WHERE kind = 'lifecycle' AND active ORDER BY name LIMIT 1),
        again AS (
            UPDATE nurture SET state = 'pending', due_at = now(), attempts = 0,
                   list_id = CASE WHEN nurture.wanted AND NOT EXISTS (
                       SELECT FROM nurture AS other, named
                       WHERE other.link_id = nurture.link_id
                         AND other.connection = nurture.connection
                         AND (other.list_id = named.list_id OR (other.list_id > nurture.list_id
                              AND other.state = 'failed' AND other.wanted)))
                   THEN coalesce((SELECT list_id FROM named), nurture.list_id)
                   ELSE nurture.list_id END
            FROM chosen
            WHERE nurture.link_id = chosen.link_id AND nurture.connection = chosen.connection
              AND nurture.list_id = chosen.list_id
            RETURNING chosen.key)
        SELECT key FROM again
    """,
}
