//! Looks at other people's files and databases; reports findings.
