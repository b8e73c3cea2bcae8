//! Dates as policies write them.

use unicode_normalization::UnicodeNormalization;

/// A calendar date a text states; written `2024-04-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stated {
    year: u16,
    month: u8,
    day: u8,
}

impl Stated {
    /// The date, if there is such a day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        ((1900..=2200).contains(&year) && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }
}

impl std::fmt::Display for Stated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Whether a text states a date.
pub(in crate::draft) fn has_date(text: &str) -> bool {
    date(text).is_some()
}

/// The first date in a text.
pub(in crate::draft) fn date(text: &str) -> Option<Stated> {
    dates(text).into_iter().next().map(|(_, date)| date)
}

/// The dates a text gives as those of enactment and of the latest revision.
pub(super) fn enacted_and_revised(text: &str) -> (Option<Stated>, Option<Stated>) {
    let folded = folded(text);
    let dates = dates(text);
    let (mut enacted, mut revised) = (None, None);
    for (place, date) in &dates {
        let before: String =
            folded.get(..*place).unwrap_or("").chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        let after: String = folded
            .get(*place..)
            .unwrap_or("")
            .chars()
            .skip_while(|c| !c.is_whitespace() && *c != '日')
            .take(8)
            .collect();
        // `2020年7月1日制定`: in Japanese the word follows the day.
        let follows = after.strip_prefix('日').is_some_and(|word| {
            let word = word.trim_start();
            REVISED.iter().chain(&ENACTED).any(|known| word.starts_with(known))
        });
        let said = if follows { nearest(&after) } else { nearest(&before).or_else(|| nearest(&after)) };
        match said {
            Some(true) => revised = revised.max(Some(*date)),
            Some(false) => enacted = enacted.or(Some(*date)),
            None => {}
        }
    }
    (enacted, revised)
}

const REVISED: [&str; 17] = [
    "改定",
    "改訂",
    "改正",
    "更新",
    "変更",
    "revis",
    "amend",
    "updated",
    "last changed",
    "modified",
    "sửa đổi",
    "cập nhật",
    "chỉnh sửa",
    "bổ sung",
    "last reviewed",
    "最終",
    "update",
];
const ENACTED: [&str; 13] = [
    "制定",
    "施行",
    "策定",
    "発効",
    "enact",
    "established",
    "adopted",
    "effective",
    "in force",
    "ban hành",
    "có hiệu lực",
    "hiệu lực",
    "áp dụng từ",
];

/// Whether the word nearest to the end speaks of revision.
fn nearest(text: &str) -> Option<bool> {
    let last = |words: &[&str]| words.iter().filter_map(|word| text.rfind(word)).max();
    match (last(&REVISED), last(&ENACTED)) {
        (None, None) => None,
        (revised, enacted) => Some(revised > enacted),
    }
}

/// Dates with the byte of the folded text at which each begins.
fn dates(text: &str) -> Vec<(usize, Stated)> {
    let folded = folded(text);
    let mut found = Vec::new();
    let mut until = 0;
    for (at, c) in folded.char_indices() {
        let before = folded.get(..at).and_then(|before| before.chars().next_back());
        if at < until || before.is_some_and(|c| c.is_alphanumeric() && !super::super::text::is_wide(c)) {
            continue;
        }
        let rest = folded.get(at..).unwrap_or("");
        let read = match c {
            '0'..='9' => year_first(rest).or_else(|| day_first(rest)).or_else(|| day_month_name(rest)),
            '令' | '平' | '昭' => era(rest),
            'n' => vietnamese(rest),
            _ if c.is_alphabetic() => month_name_day(rest),
            _ => None,
        };
        if let Some((length, date)) = read {
            found.push((at, date));
            until = at + length;
        }
    }
    found
}

/// The text with one width, small letters, and numbers before 年, 月 and 日 in digits.
fn folded(text: &str) -> String {
    let chars: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    if !chars.contains(&'年') {
        return chars.into_iter().collect();
    }
    let mut out = String::with_capacity(text.len());
    let mut number: Vec<char> = Vec::new();
    for c in chars {
        if "〇一二三四五六七八九十元".contains(c) && number.len() < 5 {
            number.push(c);
            continue;
        }
        match counted(&number).filter(|_| matches!(c, '年' | '月' | '日')) {
            Some(count) => out.push_str(&count.to_string()),
            None => out.extend(number.iter()),
        }
        number.clear();
        out.push(c);
    }
    out.extend(number);
    out
}

/// The number some ideographs write: `二十七`, `二〇二五`, `元`.
fn counted(number: &[char]) -> Option<u32> {
    let digit =
        |c: char| "〇一二三四五六七八九".chars().position(|known| known == c).and_then(|at| u32::try_from(at).ok());
    match number {
        [] => None,
        ['元'] => Some(1),
        _ if number.contains(&'十') => {
            let at = number.iter().position(|c| *c == '十')?;
            let (tens, ones) = (number.get(..at)?, number.get(at + 1..)?);
            let one = |part: &[char], none| match part {
                [] => Some(none),
                [c] => digit(*c),
                _ => None,
            };
            Some(one(tens, 1)? * 10 + one(ones, 0)?)
        }
        _ => number.iter().try_fold(0, |sum, c| Some(sum * 10 + digit(*c)?)),
    }
}

type Read = Option<(usize, Stated)>;

/// A cursor over the text of one date.
struct Scan<'a> {
    all: &'a str,
    rest: &'a str,
}

impl<'a> Scan<'a> {
    const fn new(all: &'a str) -> Self {
        Self { all, rest: all }
    }

    fn space(&mut self) -> &mut Self {
        self.rest = self.rest.trim_start();
        self
    }

    fn number(&mut self, most: usize) -> Option<u16> {
        self.space();
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        number.parse().ok()
    }

    fn sign(&mut self, signs: &[&str]) -> Option<()> {
        self.space();
        self.rest = signs.iter().find_map(|sign| self.rest.strip_prefix(sign))?;
        Some(())
    }

    fn month(&mut self) -> Option<u8> {
        self.space();
        let name: String = self.rest.chars().take_while(char::is_ascii_alphabetic).collect();
        let at =
            MONTHS.iter().position(|month| *month == name || (name.len() >= 3 && month.get(..3) == Some(&name)))?;
        self.rest = self.rest.get(name.len()..)?;
        self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
        u8::try_from(at + 1).ok()
    }

    fn ordinal(&mut self) {
        self.rest = ["st", "nd", "rd", "th"].iter().find_map(|end| self.rest.strip_prefix(end)).unwrap_or(self.rest);
        self.rest = self.rest.trim_start().strip_prefix("of ").unwrap_or(self.rest);
    }

    fn done(&self, year: u16, month: u16, day: u16) -> Read {
        let date = Stated::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
        let goes_on = self.rest.starts_with(|c: char| c.is_ascii_digit());
        (!goes_on).then_some((self.all.len() - self.rest.len(), date))
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `2024年4月1日`, `2024/4/1`, `2023/ 10/1`, `2024-04-01`, `2024.4.1`.
fn year_first(text: &str) -> Read {
    let mut scan = Scan::new(text);
    let year = scan.number(4).filter(|year| *year >= 1900)?;
    scan.sign(&["年", "/", "-", "."])?;
    let month = scan.number(2)?;
    scan.sign(&["月", "/", "-", "."])?;
    let day = scan.number(2)?;
    let _ = scan.sign(&["日"]);
    scan.done(year, month, day)
}

/// `01/07/2021`, day first; a first part above 12 or the Vietnamese habit decides nothing here.
fn day_first(text: &str) -> Read {
    let mut scan = Scan::new(text);
    let day = scan.number(2)?;
    scan.sign(&["/", "-", "."])?;
    let month = scan.number(2)?;
    scan.sign(&["/", "-", "."])?;
    let year = scan.number(4)?;
    if month > 12 { scan.done(year, day, month) } else { scan.done(year, month, day) }
}

/// `12 May 2010`, `1st of October, 2022`.
fn day_month_name(text: &str) -> Read {
    let mut scan = Scan::new(text);
    let day = scan.number(2)?;
    scan.ordinal();
    let month = scan.month()?;
    let _ = scan.sign(&[","]);
    let year = scan.number(4)?;
    scan.done(year, u16::from(month), day)
}

/// `April 1, 2020`.
fn month_name_day(text: &str) -> Read {
    let mut scan = Scan::new(text);
    let month = scan.month()?;
    let day = scan.number(2)?;
    scan.ordinal();
    let _ = scan.sign(&[","]);
    let year = scan.number(4)?;
    scan.done(year, u16::from(month), day)
}

/// `ngày 1 tháng 4 năm 2020`.
fn vietnamese(text: &str) -> Read {
    let mut scan = Scan::new(text);
    scan.sign(&["ngày"])?;
    let day = scan.number(2)?;
    scan.sign(&["tháng"])?;
    let month = scan.number(2)?;
    scan.sign(&["năm"])?;
    let year = scan.number(4)?;
    scan.done(year, month, day)
}

/// `令和2年4月1日`, `平成元年…`.
fn era(text: &str) -> Read {
    let mut scan = Scan::new(text);
    let (name, before) =
        [("令和", 2018_u16), ("平成", 1988), ("昭和", 1925)].into_iter().find(|(name, _)| text.starts_with(name))?;
    scan.sign(&[name])?;
    let year = if scan.sign(&["元"]).is_some() { 1 } else { scan.number(2)? };
    scan.sign(&["年"])?;
    let month = scan.number(2)?;
    scan.sign(&["月"])?;
    let day = scan.number(2)?;
    let _ = scan.sign(&["日"]);
    scan.done(before.checked_add(year)?, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        for text in [
            "2024年4月1日",
            "２０２４年４月１日",
            "2024/4/1",
            "2024/ 4/1",
            "2024-04-01",
            "2024.4.1",
            "令和6年4月1日",
            "1/4/2024",
            "01-04-2024",
            "April 1, 2024",
            "Apr. 1st 2024",
            "1 April 2024",
            "1st of April, 2024",
            "ngày 01 tháng 4 năm 2024",
            "ngày 1/4/2024",
        ] {
            assert_eq!(date(&format!("x {text}.")), Stated::new(2024, 4, 1), "{text}");
        }
    }

    #[test]
    fn two_dates_on_a_line_are_told_apart() {
        let found = enacted_and_revised("2020年7月1日制定／2025年6月1日改定");
        assert_eq!(found, (Stated::new(2020, 7, 1), Stated::new(2025, 6, 1)));
    }

    #[test]
    fn dates_may_be_written_in_ideographs() {
        for (text, date) in [
            ("平成二十七年四月一日から施行する。", Stated::new(2015, 4, 1)),
            ("二〇二五年十二月三十一日改定", Stated::new(2025, 12, 31)),
            ("令和元年五月十日", Stated::new(2019, 5, 10)),
        ] {
            assert_eq!(super::date(text), date, "{text}");
        }
        assert_eq!(super::date("第一章 二年間保存する"), None);
    }

    #[test]
    fn numbers_that_are_no_dates_are_left_alone() {
        for text in ["03-0000-0000", "2024年", "1.2.3", "99/99/2024", "2024/13/40", "maybe 5, 1000", "〒100-0000"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn the_word_beside_a_date_says_what_it_is() {
        assert_eq!(
            enacted_and_revised("制定 平成17年4月1日 ／ 最終改訂 令和6年4月1日"),
            (Stated::new(2005, 4, 1), Stated::new(2024, 4, 1))
        );
        assert_eq!(enacted_and_revised("2018年4月1日 制定"), (Stated::new(2018, 4, 1), None));
        assert_eq!(enacted_and_revised("Latest revision: 2023/ 10/1"), (None, Stated::new(2023, 10, 1)));
        assert_eq!(enacted_and_revised("We met on 1 May 2020."), (None, None));
    }
}
