//! Clients that hold their connection and ask again as soon as they are answered.

use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the clients ask for: requests written out in full, one for each person.
pub(crate) struct Targets {
    address: String,
    requests: Arc<Vec<Vec<u8>>>,
}

/// What came of a run.
pub(crate) struct Figure {
    pub(crate) micros: Vec<u64>,
    pub(crate) errors: u64,
    pub(crate) long: Duration,
}

impl Figure {
    pub(crate) fn row(mut self, what: &str, clients: usize) -> String {
        self.micros.sort_unstable();
        let at = |part: f64| {
            let place = ((self.micros.len() as f64 * part) as usize).min(self.micros.len().saturating_sub(1));
            self.micros.get(place).map_or(0.0, |m| *m as f64 / 1000.0)
        };
        let rate = self.micros.len() as f64 / self.long.as_secs_f64();
        format!("| {what} | {clients} | {rate:.0} | {:.2} | {:.2} | {} |", at(0.5), at(0.99), self.errors)
    }
}

impl Targets {
    pub(crate) fn read(told: &serde_json::Value) -> Self {
        let text = |key: &str| told[key].as_str().unwrap().to_owned();
        let address = text("address");
        let requests = told["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|person| {
                let body = serde_json::json!({
                    "row": text("row"), "elements": ["phone"], "purpose": text("purpose"), "work": text("work"),
                })
                .to_string();
                format!(
                    "POST /api/v1/people/{}/reveals HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    person.as_str().unwrap(),
                    text("token"),
                    body.len()
                )
                .into_bytes()
            })
            .collect();
        Self { address, requests: Arc::new(requests) }
    }
}

/// Runs so many clients for so long, after a fifth of it to warm up. With a rate they ask so often together, each in its turn, instead
/// of at once when they were answered; who is answered too late to be in time for the next turn waits from that turn on.
pub(crate) async fn drive(targets: &Targets, clients: usize, rate: Option<u32>, long: Duration) -> Figure {
    let turn = rate.map(|rate| Duration::from_secs_f64(clients as f64 / f64::from(rate)));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..clients {
        let (address, requests) = (targets.address.clone(), targets.requests.clone());
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut micros, mut errors, mut at) = (Vec::new(), 0, n * 7919);
            let mut buffer = vec![0; 16 * 1024];
            let begun = Instant::now();
            let mut due = begun + turn.map_or(Duration::ZERO, |turn| turn.mul_f64(n as f64 / clients as f64));
            loop {
                let asked = match turn {
                    None => Instant::now(),
                    Some(turn) => {
                        let late = (Instant::now() > due).then_some(due);
                        tokio::time::sleep_until(due.into()).await;
                        due += turn;
                        late.unwrap_or_else(Instant::now)
                    }
                };
                at += 1;
                stream.write_all(&requests[at % requests.len()]).await.unwrap();
                let good = answer(&mut stream, &mut buffer).await;
                if asked.duration_since(begun) > long / 5 {
                    if good {
                        micros.push(u64::try_from(asked.elapsed().as_micros()).unwrap());
                    } else {
                        errors += 1;
                    }
                }
                if begun.elapsed() > long + long / 5 {
                    return (micros, errors);
                }
            }
        });
    }
    let mut figure = Figure { micros: Vec::new(), errors: 0, long };
    for (micros, errors) in tasks.join_all().await {
        figure.micros.extend(micros);
        figure.errors += errors;
    }
    figure
}

/// Reads one answer; whether it was 200 or 201.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> bool {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.unwrap();
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let text = &buffer[..filled];
        let Some(head) = text.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let lines = String::from_utf8_lossy(&text[..head]).to_ascii_lowercase();
        let length =
            lines.lines().find_map(|l| l.strip_prefix("content-length:")).map_or(0, |l| l.trim().parse().unwrap());
        if filled >= head + 4 + length {
            return lines.starts_with("http/1.1 200") || lines.starts_with("http/1.1 201");
        }
    }
}
