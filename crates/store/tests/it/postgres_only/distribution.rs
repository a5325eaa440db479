//! The schema is such that a distributed PostgreSQL can spread accounts over machines (`docs/operations.md`): every
//! table but the small ones that every machine has is led by the account's number, in its key, in whatever else is
//! unique, and in its references.

/// Tables that every machine has a copy of.
const REFERENCE_TABLES: [&str; 2] = ["accounts", "canaries"];

/// Each table, what is unique or refers to another in it, and the first column of that; for a reference also the table
/// that it leads to, and the first column there.
const CONSTRAINTS: &str = "
    SELECT t.relname::text, c.conname::text, a.attname::text, o.relname::text, b.attname::text
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    LEFT JOIN pg_class o ON o.oid = c.confrelid
    LEFT JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f', 'x')
    UNION ALL
    SELECT t.relname::text, i.relname::text, a.attname::text, NULL, NULL
    FROM pg_index x
    JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
    WHERE t.relnamespace = 'public'::regnamespace AND x.indisunique
    ORDER BY 1, 2";

/// What no table that is spread may have.
const OBSTACLES: &str = "
    SELECT t.relname::text FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('S', 'v', 'm')
    UNION ALL
    SELECT g.tgname::text FROM pg_trigger g WHERE NOT g.tgisinternal";

type Constraint = (String, String, String, Option<String>, Option<String>);

#[tokio::test]
async fn every_table_that_is_not_everywhere_is_led_by_the_account() {
    let home = super::home(1).await;
    let mut connection = super::stranger(&home).await;
    let constraints: Vec<Constraint> = sqlx::query_as(CONSTRAINTS).fetch_all(&mut connection).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let spread = |table: &str| !REFERENCE_TABLES.contains(&table) && table != "_sqlx_migrations";
    for table in tables.iter().filter(|table| spread(table)) {
        let of_table = constraints.iter().filter(|(of, ..)| of == table);
        assert!(of_table.clone().any(|(_, name, ..)| name.ends_with("_pkey")), "{table} has a key");
        for (_, name, column, to, to_column) in of_table {
            assert_eq!(column, "account_id", "{name}");
            match to.as_deref() {
                None => {}
                Some("accounts") => assert_eq!(to_column.as_deref(), Some("id"), "{name}"),
                Some(other) => {
                    assert!(spread(other), "{name}");
                    assert_eq!(to_column.as_deref(), Some("account_id"), "{name}");
                }
            }
        }
    }
    assert!(tables.iter().filter(|table| spread(table)).count() > 15);
    let obstacles: Vec<String> = sqlx::query_scalar(OBSTACLES).fetch_all(&mut connection).await.unwrap();
    assert_eq!(obstacles, Vec::<String>::new());
    // What the documentation says to do names each of them.
    let documentation = include_str!("../../../../../docs/operations.md");
    for table in tables.iter().filter(|table| *table != "_sqlx_migrations") {
        let how = if spread(table) { "create_distributed_table" } else { "create_reference_table" };
        let line = documentation.lines().find(|line| line.contains(&format!("'{table}'")));
        assert!(line.is_some_and(|line| line.contains(how)), "{table}");
    }
}
