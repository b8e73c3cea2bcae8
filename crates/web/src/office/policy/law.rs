//! The articles and controls behind a promise, as people in each country call them.

use crate::words::Words;
use policy::Language;

/// How the catalogue writes a source, and what it is called in Japanese, English and Vietnamese. Longer codes come first.
const SOURCES: [(&str, [&str; 3]); 13] = [
    ("APPI", ["個人情報保護法", "APPI", "APPI (Nhật Bản)"]),
    ("Rules", ["同施行規則", "APPI Rules", "Quy tắc thi hành APPI"]),
    ("Order", ["同施行令", "APPI Order", "Nghị định thi hành APPI"]),
    ("PPC offshore GL", ["PPCガイドライン（外国提供編）", "PPC guideline (abroad)", "Hướng dẫn PPC (ra nước ngoài)"]),
    ("PPC GL", ["PPCガイドライン", "PPC guideline", "Hướng dẫn PPC"]),
    ("TBA", ["電気通信事業法", "Telecommunications Business Act", "Luật Kinh doanh viễn thông (Nhật Bản)"]),
    ("JIS/P-Mark", ["JIS Q 15001・Pマーク指針", "JIS Q 15001 / Privacy Mark", "JIS Q 15001 / Privacy Mark"]),
    ("P-Mark", ["Pマーク", "Privacy Mark", "Privacy Mark"]),
    ("ISO27701:2025", ["ISO 27701:2025"; 3]),
    ("ISO27001", ["ISO 27001"; 3]),
    ("GDPR", ["GDPR"; 3]),
    ("VN L91", ["ベトナム法91/2025", "Vietnam Law 91/2025", "Luật 91/2025"]),
    ("VN D356", ["ベトナム政令356/2025", "Vietnam Decree 356/2025", "Nghị định 356/2025"]),
];

/// The sources in the order of the catalogue, each named once with its articles behind it.
pub(super) fn told(codes: &[String], w: Words) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for code in codes {
        let source = SOURCES.iter().find_map(|(prefix, names)| {
            let rest = code.strip_prefix(prefix)?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| (name(names, w), rest.trim()))
        });
        let (source, article) = source.unwrap_or((code, ""));
        match groups.iter_mut().find(|(known, _)| *known == source) {
            Some((_, articles)) => articles.push(article),
            None => groups.push((source, vec![article])),
        }
    }
    groups
        .into_iter()
        .map(|(source, articles)| format!("{source} {}", articles.join(w.comma())).trim().to_owned())
        .collect()
}

fn name(names: &'static [&'static str; 3], w: Words) -> &'static str {
    let [ja, en, vi] = names;
    match w.0 {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_is_named_once_in_the_readers_language() {
        let codes = ["APPI 17(1)", "APPI 21(2)", "JIS/P-Mark J.8.4", "VN L91 9", "elsewhere"].map(str::to_owned);
        assert_eq!(
            told(&codes, Words(Language::Ja)),
            ["個人情報保護法 17(1)、21(2)", "JIS Q 15001・Pマーク指針 J.8.4", "ベトナム法91/2025 9", "elsewhere"]
        );
        assert_eq!(told(&codes, Words(Language::En))[0], "APPI 17(1), 21(2)");
        assert_eq!(told(&codes, Words(Language::Vi))[2], "Luật 91/2025 9");
    }

    #[test]
    fn every_source_of_the_catalogue_is_known() {
        for promise in policy::catalogue::all() {
            for code in &promise.law {
                assert!(SOURCES.iter().any(|(prefix, _)| code.starts_with(prefix)), "{code}");
            }
        }
    }
}
