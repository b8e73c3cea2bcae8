//! `policy.toml`: who promises, since when, with which limits, as far as the text says.

use super::super::facts::Facts;
use super::{Draft, Hints, quoted};
use crate::Language;

pub(super) fn policy(draft: &Draft<'_>, hints: &Hints) -> String {
    let facts = draft.facts;
    let code = draft.language.code();
    let mut out = String::from(
        "# Drafted from the published text. What could not be read off it is left out or said in a comment;\n\
         # `policy check` lists it.\n\nlanguage = 1\nversion = \"1\"\n",
    );
    let date = |key: &str, value: Option<String>| match value {
        Some(date) => format!("{key} = {date}\n"),
        None => format!("# {key} = the text states no such date\n"),
    };
    out.push_str(&date("enacted", facts.enacted.or(facts.revised).map(|date| date.to_string())));
    out.push_str(&date("revised", facts.revised.or(facts.enacted).map(|date| date.to_string())));
    out.push_str(&format!("zone = {}\n", quoted(hints.zone.as_deref().unwrap_or(zone(draft.language)))));
    out.push_str("\n[organisation]\n");
    out.push_str(&texts("name", code, facts.organisation.as_deref()));
    out.push_str(&texts("address", code, facts.address.as_deref()));
    out.push_str(&texts("representative", code, facts.representative.as_deref()));
    out.push_str("\n[contact]\n");
    out.push_str(&texts("name", code, facts.desk.as_deref()));
    out.push_str(&texts("address", code, facts.address.as_deref()));
    out.push_str(&telephone(facts, draft.language));
    match facts.mail.as_deref() {
        Some(mail) if mail.starts_with('[') => out.push_str("# email = the text shows only a protected address\n"),
        Some(mail) => out.push_str(&format!("email = {}\n", quoted(mail))),
        None => out.push_str("# email = the text gives none\n"),
    }
    out.push_str(&texts("hours", code, facts.hours.as_deref()));
    out.push_str(&format!("languages = [{}]\n", quoted(code)));
    out.push_str("\n[limits]\n");
    match (yen(facts), facts.fee_cap.as_deref()) {
        (Some(yen), _) => out.push_str(&format!("fee_max_yen = {yen}\n")),
        (None, Some(cap)) => out.push_str(&format!("# fee_max_yen = the text says {}\n", one_line(cap))),
        (None, None) => out.push_str("# fee_max_yen = the text names no limit\n"),
    }
    out.push_str("search_without_work = false\n");
    out.push_str(&erasure(draft));
    out
}

/// How long an erasure takes is decided by people: the careful numbers are proposed, and the check asks for the sentence.
fn erasure(draft: &Draft<'_>) -> String {
    let tells = |promise: &str| {
        let found = draft.recognised.iter().find(|one| one.promise.as_str() == promise);
        found.map(|one| draft.name(one.clause))
    };
    let clause = match tells("dispose.proper").or_else(|| tells("dispose.prompt")) {
        Some(clause) => format!("clause = {}\n", quoted(clause)),
        None => {
            "# clause = the text says nothing of erasing; name the clause that will state both numbers\n".to_owned()
        }
    };
    format!(
        "\n# To be decided, and to be stated by the clause in every language: how many hours an erasure waits and may be withdrawn\n\
         # (0 to 720), and within how many days after that it has reached every backup (1 to 365).\n\
         [erasure]\nwait_hours = 72\nbackups_days = 30\n{clause}"
    )
}

fn texts(key: &str, code: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("{key}.{code} = {}\n", quoted(value)),
        None => format!("# {key}.{code} = not read off the text\n"),
    }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

const fn zone(language: Language) -> &'static str {
    match language {
        Language::Ja | Language::En => "Asia/Tokyo",
        Language::Vi => "Asia/Ho_Chi_Minh",
    }
}

/// The telephone number with its country: policies usually leave it out.
fn telephone(facts: &Facts, language: Language) -> String {
    let Some(written) = facts.telephone.as_deref() else {
        return "# telephone = the text gives none\n".to_owned();
    };
    let country = match language {
        Language::Ja => Some("+81-"),
        Language::Vi => Some("+84-"),
        Language::En => None,
    };
    let service = language == Language::Vi && (written.starts_with("1900") || written.starts_with("1800"));
    let national = written
        .strip_prefix('0')
        .or_else(|| written.strip_prefix("(0").map(|rest| rest.trim_start_matches(')')))
        .or_else(|| Some(written).filter(|_| service));
    match (written.starts_with('+'), country, national) {
        (true, ..) => format!("telephone = {}\n", quoted(written)),
        (false, Some(country), Some(national)) => {
            let digits: Vec<&str> =
                national.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            let number = format!("{country}{}", digits.join("-"));
            format!("telephone = {}\n# written {written} in the text\n", quoted(&number))
        }
        _ => format!("# telephone = written {written} in the text; add the country\n"),
    }
}

/// The fee limit, if it is in yen.
fn yen(facts: &Facts) -> Option<u32> {
    let cap = facts.fee_cap.as_deref()?;
    let lower = cap.to_lowercase();
    let in_yen = ["円", "yen", "jpy", "¥"].iter().any(|unit| lower.contains(unit)) && !lower.contains(['万', '千']);
    let digits: String = cap.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|_| in_yen)
}
