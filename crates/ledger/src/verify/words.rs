//! Findings in words, in three languages.

use super::{Finding, FindingKind, Place};

/// One text in Japanese, English and Vietnamese.
type Words = [String; 3];

impl Finding {
    /// Where and what, in one line. Language codes are `ja`, `en` and `vi`; any other is read as `en`.
    #[must_use]
    pub fn text(&self, language: &str) -> String {
        let place = pick(place(&self.place), language);
        let what = pick(what(&self.what), language);
        let colon = if language == "ja" { "：" } else { ": " };
        format!("{place}{colon}{what}")
    }
}

fn pick([ja, en, vi]: Words, language: &str) -> String {
    match language {
        "ja" => ja,
        "vi" => vi,
        _ => en,
    }
}

fn words(ja: &str, en: &str, vi: &str) -> Words {
    [ja.to_owned(), en.to_owned(), vi.to_owned()]
}

fn place(place: &Place) -> Words {
    match place {
        Place::Ledger => words("台帳全体", "The ledger", "Toàn bộ sổ ghi"),
        Place::Entry(index) => [format!("記録{index}"), format!("Entry {index}"), format!("Bản ghi {index}")],
        Place::Entries { from, to } if *to == from.saturating_add(1) => {
            [format!("記録{from}"), format!("Entry {from}"), format!("Bản ghi {from}")]
        }
        Place::Entries { from, to } => {
            let last = to.saturating_sub(1);
            [
                format!("記録{from}〜{last}"),
                format!("Entries {from} to {last}"),
                format!("Các bản ghi từ {from} đến {last}"),
            ]
        }
        Place::Checkpoint(number) => {
            [format!("チェックポイント{number}"), format!("Checkpoint {number}"), format!("Điểm xác nhận {number}")]
        }
        Place::File(path) => [format!("ファイル {path}"), format!("File {path}"), format!("Tệp {path}")],
    }
}

fn what(what: &FindingKind) -> Words {
    match what {
        FindingKind::Malformed(bad) => [
            format!("{}バイト目から正しい形式の記録ではありません（{}）。", bad.at, bad.what),
            format!("from byte {} this is not a well-formed entry ({}).", bad.at, bad.what),
            format!("từ byte {} không còn là bản ghi đúng định dạng ({}).", bad.at, bad.what),
        ],
        FindingKind::EntryChanged => words(
            "内容が後から変更されています。",
            "its content was changed afterwards.",
            "nội dung đã bị sửa đổi sau khi ghi.",
        ),
        FindingKind::HashChanged => words(
            "内容は元のままですが、保存されているハッシュ値が変更されています。",
            "its content is the original, but the hash kept beside it was changed.",
            "nội dung còn nguyên nhưng giá trị băm lưu kèm đã bị sửa đổi.",
        ),
        FindingKind::EntryAndHashDiffer => words(
            "内容と保存されているハッシュ値が一致しません。",
            "its content and the hash kept beside it do not match.",
            "nội dung và giá trị băm lưu kèm không khớp nhau.",
        ),
        FindingKind::Missing => words("欠落しています。", "missing.", "bị thiếu."),
        FindingKind::OutOfOrder => words(
            "重複しているか、順序が入れ替わっています。",
            "comes twice or out of order.",
            "bị lặp lại hoặc sai thứ tự.",
        ),
        FindingKind::Repeated { of } => {
            [format!("記録{of}の写しです。"), format!("a copy of entry {of}."), format!("là bản sao của bản ghi {of}.")]
        }
        FindingKind::TimeBackwards { millis } => [
            format!("時刻が直前までの記録より{millis}ミリ秒戻っています。"),
            format!("its time is {millis} ms before an earlier entry."),
            format!("thời điểm sớm hơn bản ghi trước đó {millis} mili giây."),
        ],
        FindingKind::Birth => words(
            "「born」の記録は最初の一件だけでなければなりません。",
            "an entry is \"born\" if and only if it is the first.",
            "chỉ bản ghi đầu tiên mới được là \"born\".",
        ),
        FindingKind::CheckpointBad(bad) => [
            format!("チェックポイントとして有効ではありません（{bad}）。"),
            format!("not a valid checkpoint ({bad})."),
            format!("không phải điểm xác nhận hợp lệ ({bad})."),
        ],
        FindingKind::CheckpointRoot { number } => [
            format!(
                "署名済みのチェックポイント{number}と一致しません。この範囲で変更・削除・挿入・入れ替えが行われています。"
            ),
            format!(
                "they do not lead to the signed checkpoint {number}: something here was changed, removed, added or moved."
            ),
            format!(
                "không khớp với điểm xác nhận đã ký số {number}: trong khoảng này có nội dung bị sửa, xóa, chèn hoặc đảo."
            ),
        ],
        FindingKind::CheckpointBeyond { number } => [
            format!("チェックポイント{number}で署名されていますが、存在しません。末尾が失われています。"),
            format!("checkpoint {number} was signed for them, but they are not there: the end is gone."),
            format!("điểm xác nhận {number} đã ký cho các bản ghi này nhưng chúng không còn: phần cuối đã mất."),
        ],
        FindingKind::Unsigned => words(
            "まだチェックポイントによる署名がありません。",
            "no checkpoint has been signed for these yet.",
            "chưa có điểm xác nhận nào được ký.",
        ),
        FindingKind::NoKey => words(
            "検証鍵が指定されていないため、署名は確認していません。",
            "no verifier key was given, so no signature was checked.",
            "không có khóa kiểm tra nên chữ ký chưa được kiểm tra.",
        ),
        FindingKind::HeadSize { stated, found } => [
            format!("末尾情報では{stated}件ですが、実際は{found}件です。"),
            format!("the head states {stated} entries, and there are {found}."),
            format!("phần đầu mục ghi {stated} bản ghi, thực tế có {found}."),
        ],
        FindingKind::HeadRoot => words(
            "末尾情報のルートハッシュと一致しません。この範囲で変更が行われています。",
            "they do not lead to the root the head states: something here was changed.",
            "không khớp với giá trị băm gốc của phần đầu mục: trong khoảng này có thay đổi.",
        ),
        FindingKind::KeyBad(bad) => [
            format!("検証鍵として読めません（{bad}）。"),
            format!("not a readable verifier key ({bad})."),
            format!("không đọc được khóa kiểm tra ({bad})."),
        ],
        FindingKind::KeyDiffers => words(
            "信頼する検証鍵と異なります。",
            "another key than the one trusted.",
            "khác với khóa kiểm tra được tin cậy.",
        ),
        FindingKind::KeyUnpinned => words(
            "検証鍵は同じ場所から得たもので、別の経路では確認していません。",
            "this key came with the export and was compared with nothing else.",
            "khóa này đi kèm bản xuất và chưa được đối chiếu với nguồn khác.",
        ),
        FindingKind::EntriesWithheld => words(
            "記録そのものは公開されていないため、ハッシュの木だけを確かめました。",
            "the entries themselves are not shown to strangers, so only the tree of their hashes was checked.",
            "nội dung các bản ghi không công khai nên chỉ kiểm tra cây giá trị băm.",
        ),
        FindingKind::FileMissing => words("ありません。", "missing.", "bị thiếu."),
        FindingKind::FileUnexpected => {
            words("この台帳のファイルではありません。", "does not belong to this ledger.", "không thuộc sổ ghi này.")
        }
        FindingKind::Tile(bad) => [
            format!("タイルとして正しくありません（{bad}）。"),
            format!("not the tile its path says ({bad})."),
            format!("không phải mảnh dữ liệu đúng theo đường dẫn ({bad})."),
        ],
        FindingKind::TileHash { position } => [
            format!("{position}番目のハッシュ値が下位のタイルと一致しません。"),
            format!("hash {position} is not the root of the tile below it."),
            format!("giá trị băm thứ {position} không khớp với mảnh ở cấp dưới."),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_where_and_what_in_three_languages() {
        let finding =
            Finding { place: Place::Entries { from: 3, to: 8 }, what: FindingKind::CheckpointRoot { number: 2 } };
        assert!(finding.text("en").starts_with("Entries 3 to 7: they do not lead to the signed checkpoint 2"));
        assert!(finding.text("ja").starts_with("記録3〜7：署名済みのチェックポイント2"));
        assert!(finding.text("vi").starts_with("Các bản ghi từ 3 đến 7: không khớp"));
        assert_eq!(finding.text("fr"), finding.text("en"));
        let one = Finding { place: Place::Entries { from: 3, to: 4 }, what: FindingKind::Missing };
        assert_eq!(one.text("en"), "Entry 3: missing.");
        assert!(one.text("ja").ends_with('。'));
        assert!(one.text("vi").chars().last().is_some_and(|end| end == '.'));
        assert_eq!(one.text("vi").split(':').next().unwrap(), "Bản ghi 3");
    }
}
