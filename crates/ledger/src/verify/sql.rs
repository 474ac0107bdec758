use kernel::Result;
use sqlx::PgConnection;
use store::{Store, broken};

use super::{Finding, Report};

/// One rule: its name, and a query that gives the subject of every row that breaks it.
struct Rule {
    name: &'static str,
    query: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        name: "posted balances of an asset sum to zero",
        query: "SELECT asset::text FROM account GROUP BY asset
                HAVING sum(credits_posted::numeric) <> sum(debits_posted)
                    OR sum(credits_pending::numeric) <> sum(debits_pending)",
    },
    Rule {
        name: "an account keeps its balance rule",
        query: "SELECT id::text FROM account
                WHERE (balance_rule = 1
                       AND debits_posted::numeric + debits_pending > credits_posted)
                   OR (balance_rule = 2
                       AND credits_posted::numeric + credits_pending > debits_posted)",
    },
    Rule {
        name: "totals equal the sum of the account's transfers",
        query: "WITH moved AS (
                    SELECT account, sum(debit) AS debits, sum(credit) AS credits FROM (
                        SELECT debit AS account, amount::numeric AS debit, 0::numeric AS credit
                        FROM transfer WHERE kind IN (1, 3)
                        UNION ALL
                        SELECT credit, 0, amount FROM transfer WHERE kind IN (1, 3)
                    ) sides GROUP BY account)
                SELECT a.id::text FROM account a LEFT JOIN moved m ON m.account = a.id
                WHERE a.debits_posted <> COALESCE(m.debits, 0)
                   OR a.credits_posted <> COALESCE(m.credits, 0)",
    },
    Rule {
        name: "pending totals equal the account's open holds",
        query: "WITH held AS (
                    SELECT account, sum(debit) AS debits, sum(credit) AS credits FROM (
                        SELECT debit AS account, amount::numeric AS debit, 0::numeric AS credit
                        FROM hold WHERE state = 1
                        UNION ALL
                        SELECT credit, 0, amount FROM hold WHERE state = 1
                    ) sides GROUP BY account)
                SELECT a.id::text FROM account a LEFT JOIN held h ON h.account = a.id
                WHERE a.debits_pending <> COALESCE(h.debits, 0)
                   OR a.credits_pending <> COALESCE(h.credits, 0)",
    },
    Rule {
        name: "every running balance follows from the one before, in one order of moments",
        query: "WITH sides AS (
                    SELECT debit AS account, at, CASE WHEN kind IN (1, 3) THEN -amount ELSE 0 END
                           AS change, debit_balance AS balance FROM transfer
                    UNION ALL
                    SELECT credit, at, CASE WHEN kind IN (1, 3) THEN amount ELSE 0 END,
                           credit_balance FROM transfer),
                ordered AS (
                    SELECT account, at, balance, change,
                           lag(balance, 1, 0::bigint) OVER w AS before,
                           lag(at) OVER w AS earlier
                    FROM sides WINDOW w AS (PARTITION BY account ORDER BY at))
                SELECT account::text || ' at ' || at::text FROM ordered
                WHERE before + change <> balance OR earlier = at",
    },
    Rule {
        name: "what is held after each transfer follows from what was held before",
        query: "WITH sides AS (
                    SELECT t.debit AS account, t.at, t.debit_held AS held,
                           CASE WHEN t.kind = 2 THEN t.amount WHEN t.kind > 2 THEN -h.amount
                                ELSE 0 END AS change
                    FROM transfer t LEFT JOIN hold h ON h.id = t.hold_id
                    UNION ALL SELECT credit, at, credit_held, 0 FROM transfer),
                ordered AS (
                    SELECT account, at, held, change, lag(held, 1, 0::bigint) OVER w AS before
                    FROM sides WINDOW w AS (PARTITION BY account ORDER BY at))
                SELECT account::text || ' at ' || at::text FROM ordered
                WHERE before + change IS DISTINCT FROM held",
    },
    Rule {
        name: "the last running balance is the account's balance",
        query: "WITH sides AS (
                    SELECT debit AS account, at, debit_balance AS balance FROM transfer
                    UNION ALL SELECT credit, at, credit_balance FROM transfer),
                last AS (SELECT DISTINCT ON (account) account, at, balance FROM sides
                         ORDER BY account, at DESC)
                SELECT a.id::text FROM account a JOIN last l ON l.account = a.id
                WHERE l.balance <> a.credits_posted - a.debits_posted OR l.at <> a.last_at",
    },
    Rule {
        name: "a transfer belongs to a posted operation and to two accounts of one asset",
        query: "SELECT t.operation_id::text || '/' || t.index FROM transfer t
                LEFT JOIN operation o ON o.id = t.operation_id
                LEFT JOIN account d ON d.id = t.debit
                LEFT JOIN account c ON c.id = t.credit
                WHERE o.state IS DISTINCT FROM 1 OR d.asset IS NULL
                   OR d.asset IS DISTINCT FROM c.asset",
    },
    Rule {
        name: "a chain is whole",
        query: "SELECT operation_id::text FROM transfer GROUP BY operation_id
                HAVING min(index) <> 0 OR max(index) <> count(*) - 1",
    },
    Rule {
        name: "a hold was made by a transfer, and ended as its state says",
        query: "SELECT h.id::text FROM hold h
                LEFT JOIN transfer made ON made.hold_id = h.id AND made.kind = 2
                    AND made.operation_id = h.operation_id
                LEFT JOIN transfer ended ON ended.hold_id = h.id AND ended.kind > 2
                    AND ended.operation_id = h.ended_by
                WHERE made.amount IS DISTINCT FROM h.amount
                   OR (h.state > 1 AND ended.kind IS DISTINCT FROM h.state + 1)
                   OR (h.state = 2 AND ended.amount IS DISTINCT FROM h.captured)",
    },
    Rule {
        name: "a limit counter stands where its operations left it",
        query: "WITH used AS (
                    SELECT (u ->> 'limit')::uuid AS limit_id, (u ->> 'subject')::uuid AS subject,
                           (u ->> 'window_start')::bigint AS window_start,
                           sum((u ->> 'amount')::numeric) AS amount
                    FROM operation, jsonb_array_elements(uses) u
                    WHERE state = 1 AND uses IS NOT NULL GROUP BY 1, 2, 3),
                kept AS (
                    SELECT limit_id, subject, window_start, used FROM limit_counter
                    UNION ALL
                    SELECT limit_id, subject, split_part(part, ':', 1)::bigint,
                           split_part(part, ':', 2)::bigint
                    FROM limit_counter, string_to_array(earlier, ',') parts, unnest(parts) part
                    WHERE part LIKE '%:%')
                SELECT limit_id || '/' || subject || '/' || window_start
                FROM kept k LEFT JOIN used u USING (limit_id, subject, window_start)
                WHERE k.used <> COALESCE(u.amount, 0)
                UNION ALL
                SELECT limit_id || '/' || subject || '/' || window_start
                FROM (SELECT limit_id, subject, max(window_start) AS window_start
                      FROM used GROUP BY 1, 2
                      EXCEPT SELECT limit_id, subject, window_start FROM kept) lost",
    },
    Rule {
        name: "a reference belongs to a posted operation",
        query: "SELECT r.scheme || ':' || r.reference FROM operation_ref r
                LEFT JOIN operation o ON o.id = r.operation_id
                WHERE o.state IS DISTINCT FROM 1",
    },
];

pub async fn report(store: &Store) -> Result<Report> {
    let mut tx = store.begin().await?;
    // All books are read, which takes as long as it takes.
    sqlx::raw_sql(
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
         SET LOCAL statement_timeout = 0",
    )
    .execute(&mut *tx)
    .await
    .map_err(broken("taking a snapshot of the books"))?;
    let mut report = counts(&mut tx).await?;
    for rule in RULES {
        let query = format!("SELECT * FROM ({}) AS broken (subject) LIMIT 100", rule.query);
        let subjects = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(query))
            .fetch_all(&mut *tx)
            .await
            .map_err(broken("checking the books"))?;
        let findings = subjects.into_iter().map(|subject| Finding { rule: rule.name, subject });
        report.findings.extend(findings);
    }
    Ok(report)
}

async fn counts(conn: &mut PgConnection) -> Result<Report> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM account) AS "accounts!",
                  (SELECT count(*) FROM operation) AS "operations!",
                  (SELECT count(*) FROM transfer) AS "transfers!""#
    )
    .fetch_one(conn)
    .await
    .map_err(broken("counting the books"))?;
    Ok(Report {
        accounts: row.accounts,
        operations: row.operations,
        transfers: row.transfers,
        findings: Vec::new(),
    })
}
