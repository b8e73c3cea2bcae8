//! The words of column headings: what they mean in Japanese, English and Vietnamese, and what may be left off.

use std::collections::HashMap;
use std::sync::LazyLock;

use policy::Shape;
use policy::normal::fold;

use super::heading::{bracketed, is_of_reading, without_remarks};

/// Which part of a name a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// The family name.
    Family,
    /// What stands between (tên đệm).
    Middle,
    /// The given name.
    Given,
    /// A piece of an address; pieces are joined in the order of their columns.
    Piece,
    /// The era of a date (昭和).
    Era,
    /// The year of a date, of its era if there is one.
    Year,
    /// The month of a date.
    Month,
    /// The day of a date.
    Day,
    /// A column that is marked (○) where its heading is the value: 性別 / 男.
    Mark,
    /// What stands outside the brackets: the name of 「山田太郎（ヤマダタロウ）」.
    Outside,
    /// What stands in the brackets: its reading.
    Inside,
}

impl Part {
    /// Every part.
    pub const ALL: &'static [Self] = &[
        Self::Whole,
        Self::Family,
        Self::Middle,
        Self::Given,
        Self::Piece,
        Self::Era,
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Mark,
        Self::Outside,
        Self::Inside,
    ];

    /// The word for it in a mapping.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Family => "family",
            Self::Middle => "middle",
            Self::Given => "given",
            Self::Piece => "piece",
            Self::Era => "era",
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Mark => "mark",
            Self::Outside => "outside",
            Self::Inside => "inside",
        }
    }

    /// The part this word stands for.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.code() == code)
    }
}

/// Something many headings mean.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Concept {
    pub(crate) id: &'static str,
    /// The shape its values have, when that is certain.
    pub(crate) shape: Option<Shape>,
    pub(crate) part: Part,
    /// The concept it is a case of: a mobile number is a telephone number.
    pub(crate) broader: Option<&'static str>,
    /// Headings that mean it, parted by `|`.
    headings: &'static str,
}

/// The forms of a heading under which it is looked up, fullest first: as written, without remarks in brackets,
/// without お and 様, the last row of several, and so on.
pub(crate) fn forms(heading: &str) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        for form in [key(text), without_politeness(&key(text)).to_owned()] {
            if !form.is_empty() && !forms.contains(&form) {
                forms.push(form);
            }
        }
    };
    let plain = without_remarks(heading);
    add(heading);
    if let Some((before, remark)) = bracketed(heading) {
        // 電話番号（携帯） is 携帯電話番号, and 姓（ヨミガナ） is 姓カナ and no 姓.
        add(&format!("{remark}{before}"));
        if is_of_reading(remark)
            && of_key(without_politeness(&key(before))).is_some_and(|concept| concept.shape == Some(Shape::Name))
        {
            add(&format!("{before}カナ"));
            return forms;
        }
    }
    add(&plain);
    if let Some((parents, last)) = plain.rsplit_once(" / ") {
        let mut above: Vec<&str> = parents.split(" / ").collect();
        if above.iter().all(|parent| is_neutral(parent)) {
            add(last);
        }
        // 電話 / 携帯 is 携帯電話, and Điện thoại / Di động is Điện thoại di động.
        let parent = above.pop().unwrap_or_default();
        if above.into_iter().all(is_neutral) {
            add(&format!("{last}{parent}"));
            add(&format!("{parent}{last}"));
        }
    }
    forms
}

/// The heading as a key: folded, letters and digits only; a heading of signs (`〒`) is itself.
pub(crate) fn key(heading: &str) -> String {
    let key = fold::key(heading);
    if key.is_empty() { fold::fold(heading) } else { key }
}

/// The concept a heading means.
pub(crate) fn concept(heading: &str) -> Option<&'static Concept> {
    forms(heading).iter().find_map(|form| of_key(form))
}

/// The concept a heading seems to mean: a longer heading whose last word (in Vietnamese, whose first) is known,
/// and which speaks of nobody else.
pub(crate) fn near(heading: &str) -> Option<&'static Concept> {
    if qualifiers(heading).next().is_some() {
        return None;
    }
    let forms = forms(heading);
    let full = forms.first()?;
    let folded = fold::fold(heading);
    let id = TAILS
        .iter()
        .find(|(tail, _)| forms.iter().any(|form| form.ends_with(tail)))
        .or_else(|| PIECES.iter().find(|(piece, _)| full.contains(piece)))
        .or_else(|| HEADS.iter().find(|(head, _)| folded.starts_with(head)));
    id.and_then(|(_, id)| CONCEPTS.iter().find(|concept| concept.id == *id))
}

/// The concept of one form of a heading.
pub(crate) fn of_key(form: &str) -> Option<&'static Concept> {
    BY_KEY.get(form).copied()
}

/// Words that make a heading speak of somebody or something else than the person of the row.
pub(crate) fn qualifiers(heading: &str) -> impl Iterator<Item = &'static str> {
    let key = key(heading);
    QUALIFIERS.split(' ').filter(move |word| key.contains(word))
}

/// Headings above others that add no meaning: 連絡先 / 電話 is a telephone number.
fn is_neutral(parent: &str) -> bool {
    let parent = key(&without_remarks(parent));
    let groups = |concept: &Concept| matches!(concept.shape, Some(Shape::Name | Shape::Kana | Shape::Address));
    NEUTRAL.split(' ').any(|neutral| neutral == without_politeness(&parent)) || of_key(&parent).is_some_and(groups)
}

/// Without お and ご in front, and 様, 欄, 必須 and the like behind.
fn without_politeness(key: &str) -> &str {
    let mut plain = key;
    for head in ["ご本人様の", "ご本人の", "本人の", "ご本人様", "ご本人", "お客様の", "ご", "お", "御"]
    {
        if let Some(rest) = plain.strip_prefix(head).filter(|rest| !rest.is_empty()) {
            plain = rest;
            break;
        }
    }
    while let Some(rest) = ["必須", "任意", "入力必須", "様", "欄", "半角", "全角", "required", "optional", "bắtbuộc"]
        .iter()
        .find_map(|tail| plain.strip_suffix(tail))
        .filter(|rest| !rest.is_empty())
    {
        plain = rest;
    }
    plain
}

static BY_KEY: LazyLock<HashMap<String, &'static Concept>> = LazyLock::new(|| {
    let pairs =
        CONCEPTS.iter().flat_map(|concept| concept.headings.split('|').map(move |heading| (key(heading), concept)));
    pairs.collect()
});

/// How Japanese and English headings end.
const TAILS: [(&str, &str); 14] = [
    ("氏名", "name"),
    ("名前", "name"),
    ("フリガナ", "kana"),
    ("ふりがな", "kana"),
    ("メールアドレス", "email"),
    ("emailaddress", "email"),
    ("email", "email"),
    ("携帯電話番号", "mobile"),
    ("電話番号", "phone"),
    ("phonenumber", "phone"),
    ("住所", "address"),
    ("郵便番号", "postal"),
    ("生年月日", "birth"),
    ("dateofbirth", "birth"),
];

/// Words that only stand in headings of pieces of an address.
const PIECES: [(&str, &str); 5] = [
    ("都道府県", "address-piece"),
    ("市区町村", "address-piece"),
    ("市町村", "address-piece"),
    ("番地", "address-piece"),
    ("建物名", "address-piece"),
];

/// How Vietnamese headings begin.
const HEADS: [(&str, &str); 8] = [
    ("họ và tên ", "name"),
    ("họ tên ", "name"),
    ("email ", "email"),
    ("sđt ", "phone"),
    ("số điện thoại ", "phone"),
    ("điện thoại ", "phone"),
    ("địa chỉ ", "address"),
    ("ngày sinh ", "birth"),
];

/// As [`key`] writes them.
const QUALIFIERS: &str = "緊急 所属長 上長 家族 配偶者 扶養 保証人 勤務先 会社 法人 担当 上司 紹介者 代理人 実家 帰省 送付先 届け先 父 母 emergency \
     family spouse guarantor work company khẩncấp ngườithân bố mẹ vợ chồng phụhuynh giámhộ côngty";

const NEUTRAL: &str = "氏名 名前 姓名 フリガナ ふりがな カナ 住所 name địachỉ 連絡先 基本情報 基本 個人情報 本人 本人情報 社員情報 \
     従業員情報 顧客情報 氏名等 自宅 現住所 属性 会員情報 応募者 応募者情報 contact contacts \
     contactinformation contactdetails personalinformation basicinformation \
     employee thôngtin thôngtincánhân liênhệ thôngtinliênhệ thôngtincơbản";

const fn concept_of(
    id: &'static str,
    shape: Option<Shape>,
    part: Part,
    broader: Option<&'static str>,
    headings: &'static str,
) -> Concept {
    Concept { id, shape, part, broader, headings }
}

use Part::{Family, Given, Middle, Piece, Whole};

const CONCEPTS: &[Concept] = &[
    concept_of(
        "name",
        Some(Shape::Name),
        Whole,
        None,
        "氏名|名前|姓名|氏名漢字|漢字氏名|社員名|従業員名|職員名|顧客名|会員名|応募者名|応募者氏名|候補者名|候補者氏名|契約者名|\
         契約者氏名|患者名|患者氏名|生徒名|学生氏名|参加者名|受講者名|来訪者名|本人氏名|社員氏名|従業員氏名|フルネーム|お客様名|お客様氏名|\
         対象者名|利用者名|利用者氏名|name|full name|employee name|customer name|member name|\
         candidate name|applicant name|staff name|student name|contact name|\
         họ và tên|họ tên|họ & tên|hovaten|ho ten|tên nhân viên|họ tên nhân viên|\
         tên khách hàng|tên đầy đủ|họ tên đầy đủ|tên ứng viên|họ tên ứng viên|\
         tên người dùng",
    ),
    concept_of(
        "family-name",
        Some(Shape::Name),
        Family,
        Some("name"),
        "姓|氏|苗字|名字|姓漢字|氏漢字|漢字姓|氏名姓|last name|lastname|family name|surname|họ|ho|\
         họ và tên đệm|họ đệm|họ lót",
    ),
    concept_of(
        "middle-name",
        Some(Shape::Name),
        Middle,
        Some("name"),
        "ミドルネーム|middle name|tên đệm|tên lót|chữ đệm",
    ),
    concept_of(
        "given-name",
        Some(Shape::Name),
        Given,
        Some("name"),
        "名|下の名前|名漢字|漢字名|氏名名|first name|firstname|given name|forename|tên|ten",
    ),
    concept_of(
        "kana",
        Some(Shape::Kana),
        Whole,
        None,
        "フリガナ|ふりがな|フリカナ|カナ|かな|ヨミガナ|よみがな|読み仮名|読みがな|ヨミ|よみ|読み|氏名カナ|カナ氏名|氏名かな|氏名フリガナ|\
         氏名ふりがな|氏名ヨミ|名前カナ|名前フリガナ|名前ふりがな|社員名カナ|顧客名カナ|会員名カナ|姓名カナ|フリガナ氏名|furigana|\
         kana|name kana|kana name|name in kana|phonetic|phonetic name|phiên âm|\
         phiên âm kana|tên phiên âm|tên kana",
    ),
    concept_of(
        "family-kana",
        Some(Shape::Kana),
        Family,
        Some("kana"),
        "セイ|せい|姓カナ|姓かな|カナ姓|姓フリガナ|姓ふりがな|フリガナ姓|氏カナ|氏フリガナ|姓ヨミ|姓よみ|last name kana|\
         family name kana",
    ),
    concept_of(
        "given-kana",
        Some(Shape::Kana),
        Given,
        Some("kana"),
        "メイ|めい|名カナ|名かな|カナ名|名フリガナ|名ふりがな|フリガナ名|名ヨミ|名よみ|first name kana|\
         given name kana",
    ),
    concept_of(
        "email",
        Some(Shape::Email),
        Whole,
        None,
        "メール|メールアドレス|メアド|eメール|eメールアドレス|電子メール|電子メールアドレス|連絡先メール|連絡先メールアドレス|email|\
         e-mail|mail|email address|e-mail address|mail address|mailaddress|\
         địa chỉ email|thư điện tử|hòm thư|hộp thư|email liên hệ",
    ),
    concept_of(
        "phone",
        Some(Shape::Phone),
        Whole,
        None,
        "電話|電話番号|電話no|tel|tel番号|telno|連絡先電話番号|連絡先電話|連絡先tel|自宅電話|自宅電話番号|固定電話|\
         連絡先番号|phone|phone number|phone no|telephone|telephone number|\
         contact number|contact phone|điện thoại|số điện thoại|so dien thoai|\
         dien thoai|sđt|sdt|đt|số đt|điện thoại liên hệ|số điện thoại liên hệ",
    ),
    concept_of(
        "mobile",
        Some(Shape::Phone),
        Whole,
        Some("phone"),
        "携帯|携帯電話|携帯番号|携帯電話番号|携帯tel|スマホ|mobile|mobile phone|mobile number|cell|\
         cell phone|cellphone|di động|số di động|điện thoại di động|\
         số điện thoại di động|sđt di động",
    ),
    concept_of(
        "birth",
        Some(Shape::Date),
        Whole,
        None,
        "生年月日|誕生日|生年月日西暦|生年月日和暦|生まれ|dob|date of birth|birth date|birthdate|\
         birthday|born|ngày sinh|ngày tháng năm sinh|ngaysinh|ngay sinh|năm sinh|\
         sinh ngày|ntns",
    ),
    concept_of(
        "address",
        Some(Shape::Address),
        Whole,
        None,
        "住所|現住所|自宅住所|居住地|連絡先住所|居所|address|home address|residential address|\
         current address|mailing address|địa chỉ|dia chi|nơi ở|chỗ ở|\
         nơi ở hiện tại|chỗ ở hiện tại|địa chỉ thường trú|địa chỉ liên hệ|\
         hộ khẩu thường trú|thường trú",
    ),
    concept_of(
        "address-piece",
        Some(Shape::Address),
        Piece,
        Some("address"),
        "都道府県|都道府県名|市区町村|市町村|市区郡|区市町村|市区|町名|町域|町名番地|町名・番地|番地|丁目番地|番地以下|以降の住所|\
         それ以降の住所|建物|建物名|マンション名|建物名・部屋番号|部屋番号|住所1|住所2|住所3|住所4|住所①|住所②|住所上|住所下|\
         address1|address2|address3|address line 1|address line 2|city|\
         prefecture|state|street|số nhà|đường|phường/xã|phường|xã|quận/huyện|\
         quận|huyện|tỉnh/thành phố|tỉnh/tp|tỉnh|thành phố",
    ),
    concept_of(
        "postal",
        Some(Shape::Postal),
        Whole,
        None,
        "郵便番号|〒|郵便|郵便no|zip|zip code|zipcode|postal code|postcode|mã bưu chính|\
         mã bưu điện",
    ),
    concept_of(
        "fax",
        Some(Shape::Phone),
        Whole,
        None,
        "fax|fax番号|faxno|ファックス|ファクス|ファクシミリ|facsimile|số fax",
    ),
    concept_of("gender", None, Whole, None, "性別|男女|gender|sex|giới tính|gioi tinh|nam/nữ"),
    concept_of("nationality", None, Whole, None, "国籍|国籍・地域|nationality|quốc tịch"),
    concept_of(
        "employee-number",
        Some(Shape::Number),
        Whole,
        None,
        "社員番号|社員no|社員コード|社員id|従業員番号|従業員コード|従業員no|職員番号|employee no|\
         employee number|employee id|employee code|staff id|staff no|\
         mã nhân viên|mã nv|manv|mã số nhân viên|msnv",
    ),
    concept_of(
        "customer-number",
        Some(Shape::Number),
        Whole,
        None,
        "顧客番号|顧客コード|顧客id|顧客no|お客様番号|会員番号|会員id|会員no|customer no|customer id|\
         customer number|customer code|member id|member no|mã khách hàng|mã kh|\
         mã hội viên",
    ),
    concept_of(
        "department",
        None,
        Whole,
        None,
        "部署|部署名|所属|所属部署|部門|課|department|dept|division|phòng ban|bộ phận|phòng",
    ),
    concept_of("title", None, Whole, None, "役職|役職名|職位|肩書|title|job title|position|chức vụ|chức danh|vị trí"),
    concept_of(
        "joined",
        Some(Shape::Date),
        Whole,
        None,
        "入社日|入社年月日|採用日|雇入日|雇用開始日|hire date|join date|joined|start date|\
         date of joining|ngày vào làm|ngày vào công ty|ngày nhận việc",
    ),
    concept_of(
        "left",
        Some(Shape::Date),
        Whole,
        None,
        "退職日|退社日|退職年月日|leave date|leaving date|termination date|ngày nghỉ việc|\
         ngày thôi việc",
    ),
    concept_of(
        "company",
        None,
        Whole,
        None,
        "会社名|会社|勤務先|勤務先名|貴社名|御社名|法人名|company|company name|organization|employer|\
         công ty|tên công ty|đơn vị công tác",
    ),
    concept_of(
        "emergency-phone",
        Some(Shape::Phone),
        Whole,
        None,
        "緊急連絡先|緊急連絡先電話番号|緊急連絡先電話|緊急連絡先tel|緊急時連絡先|emergency contact|\
         emergency phone|emergency contact number|liên hệ khẩn cấp|sđt khẩn cấp",
    ),
    concept_of("row-number", None, Whole, None, "番号|id"),
    concept_of("counter", None, Whole, None, "no|no.|項番|連番|通番|#|stt|số thứ tự"),
    concept_of("note", None, Whole, None, "備考|メモ|特記事項|摘要|note|notes|remarks|comment|comments|ghi chú"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_mean_what_people_mean_by_them() {
        for (heading, meant) in [
            ("お電話番号", Some("phone")),
            ("ＴＥＬ", Some("phone")),
            ("ご住所（※必須）", Some("address")),
            ("氏名（カナ）", Some("kana")),
            ("氏名(ﾌﾘｶﾞﾅ)", Some("kana")),
            ("氏 名", Some("name")),
            ("お名前 *", Some("name")),
            ("姓（カナ）", Some("family-kana")),
            ("名（ヨミガナ）", Some("given-kana")),
            ("お名前（全角ふりがな）", Some("kana")),
            ("TEL(携帯)", Some("mobile")),
            ("電話番号（自宅）", Some("phone")),
            ("氏名（全角）", Some("name")),
            ("FAX", Some("fax")),
            ("Họ và tên", Some("name")),
            ("HỌ TÊN", Some("name")),
            ("Ngày sinh", Some("birth")),
            ("E-Mail", Some("email")),
            ("連絡先 / 電話", Some("phone")),
            ("基本情報 / 氏名", Some("name")),
            ("緊急連絡先 / 電話番号", Some("emergency-phone")),
            ("応募者氏名 / 姓", Some("family-name")),
            ("連絡先 / 電話 / 携帯", Some("mobile")),
            ("電話番号 / 自宅", Some("phone")),
            ("Điện thoại / Di động", Some("mobile")),
            ("保証人氏名 / 姓", None),
            ("保証人 / 電話番号", None),
            ("〒", Some("postal")),
            ("社員番号", Some("employee-number")),
            ("なにか", None),
            ("", None),
        ] {
            assert_eq!(concept(heading).map(|concept| concept.id), meant, "{heading}");
        }
    }

    #[test]
    fn longer_headings_seem_to_mean_what_their_head_word_means() {
        for (heading, meant) in [
            ("来訪者氏名", Some("name")),
            ("個人メールアドレス", Some("email")),
            ("市区町村・番地以下", Some("address-piece")),
            ("Email cá nhân", Some("email")),
            ("SĐT liên lạc", Some("phone")),
            ("保証人電話番号", None),
            ("SĐT bố mẹ", None),
            ("会社電話番号", None),
            ("ファイル名", None),
        ] {
            assert_eq!(near(heading).map(|concept| concept.id), meant, "{heading}");
        }
    }

    #[test]
    fn no_heading_means_two_concepts_and_every_broader_one_exists() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for concept in CONCEPTS {
            for heading in concept.headings.split('|') {
                let before = seen.insert(key(heading), concept.id);
                assert!(before.is_none_or(|id| id == concept.id), "{heading}: {before:?} and {}", concept.id);
            }
            assert!(concept.broader.is_none_or(|id| CONCEPTS.iter().any(|other| other.id == id)));
        }
    }

    #[test]
    fn a_heading_of_somebody_else_is_known_as_such() {
        assert_eq!(qualifiers("保証人の電話番号").collect::<Vec<_>>(), ["保証人"]);
        assert_eq!(qualifiers("電話番号").count(), 0);
    }
}
