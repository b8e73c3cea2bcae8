//! What a command says of how the root key is to be protected.

use super::token::Token;
use super::transit::Service;
use super::{Kind, Protection};
use crate::ask::Secret;
use crate::said::Said;
use clap::Args;
use policy::Texts;
use std::path::{Path, PathBuf};

/// What a key is called and where an engine is mounted, if nothing else is said.
const KEY: &str = "daicho";
const MOUNT: &str = "transit";

/// Where the token or the service is; what is not said of the one in use stays as it is.
#[derive(Args, Default)]
pub(crate) struct How {
    /// For `pkcs11`: the module of the token, such as /usr/lib/softhsm/libsofthsm2.so.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// For `pkcs11`: the label or the serial number of the token.
    #[arg(long, value_name = "LABEL")]
    token: Option<String>,
    /// For `pkcs11`: the label of the key in the token; it is made there if it is not there yet [default: daicho].
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// For `transit`: the address of OpenBao or Vault, such as `https://bao.example:8200`.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// For `transit`: where its transit engine is mounted [default: transit].
    #[arg(long, value_name = "PATH")]
    mount: Option<String>,
    /// For `transit`: the name of the key in it [default: daicho].
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
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
            Kind::Pkcs11 => Protection::Pkcs11(self.token(&path)?, super::token::Pin::new_one()?),
            Kind::Transit => Protection::Transit(self.service(&path)?, Secret::TransitToken.ask_new()?),
        })
    }

    fn token(&self, path: &Path) -> Result<Token, Said> {
        let kept = Token::read(path).ok();
        let kept = kept.as_ref();
        let module = self.module.as_deref().or(kept.map(|kept| kept.module.as_path())).ok_or_else(which_token)?;
        let token = self.token.as_deref().or(kept.map(|kept| kept.token.as_str())).ok_or_else(which_token)?;
        // In another token it may have another name.
        let same = kept.filter(|_| self.token.is_none()).map(|kept| kept.key.as_str());
        Token::new(module, token, self.label.as_deref().or(same).unwrap_or(KEY))
    }

    fn service(&self, path: &Path) -> Result<Service, Said> {
        let kept = match &self.url {
            // Another service is another one in all.
            Some(_) => None,
            None => Some(Service::read(path).map_err(|_| which_service())?),
        };
        let kept = kept.as_ref();
        Service::new(
            self.url.as_deref().or(kept.map(|kept| kept.url.as_str())).ok_or_else(which_service)?,
            self.mount.as_deref().or(kept.map(|kept| kept.mount.as_str())).unwrap_or(MOUNT),
            self.key.as_deref().or(kept.map(|kept| kept.key.as_str())).unwrap_or(KEY),
            self.namespace.as_deref().or(kept.and_then(|kept| kept.namespace.as_deref())),
            self.authority.as_deref().or(kept.and_then(|kept| kept.authority.as_deref())),
        )
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
