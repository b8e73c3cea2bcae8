//! Why a row is not taken over, and where, in three languages.

use policy::Language;
use policy::normal::Reason;

use super::{Fault, Rejected};
use crate::file::{CellFault, Trouble};

/// What is wrong with a cell or a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The value is not what its element holds.
    Value(Reason),
    /// A value that everybody must have is missing.
    Required,
    /// The spreadsheet shows an error there.
    CellError,
    /// A formula there was never calculated.
    Uncalculated,
    /// Bytes there are no text in the file's encoding.
    Encoding,
    /// A number there lost digits: shown as 9.01E+09, or longer than a spreadsheet's numbers are exact.
    Shortened,
    /// The spreadsheet took what was typed for a date: house number 1-2-3.
    Day,
    /// The cell says "as above" (〃, 同上).
    Ditto,
    /// The name is merged with the row above: one person on two rows.
    Merged,
    /// Two of several columns are marked of which one can be.
    Marks,
    /// The row has more cells than the heading: a comma inside a value was not quoted.
    Shifted,
    /// The same values stand on an earlier line.
    Duplicate {
        /// That line.
        first: u64,
    },
    /// The rest of the file cannot be read; this is the last item.
    File(Trouble),
}

impl Rejected {
    /// Where and why, one sentence for each fault: `sheet 社員, cell D17 (Telephone number): …`.
    #[must_use]
    pub fn told(&self, language: Language) -> Vec<String> {
        self.faults
            .iter()
            .map(|fault| format!("{}: {}", self.place(fault, language), fault.why.told(language)))
            .collect()
    }

    /// Whether reading ended here.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.faults.iter().any(|fault| matches!(fault.why, Why::File(_)))
    }

    fn place(&self, fault: &Fault, language: Language) -> String {
        let line = self.line;
        let at = match (&self.sheet, &fault.column, language) {
            (Some(sheet), Some(column), Language::Ja) => format!("シート「{sheet}」のセル{column}{line}"),
            (Some(sheet), Some(column), Language::En) => format!("sheet {sheet}, cell {column}{line}"),
            (Some(sheet), Some(column), Language::Vi) => format!("trang tính {sheet}, ô {column}{line}"),
            (Some(sheet), None, Language::Ja) => format!("シート「{sheet}」の{line}行目"),
            (Some(sheet), None, Language::En) => format!("sheet {sheet}, row {line}"),
            (Some(sheet), None, Language::Vi) => format!("trang tính {sheet}, dòng {line}"),
            (None, Some(column), Language::Ja) => format!("{line}行目の{column}列"),
            (None, Some(column), Language::En) => format!("line {line}, column {column}"),
            (None, Some(column), Language::Vi) => format!("dòng {line}, cột {column}"),
            (None, None, Language::Ja) => format!("{line}行目"),
            (None, None, Language::En) => format!("line {line}"),
            (None, None, Language::Vi) => format!("dòng {line}"),
        };
        match &fault.label {
            Some(label) if language == Language::Ja => format!("{at}（{}）", label.get(language)),
            Some(label) => format!("{at} ({})", label.get(language)),
            None => at,
        }
    }
}

impl Why {
    /// Why a cell of a spreadsheet has no value.
    #[must_use]
    pub const fn of_cell(fault: CellFault) -> Self {
        match fault {
            CellFault::Error => Self::CellError,
            CellFault::Uncalculated => Self::Uncalculated,
            CellFault::Encoding => Self::Encoding,
        }
    }

    /// The key of the rule that was broken.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Value(reason) => reason.code(),
            Self::Required => "row.required",
            Self::CellError => "cell.error",
            Self::Uncalculated => "cell.uncalculated",
            Self::Encoding => "cell.encoding",
            Self::Shortened => "cell.shortened",
            Self::Day => "cell.date",
            Self::Ditto => "cell.ditto",
            Self::Marks => "row.marks",
            Self::Merged => "row.merged",
            Self::Shifted => "row.shifted",
            Self::Duplicate { .. } => "row.duplicate",
            Self::File(trouble) => trouble.key(),
        }
    }

    /// What is wrong, as a sentence.
    #[must_use]
    pub fn told(self, language: Language) -> String {
        let [ja, en, vi] = match self {
            Self::Value(reason) => return reason.told(language).to_owned(),
            Self::File(trouble) => return trouble.told(language).to_owned(),
            Self::Duplicate { first } => {
                return match language {
                    Language::Ja => format!("{first}行目と同じ内容です"),
                    Language::En => format!("the same as line {first}"),
                    Language::Vi => format!("trùng với dòng {first}"),
                };
            }
            Self::Required => {
                ["値がありません（必須）", "a value is missing that everybody must have", "thiếu giá trị bắt buộc"]
            }
            Self::CellError => {
                ["セルがエラーになっています", "the spreadsheet shows an error in this cell", "ô đang báo lỗi"]
            }
            Self::Uncalculated => [
                "数式の結果が保存されていません。表計算ソフトで開いて保存し直してください",
                "the formula's result was not stored; open the file in a spreadsheet and save it again",
                "kết quả công thức chưa được lưu; hãy mở bằng phần mềm bảng tính và lưu lại",
            ],
            Self::Encoding => [
                "文字コードに合わない文字があります",
                "there are bytes that are no text in the file's encoding",
                "có ký tự không đúng bảng mã của tệp",
            ],
            Self::Shortened => [
                "数値として桁が失われています（9.01E+09など）。元の表で列を文字列にして入れ直してください",
                "digits were lost (as in 9.01E+09); format the column as text in the spreadsheet and enter the number again",
                "số đã mất chữ số (như 9.01E+09); hãy định dạng cột là văn bản trong bảng tính và nhập lại",
            ],
            Self::Day => [
                "日付に変わっています（1-2-3など）。元の表でセルを文字列にして入れ直してください",
                "the spreadsheet made a date of it (as of 1-2-3); format the cell as text and enter it again",
                "bảng tính đã đổi thành ngày tháng (như 1-2-3); hãy định dạng ô là văn bản và nhập lại",
            ],
            Self::Ditto => [
                "「〃」「同上」は読み替えません。値を書いてください",
                "\"as above\" is not followed; write the value",
                "không hiểu \"như trên\"; hãy ghi rõ giá trị",
            ],
            Self::Merged => [
                "氏名のセルが上の行と結合されています。1人を1行にしてください",
                "the name is merged with the row above; give each person one row",
                "ô họ tên được gộp với dòng trên; hãy để mỗi người một dòng",
            ],
            Self::Marks => [
                "印が2つあります。1つにしてください",
                "two of the columns are marked; mark one",
                "có hai cột được đánh dấu; hãy chỉ đánh dấu một",
            ],
            Self::Shifted => [
                "見出しより列が多くあります。引用符で囲まれていない区切り文字がないか確認してください",
                "the row has more cells than the heading; look for a separator that is not quoted",
                "dòng có nhiều ô hơn tiêu đề; hãy kiểm tra dấu phân cách chưa đặt trong ngoặc kép",
            ],
        };
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
        .to_owned()
    }
}
