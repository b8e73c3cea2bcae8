#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| daicho_fuzz::ledger::ledger_receipt(data));
