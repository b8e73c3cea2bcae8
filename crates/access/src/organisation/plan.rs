//! A list of staff, departments or cards kept elsewhere, laid against the organisation: who joined, moved, left, and what cannot be read.

use super::field::{Field, Holds};
use super::part::{Part, Sheet};
use super::put::{Edit, would_put};
use super::{PartId, PartKind, Roster, roster};
use crate::answer::{Mistake, No};
use crate::desk::Desk;
use jiff::civil::Date;
use policy::Language;
use policy::normal::date::{DateOrder, Dated, Evidence, read as read_date};
use policy::normal::fold::key;
use std::collections::{BTreeMap, BTreeSet};

/// One line of a list: what its cells say, by the names of fields; `id` too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its line in the file, from 1.
    pub line: u32,
    /// Its cells that hold something.
    pub cells: BTreeMap<String, String>,
}

/// What is done besides writing what the list says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// The list is whole: whoever is not on it has left with this last day.
    pub others_left: Option<Date>,
    /// Departments that are not registered are registered within this legal entity.
    pub departments_within: Option<PartId>,
}

/// What becomes of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is new, or comes back.
    Joined,
    /// It is within another part now: somebody works in another department, a card belongs to somebody else.
    Moved,
    /// Something else is written about it.
    Changed,
    /// It ends.
    Left,
}

impl Fate {
    /// Its word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Left => "left",
        }
    }
}

/// What a list would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Each part that would change, with its line; those that are only missing from a whole list have none.
    pub changes: Vec<(Option<u32>, Fate, Part)>,
    /// What [`put_all`](super::put_all) is to write.
    pub edits: Vec<Edit>,
    /// Lines that say nothing new.
    pub same: usize,
    /// Lines that cannot be taken, and why.
    pub rejected: Vec<(u32, Mistake)>,
}

impl Plan {
    /// How many parts have this fate.
    #[must_use]
    pub fn count(&self, fate: Fate) -> usize {
        self.changes.iter().filter(|(_, of, _)| *of == fate).count()
    }

    /// Whether so many leave that the list is more likely cut off than right: more than five, and more than a tenth of those that are there.
    #[must_use]
    pub fn is_alarming(&self, there: usize) -> bool {
        let left = self.count(Fate::Left);
        left > 5 && left.saturating_mul(10) > there
    }
}

/// What the lines of a list about one kind would change; nothing is written. A line with a mistake is left out, and so is what rests on it.
///
/// # Errors
/// [`No::Mistake`] when a list without a single line is said to be whole.
pub async fn plan(desk: &Desk, kind: PartKind, lines: &[Line], how: &How) -> Result<Plan, No> {
    if lines.is_empty() && how.others_left.is_some() {
        return Err(Mistake::new(
            "file",
            "1行もない一覧では、全員が退職したことになってしまいます。",
            "A whole list without a line would end everybody.",
            "Danh sách trống sẽ làm tất cả bị coi là đã nghỉ.",
        )
        .into());
    }
    let roster = roster(desk.office(), None).await?;
    let mut reader = Reader::new(&roster, kind, lines, how);
    let mut plan = Plan::default();
    let mut edits: Vec<(Option<u32>, Edit)> = Vec::new();
    let mut taken: BTreeSet<PartId> = BTreeSet::new();
    for line in lines {
        match reader.edit(line) {
            Ok(edit) if taken.contains(&edit.id) => plan.rejected.push((line.line, twice())),
            Ok(edit) => {
                taken.insert(edit.id.clone());
                edits.push((Some(line.line), edit));
            }
            Err(mistake) => {
                // Who stands on the list has not left, whatever else of the line cannot be read.
                taken.extend(reader.id(line).ok());
                plan.rejected.push((line.line, mistake));
            }
        }
    }
    edits.splice(0..0, reader.departments().into_iter().map(|edit| (None, edit)));
    if let Some(last) = how.others_left {
        let gone = roster.parts(kind).filter(|part| part.until.is_none() && !taken.contains(&part.id));
        for part in gone {
            let mut sheet = part.sheet.clone();
            sheet.insert("until".into(), last.max(part.from).to_string());
            edits.push((None, Edit { kind, id: part.id.clone(), sheet }));
        }
    }
    settle(desk, &roster, edits, plan).await
}

/// Judges the edits together, and leaves out what cannot be until all that is left can.
async fn settle(desk: &Desk, roster: &Roster, mut edits: Vec<(Option<u32>, Edit)>, mut plan: Plan) -> Result<Plan, No> {
    loop {
        let all: Vec<Edit> = edits.iter().map(|(_, edit)| edit.clone()).collect();
        let told = would_put(desk, roster, &all).await?;
        let line = |kind: PartKind, id: &PartId| {
            edits.iter().find(|(_, edit)| edit.kind == kind && edit.id == *id).and_then(|(line, _)| *line)
        };
        let bad: BTreeSet<(PartKind, PartId)> =
            told.iter().filter(|(_, flaw)| flaw.is_some()).map(|(part, _)| (part.kind, part.id.clone())).collect();
        if bad.is_empty() {
            plan.same = edits.len().saturating_sub(told.len());
            plan.changes =
                told.into_iter().map(|(part, _)| (line(part.kind, &part.id), fate(roster, &part), part)).collect();
            plan.changes.sort_by(|a, b| (a.1, a.0, &a.2.id).cmp(&(b.1, b.0, &b.2.id)));
            plan.edits = all;
            plan.rejected.sort_by_key(|(line, _)| *line);
            return Ok(plan);
        }
        for (part, flaw) in told {
            if let Some(mistake) = flaw {
                plan.rejected.push((line(part.kind, &part.id).unwrap_or(0), mistake));
            }
        }
        edits.retain(|(_, edit)| !bad.contains(&(edit.kind, edit.id.clone())));
    }
}

fn fate(roster: &Roster, part: &Part) -> Fate {
    match roster.part(part.kind, &part.id) {
        None if part.until.is_none() => Fate::Joined,
        Some(old) if old.until.is_some() && part.until.is_none() => Fate::Joined,
        None => Fate::Left,
        Some(old) if old.until != part.until && part.until.is_some() => Fate::Left,
        Some(old) if old.text("within") != part.text("within") => Fate::Moved,
        Some(_) => Fate::Changed,
    }
}

fn twice() -> Mistake {
    Mistake::new(
        "id",
        "同じIDの行が2回あります。",
        "Its id stands twice in the list.",
        "Mã này xuất hiện hai lần trong danh sách.",
    )
}

/// Reads lines by what is registered.
struct Reader<'a> {
    roster: &'a Roster,
    kind: PartKind,
    how: &'a How,
    /// The order of day and month in each column of days.
    order: BTreeMap<&'static str, DateOrder>,
    /// Departments that the list brings along, by the key of their name.
    fresh: BTreeMap<String, (PartId, String)>,
    /// Names of this list, so that a line may name another one.
    named: BTreeMap<String, PartId>,
}

impl<'a> Reader<'a> {
    fn new(roster: &'a Roster, kind: PartKind, lines: &[Line], how: &'a How) -> Self {
        let mut order = BTreeMap::new();
        for field in Field::of(kind).filter(|field| field.holds == Holds::Day) {
            let mut evidence = Evidence::default();
            lines.iter().filter_map(|line| line.cells.get(field.id)).for_each(|text| evidence.add(text));
            order.insert(field.id, evidence.order(DateOrder::Unsettled));
        }
        let mut reader = Self { roster, kind, how, order, fresh: BTreeMap::new(), named: BTreeMap::new() };
        for line in lines {
            if let (Ok(id), Some(name)) = (reader.id(line), line.cells.get("name")) {
                reader.named.insert(key(name), id);
            }
        }
        reader
    }

    /// The id of a line: the one it says, else of the part with its name, else made of what identifies it.
    fn id(&self, line: &Line) -> Result<PartId, Mistake> {
        let text = |field: &str| line.cells.get(field).map_or("", |text| text.trim());
        let said = narrow(text("id"));
        if !said.is_empty() {
            return said.parse().map_err(|_| bad_id());
        }
        let (field, own) = match self.kind {
            PartKind::Staff => ("login", text("login")),
            PartKind::Card => ("number", text("number")),
            PartKind::Reader => ("code", text("code")),
            _ => ("name", text("name")),
        };
        let same = |part: &&Part| key(part.text(field)) == key(own) && part.until.is_none();
        if own.is_empty() {
            return Err(no_id());
        }
        if let Some(known) = self.roster.parts(self.kind).find(same) {
            return Ok(known.id.clone());
        }
        id_of_name(self.kind, own).ok_or_else(no_id)
    }

    fn edit(&mut self, line: &Line) -> Result<Edit, Mistake> {
        let id = self.id(line)?;
        // What the list does not say stays as it stands.
        let mut sheet: Sheet = self.roster.part(self.kind, &id).map(|part| part.sheet.clone()).unwrap_or_default();
        for (name, text) in line.cells.iter().filter(|(name, _)| *name != "id") {
            let Some(field) = Field::find(self.kind, name) else { continue };
            let text = self.value(field, text.trim())?;
            if !text.is_empty() {
                sheet.insert(name.clone(), text);
            }
        }
        Ok(Edit { kind: self.kind, id, sheet })
    }

    /// A cell as the field holds it.
    fn value(&mut self, field: &'static Field, text: &str) -> Result<String, Mistake> {
        match field.holds {
            Holds::Day => {
                let order = self.order.get(field.id).copied().unwrap_or(DateOrder::Unsettled);
                match read_date(text, order) {
                    Ok(Dated::Day(day)) => Ok(day.to_string()),
                    _ => Err(no_day(field)),
                }
            }
            Holds::Choice(choices) => {
                let wanted = key(text);
                let is = |(code, labels): &&(&str, [&str; 3])| {
                    key(code) == wanted || labels.iter().any(|label| key(label) == wanted)
                };
                if let Some((code, _)) = choices.iter().find(is) {
                    return Ok((*code).to_owned());
                }
                let also = ALSO.iter().find(|(of, _, words)| *of == field.id && words.contains(&wanted.as_str()));
                if let Some((_, code, _)) = also {
                    return Ok((*code).to_owned());
                }
                // 「レベル3」 is 3.
                let digits: String = wanted.chars().filter(char::is_ascii_digit).collect();
                Ok(if field.id == "level" && !digits.is_empty() { digits } else { text.to_owned() })
            }
            Holds::Part(kind) => self.part(field, kind, text),
            Holds::Parts(kind) => {
                let words =
                    text.split([',', ';', '\n', '、', '，', '；', '/', '／']).map(str::trim).filter(|w| !w.is_empty());
                let ids: Result<Vec<String>, Mistake> = words.map(|word| self.part(field, kind, word)).collect();
                Ok(ids?.join(" "))
            }
            Holds::Login => Ok(narrow(text).to_lowercase()),
            Holds::Email | Holds::Country => Ok(narrow(text)),
            Holds::Text(_) | Holds::Rows | Holds::Addresses => Ok(text.to_owned()),
        }
    }

    /// The id of a part that a cell names by its id or by its name.
    fn part(&mut self, field: &Field, kind: PartKind, text: &str) -> Result<String, Mistake> {
        let narrow = narrow(text);
        let known = narrow.parse::<PartId>().ok().filter(|id| self.roster.part(kind, id).is_some());
        if let Some(id) = known {
            return Ok(id.to_string());
        }
        let wanted = key(text);
        let mut named = self.roster.parts(kind).filter(|part| part.until.is_none() && key(part.name()) == wanted);
        match (named.next(), named.next()) {
            (Some(part), None) => return Ok(part.id.to_string()),
            (Some(_), Some(_)) => return Err(ambiguous(field)),
            (None, _) => {}
        }
        if kind == self.kind {
            // Another line of the same list.
            return self
                .named
                .get(&wanted)
                .map(ToString::to_string)
                .ok_or_else(|| not_there(field, kind))
                .or(Ok(narrow));
        }
        if kind == PartKind::Department && self.how.departments_within.is_some() {
            let made = id_of_name(kind, text).ok_or_else(|| not_there(field, kind))?;
            let (id, _) = self.fresh.entry(wanted).or_insert_with(|| (made, text.to_owned()));
            return Ok(id.to_string());
        }
        Err(not_there(field, kind))
    }

    /// The departments that the list brings along.
    fn departments(&self) -> Vec<Edit> {
        let Some(entity) = &self.how.departments_within else { return Vec::new() };
        let all = self.fresh.values().map(|(id, name)| {
            let fields = [("name", name.as_str()), ("within", entity.as_str())];
            let sheet = fields.map(|(field, text)| (field.to_owned(), text.to_owned())).into();
            Edit { kind: PartKind::Department, id: id.clone(), sheet }
        });
        all.collect()
    }
}

/// Words that lists write for a choice, folded.
const ALSO: &[(&str, &str, &[&str])] = &[
    (
        "employment",
        "employee",
        &[
            "正社員",
            "社員",
            "契約社員",
            "嘱託",
            "嘱託社員",
            "パート",
            "アルバイト",
            "役員",
            "fulltime",
            "permanent",
            "regular",
            "parttime",
            "chinhthuc",
            "nhanvienchinhthuc",
            "thuviec",
        ],
    ),
    (
        "employment",
        "contractor",
        &[
            "派遣",
            "派遣社員",
            "業務委託",
            "委託",
            "請負",
            "協力会社",
            "contract",
            "freelance",
            "outsourced",
            "temp",
            "congtacvien",
            "ctv",
            "thuengoai",
        ],
    ),
    ("status", "given", &["使用中", "有効", "発行済み", "発行済", "active", "issued", "inuse", "dangdung"]),
    ("status", "blocked", &["無効", "利用停止", "disabled", "inactive", "khoa"]),
    ("status", "returned", &["返却", "返却済", "回収済", "回収", "back", "datra"]),
    ("state", "active", &["実施中", "進行中", "running", "ongoing", "dangchay"]),
    ("state", "closed", &["完了", "終了済み", "done", "finished", "dong"]),
];

/// A text with wide letters and digits narrowed, as ids are written.
fn narrow(text: &str) -> String {
    let narrow = |letter: char| match u32::from(letter) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide.saturating_sub(0xFEE0)).unwrap_or(letter),
        0x3000 => ' ',
        _ => letter,
    };
    text.chars().map(narrow).collect::<String>().trim().to_owned()
}

/// An id made of a name: its letters and digits where they are Latin, else a mark of it.
#[must_use]
pub fn id_of_name(kind: PartKind, text: &str) -> Option<PartId> {
    let folded = policy::normal::fold::fold(text);
    let foreign = folded.chars().any(|letter| letter.is_alphanumeric() && !letter.is_ascii_alphanumeric());
    let parts: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if !foreign && let Ok(id) = parts.join("-").parse() {
        return Some(id);
    }
    let mark = hex::encode(ledger::commitment::detail(&[0; 32], key(text).as_bytes()));
    let mark: String = mark.chars().take(10).collect();
    format!("{}-{mark}", kind.code()).parse().ok()
}

fn of(field: &Field, ja: &str, en: &str, vi: &str) -> Mistake {
    let label = |language| field.label(language);
    Mistake::new(
        field.id,
        format!("「{}」：{ja}", label(Language::Ja)),
        format!("{}: {en}", label(Language::En)),
        format!("{}: {vi}", label(Language::Vi)),
    )
}

fn no_day(field: &Field) -> Mistake {
    of(
        field,
        "日付として読めません。2026-04-01 の形で書いてください。",
        "It cannot be read as a day. Write it as 2026-04-01.",
        "Không đọc được ngày. Hãy ghi theo dạng 2026-04-01.",
    )
}

fn ambiguous(field: &Field) -> Mistake {
    of(
        field,
        "同じ名前が複数あります。IDで書いてください。",
        "Several have this name. Write the id.",
        "Có nhiều mục cùng tên. Hãy ghi mã.",
    )
}

fn not_there(field: &Field, kind: PartKind) -> Mistake {
    let label = kind.label();
    of(
        field,
        &format!("その{}は登録されていません。IDか登録された名称で書いてください。", label.get(Language::Ja)),
        &format!("No {} has this id or name. Register it first.", label.get(Language::En).to_lowercase()),
        &format!("Chưa có {} mang mã hoặc tên này. Hãy đăng ký trước.", label.get(Language::Vi).to_lowercase()),
    )
}

fn bad_id() -> Mistake {
    Mistake::new(
        "id",
        "IDは英数字と「.」「_」「-」の64文字以内です。",
        "An id is at most 64 of a-z, A-Z, 0-9, '.', '_' and '-'.",
        "Mã gồm tối đa 64 ký tự a-z, A-Z, 0-9, '.', '_' và '-'.",
    )
}

fn no_id() -> Mistake {
    Mistake::new(
        "id",
        "社員番号やコードなど、IDになるものがありません。",
        "It has nothing that identifies it, such as an employee number.",
        "Không có gì để nhận diện, ví dụ mã nhân viên.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_narrowed_and_made_of_names() {
        assert_eq!(narrow("Ｅ００１２　"), "E0012");
        assert_eq!(id_of_name(PartKind::Department, "Human Resources").unwrap().as_str(), "human-resources");
        let mark = id_of_name(PartKind::Department, "人事部").unwrap();
        assert!(mark.as_str().starts_with("department-") && mark.as_str().len() == 21, "{mark}");
        assert_eq!(id_of_name(PartKind::Department, "人事　部"), Some(mark), "white space does not matter");
    }

    #[test]
    fn other_words_for_choices_are_folded_already() {
        for (field, code, words) in ALSO {
            let found = super::super::FIELDS.iter().find(|of| of.id == *field).unwrap();
            let Holds::Choice(choices) = found.holds else { panic!("{field}") };
            assert!(choices.iter().any(|(choice, _)| choice == code));
            for word in *words {
                assert_eq!(key(word), *word, "{field} {code}");
            }
        }
    }

    #[test]
    fn a_list_that_ends_a_tenth_of_all_is_doubted() {
        let part = |n: u32| Part {
            kind: PartKind::Staff,
            id: format!("E{n}").parse().unwrap(),
            version: 1,
            from: Date::MIN,
            until: None,
            sheet: Sheet::new(),
            changed_at: ledger::names::Moment(0),
            entry: 0,
        };
        let plan =
            |left: u32| Plan { changes: (0..left).map(|n| (None, Fate::Left, part(n))).collect(), ..Plan::default() };
        assert!(!plan(5).is_alarming(10));
        assert!(plan(6).is_alarming(59) && !plan(6).is_alarming(60));
    }
}
