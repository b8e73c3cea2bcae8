//! Telephone numbers, e-mail and postal addresses, and amounts of money.

use unicode_normalization::UnicodeNormalization;

use super::super::text::is_space;

/// No number with its signs is longer than this, in characters.
const RUN_MAX: usize = 40;

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
            .take(RUN_MAX)
            .collect();
        // A bracket that opens after the number begins a remark: `1900 0000 (8:00 - 21:00)`.
        let remark = run
            .char_indices()
            .skip(1)
            .find(|(place, c)| *c == '(' && run.get(..*place).is_some_and(|before| before.ends_with(' ')));
        let run_end = remark.map_or(run.len(), |(place, _)| place);
        let run = run.get(..run_end).unwrap_or(&run).to_owned();
        let number = run.trim_end_matches(|c: char| !c.is_ascii_digit());
        from = at + run.len().max(1);
        let before = folded.get(..at)?.chars().next_back();
        let digits = number.chars().filter(char::is_ascii_digit).count();
        if is_fax(folded.get(..at)?) {
            continue;
        }
        let opens = number.starts_with(['0', '+', '(']) || spoken_of(folded.get(..at)?) || is_service(number);
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

/// Whether what stands before announces a fax number.
fn is_fax(before: &str) -> bool {
    let tail: String = before.chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
    let tail = tail.to_lowercase();
    let fax = ["fax", "ファックス", "ファクス"].iter().filter_map(|word| tail.rfind(word)).max();
    let phone = ["tel", "電話", "phone"].iter().filter_map(|word| tail.rfind(word)).max();
    fax.is_some() && fax > phone
}

/// `1900 0000`, `1800-1234`: service numbers of Vietnam.
fn is_service(number: &str) -> bool {
    number.starts_with("1900") || number.starts_with("1800")
}

/// Whether what stands before announces a telephone number.
fn spoken_of(before: &str) -> bool {
    let tail: String = before.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    let tail = tail.to_lowercase();
    ["tel", "phone", "電話", "điện thoại", "đt", "hotline", "call", "đường dây nóng", "tổng đài", "sđt"]
        .iter()
        .any(|word| tail.contains(word))
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
        || (["都", "道", "府", "県"].iter().any(|unit| text.contains(unit))
            && text.contains(['市', '区', '町', '村', '郡']));
    let latin = [
        "street",
        "avenue",
        " road",
        " lane",
        " row",
        "floor",
        "tower",
        "building",
        " st.",
        " ave.",
        "suite",
        "đường",
        "phố",
        "tầng",
        "tòa nhà",
        "toà nhà",
        "phường",
        "quận",
        "ngõ",
        "thôn",
        "khu công nghiệp",
        " ku,",
        "-ku",
        "-shi",
        "chome",
    ]
    .iter()
    .any(|word| folded.contains(word))
        || postcode(text);
    let sentence = text.contains('。') || text.split_whitespace().count() > 26 || text.chars().count() > 140;
    (digits && !sentence && (japanese || latin)).then(|| alone(text)).filter(|address| !address.is_empty())
}

/// `SA1 2MP` at the end: a British post code.
fn postcode(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().rev().take(2).collect();
    let [inward, outward] = words.as_slice() else { return false };
    let shape = |word: &str| word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let mixed = |word: &str| word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(|c| c.is_ascii_uppercase());
    inward.len() == 3
        && (2..=4).contains(&outward.len())
        && shape(inward)
        && shape(outward)
        && mixed(inward)
        && mixed(outward)
}

/// Labels before an address.
const ADDRESS_LABELS: [&str; 20] = [
    "本店所在地：",
    "本社所在地：",
    "所在地：",
    "住所：",
    "所在地:",
    "住所:",
    "住所　",
    "所在地　",
    "Registered address:",
    "Postal address:",
    "Head office:",
    "Address:",
    "ADDRESS:",
    "Địa chỉ trụ sở chính:",
    "Địa chỉ trụ sở:",
    "Trụ sở chính:",
    "Trụ sở:",
    "Địa chỉ:",
    "Địa chỉ liên hệ:",
    "Văn phòng:",
];

/// The address without the words before its label or postal code, and without the telephone after it.
fn alone(text: &str) -> String {
    let begins = ADDRESS_LABELS.iter().filter_map(|label| text.find(label).map(|at| at + label.len())).min();
    let text = text.get(begins.or_else(|| text.find('〒')).unwrap_or(0)..).unwrap_or(text);
    let others = [
        " Tel",
        " TEL",
        "\tTel",
        "電話",
        " E-mail",
        " Email",
        "メール",
        " Phone",
        " Fax",
        " FAX",
        "Điện thoại",
        " ĐT",
        "　TEL",
        "　Tel",
        "　電話",
        "ＴＥＬ",
        "Hotline",
        "受付時間",
    ];
    let end = others.iter().filter_map(|word| text.find(word)).filter(|at| *at > 0).min().unwrap_or(text.len());
    let address = text.get(..end).unwrap_or(text).trim_matches(|c| {
        is_space(c) || matches!(c, ',' | '/' | '／' | '、' | '-' | '–' | '|' | '；' | ';' | '：' | ':' | '.')
    });
    without_house(address).to_owned()
}

/// `Example Ltd, 1 Sample Street` without the name of the house.
fn without_house(address: &str) -> &str {
    let forms =
        [" Ltd, ", " Ltd., ", " Inc., ", " Inc, ", " LLC, ", " JSC, ", " Limited, ", " GmbH, ", " Corporation, "];
    forms
        .iter()
        .filter_map(|form| address.find(form).map(|at| at + form.len()))
        .max()
        .and_then(|at| address.get(at..))
        .unwrap_or(address)
}

/// What a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// Who answers.
    Desk,
    /// Where.
    Address,
    /// When.
    Hours,
    /// Who represents the house.
    Representative,
}

/// Words of labels, in small letters and one width.
const LABELS: [(&str, Label); 52] = [
    ("受付時間", Label::Hours),
    ("対応時間", Label::Hours),
    ("営業時間", Label::Hours),
    ("受付", Label::Hours),
    ("office hours", Label::Hours),
    ("opening hours", Label::Hours),
    ("business hours", Label::Hours),
    ("working hours", Label::Hours),
    ("hours", Label::Hours),
    ("giờ làm việc", Label::Hours),
    ("thời gian làm việc", Label::Hours),
    ("thời gian tiếp nhận", Label::Hours),
    ("giờ tiếp nhận", Label::Hours),
    ("所在地", Label::Address),
    ("本社所在地", Label::Address),
    ("住所", Label::Address),
    ("郵送先", Label::Address),
    ("送付先", Label::Address),
    ("address", Label::Address),
    ("postal address", Label::Address),
    ("registered address", Label::Address),
    ("địa chỉ", Label::Address),
    ("trụ sở", Label::Address),
    ("trụ sở chính", Label::Address),
    ("địa chỉ trụ sở", Label::Address),
    ("địa chỉ liên hệ", Label::Address),
    ("お問い合わせ窓口", Label::Desk),
    ("問い合わせ窓口", Label::Desk),
    ("相談窓口", Label::Desk),
    ("窓口名称", Label::Desk),
    ("窓口", Label::Desk),
    ("名称", Label::Desk),
    ("担当部署", Label::Desk),
    ("担当部門", Label::Desk),
    ("部署名", Label::Desk),
    ("連絡先", Label::Desk),
    ("お問い合わせ先", Label::Desk),
    ("department", Label::Desk),
    ("contact point", Label::Desk),
    ("contact", Label::Desk),
    ("attention", Label::Desk),
    ("đầu mối", Label::Desk),
    ("đầu mối liên hệ", Label::Desk),
    ("bộ phận phụ trách", Label::Desk),
    ("bộ phận tiếp nhận", Label::Desk),
    ("đơn vị tiếp nhận", Label::Desk),
    ("代表者", Label::Representative),
    ("代表者名", Label::Representative),
    ("代表者の氏名", Label::Representative),
    ("representative", Label::Representative),
    ("người đại diện", Label::Representative),
    ("người đại diện theo pháp luật", Label::Representative),
];

/// What a text labels, if it is a label.
pub(super) fn label(text: &str) -> Option<Label> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let bare = folded.trim_matches(|c: char| {
        is_space(c) || matches!(c, ':' | '【' | '】' | '■' | '・' | '*' | '[' | ']' | '<' | '>')
    });
    LABELS.iter().find(|(known, _)| *known == bare).map(|(_, label)| *label)
}

/// A label and its value on one line: `受付時間：平日10時〜18時`.
pub(super) fn labelled(text: &str) -> Option<(Label, String)> {
    let (before, after) = text.split_once([':', '：', '\t']).or_else(|| text.split_once("　"))?;
    let value = after.trim_matches(|c| is_space(c) || c == '|');
    (!value.is_empty() && before.chars().count() <= 24).then(|| label(before).map(|label| (label, value.to_owned())))?
}

/// Opening hours in brackets after a number: `（平日9:00〜17:00）`.
pub(super) fn hours(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(['(', '（']) {
        let inside = rest.get(at..)?.chars().skip(1).take_while(|c| !matches!(c, ')' | '）')).collect::<String>();
        let folded: String = inside.nfkc().collect();
        let clock = folded.contains(':') || folded.contains('時') || folded.contains("h0") || folded.contains("am");
        if clock && folded.chars().filter(char::is_ascii_digit).count() >= 3 {
            let value = ["受付時間", "受付"].iter().find_map(|word| inside.strip_prefix(word)).unwrap_or(&inside);
            return Some(value.trim_matches(|c| is_space(c) || matches!(c, ':' | '：')).to_owned());
        }
        let opening = rest.get(at..)?.chars().next().map_or(1, char::len_utf8);
        rest = rest.get(at + opening..)?;
    }
    None
}

/// The head of the house, as a policy is signed: `代表取締役　見本太郎`.
pub(super) fn representative(text: &str) -> Option<String> {
    let titles = [
        "代表取締役社長",
        "代表取締役",
        "代表社員",
        "代表理事",
        "理事長",
        "代表執行役",
        "President and CEO",
        "Chief Executive Officer",
        "Representative Director",
        "Tổng Giám đốc",
        "Tổng giám đốc",
        "Giám đốc điều hành",
    ];
    let title = titles.iter().find(|title| text.contains(**title))?;
    let short = text.chars().count() <= 48 && !super::super::text::ends_sentence(text);
    let (before, after) = text.split_once(title)?;
    let bare = |part: &str| part.trim_matches(|c: char| is_space(c) || matches!(c, ':' | '：' | ',' | '、')).to_owned();
    let (before, after) = (bare(before), bare(after));
    let name = if after.is_empty() { before } else { after };
    let person = (2..=24).contains(&name.chars().count()) && !name.contains(|c: char| c.is_ascii_digit());
    (short && person).then(|| format!("{title} {name}"))
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
    fn labels_and_their_values_are_told() {
        assert_eq!(labelled("受付時間：平日１０時〜１８時"), Some((Label::Hours, "平日１０時〜１８時".to_owned())));
        assert_eq!(labelled("Office hours: 9 to 5"), Some((Label::Hours, "9 to 5".to_owned())));
        assert_eq!(labelled("Trụ sở: Số 8 phố Mẫu"), Some((Label::Address, "Số 8 phố Mẫu".to_owned())));
        assert_eq!(labelled("Note: we care"), None);
        assert_eq!(label("【窓口】"), Some(Label::Desk));
        assert_eq!(hours("0999-11-2233（平日9:00〜17:00）").as_deref(), Some("平日9:00〜17:00"));
        assert_eq!(hours("1900 0000 (8h00 - 21h00 hằng ngày)").as_deref(), Some("8h00 - 21h00 hằng ngày"));
        assert_eq!(hours("(see below) （注）"), None);
        assert_eq!(representative("代表取締役　青葉 繁").as_deref(), Some("代表取締役 青葉 繁"));
        assert_eq!(representative("代表取締役は、この方針を定めます。"), None);
    }

    #[test]
    fn addresses_leave_the_house_and_the_telephone_behind() {
        for (text, address) in [
            ("Larkspur Boards Ltd, 14 Fictional Row, Sampleford SA1 2MP", "14 Fictional Row, Sampleford SA1 2MP"),
            ("Trụ sở: Số 8 ngõ 12 phố Mẫu, phường Ví Dụ", "Số 8 ngõ 12 phố Mẫu, phường Ví Dụ"),
            ("住所　〒999-0123 架空県あおば市1-2　TEL 0999-11-2233", "〒999-0123 架空県あおば市1-2"),
            ("Head office: 3F, Sample Building, 1-2-3 Honcho", "3F, Sample Building, 1-2-3 Honcho"),
        ] {
            assert_eq!(super::address(text).as_deref(), Some(address), "{text}");
        }
    }

    #[test]
    fn a_fax_is_no_telephone() {
        assert_eq!(phone("FAX：099-000-1112　電話：099-000-1111").as_deref(), Some("099-000-1111"));
        assert_eq!(phone("Hotline: 1900 0000 (8h00 - 21h00)").as_deref(), Some("1900 0000"));
        assert_eq!(phone("(028) 0000 1234").as_deref(), Some("(028) 0000 1234"));
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
