//! What a user would otherwise pick: PostgreSQL with pgcrypto, and an audit row written in the same transaction as the read.

use crate::client::Figure;
use std::time::{Duration, Instant};
use tokio_postgres::{Client, NoTls};

/// A way to do it.
#[derive(Clone, Copy)]
pub(crate) struct How {
    pub(crate) name: &'static str,
    seal: &'static str,
    open: &'static str,
}

/// pgcrypto as its manual shows it first, and its bare cipher, which is faster and has no integrity.
pub(crate) const HOW: [How; 2] = [
    How {
        name: "peer: pgcrypto pgp_sym_decrypt + audit row",
        seal: "pgp_sym_encrypt($1, 'a passphrase of the peer', 'cipher-algo=aes256')",
        open: "pgp_sym_decrypt(p.phone, 'a passphrase of the peer')",
    },
    How {
        name: "peer: pgcrypto decrypt (bare AES-CBC) + audit row",
        seal: "encrypt(convert_to($1, 'UTF8'), '0123456789abcdef0123456789abcdef', 'aes-cbc')",
        open: "convert_from(decrypt(p.phone, '0123456789abcdef0123456789abcdef', 'aes-cbc'), 'UTF8')",
    },
];

const PEOPLE: i64 = 10_000;

pub(crate) struct Peer {
    url: String,
    how: How,
}

impl Peer {
    pub(crate) async fn new(url: &str, how: How) -> Self {
        let client = connect(url).await;
        client
            .batch_execute(
                "CREATE EXTENSION IF NOT EXISTS pgcrypto; DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer;
                 CREATE TABLE peer.person (id BIGINT PRIMARY KEY, phone BYTEA NOT NULL);
                 CREATE TABLE peer.audit (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now(),
                   who TEXT NOT NULL, purpose TEXT NOT NULL, work TEXT NOT NULL, person BIGINT NOT NULL, field TEXT NOT NULL);",
            )
            .await
            .unwrap();
        let sql = format!("INSERT INTO peer.person (id, phone) VALUES ($2, {})", how.seal);
        let statement = client.prepare(&sql).await.unwrap();
        client.batch_execute("BEGIN").await.unwrap();
        for id in 0..PEOPLE {
            client.execute(&statement, &[&format!("090-1234-{id:04}"), &id]).await.unwrap();
        }
        client.batch_execute("COMMIT; ANALYZE peer.person").await.unwrap();
        Self { url: url.to_owned(), how }
    }

    pub(crate) async fn drive(&self, clients: usize, long: Duration) -> Figure {
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..clients {
            let (url, how) = (self.url.clone(), self.how);
            tasks.spawn(async move {
                let client = connect(&url).await;
                let sql = format!(
                    "WITH told AS (INSERT INTO peer.audit (who, purpose, work, person, field) VALUES ($2, $3, $4, $1, 'phone') RETURNING 1) \
                     SELECT {} FROM peer.person p, told WHERE p.id = $1",
                    how.open
                );
                let statement = client.prepare(&sql).await.unwrap();
                let mut micros = Vec::new();
                let mut at = i64::try_from(n).unwrap() * 7919;
                let begun = Instant::now();
                loop {
                    let asked = Instant::now();
                    at += 1;
                    let row = client.query_one(&statement, &[&(at % PEOPLE), &"lan", &"hr.recruit", &"R-1"]).await.unwrap();
                    assert!(row.get::<_, String>(0).starts_with("090-"));
                    if asked.duration_since(begun) > long / 5 {
                        micros.push(u64::try_from(asked.elapsed().as_micros()).unwrap());
                    }
                    if begun.elapsed() > long + long / 5 {
                        return micros;
                    }
                }
            });
        }
        let micros = tasks.join_all().await.into_iter().flatten().collect();
        Figure { micros, errors: 0, long }
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
