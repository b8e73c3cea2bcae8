//! Purposes of use: what people were told their information is for.

use std::collections::{BTreeMap, BTreeSet};

use ledger::names::{ClauseId, ElementId, KindId, PurposeId};
use serde::Serialize;

use crate::code::coded;
use crate::{Language, Texts};

coded! {
    /// What somebody at the desk may be.
    Role {
        /// The privacy officer and deputies: may do every act that is permitted at all.
        Officer = "officer",
        /// Somebody who handles information for a purpose, under a work record.
        Handler = "handler",
        /// An auditor: sees evidence, and values only where a purpose says so.
        Auditor = "auditor",
        /// Runs the machine. Never sees a value.
        Administrator = "administrator",
        /// Everybody else who works here: meets nobody's information and has one page, their own.
        Staff = "staff",
    }
}

impl Role {
    /// What the role is called, in Japanese, English and Vietnamese, as it stands inside a sentence. The Japanese names of
    /// officer and auditor are those of JIS Q 15001.
    #[must_use]
    pub const fn labels(self) -> [&'static str; 3] {
        match self {
            Self::Officer => ["個人情報保護管理者", "privacy officer", "người phụ trách bảo vệ dữ liệu cá nhân"],
            Self::Handler => ["取扱担当者", "handler", "người xử lý"],
            Self::Auditor => ["個人情報保護監査責任者", "auditor", "người phụ trách kiểm toán"],
            Self::Administrator => ["システム管理者", "administrator", "quản trị viên"],
            Self::Staff => ["従業者", "staff member", "nhân sự"],
        }
    }

    /// What the role is called in this language, as it stands inside a sentence.
    #[must_use]
    pub const fn label(self, language: Language) -> &'static str {
        let [ja, en, vi] = self.labels();
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
    }
}

/// What must have happened before an element may be used for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The milestone that must be on record for the person (`offer-accepted`).
    pub milestone: String,
    /// The clause that asks for it.
    pub clause: ClauseId,
    /// What the milestone is called.
    pub label: Texts,
}

/// One notified purpose of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Purpose {
    /// Its name in rules and evidence.
    pub id: PurposeId,
    /// What people were told.
    pub label: Texts,
    /// The clause of the notice that tells them.
    pub clause: ClauseId,
    /// The kinds of people it is for.
    pub kinds: BTreeSet<KindId>,
    /// The elements it needs, and no others.
    pub elements: BTreeSet<ElementId>,
    /// Elements that may be used only after something happened.
    pub needs: BTreeMap<ElementId, Condition>,
    /// Who may act for it.
    pub roles: BTreeSet<Role>,
    /// The law itself orders it for everybody whose information is held, such as answering a request for
    /// disclosure (APPI 33): a ledger row need not name it, and a suspended person is still served.
    pub every_row: bool,
}
