//! Why a column is taken for an element, told so that a person can judge it.

use policy::normal::Identifier;
use policy::{Language, Shape};

use super::content::Agreement;

/// What speaks for and against a column's element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Because {
    /// What its heading says.
    pub heading: HeadingMatch,
    /// What its values say: the shape that was looked for, how many in a hundred distinct values have it, of how many.
    pub values: Option<(Shape, u8, usize)>,
    pub(crate) agreement: Agreement,
    /// Another column was taken for the element it would have been.
    pub taken: bool,
    /// The identifier that keeps it from being what its heading says.
    pub identifier: Option<Identifier>,
}

/// What a heading says about an element, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadingMatch {
    /// A person gave the column to the element.
    Person,
    /// The element is known by it.
    Known,
    /// It means the same in one of the three languages.
    Synonym,
    /// It is a case of what the element is: a mobile number of telephone numbers.
    Broader,
    /// It contains a word the element is known by.
    Near,
    /// Nothing.
    Nothing,
}

impl Because {
    pub(crate) const fn nothing() -> Self {
        Self {
            heading: HeadingMatch::Nothing,
            values: None,
            agreement: Agreement::Silent,
            taken: false,
            identifier: None,
        }
    }

    pub(crate) const fn person() -> Self {
        Self { heading: HeadingMatch::Person, ..Self::nothing() }
    }

    /// Whether the values have the element's shape.
    #[must_use]
    pub fn values_agree(&self) -> bool {
        self.agreement == Agreement::Agrees
    }

    /// The reasons as one line.
    #[must_use]
    pub fn told(&self, language: Language) -> String {
        let pick = |[ja, en, vi]: [String; 3]| match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        };
        let mut said = vec![pick(self.heading.sentences().map(str::to_owned))];
        if let Some((_, share, of)) = self.values.filter(|_| self.heading != HeadingMatch::Person) {
            said.push(pick([
                format!("値{of}種のうち{share}%がこの項目の形"),
                format!("{share}% of {of} distinct values have its form"),
                format!("{share}% trong {of} giá trị khác nhau có dạng của mục này"),
            ]));
        }
        if self.taken {
            said.push(pick([
                "同じ項目に別の列がより合う".to_owned(),
                "another column fits the same element better".to_owned(),
                "có cột khác phù hợp hơn với cùng mục này".to_owned(),
            ]));
        }
        if let Some(identifier) = self.identifier {
            let name = identifier_name(identifier, language);
            said.push(pick([
                format!("値が{name}です"),
                format!("its values are {name}"),
                format!("giá trị là {name}"),
            ]));
        }
        said.join(match language {
            Language::Ja => "、",
            _ => "; ",
        })
    }
}

impl HeadingMatch {
    const fn sentences(self) -> [&'static str; 3] {
        match self {
            Self::Person => ["担当者が指定", "a person said so", "do người phụ trách chỉ định"],
            Self::Known => ["見出しが一致", "its heading is known", "tiêu đề trùng khớp"],
            Self::Synonym => ["見出しの意味が一致", "its heading means the same", "tiêu đề cùng nghĩa"],
            Self::Broader => ["見出しが項目の一種", "its heading is a case of it", "tiêu đề là một loại của mục này"],
            Self::Near => ["見出しの一部が一致", "part of its heading is known", "một phần tiêu đề trùng khớp"],
            Self::Nothing => ["見出しからは不明", "its heading says nothing", "tiêu đề không cho biết gì"],
        }
    }
}

/// What an identifier is called.
pub(crate) const fn identifier_name(identifier: Identifier, language: Language) -> &'static str {
    let [ja, en, vi] = match identifier {
        Identifier::MyNumber => {
            ["個人番号（マイナンバー）", "individual numbers (My Number)", "mã số cá nhân Nhật Bản (My Number)"]
        }
        Identifier::CorporateNumber => ["法人番号", "corporate numbers", "mã số pháp nhân"],
        Identifier::DrivingLicence => ["運転免許証番号", "driving licence numbers", "số giấy phép lái xe Nhật Bản"],
        Identifier::PassportJp => ["旅券番号", "passport numbers", "số hộ chiếu Nhật Bản"],
        Identifier::ResidenceCard => ["在留カード番号", "residence card numbers", "số thẻ lưu trú"],
        Identifier::BasicPension => ["基礎年金番号", "basic pension numbers", "số lương hưu cơ bản"],
        Identifier::Insurer => ["保険者番号", "health insurer numbers", "mã cơ quan bảo hiểm"],
        Identifier::Cccd => {
            ["ベトナムの個人識別番号（CCCD）", "Vietnamese personal numbers (CCCD)", "số căn cước công dân (CCCD)"]
        }
        Identifier::Cmnd => {
            ["ベトナムの身分証番号（CMND）", "Vietnamese identity card numbers (CMND)", "số chứng minh nhân dân (CMND)"]
        }
        Identifier::TaxCodeVn => ["ベトナムの納税者番号（MST）", "Vietnamese tax codes (MST)", "mã số thuế (MST)"],
        Identifier::HealthCardVn => [
            "ベトナムの健康保険証番号（BHYT）",
            "Vietnamese health insurance numbers (BHYT)",
            "số thẻ bảo hiểm y tế (BHYT)",
        ],
        Identifier::PassportVn => ["ベトナムの旅券番号", "Vietnamese passport numbers", "số hộ chiếu Việt Nam"],
        Identifier::Card => ["クレジットカード番号", "payment card numbers", "số thẻ thanh toán"],
        Identifier::BankAccount => ["口座番号", "bank account numbers", "số tài khoản ngân hàng"],
    };
    match language {
        Language::Ja => ja,
        Language::En => en,
        Language::Vi => vi,
    }
}
