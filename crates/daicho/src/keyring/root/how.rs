//! What a command says of how the root key is to be protected.

use super::token::Token;
use super::transit::Service;
use super::{Kind, Protection};
use crate::ask::Secret;
use crate::said::Said;
use clap::Args;
use policy::Texts;
use std::path::{Path, PathBuf};

/// Where the token or the service is; nothing of it, where it stands in the key folder already.
#[derive(Args, Default)]
pub(crate) struct How {
    /// For `pkcs11`: the module of the token, such as /usr/lib/softhsm/libsofthsm2.so.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// For `pkcs11`: the label or the serial number of the token.
    #[arg(long, value_name = "LABEL")]
    token: Option<String>,
    /// For `pkcs11`: the label of the key in the token; it is made there if it is not there yet.
    #[arg(long, default_value = "daicho", value_name = "LABEL")]
    label: String,
    /// For `transit`: the address of OpenBao or Vault, such as https://bao.example:8200.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// For `transit`: where its transit engine is mounted.
    #[arg(long, default_value = "transit", value_name = "PATH")]
    mount: String,
    /// For `transit`: the name of the key in it.
    #[arg(long, default_value = "daicho", value_name = "NAME")]
    key: String,
    /// For `transit`: the namespace it is in.
    #[arg(long, value_name = "PATH")]
    namespace: Option<String>,
    /// For `transit`: the certificate of the service, or of the authority that signed it (PEM); without one, those this machine trusts.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

impl How {
    /// The protection, with the secret it needs: handed in, or asked for.
    pub(crate) fn protection(&self, kind: Kind, folder: &Path) -> Result<Protection, Said> {
        let path = folder.join(kind.file());
        Ok(match kind {
            Kind::Passphrase => Protection::Passphrase(Secret::Passphrase.ask_new()?),
            Kind::File => Protection::File,
            Kind::Credential => Protection::Credential,
            Kind::Pkcs11 => {
                let token = match (&self.module, &self.token) {
                    (Some(module), Some(token)) => Token::new(module, token, &self.label)?,
                    (None, None) if path.exists() => Token::read(&path)?,
                    _ => return Err(which_token()),
                };
                Protection::Pkcs11(token, super::token::Pin::new_one()?)
            }
            Kind::Transit => {
                let service = match &self.url {
                    Some(url) => {
                        let (namespace, authority) = (self.namespace.as_deref(), self.authority.as_deref());
                        Service::new(url, &self.mount, &self.key, namespace, authority)?
                    }
                    None if path.exists() => Service::read(&path)?,
                    None => return Err(which_service()),
                };
                Protection::Transit(service, Secret::TransitToken.ask_new()?)
            }
        })
    }
}

fn which_token() -> Said {
    Said::mistake(Texts::new(
        "どのトークンですか。`--module ファイル --token ラベル` を指定してください。",
        "Which token? Give `--module FILE --token LABEL`.",
        "Token nào? Hãy chỉ định `--module TỆP --token NHÃN`.",
    ))
}

fn which_service() -> Said {
    Said::mistake(Texts::new(
        "どのサービスですか。`--url https://…` を指定してください（ほかに --mount、--key、--namespace、--authority）。",
        "Which service? Give `--url https://…` (and --mount, --key, --namespace, --authority).",
        "Dịch vụ nào? Hãy chỉ định `--url https://…` (và --mount, --key, --namespace, --authority).",
    ))
}
