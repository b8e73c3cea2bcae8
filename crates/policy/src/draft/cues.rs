//! What recognition knows: concepts in three languages, and the combinations that make a promise.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use ledger::names::PromiseId;
use serde::Deserialize;

use super::normal::Spelling;
use super::words::{ConceptAt, Patterns};
use crate::{Language, catalogue};

/// Concepts and cues as shipped.
#[derive(Debug, Default)]
pub(super) struct Cues {
    /// The concepts' names, in the order of their places.
    pub(super) names: Vec<String>,
    /// The cues of each promise.
    pub(super) promises: Vec<PromiseCues>,
    /// Promises whose lead-in enumerates them: the items under it make them too.
    pub(super) enumerated: Vec<PromiseId>,
    /// Promises that are made by denying: what others deny, they do not promise.
    pub(super) denying: Vec<PromiseId>,
    patterns: Vec<(Spelling, Patterns)>,
}

/// How one promise is recognised.
#[derive(Debug)]
pub(super) struct PromiseCues {
    /// The promise of the catalogue.
    pub(super) id: PromiseId,
    /// Concepts of the section such a promise usually stands in.
    pub(super) home: Vec<ConceptAt>,
    /// Any one of these rules makes it.
    pub(super) rules: Vec<Rule>,
}

/// One combination of concepts.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    /// Whether a heading may make the promise by this rule.
    pub(super) heading: bool,
    /// All of these must hold.
    pub(super) must: Vec<Group>,
    /// Each of these that holds makes it surer.
    pub(super) lift: Vec<Group>,
    /// None of these may hold.
    pub(super) never: Vec<Group>,
    /// How sure the rule is when only what must hold does, from 0 to 1.
    pub(super) sure: f32,
}

/// Concepts of which one suffices.
pub(super) type Group = Vec<Atom>;

/// A concept and where it has to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Atom {
    /// The concept.
    pub(super) concept: ConceptAt,
    /// Where.
    pub(super) place: Place,
}

/// Where a concept is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the clause itself.
    Here,
    /// In the headings, items and lead-ins it stands under.
    Above,
    /// In the clause, above it, or in earlier sentences of its paragraph.
    Around,
}

/// How sure a rule is that does not say so itself.
const SURE: f32 = 0.62;

/// Signs that come from structure instead of words; see [`context`](super::context).
pub(super) const SIGNS: [&str; 9] =
    ["=lead", "=item", "=date", "=phone", "=mail", "=money", "=short", "=purpose", "=denied"];

/// The sign of a lead-in, the first of [`SIGNS`].
pub(super) const LEAD: ConceptAt = 0;
/// The sign of a listed purpose.
pub(super) const PURPOSE: ConceptAt = 7;
/// The sign of a sentence that denies something.
pub(super) const DENIED: ConceptAt = 8;

/// The cues shipped with the program. They are data of this crate, and a test reads them strictly;
/// were they broken, nothing would be recognised.
pub(super) fn shipped() -> &'static Cues {
    static SHIPPED: LazyLock<Cues> = LazyLock::new(|| {
        let concepts = include_str!("../../draft/concepts.toml");
        let cues = include_str!("../../draft/cues.toml");
        read(concepts, cues).unwrap_or_default()
    });
    &SHIPPED
}

impl Cues {
    /// The place of a concept.
    pub(super) fn place(&self, name: &str) -> Option<ConceptAt> {
        self.names.iter().position(|known| known == name)
    }

    /// The patterns of a spelling.
    pub(super) fn patterns(&self, spelling: Spelling) -> Option<&Patterns> {
        self.patterns.iter().find(|(known, _)| *known == spelling).map(|(_, patterns)| patterns)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Concept {
    #[serde(default)]
    ja: Vec<String>,
    #[serde(default)]
    en: Vec<String>,
    #[serde(default)]
    vi: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CuesFile {
    homes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    enumerated: Listed,
    #[serde(default)]
    denying: Listed,
    cues: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    promises: Vec<String>,
}

impl Listed {
    fn ids(&self) -> Result<Vec<PromiseId>, ledger::names::BadName> {
        self.promises.iter().map(|id| id.parse()).collect()
    }
}

/// Reads concepts and cues; the error names the place.
fn read(concepts: &str, cues: &str) -> Result<Cues, String> {
    let concepts: BTreeMap<String, Concept> = toml::from_str(concepts).map_err(|wrong| wrong.to_string())?;
    let file: CuesFile = toml::from_str(cues).map_err(|wrong| wrong.to_string())?;
    let names: Vec<String> = SIGNS.iter().map(|sign| (*sign).to_owned()).chain(concepts.keys().cloned()).collect();
    let places: HashMap<&str, ConceptAt> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let patterns = [Spelling::Japanese, Spelling::English, Spelling::Vietnamese, Spelling::Unmarked]
        .map(|spelling| (spelling, patterns(&concepts, &places, spelling)));
    let homes = |id: &str| {
        let section = id.split_once('.').map_or(id, |(section, _)| section);
        file.homes.get(id).or_else(|| file.homes.get(section)).map_or(&[][..], Vec::as_slice)
    };
    let mut promises = Vec::new();
    for (id, rules) in &file.cues {
        let rules: Result<Vec<Rule>, String> =
            rules.iter().map(|rule| parse(rule, &places).map_err(|what| format!("{id}: {what}"))).collect();
        let home: Option<Vec<ConceptAt>> = homes(id).iter().map(|name| places.get(name.as_str()).copied()).collect();
        let home = home.ok_or_else(|| format!("{id}: its home names an unknown concept"))?;
        let id = id.parse().map_err(|wrong| format!("{id}: {wrong}"))?;
        promises.push(PromiseCues { id, home, rules: rules? });
    }
    drop(places);
    // In the catalogue's order, so that of two equally sure the earlier one gives a clause its name.
    promises.sort_by_key(|promise| catalogue::find(&promise.id).map(|known| known.no));
    let enumerated = file.enumerated.ids().map_err(|wrong| format!("enumerated: {wrong}"))?;
    let denying = file.denying.ids().map_err(|wrong| format!("denying: {wrong}"))?;
    Ok(Cues { names, promises, enumerated, denying, patterns: patterns.into() })
}

fn patterns(concepts: &BTreeMap<String, Concept>, places: &HashMap<&str, ConceptAt>, spelling: Spelling) -> Patterns {
    let mut patterns = Patterns::default();
    for (name, concept) in concepts {
        let Some(at) = places.get(name.as_str()) else { continue };
        let own = match language(spelling) {
            Language::Ja => &concept.ja,
            Language::En => &concept.en,
            Language::Vi => &concept.vi,
        };
        for pattern in own.iter().chain(&concept.any) {
            patterns.add(pattern, spelling, *at);
        }
    }
    patterns
}

const fn language(spelling: Spelling) -> Language {
    match spelling {
        Spelling::Japanese => Language::Ja,
        Spelling::English => Language::En,
        Spelling::Vietnamese | Spelling::Unmarked => Language::Vi,
    }
}

/// Reads `# a|b & ~c & !d & +e : 0.7`.
fn parse(rule: &str, places: &HashMap<&str, ConceptAt>) -> Result<Rule, String> {
    let (body, sure) = match rule.rsplit_once(" : ") {
        Some((body, sure)) => (body, sure.trim().parse().map_err(|_| format!("not a number in {rule:?}"))?),
        None => (rule, SURE),
    };
    let (body, heading) = body.trim().strip_prefix('#').map_or((body, false), |body| (body, true));
    let mut parsed = Rule { heading, must: Vec::new(), lift: Vec::new(), never: Vec::new(), sure };
    for group in body.split('&').map(str::trim) {
        let (list, atoms) = if let Some(atoms) = group.strip_prefix('!') {
            (&mut parsed.never, atoms)
        } else if let Some(atoms) = group.strip_prefix('+') {
            (&mut parsed.lift, atoms)
        } else {
            (&mut parsed.must, group)
        };
        let group: Result<Group, String> = atoms.split('|').map(|atom| parse_atom(atom.trim(), places)).collect();
        list.push(group?);
    }
    if parsed.must.is_empty() {
        return Err(format!("nothing must hold in {rule:?}"));
    }
    Ok(parsed)
}

fn parse_atom(atom: &str, places: &HashMap<&str, ConceptAt>) -> Result<Atom, String> {
    let (place, name) = if let Some(name) = atom.strip_prefix('~') {
        (Place::Around, name)
    } else if let Some(name) = atom.strip_prefix('^') {
        (Place::Above, name)
    } else {
        (Place::Here, atom)
    };
    let concept = places.get(name).copied().ok_or_else(|| format!("unknown concept {name:?}"))?;
    Ok(Atom { concept, place })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONCEPTS: &str = "[a]\nen = ['x']\n[b]\nany = ['y']\n[c]\nja = ['か']\n";

    #[test]
    fn the_shipped_cues_are_sound() {
        let cues = read(include_str!("../../draft/concepts.toml"), include_str!("../../draft/cues.toml")).unwrap();
        assert_eq!(cues.promises.len(), 147);
        assert!(cues.promises.iter().all(|promise| !promise.rules.is_empty()));
        let mut used: Vec<bool> = vec![false; cues.names.len()];
        for promise in &cues.promises {
            for at in &promise.home {
                used[*at] = true;
            }
            for rule in &promise.rules {
                for atom in rule.must.iter().chain(&rule.lift).chain(&rule.never).flatten() {
                    used[atom.concept] = true;
                }
                assert!((0.3..=0.95).contains(&rule.sure), "{}", promise.id);
            }
        }
        let idle: Vec<_> = cues
            .names
            .iter()
            .zip(&used)
            .filter(|(name, used)| !**used && !OUTSIDE_CUES.contains(&name.as_str()))
            .map(|(name, _)| name)
            .collect();
        assert!(idle.is_empty(), "concepts no cue uses: {idle:?}");
    }

    /// Concepts that speak through structure and not through cues.
    const OUTSIDE_CUES: [&str; 4] = ["purpose-heading", "t-retention", "=purpose", "=denied"];

    #[test]
    fn every_concept_speaks_every_language() {
        let concepts: BTreeMap<String, Concept> = toml::from_str(include_str!("../../draft/concepts.toml")).unwrap();
        for (name, concept) in concepts {
            let silent = |own: &[String]| own.is_empty() && concept.any.is_empty();
            assert!(!silent(&concept.ja) && !silent(&concept.en) && !silent(&concept.vi), "{name}");
        }
    }

    #[test]
    fn rules_are_read_as_written() {
        let cues =
            read(CONCEPTS, "[homes]\ns = ['c']\n[cues]\n's.p' = ['# a|~b & ^c & !a & +b : 0.7', 'b']\n").unwrap();
        let promise = &cues.promises[0];
        assert_eq!((promise.id.as_str(), promise.home.len(), promise.rules.len()), ("s.p", 1, 2));
        let rule = &promise.rules[0];
        assert!(rule.heading && (rule.sure - 0.7).abs() < 1e-6);
        assert_eq!((rule.must.len(), rule.lift.len(), rule.never.len()), (2, 1, 1));
        assert_eq!(rule.must[0][1].place, Place::Around);
        assert_eq!(rule.must[1][0].place, Place::Above);
        assert!(!promise.rules[1].heading);
    }

    #[test]
    fn broken_cues_say_where() {
        assert!(read(CONCEPTS, "[homes]\n[cues]\n's.p' = ['z']\n").unwrap_err().contains("s.p: unknown concept \"z\""));
        assert!(read(CONCEPTS, "[homes]\n[cues]\n's.p' = ['!a']\n").unwrap_err().contains("nothing must hold"));
        assert!(read(CONCEPTS, "[homes]\n[cues]\n's.p' = ['a : x']\n").unwrap_err().contains("not a number"));
    }
}
