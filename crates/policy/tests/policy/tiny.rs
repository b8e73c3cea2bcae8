//! The smallest policy with one of everything, and a way to change it.

use std::collections::BTreeMap;

use policy::{Checked, Policy, Problem};

pub(crate) type Files = BTreeMap<String, String>;

const FILES: [(&str, &str); 15] = [
    ("rights.toml", include_str!("../../../../policies/sample/rights.toml")),
    (
        "policy.toml",
        r#"language = 1
version = "1"
enacted = 2026-04-01
revised = 2026-04-01
zone = "Asia/Tokyo"

[organisation]
name = { ja = "小さな会社", en = "Tiny Company", vi = "Công ty Nhỏ" }
address = { ja = "東京都", en = "Tokyo", vi = "Tokyo" }
representative = { ja = "代表", en = "The representative", vi = "Người đại diện" }

[[group]]
id = "tiny"
country = "JP"
name = { ja = "小さな会社", en = "Tiny Company", vi = "Công ty Nhỏ" }
address = { ja = "東京都", en = "Tokyo", vi = "Tokyo" }

[contact]
name = { ja = "窓口", en = "Desk", vi = "Bộ phận tiếp nhận" }
address = { ja = "東京都", en = "Tokyo", vi = "Tokyo" }
telephone = "+81-3-0000-0000"
email = "privacy@tiny.example"
hours = { ja = "9時から17時", en = "9 to 17", vi = "9 đến 17 giờ" }
languages = ["ja"]

[limits]
fee_max_yen = 500

[[dropped]]
promise = "site.tls"
reason = { ja = "サイトがない", en = "There is no site", vi = "Không có trang web" }

[erasure]
wait_hours = 24
backups_days = 30
clause = "dispose.prompt"
"#,
    ),
    (
        "kinds.toml",
        r#"[[kind]]
id = "visitor"
clause = "scope.partner-people"
label = { ja = "来訪者", en = "Visitors", vi = "Khách" }
"#,
    ),
    (
        "elements.toml",
        r#"[[element]]
id = "phone"
class = "ordinary"
shape = "phone"
label = { ja = "電話番号", en = "Telephone", vi = "Điện thoại" }
headers = ["電話番号", "Phone"]

[[element]]
id = "health"
class = "special-care"
shape = "text"
label = { ja = "健康状態", en = "Health", vi = "Sức khỏe" }
headers = ["健康状態"]
"#,
    ),
    (
        "purposes.toml",
        r#"[[purpose]]
id = "reception"
clause = "purpose.partner-business"
label = { ja = "受付", en = "Reception", vi = "Tiếp đón" }
kinds = ["visitor"]
elements = ["phone", "health"]
roles = ["handler", "officer"]

[[purpose.needs]]
element = "health"
milestone = "consent"
clause = "gap.special-care-consent"
label = { ja = "同意", en = "Consent", vi = "Sự đồng ý" }
"#,
    ),
    (
        "recipients.toml",
        r#"[[recipient]]
id = "guard"
kind = "third-party"
ground = "opt-out"
country = "JP"
name = { ja = "警備会社", en = "Guards", vi = "Bảo vệ" }
purposes = ["reception"]
elements = ["phone"]

[[recipient]]
id = "sister"
kind = "joint-use"
ground = "joint-use"
country = "JP"
name = { ja = "姉妹会社", en = "Sister company", vi = "Công ty chị em" }
purposes = ["reception"]
elements = ["phone"]

[[opt-out]]
id = "guards"
recipients = ["guard"]
elements = ["phone"]
purpose = { ja = "一", en = "one", vi = "một" }
categories = { ja = "二", en = "two", vi = "hai" }
way = { ja = "三", en = "three", vi = "ba" }
stop = { ja = "四", en = "four", vi = "bốn" }
acquisition = { ja = "五", en = "five", vi = "năm" }
requests = { ja = "六", en = "six", vi = "sáu" }
update = { ja = "更新", en = "update", vi = "cập nhật" }
starts = 2026-05-01
filing = "1"
filed = 2026-04-01

[[joint-use]]
id = "sisters"
recipients = ["sister"]
elements = ["phone"]
items = { ja = "一", en = "one", vi = "một" }
scope = { ja = "二", en = "two", vi = "hai" }
purpose = { ja = "三", en = "three", vi = "ba" }
responsible = { ja = "四", en = "four", vi = "bốn" }
address = { ja = "五", en = "five", vi = "năm" }
representative = { ja = "六", en = "six", vi = "sáu" }
acquisition = { ja = "七", en = "seven", vi = "bảy" }
"#,
    ),
    (
        "retention.toml",
        r#"[[term]]
id = "visit"
clause = "dispose.prompt"
label = { ja = "来訪から1年", en = "1 year after the visit", vi = "1 năm sau lượt đến" }
purposes = ["reception"]
from = "acquired"
years = 1
dispose = "shred"
"#,
    ),
    (
        "measures.toml",
        r#"[[measure]]
id = "training"
clause = "human.train-four-times"
rhythm = "4 per year"
owner = "officer"
label = { ja = "教育", en = "Training", vi = "Đào tạo" }
"#,
    ),
    (
        "trackers.toml",
        r#"[[tracker]]
id = "counter"
clause = "cookie.purposes"
label = { ja = "計数", en = "Counter", vi = "Bộ đếm" }
provider = "Counter"
hosts = ["counter.example"]
purposes = ["improvement"]
sends = { ja = "頁", en = "pages", vi = "trang" }
link = "https://counter.example/privacy"
opt_out = "https://counter.example/stop"
"#,
    ),
    (
        "clauses.toml",
        r#"[[clause]]
id = "sec.title"
statement = true
translated.en = "~sec.title"
translated.vi = "~sec.title"

[[clause]]
id = "scope.partner-people"
promises = ["scope.partner-people"]
translated.en = "~scope.partner-people"
translated.vi = "~scope.partner-people"

[[clause]]
id = "purpose.partner-business"
promises = ["purpose.partner-business"]
translated.en = "~purpose.partner-business"
translated.vi = "~purpose.partner-business"

[[clause]]
id = "gap.special-care-consent"
promises = ["gap.special-care-consent"]
translated.en = "~gap.special-care-consent"
translated.vi = "~gap.special-care-consent"

[[clause]]
id = "dispose.prompt"
promises = ["dispose.prompt"]
translated.en = "~dispose.prompt"
translated.vi = "~dispose.prompt"

[[clause]]
id = "human.train-four-times"
promises = ["human.train-four-times"]
translated.en = "~human.train-four-times"
translated.vi = "~human.train-four-times"

[[clause]]
id = "rights.fee-cap"
promises = ["rights.fee-cap"]
translated.en = "~rights.fee-cap"
translated.vi = "~rights.fee-cap"

[[clause]]
id = "cookie.purposes"
promises = ["cookie.purposes"]
translated.en = "~cookie.purposes"
translated.vi = "~cookie.purposes"
"#,
    ),
    (
        "cases.toml",
        r#"[[case]]
say = { ja = "見られる", en = "May be seen", vi = "Được xem" }
given = { kind = "visitor", purpose = "reception", elements = ["phone"] }
expect = "yes"
clause = "purpose.partner-business"

[[case]]
say = { ja = "見られない", en = "May not be seen", vi = "Không được xem" }
given = { kind = "visitor", purpose = "reception", elements = ["health"] }
expect = "no"
clause = "gap.special-care-consent"
rule = "condition-not-met"
"#,
    ),
    (
        "notice/ja.md",
        "# 約束 {#sec.title}

来訪された方の情報を持ちます。 {#scope.partner-people}

- 受付のために使います。 {#purpose.partner-business}
  1. 健康状態は、同意を得て使います。 {#gap.special-care-consent}
- 不要になれば消去します。２４時間待ち、バックアップには30日以内に及びます。 {#dispose.prompt}

年に四回、教育を行います。 {#human.train-four-times}

手数料は500円までです。 {#rights.fee-cap}

Cookieは[改善](https://tiny.example/)に使います。 {#cookie.purposes}
",
    ),
    (
        "notice/en.md",
        "# Promises {#sec.title}

We hold information on visitors. {#scope.partner-people}

- We use it for reception. {#purpose.partner-business}
  1. We use health with consent. {#gap.special-care-consent}
- We erase it when it is no longer needed. That waits 24 hours, and reaches every backup within 30 days. {#dispose.prompt}

We train four times a year. {#human.train-four-times}

A request costs 500 yen at most. {#rights.fee-cap}

We use cookies to [improve](https://tiny.example/). {#cookie.purposes}
",
    ),
    (
        "notice/vi.md",
        "# Lời hứa {#sec.title}

Chúng tôi giữ thông tin của khách. {#scope.partner-people}

- Dùng để tiếp đón. {#purpose.partner-business}
  1. Thông tin sức khỏe chỉ dùng khi được đồng ý. {#gap.special-care-consent}
- Xóa khi không còn cần. Việc xóa chờ 24 giờ và tới mọi bản sao lưu trong vòng 30 ngày. {#dispose.prompt}

Đào tạo bốn lần mỗi năm. {#human.train-four-times}

Phí tối đa 500 yên. {#rights.fee-cap}

Cookie dùng để [cải thiện](https://tiny.example/). {#cookie.purposes}
",
    ),
    (
        "products/desk.toml",
        r#"id = "desk"
label = { ja = "机", en = "Desk", vi = "Bàn" }

[[override]]
clause = "dispose.prompt"
text = { ja = "机は半年で消去します。", en = "Desk erases after half a year.", vi = "Desk xóa sau nửa năm." }
"#,
    ),
];

/// The files of the tiny policy, its translations marked as made from the Japanese text as it stands.
pub(crate) fn files() -> Files {
    let mut files: Files = FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    mark_translations(&mut files);
    files
}

/// Replaces `~clause` in `clauses.toml` by the fingerprint of the clause's Japanese text.
fn mark_translations(files: &mut Files) {
    use sha2::{Digest, Sha256};
    let mut clauses = files["clauses.toml"].clone();
    for line in files["notice/ja.md"].lines() {
        let Some((text, id)) = line.strip_suffix('}').and_then(|line| line.rsplit_once(" {#")) else { continue };
        let text = text.trim_start().trim_start_matches("# ").trim_start_matches("- ").trim_start_matches("1. ");
        let digest: String = Sha256::digest(text.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        clauses = clauses.replace(&format!("\"~{id}\""), &format!("\"{digest}\""));
    }
    files.insert("clauses.toml".to_owned(), clauses);
}

/// The tiny policy, settled.
pub(crate) fn policy() -> Policy {
    settled(&files())
}

pub(crate) fn settled(files: &Files) -> Policy {
    let Checked { policy, problems } = policy::check(files);
    policy.unwrap_or_else(|| panic!("{}", told(&problems)))
}

pub(crate) fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The files with one text in one of them replaced. The text must be there exactly once.
pub(crate) fn changed(files: &Files, path: &str, from: &str, to: &str) -> Files {
    let mut files = files.clone();
    let text = &files[path];
    assert_eq!(text.matches(from).count(), 1, "{path} has {from:?} once");
    let text = text.replacen(from, to, 1);
    files.insert(path.to_owned(), text);
    files
}
