//! Names of people and companies, put together by chance. Whoever bears one of them does so by accident.

mod japanese;
mod vietnamese;

use super::dice::Dice;

/// Where somebody's name, address and numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Land {
    Japan,
    Vietnam,
}

/// A name in the ways lists need it.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// As written.
    pub(crate) written: String,
    /// As read, in kana; Japanese names only.
    pub(crate) kana: Option<String>,
    /// The family name as written.
    pub(crate) family: String,
    /// The given name as written.
    pub(crate) given: String,
    /// For addresses: `h.tanaka`, `lan.pham`.
    pub(crate) latin: String,
    /// Whether the given name is usually a woman's.
    pub(crate) woman: bool,
}

impl Name {
    /// A name by chance.
    pub(crate) fn of(land: Land, dice: &mut Dice) -> Self {
        let woman = dice.chance(48);
        match land {
            Land::Japan => {
                let family = dice.pick(japanese::FAMILY);
                Self::japanese(family, dice.pick(if woman { japanese::WOMEN } else { japanese::MEN }), woman)
            }
            Land::Vietnam => {
                let family = dice.pick(vietnamese::FAMILY);
                let (middle, given) = if woman {
                    (dice.pick(vietnamese::WOMEN_MIDDLE), dice.pick(vietnamese::WOMEN))
                } else {
                    (dice.pick(vietnamese::MEN_MIDDLE), dice.pick(vietnamese::MEN))
                };
                Self {
                    written: format!("{} {middle} {}", family.0, given.0),
                    kana: None,
                    family: family.0.to_owned(),
                    given: format!("{middle} {}", given.0),
                    latin: format!("{}.{}", given.1, family.1),
                    woman,
                }
            }
        }
    }

    fn japanese(family: (&str, &str, &str), given: (&str, &str, &str), woman: bool) -> Self {
        Self {
            written: format!("{} {}", family.0, given.0),
            kana: Some(format!("{} {}", family.1, given.1)),
            family: family.0.to_owned(),
            given: given.0.to_owned(),
            latin: format!("{}.{}", given.2, family.2),
            woman,
        }
    }
}

/// A company: its name and its domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) domain: String,
}

const PLANTS: &[(&str, &str)] = &[
    ("雲雀野", "hibarino"),
    ("翠嵐", "suiran"),
    ("星降", "hoshifuri"),
    ("月見坂", "tsukimizaka"),
    ("金木犀", "kinmokusei"),
    ("千草原", "chigusahara"),
    ("若竹浜", "wakatakehama"),
    ("蓮見", "hasumi"),
    ("白鷺台", "shirasagidai"),
    ("風待", "kazemachi"),
    ("朝凪", "asanagi"),
    ("灯台守", "todaimori"),
    ("虹ヶ峰", "nijigamine"),
    ("鈴蘭", "suzuran"),
    ("小夜時雨", "sayoshigure"),
    ("夕映", "yubae"),
];

const TRADES: &[(&str, &str)] = &[
    ("精機", "seiki"),
    ("物流", "butsuryu"),
    ("食品", "shokuhin"),
    ("電工", "denko"),
    ("不動産", "fudosan"),
    ("医療機器", "iryokiki"),
    ("商事", "shoji"),
    ("印刷", "insatsu"),
    ("交通", "kotsu"),
    ("薬品", "yakuhin"),
    ("旅行", "ryoko"),
    ("百貨店", "hyakkaten"),
    ("生命", "seimei"),
    ("信用金庫", "shinkin"),
    ("通運", "tsuun"),
    ("教育", "kyoiku"),
];

const VIETNAMESE: &[(&str, &str)] = &[
    ("Công ty CP Cánh Buồm Xanh", "canhbuomxanh"),
    ("Công ty TNHH Mây Trắng", "maytrang"),
    ("Công ty CP Sao Biển Logistics", "saobien"),
    ("Công ty TNHH Tre Vàng", "trevang"),
    ("Công ty CP Hạt Gạo Phương Nam", "hatgao"),
    ("Công ty TNHH Đèn Lồng Hội An", "denlong"),
    ("Công ty CP Thuyền Thúng", "thuyenthung"),
    ("Công ty TNHH Nón Lá Việt", "nonla"),
    ("Công ty CP Gió Mùa Số", "giomua"),
    ("Công ty TNHH Bông Sen Trắng", "bongsentrang"),
    ("Công ty CP Cầu Tre Công Nghệ", "cautre"),
    ("Công ty TNHH Hạt Cà Phê Ban Mê", "hatcaphe"),
];

impl Company {
    /// A company by chance.
    pub(crate) fn of(land: Land, dice: &mut Dice) -> Self {
        match land {
            Land::Japan => {
                let place = dice.place(PLANTS.len()).unwrap_or(0);
                Self::japanese(place, dice.below(TRADES.len()))
            }
            Land::Vietnam => {
                let (name, domain) = dice.pick(VIETNAMESE);
                Self { name: name.to_owned(), domain: format!("{domain}.example.vn") }
            }
        }
    }

    /// A client by its number: no two of the first sixteen share a word.
    pub(crate) fn client(number: usize) -> Self {
        Self::japanese(number % PLANTS.len(), (number * 5 + number / PLANTS.len()) % TRADES.len())
    }

    fn japanese(place: usize, trade: usize) -> Self {
        let (place, place_latin) = PLANTS.get(place).copied().unwrap_or_default();
        let (trade, trade_latin) = TRADES.get(trade).copied().unwrap_or_default();
        Self { name: format!("{place}{trade}株式会社"), domain: format!("{place_latin}-{trade_latin}.example.jp") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Shape;
    use policy::normal::{DateOrder, accept};
    use std::collections::BTreeSet;

    #[test]
    fn every_name_is_a_name_and_every_reading_a_reading() {
        for (written, kana, latin) in japanese::FAMILY.iter().chain(japanese::WOMEN).chain(japanese::MEN) {
            assert!(accept(Shape::Name, written, DateOrder::Unsettled).is_ok(), "{written}");
            assert!(accept(Shape::Kana, kana, DateOrder::Unsettled).is_ok(), "{kana}");
            assert!(kana.chars().all(|c| ('ァ'..='ヶ').contains(&c)), "{kana}");
            assert!(latin.bytes().all(|b| b.is_ascii_lowercase()), "{latin}");
        }
        let vietnamese = [vietnamese::FAMILY, vietnamese::WOMEN, vietnamese::MEN];
        for (written, latin) in vietnamese.iter().flat_map(|list| list.iter()) {
            assert!(accept(Shape::Name, written, DateOrder::Unsettled).is_ok(), "{written}");
            assert!(latin.bytes().all(|b| b.is_ascii_lowercase()), "{latin}");
        }
    }

    #[test]
    fn clients_are_told_apart() {
        let clients: BTreeSet<String> = (0..48).map(|n| Company::client(n).name).collect();
        assert_eq!(clients.len(), 48);
    }
}
