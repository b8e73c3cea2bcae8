//! The other files: what the recognised clauses already say of kinds, purposes, measures and the like.

use std::collections::{BTreeMap, BTreeSet};

use super::super::recognise::Recognised;
use super::super::slug::slug;
use super::{Draft, names, quoted};

pub(super) fn sheets(draft: &Draft<'_>) -> BTreeMap<String, String> {
    let kinds = kinds(draft);
    let file = |name: &str, text: String| (name.to_owned(), text);
    BTreeMap::from([
        file("kinds.toml", print(KINDS_HEAD, &kinds)),
        file("elements.toml", elements(draft)),
        file("purposes.toml", purposes(draft, &kinds)),
        file("recipients.toml", RECIPIENTS_HEAD.to_owned()),
        file("retention.toml", retention(draft)),
        file("measures.toml", measures(draft)),
        file("trackers.toml", trackers(draft)),
        file("cases.toml", CASES_HEAD.to_owned()),
        // No text says who does what at the desk: the usual rights, to be looked through.
        file("rights.toml", RIGHTS.to_owned()),
    ])
}

const RIGHTS: &str = include_str!("../../../../../policies/sample/rights.toml");
const KINDS_HEAD: &str =
    "# Kinds of people the text says information is held about. Check them against the handling ledger.\n";
const RECIPIENTS_HEAD: &str =
    "# Who else may receive information: list each entrusted company, third party and partner in joint use.\n";
const CASES_HEAD: &str = "# Examples with known answers: write at least one yes and one no for each purpose.\n";

/// One table of a sheet.
struct Entry {
    id: String,
    lines: String,
}

fn print(head: &str, entries: &[Entry]) -> String {
    entries.iter().fold(head.to_owned(), |out, entry| out + "\n" + &entry.lines)
}

/// Adds an entry unless its name is taken.
fn add(entries: &mut Vec<Entry>, id: &str, lines: String) {
    if entries.iter().all(|known| known.id != id) {
        entries.push(Entry { id: id.to_owned(), lines });
    }
}

/// Kinds of people by the concept a category was recognised by.
pub(super) const KINDS: [(&str, &str); 8] = [
    ("entrusted-to-us", "entrusted-subject"),
    ("with-contract", "contract-party"),
    ("person-in-charge", "business-contact"),
    ("participant", "event-participant"),
    ("visitor", "visitor"),
    ("inquirer", "inquirer"),
    ("applicant", "applicant"),
    ("employee", "employee"),
];

fn kinds(draft: &Draft<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for one in draft.recognised.iter().filter(|one| one.promise.as_str().starts_with("scope.")) {
        for found in one.because.iter().filter(|found| found.here) {
            if let Some((_, id)) = KINDS.iter().find(|(concept, _)| *concept == found.concept) {
                add(&mut entries, id, labelled(draft, "kind", id, one));
            }
        }
    }
    entries
}

/// A table with its name, its label in the language of the text, and its clause.
fn labelled(draft: &Draft<'_>, table: &str, id: &str, one: &Recognised) -> String {
    let words = draft.clauses.get(one.clause).map_or("", |clause| clause.text.as_str());
    let words = words.trim_end_matches(['。', ';', '；', ',', '、']);
    format!(
        "[[{table}]]\nid = {}\nclause = {}\nlabel.{} = {}\n",
        quoted(id),
        quoted(draft.name(one.clause)),
        draft.language,
        quoted(words)
    )
}

/// Purposes by the promise that states them, and whether they are about our own people.
const PURPOSES: [(&str, &str, bool); 12] = [
    ("purpose.entrusted", "entrusted.process", false),
    ("purpose.partner-business", "partner.business", false),
    ("purpose.partner-inquiry", "partner.inquiry", false),
    ("purpose.partner-events", "partner.events", false),
    ("purpose.partner-survey", "partner.survey", false),
    ("purpose.partner-other", "partner.other", false),
    ("purpose.people-recruit", "hr.recruit", true),
    ("purpose.people-employ", "hr.employ", true),
    ("purpose.people-legal", "hr.legal", true),
    ("purpose.people-benefit", "hr.benefit", true),
    ("purpose.people-training", "hr.training", true),
    ("purpose.people-emergency", "hr.emergency", true),
];

/// Every purpose the text states: those the catalogue knows, and all that are listed.
fn purposes(draft: &Draft<'_>, kinds: &[Entry]) -> String {
    let mut entries: Vec<Entry> = Vec::new();
    let mut taken = BTreeMap::new();
    for at in 0..draft.clauses.len() {
        let recognised = draft.recognised_in(at);
        let known = |one: &&Recognised| PURPOSES.iter().any(|(promise, ..)| *promise == one.promise.as_str());
        let of_purpose = recognised.iter().find(|one| one.promise.as_str().starts_with("purpose."));
        let specific: Vec<&Recognised> = recognised.iter().filter(known).collect();
        let listed = draft.listed.get(at).copied().unwrap_or(false);
        let one = match (specific.first(), of_purpose) {
            (Some(one), _) => *one,
            (None, Some(one)) if listed => one,
            _ => continue,
        };
        // A listed purpose is one, whatever it is for; a sentence that states several is each of them.
        let several = if listed || specific.is_empty() { vec![one] } else { specific };
        for one in several {
            let row = PURPOSES.iter().find(|(promise, ..)| *promise == one.promise.as_str());
            let own =
                || slug(purpose_words(draft, one)).map_or_else(|| "purpose".to_owned(), |name| format!("use.{name}"));
            let wanted = row.map_or_else(own, |(_, id, _)| (*id).to_owned());
            if !listed && entries.iter().any(|known| known.id == wanted) {
                continue;
            }
            let id = names::free(&wanted, &mut taken);
            let fitting: Vec<String> = fitting(draft, at, row, kinds).into_iter().map(|kind| quoted(&kind)).collect();
            let lines = labelled(draft, "purpose", &id, one)
                + &format!(
                    "kinds = [{}]\nelements = []\nroles = [\"handler\", \"officer\"]\n# elements: name those it needs, and no others\n",
                    fitting.join(", ")
                );
            add(&mut entries, &id, lines);
        }
    }
    print("# Purposes the text states.\n", &entries)
}

/// The words of a purpose, without the kind of people before a colon.
fn purpose_words<'a>(draft: &'a Draft<'_>, one: &Recognised) -> &'a str {
    let words = draft.clauses.get(one.clause).map_or("", |clause| clause.text.as_str());
    words.split_once(['：', ':']).map_or(words, |(_, purpose)| purpose)
}

/// The kinds of people a purpose is for: those its label names, else those such a purpose is usually for.
fn fitting(draft: &Draft<'_>, at: usize, row: Option<&(&str, &str, bool)>, kinds: &[Entry]) -> Vec<String> {
    let named: Vec<String> = kinds
        .iter()
        .filter(|kind| draft.kinds_named.get(at).is_some_and(|named| named.contains(&kind.id)))
        .map(|kind| kind.id.clone())
        .collect();
    if !named.is_empty() {
        return named;
    }
    let fits = |kind: &str| match row {
        Some(("purpose.entrusted", ..)) => kind == "entrusted-subject",
        Some(("purpose.people-recruit", ..)) => kind == "applicant",
        Some((_, _, true)) => kind == "employee",
        Some(_) => !matches!(kind, "entrusted-subject" | "applicant" | "employee"),
        None => false,
    };
    kinds.iter().filter(|kind| fits(&kind.id)).map(|kind| kind.id.clone()).collect()
}

/// Data elements and the words they are known by: name, class, shape, labels, words.
type Known = (&'static str, &'static str, &'static str, [&'static str; 3], &'static [&'static str]);

const ELEMENTS: [Known; 12] = [
    ("name", "ordinary", "name", ["氏名", "Name", "Họ và tên"], &["氏名", "お名前", "name", "họ tên", "họ và tên"]),
    (
        "birth-date",
        "ordinary",
        "date",
        ["生年月日", "Date of birth", "Ngày sinh"],
        &["生年月日", "date of birth", "birth date", "ngày sinh"],
    ),
    ("address", "ordinary", "address", ["住所", "Address", "Địa chỉ"], &["住所", "address", "địa chỉ"]),
    (
        "phone",
        "ordinary",
        "phone",
        ["電話番号", "Telephone number", "Số điện thoại"],
        &["電話番号", "telephone", "phone number", "điện thoại"],
    ),
    (
        "email",
        "ordinary",
        "email",
        ["メールアドレス", "E-mail address", "Thư điện tử"],
        &["メールアドレス", "e-mail", "email", "thư điện tử"],
    ),
    (
        "bank-account",
        "ordinary",
        "number",
        ["口座番号", "Bank account", "Tài khoản ngân hàng"],
        &["口座番号", "bank account", "tài khoản ngân hàng"],
    ),
    (
        "card-number",
        "ordinary",
        "number",
        ["カード番号", "Card number", "Số thẻ"],
        &["クレジットカード", "credit card", "card number", "số thẻ tín dụng"],
    ),
    (
        "insurance-number",
        "identification-code",
        "number",
        ["保険者番号等", "Health insurance number", "Số thẻ bảo hiểm y tế"],
        &["健康保険", "health insurance", "insurance number", "bảo hiểm y tế"],
    ),
    (
        "fingerprint",
        "identification-code",
        "text",
        ["指紋", "Fingerprint", "Vân tay"],
        &["指紋", "fingerprint", "vân tay"],
    ),
    (
        "voiceprint",
        "identification-code",
        "text",
        ["声紋", "Voice print", "Giọng nói"],
        &["声紋", "voiceprint", "voice print", "giọng nói"],
    ),
    (
        "face-image",
        "ordinary",
        "text",
        ["容貌・顔写真", "Physical appearance", "Hình ảnh khuôn mặt"],
        &["容貌", "顔写真", "physical appearance", "khuôn mặt"],
    ),
    (
        "health",
        "special-care",
        "text",
        ["健康に関する情報", "Health information", "Tình trạng sức khỏe"],
        &[
            "健康診断",
            "病歴",
            "health check",
            "medical history",
            "health information",
            "tình trạng sức khỏe",
            "bệnh án",
        ],
    ),
];

fn elements(draft: &Draft<'_>) -> String {
    let mut entries = Vec::new();
    let words: String = draft.clauses.iter().map(|clause| clause.text.to_lowercase() + "\n").collect();
    for (id, class, shape, [ja, en, vi], known) in ELEMENTS {
        if let Some(word) = known.iter().find(|word| words.contains(**word)) {
            let lines = format!(
                "[[element]]\nid = \"{id}\"\nclass = \"{class}\"\nshape = \"{shape}\"\nlabel.ja = \"{ja}\"\nlabel.en = \"{en}\"\n\
                 label.vi = \"{vi}\"\nheaders = [\"{ja}\", \"{en}\", \"{vi}\"]\n# the text says: {word}\n"
            );
            add(&mut entries, id, lines);
        }
    }
    print("# Data elements the text names. Add what the handling ledger holds besides.\n", &entries)
}

/// Years, months or days a clause says something is kept.
fn kept(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let keeps = ["保存", "保管", "retain", "kept", "keep", "stored", "lưu trữ", "lưu giữ", "delete", "削除", "xóa"];
    if !keeps.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let units = [
        ("years", ["年間", " year", " năm"]),
        ("months", ["か月", " month", " tháng"]),
        ("days", ["日間", " day", " ngày"]),
    ];
    units.iter().find_map(|(unit, words)| {
        words.iter().find_map(|word| {
            let (before, _) = lower.split_once(word)?;
            let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
            let number: u32 = digits.chars().rev().collect::<String>().parse().ok()?;
            (1..=100).contains(&number).then(|| format!("{unit} = {number}"))
        })
    })
}

fn retention(draft: &Draft<'_>) -> String {
    let mut entries = Vec::new();
    for (at, clause) in draft.clauses.iter().enumerate() {
        let Some(length) = kept(&clause.text) else { continue };
        let id = format!("term.{}", entries.len() + 1);
        let lines = format!(
            "[[term]]\nid = {}\nclause = {}\nlabel.{} = {}\nkinds = []\npurposes = []\nfrom = \"purpose-ended\"\n{length}\n\
             dispose = \"erase\"\n# kinds, purposes, from: say what it is for and what it runs from\n",
            quoted(&id),
            quoted(draft.name(at)),
            draft.language,
            quoted(&clause.text)
        );
        add(&mut entries, &id, lines);
    }
    print("# How long information is kept. Every purpose needs a term for each of its kinds.\n", &entries)
}

/// Measures by the promise that announces them.
const MEASURES: [(&str, &str, &str, &str); 7] = [
    ("human.train-all", "training", "officer", "12 months"),
    ("org.internal-audit", "audit", "auditor", "12 months"),
    ("org.management-review", "management-review", "officer", "12 months"),
    ("org.self-inspection", "self-inspection", "officer", "12 months"),
    ("org.meetings", "security-meeting", "officer", "12 months"),
    ("human.pledge", "pledge", "officer", "every row"),
    ("gap.risk-assessment", "risk-assessment", "officer", "12 months"),
];

fn measures(draft: &Draft<'_>) -> String {
    let mut entries = Vec::new();
    for one in draft.recognised {
        let Some((_, id, owner, usual)) = MEASURES.iter().find(|(promise, ..)| *promise == one.promise.as_str()) else {
            continue;
        };
        let stated =
            draft.facts.trainings_per_year.filter(|_| *id == "training").map(|times| format!("{times} per year"));
        let comment = if stated.is_some() { "" } else { "# rhythm: not read off the text; correct it\n" };
        let rhythm = stated.unwrap_or_else(|| (*usual).to_owned());
        let lines = labelled(draft, "measure", id, one)
            + &format!("rhythm = {}\nowner = {}\n{comment}", quoted(&rhythm), quoted(owner));
        add(&mut entries, id, lines);
    }
    print("# Safety measures and their rhythm.\n", &entries)
}

/// Trackers whose publisher and pages are known: product, publisher, hosts, explanation, way out.
const TRACKERS: [(&str, &str, &[&str], &str, &str); 3] = [
    (
        "Google Analytics",
        "Google LLC",
        &["www.googletagmanager.com", "*.google-analytics.com"],
        "https://policies.google.com/technologies/partner-sites",
        "https://tools.google.com/dlpage/gaoptout",
    ),
    (
        "Google Tag Manager",
        "Google LLC",
        &["www.googletagmanager.com"],
        "https://policies.google.com/technologies/partner-sites",
        "https://tools.google.com/dlpage/gaoptout",
    ),
    (
        "Google Ads",
        "Google LLC",
        &["*.doubleclick.net"],
        "https://policies.google.com/technologies/ads",
        "https://myadcenter.google.com/",
    ),
];

fn trackers(draft: &Draft<'_>) -> String {
    let mut entries = Vec::new();
    let clause = |product: &str| {
        let promises: BTreeSet<&str> = match product {
            "Google Analytics" => BTreeSet::from(["cookie.ga-statistics", "cookie.list-complete"]),
            _ => BTreeSet::from(["cookie.mail-tracking", "cookie.list-complete"]),
        };
        draft.recognised.iter().find(|one| promises.contains(one.promise.as_str())).map(|one| draft.name(one.clause))
    };
    for product in &draft.facts.trackers {
        let id = product.to_lowercase().replace(' ', "-");
        let mut lines = format!(
            "[[tracker]]\nid = {}\nlabel = {{ ja = {name}, en = {name}, vi = {name} }}\n",
            quoted(&id),
            name = quoted(product)
        );
        if let Some(clause) = clause(product) {
            lines += &format!("clause = {}\n", quoted(clause));
        }
        if let Some((_, provider, hosts, link, opt_out)) = TRACKERS.iter().find(|(known, ..)| known == product) {
            let hosts: Vec<String> = hosts.iter().map(|host| quoted(host)).collect();
            lines += &format!(
                "provider = {}\nhosts = [{}]\nlink = {}\nopt_out = {}\n",
                quoted(provider),
                hosts.join(", "),
                quoted(link),
                quoted(opt_out)
            );
        }
        lines += "purposes = []\n# purposes, sends: say what it is used for and what it sends\n";
        add(&mut entries, &id, lines);
    }
    print("# Tools on the site and in mails that the text names. Check the pages of their publishers.\n", &entries)
}
