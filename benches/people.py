"""Invented people for measurements: `people N` prints a CSV of N with twelve fields, `register` the row they belong to."""

import sys

FAMILY = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上".split()
GIVEN = "陽菜 蓮 結衣 湊 葵 樹 美咲 大翔 さくら 悠真 凛 颯太 花子 太郎 直子 健一".split()
KANA = "サトウ スズキ タカハシ タナカ イトウ ワタナベ ヤマモト ナカムラ コバヤシ カトウ ヨシダ ヤマダ ササキ ヤマグチ マツモト イノウエ".split()
READ = "ヒナ レン ユイ ミナト アオイ イツキ ミサキ ヒロト サクラ ユウマ リン ソウタ ハナコ タロウ ナオコ ケンイチ".split()

if sys.argv[1] == "register":
    print("No.,個人情報の名称,本人の種類,利用目的,項目,管理部門,管理責任者,保管期限")
    print('r-100,従業者台帳,employee,hr.employ,"name, name-kana, email, phone, mobile, postal-code, address, birth-date, '
          'department, job-title, employee-number, join-date",人事部,森,hr.employ')
else:
    out = sys.stdout
    out.write("氏名,フリガナ,メールアドレス,電話番号,携帯電話,郵便番号,住所,生年月日,部署,役職,社員番号,入社日\n")
    for n in range(int(sys.argv[2])):
        f, g = n % 16, (n // 16) % 16
        out.write(
            f"{FAMILY[f]} {GIVEN[g]},{KANA[f]} {READ[g]},p{n}@example.jp,03-{3000 + n % 6000}-{n % 10000:04},"
            f"090-{1000 + n // 10000 % 9000}-{n % 10000:04},{100 + n % 800:03}-{n % 10000:04},東京都千代田区丸の内{n % 9 + 1}-{n % 30 + 1}-{n % 50 + 1},"
            f"{1960 + n % 45}-{n % 12 + 1:02}-{n % 28 + 1:02},開発{n % 40}部,社員,E{n:06},{2005 + n % 20}-04-01\n"
        )
