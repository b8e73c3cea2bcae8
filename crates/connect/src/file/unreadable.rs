//! Why a file cannot be read, in three languages, each with a way on.

use std::io;

use policy::Language;

/// Why a file, or the rest of it, cannot be read. Holds positions and names of sheets, never a cell's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub trouble: Trouble,
    /// The line or row where it went wrong, when it was under way.
    pub line: Option<u64>,
}

/// What can be wrong with a file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It does not exist or may not be opened.
    Closed,
    /// It is no text table and no workbook.
    Kind,
    /// It is a table in a format not read here (ODS, XLSB).
    Format,
    /// It is an archive of other files.
    Archive,
    /// It is locked with a password.
    Password,
    /// It ends in the middle or contradicts itself.
    Damaged,
    /// It unpacks to more than any honest file does.
    Size,
    /// A sheet with more rows than a sheet has.
    Rows,
    /// A row with cells beyond the last column that is read.
    Columns,
    /// It is a form of one person, not a list of people.
    Form,
    /// One record has no end: a quotation mark was opened and never closed.
    Record,
    /// It is no text in any encoding known here.
    Encoding,
    /// The sheet asked for is not in it.
    Sheet,
    /// There is nothing in it.
    Empty,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: &'static [Self] = &[
        Self::Closed,
        Self::Kind,
        Self::Format,
        Self::Archive,
        Self::Password,
        Self::Damaged,
        Self::Size,
        Self::Rows,
        Self::Columns,
        Self::Form,
        Self::Record,
        Self::Encoding,
        Self::Sheet,
        Self::Empty,
    ];

    /// The key by which reports and tests speak of it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Closed => "file.closed",
            Self::Kind => "file.kind",
            Self::Format => "file.format",
            Self::Archive => "file.archive",
            Self::Password => "file.password",
            Self::Damaged => "file.damaged",
            Self::Size => "file.size",
            Self::Rows => "file.rows",
            Self::Columns => "file.columns",
            Self::Form => "file.form",
            Self::Record => "file.record",
            Self::Encoding => "file.encoding",
            Self::Sheet => "file.sheet",
            Self::Empty => "file.empty",
        }
    }

    /// What is wrong and what to do, as one sentence.
    #[must_use]
    pub const fn told(self, language: Language) -> &'static str {
        let [ja, en, vi] = self.sentences();
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }

    const fn sentences(self) -> [&'static str; 3] {
        match self {
            Self::Closed => [
                "ファイルを開けません。場所と読み取り権限を確認してください",
                "the file cannot be opened; check where it is and who may read it",
                "không mở được tệp; hãy kiểm tra vị trí và quyền đọc",
            ],
            Self::Kind => [
                "表のファイルではありません。中身がウェブページなどのxlsは、表計算ソフトで開いてXLSXかCSVで保存し直してください",
                "the file is no table; a web page named .xls must be opened in a spreadsheet and saved as XLSX or CSV",
                "tệp không phải là bảng; nếu là trang web mang đuôi .xls, hãy mở bằng phần mềm bảng tính và lưu thành XLSX hoặc CSV",
            ],
            Self::Format => [
                "この形式（ODS、XLSB、Numbersなど）は読めません。表計算ソフトで開き「名前を付けて保存」でXLSXかCSV（UTF-8）にしてください",
                "this format (ODS, XLSB, Numbers) is not read; open it in a spreadsheet and save it as XLSX or as CSV (UTF-8)",
                "không đọc được định dạng này (ODS, XLSB, Numbers); hãy mở bằng phần mềm bảng tính rồi lưu thành XLSX hoặc CSV (UTF-8)",
            ],
            Self::Archive => [
                "圧縮ファイルです。展開して、中の表のファイルを選んでください",
                "this is an archive; unpack it and choose the table in it",
                "đây là tệp nén; hãy giải nén và chọn tệp bảng bên trong",
            ],
            Self::Password => [
                "パスワードがかかっています。解除して保存し直してください",
                "the file is locked with a password; save it without one",
                "tệp có mật khẩu; hãy bỏ mật khẩu và lưu lại",
            ],
            Self::Damaged => [
                "ファイルが壊れているか、途中で切れています。もう一度保存し直してください",
                "the file is damaged or cut off; save it again",
                "tệp bị hỏng hoặc bị cắt ngang; hãy lưu lại",
            ],
            Self::Size => [
                "ファイルが大きすぎます（展開後8 GB、1件8 MB、XLSは64 MBまで）。分割してください",
                "the file is too large (8 GB unpacked, 8 MB in one record, 64 MB as XLS); divide it",
                "tệp quá lớn (tối đa 8 GB sau giải nén, 8 MB mỗi bản ghi, 64 MB với XLS); hãy chia nhỏ",
            ],
            Self::Rows => [
                "シートの行数が上限（1,048,576行）を超えています。シートを分けるか、CSVで保存してください",
                "the sheet has more than 1,048,576 rows, the most a sheet can have; divide it or save it as CSV",
                "trang tính có hơn 1.048.576 dòng, vượt giới hạn; hãy chia nhỏ hoặc lưu dưới dạng CSV",
            ],
            Self::Columns => [
                "1,024列（AMJ列）より右に値があります。要らない列を削除してください",
                "there are values to the right of column AMJ, the 1,024th; delete the columns that are not needed",
                "có giá trị ở bên phải cột AMJ (cột thứ 1.024); hãy xóa các cột không cần",
            ],
            Self::Form => [
                "1人分の様式のようです（項目名が縦に並んでいます）。1行に1人、1行目に項目名の一覧にしてください",
                "this looks like a form of one person, its headings one under the other; make a list with one row for each person",
                "đây có vẻ là biểu mẫu của một người (tên mục xếp dọc); hãy lập danh sách mỗi người một dòng",
            ],
            Self::Record => [
                "1件の終わりが見つかりません。閉じていない引用符（\"）がないか確認してください",
                "a record has no end; look for a quotation mark that is never closed",
                "một bản ghi không có điểm kết thúc; hãy tìm dấu ngoặc kép chưa đóng",
            ],
            Self::Encoding => [
                "文字コードを判別できません。UTF-8で保存し直すか、文字コードを指定してください",
                "the text's encoding is unknown; save it as UTF-8 or name its encoding",
                "không nhận ra bảng mã; hãy lưu dưới dạng UTF-8 hoặc chỉ định bảng mã",
            ],
            Self::Sheet => [
                "指定されたシートがありません。シート名を確認してください",
                "the sheet asked for is not in the file; check its name",
                "tệp không có trang tính được yêu cầu; hãy kiểm tra tên",
            ],
            Self::Empty => ["ファイルに何もありません", "there is nothing in the file", "tệp trống"],
        }
    }
}

impl Unreadable {
    /// The trouble of the file as a whole.
    #[must_use]
    pub const fn whole(trouble: Trouble) -> Self {
        Self { trouble, line: None }
    }

    /// The trouble at this line.
    #[must_use]
    pub const fn at(trouble: Trouble, line: u64) -> Self {
        Self { trouble, line: Some(line) }
    }

    /// What is wrong, where, and what to do.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let sentence = self.trouble.told(language);
        match (self.line, language) {
            (None, _) => sentence.to_owned(),
            (Some(line), Language::Ja) => format!("{line}行目: {sentence}"),
            (Some(line), Language::En) => format!("line {line}: {sentence}"),
            (Some(line), Language::Vi) => format!("dòng {line}: {sentence}"),
        }
    }

    pub(crate) fn of_io(error: &io::Error) -> Self {
        Self::whole(match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory => Trouble::Closed,
            io::ErrorKind::FileTooLarge => Trouble::Size,
            _ => Trouble::Damaged,
        })
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told(Language::En))
    }
}

impl std::error::Error for Unreadable {}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::of_io(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_is_said_in_every_language() {
        for trouble in Trouble::ALL {
            let said: Vec<&str> = Language::ALL.iter().map(|language| trouble.told(*language)).collect();
            let mut distinct = said.clone();
            distinct.dedup();
            assert_eq!(said.len(), distinct.len());
            assert!(trouble.key().starts_with("file."));
        }
        let unreadable = Unreadable::at(Trouble::Record, 17);
        assert!(unreadable.told(Language::Ja).starts_with("17行目: "));
    }
}
