"""The totals as SQL over the wallets' rows: one statement, fast enough to hold `default` for a moment only, and a
worker that writes meanwhile is seen wholly or not at all."""

from operators.models import ErasedHour, MoneyHour

_LIVE, _GONE = MoneyHour._meta.db_table, ErasedHour._meta.db_table

# hour, reason, change_cents, lines
HOURS = f"""
    SELECT hour, reason, SUM(change_cents) AS change_cents, SUM(lines) AS lines FROM (
        SELECT hour, reason, change_cents, lines FROM {_LIVE}
        UNION ALL SELECT hour, reason, change_cents, lines FROM {_GONE}
    ) AS moved GROUP BY hour, reason
"""  # noqa: S608 - our own tables' names

# month, owed_change_cents, debt_change_cents: of each wallet by itself, for one's credit is not another's debt
MONTHS = f"""
    SELECT month, SUM(max(0, after_cents) - max(0, before_cents)) AS owed_change_cents,
           SUM(max(0, -after_cents) - max(0, -before_cents)) AS debt_change_cents
    FROM (
        SELECT month, after_cents, LAG(after_cents, 1, 0) OVER wallet AS before_cents FROM (
            SELECT wallet_id, month, SUM(cents) OVER (PARTITION BY wallet_id ORDER BY month) AS after_cents FROM (
                SELECT wallet_id, substr(hour, 1, 7) || '-01' AS month, SUM(change_cents) AS cents FROM (
                    SELECT wallet_id, hour, change_cents FROM {_LIVE}
                    UNION ALL SELECT wallet_id, hour, change_cents FROM {_GONE}
                ) AS lines GROUP BY 1, 2
            ) AS moved
        ) AS ends WINDOW wallet AS (PARTITION BY wallet_id ORDER BY month)
    ) AS steps GROUP BY month HAVING owed_change_cents <> 0 OR debt_change_cents <> 0
"""  # noqa: S608 - our own tables' names


def anew(table: str, columns: str, sums: str) -> str:
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({sums}) AS sums WHERE true"  # noqa: S608


def differences(table: str, keys: str, amounts: tuple[str, str], sums: str) -> str:
    """Keys, and by how much the table has more than the rows say."""
    first, second = amounts
    return f"""
        SELECT {keys}, SUM({first}), SUM({second}) FROM (
            SELECT {keys}, {first}, {second} FROM {table}
            UNION ALL SELECT {keys}, -{first}, -{second} FROM ({sums}) AS sums
        ) AS both GROUP BY {keys} HAVING SUM({first}) <> 0 OR SUM({second}) <> 0 ORDER BY {keys}
    """  # noqa: S608
