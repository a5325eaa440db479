//! The company's offices.

use super::east::{ETHIOPIA, INDIA, JAPAN, KOREA, NIGERIA, TAIWAN, THAILAND, VIETNAM};
use super::middle::{ARMENIA, EMIRATES, GEORGIA, GREECE, HUNGARY, ISRAEL, POLAND, TURKEY, UKRAINE};
use super::west::{BRAZIL, CANADA, FRANCE, GERMANY, IRELAND, SPAIN, SWEDEN, UNITED_KINGDOM, UNITED_STATES};
use super::{Country, Office};

const fn office(
    name: &'static str,
    country: &'static Country,
    opens_at: usize,
    homes: &'static [(&'static str, &'static str, &'static str)],
) -> Office {
    Office { name, country, homes, opens_at }
}

/// Every office, the first being the head office.
pub(crate) const OFFICES: [Office; 29] = [
    office(
        "Toronto",
        &CANADA,
        0,
        &[
            ("Toronto", "ON", "M%@ %@%"),
            ("Toronto", "ON", "M%@ %@%"),
            ("Mississauga", "ON", "L5@ %@%"),
            ("Waterloo", "ON", "N2@ %@%"),
            ("Hamilton", "ON", "L8@ %@%"),
        ],
    ),
    office("Montréal", &CANADA, 12, &[("Montréal", "QC", "H%@ %@%"), ("Laval", "QC", "H7@ %@%")]),
    office(
        "Austin",
        &UNITED_STATES,
        20,
        &[("Austin", "TX", "787##"), ("Round Rock", "TX", "78664"), ("Cedar Park", "TX", "78613")],
    ),
    office(
        "London",
        &UNITED_KINGDOM,
        40,
        &[("London", "", "SE%# %@@"), ("London", "", "E%# %@@"), ("Croydon", "", "CR0 %@@")],
    ),
    office("Dublin", &IRELAND, 100, &[("Dublin", "", "D0% @###"), ("Bray", "Co. Wicklow", "A98 @###")]),
    office(
        "Paris",
        &FRANCE,
        100,
        &[("Paris", "", "7501%"), ("Montreuil", "", "93100"), ("Nanterre", "", "92000")],
    ),
    office(
        "Berlin",
        &GERMANY,
        30,
        &[("Berlin", "", "10##%"), ("Berlin", "", "12##%"), ("Potsdam", "Brandenburg", "1447%")],
    ),
    office(
        "Barcelona",
        &SPAIN,
        100,
        &[("Barcelona", "", "080##"), ("Badalona", "", "0891#"), ("Madrid", "", "280##")],
    ),
    office("São Paulo", &BRAZIL, 60, &[("São Paulo", "SP", "0####-0##"), ("Guarulhos", "SP", "070##-0##")]),
    office("Warsaw", &POLAND, 60, &[("Warszawa", "", "0#-###"), ("Łódź", "", "9#-###")]),
    office("Budapest", &HUNGARY, 100, &[("Budapest", "", "1%##"), ("Gödöllő", "", "2100")]),
    office("Stockholm", &SWEDEN, 100, &[("Stockholm", "", "11# ##"), ("Järfälla", "", "177 ##")]),
    office("İstanbul", &TURKEY, 100, &[("İstanbul", "Kadıköy", "347##"), ("İstanbul", "Beşiktaş", "343##")]),
    office("Kyiv", &UKRAINE, 60, &[("Київ", "", "0%###"), ("Львів", "", "790##")]),
    office("Athens", &GREECE, 100, &[("Αθήνα", "", "10% ##"), ("Πειραιάς", "", "185 ##")]),
    office("Dubai", &EMIRATES, 100, &[("دبي", "دبي", ""), ("الشارقة", "الشارقة", "")]),
    office("Tel Aviv", &ISRAEL, 100, &[("תל אביב", "", "6%#####"), ("חולון", "", "58#####")]),
    office("Pune", &INDIA, 30, &[("पुणे", "महाराष्ट्र", "4110##"), ("मुंबई", "महाराष्ट्र", "4000##")]),
    office("Taipei", &TAIWAN, 60, &[("臺北市", "", "11%"), ("新北市", "", "23%")]),
    office(
        "Tokyo",
        &JAPAN,
        60,
        &[
            ("渋谷区", "東京都", "150-00##"),
            ("世田谷区", "東京都", "154-00##"),
            ("横浜市", "神奈川県", "220-00##"),
        ],
    ),
    office("Seoul", &KOREA, 100, &[("서울특별시", "", "06###"), ("성남시", "경기도", "13###")]),
    office("Bangkok", &THAILAND, 100, &[("กรุงเทพมหานคร", "", "10##0"), ("นนทบุรี", "", "11000")]),
    office("Addis Ababa", &ETHIOPIA, 100, &[("አዲስ አበባ", "", "10##")]),
    office("Tbilisi", &GEORGIA, 100, &[("თბილისი", "", "01##"), ("რუსთავი", "", "37##")]),
    office("Yerevan", &ARMENIA, 100, &[("Երևան", "", "00##"), ("Գյումրի", "", "31##")]),
    office("Hà Nội", &VIETNAM, 100, &[("Hà Nội", "", "1####"), ("Đà Nẵng", "", "50###")]),
    office("Lagos", &NIGERIA, 60, &[("Lagos", "Lagos", "10###%"), ("Ìbàdàn", "Oyo", "20###%")]),
    office(
        "Remote (Canada)",
        &CANADA,
        150,
        &[
            ("Halifax", "NS", "B3@ %@%"),
            ("Vancouver", "BC", "V5@ %@%"),
            ("Calgary", "AB", "T2@ %@%"),
            ("Québec", "QC", "G1@ %@%"),
        ],
    ),
    office(
        "Remote (United States)",
        &UNITED_STATES,
        150,
        &[
            ("Portland", "OR", "972##"),
            ("Minneapolis", "MN", "554##"),
            ("Raleigh", "NC", "276##"),
            ("Albuquerque", "NM", "871##"),
        ],
    ),
];
