//! XLSX workbooks, read as a stream: the shared texts are held, the sheets are not.
//!
//! Our own reader over `zip` and `quick-xml`, because a sheet must be readable row by row without borrowing
//! the archive, and because sizes written in a file are claims that must reserve nothing.

mod cells;
mod package;
mod strings;
mod styles;

use quick_xml::events::Event;

use self::package::{Package, Part, attribute};
use super::Shown;
use super::origin::Origin;
use super::unreadable::{Trouble, Unreadable};

pub(crate) use self::cells::{Region, SheetRows};
use self::strings::Strings;
use self::styles::Look;
use std::sync::Arc;

/// A workbook: its sheets, and what cells refer to.
pub(crate) struct Workbook {
    package: Package,
    sheets: Vec<Sheet>,
    shared: Arc<Shared>,
}

/// One sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Its name, as on its tab.
    pub(crate) name: String,
    /// Whether it is shown.
    pub(crate) shown: bool,
    part: String,
}

/// What the cells of every sheet refer to.
pub(crate) struct Shared {
    strings: Strings,
    looks: Vec<Look>,
    from_1904: bool,
}

impl Workbook {
    pub(crate) fn open(origin: &Origin) -> Result<Self, Unreadable> {
        let mut package = Package::open(origin)?;
        let main = main_part(&mut package)?;
        let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let relations = relations(&mut package, &beside(&main))?;
        let target = |kind: &str| {
            let found = relations.iter().find(|relation| relation.kind.ends_with(kind));
            found.map(|relation| resolved(&folder, &relation.target))
        };
        let mut part = package.part(&main)?.ok_or(Unreadable::whole(Trouble::Kind))?;
        let (listed, from_1904) = contents(&mut part)?;
        let sheets = listed
            .into_iter()
            .filter_map(|(name, shown, id)| {
                let relation = relations.iter().find(|relation| relation.id == id)?;
                let is_sheet = relation.kind.ends_with("/worksheet");
                is_sheet.then(|| Sheet { name, shown, part: resolved(&folder, &relation.target) })
            })
            .filter(|sheet| package.has(&sheet.part))
            .collect();
        let strings = match target("/sharedStrings").map(|name| package.part(&name)).transpose()?.flatten() {
            Some(mut part) => Strings::read(&mut part)?,
            None => Strings::default(),
        };
        let looks = match target("/styles").map(|name| package.part(&name)).transpose()?.flatten() {
            Some(mut part) => styles::read(&mut part)?,
            None => Vec::new(),
        };
        Ok(Self { package, sheets, shared: Arc::new(Shared { strings, looks, from_1904 }) })
    }

    /// The sheets, in the order of their tabs.
    pub(crate) fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The rows of a sheet, from the first.
    pub(crate) fn rows(&mut self, sheet: &Sheet, shown: Shown) -> Result<SheetRows, Unreadable> {
        let part = self.package.part(&sheet.part)?.ok_or(Unreadable::whole(Trouble::Sheet))?;
        Ok(SheetRows::new(part, Arc::clone(&self.shared), shown))
    }
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn main_part(package: &mut Package) -> Result<String, Unreadable> {
    let relations = relations(package, "_rels/.rels")?;
    let main = relations.iter().find(|relation| relation.kind.ends_with("/officeDocument"));
    let name = main.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| resolved("", &relation.target));
    let of_others = ["mimetype", "xl/workbook.bin", "Index/Document.iwa", "index.apxl"];
    let is_of_others = of_others.iter().any(|name| package.has(name));
    match (name.ends_with(".xml"), is_of_others) {
        (_, true) => Err(Unreadable::whole(Trouble::Format)),
        (true, _) if package.has(&name) => Ok(name),
        _ if package.has("[Content_Types].xml") => Err(Unreadable::whole(Trouble::Kind)),
        _ => Err(Unreadable::whole(Trouble::Archive)),
    }
}

fn relations(package: &mut Package, name: &str) -> Result<Vec<Relation>, Unreadable> {
    let Some(mut part) = package.part(name)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    loop {
        match part.next()? {
            Event::Start(element) if element.local_name().as_ref() == b"Relationship" && found.len() < LISTED_MAX => {
                let text = |name| attribute(&element, name).unwrap_or_default();
                found.push(Relation { id: text("Id"), kind: text("Type"), target: text("Target") });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The sheets a workbook lists (name, shown, relation), and whether its days count from 1904.
type Contents = (Vec<(String, bool, String)>, bool);

fn contents(part: &mut Part) -> Result<Contents, Unreadable> {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                b"sheet" if sheets.len() < LISTED_MAX => {
                    let shown = attribute(&element, "state").is_none_or(|state| state == "visible");
                    let relation = attribute(&element, "id").unwrap_or_default();
                    sheets.push((attribute(&element, "name").unwrap_or_default(), shown, relation));
                }
                b"workbookPr" => {
                    from_1904 =
                        attribute(&element, "date1904").is_some_and(|flag| matches!(flag.as_str(), "1" | "true"));
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}

/// The relations of a part stand beside it: `xl/workbook.xml` has `xl/_rels/workbook.xml.rels`.
fn beside(name: &str) -> String {
    match name.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{name}.rels"),
    }
}

/// A target as a name in the archive: relative to the folder, or from the root.
fn resolved(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(rooted) => ("", rooted),
        None => (folder, target),
    };
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// More sheets and relations than any workbook lists.
const LISTED_MAX: usize = 10_000;
