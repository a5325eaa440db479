//! What only a server can do to a store: cut connections, stop, refuse, keep waiting.

mod connections;
mod distribution;
mod making;
mod pages;
mod waiting;

use folkmoot_testing::{Backend, TestDatabase};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::support::{Home, Place};

/// In a database, whichever backend is chosen, with an account of `people` people.
async fn home(people: i64) -> Home {
    Home::at(Place::new(Backend::Postgres).await, 1, None).await.peopled(people).await
}

/// On a server that no other test uses.
async fn home_on_own_server(people: i64) -> Home {
    let place = Place::with(Some(TestDatabase::on_own_server().await));
    Home::at(place, 1, None).await.peopled(people).await
}

/// A connection of another program's.
async fn stranger(home: &Home) -> PgConnection {
    PgConnection::connect(&home.database.as_ref().unwrap().url()).await.unwrap()
}

async fn execute(connection: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(connection).await.unwrap();
}
