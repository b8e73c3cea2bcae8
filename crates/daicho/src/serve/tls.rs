//! TLS with rustls: the company's certificate, or one made for this installation.

use crate::config::Config;
use crate::keyring::write_new;
use crate::said::Said;
use policy::Texts;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// The acceptor for the configured or generated certificate.
pub(crate) fn acceptor(config: &Config) -> Result<TlsAcceptor, Said> {
    let (certificate, key) = files(config)?;
    let unreadable = |what: &PathBuf| {
        let what = what.display();
        Said::mistake(Texts::new(
            format!("TLSのファイルが読めません: {what}"),
            format!("The TLS file {what} cannot be read."),
            format!("Không đọc được tệp TLS {what}."),
        ))
    };
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(&certificate).map_err(|_| unreadable(&certificate))?.collect();
    let chain = chain.map_err(|_| unreadable(&certificate))?;
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|_| unreadable(&key))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|b| b.with_no_client_auth().with_single_cert(chain, secret))
        .map_err(Said::fault)?;
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}

fn files(config: &Config) -> Result<(PathBuf, PathBuf), Said> {
    if let (Some(certificate), Some(key)) = (&config.file.tls.certificate, &config.file.tls.key) {
        return Ok((certificate.clone(), key.clone()));
    }
    let certificate = config.key_folder().join("tls.crt");
    let key = config.key_folder().join("tls.key");
    if !key.exists() {
        let names = vec!["localhost".to_owned(), config.file.listen.ip().to_string()];
        let made = rcgen::generate_simple_self_signed(names).map_err(Said::fault)?;
        write_new(&certificate, &made.cert.pem())?;
        write_new(&key, &made.signing_key.serialize_pem())?;
    }
    Ok((certificate, key))
}
