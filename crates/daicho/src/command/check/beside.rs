//! What can be found beside the ledger: rows that do not say what their entry says.

use policy::Texts;

/// Something found beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// A column copied out of an entry, by which lists and counts look it up, says something else than the entry.
    Column {
        /// The entry.
        entry: i64,
        /// The column of its row.
        column: &'static str,
    },
    /// A row of entries stands outside what the head counts.
    Outside {
        /// Its index.
        entry: i64,
    },
    /// What is kept beside an entry is not what its digest was taken of.
    Content {
        /// The table.
        table: &'static str,
        /// The entry it cites.
        entry: i64,
    },
    /// *Note*: the details of an entry are gone, so that its digest says nothing.
    DetailsGone {
        /// The entry.
        entry: i64,
    },
    /// A row that an entry speaks of is gone.
    Gone {
        /// The table.
        table: &'static str,
        /// The entry.
        entry: i64,
    },
    /// A row cites an entry that does not speak of it.
    Stray {
        /// The table.
        table: &'static str,
        /// The entry it cites.
        entry: i64,
    },
    /// The row of the handling ledger that judging reads is not its newest version.
    RegisterRow {
        /// The row, if its id can be read.
        row: String,
    },
    /// What the database says of its own pages.
    Page(String),
    /// A part of the store cannot be read.
    Unreadable {
        /// Which part.
        part: String,
        /// What the database says.
        why: String,
    },
    /// *Note*: there is no public key of this ledger, so that no signature was checked.
    NoKey,
}

impl Beside {
    /// Whether it should not be so. What is not a fault is a note.
    pub(crate) const fn is_fault(&self) -> bool {
        !matches!(self, Self::DetailsGone { .. } | Self::NoKey)
    }

    /// A word for programs.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Column { .. } => "column-differs",
            Self::Outside { .. } => "entry-outside",
            Self::Content { .. } => "content-changed",
            Self::DetailsGone { .. } => "details-gone",
            Self::Gone { .. } => "row-gone",
            Self::Stray { .. } => "row-stray",
            Self::RegisterRow { .. } => "register-row-differs",
            Self::Page(_) => "page",
            Self::Unreadable { .. } => "unreadable",
            Self::NoKey => "vkey-missing",
        }
    }

    /// Where and what, in one line.
    pub(crate) fn texts(&self) -> Texts {
        match self {
            Self::Column { entry, column } => Texts::new(
                format!("記録{entry}：検索用の列 {column} が記録の内容と違います。"),
                format!("Entry {entry}: its column {column}, by which it is looked up, differs from the entry."),
                format!("Bản ghi {entry}: cột {column} dùng để tra cứu khác với nội dung bản ghi."),
            ),
            Self::Outside { entry } => Texts::new(
                format!("記録{entry}：台帳の件数の外にあります。"),
                format!("Entry {entry}: stands outside what the head of the ledger counts."),
                format!("Bản ghi {entry}: nằm ngoài số lượng mà sổ ghi tính."),
            ),
            Self::Content { table, entry } => Texts::new(
                format!("記録{entry}：表 {table} の内容が、記録された要約値と一致しません。"),
                format!("Entry {entry}: what table {table} keeps for it was changed; its digest does not match."),
                format!("Bản ghi {entry}: nội dung trong bảng {table} đã bị sửa, không khớp giá trị băm."),
            ),
            Self::DetailsGone { entry } => Texts::new(
                format!("記録{entry}：詳細は残っていません。"),
                format!("Entry {entry}: its details are no longer kept."),
                format!("Bản ghi {entry}: chi tiết không còn được lưu."),
            ),
            Self::Gone { table, entry } => Texts::new(
                format!("記録{entry}：対応する行が表 {table} にありません。"),
                format!("Entry {entry}: the row it speaks of is gone from table {table}."),
                format!("Bản ghi {entry}: dòng tương ứng trong bảng {table} đã mất."),
            ),
            Self::Stray { table, entry } => Texts::new(
                format!("表 {table}：記録{entry}を引く行がありますが、その記録はこの行のものではありません。"),
                format!("Table {table}: a row cites entry {entry}, which does not speak of it."),
                format!("Bảng {table}: có dòng dẫn bản ghi {entry}, nhưng bản ghi đó không nói về dòng này."),
            ),
            Self::RegisterRow { row } => Texts::new(
                format!("台帳の行 {row}：現在の内容が最新の版と違います。"),
                format!("Row {row} of the handling ledger: what is judged by differs from its newest version."),
                format!("Dòng {row} của sổ quản lý: nội dung hiện dùng khác với phiên bản mới nhất."),
            ),
            Self::Page(line) => Texts::new(
                format!("データベースのページ：{line}"),
                format!("The database's pages: {line}"),
                format!("Trang của cơ sở dữ liệu: {line}"),
            ),
            Self::Unreadable { part, why } => Texts::new(
                format!("{part}：読めません（{why}）。"),
                format!("{part}: cannot be read ({why})."),
                format!("{part}: không đọc được ({why})."),
            ),
            Self::NoKey => Texts::new(
                "検証鍵がないため、署名は確認していません。",
                "There is no public key here, so no signature was checked.",
                "Không có khóa kiểm chứng nên chữ ký chưa được kiểm tra.",
            ),
        }
    }
}
