//! The sorts of problems: a closed list, each with its status, its URN and its title in every language.

use axum::http::StatusCode;
use policy::Language;

/// A sort of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Unreadable,
    Unsigned,
    Refusal,
    ProofNeeded,
    SecondOwed,
    Elsewhere,
    Missing,
    Method,
    NotAcceptable,
    Slow,
    Lost,
    Unanswered,
    Stale,
    TooLarge,
    Media,
    Mistake,
    KeyReused,
    Unconditional,
    Fault,
    Busy,
}

/// Declares each sort once: status, the last part of its URN, its titles.
const SORTS: [(Sort, StatusCode, &str, [&str; 3]); 20] = [
    (
        Sort::Unreadable,
        StatusCode::BAD_REQUEST,
        "unreadable",
        ["JSONとして読み取れません", "This is not JSON", "Không đọc được JSON"],
    ),
    (
        Sort::Unsigned,
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        ["認証が必要です", "Say who you are", "Cần xác thực"],
    ),
    (
        Sort::Refusal,
        StatusCode::FORBIDDEN,
        "refusal",
        ["方針により、この操作は行えません", "The policy refuses this act", "Chính sách không cho phép thao tác này"],
    ),
    (
        Sort::ProofNeeded,
        StatusCode::FORBIDDEN,
        "proof-needed",
        [
            "この操作の前に、画面で本人確認をもう一度してください",
            "Prove again on the pages who you are, then repeat this",
            "Hãy xác minh lại danh tính trên trang rồi thực hiện lại",
        ],
    ),
    (
        Sort::SecondOwed,
        StatusCode::FORBIDDEN,
        "second-factor-owed",
        [
            "先に、画面で二つ目の確認方法を登録してください",
            "First add a second factor on the pages",
            "Trước hết hãy thêm yếu tố thứ hai trên trang",
        ],
    ),
    (
        Sort::Elsewhere,
        StatusCode::FORBIDDEN,
        "from-elsewhere",
        [
            "このサイトの画面から送られたものではありません",
            "This was not sent from a page of this site",
            "Yêu cầu không gửi từ trang này",
        ],
    ),
    (
        Sort::Missing,
        StatusCode::NOT_FOUND,
        "missing",
        ["ここには何もありません", "There is nothing here", "Không có gì ở đây"],
    ),
    (
        Sort::Method,
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        ["このメソッドは使えません", "This method is not offered here", "Không hỗ trợ phương thức này"],
    ),
    (
        Sort::NotAcceptable,
        StatusCode::NOT_ACCEPTABLE,
        "not-acceptable",
        [
            "回答はapplication/jsonだけです",
            "Answers are application/json and nothing else",
            "Chỉ trả lời bằng application/json",
        ],
    ),
    (
        Sort::Slow,
        StatusCode::REQUEST_TIMEOUT,
        "too-slow",
        ["送信に時間がかかりすぎました", "The request took too long to arrive", "Yêu cầu gửi đến quá chậm"],
    ),
    (
        Sort::Lost,
        StatusCode::CONFLICT,
        "changed-meanwhile",
        ["他の人が先に変更しました", "Somebody changed this first", "Đã có người thay đổi trước"],
    ),
    (
        Sort::Unanswered,
        StatusCode::CONFLICT,
        "still-unanswered",
        [
            "このIdempotency-Keyの最初の要求に、まだ回答がありません",
            "The first request with this Idempotency-Key has no answer yet",
            "Yêu cầu đầu tiên với Idempotency-Key này chưa có kết quả",
        ],
    ),
    (
        Sort::Stale,
        StatusCode::PRECONDITION_FAILED,
        "stale",
        [
            "読み込んだ版は最新ではありません",
            "The version you read is no longer the newest",
            "Phiên bản bạn đọc không còn mới nhất",
        ],
    ),
    (
        Sort::TooLarge,
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        ["送信内容が大きすぎます", "This is too much at once", "Nội dung gửi quá lớn"],
    ),
    (
        Sort::Media,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        ["この形式は受け付けません", "This content type is not read here", "Không nhận kiểu nội dung này"],
    ),
    (
        Sort::Mistake,
        StatusCode::UNPROCESSABLE_ENTITY,
        "mistake",
        ["入力に誤りがあります", "Something in the request is wrong", "Yêu cầu có chỗ sai"],
    ),
    (
        Sort::KeyReused,
        StatusCode::UNPROCESSABLE_ENTITY,
        "key-reused",
        [
            "このIdempotency-Keyは別の要求に使われました",
            "This Idempotency-Key was used for another request",
            "Idempotency-Key này đã dùng cho yêu cầu khác",
        ],
    ),
    (
        Sort::Unconditional,
        StatusCode::PRECONDITION_REQUIRED,
        "condition-required",
        ["If-Match か If-None-Match が必要です", "Send If-Match or If-None-Match", "Cần If-Match hoặc If-None-Match"],
    ),
    (
        Sort::Fault,
        StatusCode::INTERNAL_SERVER_ERROR,
        "fault",
        ["システムに不具合が起きました", "Something went wrong on our side", "Hệ thống gặp lỗi"],
    ),
    (
        Sort::Busy,
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        ["混み合っています", "Too many acts wait", "Hệ thống đang bận"],
    ),
];

impl Sort {
    fn row(self) -> (StatusCode, &'static str, [&'static str; 3]) {
        let row = SORTS.iter().find(|(sort, ..)| *sort == self);
        row.map_or((StatusCode::INTERNAL_SERVER_ERROR, "fault", [""; 3]), |(_, status, urn, titles)| {
            (*status, urn, *titles)
        })
    }

    /// The HTTP status.
    pub(crate) fn status(self) -> StatusCode {
        self.row().0
    }

    /// The problem type (RFC 9457, section 3.1.1).
    pub(crate) fn urn(self) -> String {
        format!("urn:daicho:problem:{}", self.row().1)
    }

    /// The title.
    pub(crate) fn title(self, language: Language) -> &'static str {
        let [ja, en, vi] = self.row().2;
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }

    /// Every sort that answers with this status.
    pub(crate) fn with(status: StatusCode) -> impl Iterator<Item = Self> {
        SORTS.iter().filter(move |row| row.1 == status).map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_sort_is_told_apart_in_every_language() {
        for language in Language::ALL {
            let titles: BTreeSet<_> = SORTS.iter().map(|row| row.0.title(*language)).collect();
            assert_eq!(titles.len(), SORTS.len());
        }
        assert_eq!(SORTS.iter().map(|row| row.0.urn()).collect::<BTreeSet<_>>().len(), SORTS.len());
        assert_eq!(Sort::Busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(Sort::with(StatusCode::CONFLICT).count(), 2);
    }
}
