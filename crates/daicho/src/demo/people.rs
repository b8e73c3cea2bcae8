//! What a list says about one person: every element a row of the handling ledger names, made up.
//!
//! Numbers are taken from ranges that are not given out (060-9000-…, 0590 00… and 03-1000-… telephone numbers, identity
//! numbers that begin with zeros), addresses from towns that are on no map, e-mail from `example.jp` and `example.vn`.

use super::dice::Dice;
use super::names::{Company, Land, Name};
use jiff::ToSpan;
use jiff::civil::Date;

/// What is known of one person, element by element.
pub(crate) type Values = Vec<(&'static str, String)>;

/// Where people of a list come from and what they have to do with the house.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Where most of them live.
    pub(crate) land: Land,
    /// The company they all work for; none where everybody comes from another.
    pub(crate) company: Option<Company>,
    /// The event, product or matter the list is about.
    pub(crate) about: String,
    /// What their numbers begin with.
    pub(crate) prefix: &'static str,
    /// The day they were put on the list.
    pub(crate) day: Date,
}

/// A person of a list by chance.
pub(crate) fn person(elements: &[&'static str], setting: &Setting, number: usize, dice: &mut Dice) -> Values {
    // Some of every list live in the other country.
    let land = match (setting.land, dice.chance(12)) {
        (Land::Japan, true) => Land::Vietnam,
        (Land::Vietnam, true) => Land::Japan,
        (land, false) => land,
    };
    let name = Name::of(land, dice);
    let company = setting.company.clone().unwrap_or_else(|| Company::of(land, dice));
    let made = Made { land, name, company, setting, number };
    elements.iter().filter_map(|element| Some((*element, made.value(element, dice)?))).collect()
}

struct Made<'a> {
    land: Land,
    name: Name,
    company: Company,
    setting: &'a Setting,
    number: usize,
}

impl Made<'_> {
    /// The value of one element; none where people of that country have none, or left it empty.
    fn value(&self, element: &str, dice: &mut Dice) -> Option<String> {
        let japan = self.land == Land::Japan;
        Some(match element {
            "name" => self.name.written.clone(),
            "name-kana" => self.name.kana.clone()?,
            "family-name" => self.name.family.clone(),
            "given-name" => self.name.given.clone(),
            "birth-date" => dice.birth(self.setting.day, 22, 58).to_string(),
            "gender" => either(japan, if self.name.woman { ("女", "Nữ") } else { ("男", "Nam") }),
            "nationality" => either(japan, ("日本", "Việt Nam")),
            "email" => format!("{}{}@{}", self.name.latin, self.number % 97, self.company.domain),
            "phone" if japan => format!("03-{}-{}", 1000 + dice.below(10), dice.digits(4)),
            "phone" | "mobile" | "caller-number" | "emergency-phone" => mobile(self.land, dice),
            "postal-code" if japan => format!("{}-{}", 990 + dice.below(9), dice.digits(4)),
            "postal-code" => format!("10{}", dice.digits(3)),
            "address" => address(self.land, dice),
            "company" => self.company.name.clone(),
            "department" => either(japan, dice.pick(DEPARTMENTS)),
            "job-title" => either(japan, dice.pick(TITLES)),
            "employee-number" => format!("{}{:05}", self.setting.prefix, self.number),
            "customer-number" => format!("C{:06}", self.number),
            "join-date" => back(self.setting.day, dice, 30, 4_000),
            "leave-date" => back(self.setting.day, dice, 1, 900),
            "attendance" => format!("出勤{}日・残業{}時間", 17 + dice.below(6), dice.below(31)),
            "salary" => ((18 + dice.below(60)) * 10_000).to_string(),
            "evaluation" => dice.pick(&["S", "A", "A", "B", "B", "B", "C"]).to_owned(),
            "training-result" => format!("{}点", 60 + dice.below(41)),
            "bank-account" => format!("000{}", dice.digits(4)),
            "relationship" => {
                either(japan, dice.pick(&[("配偶者", "Vợ/chồng"), ("子", "Con"), ("父", "Bố"), ("母", "Mẹ")]))
            }
            "education" => either(japan, dice.pick(SCHOOLS)),
            "work-history" => format!("{} {}年", either(japan, dice.pick(CAREERS)), 1 + dice.below(15)),
            "qualification" => dice.pick(QUALIFICATIONS).to_owned(),
            "selection-result" => dice.pick(&["書類通過", "一次通過", "二次通過", "最終通過", "不採用"]).to_owned(),
            "face-photo" => format!("photo-{:06}.jpg", self.number),
            "cccd" if !japan => format!("000{}", dice.digits(9)),
            "passport" => format!("X0{}", dice.digits(6)),
            "residence-card" if !japan => format!("ZZ00{}ZZ", dice.digits(6)),
            "individual-number" if japan => format!("0000{}", dice.digits(8)),
            "health-insurance" => format!("00{}", dice.digits(6)),
            "social-insurance" => format!("0000-{}", dice.digits(6)),
            "tax-code" if !japan => format!("000{}", dice.digits(7)),
            "fingerprint" | "voiceprint" => format!("template-{:06}", self.number),
            "health-check" => dice
                .pick(&["A（異常なし）", "A（異常なし）", "B（軽度）", "C（要経過観察）", "D（要精密検査）"])
                .to_owned(),
            "medical-history" => dice.pick(&["なし", "なし", "なし", "花粉症", "高血圧（治療中）"]).to_owned(),
            "disability" => dice.pick(&["なし", "なし", "なし", "なし", "あり（上肢4級）"]).to_owned(),
            "visit-time" => format!("{} {:02}:{:02}", self.setting.day, 9 + dice.below(9), dice.below(60)),
            "card-number" => format!("V{}", dice.digits(4)),
            "inquiry" => dice.pick(INQUIRIES).to_owned(),
            "survey-answer" => format!("満足度{}・{}", 1 + dice.below(5), dice.pick(ANSWERS)),
            "event" => self.setting.about.clone(),
            "mail-reaction" => format!("開封{}回・クリック{}回", dice.below(12), dice.below(5)),
            "client-record" => format!("{}：受付番号{}", self.setting.about, dice.digits(7)),
            "share-count" => ((1 + dice.below(40)) * 100).to_string(),
            _ => return None,
        })
    }
}

fn either(japan: bool, (japanese, vietnamese): (&str, &str)) -> String {
    if japan { japanese } else { vietnamese }.to_owned()
}

fn back(day: Date, dice: &mut Dice, least: i64, most: i64) -> String {
    day.checked_sub(dice.between(least, most).days()).unwrap_or(day).to_string()
}

/// A number of a range that no carrier has been given, written as people write theirs.
pub(crate) fn mobile(land: Land, dice: &mut Dice) -> String {
    match land {
        Land::Japan => format!("060-900{}-{}", dice.below(10), dice.digits(4)),
        Land::Vietnam => format!("0590 0{} {}", dice.digits(2), dice.digits(3)),
    }
}

fn address(land: Land, dice: &mut Dice) -> String {
    let (a, b, c) = (1 + dice.below(9), 1 + dice.below(28), 1 + dice.below(20));
    match land {
        Land::Japan => {
            let (city, town) = (dice.pick(CITIES), dice.pick(TOWNS));
            match dice.below(3) {
                0 => format!("{city}{town}{a}丁目{b}番{c}号"),
                1 => format!(
                    "{city}{town}{a}-{b}-{c} {}ハイツ{}0{}",
                    dice.pick(TOWNS),
                    1 + dice.below(6),
                    1 + dice.below(9)
                ),
                _ => format!("{city}{town}{a}-{b}-{c}"),
            }
        }
        Land::Vietnam => format!("Số {b}, ngõ {c}{a}, phố {}, {}", dice.pick(STREETS), dice.pick(DISTRICTS)),
    }
}

const CITIES: &[&str] = &[
    "東京都港区",
    "東京都江東区",
    "東京都杉並区",
    "神奈川県横浜市",
    "神奈川県川崎市",
    "埼玉県さいたま市",
    "千葉県船橋市",
    "大阪府大阪市",
    "愛知県名古屋市",
    "福岡県福岡市",
    "北海道札幌市",
    "宮城県仙台市",
];
const TOWNS: &[&str] = &[
    "蓮台",
    "月見坂",
    "雲雀が丘",
    "星降町",
    "翠台",
    "朝凪町",
    "千草原",
    "虹ヶ峰",
    "風待",
    "夕映台",
    "鈴蘭通",
    "金木犀町",
];
const STREETS: &[&str] =
    &["Đầm Sen", "Cánh Buồm", "Mây Trắng", "Đèn Lồng", "Tre Vàng", "Sao Biển", "Cầu Tre", "Gió Mùa"];
const DISTRICTS: &[&str] = &[
    "quận Cầu Giấy, Hà Nội",
    "quận Nam Từ Liêm, Hà Nội",
    "quận Đống Đa, Hà Nội",
    "quận Hải Châu, Đà Nẵng",
    "quận Sơn Trà, Đà Nẵng",
    "quận 7, TP. Hồ Chí Minh",
];
const DEPARTMENTS: &[(&str, &str)] = &[
    ("情報システム部", "Phòng Công nghệ thông tin"),
    ("総務部", "Phòng Hành chính"),
    ("営業企画部", "Phòng Kế hoạch kinh doanh"),
    ("開発1部", "Phòng Phát triển 1"),
    ("開発2部", "Phòng Phát triển 2"),
    ("品質保証部", "Phòng Đảm bảo chất lượng"),
    ("経理部", "Phòng Kế toán"),
    ("購買部", "Phòng Mua hàng"),
];
const TITLES: &[(&str, &str)] = &[
    ("部長", "Trưởng phòng"),
    ("課長", "Trưởng nhóm"),
    ("主任", "Chuyên viên chính"),
    ("担当", "Chuyên viên"),
    ("担当", "Nhân viên"),
    ("リーダー", "Trưởng dự án"),
];
const SCHOOLS: &[(&str, &str)] = &[
    ("蓮台大学 工学部", "Đại học Công nghệ Sao Mai Xanh"),
    ("月見坂大学 経済学部", "Đại học Kinh tế Cánh Buồm"),
    ("翠台高等専門学校", "Cao đẳng Nghề Sao Biển"),
    ("星降大学大学院 情報科学", "Học viện Mây Trắng"),
];
const CAREERS: &[(&str, &str)] = &[
    ("業務システムの開発", "Phát triển phần mềm nghiệp vụ"),
    ("ウェブサービスの運用", "Vận hành dịch vụ web"),
    ("プロジェクト管理", "Quản lý dự án"),
    ("品質保証", "Kiểm thử phần mềm"),
];
const QUALIFICATIONS: &[&str] =
    &["日本語能力試験N2", "日本語能力試験N1", "基本情報技術者", "応用情報技術者", "TOEIC 780", "普通自動車免許"];
const INQUIRIES: &[&str] = &[
    "センデスクの料金を知りたい。",
    "オフショア開発の見積りを依頼したい。",
    "ログインできない。再設定の方法を教えてほしい。",
    "資料の送付を希望する。",
    "導入事例について話を聞きたい。",
    "請求書の宛名を変更したい。",
    "メールの配信を止めてほしい。",
];
const ANSWERS: &[&str] = &["説明が分かりやすかった", "資料がほしい", "時間が長かった", "また参加したい", "特になし"];

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use policy::normal::{DateOrder, accept};

    #[test]
    fn every_element_of_the_policy_has_values_that_its_shape_accepts() {
        let policy = super::super::rules::current(date(2026, 11, 22)).unwrap();
        let elements: Vec<&'static str> =
            policy.elements().iter().map(|e| e.id.to_string().leak() as &'static str).collect();
        let mut dice = Dice::new(1, 1);
        let mut seen = std::collections::BTreeSet::new();
        for land in [Land::Japan, Land::Vietnam] {
            let setting =
                Setting { land, company: None, about: "秋の催し".into(), prefix: "T", day: date(2026, 4, 1) };
            for number in 0..300 {
                for (element, value) in person(&elements, &setting, number, &mut dice) {
                    let shape = policy.elements().iter().find(|e| e.id.as_str() == element).unwrap().shape;
                    assert!(accept(shape, &value, DateOrder::Unsettled).is_ok(), "{element}: {value}");
                    seen.insert(element);
                }
            }
        }
        assert_eq!(seen.len(), elements.len(), "an element never has a value: {elements:?}");
    }
}
