//! Looks at other people's files and databases; reports findings.
//!
//! Knows the lists companies keep (CSV, TSV, XLSX, XLS), what their columns mean in Japanese, English and
//! Vietnamese, and which rows can be taken over. Must never know our store, vault or keys: what it reads leaves
//! as rows handed to an import, and nothing it says about a file repeats a cell.
//!
//! ```
//! use connect::{columns::{Mapping, matching}, file::{Choice, Origin, open}, people};
//! use policy::{Class, Element, Shape, Texts};
//!
//! let elements = [Element {
//!     id: "name".parse()?,
//!     class: Class::Ordinary,
//!     shape: Shape::Name,
//!     label: Texts::new("氏名", "Name", "Họ và tên"),
//!     headers: vec!["氏名".into()],
//! }];
//! let table = open(&Origin::bytes("お名前,備考\r\n山田　太郎,\r\n".as_bytes()), &Choice::default())?;
//! let columns = matching(table.headings(), table.sample(), &elements, &Mapping::default());
//! let rules = people::Rules::usual(&columns, &elements);
//! let mut rows = people::read(&table, &columns, &elements, &rules)?;
//! assert_eq!(rows.next().and_then(Result::ok).map(|person| person.line), Some(2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod columns;
pub mod file;
pub mod logs;
pub mod people;
pub mod sheet;
