//! From where somebody looks: the address as the network says, the browser as it says itself.

use access::sign_in::Whence;
use axum::extract::ConnectInfo;
use axum::http::header::{HeaderMap, HeaderName, USER_AGENT};
use axum::http::request::Parts;
use std::net::{IpAddr, SocketAddr};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// From where this request comes. What a proxy says is believed of one on this machine itself, and then the last address, which is
/// the one the proxy saw.
pub(crate) fn of(request: &Parts) -> Whence {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(from)| from.ip());
    let address = match peer {
        Some(peer) if peer.is_loopback() => forwarded(&request.headers).or(Some(peer)),
        other => other,
    };
    let agent = request.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Whence { address: address.map_or_else(String::new, |address| address.to_string()), browser: browser(agent) }
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// Names of browsers and of systems, by the mark each leaves in `User-Agent`. Browsers name those they descend from too, so the
/// youngest comes first.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

fn browser(agent: &str) -> String {
    let named =
        |list: &[(&str, &'static str)]| list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let parts: Vec<&str> = [named(BROWSERS), named(SYSTEMS)].into_iter().flatten().collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_by_its_youngest_name() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome, Linux");
        assert_eq!(browser(&format!("{chrome} Edg/140.0")), "Edge, Linux");
        assert_eq!(browser("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"), "Firefox, Windows");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1";
        assert_eq!(browser(phone), "Safari, iPhone");
        assert_eq!(browser("curl/8.0 <script>"), "");
    }

    #[test]
    fn a_proxy_is_believed_on_this_machine_alone() {
        let from = |peer: &str, header: Option<&str>| {
            let mut request = axum::http::Request::builder();
            if let Some(header) = header {
                request = request.header("x-forwarded-for", header);
            }
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
            of(&parts).address
        };
        assert_eq!(from("127.0.0.1:5000", None), "127.0.0.1");
        assert_eq!(from("127.0.0.1:5000", Some("198.51.100.7, 192.0.2.4")), "192.0.2.4");
        assert_eq!(from("127.0.0.1:5000", Some("<b>")), "127.0.0.1");
        assert_eq!(from("203.0.113.9:5000", Some("192.0.2.4")), "203.0.113.9");
    }
}
