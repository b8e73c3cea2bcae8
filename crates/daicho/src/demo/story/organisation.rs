//! Who works at the house, and where: legal entities, departments, sites, zones, projects, staff, cards; who joined, moved and left.

use super::Story;
use crate::demo::calendar::{BEGINS, Calendar, minutes_after};
use crate::demo::deed::What;
use crate::demo::dice::Dice;
use crate::demo::names::{Land, Name};
use crate::demo::staff::Who;
use access::organisation::{Edit, PartId, PartKind};
use jiff::civil::Date;
use policy::{Language, Policy};

/// People who work there when the house is whole.
const STAFF: usize = 600;
/// Projects when the house is whole.
const PROJECTS: usize = 40;

/// Departments: id, name, legal entity, how many of a hundred work there.
const DEPARTMENTS: &[(&str, &str, &str, i64)] = &[
    ("hn-board", "経営管理室", "hanoi", 1),
    ("hn-hr", "Phòng Nhân sự", "hanoi", 4),
    ("hn-admin", "Phòng Hành chính", "hanoi", 4),
    ("hn-fin", "Phòng Tài chính", "hanoi", 3),
    ("hn-sales", "Phòng Kinh doanh", "hanoi", 5),
    ("hn-dev1", "Khối Phát triển 1", "hanoi", 20),
    ("hn-dev2", "Khối Phát triển 2", "hanoi", 18),
    ("hn-qa", "Phòng Chất lượng", "hanoi", 7),
    ("hn-ops", "Phòng Vận hành hệ thống", "hanoi", 7),
    ("dn-dev", "Khối Phát triển Đà Nẵng", "danang", 16),
    ("dn-admin", "Hành chính Đà Nẵng", "danang", 2),
    ("tk-sales", "東京営業部", "tokyo", 5),
    ("tk-hr", "東京人事総務", "tokyo", 2),
    ("tk-support", "カスタマーサポート", "tokyo", 6),
];

/// Zones: id, site, name, level.
const ZONES: &[(&str, &str, &str, &str)] = &[
    ("hn-lobby", "hn", "Sảnh lễ tân", "1"),
    ("hn-7f", "hn", "Tầng 7 văn phòng", "2"),
    ("hn-8f", "hn", "Tầng 8 phát triển", "2"),
    ("hn-hr", "hn", "Phòng nhân sự", "3"),
    ("hn-safe", "hn", "Phòng giám sát dữ liệu", "4"),
    ("hn-server", "hn", "Phòng máy chủ", "4"),
    ("dn-lobby", "dn", "Sảnh", "1"),
    ("dn-4f", "dn", "Tầng 4", "2"),
    ("tk-lobby", "tk", "受付", "1"),
    ("tk-6f", "tk", "6階執務室", "2"),
    ("tk-hr", "tk", "人事書庫", "3"),
];

pub(super) fn tell(story: &mut Story, policy: &Policy) {
    let mut dice = story.dice(90);
    let first = story.calendar.start(story.calendar.ago(BEGINS));
    let at = |minutes: i64| minutes_after(first, 14 * 60 + minutes);
    let places = places(policy);
    organises(story, at(0), places);
    let projects: Vec<PartId> =
        (1..=story.scale.of(PROJECTS)).filter_map(|n| format!("P-{n:03}").parse().ok()).collect();
    let planned = projects.iter().map(|id| {
        let department = ["hn-dev1", "hn-dev2", "dn-dev", "hn-ops"];
        let within = department.get(dice.below(department.len())).copied().unwrap_or("hn-dev1");
        let name: &str = dice.pick(SYSTEMS);
        edit(PartKind::Project, id.as_str(), &[("name", &format!("{name} {id}")), ("within", within)])
    });
    let planned = planned.collect();
    organises(story, at(5), planned);
    let people = people(story, &projects, &mut dice);
    organises(story, at(10), people.iter().map(Somebody::edit).collect());
    let heads = heads(policy, &people);
    organises(story, at(15), heads);
    organises(story, at(20), cards(story, &people, &mut dice));
    for (n, entity) in ["hanoi", "danang", "tokyo"].into_iter().enumerate() {
        adopts(story, at(30 + 3 * n as i64), entity);
        let from = story.calendar.start(policy.revised());
        adopts(story, minutes_after(from, (3 * n as i64 + 2) * 24 * 60 + 10 * 60), entity);
    }
    for days in [340, 55] {
        let day = story.calendar.working_ago(days);
        let at = story.calendar.office(day, &mut dice);
        story.does(at, Who::Officer, What::ReviewZones);
    }
    begin_projects(story, &projects, &people, &mut dice);
    leavers(story, &people, &mut dice);
}

/// What projects of the house are called.
const SYSTEMS: &[&str] =
    &["在庫管理", "電子カルテ", "予約サイト", "Kho hàng", "Thanh toán", "人事評価", "Đặt phòng", "配送追跡"];

fn id(text: &str) -> Option<PartId> {
    text.parse().ok()
}

fn edit(kind: PartKind, name: &str, fields: &[(&str, &str)]) -> Option<Edit> {
    let sheet = fields.iter().filter(|(_, text)| !text.is_empty());
    let sheet = sheet.map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
    Some(Edit { kind, id: id(name)?, sheet })
}

/// One act for all of it, by the deputy who keeps the organisation.
fn organises(story: &mut Story, at: ledger::names::Moment, edits: Vec<Option<Edit>>) {
    let edits: Vec<Edit> = edits.into_iter().flatten().collect();
    if !edits.is_empty() {
        story.does(at, Who::Deputy, What::Organise(edits));
    }
}

fn adopts(story: &mut Story, at: ledger::names::Moment, entity: &str) {
    if let Some(entity) = id(entity).filter(|_| at < story.calendar.start(story.calendar.today)) {
        story.does(at, Who::Officer, What::Adopt(entity));
    }
}

/// Legal entities, departments, sites and zones, in one act.
fn places(policy: &Policy) -> Vec<Option<Edit>> {
    let entities = policy.group().iter().map(|entity| {
        let name = entity.name.get(Language::ORIGINAL);
        edit(PartKind::Entity, &entity.id, &[("name", name), ("country", &entity.country), ("from", "2010-04-01")])
    });
    let departments = DEPARTMENTS.iter().map(|(id, name, entity, _)| {
        edit(PartKind::Department, id, &[("name", name), ("within", entity), ("from", "2010-04-01")])
    });
    let sites =
        [("hn", "Văn phòng Hà Nội", "hanoi"), ("dn", "Văn phòng Đà Nẵng", "danang"), ("tk", "東京オフィス", "tokyo")];
    let sites = sites.map(|(id, name, entity)| {
        edit(PartKind::Site, id, &[("name", name), ("within", entity), ("from", "2010-04-01")])
    });
    let zones = ZONES.iter().map(|(id, site, name, level)| {
        edit(PartKind::Zone, id, &[("name", name), ("within", site), ("level", level), ("from", "2010-04-01")])
    });
    let readers = ZONES.iter().zip(1..).map(|((id, ..), n)| {
        let (name, code) = (format!("Gate {n}"), format!("G{n:02}"));
        edit(
            PartKind::Reader,
            &format!("gate-{n:02}"),
            &[("name", &name), ("within", id), ("code", &code), ("from", "2020-01-06")],
        )
    });
    let terminals = (1..=6).map(|n| {
        let (name, address) = (format!("PC {n:02}"), format!("10.20.4.{n}"));
        let purpose = "本番データの作業";
        edit(
            PartKind::Terminal,
            &format!("pc-{n:02}"),
            &[
                ("name", &name),
                ("within", "hn-safe"),
                ("addresses", &address),
                ("purpose", purpose),
                ("from", "2022-04-01"),
            ],
        )
    });
    entities.chain(departments).chain(sites).chain(zones).chain(readers).chain(terminals).collect()
}

/// Somebody who works at the house.
struct Somebody {
    id: String,
    name: String,
    department: &'static str,
    login: &'static str,
    email: String,
    contractor: bool,
    from: Date,
    projects: Vec<PartId>,
}

impl Somebody {
    fn edit(&self) -> Option<Edit> {
        let zones = match self.department.get(..3) {
            Some("tk-") => "tk-6f tk-lobby",
            Some("dn-") => "dn-4f dn-lobby",
            _ if self.department == "hn-hr" => "hn-7f hn-hr hn-lobby",
            _ if self.department == "hn-ops" => "hn-8f hn-lobby hn-safe hn-server",
            _ => "hn-7f hn-8f hn-lobby",
        };
        let projects = self.projects.iter().map(PartId::as_str).collect::<Vec<_>>().join(" ");
        let from = self.from.to_string();
        let employment = if self.contractor { "contractor" } else { "employee" };
        edit(
            PartKind::Staff,
            &self.id,
            &[
                ("name", &self.name),
                ("within", self.department),
                ("login", self.login),
                ("email", &self.email),
                ("employment", employment),
                ("from", &from),
                ("projects", &projects),
                ("zones", zones),
            ],
        )
    }
}

/// The department in which somebody with an account works.
fn department_of(who: Who) -> &'static str {
    match who {
        Who::Administrator => "hn-ops",
        Who::Officer | Who::Deputy | Who::Auditor => "hn-board",
        Who::RecruitTokyo => "tk-hr",
        Who::RecruitHanoi | Who::Payroll | Who::Health => "hn-hr",
        Who::SalesJapan | Who::Marketing | Who::Leaver => "tk-sales",
        Who::SalesVietnam => "hn-sales",
        Who::SupportJapan | Who::SupportVietnam => "tk-support",
        Who::Delivery => "hn-dev1",
        Who::Reception => "hn-admin",
    }
}

/// Those with accounts first, then everybody else.
fn people(story: &Story, projects: &[PartId], dice: &mut Dice) -> Vec<Somebody> {
    let begun = story.calendar.ago(BEGINS);
    let mut all: Vec<Somebody> = Who::ALL
        .iter()
        .zip(1..)
        .map(|(who, n)| Somebody {
            id: format!("E{n:04}"),
            name: who.member().name.to_owned(),
            department: department_of(*who),
            login: who.member().login,
            email: String::new(),
            contractor: false,
            from: begun.checked_sub(jiff::Span::new().days(300 + 40 * n)).unwrap_or(begun),
            projects: Vec::new(),
        })
        .collect();
    let first = all.len() + 1;
    for n in first..=story.scale.of(STAFF).max(first) {
        let mut ticket = dice.between(1, 100);
        let department = DEPARTMENTS.iter().find(|(.., share)| {
            ticket -= share;
            ticket <= 0
        });
        let department = department.map_or("hn-dev1", |(id, ..)| id);
        let land = if department.starts_with("tk-") { Land::Japan } else { Land::Vietnam };
        let name = Name::of(land, dice);
        let develops = department.contains("dev") || department == "hn-ops";
        let many = if develops { dice.between(1, 2) } else { 0 };
        let contractor = develops && dice.chance(12);
        all.push(Somebody {
            id: if contractor { format!("C{n:04}") } else { format!("E{n:04}") },
            email: format!("{}{n}@kawasora.example", name.latin),
            name: name.written,
            department,
            login: "",
            contractor,
            from: begun.checked_sub(jiff::Span::new().days(dice.between(10, 4_000))).unwrap_or(begun),
            projects: (0..many).filter_map(|_| projects.get(dice.below(projects.len())).cloned()).collect(),
        });
    }
    all
}

/// The first of each department leads it; the officers answer for the entities.
fn heads(policy: &Policy, people: &[Somebody]) -> Vec<Option<Edit>> {
    let led = DEPARTMENTS.iter().filter_map(|(id, name, entity, _)| {
        let head = people.iter().find(|one| one.department == *id && one.login != Who::Leaver.member().login)?;
        let fields = [("name", *name), ("within", *entity), ("head", head.id.as_str()), ("from", "2010-04-01")];
        Some(edit(PartKind::Department, id, &fields))
    });
    let answering = [("hanoi", Who::Officer), ("danang", Who::Officer), ("tokyo", Who::RecruitTokyo)];
    let answered = policy.group().iter().filter_map(|entity| {
        let (_, who) = answering.iter().find(|(id, _)| *id == entity.id)?;
        let responsible = people.iter().find(|one| one.login == who.member().login)?;
        let name = entity.name.get(Language::ORIGINAL);
        Some(edit(
            PartKind::Entity,
            &entity.id,
            &[("name", name), ("country", &entity.country), ("from", "2010-04-01"), ("responsible", &responsible.id)],
        ))
    });
    led.chain(answered).collect()
}

/// A card for everybody, and some for visitors.
fn cards(story: &Story, people: &[Somebody], dice: &mut Dice) -> Vec<Option<Edit>> {
    let of_staff = people.iter().zip(1..).map(|(one, n)| {
        let (number, from) = (format!("{:010}", 4_100_000_000_i64 + n * 7 + dice.between(0, 6)), one.from.to_string());
        edit(PartKind::Card, &card_of(one), &[("number", &number), ("within", &one.id), ("from", &from)])
    });
    let mut all: Vec<_> = of_staff.collect();
    all.extend((1..=story.scale.of(20)).map(|n| {
        edit(
            PartKind::Card,
            &format!("V{n:02}"),
            &[("number", &format!("{:010}", 4_200_000_000_usize + n)), ("from", "2022-04-01")],
        )
    }));
    all
}

fn card_of(one: &Somebody) -> String {
    format!("K-{}", one.id)
}

/// Rule sheets are approved and acknowledged, and then projects begin; a tenth is still planned.
fn begin_projects(story: &mut Story, projects: &[PartId], people: &[Somebody], dice: &mut Dice) {
    for (n, project) in projects.iter().enumerate() {
        if n % 10 == 9 {
            continue;
        }
        let day = story.calendar.working_ago(BEGINS - 3 - (n as i64 % 40));
        let at = story.calendar.office(day, dice);
        story.does(at, Who::Officer, What::ApproveRules(project.clone()));
        let members = people.iter().filter(|one| one.projects.contains(project)).filter_map(|one| id(&one.id));
        let members: Vec<PartId> = members.collect();
        if !members.is_empty() {
            story.does(minutes_after(at, 40), Who::Delivery, What::Acknowledge(project.clone(), members));
        }
        story.does(minutes_after(at, 60), Who::Deputy, What::BeginProject(project.clone()));
    }
}

/// Some leave in the course of the year. Their cards come back the same week, but for one.
fn leavers(story: &mut Story, people: &[Somebody], dice: &mut Dice) {
    let endo = people.iter().find(|one| one.login == Who::Leaver.member().login);
    let left = story.calendar.working_ago(210);
    let mut all: Vec<(&Somebody, Date)> = endo.into_iter().map(|one| (one, left)).collect();
    let others = people.iter().skip(Who::ALL.len() + 20).step_by(29).take(story.scale.of(14));
    all.extend(others.zip(1..).map(|(one, n)| (one, story.calendar.working_ago(20 * n + 9))));
    for (n, (one, day)) in all.into_iter().enumerate() {
        let Some(staff) = id(&one.id) else { continue };
        // After the account of whoever has one was taken back that evening.
        let at = story.calendar.at(day, 18 * 60 + 50, dice);
        story.does(at, Who::Deputy, What::Leave(staff, day));
        let back = (1..8)
            .filter_map(|more| day.checked_add(jiff::Span::new().days(more)).ok())
            .find(|d| Calendar::is_working(*d));
        let still_out = n == 1;
        if let (Some(card), Some(back), false) = (id(&card_of(one)), back, still_out)
            && back < story.calendar.today
        {
            let at = story.calendar.at(back, 10 * 60, dice);
            story.does(at, Who::Deputy, What::Return(card, back));
        }
    }
}
