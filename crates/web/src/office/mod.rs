//! The office: pages for those who have signed in.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod door;
pub(crate) mod evidence;
pub(crate) mod find;
pub(crate) mod link;
pub(crate) mod logs;
pub(crate) mod organisation;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod proof;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod rights;
pub(crate) mod sessions;
pub(crate) mod turn;
pub(crate) mod ways;
pub(crate) mod work;
