//! Why a value is not what its element holds. A closed list, said in three languages, never with the value in it.

use crate::{Language, code::coded};

coded! {
    /// The rule a value breaks. Its code is the key by which files, reports and tests speak of it.
    Reason {
        /// Nothing but white space.
        Empty = "value.empty",
        /// A control character other than a tab or a line break.
        Control = "value.control",
        /// More letters than such a value can have.
        Long = "value.long",
        /// A name without a single letter.
        NameLetters = "name.letters",
        /// A reading with kanji in it.
        KanaKanji = "kana.kanji",
        /// A reading without a single letter.
        KanaLetters = "kana.letters",
        /// Not one @ with something on both sides.
        EmailForm = "email.form",
        /// The part before the @ cannot be a mailbox.
        EmailMailbox = "email.mailbox",
        /// The part after the @ cannot be a domain.
        EmailDomain = "email.domain",
        /// Letters or signs that no telephone number has.
        PhoneForm = "phone.form",
        /// Too few or too many digits.
        PhoneLength = "phone.length",
        /// The digits begin as no number of the numbering plan does.
        PhonePlan = "phone.plan",
        /// Not a date in any writing known here.
        DateForm = "date.form",
        /// A day the calendar does not have.
        DateImpossible = "date.impossible",
        /// Day and month could each be the other.
        DateOrder = "date.order",
        /// A year of two digits without an era.
        DateShortYear = "date.short-year",
        /// The era has no such day.
        DateEra = "date.era",
        /// A year before 1850 or after 2150.
        DateRange = "date.range",
        /// Not a Japanese postal code of 7 digits or a Vietnamese one of 5 or 6.
        PostalForm = "postal.form",
    }
}

impl Reason {
    /// The reason as a sentence for the person who mends the file.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        let (ja, en, vi) = self.sentences();
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }

    const fn sentences(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Empty => ("値が空です", "the value is empty", "giá trị trống"),
            Self::Control => (
                "目に見えない制御文字が含まれています",
                "the value has a control character in it",
                "giá trị có ký tự điều khiển ẩn",
            ),
            Self::Long => ("値が長すぎます", "the value is too long", "giá trị quá dài"),
            Self::NameLetters => ("氏名に文字がありません", "the name has no letters", "họ tên không có chữ cái nào"),
            Self::KanaKanji => {
                ("フリガナに漢字が含まれています", "the reading has kanji in it", "phần phiên âm kana có chữ Hán")
            }
            Self::KanaLetters => {
                ("フリガナに文字がありません", "the reading has no letters", "phần phiên âm không có chữ cái nào")
            }
            Self::EmailForm => (
                "メールアドレスの形ではありません（名前@ドメイン）",
                "not an e-mail address (name@domain)",
                "không phải địa chỉ email (tên@tên-miền)",
            ),
            Self::EmailMailbox => (
                "メールアドレスの@より前に使えない文字があります",
                "the part before the @ cannot be a mailbox",
                "phần trước dấu @ không hợp lệ",
            ),
            Self::EmailDomain => (
                "メールアドレスの@より後がドメインではありません",
                "the part after the @ is not a domain",
                "phần sau dấu @ không phải tên miền",
            ),
            Self::PhoneForm => (
                "電話番号に使えない文字があります",
                "a telephone number cannot have these characters",
                "số điện thoại có ký tự không hợp lệ",
            ),
            Self::PhoneLength => (
                "電話番号の桁数が合いません",
                "the telephone number has too few or too many digits",
                "số điện thoại thiếu hoặc thừa chữ số",
            ),
            Self::PhonePlan => (
                "その番号で始まる電話番号はありません",
                "no telephone number begins like this",
                "không có số điện thoại nào bắt đầu như vậy",
            ),
            Self::DateForm => {
                ("日付として読めません", "not a date in a form known here", "không đọc được là ngày tháng")
            }
            Self::DateImpossible => {
                ("暦にない日付です", "the calendar has no such day", "ngày này không có trong lịch")
            }
            Self::DateOrder => (
                "日と月のどちらが先か決められません（年-月-日で書いてください）",
                "day and month could each be the other (write year-month-day)",
                "không xác định được ngày hay tháng đứng trước (hãy viết năm-tháng-ngày)",
            ),
            Self::DateShortYear => (
                "年が2桁です（西暦4桁か元号で書いてください）",
                "the year has two digits (write four, or an era)",
                "năm chỉ có hai chữ số (hãy viết đủ bốn chữ số)",
            ),
            Self::DateEra => ("その元号にない日付です", "the era has no such day", "niên hiệu không có ngày này"),
            Self::DateRange => (
                "年が1850年から2150年の間にありません",
                "the year is not between 1850 and 2150",
                "năm không nằm trong khoảng 1850 đến 2150",
            ),
            Self::PostalForm => ("郵便番号の形ではありません", "not a postal code", "không phải mã bưu chính"),
        }
    }
}
