//! Kanji that one family writes in one way and a clerk types in another.
//!
//! For the loose search token only. Each line is the common form and the forms that count as it;
//! pairs that NFKC already unites (`福`, `神`) are not repeated. Forms are grouped by what people confuse
//! in names (`斉斎齊齋`), not by etymology; distinct surnames that merely look alike (`坂阪`, `岩巌`) stay apart.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The common form of a kanji, or the letter itself.
#[must_use]
pub fn common(letter: char) -> char {
    COMMON.get(&letter).copied().unwrap_or(letter)
}

/// How many uncommon forms are known.
#[must_use]
pub fn count() -> usize {
    COMMON.len()
}

static COMMON: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    FORMS
        .split_whitespace()
        .filter_map(|group| {
            let mut letters = group.chars();
            letters.next().map(|common| letters.map(move |other| (other, common)))
        })
        .flatten()
        .collect()
});

/// Groups: the common form first.
const FORMS: &str = "
    高髙 崎﨑碕嵜 辺邊邉 斉斎齊齋 浜濱濵 沢澤 広廣 国國圀 真眞 島嶋嶌嶹隝 桜櫻 瀬瀨 徳德悳 恵惠 栄榮 条條 竜龍 与與 当當
    寿壽 弥彌 富冨 峰峯 吉𠮷 土圡 柳栁桺 槙槇 曽曾 黒黑 緑綠 静靜 浅淺 滝瀧 鉄鐵鉃鐡 鶏鷄雞 岳嶽 応應 亜亞 圧壓 囲圍
    医醫 為爲 壱壹 隠隱 営營 衛衞 駅驛 円圓 塩鹽 艶艷 奥奧 横橫 温溫 穏穩 価價 仮假 会會 絵繪 覚覺 学學斈 楽樂 勧勸
    関關 歓歡 観觀 気氣 亀龜 旧舊 挙擧 郷鄕 暁曉 区區 駆驅 勲勳 薫薰 径徑 掲揭 渓溪 経經 継繼 茎莖 軽輕 芸藝 県縣 倹儉
    剣劍劒釼 研硏 検檢 権權 献獻 験驗 顕顯 厳嚴 効效 恒恆 黄黃 鉱鑛 号號 済濟 砕碎 剤劑 雑雜 桟棧 蔵藏 参參 惨慘 賛贊
    糸絲 児兒 実實 写寫 釈釋 収收 従從 渋澁 縦縱 粛肅 処處 緒緖 叙敍 奨獎 将將 渉涉 焼燒 証證 状狀 乗乘 浄淨 剰剩 畳疊
    縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 声聲 窃竊 摂攝 専專 戦戰
    践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 荘莊 捜搜 挿插 巣巢 装裝 総總 聡聰 騒騷 増增 臓臟 即卽 属屬 続續 堕墮 体體軆躰
    対對 帯帶 滞滯 台臺 択擇 担擔 胆膽 団團 弾彈 断斷 痴癡 遅遲 昼晝 虫蟲 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 点點 転轉
    伝傳 党黨 盗盜 灯燈 稲稻 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 売賣 麦麥 発發 髪髮 抜拔 晩晚 蛮蠻 秘祕 彦彥 姫姬
    払拂 仏佛 変變 弁辨瓣辯 歩步 宝寶寳 豊豐 褒襃 翻飜 毎每 万萬 満滿 訳譯 薬藥 予豫 誉譽 揺搖 様樣 謡謠 遥遙 瑶瑤
    来來耒 頼賴 乱亂 覧覽 両兩 猟獵 塁壘 礼禮 励勵 霊靈 齢齡 恋戀 炉爐 労勞 楼樓 禄祿 録錄 湾灣 鴎鷗 桧檜 尭堯 晋晉
    祢禰 萌萠 籠篭 館舘 寛寬 船舩 橋槗𣘺 松枩柗 野埜 淵渕渊 桑桒 喜㐂 秋秌穐龝 蓑簔 枡桝 藪薮 凛凜 莱萊 芦蘆 兎兔 麹麴
    迩邇 蝋蠟 頬頰 涛濤 壷壺 祷禱 砺礪 繋繫 諌諫 掴摑 填塡 鯵鰺 蛎蠣 蕊蘂 撹攪 頚頸 靭靱 箪簞 侠俠 倶俱 剥剝 呑吞 嘘噓
    姸妍 并幷 屏屛 瓶甁 餅餠 飲飮 教敎 清淸 青靑 戸戶 舎舍 郎郞 歳歲 歴歷 暦曆 虚虛 戯戲 強强 窓窗 冊册 夘卯 濶闊 鼡鼠
    峡峽 狭狹 挟挾 巌巖 蛍螢 撃擊 柏栢 梅楳 杉杦 岡罡 煕熙凞 亘亙 廉亷 穣穰 焔焰 翆翠 鈎鉤 砿礦 隷隸 輌輛 裏裡 涙淚
    凉涼 略畧 隣鄰 回囘 群羣 鑑鑒 紙帋 杰傑 姉姊 卒卆 耀燿 輝暉 婿壻聟
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_brief_families_are_one() {
        for (written, meant) in
            "髙高 﨑崎 碕崎 邊辺 邉辺 齋斉 齊斉 斎斉 濵浜 濱浜 澤沢 廣広 國国 眞真 嶋島 嶌島 櫻桜 瀨瀬 德徳 惠恵 榮栄 條条 龍竜 與与 當当 壽寿 彌弥 𠮷吉"
                .split(' ')
                .filter_map(|pair| Some((pair.chars().next()?, pair.chars().nth(1)?)))
        {
            assert_eq!(common(written), meant, "{written}");
        }
    }

    #[test]
    fn the_table_is_large_flat_and_unambiguous() {
        assert!(count() >= 300, "{}", count());
        let mut seen = std::collections::HashSet::new();
        for group in FORMS.split_whitespace() {
            let letters: Vec<char> = group.chars().collect();
            assert!(letters.len() >= 2, "{group}");
            for letter in letters.iter().skip(1) {
                assert!(seen.insert(*letter), "{letter} stands in two groups");
                assert!(!letters.iter().take(1).any(|common| common == letter), "{group} repeats its common form");
            }
        }
        for group in FORMS.split_whitespace() {
            let first = group.chars().next().map(common);
            assert_eq!(first, group.chars().next(), "{group}: a common form may not be a variant elsewhere");
        }
    }
}
