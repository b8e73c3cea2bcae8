//! Tests only: both databases, the story's clock and people, and the rules of the house.
