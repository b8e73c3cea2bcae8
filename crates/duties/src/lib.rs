//! What the office owes: enacting policy, the register, retention, safety measures, and watching promises.
