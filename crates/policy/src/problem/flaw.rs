//! The sorts of problems a policy folder can have. One list; keys, texts and docs follow from it.

use super::Severity;

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident $severity:ident $key:literal {
        what: [$($what:literal),+ $(,)?], way_on: [$($way_on:literal),+ $(,)?] $(,)?
    })+) => {
        /// A sort of problem. The texts are Japanese, English, Vietnamese.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Flaw {
            $($(#[$doc])* $name,)+
        }

        impl Flaw {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            pub(crate) const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }

            pub(crate) const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)+
                }
            }

            pub(crate) const fn what(self) -> [&'static str; 3] {
                match self {
                    $(Self::$name => [$($what),+],)+
                }
            }

            pub(crate) const fn way_on(self) -> [&'static str; 3] {
                match self {
                    $(Self::$name => [$($way_on),+],)+
                }
            }
        }
    };
}

flaws! {
    FileMissing Error "file.missing" {
        what: ["ファイル {0} がありません。",
               "The file {0} is missing.",
               "Thiếu tệp {0}."],
        way_on: ["{0} を作成してください。記載する事項がなければ空のままでかまいません。",
               "Create {0}; it may be empty when there is nothing to say.",
               "Hãy tạo {0}; có thể để trống nếu không có nội dung."],
    }
    FileUnknown Error "file.unknown" {
        what: ["{0} は、ポリシーのファイルではありません。",
               "{0} is not a file of the policy language.",
               "{0} không phải là tệp của ngôn ngữ chính sách."],
        way_on: ["名前を直すか、フォルダーの外に移してください。",
               "Correct its name, or move it out of the folder.",
               "Hãy sửa tên tệp hoặc chuyển ra khỏi thư mục."],
    }
    FileEncoding Error "file.encoding" {
        what: ["{0} はUTF-8の文章ではありません。",
               "{0} is not a text in UTF-8.",
               "{0} không phải văn bản UTF-8."],
        way_on: ["{0} をUTF-8で保存し直してください。",
               "Save {0} again as UTF-8.",
               "Hãy lưu lại {0} bằng UTF-8."],
    }
    FileFolder Error "file.folder" {
        what: ["{0} がフォルダーになっています。",
               "{0} is a folder.",
               "{0} là một thư mục."],
        way_on: ["{0} という名前のファイルにしてください。",
               "Make it a file named {0}.",
               "Hãy thay bằng tệp tên {0}."],
    }
    Syntax Error "toml.syntax" {
        what: ["TOMLとして読めません（{0}）。",
               "This cannot be read as TOML ({0}).",
               "Không đọc được theo cú pháp TOML ({0})."],
        way_on: ["この行の書き方を直してください。",
               "Correct how this line is written.",
               "Hãy sửa cách viết dòng này."],
    }
    LanguageVersion Error "language.version" {
        what: ["ポリシー言語の版 {0} は、このプログラムでは読めません。",
               "This program does not read version {0} of the policy language.",
               "Chương trình này không đọc được phiên bản ngôn ngữ chính sách {0}."],
        way_on: ["`language = 1` と記載してください。",
               "Write `language = 1`.",
               "Hãy ghi `language = 1`."],
    }
    KeyUnknown Error "key.unknown" {
        what: ["{1} に「{0}」という項目はありません。",
               "There is no key \"{0}\" in {1}.",
               "Trong {1} không có khóa \"{0}\"."],
        way_on: ["綴りを確かめるか、この行を削除してください。",
               "Check the spelling, or remove the line.",
               "Hãy kiểm tra chính tả hoặc bỏ dòng này."],
    }
    KeyMissing Error "key.missing" {
        what: ["{1} に「{0}」がありません。",
               "{1} has no \"{0}\".",
               "{1} thiếu \"{0}\"."],
        way_on: ["「{0}」を書き加えてください。",
               "Add \"{0}\".",
               "Hãy thêm \"{0}\"."],
    }
    ValueKind Error "value.kind" {
        what: ["「{0}」の値の種類が違います。",
               "\"{0}\" has the wrong kind of value.",
               "Giá trị của \"{0}\" sai kiểu."],
        way_on: ["{1} を記載してください。",
               "Write {1}.",
               "Hãy ghi {1}."],
    }
    ValueWord Error "value.word" {
        what: ["「{0}」に「{1}」という値はありません。",
               "\"{1}\" is not a value of \"{0}\".",
               "\"{1}\" không phải là giá trị của \"{0}\"."],
        way_on: ["次のいずれかを記載してください: {2}",
               "Write one of: {2}",
               "Hãy ghi một trong các giá trị: {2}"],
    }
    ValueName Error "value.name" {
        what: ["「{0}」の値「{1}」は、識別名として使えません。",
               "\"{1}\" cannot be a name in \"{0}\".",
               "\"{1}\" không dùng làm tên được trong \"{0}\"."],
        way_on: ["英小文字と数字を使い、間は . か - で区切り、64文字以内にしてください。",
               "Use lowercase letters and digits, with . or - between them, 64 at most.",
               "Chỉ dùng chữ thường và chữ số, ngăn cách bằng . hoặc -, tối đa 64 ký tự."],
    }
    ValueRange Error "value.range" {
        what: ["「{0}」の値 {1} は、範囲の外です。",
               "The value {1} of \"{0}\" is out of range.",
               "Giá trị {1} của \"{0}\" nằm ngoài phạm vi."],
        way_on: ["{2} の範囲で記載してください。",
               "Write a number from {2}.",
               "Hãy ghi số trong phạm vi {2}."],
    }
    ValueForm Error "value.form" {
        what: ["「{0}」の値「{1}」は、形式が違います。",
               "\"{1}\" is not in the form \"{0}\" needs.",
               "\"{1}\" không đúng dạng mà \"{0}\" yêu cầu."],
        way_on: ["例: {2}",
               "For example: {2}",
               "Ví dụ: {2}"],
    }
    TextMissing Error "text.missing" {
        what: ["{1} の「{0}」に、{2} の文がありません。",
               "\"{0}\" of {1} has no text in {2}.",
               "\"{0}\" của {1} chưa có nội dung bằng {2}."],
        way_on: ["三つの言語すべての文を記載してください。",
               "Write it in all three languages.",
               "Hãy ghi đủ cả ba ngôn ngữ."],
    }
    TextEmpty Error "text.empty" {
        what: ["「{0}」が空です。",
               "\"{0}\" is empty.",
               "\"{0}\" đang để trống."],
        way_on: ["文を記載するか、項目ごと削除してください。空の文で元の文を消すことはできません。",
               "Write it, or remove it; an empty text never takes a sentence away.",
               "Hãy ghi nội dung hoặc bỏ hẳn mục; nội dung trống không xóa được câu đã hứa."],
    }
    IdDuplicate Error "id.duplicate" {
        what: ["「{0}」は、{1} ですでに使われています。",
               "\"{0}\" is used already, at {1}.",
               "\"{0}\" đã được dùng tại {1}."],
        way_on: ["どちらかの識別名を変えてください。",
               "Give one of them another name.",
               "Hãy đổi một trong hai tên."],
    }
    ReferenceUnknown Error "reference.unknown" {
        what: ["「{0}」という{1}はありません。",
               "There is no {1} \"{0}\".",
               "Không có {1} \"{0}\"."],
        way_on: ["{2} に書き加えるか、ここの綴りを直してください。",
               "Add it to {2}, or correct the spelling here.",
               "Hãy thêm vào {2} hoặc sửa chính tả ở đây."],
    }
    DatesOrder Error "dates.order" {
        what: ["改定日 {1} が、制定日 {0} より前です。",
               "The revision of {1} is before the enactment of {0}.",
               "Ngày sửa đổi {1} trước ngày ban hành {0}."],
        way_on: ["日付を直してください。",
               "Correct the dates.",
               "Hãy sửa ngày."],
    }
    NoticeTitle Error "notice.title" {
        what: ["見出し（#）で始まっていません。",
               "The notice does not begin with a title (#).",
               "Thông báo không bắt đầu bằng tiêu đề (#)."],
        way_on: ["先頭に `# 題名 {#sec.title}` を置いてください。",
               "Put `# Title {#sec.title}` first.",
               "Hãy đặt `# Tiêu đề {#sec.title}` ở đầu."],
    }
    NoticeNoId Error "notice.no-id" {
        what: ["この段落の終わりに {#…} がありません。",
               "This block does not end with {#…}.",
               "Đoạn này không kết thúc bằng {#…}."],
        way_on: ["どの条項かを {#条項の識別名} で示してください。",
               "Say which clause it is: {#clause-id}.",
               "Hãy ghi rõ điều khoản: {#tên-điều-khoản}."],
    }
    NoticeLink Error "notice.link" {
        what: ["リンク先「{0}」は使えません。",
               "The link to \"{0}\" cannot be used.",
               "Không dùng được liên kết \"{0}\"."],
        way_on: ["https:、http:、mailto:、tel:、/ 又は # で始まるリンク先にしてください。",
               "Link to an address that begins with https:, http:, mailto:, tel:, / or #.",
               "Hãy dùng địa chỉ bắt đầu bằng https:, http:, mailto:, tel:, / hoặc #."],
    }
    NoticeHeading Error "notice.heading" {
        what: ["見出しは3段階までです。",
               "Headings have three levels.",
               "Tiêu đề chỉ có ba cấp."],
        way_on: ["# から ### までを使ってください。",
               "Use # to ###.",
               "Hãy dùng từ # đến ###."],
    }
    NoticeBlockMissing Error "notice.block-missing" {
        what: ["条項「{0}」が {1} にありません。",
               "The clause \"{0}\" is not in {1}.",
               "Điều khoản \"{0}\" không có trong {1}."],
        way_on: ["{1} に訳文を加えるか、すべての言語から取り除いてください。",
               "Add it to {1}, or remove it from every language.",
               "Hãy thêm vào {1} hoặc bỏ khỏi mọi ngôn ngữ."],
    }
    NoticeShape Warning "notice.shape" {
        what: ["条項「{0}」の順序又は形が、原本と違います。",
               "The clause \"{0}\" stands elsewhere, or has another form, than in the original.",
               "Điều khoản \"{0}\" khác vị trí hoặc hình thức so với bản gốc."],
        way_on: ["notice/ja.md と同じ順序と形にしてください。",
               "Give it the place and form it has in notice/ja.md.",
               "Hãy để đúng vị trí và hình thức như trong notice/ja.md."],
    }
    ClauseUnlisted Error "clause.unlisted" {
        what: ["条項「{0}」の裏付けとなる規則がありません。",
               "No rule or watch stands behind the clause \"{0}\".",
               "Không có quy tắc nào đứng sau điều khoản \"{0}\"."],
        way_on: ["clauses.toml に加え、約束か、statement かを示してください。",
               "Add it to clauses.toml, with its promises or as a statement.",
               "Hãy thêm vào clauses.toml, kèm lời hứa hoặc ghi là statement."],
    }
    ClauseWithoutText Error "clause.without-text" {
        what: ["条項「{0}」が、公表する文書にありません。",
               "The clause \"{0}\" is not in the notice.",
               "Điều khoản \"{0}\" không có trong thông báo."],
        way_on: ["notice/ja.md に文を加えるか、ここから取り除いてください。",
               "Add its sentence to notice/ja.md, or remove it here.",
               "Hãy thêm câu vào notice/ja.md hoặc bỏ ở đây."],
    }
    ClauseHollow Error "clause.hollow" {
        what: ["条項「{0}」は、何を約束するのか示していません。",
               "The clause \"{0}\" does not say what it promises.",
               "Điều khoản \"{0}\" không nói rõ hứa điều gì."],
        way_on: ["promises に一覧の約束を記載するか、statement = true としてください。",
               "Name promises of the catalogue, or say statement = true.",
               "Hãy nêu lời hứa trong danh mục hoặc ghi statement = true."],
    }
    ClauseBoth Error "clause.both" {
        what: ["条項「{0}」が、約束でもあり statement でもあることになっています。",
               "The clause \"{0}\" is both a promise and a statement.",
               "Điều khoản \"{0}\" vừa là lời hứa vừa là statement."],
        way_on: ["どちらかにしてください。",
               "Make it one of the two.",
               "Hãy chọn một trong hai."],
    }
    RuleOnStatement Warning "clause.statement-behind" {
        what: ["「{0}」は、何も約束しない条項「{1}」に基づいています。",
               "\"{0}\" rests on the clause \"{1}\", which promises nothing.",
               "\"{0}\" dựa trên điều khoản \"{1}\" không hứa điều gì."],
        way_on: ["約束をする条項に基づかせてください。断るときは、その文が示されます。",
               "Let it rest on a clause that promises something; a refusal shows that sentence.",
               "Hãy dựa trên điều khoản có lời hứa; khi từ chối, câu đó sẽ được nêu ra."],
    }
    PromiseUnknown Error "promise.unknown" {
        what: ["約束「{0}」は、一覧にありません。",
               "The catalogue has no promise \"{0}\".",
               "Danh mục không có lời hứa \"{0}\"."],
        way_on: ["近いもの: {1}",
               "The nearest is: {1}",
               "Gần nhất là: {1}"],
    }
    PromiseUnmade Warning "promise.unmade" {
        what: ["約束「{0}」（{1}）をする条項がありません。",
               "No clause makes the promise \"{0}\" ({1}).",
               "Không có điều khoản nào đưa ra lời hứa \"{0}\" ({1})."],
        way_on: ["文に加えるか、policy.toml の [[dropped]] に理由とともに記載してください。",
               "Add a sentence, or name it with its reason under [[dropped]] in policy.toml.",
               "Hãy thêm một câu hoặc ghi kèm lý do tại [[dropped]] trong policy.toml."],
    }
    PromiseDroppedAndMade Error "promise.dropped-and-made" {
        what: ["約束「{0}」を取り下げていますが、条項「{1}」がその約束をしています。",
               "The promise \"{0}\" is dropped, and the clause \"{1}\" makes it.",
               "Lời hứa \"{0}\" đã bỏ nhưng điều khoản \"{1}\" vẫn hứa."],
        way_on: ["[[dropped]] から外すか、条項から外してください。",
               "Remove it from [[dropped]], or from the clause.",
               "Hãy bỏ khỏi [[dropped]] hoặc khỏi điều khoản."],
    }
    TranslationUnmarked Error "translation.unmarked" {
        what: ["条項「{0}」の {1} が、原文のどの版の訳か示されていません。",
               "The clause \"{0}\" does not say which original its {1} was translated from.",
               "Điều khoản \"{0}\" không ghi bản {1} dịch từ bản gốc nào."],
        way_on: ["訳を確かめ、translated.{3} = \"{2}\" と記載してください。",
               "Check the translation, then write translated.{3} = \"{2}\".",
               "Hãy kiểm tra bản dịch rồi ghi translated.{3} = \"{2}\"."],
    }
    TranslationStale Error "translation.stale" {
        what: ["条項「{0}」の {1} の訳は、原文より古いものです。",
               "The {1} translation of the clause \"{0}\" is older than its original.",
               "Bản dịch {1} của điều khoản \"{0}\" cũ hơn bản gốc."],
        way_on: ["訳を改め、translated.{3} = \"{2}\" と記載してください。",
               "Bring it up to date, then write translated.{3} = \"{2}\".",
               "Hãy cập nhật bản dịch rồi ghi translated.{3} = \"{2}\"."],
    }
    SpecialCareOpen Error "purpose.special-care-open" {
        what: ["利用目的「{0}」は、要配慮個人情報「{1}」を条件なしに使います。",
               "The purpose \"{0}\" uses the special-care element \"{1}\" without a condition.",
               "Mục đích \"{0}\" dùng dữ liệu nhạy cảm \"{1}\" mà không có điều kiện."],
        way_on: ["[[purpose.needs]] に、先に必要な事柄（同意など）を記載してください。",
               "Say under [[purpose.needs]] what must come first, such as consent.",
               "Hãy ghi tại [[purpose.needs]] điều phải có trước, chẳng hạn sự đồng ý."],
    }
    NeedOutside Error "purpose.need-outside" {
        what: ["条件のある項目「{1}」が、利用目的「{0}」の項目にありません。",
               "The purpose \"{0}\" has a condition for \"{1}\", which is not among its elements.",
               "Mục đích \"{0}\" đặt điều kiện cho \"{1}\" nhưng không có mục này."],
        way_on: ["elements に加えるか、条件を取り除いてください。",
               "Add it to elements, or remove the condition.",
               "Hãy thêm vào elements hoặc bỏ điều kiện."],
    }
    RoleNever Error "purpose.role-never" {
        what: ["利用目的「{0}」が、値を見てはならない役割「{1}」に許しています。",
               "The purpose \"{0}\" lets the role \"{1}\" act, which never sees a value.",
               "Mục đích \"{0}\" cho phép vai trò \"{1}\", là vai trò không bao giờ được xem giá trị."],
        way_on: ["roles から外してください。",
               "Remove it from roles.",
               "Hãy bỏ khỏi roles."],
    }
    RightMissing Error "right.missing" {
        what: ["操作「{0}」を誰ができるかが rights.toml にありません。",
               "rights.toml does not say who may do \"{0}\".",
               "rights.toml không nêu ai được thực hiện \"{0}\"."],
        way_on: ["[[right]] に act = \"{0}\" と roles を記載してください。誰にも許さないときは roles = [] とします。",
               "Write a [[right]] with act = \"{0}\" and roles; roles = [] lets nobody.",
               "Hãy ghi [[right]] với act = \"{0}\" và roles; roles = [] nghĩa là không ai được phép."],
    }
    RightNever Error "right.never" {
        what: ["操作「{0}」を、個人情報を見てはならない役割「{1}」に許しています。",
               "The act \"{0}\" is given to the role \"{1}\", which never meets people's information.",
               "Việc \"{0}\" được giao cho vai trò \"{1}\", là vai trò không được tiếp cận dữ liệu cá nhân."],
        way_on: ["roles から外してください。",
               "Remove it from roles.",
               "Hãy bỏ khỏi roles."],
    }
    RightNobody Error "right.nobody" {
        what: ["操作「{0}」を誰にも許していません。",
               "Nobody may do \"{0}\".",
               "Không ai được thực hiện \"{0}\"."],
        way_on: ["少なくとも一つの役割に許してください。これがないと方針もアカウントも変えられなくなります。",
               "Let at least one role do it; without it neither the policy nor accounts can ever be changed.",
               "Hãy cho ít nhất một vai trò; nếu không sẽ không thể đổi chính sách hay tài khoản."],
    }
    RightAlone Error "right.alone" {
        what: ["役割「{0}」は個人情報を閲覧でき、一人で「{1}」もできます。",
               "The role \"{0}\" opens people's information and may do \"{1}\" alone.",
               "Vai trò \"{0}\" vừa xem được dữ liệu cá nhân vừa tự mình thực hiện được \"{1}\"."],
        way_on: ["役割を分けるか、second に二人目の役割を記載してください。",
               "Part the two, or name who must agree under second.",
               "Hãy tách hai việc, hoặc ghi người thứ hai ở second."],
    }
    GlassTooWide Error "glass.too-wide" {
        what: ["緊急時の権限が「{0}」に及んでいます。",
               "The emergency opens \"{0}\".",
               "Quyền khẩn cấp mở cả \"{0}\"."],
        way_on: ["[glass] の acts から外してください。権限や鍵、二人が必要な操作は緊急時にも一人では行えません。",
               "Remove it from the acts of [glass]; rights, keys and what needs two people stay as they are in an emergency.",
               "Hãy bỏ khỏi acts của [glass]; quyền, khóa và việc cần hai người vẫn giữ nguyên khi khẩn cấp."],
    }
    PlaceNever Error "place.never" {
        what: ["監督下の場所「{0}」では、誰も作業できません。",
               "Nobody could ever work in the supervised place \"{0}\".",
               "Không ai có thể làm việc tại nơi có giám sát \"{0}\"."],
        way_on: ["purposes と zones を記載し、from_hour を until_hour より前にしてください。",
               "Name purposes and zones, and let from_hour come before until_hour.",
               "Hãy ghi purposes và zones, và để from_hour trước until_hour."],
    }
    RightCase Error "right.case" {
        what: ["事例「{0}」: 役割 {1} と操作 {2} について、逆の結果になります。",
               "The case \"{0}\": for the role {1} and the act {2} it comes out the other way.",
               "Trường hợp \"{0}\": với vai trò {1} và việc {2} thì kết quả ngược lại."],
        way_on: ["権限を直すか、事例の expect を直してください。",
               "Correct the rights, or what the case expects.",
               "Hãy sửa quyền hoặc sửa expect của trường hợp."],
    }
    KindUnused Warning "kind.unused" {
        what: ["区分「{0}」の本人には、利用目的が一つもありません。",
               "No purpose is for people of the kind \"{0}\".",
               "Không có mục đích nào cho nhóm chủ thể \"{0}\"."],
        way_on: ["利用目的を定めるか、区分を取り除いてください。",
               "Give it a purpose, or remove it.",
               "Hãy đặt mục đích hoặc bỏ nhóm này."],
    }
    ElementUnused Warning "element.unused" {
        what: ["項目「{0}」を使う利用目的がありません。",
               "No purpose uses the element \"{0}\".",
               "Không có mục đích nào dùng mục dữ liệu \"{0}\"."],
        way_on: ["利用目的に加えるか、取り除いてください。",
               "Add it to a purpose, or remove it.",
               "Hãy thêm vào một mục đích hoặc bỏ đi."],
    }
    HeaderTwice Warning "element.header-twice" {
        what: ["列見出し「{0}」が、項目「{1}」にもあります。",
               "The column heading \"{0}\" also belongs to the element \"{1}\".",
               "Tiêu đề cột \"{0}\" cũng thuộc mục dữ liệu \"{1}\"."],
        way_on: ["取り込みのときに迷わないよう、どちらかから外してください。",
               "Remove it from one of the two, so that an import need not guess.",
               "Hãy bỏ khỏi một trong hai để khi nhập không phải đoán."],
    }
    TermMissing Error "term.missing" {
        what: ["区分「{0}」・利用目的「{1}」の保管期間がありません。",
               "There is no retention term for the kind \"{0}\" and the purpose \"{1}\".",
               "Chưa có thời hạn lưu giữ cho nhóm \"{0}\" và mục đích \"{1}\"."],
        way_on: ["retention.toml に加えてください。",
               "Add one to retention.toml.",
               "Hãy thêm vào retention.toml."],
    }
    TermOpen Error "term.open" {
        what: ["保管期間「{0}」は、区分も利用目的も示していません。",
               "The term \"{0}\" names neither kinds nor purposes.",
               "Thời hạn \"{0}\" không nêu nhóm chủ thể hay mục đích nào."],
        way_on: ["kinds 又は purposes を記載してください。",
               "Name kinds or purposes.",
               "Hãy nêu kinds hoặc purposes."],
    }
    RouteMissing Error "recipient.route-missing" {
        what: ["提供先「{0}」は外国（{1}）にありますが、提供の方法の根拠がありません。",
               "The recipient \"{0}\" is abroad ({1}) and no route is given.",
               "Bên nhận \"{0}\" ở nước ngoài ({1}) nhưng chưa nêu căn cứ chuyển."],
        way_on: ["route に consent、equivalent-measures、recognised のいずれかを記載してください。",
               "Give a route: consent, equivalent-measures or recognised.",
               "Hãy ghi route: consent, equivalent-measures hoặc recognised."],
    }
    GroundMismatch Error "recipient.ground" {
        what: ["提供先「{0}」の種類と根拠「{1}」が合いません。",
               "The ground \"{1}\" does not fit what the recipient \"{0}\" is.",
               "Căn cứ \"{1}\" không phù hợp với loại bên nhận \"{0}\"."],
        way_on: ["委託先は entrustment、共同利用の相手は joint-use、公的機関は law か public-affairs としてください。",
               "An entrusted company has entrustment, a partner in joint use joint-use, a public body law or public-affairs.",
               "Bên được ủy thác dùng entrustment, bên dùng chung dùng joint-use, cơ quan nhà nước dùng law hoặc public-affairs."],
    }
    PlanMissing Error "recipient.plan-missing" {
        what: ["提供先「{0}」への「{1}」による提供について、知らせる事項が定められていません。",
               "Nothing says what people are told before \"{0}\" receives information by \"{1}\".",
               "Chưa nêu điều phải báo trước khi \"{0}\" nhận dữ liệu theo \"{1}\"."],
        way_on: ["[[opt-out]] 又は [[joint-use]] の recipients に加えてください。",
               "Add it to the recipients of an [[opt-out]] or [[joint-use]].",
               "Hãy thêm vào recipients của [[opt-out]] hoặc [[joint-use]]."],
    }
    OptOutIncomplete Error "opt-out.incomplete" {
        what: ["オプトアウト「{0}」に、知らせるべき事項「{1}」がありません。",
               "The opt-out \"{0}\" lacks \"{1}\", which people must be told.",
               "Opt-out \"{0}\" thiếu nội dung phải báo \"{1}\"."],
        way_on: ["六つの事項と法定の事項は、どれも省くことができません。書き加えてください。",
               "None of the six details and the statutory items may be left out: add it.",
               "Không được thiếu mục nào trong sáu nội dung và các mục luật định: hãy bổ sung."],
    }
    OptOutSpecialCare Error "opt-out.special-care" {
        what: ["オプトアウト「{0}」が、要配慮個人情報「{1}」を含んでいます。",
               "The opt-out \"{0}\" covers the special-care element \"{1}\".",
               "Opt-out \"{0}\" có dữ liệu nhạy cảm \"{1}\"."],
        way_on: ["要配慮個人情報は、この方法では提供できません。外してください。",
               "Special-care information may not be provided this way: remove it.",
               "Không được cung cấp dữ liệu nhạy cảm theo cách này: hãy bỏ ra."],
    }
    JointUseIncomplete Error "joint-use.incomplete" {
        what: ["共同利用「{0}」に、知らせるべき事項「{1}」がありません。",
               "The joint use \"{0}\" lacks \"{1}\", which people must be told.",
               "Việc dùng chung \"{0}\" thiếu nội dung phải báo \"{1}\"."],
        way_on: ["書き加えてください（個人情報保護法27条5項3号）。",
               "Add it (APPI 27(5)(3)).",
               "Hãy bổ sung (Điều 27(5)(3) APPI)."],
    }
    FeeAbovePromise Error "fee.above-promise" {
        what: ["手数料の上限 {0} 円が、約束した {1} 円を超えています。",
               "The fee limit of {0} yen is above the promised {1} yen.",
               "Mức phí tối đa {0} yên vượt mức đã hứa {1} yên."],
        way_on: ["fee_max_yen を {1} 以下にするか、文を改めてください。",
               "Lower fee_max_yen to {1} or less, or change the sentence.",
               "Hãy giảm fee_max_yen xuống {1} trở xuống hoặc sửa câu đã hứa."],
    }
    ErasureMissing Error "erasure.missing" {
        what: ["消去にかかる時間が記載されていません。",
               "How long an erasure takes is not stated.",
               "Chưa ghi thời gian xóa dữ liệu."],
        way_on: ["[erasure] に wait_hours（消去を決めてから鍵を破棄するまでの時間、0〜720）、backups_days（破棄からバックアップに及ぶまでの日数、2〜365）、clause（それを伝える条項）を記載してください。",
               "Write [erasure] with wait_hours (hours from the decision until the key is destroyed, 0 to 720), backups_days (days from then until every backup is reached, 2 to 365) and clause (the clause that tells people so).",
               "Hãy ghi [erasure] với wait_hours (số giờ từ khi quyết định đến khi hủy khóa, 0 đến 720), backups_days (số ngày từ đó đến khi mọi bản sao lưu cũng bị xóa, 2 đến 365) và clause (điều khoản công bố điều đó)."],
    }
    ErasureUntold Error "erasure.untold" {
        what: ["条項「{0}」の{1}の文に、[erasure] の {3} の {2} がありません。",
               "The clause \"{0}\" does not name {2}, the {3} of [erasure], in {1}.",
               "Điều khoản \"{0}\" bản {1} không nêu {2}, tức {3} của [erasure]."],
        way_on: ["文に {2} を記載するか、{3} を公表した数に合わせてください。",
               "Write {2} into the sentence, or set {3} to what is published.",
               "Hãy ghi {2} vào câu đó hoặc sửa {3} theo con số đã công bố."],
    }
    SignInClosed Error "sign-in.closed" {
        what: ["[sign-in] の ways では誰もサインインできません。",
               "Nobody can sign in by the ways of [sign-in].",
               "Không ai đăng nhập được bằng các cách trong ways của [sign-in]."],
        way_on: ["password か passkey を加えてください。",
               "Add password or passkey.",
               "Hãy thêm password hoặc passkey."],
    }
    SignInNoSecond Error "sign-in.no-second" {
        what: ["[sign-in] の second_for が求める二つ目の確認方法が、ways にありません。",
               "second_for of [sign-in] asks for a second factor, and ways names none.",
               "second_for của [sign-in] đòi yếu tố thứ hai nhưng ways không có cách nào."],
        way_on: ["passkey か totp を ways に加えるか、second_for を空にしてください。",
               "Add passkey or totp to ways, or leave second_for empty.",
               "Hãy thêm passkey hoặc totp vào ways, hoặc để trống second_for."],
    }
    OverrideUnknown Error "override.unknown-clause" {
        what: ["製品「{0}」が、存在しない条項「{1}」を上書きしています。",
               "The product \"{0}\" overrides the clause \"{1}\", which does not exist.",
               "Sản phẩm \"{0}\" thay thế điều khoản \"{1}\" không tồn tại."],
        way_on: ["公表する文書の条項の識別名を記載してください。",
               "Name a clause of the notice.",
               "Hãy nêu tên một điều khoản của thông báo."],
    }
    OverrideEmpty Error "override.empty" {
        what: ["製品「{0}」の条項「{1}」の文が、{2} で空です。",
               "The product \"{0}\" overrides the clause \"{1}\" with an empty text in {2}.",
               "Sản phẩm \"{0}\" thay điều khoản \"{1}\" bằng nội dung trống ({2})."],
        way_on: ["文を記載するか、上書きを取り除いてください。一般の約束は空の文では消えません。",
               "Write it, or remove the override; an empty text never takes a general promise away.",
               "Hãy ghi nội dung hoặc bỏ phần thay thế; nội dung trống không xóa được lời hứa chung."],
    }
    CaseOutcome Error "case.outcome" {
        what: ["事例「{0}」: 前提は {1}。期待は{2}、結果は{3}。根拠: {4}。",
               "The case \"{0}\": given {1}; expected {2}, came out {3}, by {4}.",
               "Trường hợp \"{0}\": cho trước {1}; mong đợi {2}, kết quả {3}, theo {4}."],
        way_on: ["規則を直すか、事例の expect を直してください。",
               "Correct the rules, or what the case expects.",
               "Hãy sửa quy tắc hoặc sửa expect của trường hợp."],
    }
    CaseClause Error "case.clause" {
        what: ["事例「{0}」: 前提は {1}。条項 {2} によるはずが、{3} によります。",
               "The case \"{0}\": given {1}; expected by the clause {2}, came out by {3}.",
               "Trường hợp \"{0}\": cho trước {1}; mong đợi theo điều khoản {2}, kết quả theo {3}."],
        way_on: ["規則を直すか、事例の clause を直してください。",
               "Correct the rules, or the clause the case names.",
               "Hãy sửa quy tắc hoặc sửa clause của trường hợp."],
    }
    CaseRule Error "case.rule" {
        what: ["事例「{0}」: 前提は {1}。規則 {2} で断るはずが、{3} で断られます。",
               "The case \"{0}\": given {1}; expected to be refused by the rule {2}, came out refused by {3}.",
               "Trường hợp \"{0}\": cho trước {1}; mong đợi bị từ chối theo quy tắc {2}, kết quả bị từ chối theo {3}."],
        way_on: ["規則を直すか、事例の rule を直してください。",
               "Correct the rules, or the rule the case names.",
               "Hãy sửa quy tắc hoặc sửa rule của trường hợp."],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_every_text_is_there_in_three_languages() {
        let keys: BTreeSet<_> = Flaw::ALL.iter().map(|flaw| flaw.key()).collect();
        assert_eq!(keys.len(), Flaw::ALL.len());
        for flaw in Flaw::ALL {
            for text in flaw.what().iter().chain(&flaw.way_on()) {
                assert!(!text.is_empty(), "{}", flaw.key());
            }
            let places = |text: &str| ["{0}", "{1}", "{2}", "{3}", "{4}"].map(|place| text.contains(place));
            for texts in [flaw.what(), flaw.way_on()] {
                let [ja, en, vi] = texts.map(places);
                assert!(ja == en && en == vi, "{} fills the same places in every language", flaw.key());
            }
        }
    }
}
