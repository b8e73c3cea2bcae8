//! How each kind of entry is told, in three languages, when it was done and when it was refused.

use super::EntryKind;
use policy::{Language, Role};

/// What a sentence is made of.
#[derive(Clone)]
pub(super) struct Said<'a> {
    pub(super) when: String,
    pub(super) who: Option<String>,
    pub(super) people: u32,
    pub(super) elements: &'a [String],
    pub(super) purpose: Option<&'a str>,
    pub(super) work: Option<&'a str>,
    pub(super) row: Option<&'a str>,
    pub(super) version: Option<&'a str>,
    pub(super) what: Option<&'a str>,
}

/// What was done, and what was asked when it was refused: Japanese, English, Vietnamese.
struct Told {
    done: [&'static str; 3],
    asked: [&'static str; 3],
}

/// The sentence of an entry.
pub(super) fn sentence(kind: EntryKind, refused: bool, said: &Said<'_>, language: Language) -> String {
    let Told { done, asked } = told(kind);
    let [ja, en, vi] = if refused { asked } else { done };
    let act = fill(pick(language, ja, en, vi), said, language);
    let (who, when) = (who(said, language), &said.when);
    // An act on a work record names it itself.
    let by = match kind {
        EntryKind::WorkOpened | EntryKind::WorkClosed => by(&Said { work: None, ..said.clone() }, language),
        _ => by(said, language),
    };
    // A refused sign-in is refused by the password, not by the policy.
    let judged = !matches!(kind, EntryKind::SignInRefused);
    match language {
        Language::Ja => {
            let refused = if refused && judged { "方針により認められませんでした。" } else { "" };
            format!("{when}、{who}が{by}{act}。{refused}")
        }
        Language::En => {
            let refused = if refused && judged { " The policy refused." } else { "" };
            format!("{when}: {who} {act}{by}.{refused}")
        }
        Language::Vi => {
            let refused = if refused && judged { " Chính sách không cho phép." } else { "" };
            format!("{when}: {who} {act}{by}.{refused}")
        }
    }
}

fn who(said: &Said<'_>, language: Language) -> String {
    let program = pick(language, "プログラム", "the program", "chương trình");
    said.who.clone().unwrap_or_else(|| program.to_owned())
}

/// The purpose and the work record.
fn by(said: &Said<'_>, language: Language) -> String {
    let mut by = String::new();
    if let Some(purpose) = said.purpose {
        by.push_str(&match language {
            Language::Ja => format!("「{purpose}」のため、"),
            Language::En => format!(", for “{purpose}”"),
            Language::Vi => format!(", cho mục đích “{purpose}”"),
        });
    }
    if let Some(work) = said.work {
        by.push_str(&match language {
            Language::Ja => format!("作業記録{work}で"),
            Language::En => format!(", under work record {work}"),
            Language::Vi => format!(", theo hồ sơ công việc {work}"),
        });
    }
    by
}

fn fill(text: &str, said: &Said<'_>, language: Language) -> String {
    let people = match (language, said.people) {
        (Language::Ja, 0) => "本人".to_owned(),
        (Language::Ja, n) => format!("{n}人"),
        (Language::En, 0) => "people".to_owned(),
        (Language::En, 1) => "one person".to_owned(),
        (Language::En, n) => format!("{n} people"),
        (Language::Vi, 0) => "chủ thể dữ liệu".to_owned(),
        (Language::Vi, n) => format!("{n} người"),
    };
    let elements = match said.elements {
        [] => pick(language, "情報", "information", "dữ liệu").to_owned(),
        some => some.join(pick(language, "、", ", ", ", ")),
    };
    let row = match said.row {
        Some(row) => format!("{} {row}", pick(language, "台帳の行", "register row", "dòng sổ")),
        None => pick(language, "台帳", "the register", "sổ quản lý").to_owned(),
    };
    let what = said.what.unwrap_or(pick(language, "証跡", "evidence", "bằng chứng"));
    text.replace("{people}", &people)
        .replace("{elements}", &elements)
        .replace("{row}", &row)
        .replace("{version}", said.version.unwrap_or("?"))
        .replace("{what}", what)
        .replace("{work}", said.work.unwrap_or_default())
        .replace("{account}", said.what.unwrap_or(pick(language, "アカウント", "an account", "tài khoản")))
        .replace("{wrote}", said.what.unwrap_or(pick(language, "登録・変更しました", "wrote", "ghi")))
}

/// Somebody with an account, where it is not known who.
pub(super) const fn somebody(language: Language) -> &'static str {
    match language {
        Language::Ja => "アカウントを持つ者",
        Language::En => "somebody with an account",
        Language::Vi => "một người có tài khoản",
    }
}

/// Somebody with an account, by name and role.
pub(super) fn account(name: &str, role: Role, language: Language) -> String {
    let role = role.label(language);
    match language {
        Language::Ja => format!("{name}（{role}）"),
        Language::En | Language::Vi => format!("{name} ({role})"),
    }
}

/// What was done to a row of the handling ledger, by the state it had before and has now.
pub(super) fn wrote(before: Option<&str>, now: &str, language: Language) -> &'static str {
    match (before, now) {
        (None, _) => pick(language, "新たに登録しました", "wrote, as new,", "ghi mới"),
        (Some("draft"), "active") => pick(language, "承認しました", "approved", "phê duyệt"),
        (Some(before), "ended") if before != "ended" => pick(language, "終了しました", "ended", "kết thúc"),
        _ => pick(language, "変更しました", "changed", "sửa"),
    }
}

/// What was given or taken back.
pub(super) fn given(account: Option<&str>, label: Option<&str>, password: bool, language: Language) -> String {
    match (account, label, language) {
        (_, Some(label), Language::Ja) => format!("APIトークン「{label}」"),
        (_, Some(label), Language::En) => format!("the API token “{label}”"),
        (_, Some(label), Language::Vi) => format!("mã truy cập “{label}”"),
        (Some(account), None, Language::Ja) if password => format!("{account}の新しいパスワード"),
        (Some(account), None, Language::En) if password => format!("a new password for {account}"),
        (Some(account), None, Language::Vi) if password => format!("mật khẩu mới cho {account}"),
        (Some(account), None, Language::Ja) => format!("{account}のアカウント"),
        (Some(account), None, Language::En) => format!("the account of {account}"),
        (Some(account), None, Language::Vi) => format!("tài khoản của {account}"),
        (None, None, _) => {
            pick(language, "アカウント又はトークン", "an account or a token", "tài khoản hoặc mã truy cập").to_owned()
        }
    }
}

pub(super) fn milestone(language: Language) -> &'static str {
    pick(language, "出来事", "milestone", "mốc")
}

const fn pick(language: Language, ja: &'static str, en: &'static str, vi: &'static str) -> &'static str {
    match language {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}

const fn told(kind: EntryKind) -> Told {
    let (done, asked) = match kind {
        EntryKind::Born => (
            ["記録を始めました", "began the ledger", "bắt đầu sổ ghi chép"],
            ["記録を始めようとしました", "asked to begin the ledger", "yêu cầu bắt đầu sổ ghi chép"],
        ),
        EntryKind::PolicyEnacted => (
            [
                "方針の第{version}版を制定しました",
                "brought policy version {version} into force",
                "ban hành chính sách phiên bản {version}",
            ],
            ["方針を制定しようとしました", "asked to bring a policy version into force", "yêu cầu ban hành chính sách"],
        ),
        EntryKind::Imported => (
            [
                "{row}に{people}の情報を取り込みました",
                "took in the information of {people} under {row}",
                "nhập dữ liệu của {people} vào {row}",
            ],
            [
                "{row}に情報を取り込もうとしました",
                "asked to take information in under {row}",
                "yêu cầu nhập dữ liệu vào {row}",
            ],
        ),
        EntryKind::Acquired => (
            [
                "{people}から直接、情報を取得しました（{row}）",
                "took in what {people} told us, under {row}",
                "thu thập trực tiếp dữ liệu từ {people} ({row})",
            ],
            [
                "本人から情報を取得しようとしました（{row}）",
                "asked to take in what somebody told us, under {row}",
                "yêu cầu thu thập dữ liệu trực tiếp ({row})",
            ],
        ),
        EntryKind::Found => (
            ["検索をし、{people}が表示されました", "made a search that showed {people}", "tìm kiếm và thấy {people}"],
            ["検索をしようとしました", "asked to make a search", "yêu cầu tìm kiếm"],
        ),
        EntryKind::Revealed => (
            ["{people}の{elements}を開きました", "opened {elements} of {people}", "mở {elements} của {people}"],
            ["{elements}を開こうとしました", "asked to open {elements}", "yêu cầu mở {elements}"],
        ),
        EntryKind::Exported => (
            ["{people}の情報を書き出しました", "handed out what is held about {people}", "xuất dữ liệu về {people}"],
            ["情報を書き出そうとしました", "asked to hand out what is held", "yêu cầu xuất dữ liệu"],
        ),
        EntryKind::Corrected => (
            [
                "{people}の{elements}を訂正しました",
                "corrected {elements} of {people}",
                "chỉnh sửa {elements} của {people}",
            ],
            ["{elements}を訂正しようとしました", "asked to correct {elements}", "yêu cầu chỉnh sửa {elements}"],
        ),
        EntryKind::Suspended => (
            [
                "{people}の情報の利用を停止しました",
                "stopped the use of the information of {people}",
                "ngừng sử dụng dữ liệu của {people}",
            ],
            [
                "情報の利用を停止しようとしました",
                "asked to stop the use of information",
                "yêu cầu ngừng sử dụng dữ liệu",
            ],
        ),
        EntryKind::Resumed => (
            [
                "{people}の情報の利用を再開しました",
                "took the use of the information of {people} up again",
                "sử dụng lại dữ liệu của {people}",
            ],
            [
                "情報の利用を再開しようとしました",
                "asked to take the use of information up again",
                "yêu cầu sử dụng lại dữ liệu",
            ],
        ),
        EntryKind::Erased => (
            [
                "{row}の{people}の情報を消去し、鍵を破壊しました",
                "erased the information of {people} held under {row} and destroyed its key",
                "xóa dữ liệu của {people} tại {row} và hủy khóa",
            ],
            [
                "{row}の情報を消去しようとしました",
                "asked to erase information held under {row}",
                "yêu cầu xóa dữ liệu tại {row}",
            ],
        ),
        EntryKind::ErasureDecided => (
            [
                "{row}の{people}の情報の消去を決め、待機に入りました",
                "decided to erase the information of {people} held under {row}; it waits",
                "quyết định xóa dữ liệu của {people} tại {row}; việc xóa đang chờ",
            ],
            [
                "{row}の情報の消去を決めようとしました",
                "asked to decide an erasure of information held under {row}",
                "yêu cầu quyết định xóa dữ liệu tại {row}",
            ],
        ),
        EntryKind::ErasureWithdrawn => (
            [
                "待機中だった{people}の情報の消去を取り消しました",
                "withdrew the erasure of the information of {people} while it waited",
                "rút lại việc xóa dữ liệu của {people} khi đang chờ",
            ],
            ["情報の消去を取り消そうとしました", "asked to withdraw an erasure", "yêu cầu rút lại việc xóa dữ liệu"],
        ),
        EntryKind::RegisterChanged => (
            ["{row}を{wrote}", "{wrote} {row}", "{wrote} {row}"],
            ["台帳を変更しようとしました", "asked to write the handling ledger", "yêu cầu ghi sổ quản lý"],
        ),
        EntryKind::RegisterReviewed => (
            ["{row}を見直しました", "reviewed {row}", "rà soát {row}"],
            ["台帳を見直そうとしました", "asked to review the handling ledger", "yêu cầu rà soát sổ quản lý"],
        ),
        EntryKind::WorkOpened => (
            ["作業記録{work}を開始しました", "opened work record {work}", "mở hồ sơ công việc {work}"],
            ["作業記録を作ろうとしました", "asked to open a work record", "yêu cầu mở hồ sơ công việc"],
        ),
        EntryKind::WorkClosed => (
            ["作業記録{work}を終了しました", "closed work record {work}", "đóng hồ sơ công việc {work}"],
            ["作業記録を終了しようとしました", "asked to close a work record", "yêu cầu đóng hồ sơ công việc"],
        ),
        EntryKind::SignedIn => (
            ["サインインしました", "signed in", "đăng nhập"],
            ["サインインしようとしました", "asked to sign in", "yêu cầu đăng nhập"],
        ),
        EntryKind::SignInRefused => (
            ["サインインを拒否しました", "refused a sign-in", "từ chối một lần đăng nhập"],
            ["サインインできませんでした", "could not sign in", "không đăng nhập được"],
        ),
        EntryKind::AccessGranted => (
            ["{account}を付与しました", "gave {account}", "cấp {account}"],
            [
                "アカウントを付与しようとしました",
                "asked to give an account or a token",
                "yêu cầu cấp tài khoản hoặc mã truy cập",
            ],
        ),
        EntryKind::AccessRevoked => (
            ["{account}を取り消しました", "took {account} back", "thu hồi {account}"],
            ["アカウントを取り消そうとしました", "asked to take an account back", "yêu cầu thu hồi tài khoản"],
        ),
        EntryKind::AccessReviewed => (
            [
                "すべてのアカウントの必要性を確認しました",
                "confirmed that every open account is still needed",
                "xác nhận mọi tài khoản đang mở vẫn cần thiết",
            ],
            ["アカウントを確認しようとしました", "asked to review the accounts", "yêu cầu rà soát tài khoản"],
        ),
        EntryKind::KeyRotated => (
            ["鍵を更新しました", "renewed the keys", "thay khóa"],
            ["鍵を更新しようとしました", "asked to renew the keys", "yêu cầu thay khóa"],
        ),
        EntryKind::EpochTurned => (
            [
                "全員の鍵を新しい世代の鍵で暗号化し直しました",
                "wrapped people's keys again under a new epoch",
                "mã hóa lại khóa của mọi người bằng thế hệ khóa mới",
            ],
            ["鍵の世代を改めようとしました", "asked to begin a new epoch of keys", "yêu cầu bắt đầu thế hệ khóa mới"],
        ),
        EntryKind::CredentialAdded => (
            ["サインインの方法を追加しました", "added a way of signing in", "thêm một cách đăng nhập"],
            [
                "サインインの方法を追加しようとしました",
                "asked to add a way of signing in",
                "yêu cầu thêm một cách đăng nhập",
            ],
        ),
        EntryKind::CredentialEnded => (
            ["サインインの方法を削除しました", "took a way of signing in away", "xóa một cách đăng nhập"],
            [
                "サインインの方法を削除しようとしました",
                "asked to take a way of signing in away",
                "yêu cầu xóa một cách đăng nhập",
            ],
        ),
        EntryKind::SignedOut => (
            ["サインアウトしました", "signed out", "đăng xuất"],
            ["サインアウトしようとしました", "asked to sign out", "yêu cầu đăng xuất"],
        ),
        EntryKind::ProofGiven => (
            ["本人確認をもう一度しました", "proved again who they are", "xác minh lại danh tính"],
            ["本人確認をしようとしました", "asked to prove who they are", "yêu cầu xác minh danh tính"],
        ),
        EntryKind::KeyGuarded => (
            [
                "ルート鍵の保護方法を変更、又は分割しました",
                "changed how the root key is protected, or split it",
                "thay đổi cách bảo vệ khóa gốc hoặc chia khóa gốc",
            ],
            [
                "ルート鍵の保護方法を変更しようとしました",
                "asked to change how the root key is protected",
                "yêu cầu thay đổi cách bảo vệ khóa gốc",
            ],
        ),
        EntryKind::OrganisationChanged => (
            ["組織の登録を変更しました", "wrote the organisation", "ghi thay đổi tổ chức"],
            ["組織の登録を変更しようとしました", "asked to write the organisation", "yêu cầu ghi thay đổi tổ chức"],
        ),
        EntryKind::PolicyAdopted => (
            [
                "グループの法人による方針第{version}版の採択を記録しました",
                "recorded that a legal entity adopted policy version {version}",
                "ghi nhận một pháp nhân thông qua chính sách phiên bản {version}",
            ],
            [
                "法人による方針の採択を記録しようとしました",
                "asked to record the adoption of the policy by a legal entity",
                "yêu cầu ghi nhận việc pháp nhân thông qua chính sách",
            ],
        ),
        EntryKind::RulesApproved => (
            [
                "プロジェクトの規則書を承認しました",
                "approved the rule sheet of a project",
                "duyệt bản quy tắc của một dự án",
            ],
            [
                "プロジェクトの規則書を承認しようとしました",
                "asked to approve the rule sheet of a project",
                "yêu cầu duyệt bản quy tắc của một dự án",
            ],
        ),
        EntryKind::RulesAcknowledged => (
            [
                "構成員による規則書の確認を記録しました",
                "recorded that members of a project acknowledged its rules",
                "ghi nhận thành viên dự án xác nhận bản quy tắc",
            ],
            [
                "構成員による規則書の確認を記録しようとしました",
                "asked to record that members acknowledged the rules of a project",
                "yêu cầu ghi nhận việc xác nhận bản quy tắc",
            ],
        ),
        EntryKind::ZonesReviewed => (
            ["区域台帳を見直しました", "reviewed the zone register", "rà soát sổ khu vực"],
            ["区域台帳を見直そうとしました", "asked to review the zone register", "yêu cầu rà soát sổ khu vực"],
        ),
        EntryKind::Proposed => (
            ["二人で行う操作を提案しました", "proposed an act that needs two people", "đề xuất một việc cần hai người"],
            [
                "二人で行う操作を提案しようとしました",
                "asked to propose an act that needs two people",
                "yêu cầu đề xuất một việc cần hai người",
            ],
        ),
        EntryKind::GlassBroken => (
            [
                "緊急のため、役割を超える権限を使い始めました",
                "took rights beyond the role in an emergency",
                "dùng quyền ngoài vai trò vì khẩn cấp",
            ],
            [
                "緊急時の権限を使おうとしました",
                "asked for rights beyond the role in an emergency",
                "yêu cầu dùng quyền khẩn cấp",
            ],
        ),
        EntryKind::RightGiven => (
            ["役割を超える権限を与えました", "gave a right beyond a role", "cấp một quyền ngoài vai trò"],
            ["権限を与えようとしました", "asked to give a right beyond a role", "yêu cầu cấp một quyền ngoài vai trò"],
        ),
        EntryKind::WarrantAnswered => (
            [
                "提案又は緊急時の権限に、二人目として答えました",
                "answered a proposal or an emergency as the second person",
                "trả lời một đề xuất hoặc quyền khẩn cấp với tư cách người thứ hai",
            ],
            [
                "提案又は緊急時の権限に答えようとしました",
                "asked to answer a proposal or an emergency",
                "yêu cầu trả lời một đề xuất hoặc quyền khẩn cấp",
            ],
        ),
        EntryKind::WarrantEnded => (
            [
                "役割を超える権限を期限前に終わらせました",
                "ended a right beyond a role before its time",
                "chấm dứt một quyền ngoài vai trò trước hạn",
            ],
            ["権限を終わらせようとしました", "asked to end a right beyond a role", "yêu cầu chấm dứt một quyền"],
        ),
        EntryKind::LinkMade => (
            [
                "自分の画面を開くリンクを発行しました",
                "made a link that opens somebody's own page once",
                "tạo liên kết mở trang riêng một lần",
            ],
            [
                "自分の画面を開くリンクを発行しようとしました",
                "asked for a link that opens somebody's own page",
                "yêu cầu tạo liên kết mở trang riêng",
            ],
        ),
        EntryKind::NoticePublished => (
            ["方針を公表しました", "published the notice", "công bố thông báo"],
            ["方針を公表しようとしました", "asked to publish the notice", "yêu cầu công bố thông báo"],
        ),
        EntryKind::Probed => (
            ["確認しました（{what}）", "made a check ({what})", "kiểm tra ({what})"],
            ["動作を確認しようとしました", "asked to make a check", "yêu cầu kiểm tra"],
        ),
        EntryKind::InquiryReceived => (
            ["受け付けました（{what}）", "registered what came in ({what})", "tiếp nhận ({what})"],
            ["問い合わせを受け付けようとしました", "asked to register an inquiry", "yêu cầu tiếp nhận hỏi đáp"],
        ),
        EntryKind::InquiryAnswered => (
            ["回答しました（{what}）", "recorded an answer ({what})", "ghi nhận câu trả lời ({what})"],
            ["回答を記録しようとしました", "asked to record an answer", "yêu cầu ghi nhận câu trả lời"],
        ),
        EntryKind::Held => (
            [
                "{people}の情報の保全を設定又は解除しました",
                "set or lifted a hold on the information of {people}",
                "đặt hoặc gỡ việc giữ dữ liệu của {people}",
            ],
            ["情報の保全を設定しようとしました", "asked to set or lift a hold", "yêu cầu đặt hoặc gỡ việc giữ dữ liệu"],
        ),
        EntryKind::Restored => (
            ["バックアップから復元しました", "restored a backup", "khôi phục từ bản sao lưu"],
            ["バックアップから復元しようとしました", "asked to restore a backup", "yêu cầu khôi phục từ bản sao lưu"],
        ),
        EntryKind::BackedUp => (
            ["バックアップを作成しました", "made a backup", "tạo bản sao lưu"],
            ["バックアップを作成しようとしました", "asked to make a backup", "yêu cầu tạo bản sao lưu"],
        ),
        EntryKind::LogsReviewed => (
            [
                "アクセスの記録を作業記録と照合し、確認しました（{what}）",
                "checked the records of access against work records and signed them off ({what})",
                "đối chiếu nhật ký truy cập với hồ sơ công việc và xác nhận ({what})",
            ],
            [
                "アクセスの記録を点検しようとしました",
                "asked to sign off the records of access",
                "yêu cầu xác nhận nhật ký truy cập",
            ],
        ),
        EntryKind::LogsRead => (
            [
                "ログを読み取り、作業記録と突き合わせました（{what}）",
                "read a log and laid it against work records ({what})",
                "đọc nhật ký và đối chiếu với hồ sơ công việc ({what})",
            ],
            ["ログを読み取ろうとしました", "asked to read a log", "yêu cầu đọc nhật ký"],
        ),
        EntryKind::LogsAnswered => (
            [
                "ログについての質問に回答しました（{what}）",
                "answered a question about a log ({what})",
                "trả lời câu hỏi về nhật ký ({what})",
            ],
            [
                "ログについての質問に回答しようとしました",
                "asked to answer a question about a log",
                "yêu cầu trả lời câu hỏi về nhật ký",
            ],
        ),
        EntryKind::Recorded => (
            ["記録しました（{what}）", "recorded {what}", "ghi nhận ({what})"],
            ["証跡を記録しようとしました", "asked to record evidence", "yêu cầu ghi nhận bằng chứng"],
        ),
    };
    Told { done, asked }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(elements: &[String]) -> Said<'_> {
        Said {
            when: "2026-11-22 14:03".into(),
            who: Some("Lan".into()),
            people: 1,
            elements,
            purpose: Some("Recruitment"),
            work: Some("W-7"),
            row: Some("r-041"),
            version: Some("7"),
            what: None,
        }
    }

    #[test]
    fn every_kind_of_entry_is_told_in_every_language_done_and_refused() {
        let elements = ["Telephone".to_owned()];
        for kind in EntryKind::ALL {
            let mut all = std::collections::BTreeSet::new();
            for language in Language::ALL {
                for refused in [false, true] {
                    let text = sentence(*kind, refused, &said(&elements), *language);
                    assert!(!text.contains('{') && !text.contains('}'), "{kind}: {text}");
                    assert!(text.contains("Lan") && text.contains("2026-11-22 14:03"), "{text}");
                    assert!(all.insert(text), "{kind} says two things in the same words");
                }
            }
        }
    }

    #[test]
    fn an_opening_reads_as_people_speak() {
        let elements = ["Telephone".to_owned(), "E-mail".to_owned()];
        assert_eq!(
            sentence(EntryKind::Revealed, false, &said(&elements), Language::En),
            "2026-11-22 14:03: Lan opened Telephone, E-mail of one person, for “Recruitment”, under work record W-7."
        );
        assert_eq!(
            sentence(EntryKind::Revealed, true, &said(&elements), Language::Ja),
            "2026-11-22 14:03、Lanが「Recruitment」のため、作業記録W-7でTelephone、E-mailを開こうとしました。方針により認められませんでした。"
        );
        let nobody = Said { who: None, purpose: None, work: None, ..said(&[]) };
        assert_eq!(
            sentence(EntryKind::PolicyEnacted, false, &nobody, Language::Vi),
            "2026-11-22 14:03: chương trình ban hành chính sách phiên bản 7."
        );
    }
}
