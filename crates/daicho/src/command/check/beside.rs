//! What can be found beside the ledger: rows that do not say what their entry says.

use crate::stamp::token::BadStamp;
use policy::{Language, Texts};

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
    /// A column does not say what its entry says, or is not what its keys open.
    Differs {
        /// The table.
        table: &'static str,
        /// The row, by its key.
        row: String,
        /// The column.
        column: &'static str,
        /// The entry that says otherwise.
        entry: Option<i64>,
    },
    /// A row that no entry tells of.
    Added {
        /// The table.
        table: &'static str,
        /// The row, by its key.
        row: String,
    },
    /// A row is gone that must be there.
    Missing {
        /// The table.
        table: &'static str,
        /// What it belongs to.
        row: String,
        /// The entry that made it.
        entry: Option<i64>,
    },
    /// Another number of rows is gone than erasures have cut.
    Unaccounted {
        /// The table.
        table: &'static str,
        /// How many are gone.
        gone: i64,
        /// How many erasures have cut.
        cut: i64,
        /// Entries of which one may be meant.
        entries: Vec<i64>,
    },
    /// The checkpoint that was signed last is not where it is kept outside the database.
    NoCheckpoint,
    /// *Note*: something was not checked, and why.
    NotChecked(Unchecked),
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
    /// A time stamp does not hold.
    Stamp {
        /// Of how many entries.
        size: u64,
        /// Why.
        why: BadStamp,
    },
    /// *Note*: there is no public key of this ledger, so that no signature was checked.
    NoKey,
}

/// What was not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unchecked {
    /// Without the root key, commitments to actors and what is sealed cannot be worked out.
    RootKey,
    /// The key store is not at hand.
    KeyStore,
    /// The checkpoint outside the database is not at hand.
    Checkpoint,
    /// Time stamps are there, and nobody said whose are taken.
    StampAuthority,
    /// A quick look opens no values.
    Values,
    /// So many keys belong to nobody: an import that did not come to its end leaves them.
    NobodysKeys(u64),
}

impl Beside {
    /// A column that does not say what it must.
    pub(crate) const fn differs(table: &'static str, row: String, column: &'static str, entry: Option<i64>) -> Self {
        Self::Differs { table, row, column, entry }
    }

    /// Whether it should not be so. What is not a fault is a note.
    pub(crate) const fn is_fault(&self) -> bool {
        !matches!(self, Self::NotChecked(_) | Self::NoKey)
    }

    /// A word for programs.
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Column { .. } => "column-differs",
            Self::Outside { .. } => "entry-outside",
            Self::Content { .. } => "content-changed",
            Self::Differs { .. } => "row-differs",
            Self::Added { .. } => "row-added",
            Self::Missing { .. } => "row-missing",
            Self::Unaccounted { .. } => "rows-unaccounted",
            Self::NoCheckpoint => "checkpoint-missing",
            Self::NotChecked(_) => "not-checked",
            Self::Gone { .. } => "row-gone",
            Self::Stray { .. } => "row-stray",
            Self::RegisterRow { .. } => "register-row-differs",
            Self::Page(_) => "page",
            Self::Unreadable { .. } => "unreadable",
            Self::Stamp { .. } => "timestamp",
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
            Self::Differs { table, row, column, entry } => {
                let (ja, en, vi) = by(*entry);
                Texts::new(
                    format!("表 {table}、行 {row}、列 {column}：{ja}書かれた内容と違います。"),
                    format!("Table {table}, row {row}, column {column}: is not what was written{en}."),
                    format!("Bảng {table}, dòng {row}, cột {column}: khác với nội dung đã ghi{vi}."),
                )
            }
            Self::Added { table, row } => Texts::new(
                format!("表 {table}、行 {row}：どの記録にもない行です。"),
                format!("Table {table}, row {row}: no entry tells of this row."),
                format!("Bảng {table}, dòng {row}: không có bản ghi nào nói về dòng này."),
            ),
            Self::Missing { table, row, entry } => {
                let (ja, _, vi) = by(*entry);
                let en = entry.map(|entry| format!(", which entry {entry} wrote,")).unwrap_or_default();
                Texts::new(
                    format!("表 {table}：{row} の{ja}行がありません。"),
                    format!("Table {table}: the row of {row}{en} is gone."),
                    format!("Bảng {table}: dòng của {row}{vi} đã mất."),
                )
            }
            Self::Unaccounted { table, gone, cut, entries } => {
                let among = entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                Texts::new(
                    format!(
                        "表 {table}：{gone}件の結び付きがありませんが、消去によるものは{cut}件です（記録 {among}）。"
                    ),
                    format!("Table {table}: {gone} links are cut, but erasures have cut {cut} (entries {among})."),
                    format!("Bảng {table}: {gone} liên kết bị cắt, nhưng việc xóa chỉ cắt {cut} (bản ghi {among})."),
                )
            }
            Self::NoCheckpoint => Texts::new(
                "最後に署名したチェックポイントのファイルがありません。戻すか、`daicho verify --adopt` で引き継いでください。",
                "The checkpoint that was signed last is missing outside the database. Put the file back, or adopt the ledger with `daicho verify --adopt`.",
                "Tệp điểm xác nhận ký gần nhất ngoài cơ sở dữ liệu bị mất. Hãy khôi phục tệp hoặc tiếp nhận bằng `daicho verify --adopt`.",
            ),
            Self::NotChecked(what) => what.texts(),
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
            Self::Stamp { size, why } => why.texts().map(|language, why| match language {
                Language::Ja => format!("{size}件のチェックポイントのタイムスタンプ：{why}。"),
                Language::En => format!("The time stamp of the checkpoint of {size} entries: {why}."),
                Language::Vi => format!("Dấu thời gian của điểm xác nhận {size} bản ghi: {why}."),
            }),
            Self::NoKey => Texts::new(
                "検証鍵がないため、署名は確認していません。",
                "There is no public key here, so no signature was checked.",
                "Không có khóa kiểm chứng nên chữ ký chưa được kiểm tra.",
            ),
        }
    }
}

fn by(entry: Option<i64>) -> (String, String, String) {
    match entry {
        Some(entry) => (format!("記録{entry}で"), format!(" by entry {entry}"), format!(" ở bản ghi {entry}")),
        None => Default::default(),
    }
}

impl Unchecked {
    fn texts(self) -> Texts {
        match self {
            Self::RootKey => Texts::new(
                "ルート鍵がないため、操作者と本人のコミットメント、封じた値、検索用の値は確認していません。",
                "Without the root key, the commitments to actors and people, sealed values and what finds them were not checked.",
                "Không có khóa gốc nên chưa kiểm tra cam kết về người thao tác và chủ thể, giá trị niêm phong và chỉ mục.",
            ),
            Self::KeyStore => Texts::new(
                "鍵の保管庫がないため、本人の鍵は確認していません。",
                "Without the key store, people's keys were not checked.",
                "Không có kho khóa nên chưa kiểm tra khóa của các chủ thể.",
            ),
            Self::Checkpoint => Texts::new(
                "データベースの外のチェックポイントがないため、古いデータへの差し替えは確認できません。",
                "Without the checkpoint outside the database, an older copy of all of it would not be noticed.",
                "Không có điểm xác nhận ngoài cơ sở dữ liệu nên không phát hiện được việc thay bằng bản cũ.",
            ),
            Self::StampAuthority => Texts::new(
                "タイムスタンプの時刻認証局は確かめていません。証明書を --stamp-authority で指定できます。",
                "Whose the time stamps are was not checked. Name the authority's certificates with --stamp-authority.",
                "Chưa kiểm tra dấu thời gian là của cơ quan nào. Hãy nêu chứng chỉ của cơ quan bằng --stamp-authority.",
            ),
            Self::Values => Texts::new(
                "--quick のため、封じた値は開いて確認していません。",
                "With --quick, sealed values were not opened.",
                "Với --quick, các giá trị niêm phong chưa được mở để kiểm tra.",
            ),
            Self::NobodysKeys(count) => Texts::new(
                format!("どの本人のものでもない鍵が{count}件あります（途中で止まった取り込みの残り）。"),
                format!("{count} keys belong to nobody: left by imports that did not come to their end."),
                format!("Có {count} khóa không thuộc về ai: còn lại từ lần nhập dở dang."),
            ),
        }
    }
}
