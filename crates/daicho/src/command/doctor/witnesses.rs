//! Whether somebody outside the house remembers the ledger.

use super::Findings;
use crate::config::Config;
use crate::wire;
use crate::witnesses::{self, Trouble};
use ledger::cosignature::WitnessKey;
use policy::Texts;

/// A witness that has not cosigned for so long, in milliseconds, is silent.
const SILENT: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

impl Findings {
    /// The witnesses: whether there are any, what each said last, and when.
    pub(super) fn witnesses(&mut self, config: &Config) {
        if config.file.ledger.witness.is_empty() {
            return self.better(
                "witness",
                Texts::new(
                    "証人がいません。台帳ごと古い写しに戻されても誰も気づけません。別の会社の機械で `daicho witness` を動かし、設定 ledger.witness に加えてください。",
                    "There is no witness: nobody would notice if the whole ledger were put back to an earlier copy. Have `daicho witness` run on another company's machine, and add it as ledger.witness.",
                    "Không có nhân chứng: nếu cả sổ bị đưa về bản cũ thì không ai nhận ra. Hãy chạy `daicho witness` trên máy của công ty khác và thêm vào ledger.witness.",
                ),
            );
        }
        let standings = witnesses::standings(config);
        for witness in &config.file.ledger.witness {
            let name = witness.vkey.parse::<WitnessKey>().map(|key| key.name().to_owned()).unwrap_or_default();
            let standing = standings.get(&witness.vkey).cloned().unwrap_or_default();
            match standing.trouble {
                Some(trouble) if trouble.is_alarm() => {
                    self.wrong("witness", trouble.texts(&name));
                    continue;
                }
                Some(trouble @ (Trouble::Unknown | Trouble::BadAnswer)) => self.better("witness", trouble.texts(&name)),
                _ => {}
            }
            match standing.cosigned_at.map(|at| wire::now().0.saturating_sub(at)) {
                Some(ago) if ago < SILENT => {
                    let (minutes, size) = (ago / MINUTE, standing.size);
                    self.well(
                        "witness",
                        Texts::new(
                            format!("証人 {name} が{minutes}分前に{size}件まで連署しました。"),
                            format!("The witness {name} cosigned {size} entries {minutes} minutes ago."),
                            format!("Nhân chứng {name} đã đồng ký {size} bản ghi cách đây {minutes} phút."),
                        ),
                    );
                }
                Some(_) => self.better(
                    "witness",
                    Texts::new(
                        format!("証人 {name} が1時間以上連署していません。`daicho serve` が動いているか、証人に届くかを確かめてください。"),
                        format!("The witness {name} has not cosigned for an hour. See that `daicho serve` runs and reaches it."),
                        format!("Nhân chứng {name} đã hơn một giờ chưa đồng ký. Hãy kiểm tra `daicho serve` có chạy và kết nối được không."),
                    ),
                ),
                None => self.better(
                    "witness",
                    Texts::new(
                        format!("証人 {name} はまだ一度も連署していません。`daicho serve` が動いているか、証人に届くかを確かめてください。"),
                        format!("The witness {name} has not cosigned yet. See that `daicho serve` runs and reaches it."),
                        format!("Nhân chứng {name} chưa đồng ký lần nào. Hãy kiểm tra `daicho serve` có chạy và kết nối được không."),
                    ),
                ),
            }
        }
    }
}
