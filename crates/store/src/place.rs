//! Where a store is: a folder's SQLite file, or a PostgreSQL server.

use crate::act::Fault;
use std::path::PathBuf;

/// Where a store is.
#[derive(Clone)]
pub enum Place {
    /// An embedded database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by connection string (`postgres://…`), in this schema.
    Postgres {
        /// libpq-style URL. May hold a password, so it is never printed.
        url: String,
        /// Schema that holds the tables.
        schema: String,
        /// PEM file of the authority that signed the server's certificate, when the URL asks for TLS.
        authority: Option<PathBuf>,
    },
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite {}", path.display()),
            Self::Postgres { schema, .. } => write!(f, "postgres, schema {schema}"),
        }
    }
}

impl Place {
    /// Refuses a schema name that is not `[a-z_][a-z0-9_]{0,62}`: it stands in statements unquoted.
    ///
    /// # Errors
    /// [`Fault::Place`] that says the rule.
    pub fn checked(self) -> Result<Self, Fault> {
        if let Self::Postgres { schema, .. } = &self {
            let good = !schema.is_empty()
                && schema.len() <= 63
                && schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                && !schema.as_bytes().first().is_some_and(u8::is_ascii_digit);
            if !good {
                return Err(Fault::Place("a schema is a-z, 0-9 and _, at most 63 characters, no digit first".into()));
            }
        }
        Ok(self)
    }
}

/// Which of the two sets of tables a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tables {
    Data,
    Keys,
}

impl Tables {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Data => include_str!("../schema/data.sql"),
            Self::Keys => include_str!("../schema/keys.sql"),
        }
    }

    /// A table that is there if and only if the store is.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Data => "head",
            Self::Keys => "subject_key",
        }
    }
}

/// A look at each table of a schema text, with every column it must have.
pub(crate) fn looks(text: &str) -> Vec<(String, String)> {
    let tables = statements(text).into_iter().filter_map(|statement| {
        let (name, rest) = statement.strip_prefix("CREATE TABLE ")?.split_once(" (")?;
        let words = rest.split(',').filter_map(|part| part.trim().split_once(' '));
        let columns = words
            .filter(|(_, kind)| kind.starts_with("BIGINT") || kind.starts_with("BYTEA") || kind.starts_with("TEXT"));
        let columns: Vec<&str> = columns.map(|(column, _)| column).collect();
        Some((name.to_owned(), format!("SELECT {} FROM {name} LIMIT 0", columns.join(", "))))
    });
    tables.collect()
}

/// The statements of a schema text, comments dropped.
pub(crate) fn statements(text: &str) -> Vec<String> {
    let bare: String = text.lines().filter(|l| !l.trim_start().starts_with("--")).flat_map(|l| [l, "\n"]).collect();
    bare.split(';').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}
