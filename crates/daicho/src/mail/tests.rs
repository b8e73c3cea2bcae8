//! Letters, handed to a mail server of our own.

use super::*;
use access::Chance;
use access::sign_in::link::Letter;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What a mail server was told: each line of a conversation.
type Heard = UnboundedReceiver<String>;

fn letter(language: Language) -> Letter {
    let chance = Chance::new(|bytes| bytes.fill(7));
    Letter {
        to: "lan@company.example".into(),
        name: "Trần Lan\r\nBcc: other@company.example".into(),
        language,
        key: access::session::Key::made("l", &chance),
    }
}

/// A server that takes letters, by TLS from the start where it has a certificate.
async fn server(tls: Option<tokio_rustls::TlsAcceptor>) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, heard) = unbounded_channel();
    drop(tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            match &tls {
                None => talk(stream, &told).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        talk(stream, &told).await;
                    }
                }
            }
        }
    }));
    (port, heard)
}

async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin, told: &UnboundedSender<String>) {
    let mut stream = BufReader::new(stream);
    let mut answer: &[u8] = b"220 mail.company.example ready\r\n";
    let mut reading = false;
    loop {
        if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        told.send(line.trim_end().to_owned()).unwrap();
        answer = match line.split([' ', '\r']).next().unwrap_or_default() {
            _ if reading && line == ".\r\n" => {
                reading = false;
                b"250 taken\r\n"
            }
            _ if reading => b"",
            "EHLO" => b"250-mail.company.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN\r\n",
            "DATA" => {
                reading = true;
                b"354 go on\r\n"
            }
            "AUTH" => b"235 known\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 good\r\n",
        };
    }
}

fn part(port: u16, tls: MailTls, authority: Option<&Path>) -> MailPart {
    MailPart {
        host: "127.0.0.1".into(),
        port: Some(port),
        tls,
        authority: authority.map(Path::to_owned),
        from: "窓口 <desk@company.example>".into(),
        user: None,
    }
}

fn mail(part: &MailPart) -> Mail {
    Mail::new(part, "https://office.example", Texts::same("Kawasora")).unwrap_or_else(|_| unreachable!("a mail server"))
}

/// Everything a server heard until the end of a letter.
async fn letter_in(heard: &mut Heard) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(line) = heard.recv().await {
        let end = line == ".";
        lines.push(line);
        if end {
            break;
        }
    }
    lines
}

#[tokio::test]
async fn a_letter_reaches_whom_it_is_for_in_their_language_and_nobody_else() {
    for language in Language::ALL {
        let (port, mut heard) = server(None).await;
        mail(&part(port, MailTls::Off, None)).send(letter(*language));
        let lines = letter_in(&mut heard).await;
        let to: Vec<&String> = lines.iter().filter(|line| line.starts_with("RCPT TO:")).collect();
        assert_eq!(to, ["RCPT TO:<lan@company.example>"], "a name adds no recipient");
        assert!(lines.iter().any(|line| line.starts_with("MAIL FROM:<desk@company.example>")));
        assert!(!lines.iter().any(|line| line.starts_with("Bcc:")), "nor a header: {lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("Subject: ")));
    }
}

#[tokio::test]
async fn a_letter_goes_by_tls_and_only_to_a_certificate_that_is_trusted() {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.pem"), folder.path().join("bad.pem"));
    std::fs::write(&good, made.cert.pem()).unwrap();
    std::fs::write(&bad, other.cert.pem()).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let (port, mut heard) = server(Some(Arc::new(config).into())).await;
    let message = || mail(&part(port, MailTls::On, Some(&bad))).written(letter(Language::En)).unwrap();
    assert!(mail(&part(port, MailTls::On, Some(&bad))).server.send(message()).await.is_err(), "a stranger");
    // A server that knows no STARTTLS is told nothing.
    let (plain, mut told) = server(None).await;
    assert!(mail(&part(plain, MailTls::Starttls, Some(&good))).server.send(message()).await.is_err());
    while let Ok(line) = told.try_recv() {
        assert!(line.starts_with("EHLO") || line.starts_with("QUIT") || line.starts_with("STARTTLS"), "{line}");
    }
    mail(&part(port, MailTls::On, Some(&good))).server.send(message()).await.unwrap();
    let lines = letter_in(&mut heard).await;
    let body = lines.join("\n").replace("=\n", "");
    assert!(body.contains("https://office.example/sign-in/links/l_0707"), "{body}");
}

#[test]
fn nothing_is_sent_in_the_open_beyond_this_machine() {
    let mut open = part(25, MailTls::Off, None);
    open.host = "mail.company.example".into();
    assert!(Mail::new(&open, "https://office.example", Texts::same("x")).is_err());
}
