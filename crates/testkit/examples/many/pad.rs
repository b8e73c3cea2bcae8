//! Rows beside the real ones: as many, as wide, in the same tables with the same indexes.

use bytes::Bytes;
use futures_util::SinkExt;
use ledger::names::RowId;
use std::path::Path;

/// Tokens of a person's own, besides those many share.
const OWN: u64 = 7;
/// Bytes of a sealed sheet, and of the list of tokens, of a real person of three values.
const SHEET: usize = 190;
const FOUND_BY: usize = 110;
/// People in one transaction.
const TOGETHER: usize = 200_000;

pub(crate) struct Padding {
    pub(crate) row: RowId,
    pub(crate) many: u64,
    /// The token of the most common family name (15 of 1,000 people), and that of four digits (one of 10,000).
    pub(crate) common: [i64; 2],
}

/// A number that looks random: splitmix64.
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn id(n: u64) -> [u8; 16] {
    let mut id = [0; 16];
    // In the order of time, as real ones are.
    id[..8].copy_from_slice(&(0x0197_0000_0000_0000 + n).to_be_bytes());
    id[8..].copy_from_slice(&mixed(n).to_be_bytes());
    id
}

fn noise(n: u64, length: usize) -> Vec<u8> {
    (0..length as u64).step_by(8).flat_map(|k| mixed(n ^ (k << 40)).to_be_bytes()).take(length).collect()
}

impl Padding {
    /// The number of a record: far from those of real ones.
    fn n(n: u64) -> i64 {
        (1 << 50) + n as i64
    }

    /// Every token with its record, in the order of the index.
    fn tokens(&self) -> Vec<(i64, i64)> {
        let mut tokens = Vec::with_capacity((self.many * (OWN + 1)) as usize);
        for n in 0..self.many {
            tokens.extend((0..OWN).map(|k| (mixed(n * 16 + k) as i64, Self::n(n))));
            if mixed(n ^ 0xa5a5) % 1000 < 15 {
                tokens.push((self.common[0], Self::n(n)));
            }
            if mixed(n ^ 0x5a5a).is_multiple_of(10_000) {
                tokens.push((self.common[1], Self::n(n)));
            }
        }
        tokens.sort_unstable();
        tokens
    }

    pub(crate) fn sqlite(&self, path: &Path) {
        let mut connection = rusqlite::Connection::open(path).unwrap();
        connection
            .execute_batch("PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000; PRAGMA wal_autocheckpoint=50000;")
            .unwrap();
        let row = self.row.as_str();
        for from in (0..self.many).step_by(TOGETHER) {
            let transaction = connection.transaction().unwrap();
            for n in from..(from + TOGETHER as u64).min(self.many) {
                let sql = "INSERT INTO person (id, state, created_at, changed_at) VALUES (?1, 'active', 0, 0)";
                transaction.prepare_cached(sql).unwrap().execute([id(n).as_slice()]).unwrap();
                let sql = "INSERT INTO record (n, person, register_row, kind, version, generation, acquired_at, due_at, sheet, found_by, idx) \
                           VALUES (?1, ?2, ?3, 'applicant', 1, 1, ?4, NULL, ?5, ?6, 0)";
                let (sheet, found_by) = (noise(n, SHEET), noise(n, FOUND_BY));
                let values = (Self::n(n), id(n), row, n as i64, sheet, found_by);
                transaction.prepare_cached(sql).unwrap().execute(values).unwrap();
            }
            transaction.commit().unwrap();
        }
        for some in self.tokens().chunks(TOGETHER * 5) {
            let transaction = connection.transaction().unwrap();
            for token in some {
                let sql = "INSERT INTO token (token, record) VALUES (?1, ?2)";
                transaction.prepare_cached(sql).unwrap().execute(*token).unwrap();
            }
            transaction.commit().unwrap();
        }
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
    }

    pub(crate) async fn postgres(&self, url: &str, schema: &str) {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        client.batch_execute(&format!("SET search_path = {schema}; SET synchronous_commit = off")).await.unwrap();
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let people = (0..self.many).map(|n| format!("\\\\x{}\tactive\t0\t0\n", hex(&id(n))));
        copy(&client, "COPY person (id, state, created_at, changed_at) FROM STDIN", people).await;
        let row = self.row.as_str();
        let records = (0..self.many).map(|n| {
            let (person, sheet, found_by) = (hex(&id(n)), hex(&noise(n, SHEET)), hex(&noise(n, FOUND_BY)));
            let number = Self::n(n);
            format!("{number}\t\\\\x{person}\t{row}\tapplicant\t1\t1\t{n}\t\\N\t\\\\x{sheet}\t\\\\x{found_by}\t0\n")
        });
        let columns = "n, person, register_row, kind, version, generation, acquired_at, due_at, sheet, found_by, idx";
        copy(&client, &format!("COPY record ({columns}) FROM STDIN"), records).await;
        let tokens = self.tokens();
        copy(&client, "COPY token (token, record) FROM STDIN", tokens.iter().map(|(t, n)| format!("{t}\t{n}\n"))).await;
        client.batch_execute("ANALYZE; CHECKPOINT").await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    }
}

async fn copy(client: &tokio_postgres::Client, sql: &str, lines: impl Iterator<Item = String>) {
    let sink = client.copy_in::<_, Bytes>(sql).await.unwrap();
    let mut sink = std::pin::pin!(sink);
    let mut held = String::new();
    for line in lines {
        held.push_str(&line);
        if held.len() > 1 << 20 {
            sink.send(Bytes::from(std::mem::take(&mut held))).await.unwrap();
        }
    }
    sink.send(Bytes::from(held)).await.unwrap();
    sink.close().await.unwrap();
}
