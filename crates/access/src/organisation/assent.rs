//! Dated assents: an entity adopts a policy version, a project's rule sheet is approved, a member acknowledges it, zones are reviewed.

use super::part::to_json;
use super::{PartId, PartKind, ProjectState, Roster, roster};
use crate::answer::{Fault, Mistake, No};
use crate::desk::{Desk, Office};
use crate::permit::{OfficeAct, permit_office};
use ledger::commitment::detail;
use ledger::entry::EntryKind;
use ledger::names::{Moment, PolicyDigest};
use std::collections::BTreeMap;
use store::{Change, Row, Value};

/// What sort of assent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssentKind {
    /// A legal entity adopted a policy version, and somebody answers for it there.
    Adoption,
    /// The rule sheet of a project was approved.
    Rules,
    /// A member acknowledged the rule sheet of a project.
    Acknowledgement,
    /// The zone register was reviewed.
    Zones,
}

impl AssentKind {
    /// Every sort.
    pub const ALL: &[Self] = &[Self::Adoption, Self::Rules, Self::Acknowledgement, Self::Zones];

    /// Its word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Adoption => "adoption",
            Self::Rules => "rules",
            Self::Acknowledgement => "acknowledgement",
            Self::Zones => "zones",
        }
    }

    /// The kind of entry it leaves.
    const fn entry(self) -> EntryKind {
        match self {
            Self::Adoption => EntryKind::PolicyAdopted,
            Self::Rules => EntryKind::RulesApproved,
            Self::Acknowledgement => EntryKind::RulesAcknowledged,
            Self::Zones => EntryKind::ZonesReviewed,
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == word)
    }
}

/// One assent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assent {
    /// What sort.
    pub kind: AssentKind,
    /// Whose: the entity, the project; empty for zones.
    pub part: String,
    /// To what: the digest of the policy version or of the rule sheet, the digest of the zone register as it was reviewed; 64 hex digits.
    pub about: String,
    /// Which staff member: who answers for the policy in the entity, who approved the rules, who acknowledged them. May be empty.
    pub staff: String,
    /// What the rule sheet is called, or where it lies.
    pub note: String,
    /// When.
    pub at: Moment,
    /// Its entry.
    pub entry: u64,
}

/// The digest by which an entry binds one assent.
#[must_use]
pub fn bound_assent(
    salt: &[u8; 32],
    kind: &str,
    part: &str,
    about: &str,
    staff: &str,
    note: &str,
    at: i64,
) -> [u8; 32] {
    let told =
        serde_json::json!({ "about": about, "at": at, "kind": kind, "note": note, "part": part, "staff": staff });
    detail(salt, told.to_string().as_bytes())
}

/// Every assent known at `as_of`, or now, oldest first.
///
/// # Errors
/// [`Fault`].
pub async fn assents(office: &Office, as_of: Option<Moment>) -> Result<Vec<Assent>, Fault> {
    let at = as_of.unwrap_or(Moment(i64::MAX));
    let sql = "SELECT kind, part, about, staff, note, at, idx FROM assent WHERE at <= $1 ORDER BY idx, place";
    office.store().read(sql, vec![at.into()]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Assent, Fault> {
    let bad = |_| Fault::Damaged("assent");
    let text = |column| row.text(column).map(str::to_owned).map_err(bad);
    Ok(Assent {
        kind: AssentKind::read(row.text(0).map_err(bad)?).ok_or(Fault::Damaged("assent.kind"))?,
        part: text(1)?,
        about: text(2)?,
        staff: text(3)?,
        note: text(4)?,
        at: row.moment(5).map_err(bad)?,
        entry: u64::try_from(row.int(6).map_err(bad)?).map_err(|_| Fault::Damaged("assent.idx"))?,
    })
}

/// The rule sheets of all projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(BTreeMap<PartId, RuleSheet>);

/// The rule sheet of a project as it was approved last, and who has acknowledged it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSheet {
    /// Its approval.
    pub approval: Assent,
    /// When each member acknowledged it.
    pub acknowledged: BTreeMap<PartId, Moment>,
}

impl Rules {
    /// The rule sheets that these assents tell of, oldest first.
    #[must_use]
    pub fn read(assents: &[Assent]) -> Self {
        let mut rules: BTreeMap<PartId, RuleSheet> = BTreeMap::new();
        for assent in assents {
            let Ok(project) = assent.part.parse::<PartId>() else { continue };
            match assent.kind {
                AssentKind::Rules => {
                    let sheet = RuleSheet { approval: assent.clone(), acknowledged: BTreeMap::new() };
                    rules.insert(project, sheet);
                }
                AssentKind::Acknowledgement => {
                    let sheet = rules.get_mut(&project).filter(|sheet| sheet.approval.about == assent.about);
                    if let (Some(sheet), Ok(staff)) = (sheet, assent.staff.parse::<PartId>()) {
                        sheet.acknowledged.entry(staff).or_insert(assent.at);
                    }
                }
                AssentKind::Adoption | AssentKind::Zones => {}
            }
        }
        Self(rules)
    }

    /// The rule sheet of a project.
    #[must_use]
    pub fn of(&self, project: &PartId) -> Option<&RuleSheet> {
        self.0.get(project)
    }
}

/// A legal entity adopts the policy version in force. Who answers for it there is the responsible person of the entity.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Missing`] without such an entity, [`No::Mistake`] without a responsible person who is there, or when
/// it has adopted this version already.
pub async fn adopt(desk: &Desk, entity: &PartId) -> Result<u64, No> {
    let digest = desk.enacted()?.digest;
    let permit = permit_office(desk, OfficeAct::AdoptPolicy).await?;
    let roster = roster(desk.office(), None).await?;
    let found = roster.entities.iter().find(|one| one.id == *entity && !one.has_ended(desk.today()));
    let found = found.ok_or(No::Missing)?;
    let responsible = found.responsible.as_ref().and_then(|id| roster.staff_member(id));
    let Some(responsible) = responsible.filter(|staff| !staff.has_ended(desk.today())) else {
        return Err(Mistake::new(
            "responsible",
            "この法人の責任者が登録されていません。先に責任者を登録してください。",
            "This entity has no responsible person. Name one first.",
            "Pháp nhân này chưa có người chịu trách nhiệm. Hãy chỉ định trước.",
        )
        .into());
    };
    if adopted(&assents(desk.office(), None).await?, entity, digest).is_some() {
        return Err(already());
    }
    let entry = permit.entry(desk, AssentKind::Adoption.entry());
    let assent = New { part: entity.as_str(), about: digest.to_string(), staff: responsible.id.as_str(), note: "" };
    write(desk, entry, AssentKind::Adoption, &[assent]).await
}

/// The adoption of a policy version by an entity.
#[must_use]
pub fn adopted<'a>(assents: &'a [Assent], entity: &PartId, digest: PolicyDigest) -> Option<&'a Assent> {
    let digest = digest.to_string();
    assents.iter().find(|a| a.kind == AssentKind::Adoption && a.part == entity.as_str() && a.about == digest)
}

/// The SHA-256 of a document.
#[must_use]
pub fn document_digest(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

/// Approves the rule sheet of a project: the document with this SHA-256. Whoever acknowledged an earlier one acknowledges this one anew.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Missing`] without such a project, [`No::Mistake`] on `about` or `note`.
pub async fn approve_rules(desk: &Desk, project: &PartId, document: [u8; 32], note: &str) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ApproveRules).await?;
    let roster = roster(desk.office(), None).await?;
    open_project(&roster, project, desk)?;
    let about = hex::encode(document);
    let rules = Rules::read(&assents(desk.office(), None).await?);
    if rules.of(project).is_some_and(|sheet| sheet.approval.about == about) {
        return Err(already());
    }
    let note = note.trim();
    if note.is_empty() || note.chars().count() > 200 || note.chars().any(char::is_control) {
        return Err(Mistake::new(
            "note",
            "規則書の名前か置き場所を200文字以内で書いてください。",
            "Say in at most 200 characters what the rule sheet is called or where it lies.",
            "Hãy ghi tên hoặc nơi lưu bản quy tắc trong 200 ký tự.",
        )
        .into());
    }
    let staff = desk.maybe_actor().and_then(|actor| roster.by_login(&actor.login, desk.today()));
    let staff = staff.map_or("", |staff| staff.id.as_str());
    let entry = permit.entry(desk, AssentKind::Rules.entry());
    write(desk, entry, AssentKind::Rules, &[New { part: project.as_str(), about, staff, note }]).await
}

/// Records that members have acknowledged the rule sheet of their project, as it is approved now. Who has done so already is left out.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Missing`] without such a project, [`No::Mistake`] on `staff` for somebody who is no member, or when
/// nobody is left, on `about` without an approved rule sheet.
pub async fn acknowledge(desk: &Desk, project: &PartId, staff: &[PartId]) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::AcknowledgeRules).await?;
    let roster = roster(desk.office(), None).await?;
    open_project(&roster, project, desk)?;
    let rules = Rules::read(&assents(desk.office(), None).await?);
    let Some(sheet) = rules.of(project) else {
        return Err(Mistake::new(
            "about",
            "承認された規則書がありません。先に規則書を承認してください。",
            "There is no approved rule sheet. Approve one first.",
            "Chưa có bản quy tắc được duyệt. Hãy duyệt trước.",
        )
        .into());
    };
    let is_member = |id: &PartId| roster.members(project, desk.today()).any(|member| member.id == *id);
    if !staff.iter().all(is_member) {
        return Err(Mistake::new(
            "staff",
            "このプロジェクトの構成員ではない人がいます。",
            "Somebody is no member of this project.",
            "Có người không phải thành viên của dự án này.",
        )
        .into());
    }
    let mut left: Vec<&PartId> = staff.iter().filter(|id| !sheet.acknowledged.contains_key(*id)).collect();
    left.sort_unstable();
    left.dedup();
    if left.is_empty() {
        return Err(already());
    }
    let about = &sheet.approval.about;
    let all: Vec<New> = left
        .into_iter()
        .map(|id| New { part: project.as_str(), about: about.clone(), staff: id.as_str(), note: "" })
        .collect();
    write(desk, permit.entry(desk, AssentKind::Acknowledgement.entry()), AssentKind::Acknowledgement, &all).await
}

/// Acknowledges, for oneself, the rule sheet of a project that one is a member of. It needs no right: nobody else is meant.
///
/// # Errors
/// [`No::Missing`] unless whoever is at the desk is registered as a member of such a project that has an approved rule sheet,
/// [`No::Mistake`] when they have acknowledged it already.
pub async fn acknowledge_own(desk: &Desk, project: &PartId) -> Result<u64, No> {
    let login = &desk.actor()?.login;
    let roster = roster(desk.office(), None).await?;
    open_project(&roster, project, desk)?;
    let staff = roster.by_login(login, desk.today()).ok_or(No::Missing)?;
    let is_member = roster.members(project, desk.today()).any(|member| member.id == staff.id);
    let rules = Rules::read(&assents(desk.office(), None).await?);
    let sheet = rules.of(project).filter(|_| is_member).ok_or(No::Missing)?;
    if sheet.acknowledged.contains_key(&staff.id) {
        return Err(already());
    }
    let new = New { part: project.as_str(), about: sheet.approval.about.clone(), staff: staff.id.as_str(), note: "" };
    let entry = desk.entry(AssentKind::Acknowledgement.entry(), desk.act_id());
    write(desk, entry, AssentKind::Acknowledgement, &[new]).await
}

/// Confirms that the zone register is right: its zones, their levels, who may enter.
///
/// # Errors
/// [`No::Refusal`] by role, [`No::Mistake`] without a zone.
pub async fn review_zones(desk: &Desk) -> Result<u64, No> {
    let permit = permit_office(desk, OfficeAct::ReviewZones).await?;
    let roster = roster(desk.office(), None).await?;
    let today = desk.today();
    let mut register = String::new();
    for part in roster.parts(PartKind::Zone).filter(|zone| zone.is_open(today)) {
        register.push_str(&format!("{} {}\n", part.id, to_json(&part.sheet)));
    }
    if register.is_empty() {
        return Err(Mistake::new(
            "zone",
            "区域がまだ登録されていません。",
            "No zone is registered yet.",
            "Chưa có khu vực nào được đăng ký.",
        )
        .into());
    }
    let about = hex::encode(detail(&[0; 32], register.as_bytes()));
    let entry = permit.entry(desk, AssentKind::Zones.entry());
    write(desk, entry, AssentKind::Zones, &[New { part: "", about, staff: "", note: "" }]).await
}

fn open_project(roster: &Roster, project: &PartId, desk: &Desk) -> Result<(), No> {
    let open = |p: &&super::Project| p.id == *project && p.state != ProjectState::Closed && !p.has_ended(desk.today());
    roster.projects.iter().find(open).map(|_| ()).ok_or(No::Missing)
}

fn already() -> No {
    Mistake::new("about", "すでに記録されています。", "This is on record already.", "Việc này đã được ghi nhận.").into()
}

/// A new assent.
struct New<'a> {
    part: &'a str,
    about: String,
    staff: &'a str,
    note: &'a str,
}

async fn write(desk: &Desk, entry: ledger::entry::Entry, kind: AssentKind, all: &[New<'_>]) -> Result<u64, No> {
    let (mut rows, mut digests) = (Vec::new(), String::new());
    for (place, new) in (0_i64..).zip(all) {
        let salt: [u8; 32] = desk.chance().bytes();
        let at = desk.now().0;
        let digest = bound_assent(&salt, kind.code(), new.part, &new.about, new.staff, new.note, at);
        digests.push_str(&hex::encode(digest));
        rows.push(vec![
            Value::EntryIndex,
            place.into(),
            kind.code().into(),
            new.part.into(),
            new.about.as_str().into(),
            new.staff.into(),
            new.note.into(),
            at.into(),
            salt.into(),
        ]);
    }
    let sql = "INSERT INTO assent (idx, place, kind, part, about, staff, note, at, salt) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let details = serde_json::json!({ "what": kind.code(), "assents": digests });
    let act = desk.act_with_detail(entry, &details)?.with(Change::many(sql, rows));
    Ok(desk.commit(act).await?.index())
}
