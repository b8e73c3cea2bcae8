//! Numbers that identify somebody: their formats and check digits, for telling what a column holds.
//!
//! A check digit alone decides nothing: one random number in ten passes. Each identifier therefore says how
//! often a random value passes, and a column is judged by its pass rate over many values.

use super::fold::{fold, is_hyphen};
use crate::Class;
use crate::code::coded;

coded! {
    /// An identifier with a known format.
    Identifier {
        /// 個人番号 (My Number): 12 digits, the last a check digit (MIC ordinance 85 of 2014, Art. 5).
        MyNumber = "my-number",
        /// 法人番号: 13 digits, the first a check digit. Not personal; known so that it is not taken for something else.
        CorporateNumber = "corporate-number",
        /// 運転免許証番号: 12 digits beginning with a public safety commission's code.
        DrivingLicence = "driving-licence-jp",
        /// 旅券番号: two letters and seven digits.
        PassportJp = "passport-jp",
        /// 在留カード番号: two letters, eight digits, two letters.
        ResidenceCard = "residence-card",
        /// 基礎年金番号: 4-6 digits.
        BasicPension = "basic-pension",
        /// 保険者番号: 8 or 6 digits, the last a check digit.
        Insurer = "insurer",
        /// CCCD, the Vietnamese personal number: 12 digits of province, century and sex, birth year, serial.
        Cccd = "cccd",
        /// CMND, the Vietnamese identity card before it: 9 digits.
        Cmnd = "cmnd",
        /// MST, the Vietnamese tax code: 10 digits with a check digit, or 13.
        TaxCodeVn = "tax-code-vn",
        /// BHYT, the Vietnamese health insurance card: two letters and 13 digits.
        HealthCardVn = "health-card-vn",
        /// Vietnamese passport: a letter and seven or eight digits.
        PassportVn = "passport-vn",
        /// A payment card: 13 to 19 digits, a known beginning, Luhn.
        Card = "card",
        /// A bank account. No check digit exists; only a heading tells.
        BankAccount = "bank-account",
    }
}

impl Identifier {
    /// How much care a column of it asks for.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::CorporateNumber | Self::TaxCodeVn | Self::Card | Self::BankAccount => Class::Ordinary,
            _ => Class::IdentificationCode,
        }
    }

    /// The share of random values of the same length that pass [`Identifier::fits`].
    #[must_use]
    pub const fn random_pass(self) -> f64 {
        match self {
            Self::MyNumber | Self::CorporateNumber => 0.10,
            Self::DrivingLicence => 0.052,
            Self::Insurer => 0.047,
            Self::Cccd => 0.016,
            Self::TaxCodeVn => 0.09,
            Self::Card => 0.05,
            Self::HealthCardVn | Self::ResidenceCard | Self::PassportJp => 0.001,
            Self::PassportVn => 0.02,
            Self::BasicPension | Self::Cmnd | Self::BankAccount => 0.95,
        }
    }

    /// Whether the values alone can tell; otherwise the heading must.
    #[must_use]
    pub fn speaks_for_itself(self) -> bool {
        self.random_pass() < 0.5
    }

    /// Words in a heading that name it, as [`super::fold::key`] writes them.
    #[must_use]
    pub const fn cues(self) -> &'static [&'static str] {
        match self {
            Self::MyNumber => &["個人番号", "マイナンバー", "mynumber", "特定個人情報"],
            Self::CorporateNumber => &["法人番号", "corporatenumber"],
            Self::DrivingLicence => {
                &["免許", "drivinglicence", "driverslicense", "driverlicense", "giấyphéplái", "gplx"]
            }
            Self::PassportJp | Self::PassportVn => &["旅券", "パスポート", "passport", "hộchiếu", "hochieu"],
            Self::ResidenceCard => &["在留カード", "residencecard", "zairyu"],
            Self::BasicPension => &["基礎年金", "年金番号", "pension"],
            Self::Insurer => &["保険者番号", "insurer"],
            Self::Cccd => &["cccd", "căncước", "cancuoc", "sốđịnhdanh", "sodinhdanh", "citizenid"],
            Self::Cmnd => &["cmnd", "chứngminh", "chungminh", "cmt"],
            Self::TaxCodeVn => &["mst", "mãsốthuế", "masothue", "taxcode"],
            Self::HealthCardVn => &["bhyt", "bảohiểmytế", "baohiemyte"],
            Self::Card => &["クレジット", "カード番号", "creditcard", "cardnumber", "sốthẻ", "sothe"],
            Self::BankAccount => &["口座", "bankaccount", "accountnumber", "accountno", "tàikhoản", "taikhoan", "stk"],
        }
    }

    /// Whether the text has this identifier's format and check digit.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        Compact::of(text).is_some_and(|compact| self.fits_compact(&compact))
    }

    fn fits_compact(self, compact: &Compact) -> bool {
        let Compact { letters, digits } = compact;
        match self {
            Self::MyNumber => letters == "dddddddddddd" && is_my_number(digits),
            Self::CorporateNumber => letters == "ddddddddddddd" && is_corporate_number(digits),
            Self::DrivingLicence => letters == "dddddddddddd" && is_driving_licence(digits),
            Self::PassportJp => letters == "aaddddddd",
            Self::ResidenceCard => letters == "aaddddddddaa",
            Self::BasicPension => letters == "dddddddddd",
            Self::Insurer => matches!(digits.len(), 6 | 8) && all_digits(letters) && is_insurer(digits),
            Self::Cccd => letters == "dddddddddddd" && is_cccd(digits),
            Self::Cmnd => letters == "ddddddddd",
            Self::TaxCodeVn => matches!(digits.len(), 10 | 13) && all_digits(letters) && is_tax_code(digits),
            Self::HealthCardVn => {
                letters == "aaddddddddddddd" && digits.first().is_some_and(|level| (1..=5).contains(level))
            }
            Self::PassportVn => matches!(letters.as_str(), "addddddd" | "adddddddd"),
            Self::Card => all_digits(letters) && is_card(digits),
            Self::BankAccount => all_digits(letters) && (6..=19).contains(&digits.len()),
        }
    }
}

/// Every identifier whose format and check digit the text has.
#[must_use]
pub fn recognise(text: &str) -> Vec<Identifier> {
    let Some(compact) = Compact::of(text) else { return Vec::new() };
    Identifier::ALL.iter().copied().filter(|identifier| identifier.fits_compact(&compact)).collect()
}

/// The text without separators: its pattern of letters (`a`) and digits (`d`), and the digits.
struct Compact {
    letters: String,
    digits: Vec<u8>,
}

impl Compact {
    /// Nothing when the text has other characters, or is longer than any identifier.
    fn of(text: &str) -> Option<Self> {
        if text.len() > 120 {
            return None;
        }
        let folded = fold(text);
        let (mut letters, mut digits) = (String::new(), Vec::new());
        for letter in folded.chars() {
            match letter {
                '0'..='9' => {
                    letters.push('d');
                    digits.push(u8::try_from(u32::from(letter) - u32::from('0')).ok()?);
                }
                'a'..='z' => letters.push('a'),
                ' ' => {}
                _ if is_hyphen(letter) => {}
                _ => return None,
            }
        }
        (5..=24).contains(&letters.len()).then_some(Self { letters, digits })
    }
}

fn all_digits(letters: &str) -> bool {
    letters.bytes().all(|letter| letter == b'd')
}

/// The sum of digits times weights, from the left.
fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

fn is_my_number(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest <= 1 { 0 } else { 11 - rest };
    last_is(digits, check) && varied(digits)
}

fn is_corporate_number(digits: &[u8]) -> bool {
    let sum = weighted(digits.get(1..).unwrap_or(&[]), &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
    digits.first().is_some_and(|first| u32::from(*first) == 9 - sum % 9)
}

fn is_driving_licence(digits: &[u8]) -> bool {
    let code = digits.iter().take(2).fold(0_u32, |code, digit| code * 10 + u32::from(*digit));
    let known = matches!(code, 10..=14 | 20..=25 | 30 | 40..=55 | 60..=65 | 70..=74 | 80..=83 | 90..=97);
    let rest = weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = (11 - rest) % 10;
    known && digits.get(10).is_some_and(|digit| u32::from(*digit) == check)
}

fn is_insurer(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let sum: u32 = body
        .iter()
        .rev()
        .zip([2_u32, 1].iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    let prefecture_at = if digits.len() == 8 { 2 } else { 0 };
    let prefecture = digits.iter().skip(prefecture_at).take(2).fold(0_u32, |code, digit| code * 10 + u32::from(*digit));
    let law = digits.iter().take(2).fold(0_u32, |code, digit| code * 10 + u32::from(*digit));
    let known_law = digits.len() == 6 || matches!(law, 1..=4 | 6 | 7 | 31..=34 | 39 | 63 | 67 | 72..=75);
    (1..=47).contains(&prefecture) && known_law && u32::from(*check) == (10 - sum % 10) % 10
}

fn is_cccd(digits: &[u8]) -> bool {
    let province = digits.iter().take(3).fold(0_u32, |code, digit| code * 10 + u32::from(*digit));
    // Century and birth year: 0/1 the 20th, 2/3 the 21st; later digits are not yet issued.
    let plausible = match digits.get(3) {
        Some(0 | 1) => true,
        Some(2 | 3) => digits.get(4).is_some_and(|decade| *decade <= 4),
        _ => false,
    };
    plausible && PROVINCES.contains(&province)
}

fn is_tax_code(digits: &[u8]) -> bool {
    let rest = weighted(digits, &[31, 29, 23, 19, 17, 13, 7, 5, 3]) % 11;
    let check = 10_u32.checked_sub(rest);
    let middle_is_zero = digits.iter().skip(2).take(7).all(|digit| *digit == 0);
    rest != 0 && !middle_is_zero && digits.get(9).is_some_and(|digit| Some(u32::from(*digit)) == check)
}

fn is_card(digits: &[u8]) -> bool {
    let head = |count: usize| digits.iter().take(count).fold(0_u32, |code, digit| code * 10 + u32::from(*digit));
    let known = match digits.len() {
        15 => matches!(head(2), 34 | 37),
        14 => head(2) == 36 || (300..=305).contains(&head(3)),
        13 | 16..=19 => {
            head(1) == 4
                || (51..=55).contains(&head(2))
                || (2221..=2720).contains(&head(4))
                || (3528..=3589).contains(&head(4))
                || head(4) == 6011
                || head(2) == 65
                || head(4) == 9704
        }
        _ => false,
    };
    known && passes_luhn(digits)
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([1_u32, 2].iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .map(|product| if product > 9 { product - 9 } else { product })
        .sum();
    sum.is_multiple_of(10)
}

fn last_is(digits: &[u8], check: u32) -> bool {
    digits.last().is_some_and(|last| u32::from(*last) == check)
}

/// Placeholders such as 000000000000 pass the sum and identify nobody.
fn varied(digits: &[u8]) -> bool {
    digits.first().is_some_and(|first| digits.iter().any(|digit| digit != first))
}

/// Province codes of personal numbers as issued (Circular 07/2016 and Decision 124/2004); they outlive the mergers of 2025.
const PROVINCES: [u32; 63] = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92,
    93, 94, 95, 96,
];
