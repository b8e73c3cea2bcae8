//! Telephone numbers, e-mail and postal addresses, and amounts of money.

use unicode_normalization::UnicodeNormalization;

use super::super::text::is_space;

/// The first telephone number in a text, as written.
pub(in crate::draft) fn phone(text: &str) -> Option<String> {
    let folded: String = text.nfkc().collect();
    let mut from = 0;
    for (at, c) in folded.char_indices() {
        if at < from || !(c.is_ascii_digit() || c == '+' || c == '(') {
            continue;
        }
        let run: String = folded
            .get(at..)?
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | ' ' | '.' | '‐' | '–'))
            .collect();
        let number = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        from = at + run.len();
        let before = folded.get(..at)?.chars().next_back();
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let opens = number.starts_with(['0', '+', '(']) || spoken_of(folded.get(..at)?);
        let address = before == Some('〒') || super::date::date(number).is_some() || number.contains("..");
        if (7..=15).contains(&digits)
            && opens
            && !address
            && !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/')
        {
            return Some(number.to_owned());
        }
    }
    None
}

/// Whether what stands before announces a telephone number.
fn spoken_of(before: &str) -> bool {
    let tail: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    let tail = tail.to_lowercase();
    ["tel", "phone", "電話", "điện thoại", "đt", "hotline", "call"].iter().any(|word| tail.contains(word))
}

/// The first e-mail address in a text; the sign a web page leaves in place of one counts too.
pub(in crate::draft) fn mail(text: &str) -> Option<String> {
    if text.contains("[email") && text.contains("protected]") {
        return Some("[email protected]".to_owned());
    }
    let folded: String = text.nfkc().collect();
    let (before, after) = folded.split_once('@')?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let local: String = before.chars().rev().take_while(|c| part(*c)).collect::<Vec<_>>().into_iter().rev().collect();
    let host: String = after.chars().take_while(|c| part(*c)).collect();
    let host = host.trim_end_matches('.');
    (!local.is_empty() && host.contains('.')).then(|| format!("{local}@{host}"))
}

/// A postal address that stands on a line of its own.
pub(super) fn address(text: &str) -> Option<String> {
    let folded = text.to_lowercase();
    let digits = text.chars().any(char::is_numeric);
    let japanese = text.contains('〒')
        || (["都", "道", "府", "県"].iter().any(|unit| text.contains(unit)) && text.contains(['市', '区', '町']));
    let latin = [
        "street",
        "avenue",
        " road",
        "floor",
        "tower",
        "building",
        "đường",
        "phố",
        "tầng",
        "tòa nhà",
        "phường",
        "quận",
    ]
    .iter()
    .any(|word| folded.contains(word));
    let sentence = text.contains('。') || text.split_whitespace().count() > 20 || text.chars().count() > 120;
    (digits && !sentence && (japanese || latin)).then(|| alone(text))
}

/// The address without the words before its label or postal code, and without the telephone after it.
fn alone(text: &str) -> String {
    let labels = ["住所：", "所在地：", "住所:", "所在地:", "Address:", "Địa chỉ:"];
    let begins = labels.iter().find_map(|label| text.find(label).map(|at| at + label.len()));
    let text = text.get(begins.or_else(|| text.find('〒')).unwrap_or(0)..).unwrap_or(text);
    let others = [" Tel", " TEL", "電話", " E-mail", " Email", "メール", " Phone", " Fax", " FAX", "Điện thoại", " ĐT"];
    let end = others.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
    text.get(..end)
        .unwrap_or(text)
        .trim_matches(|c| is_space(c) || matches!(c, ',' | '/' | '／' | '、' | '-' | '–'))
        .to_owned()
}

/// The largest fee a text allows, if it speaks of a fee and of a limit.
pub(super) fn fee_cap(text: &str) -> Option<String> {
    let folded = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let fee = says(&["手数料", "実費", "費用", "fee", "charge", "cost", "phí", "開示"]);
    let limit = says(&[
        "上限",
        "以内",
        "最大",
        "up to",
        "not exceed",
        "at most",
        "maximum",
        "never more",
        "no more than",
        "tối đa",
        "không quá",
        "không vượt",
    ]);
    (fee && limit).then(|| money(text)).flatten()
}

/// The first amount of money in a text, as written.
pub(super) fn money(text: &str) -> Option<String> {
    let folded: String = text.nfkc().collect();
    for (at, _) in folded.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        if folded.get(..at)?.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
            continue;
        }
        let rest = folded.get(at..)?;
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
        let number = number.trim_end_matches(['.', ',']);
        let tail = rest.get(number.len()..)?;
        let unit = tail.trim_start();
        let lower: String = unit.chars().take(12).flat_map(char::to_lowercase).collect();
        let name = [
            "円", "yen", "jpy", "dollars", "dollar", "usd", "đồng", "vnđ", "vnd", "đ", "euros", "euro", "eur", "ドル",
            "万円", "千円",
        ]
        .iter()
        .find(|name| lower.starts_with(*name));
        if let Some(name) = name {
            let spaces = tail.len() - unit.len();
            return rest.get(..number.len() + spaces + name.len()).map(str::to_owned);
        }
        let before = folded.get(..at)?.trim_end();
        if let Some(sign) = ["¥", "$", "€", "£", "US$"].iter().find(|sign| before.ends_with(*sign)) {
            return Some(format!("{sign}{number}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_found_and_others_are_not() {
        for (text, number) in [
            ("Hanoi, Vietnam. +84-366-496-399  (※Japanese supported)", "+84-366-496-399"),
            ("TEL 052-000-0000", "052-000-0000"),
            ("電話（０３）００００－００００", "(03)0000-0000"),
            ("Phone 555-0199, mail", "555-0199"),
            ("ĐT 024 0000 0000 – Email", "024 0000 0000"),
        ] {
            assert_eq!(phone(text).as_deref(), Some(number), "{text}");
        }
        for text in ["〒100-0000 東京都", "2024-04-01", "ISO/IEC 27001", "up to 2,000 yen", "第27条", "01/07/2021"]
        {
            assert_eq!(phone(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_of_mail_are_found() {
        assert_eq!(mail("write to privacy@store.example.").as_deref(), Some("privacy@store.example"));
        assert_eq!(mail("メール：ａ@ｂ.example").as_deref(), Some("a@b.example"));
        assert_eq!(mail("[email protected]").as_deref(), Some("[email protected]"));
        assert_eq!(mail("at @ noon"), None);
    }

    #[test]
    fn a_postal_address_stands_alone() {
        let text = "例示株式会社 相談窓口〒000-0000 見本県例示市1-1 Tel: 06-0000-0000";
        assert_eq!(address(text).as_deref(), Some("〒000-0000 見本県例示市1-1"));
        assert_eq!(address("2 Example Avenue, Sampletown,").as_deref(), Some("2 Example Avenue, Sampletown"));
        assert_eq!(address("Địa chỉ: 1 Đường Mẫu, Hà Nội").as_deref(), Some("1 Đường Mẫu, Hà Nội"));
        assert_eq!(address("We have 3 offices."), None);
    }

    #[test]
    fn money_is_found_with_its_currency() {
        assert_eq!(money("一件につき５００円（税込）").as_deref(), Some("500円"));
        assert_eq!(money("costs (up to 2,000 yen).").as_deref(), Some("2,000 yen"));
        assert_eq!(money("at most $20.").as_deref(), Some("$20"));
        assert_eq!(money("50.000 đồng").as_deref(), Some("50.000 đồng"));
        assert_eq!(money("4 times"), None);
        assert_eq!(fee_cap("Salaries are up to 500 yen."), None);
    }
}
