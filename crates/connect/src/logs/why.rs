//! Why a line of a log cannot be read, in three languages, each with a way on.

use policy::Language;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It has fewer fields than it needs: it was cut off.
    Torn,
    /// A quotation mark on it is never closed.
    Quote,
    /// Bytes on it are no text in the file's encoding.
    Encoding,
    /// It is longer than any line of a log.
    TooLong,
    /// Its moment cannot be read.
    Moment,
    /// It has a day, and no time of day.
    DayOnly,
    /// It could be two days: 05/03/2026.
    Order,
    /// It does not say who.
    Who,
    /// The field of who holds a formula.
    Formula,
    /// It is no JSON object.
    Json,
    /// It is no line of syslog.
    Syslog,
}

impl Why {
    /// Everything that can be wrong.
    pub const ALL: &'static [Self] = &[
        Self::Torn,
        Self::Quote,
        Self::Encoding,
        Self::TooLong,
        Self::Moment,
        Self::DayOnly,
        Self::Order,
        Self::Who,
        Self::Formula,
        Self::Json,
        Self::Syslog,
    ];

    /// Its code in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Torn => "torn",
            Self::Quote => "quote",
            Self::Encoding => "encoding",
            Self::TooLong => "too-long",
            Self::Moment => "moment",
            Self::DayOnly => "day-only",
            Self::Order => "date-order",
            Self::Who => "who",
            Self::Formula => "formula",
            Self::Json => "json",
            Self::Syslog => "syslog",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        let [ja, en, vi] = match self {
            Self::Torn => [
                "項目が足りません（途中で切れた行）。元のファイルを確かめてください。",
                "It has too few fields: the line was cut off. Look at the original file.",
                "Thiếu trường (dòng bị cắt). Hãy xem lại tệp gốc.",
            ],
            Self::Quote => {
                ["引用符が閉じていません。", "A quotation mark is never closed.", "Dấu ngoặc kép không được đóng."]
            }
            Self::Encoding => [
                "文字として読めないバイトがあります。",
                "It has bytes that are no text.",
                "Có byte không phải văn bản.",
            ],
            Self::TooLong => ["行が長すぎます。", "The line is too long.", "Dòng quá dài."],
            Self::Moment => [
                "日時が読めません（例 2026-11-22 09:05:00）。",
                "Its moment cannot be read (as 2026-11-22 09:05:00).",
                "Không đọc được thời điểm (ví dụ 2026-11-22 09:05:00).",
            ],
            Self::DayOnly => [
                "時刻がありません。時刻の列を付けるか、CSVで書き出してください。",
                "It has a day and no time. Add a column for the time, or export it as CSV.",
                "Có ngày nhưng không có giờ. Hãy thêm cột giờ hoặc xuất ra CSV.",
            ],
            Self::Order => [
                "日と月の順が分かりません（05/03/2026）。順を指定してください。",
                "It could be two days (05/03/2026). Say whether the day or the month comes first.",
                "Không rõ ngày hay tháng đứng trước (05/03/2026). Hãy chỉ định thứ tự.",
            ],
            Self::Who => [
                "カード番号も利用者もありません。",
                "It names neither a card nor a user.",
                "Không có số thẻ hay người dùng.",
            ],
            Self::Formula => [
                "数式が入っています。値で書き出してください。",
                "It holds a formula. Export values.",
                "Có chứa công thức. Hãy xuất giá trị.",
            ],
            Self::Json => ["JSONのオブジェクトではありません。", "It is no JSON object.", "Không phải đối tượng JSON."],
            Self::Syslog => ["syslogの行ではありません。", "It is no line of syslog.", "Không phải dòng syslog."],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }
}
