//! Named things in the order their author wrote them, found by name.

use std::collections::BTreeMap;

/// Something with a name.
pub(crate) trait Named {
    fn name(&self) -> &str;
}

/// Named things, in order, each name once.
#[derive(Clone, Debug)]
pub(crate) struct Shelf<T> {
    items: Vec<T>,
    at: BTreeMap<String, usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: Vec::new(), at: BTreeMap::new() }
    }
}

impl<T: PartialEq> PartialEq for Shelf<T> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl<T: Eq> Eq for Shelf<T> {}

impl<T: Named> Shelf<T> {
    /// Puts the thing last, unless its name is taken; says whether it was put.
    pub(crate) fn put(&mut self, item: T) -> bool {
        if self.at.contains_key(item.name()) {
            return false;
        }
        self.at.insert(item.name().to_owned(), self.items.len());
        self.items.push(item);
        true
    }
}

impl<T> Shelf<T> {
    pub(crate) fn find(&self, name: &str) -> Option<&T> {
        self.at.get(name).and_then(|index| self.items.get(*index))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.at.contains_key(name)
    }

    pub(crate) fn all(&self) -> &[T] {
        &self.items
    }
}

macro_rules! named {
    ($($kind:ty),+ $(,)?) => {
        $(impl Named for $kind {
            fn name(&self) -> &str {
                self.id.as_ref()
            }
        })+
    };
}

named!(
    crate::Clause,
    crate::Element,
    crate::Entity,
    crate::JointUse,
    crate::Kind,
    crate::Measure,
    crate::OptOut,
    crate::Product,
    crate::Purpose,
    crate::Recipient,
    crate::Term,
    crate::Tracker,
    crate::logs::CheckRule,
    crate::logs::LogReason,
    crate::logs::LogSource,
);
