//! What entries about logs are about: which log, which answer, which week.

use policy::Language;
use policy::logs::LogRules;

/// What the details of such an entry say, in a few words.
pub(super) fn what(
    rules: Option<&LogRules>,
    text: &impl Fn(&str) -> String,
    number: &impl Fn(&str) -> u64,
    language: Language,
) -> String {
    let label = |id: String, label: Option<&policy::Texts>| label.map_or(id, |texts| texts.get(language).to_owned());
    match text("what").as_str() {
        "logs-read" => {
            let source = text("source");
            let known = rules.and_then(|rules| rules.source(&source)).map(|source| &source.label);
            let (source, lines) = (label(source.clone(), known), number("lines"));
            match language {
                Language::Ja => format!("{source}、{lines}行"),
                Language::En => format!("{source}, {lines} lines"),
                Language::Vi => format!("{source}, {lines} dòng"),
            }
        }
        "logs-answered" => {
            let reason = text("reason");
            let known = rules.and_then(|rules| rules.reason(&reason)).map(|reason| &reason.label);
            label(reason.clone(), known)
        }
        _ => format!("{} · {}", text("week"), text("section")),
    }
}
