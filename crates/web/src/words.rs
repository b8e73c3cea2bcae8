//! What pages say: every text in every language, and how each language writes numbers, days and times.

use access::names::Moment;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use policy::Language;
use std::borrow::Borrow;

/// The texts of one language. `text/{ja,en,vi}.toml` holds them; the build makes one method of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) Language);

/// How many of something: chooses between the forms for one and for many, and is written with separators.
#[derive(Clone, Copy)]
pub(crate) struct Count(u64);

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

macro_rules! counts {
    ($($number:ty),*) => {$(
        impl From<$number> for Count {
            fn from(n: $number) -> Self {
                Self(u64::try_from(n).unwrap_or(u64::MAX))
            }
        }

        // Templates hand over references, and references to them.
        impl From<&$number> for Count {
            fn from(n: &$number) -> Self {
                Self::from(*n)
            }
        }

        impl From<&&$number> for Count {
            fn from(n: &&$number) -> Self {
                Self::from(**n)
            }
        }
    )*};
}

counts!(u64, u32, u16, usize, i64);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Words {
    /// The language's code, as pages declare it.
    pub(crate) fn code(self) -> &'static str {
        self.0.code()
    }

    /// What stands between the things of a list.
    pub(crate) fn comma(self) -> &'static str {
        if self.0 == Language::Ja { "、" } else { ", " }
    }

    /// A number with the language's separators: 1,204 or 1.204.
    pub(crate) fn number(self, n: impl Into<Count>) -> String {
        let separator = if self.0 == Language::Vi { '.' } else { ',' };
        grouped(n.into().0, separator)
    }

    /// The number of a ledger entry: #48 221, with a space that does not break.
    pub(crate) fn entry(self, n: impl Into<Count>) -> String {
        format!("#{}", grouped(n.into().0, '\u{a0}'))
    }

    /// A day in full: 2026年11月22日, 22 November 2026, 22/11/2026.
    pub(crate) fn day(self, date: impl Borrow<Date>) -> String {
        let date = date.borrow();
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.0 {
            Language::Ja => format!("{year}年{month}月{day}日"),
            Language::En => format!("{day} {} {year}", month_name(month)),
            Language::Vi => format!("{day:02}/{month:02}/{year}"),
        }
    }

    /// A day of this year in a narrow column: 11/22, 22 Nov, 22/11. Days of other years keep their year.
    pub(crate) fn short_day(self, date: impl Borrow<Date>, today: impl Borrow<Date>) -> String {
        let (date, this_year) = (date.borrow(), today.borrow().year());
        let (year, month, day) = (date.year(), date.month(), date.day());
        let near = year == this_year;
        match self.0 {
            Language::Ja if near => format!("{month:02}/{day:02}"),
            Language::Ja => format!("{year}/{month:02}/{day:02}"),
            Language::En if near => format!("{day} {}", month_name(month).get(..3).unwrap_or_default()),
            Language::En => format!("{day} {} {year}", month_name(month).get(..3).unwrap_or_default()),
            Language::Vi if near => format!("{day:02}/{month:02}"),
            Language::Vi => format!("{day:02}/{month:02}/{year}"),
        }
    }

    /// A moment where the company is: the day in full and the time.
    pub(crate) fn moment(self, moment: Moment, zone: &TimeZone) -> String {
        format!("{} {}", self.day(on(moment, zone)), self.time(moment, zone))
    }

    /// The time of day where the company is: 14:35.
    pub(crate) fn time(self, moment: Moment, zone: &TimeZone) -> String {
        let time = zoned(moment, zone).time();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }
}

/// The day of a moment where the company is.
pub(crate) fn on(moment: Moment, zone: &TimeZone) -> Date {
    zoned(moment, zone).date()
}

fn zoned(moment: Moment, zone: &TimeZone) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(moment.0).unwrap_or_default().to_zoned(zone.clone())
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default()
}

fn grouped(n: u64, separator: char) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
#[path = "../build/texts.rs"]
mod texts;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn numbers_and_days_are_written_as_each_language_writes_them() {
        let [ja, en, vi] = [Language::Ja, Language::En, Language::Vi].map(Words);
        assert_eq!([ja, en, vi].map(|w| w.number(1_204_u64)), ["1,204", "1,204", "1.204"]);
        assert_eq!([ja, en, vi].map(|w| w.number(999_u64)), ["999"; 3]);
        let day = date(2026, 11, 2);
        assert_eq!([ja, en, vi].map(|w| w.day(day)), ["2026年11月2日", "2 November 2026", "02/11/2026"]);
        assert_eq!([ja, en, vi].map(|w| w.short_day(day, day)), ["11/02", "2 Nov", "02/11"]);
        let later = date(2027, 1, 1);
        assert_eq!([ja, en, vi].map(|w| w.short_day(day, later)), ["2026/11/02", "2 Nov 2026", "02/11/2026"]);
        assert_eq!(en.entry(48_221_u64), "#48\u{a0}221");
    }

    #[test]
    fn times_are_told_where_the_company_is() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let noon = Moment(1_795_348_800_000);
        assert_eq!(Words(Language::Vi).moment(noon, &zone), "22/11/2026 19:00");
    }

    #[test]
    fn roles_are_called_what_the_policy_calls_them() {
        for language in Language::ALL {
            for role in policy::Role::ALL {
                // A name that stands alone begins with a capital where the language has them.
                let mut letters = role.label(*language).chars();
                let capital = letters.next().unwrap().to_uppercase().chain(letters).collect::<String>();
                assert_eq!(crate::page::role_name(Words(*language), *role), capital);
            }
        }
    }

    #[test]
    fn a_text_missing_in_one_language_or_speaking_of_something_else_stops_the_build() {
        let three = |ja: &str, en: &str, vi: &str| [ja, en, vi].map(|text| format!("[page]\n{text}\n"));
        let good = three("a = \"{n} 件\"", "a = { one = \"one\", other = \"{n} things\" }", "a = \"{n} mục\"");
        assert!(texts::module(&good).unwrap().contains("pub(crate) fn page_a(self, n: impl Into<Count>) -> String"));
        let missing = three("a = \"あ\"", "a = \"a\"\nb = \"b\"", "a = \"ă\"\nb = \"b\"");
        assert_eq!(texts::module(&missing).unwrap_err(), ["text/ja.toml: page_b is missing"]);
        let other = three("a = \"{who}\"", "a = \"{whom}\"", "a = \"{whom}\"");
        assert_eq!(texts::module(&other).unwrap_err().len(), 1);
        let empty = three("a = \" \"", "a = \"a\"", "a = \"a\"");
        assert_eq!(texts::module(&empty).unwrap_err().len(), 2);
    }
}
