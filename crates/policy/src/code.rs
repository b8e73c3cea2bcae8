//! Closed lists whose members have a short code, as policy files and the API write it.

/// A word that is not on the closed list it was looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write one of: {}", .known.join(", "))]
pub struct UnknownCode {
    /// The list, as its type is called (`"Role"`).
    pub list: &'static str,
    /// What may be written.
    pub known: &'static [&'static str],
}

/// A closed list with codes, for those who read any such list.
pub(crate) trait Coded: Copy + std::str::FromStr<Err = UnknownCode> + 'static {
    /// Every code, in order.
    fn codes() -> Vec<&'static str>;
}

/// Declares a closed list once; its codes, parsing and printing follow from the list.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its code, as policy files and the API write it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }
        }

        impl $crate::code::Coded for $name {
            fn codes() -> Vec<&'static str> {
                Self::ALL.iter().map(|member| member.code()).collect()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, $crate::UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownCode { list: stringify!($name), known: &[$($code,)+] }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                code.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use coded;
