//! `clauses.toml`: what each sentence promises, how sure that is, and by what it was recognised.

use super::super::recognise::Recognised;
use super::super::rest::Rest;
use super::names::TITLE;
use super::{Draft, place, quoted};

pub(super) fn clauses(draft: &Draft<'_>) -> String {
    let mut out = String::from(
        "# Drafted from the published text. Each clause names the promises it makes, or is a statement. Behind\n\
         # \"sure\" stands how sure the recognition is, and the concepts it went by:\n\
         #   certain  the sentence itself says it, in the section where such a promise stands, and nothing takes it back\n\
         #   likely   the words speak for it, but the section, the sentence's own words or a plain yes is missing\n\
         #   unsure   one sign of several speaks for it\n\
         # Look at everything unsure, and decide what is marked unknown: it undertakes something, and has to name\n\
         # promises or be a statement before the policy can be settled. A statement undertakes nothing.\n",
    );
    if !draft.clauses.first().is_some_and(|clause| clause.heading) {
        out.push_str(&format!(
            "\n[[clause]]\nid = {}\nstatement = true\n# added: the text has no title\n",
            quoted(TITLE)
        ));
    }
    for (at, clause) in draft.clauses.iter().enumerate() {
        out.push_str(&format!("\n[[clause]]\nid = {}\n", quoted(draft.name(at))));
        let recognised = draft.recognised_in(at);
        if !recognised.is_empty() {
            let promises: Vec<String> = recognised.iter().map(|one| quoted(one.promise.as_str())).collect();
            out.push_str(&format!("promises = [{}]\n", promises.join(", ")));
            for one in recognised {
                out.push_str(&format!("# sure: {} {} ({})\n", one.how_sure.word(), one.promise, because(one)));
            }
        } else if draft.rest.get(at) == Some(&Rest::Unknown) {
            out.push_str("promises = []\n# unknown: it undertakes something; name the promises it makes, or say statement = true\n");
            if let Some(nearest) = draft.nearest.get(at).and_then(Option::as_ref) {
                out.push_str(&format!("# nearest: {nearest}\n"));
            }
        } else {
            out.push_str("statement = true\n");
        }
        out.push_str(&format!("# {}\n", place(draft, clause)));
    }
    out
}

/// The concepts that spoke for a promise, those said in the clause itself first.
fn because(one: &Recognised) -> String {
    let said = |here| one.because.iter().filter(move |found| found.here == here && !found.concept.starts_with('='));
    let mut concepts: Vec<&str> = said(true).map(|found| found.concept).collect();
    concepts.extend(said(false).map(|found| found.concept));
    if concepts.is_empty() {
        concepts.push("its place in a list");
    }
    concepts.join(", ")
}
