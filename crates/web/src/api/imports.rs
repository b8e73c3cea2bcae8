//! Taking people in.

use access::names::{ElementId, PersonId, PurposeId, RowId};
use access::{Desk, Mistake, No};
use policy::normal::{DateOrder, accept};
use policy::{Language, Policy};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use utoipa::ToSchema;
use vault::{Alike, Batch, NewPerson};

use super::caller::Caller;
use super::made::{Made, Once};
use super::problem::Answer;
use super::sent::Sent;
use super::spelled::{At, Id, Line, Milestone, Origin, Slug, Source, Time};

/// People in one call at most.
const MOST: usize = 1_000;
/// What can be attested of them at most.
const MOST_ATTESTED: usize = 16;

/// People to take in together.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewImport {
    /// The row of the handling ledger they belong to.
    #[schema(value_type = Slug, example = "r-041")]
    row: RowId,
    /// The notified purpose they are taken in for.
    #[schema(value_type = Slug)]
    purpose: PurposeId,
    /// Where they came from, as one word: a form, the address of a page, a file's digest. It is kept after they are erased, so
    /// it holds no personal data.
    #[schema(value_type = Source)]
    source: Origin,
    /// When their information was acquired; now, unless said.
    #[schema(value_type = Option<Time>)]
    acquired_at: Option<At>,
    /// What you attest has happened with each of them, where the policy asks for it before it lets an element in.
    #[serde(default)]
    #[schema(max_items = 16, value_type = Vec<Milestone>, example = json!(["offer-accepted"]))]
    attested: Vec<Line<64>>,
    /// The people, at most 1,000.
    #[schema(min_items = 1, max_items = 1000)]
    people: Vec<Item>,
}

/// One person to take in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    /// Values by the id of their element.
    #[schema(value_type = std::collections::BTreeMap<String, String>, example = json!({"name": "A. Example", "email": "someone@example.jp"}))]
    values: Values,
}

/// Values by element, in the order they were sent; one that stands twice is kept twice, so that it can be refused.
struct Values(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Values;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Values(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}

/// What an import did.
#[derive(Serialize, ToSchema)]
pub(crate) struct Import {
    /// The ledger entry, when anybody was new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    entry: Option<u64>,
    /// Whether this answers a request that was answered before; then nobody is named again.
    replayed: bool,
    /// How many were taken in.
    new: u32,
    /// How many had been taken in before and were passed over.
    known: u32,
    /// Places in `people`, from 0, of those who look like somebody held under the row already: the same e-mail address or number.
    /// They were taken in all the same.
    alike: Vec<usize>,
    /// The ids of those taken in, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Id>>, nullable = false)]
    people: Option<Vec<PersonId>>,
    /// Those that were not, and why.
    rejected: Vec<RejectedItem>,
}

/// Somebody who was not taken in. Mend the value and send them again.
#[derive(Serialize, ToSchema)]
pub(crate) struct RejectedItem {
    /// Their place in `people`, from 0.
    index: usize,
    /// The value it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    field: Option<String>,
    /// The rule it breaks.
    #[schema(example = "email.form")]
    rule: &'static str,
    /// The rule and the way on, without the value.
    detail: String,
}

impl Once for Import {
    fn again(&mut self) {
        self.replayed = true;
        self.people = None;
    }
}

/// Take people in
///
/// At most 1,000 at once, all under one row of the handling ledger. Those whose values do not fit are reported and left out;
/// the others are taken in with one entry. People taken in before with the same values are passed over, so an import that was
/// cut off is simply sent again.
#[utoipa::path(
    post,
    path = "/api/v1/imports",
    operation_id = "importPeople",
    tag = "people",
    request_body = NewImport,
    responses((status = 200, body = Import, description = "Who was taken in, who was not, and why."))
)]
pub(crate) async fn import(caller: Caller, Sent(new): Sent<NewImport>) -> Answer<Made<Import>> {
    let NewImport { row, purpose, source: Origin(source), acquired_at, attested, people } = new;
    let acquired_at = acquired_at.map_or(caller.desk.now(), |At(at)| at);
    if acquired_at > caller.desk.now() {
        return Err(later().into());
    }
    if !(1..=MOST).contains(&people.len()) {
        return Err(how_many().into());
    }
    if attested.len() > MOST_ATTESTED {
        return Err(too_much_attested().into());
    }
    let attested = attested.into_iter().map(|Line(name)| name).collect();
    let (places, people, rejected) = sift(&caller.desk, people, caller.language)?;
    // When nobody's values fit there is nothing to ask the policy about; what was wrong with them is the answer.
    if people.is_empty() {
        let told = Import {
            entry: None,
            replayed: false,
            new: 0,
            known: 0,
            alike: Vec::new(),
            people: Some(Vec::new()),
            rejected,
        };
        return Ok(Made::done(told));
    }
    let batch = Batch { row, purpose, source, acquired_at, attested, alike: Alike::TakeIn, people };
    let imported = vault::import(&caller.state.vault, &caller.desk, batch).await?;
    Ok(Made::done(Import {
        entry: imported.entry,
        replayed: false,
        new: imported.new,
        known: imported.known,
        alike: imported.alike.iter().filter_map(|at| places.get(*at).copied()).collect(),
        people: Some(imported.people),
        rejected,
    }))
}

/// The places of those who may be taken in, they, and those who may not.
type Sifted = (Vec<usize>, Vec<NewPerson>, Vec<RejectedItem>);

/// Parts those whose values fit their elements from those whose do not.
fn sift(desk: &Desk, people: Vec<Item>, language: Language) -> Result<Sifted, No> {
    let policy = desk.policy()?;
    let (mut places, mut good) = (Vec::new(), Vec::new());
    let mut rejected = Vec::new();
    for (index, Item { values: Values(values) }) in people.into_iter().enumerate() {
        match person(policy, values, language) {
            Ok(person) => {
                places.push(index);
                good.push(person);
            }
            Err((field, rule, detail)) => rejected.push(RejectedItem { index, field, rule, detail }),
        }
    }
    Ok((places, good, rejected))
}

type Wrong = (Option<String>, &'static str, String);

fn person(policy: &Policy, values: Vec<(String, String)>, language: Language) -> Result<NewPerson, Wrong> {
    let say = |[ja, en, vi]: [&str; 3]| {
        match language {
            Language::Ja => ja,
            Language::En => en,
            Language::Vi => vi,
        }
        .to_owned()
    };
    if values.is_empty() {
        let detail = ["値がありません。", "There is no value.", "Không có giá trị nào."];
        return Err((None, "no-values", say(detail)));
    }
    let mut seen = BTreeSet::new();
    let mut accepted = Vec::with_capacity(values.len());
    for (at, (field, value)) in values.into_iter().enumerate() {
        let known = field.parse::<ElementId>().ok().and_then(|id| policy.element(&id));
        // What stands there may be anything, and the answer is kept: it is told by its place.
        let Some(element) = known else {
            let at = at.saturating_add(1);
            let detail = [
                format!("{at}番目の項目は方針にありません。"),
                format!("The policy does not know element number {at} of these values."),
                format!("Chính sách không có mục thứ {at} trong các giá trị này."),
            ];
            return Err((None, "element-unknown", say(detail.each_ref().map(String::as_str))));
        };
        if !seen.insert(element.id.clone()) {
            let detail = ["同じ項目が二つあります。", "This element stands twice.", "Mục này xuất hiện hai lần."];
            return Err((Some(field), "element-twice", say(detail)));
        }
        let value = accept(element.shape, &value, DateOrder::Unsettled)
            .map_err(|reason| (Some(field), reason.code(), reason.told(language).to_owned()))?;
        accepted.push((element.id.clone(), value));
    }
    Ok(NewPerson { values: accepted })
}

fn later() -> Mistake {
    Mistake::new(
        "acquiredAt",
        "取得日時は今より前にしてください。",
        "It was acquired now or earlier.",
        "Thời điểm thu thập phải từ bây giờ trở về trước.",
    )
}

fn too_much_attested() -> Mistake {
    Mistake::new(
        "attested",
        format!("一度に{MOST_ATTESTED}件までです。"),
        format!("There are at most {MOST_ATTESTED} of them."),
        format!("Nhiều nhất {MOST_ATTESTED} điều."),
    )
}

fn how_many() -> Mistake {
    Mistake::new(
        "people",
        format!("一度に1人から{MOST}人までです。"),
        format!("There are 1 to {MOST} people in one call."),
        format!("Mỗi lần từ 1 đến {MOST} người."),
    )
}
