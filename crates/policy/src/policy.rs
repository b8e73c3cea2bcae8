//! A settled policy: complete, free of contradictions, and therefore fit to be enacted, judged by, published.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::names::{ClauseId, ElementId, KindId, MeasureId, PolicyDigest, PromiseId, PurposeId, RecipientId, TermId};

use crate::logs::LogRules;
use crate::rights::{RightCase, Rights};
use crate::shelf::Shelf;
use crate::{
    Block, Case, Clause, Contact, Dropped, Element, Entity, Erasure, JointUse, Kind, Language, Limits, Measure, Notice,
    OptOut, Organisation, Product, Purpose, Recipient, SignIn, Term, Texts, Tracker, catalogue,
};

/// What the files of a folder say, once read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Book {
    pub(crate) head: Head,
    pub(crate) organisation: Organisation,
    pub(crate) group: Shelf<Entity>,
    pub(crate) contact: Contact,
    pub(crate) limits: Limits,
    pub(crate) erasure: Erasure,
    /// The clause that tells people how long an erasure takes.
    pub(crate) erasure_told: Option<ClauseId>,
    pub(crate) rights: Rights,
    pub(crate) right_cases: Vec<RightCase>,
    pub(crate) sign_in: SignIn,
    pub(crate) dropped: Vec<Dropped>,
    pub(crate) kinds: Shelf<Kind>,
    pub(crate) elements: Shelf<Element>,
    pub(crate) purposes: Shelf<Purpose>,
    pub(crate) terms: Shelf<Term>,
    pub(crate) recipients: Shelf<Recipient>,
    pub(crate) opt_outs: Shelf<OptOut>,
    pub(crate) joint_uses: Shelf<JointUse>,
    pub(crate) measures: Shelf<Measure>,
    pub(crate) trackers: Shelf<Tracker>,
    pub(crate) logs: LogRules,
    pub(crate) products: Shelf<Product>,
    pub(crate) clauses: Shelf<Clause>,
    pub(crate) cases: Vec<Case>,
    pub(crate) notices: BTreeMap<Language, Notice>,
}

/// The dates and names at the head of `policy.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) version: String,
    pub(crate) enacted: Date,
    pub(crate) revised: Date,
    pub(crate) zone: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { version: String::new(), enacted: Date::ZERO, revised: Date::ZERO, zone: "UTC".to_owned() }
    }
}

/// A settled policy. Made only by [`crate::Draft::settle`], [`crate::check`] and [`Policy::from_canonical`].
///
/// Two policies are equal when their canonical bytes are.
#[derive(Clone, Debug)]
pub struct Policy {
    book: Book,
    files: BTreeMap<String, String>,
    digest: PolicyDigest,
    /// Which clauses make each promise, in the order of the notice.
    makers: BTreeMap<PromiseId, Vec<ClauseId>>,
    /// For every promise of the catalogue, the clause that stands behind it.
    behind: BTreeMap<&'static str, ClauseId>,
    /// Where in each notice a clause stands.
    places: BTreeMap<(Language, ClauseId), usize>,
    first: ClauseId,
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Policy {}

impl Policy {
    /// Binds a book whose problems have been looked at to the files it was read from. None when it has no
    /// clause at all.
    pub(crate) fn bind(book: Book, files: BTreeMap<String, String>) -> Option<Self> {
        let first = book.clauses.all().first()?.id.clone();
        let mut makers: BTreeMap<PromiseId, Vec<ClauseId>> = BTreeMap::new();
        for clause in book.clauses.all() {
            for promise in &clause.promises {
                makers.entry(promise.clone()).or_default().push(clause.id.clone());
            }
        }
        let behind = catalogue::all()
            .iter()
            .filter_map(|promise| {
                let own = makers.get(&promise.id).map_or(&[][..], Vec::as_slice);
                let same = own.iter().find(|clause| clause.as_str() == promise.id.as_str());
                let clause = same.or_else(|| own.first()).cloned().or_else(|| promise.id.as_str().parse().ok())?;
                Some((promise.id.as_str(), clause))
            })
            .collect();
        let places = book
            .notices
            .iter()
            .flat_map(|(language, notice)| {
                let blocks = notice.blocks.iter().enumerate();
                blocks.map(|(index, block)| ((*language, block.id.clone()), index))
            })
            .collect();
        let digest = crate::canonical::digest(&files);
        Some(Self { book, files, digest, makers, behind, places, first })
    }

    /// SHA-256 of [`Policy::canonical`].
    #[must_use]
    pub const fn digest(&self) -> PolicyDigest {
        self.digest
    }

    /// The bytes that are the policy: every file of its folder that the policy language knows, in order of
    /// its path, with line ends normalised. The format is described at [`Policy::from_canonical`].
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        crate::canonical::write(&self.files)
    }

    /// The files of the folder by their path, as the canonical bytes hold them.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The version, as the organisation counts.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.book.head.version
    }

    /// The day the first version came into force (change.dates-shown).
    #[must_use]
    pub const fn enacted(&self) -> Date {
        self.book.head.enacted
    }

    /// The day this version comes into force (change.dates-shown).
    #[must_use]
    pub const fn revised(&self) -> Date {
        self.book.head.revised
    }

    /// The time zone in which its days are counted, as the IANA database names it.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.book.head.zone
    }

    /// Who promises.
    #[must_use]
    pub const fn organisation(&self) -> &Organisation {
        &self.book.organisation
    }

    /// The companies the policy covers.
    #[must_use]
    pub fn group(&self) -> &[Entity] {
        self.book.group.all()
    }

    /// Where people ask, complain and object.
    #[must_use]
    pub const fn contact(&self) -> &Contact {
        &self.book.contact
    }

    /// Numbers and switches.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.book.limits
    }

    /// How long an erasure waits, and by when it has reached every backup.
    #[must_use]
    pub const fn erasure(&self) -> Erasure {
        self.book.erasure
    }

    /// The clause that tells people so; none in a policy from before policies stated it.
    #[must_use]
    pub const fn erasure_told(&self) -> Option<&ClauseId> {
        self.book.erasure_told.as_ref()
    }

    /// How people sign in.
    #[must_use]
    pub const fn sign_in(&self) -> &SignIn {
        &self.book.sign_in
    }

    /// Who may do which act, and what it takes.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.book.rights
    }

    /// The kinds of people, in the author's order.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        self.book.kinds.all()
    }

    /// One kind of people.
    #[must_use]
    pub fn kind(&self, id: &KindId) -> Option<&Kind> {
        self.book.kinds.find(id.as_str())
    }

    /// The data elements, in the author's order.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        self.book.elements.all()
    }

    /// One data element.
    #[must_use]
    pub fn element(&self, id: &ElementId) -> Option<&Element> {
        self.book.elements.find(id.as_str())
    }

    /// The purposes, in the author's order.
    #[must_use]
    pub fn purposes(&self) -> &[Purpose] {
        self.book.purposes.all()
    }

    /// One purpose.
    #[must_use]
    pub fn purpose(&self, id: &PurposeId) -> Option<&Purpose> {
        self.book.purposes.find(id.as_str())
    }

    /// The retention terms, in the author's order.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        self.book.terms.all()
    }

    /// One retention term.
    #[must_use]
    pub fn term(&self, id: &TermId) -> Option<&Term> {
        self.book.terms.find(id.as_str())
    }

    /// The retention term for information about people of this kind held for this purpose: the first that
    /// names both, else the first that names the purpose, else the first that names the kind.
    #[must_use]
    pub fn term_for(&self, kind: &KindId, purpose: &PurposeId) -> Option<&Term> {
        self.book.term_for(kind, purpose)
    }

    /// The recipients, in the author's order.
    #[must_use]
    pub fn recipients(&self) -> &[Recipient] {
        self.book.recipients.all()
    }

    /// One recipient.
    #[must_use]
    pub fn recipient(&self, id: &RecipientId) -> Option<&Recipient> {
        self.book.recipients.find(id.as_str())
    }

    /// What people were told before provision by opt-out.
    #[must_use]
    pub fn opt_outs(&self) -> &[OptOut] {
        self.book.opt_outs.all()
    }

    /// What people were told before joint use.
    #[must_use]
    pub fn joint_uses(&self) -> &[JointUse] {
        self.book.joint_uses.all()
    }

    /// The safety measures, in the author's order.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        self.book.measures.all()
    }

    /// One safety measure.
    #[must_use]
    pub fn measure(&self, id: &MeasureId) -> Option<&Measure> {
        self.book.measures.find(id.as_str())
    }

    /// The tools on the public site and in mails.
    #[must_use]
    pub fn trackers(&self) -> &[Tracker] {
        self.book.trackers.all()
    }

    /// Which logs are laid against work records, and how. The usual rules where the policy states none.
    #[must_use]
    pub const fn logs(&self) -> &LogRules {
        &self.book.logs
    }

    /// The products with terms of their own.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        self.book.products.all()
    }

    /// One product.
    #[must_use]
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.book.products.find(id)
    }

    /// The examples that stand beside the rules. Every one of them comes out as it says.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.book.cases
    }

    /// The clauses, in the author's order.
    #[must_use]
    pub fn clauses(&self) -> &[Clause] {
        self.book.clauses.all()
    }

    /// One clause.
    #[must_use]
    pub fn clause(&self, id: &ClauseId) -> Option<&Clause> {
        self.book.clauses.find(id.as_str())
    }

    /// The clauses that make a promise, in the author's order; none when the policy does not make it.
    #[must_use]
    pub fn clauses_making(&self, promise: &PromiseId) -> &[ClauseId] {
        self.makers.get(promise).map_or(&[], Vec::as_slice)
    }

    /// The promises the policy makes.
    pub fn promises(&self) -> impl Iterator<Item = &PromiseId> {
        self.makers.keys()
    }

    /// The promises the policy knowingly does not make any more, with the reasons.
    #[must_use]
    pub fn dropped(&self) -> &[Dropped] {
        &self.book.dropped
    }

    /// The notice in this language.
    #[must_use]
    pub fn notice(&self, language: Language) -> Notice {
        self.book.notices.get(&language).cloned().unwrap_or_else(|| Notice {
            language,
            title: String::new(),
            blocks: Vec::new(),
        })
    }

    /// The notice of one product in this language: the general one, with the product's own sentences in
    /// place of those they stand before. None when there is no such product.
    #[must_use]
    pub fn notice_for_product(&self, product: &str, language: Language) -> Option<Notice> {
        let product = self.product(product)?;
        let mut notice = self.notice(language);
        for block in &mut notice.blocks {
            if let Some(texts) = product.overrides.get(&block.id) {
                let source = texts.get(language);
                block.text = crate::notice::markdown::inlines(source);
                source.clone_into(&mut block.source);
            }
        }
        Some(notice)
    }

    /// What a clause says, without markup. A clause that is a catalogue promise the policy is silent about is
    /// answered from the catalogue. None when nobody knows it.
    #[must_use]
    pub fn clause_text(&self, clause: &ClauseId, language: Language) -> Option<Cow<'_, str>> {
        match self.block(clause, language) {
            Some(block) => Some(Cow::Owned(block.plain())),
            None => {
                catalogue::find_str(clause.as_str()).map(|promise| Cow::Borrowed(&*promise.words(language).promise))
            }
        }
    }

    fn block(&self, clause: &ClauseId, language: Language) -> Option<&Block> {
        let index = self.places.get(&(language, clause.clone()))?;
        self.book.notices.get(&language)?.blocks.get(*index)
    }

    pub(crate) fn clause_source(&self, clause: &ClauseId, language: Language) -> Option<&str> {
        self.block(clause, language).map(|block| block.source.as_str())
    }

    /// What a clause says in every language. See [`Policy::clause_text`].
    #[must_use]
    pub fn clause_texts(&self, clause: &ClauseId) -> Option<Texts> {
        let text = |language| self.clause_text(clause, language).map(Cow::into_owned);
        Some(Texts::new(text(Language::Ja)?, text(Language::En)?, text(Language::Vi)?))
    }

    /// The clause that stands behind a promise of the catalogue: of the policy's clauses that make it, the one
    /// with the same id, else the first; else the promise's own id, whose words the catalogue has. None when
    /// the catalogue does not know the promise.
    #[must_use]
    pub fn clause_behind(&self, promise: &str) -> Option<ClauseId> {
        self.behind.get(promise).cloned()
    }

    /// The promises nobody stands behind with a sentence: duties that law adds, or silence.
    pub fn silent_about(&self) -> impl Iterator<Item = &'static catalogue::Promise> {
        catalogue::all().iter().filter(|promise| !self.makers.contains_key(&promise.id))
    }

    pub(crate) const fn book(&self) -> &Book {
        &self.book
    }

    pub(crate) fn first_clause(&self) -> ClauseId {
        self.first.clone()
    }
}

impl Book {
    pub(crate) fn term_for(&self, kind: &KindId, purpose: &PurposeId) -> Option<&Term> {
        let fitting = self.terms.all().iter().filter(|term| term.covers(kind, purpose));
        // The more a term names, the nearer it is; a purpose is nearer than a kind. The first wins a tie.
        fitting.rev().max_by_key(|term| (!term.purposes.is_empty(), !term.kinds.is_empty()))
    }
}
