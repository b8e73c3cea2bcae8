//! Letters: a link to one's own page, in the language of whom it is for, by the server of `[mail]`.
//!
//! A letter is handed over beside the answer to whoever asked for it, so that the answer takes the same time whoever was named. One
//! that cannot be handed over is logged without its address, and asked for again by whoever waits for it.

use crate::ask::Secret;
use crate::config::{MailPart, MailTls};
use crate::said::Said;
use access::sign_in::link::{Letter, MINUTES};
use age::secrecy::ExposeSecret;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use policy::{Language, Texts};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// A server that has not taken a letter by then will not.
const PATIENCE: Duration = Duration::from_secs(20);
/// Letters under way at most; what is beyond is not sent.
const AT_ONCE: usize = 16;

/// Sends letters.
#[derive(Clone)]
pub(crate) struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    base: Arc<str>,
    company: Texts,
    under_way: Arc<Semaphore>,
}

impl Mail {
    /// The way letters go; nothing is connected yet.
    ///
    /// # Errors
    /// [`Said`] when a letter could be read on the way, the authorities cannot be read, or no password was handed in for the user.
    pub(crate) fn new(part: &MailPart, base: &str, company: Texts) -> Result<Self, Said> {
        if !part.is_private() {
            return Err(Said::mistake(Texts::new(
                "[mail] の tls = \"off\" は、このマシン自身のサーバーにだけ使えます。",
                "tls = \"off\" in [mail] is only for a server on this machine itself.",
                "tls = \"off\" trong [mail] chỉ dùng cho máy chủ trên chính máy này.",
            )));
        }
        let tls = match part.tls {
            MailTls::Off => Tls::None,
            MailTls::Starttls => Tls::Required(parameters(part)?),
            MailTls::On => Tls::Wrapper(parameters(part)?),
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(part.host.trim_matches(['[', ']']))
            .port(part.port())
            .timeout(Some(PATIENCE))
            .tls(tls);
        if let Some(user) = &part.user {
            let password = Secret::MailPassword.handed()?.ok_or_else(no_password)?;
            server = server.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        let from = part.from.parse().map_err(|_| no_password())?;
        let under_way = Arc::new(Semaphore::new(AT_ONCE));
        Ok(Self { server: server.build(), from, base: base.into(), company, under_way })
    }

    /// Hands a letter over, beside everything else.
    pub(crate) fn send(&self, letter: Letter) {
        let Ok(turn) = Arc::clone(&self.under_way).try_acquire_owned() else {
            tracing::warn!("too many letters are under way; one was not sent");
            return;
        };
        let mail = self.clone();
        drop(tokio::spawn(async move {
            let _turn = turn;
            let sent = match mail.written(letter) {
                Ok(message) => mail.server.send(message).await.map(drop).map_err(|why| kind_of(&why)),
                Err(why) => Err(why),
            };
            if let Err(why) = sent {
                tracing::warn!(why, "a letter could not be handed over to the mail server");
            }
        }));
    }

    fn written(&self, letter: Letter) -> Result<Message, &'static str> {
        let to = letter.to.parse().map_err(|_| "the address is none")?;
        // A name that breaks the line would add a header.
        let name = letter.name.chars().filter(|c| !c.is_control()).collect();
        let to = Mailbox::new(Some(name), to);
        let address = format!("{}/sign-in/links/{}", self.base, letter.key.into_text());
        let company = self.company.get(letter.language);
        let (subject, body) = texts(letter.language, company, &address);
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|_| "it could not be written")
    }
}

/// Why a letter was not taken, without what the server said: it may quote the address.
fn kind_of(why: &lettre::transport::smtp::Error) -> &'static str {
    if why.is_timeout() {
        "the server did not answer in time"
    } else if why.is_tls() {
        "no trusted connection"
    } else if why.is_permanent() {
        "the server refused it"
    } else if why.is_transient() {
        "the server asked to try later"
    } else {
        "no connection"
    }
}

fn texts(language: Language, company: &str, address: &str) -> (String, String) {
    match language {
        Language::Ja => (
            format!("{company} Daicho: あなたの画面を開くリンク"),
            format!(
                "次のリンクから、ご自分の画面を開けます。{MINUTES}分以内に1回だけ使えます。\n\n{address}\n\n\
                 お心当たりがない場合は、このメールを破棄してください。リンクを他の人に渡さないでください。\n"
            ),
        ),
        Language::En => (
            format!("{company} Daicho: a link to your own page"),
            format!(
                "This link opens your own page. It works once, within {MINUTES} minutes.\n\n{address}\n\n\
                 If you did not ask for it, throw this mail away. Give the link to nobody.\n"
            ),
        ),
        Language::Vi => (
            format!("{company} Daicho: liên kết mở trang của bạn"),
            format!(
                "Liên kết sau mở trang của bạn. Chỉ dùng được một lần, trong vòng {MINUTES} phút.\n\n{address}\n\n\
                 Nếu bạn không yêu cầu, hãy bỏ qua thư này. Không đưa liên kết cho người khác.\n"
            ),
        ),
    }
}

fn parameters(part: &MailPart) -> Result<TlsParameters, Said> {
    let file = part.authority.clone().unwrap_or_else(crate::way::trusted_here);
    let pem = std::fs::read(&file).map_err(|why| Said::no_file(&file, &why))?;
    let unreadable = |_| {
        let file = file.display();
        Said::mistake(Texts::new(
            format!("{file} の証明書を読めません。"),
            format!("The certificates in {file} cannot be read."),
            format!("Không đọc được chứng thư trong {file}."),
        ))
    };
    let certificate = Certificate::from_pem(&pem).map_err(unreadable)?;
    TlsParameters::builder(part.host.clone())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate)
        .build_rustls()
        .map_err(unreadable)
}

fn no_password() -> Said {
    Said::mistake(Texts::new(
        "[mail] の user のパスワードがありません。DAICHO_MAIL_PASSWORD_FILE にファイルを指定してください。",
        "There is no password for the user of [mail]. Name a file in DAICHO_MAIL_PASSWORD_FILE.",
        "Thiếu mật khẩu cho user của [mail]. Hãy chỉ định tệp trong DAICHO_MAIL_PASSWORD_FILE.",
    ))
}

#[cfg(test)]
mod tests;
