//! The policy page: the enacted text, sentence by sentence, each with its standing.

mod drawer;
mod law;
mod report;

use access::names::{ClauseId, Moment, PromiseId};
use access::{Enacted, No, actor, warrant};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use duties::watch::{self, Books, Finding, Standing, worst};
use jiff::ToSpan;
use jiff::civil::Date;
use policy::catalogue::PromiseKind;
use policy::rights::WarrantSort;
use policy::{Block, BlockKind, Inline, Language, Notice, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::answer::Answer;
use crate::form::{Asked, Fields};
use crate::outline::{Step, outline};
use crate::page::{Page, Place, clause_href, ok};
use crate::visit::{Asking, encoded};
use crate::words::{Words, on};
use drawer::Drawer;

/// `GET /`: the policy, now or on a past day, with one sentence's drawer open.
pub(crate) async fn page(asking: Asking, Asked(asked): Asked) -> Answer {
    let today = asking.desk.today();
    let as_of = asked.maybe::<Date>("as-of").filter(|day| *day < today);
    let Some(enacted) = in_force(&asking, as_of) else {
        let first = asking
            .desk
            .office()
            .versions()
            .first()
            .map(|v| asking.words().day(on(v.in_force_from, asking.desk.zone())));
        let may_enact = asking.desk.may(access::OfficeAct::EnactPolicy);
        return Ok(ok(&NoPolicyPage {
            page: asking.page(Place::Policy, asking.words().policy_none()),
            first,
            may_enact,
        }));
    };
    let books = Books::open(&asking.desk, as_of.unwrap_or(today)).await?;
    let findings = watch::all(&books);
    let sight = Sight { asking: &asking, enacted, findings, as_of, today };
    if asked.has("print", "1") {
        return Ok(report::page(&sight));
    }
    let mut shown = PolicyPage::new(&sight, &asked);
    if as_of.is_none() {
        shown.alarms = alarms(&asking).await?;
    }
    Ok(ok(&shown))
}

/// Emergencies that are open, or that nobody has answered for: said aloud, to everybody.
async fn alarms(asking: &Asking) -> Result<Vec<String>, No> {
    let (w, now) = (asking.words(), asking.desk.now());
    let mut found = Vec::new();
    for one in warrant::list(asking.desk.office(), 50).await? {
        let open = one.state(now) == warrant::State::Open;
        if one.sort != WarrantSort::Glass || !(open || one.asks(now)) {
            continue;
        }
        let accounts = actor::list(asking.desk.office()).await?;
        let name = accounts.into_iter().find(|a| a.actor.id == one.holder).map_or_else(String::new, |a| a.actor.name);
        found.push(if open { w.rights_open_now(name, one.reason) } else { w.rights_unanswered(name, one.reason) });
    }
    Ok(found)
}

/// `GET /policy`: the page's other name.
pub(crate) async fn elsewhere() -> Response {
    Redirect::permanent("/").into_response()
}

/// The version that was in force at the end of a past day, or is now.
fn in_force(asking: &Asking, as_of: Option<Date>) -> Option<Arc<Enacted>> {
    let moment = match as_of {
        Some(day) => Moment(asking.desk.start_of(day.saturating_add(1.day())).0.saturating_sub(1)),
        None => asking.desk.now(),
    };
    asking.desk.office().in_force(moment)
}

/// Everything the page is made from.
struct Sight<'a> {
    asking: &'a Asking,
    enacted: Arc<Enacted>,
    findings: BTreeMap<PromiseId, Finding>,
    as_of: Option<Date>,
    today: Date,
}

impl Sight<'_> {
    fn words(&self) -> Words {
        self.asking.words()
    }

    fn policy(&self) -> &Policy {
        &self.enacted.policy
    }

    /// How a sentence stands: the worst of its promises. A statement has none.
    fn finding<'a>(&self, promises: impl IntoIterator<Item = &'a PromiseId>) -> Option<&Finding> {
        worst(promises.into_iter().filter_map(|promise| self.findings.get(promise)))
    }

    /// Duties that the law adds and no sentence of the policy makes.
    fn gaps(&self) -> impl Iterator<Item = &'static policy::catalogue::Promise> {
        self.policy().silent_about().filter(|promise| promise.kind == PromiseKind::LawGap)
    }

    /// The findings that count: of the promises made and of the duties the law adds.
    fn counted(&self) -> impl Iterator<Item = &Finding> {
        let made = self.policy().promises();
        made.chain(self.gaps().map(|promise| &promise.id)).filter_map(|promise| self.findings.get(promise))
    }

    /// The address of this page with a sentence's drawer open, on the same day.
    fn href(&self, clause: &str) -> String {
        match self.as_of {
            Some(day) => format!("/?as-of={day}&clause={0}#c-{0}", encoded(clause)),
            None => clause_href(clause),
        }
    }
}

/// The class that gives a standing its colour.
fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Broken => "broken",
        Standing::Unproven => "unproven",
        Standing::Attention => "attention",
        Standing::Exception => "exception",
        Standing::Kept => "kept",
        Standing::NothingToProve => "nothing",
    }
}

/// A standing as a page shows it: shape and word first.
#[derive(Clone)]
struct Mark {
    class: &'static str,
    symbol: &'static str,
    word: &'static str,
}

impl Mark {
    fn new(standing: Standing, w: Words) -> Self {
        Self { class: class(standing), symbol: standing.symbol(), word: standing.word(w.0) }
    }
}

/// How many stand how, and how many wait for whoever looks.
struct Tally {
    counts: Vec<(Mark, usize)>,
    /// The bar: class, where it begins, how wide it is, of 1000.
    bar: Vec<(&'static str, usize, usize)>,
    yours: usize,
    anybodys: usize,
    told: String,
}

impl Tally {
    /// Quiet first, as the bar is read.
    const ORDER: [Standing; 6] = [
        Standing::Kept,
        Standing::NothingToProve,
        Standing::Exception,
        Standing::Attention,
        Standing::Broken,
        Standing::Unproven,
    ];

    fn new(sight: &Sight<'_>) -> Self {
        let w = sight.words();
        let findings: Vec<&Finding> = sight.counted().collect();
        let counts: Vec<(Standing, usize)> = Self::ORDER
            .into_iter()
            .map(|standing| (standing, findings.iter().filter(|f| f.standing == standing).count()))
            .filter(|(_, count)| *count > 0)
            .collect();
        // A single one must be seen among hundreds: every piece has a least width, and the rest is shared by count.
        let (least, all) = (8, findings.len().max(1));
        let shared = 1000_usize.saturating_sub(least * counts.len());
        let mut from = 0;
        let bar = counts
            .iter()
            .map(|(standing, count)| {
                let wide = least + shared * count / all;
                from += wide;
                (class(*standing), from - wide, wide)
            })
            .collect();
        let me = &sight.asking.session.actor.name;
        let waits = |f: &&&Finding| f.watched && f.standing.needs_someone();
        let told = counts.iter().map(|(standing, count)| format!("{} {}", w.number(*count), standing.word(w.0)));
        Self {
            yours: findings.iter().filter(waits).filter(|f| f.whose.as_ref() == Some(me)).count(),
            anybodys: findings.iter().filter(waits).count(),
            told: told.collect::<Vec<_>>().join(w.comma()),
            bar,
            counts: counts.into_iter().map(|(standing, count)| (Mark::new(standing, w), count)).collect(),
        }
    }
}

/// A sentence of the text.
struct Sentence {
    id: String,
    text: Vec<Inline>,
    number: Option<u32>,
    mark: Option<Mark>,
    /// Why it needs somebody; only where the promise is first made.
    why: Option<String>,
    /// Whether an earlier sentence made the same promise: the mark is enough.
    again: bool,
    /// The products that say it differently.
    products: Vec<String>,
    href: String,
    /// Whether its drawer is open.
    on: bool,
}

/// A section in the contents.
struct Section {
    id: String,
    title: String,
    count: String,
    class: &'static str,
}

/// A sentence that needs somebody, in the drawer of the whole page.
struct Need {
    mark: Mark,
    title: &'static str,
    why: String,
    whose: Option<String>,
    href: String,
}

/// A duty the law adds and no sentence makes.
struct Gap {
    id: &'static PromiseId,
    text: &'static str,
    mark: Option<Mark>,
    why: Option<String>,
    href: String,
    on: bool,
}

/// A policy version, as the drawer of the whole page lists it.
struct Version {
    version: String,
    from: String,
    entry: String,
    href: String,
    /// The page as it stood on its first day; none for the one that is looked at.
    then: Option<String>,
}

#[derive(Template)]
#[template(path = "policy/page.html")]
struct PolicyPage {
    page: Page,
    title: String,
    title_id: String,
    version: String,
    in_force: String,
    reference_only: bool,
    as_of: Option<String>,
    day: String,
    latest: String,
    tally: Tally,
    doc: Vec<Step<Sentence>>,
    contents: Vec<Section>,
    gaps: Vec<Gap>,
    drawer: Option<Drawer>,
    needs: Vec<Need>,
    /// Emergencies that are open, or that nobody has answered for.
    alarms: Vec<String>,
    more: usize,
    versions: Vec<Version>,
    print: String,
    close: String,
}

/// How many sentences the page lists that need somebody.
const NEEDS: usize = 12;

impl PolicyPage {
    fn new(sight: &Sight<'_>, asked: &Fields) -> Self {
        let w = sight.words();
        let asking = sight.asking;
        let policy = sight.policy();
        let notice = policy.notice(w.0);
        let chosen: Option<ClauseId> = asked.maybe("clause");
        let drawer = chosen.as_ref().and_then(|id| Drawer::new(sight, id));
        let chosen = drawer.as_ref().and(chosen);
        let zone = asking.desk.zone();
        let needs = needs(sight);
        let day = sight.as_of.unwrap_or(sight.today);
        let query = sight.as_of.map(|day| format!("as-of={day}&")).unwrap_or_default();
        Self {
            alarms: Vec::new(),
            page: asking.page(Place::Policy, w.door_policy()),
            title: notice.title.clone(),
            title_id: notice.blocks.first().map(|b| b.id.to_string()).unwrap_or_default(),
            version: policy.version().to_owned(),
            in_force: w.day(on(sight.enacted.in_force_from, zone)),
            reference_only: w.0 != Language::ORIGINAL,
            as_of: sight.as_of.map(|day| w.day(day)),
            day: day.to_string(),
            latest: sight.today.to_string(),
            tally: Tally::new(sight),
            doc: doc(sight, &notice, chosen.as_ref()),
            contents: contents(sight, &notice),
            gaps: gaps(sight, chosen.as_ref()),
            drawer,
            more: needs.len().saturating_sub(NEEDS),
            needs: needs.into_iter().take(NEEDS).collect(),
            versions: versions(sight),
            print: format!("/?{query}print=1"),
            close: sight.as_of.map_or_else(|| "/".to_owned(), |day| format!("/?as-of={day}")),
        }
    }
}

fn doc(sight: &Sight<'_>, notice: &Notice, chosen: Option<&ClauseId>) -> Vec<Step<Sentence>> {
    let blocks = notice.blocks.iter().filter(|block| !is_title(block));
    outline(blocks, |block| sentence(sight, block, chosen))
}

fn is_title(block: &Block) -> bool {
    block.kind == BlockKind::Heading(1)
}

fn sentence(sight: &Sight<'_>, block: &Block, chosen: Option<&ClauseId>) -> Sentence {
    let w = sight.words();
    let finding = sight.finding(&block.promises);
    let first = |promise: &PromiseId| sight.policy().clauses_making(promise).first() == Some(&block.id);
    let again = finding.is_some_and(|f| !first(&f.promise));
    let why = finding
        .filter(|f| f.watched && !again && !matches!(f.standing, Standing::Kept | Standing::NothingToProve))
        .and_then(|f| f.why.as_ref())
        .map(|why| why.get(w.0).to_owned());
    Sentence {
        id: block.id.to_string(),
        text: block.text.clone(),
        number: match block.kind {
            BlockKind::Numbered(n) => Some(n),
            _ => None,
        },
        mark: finding.map(|f| Mark::new(f.standing, w)),
        why,
        again,
        products: products(sight, &block.id),
        href: sight.href(block.id.as_str()),
        on: chosen == Some(&block.id),
    }
}

/// The products whose terms stand before this sentence, by name.
fn products(sight: &Sight<'_>, clause: &ClauseId) -> Vec<String> {
    let w = sight.words();
    let own = sight.policy().products().iter().filter(|p| p.overrides.contains_key(clause));
    own.map(|p| w.policy_differs(p.label.get(w.0))).collect()
}

/// The sections with what is in them: how many sentences, or how many need somebody.
fn contents(sight: &Sight<'_>, notice: &Notice) -> Vec<Section> {
    let w = sight.words();
    let level = |block: &Block| match block.kind {
        BlockKind::Heading(level) if level > 1 => Some(level),
        _ => None,
    };
    let top = notice.blocks.iter().filter_map(level).min().unwrap_or(2);
    let mut sections: Vec<(&Block, usize, BTreeSet<&PromiseId>)> = Vec::new();
    for block in &notice.blocks {
        if level(block) == Some(top) {
            sections.push((block, 0, BTreeSet::new()));
        }
        if let Some((_, count, promises)) = sections.last_mut() {
            *count += usize::from(!block.promises.is_empty());
            promises.extend(&block.promises);
        }
    }
    sections
        .into_iter()
        .map(|(block, count, promises)| {
            let stand = |s: Standing| {
                promises.iter().filter_map(|p| sight.findings.get(*p)).filter(|f| f.standing == s).count()
            };
            let (count, class) = match (stand(Standing::Broken), stand(Standing::Attention)) {
                (0, 0) => (w.number(count), ""),
                (0, n) => (w.policy_n_attention(n), "attention"),
                (n, _) => (w.policy_n_broken(n), "broken"),
            };
            Section { id: block.id.to_string(), title: block.plain(), count, class }
        })
        .collect()
}

fn gaps(sight: &Sight<'_>, chosen: Option<&ClauseId>) -> Vec<Gap> {
    let w = sight.words();
    sight
        .gaps()
        .map(|promise| {
            let finding = sight.findings.get(&promise.id);
            let words = promise.words(w.0);
            let told = finding.filter(|f| f.watched && f.standing.needs_someone()).and_then(|f| f.why.as_ref());
            Gap {
                id: &promise.id,
                text: &words.promise,
                mark: finding.map(|f| Mark::new(f.standing, w)),
                why: told.map(|why| why.get(w.0).to_owned()),
                href: sight.href(promise.id.as_str()),
                on: chosen.is_some_and(|id| id.as_str() == promise.id.as_str()),
            }
        })
        .collect()
}

/// What needs somebody: broken first, then what will lapse, then what a watch could not prove.
fn waiting<'a>(sight: &'a Sight<'_>) -> Vec<&'a Finding> {
    let mut waiting: Vec<&Finding> = sight.counted().filter(|f| f.watched && f.standing.needs_someone()).collect();
    let rank = |standing: Standing| match standing {
        Standing::Broken => 0,
        Standing::Attention => 1,
        _ => 2,
    };
    waiting.sort_by_key(|f| (rank(f.standing), f.lapses.is_none(), f.lapses));
    waiting
}

fn needs(sight: &Sight<'_>) -> Vec<Need> {
    let w = sight.words();
    let need = |f: &Finding| {
        let promise = policy::catalogue::find(&f.promise)?;
        let clause = sight.policy().clause_behind(f.promise.as_str())?;
        Some(Need {
            mark: Mark::new(f.standing, w),
            title: &promise.words(w.0).title,
            why: f.why.as_ref().map(|why| why.get(w.0).to_owned()).unwrap_or_default(),
            whose: f.whose.clone(),
            href: sight.href(clause.as_str()),
        })
    };
    waiting(sight).into_iter().filter_map(need).collect()
}

fn versions(sight: &Sight<'_>) -> Vec<Version> {
    let w = sight.words();
    let zone = sight.asking.desk.zone();
    let mut versions: Vec<Version> = sight
        .asking
        .desk
        .office()
        .versions()
        .iter()
        .map(|v| {
            let day = on(v.in_force_from, zone);
            Version {
                version: v.policy.version().to_owned(),
                from: w.day(day),
                entry: w.entry(v.entry),
                href: format!("/records/{}", v.entry),
                then: (v.entry != sight.enacted.entry).then(|| format!("/?as-of={day}")),
            }
        })
        .collect();
    versions.reverse();
    versions
}

#[derive(Template)]
#[template(path = "policy/none.html")]
struct NoPolicyPage {
    page: Page,
    first: Option<String>,
    may_enact: bool,
}
