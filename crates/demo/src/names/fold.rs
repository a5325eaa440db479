//! ASCII forms of names, for usernames and addresses.

use folkmoot_core::Text;

/// Appends `name` in lower-case ASCII letters: marks, spaces and punctuation go.
pub(crate) fn push_folded(text: &mut Text, name: &str) {
    for letter in name.chars() {
        if letter.is_ascii_alphabetic() {
            text.push(letter.to_ascii_lowercase());
        } else if !letter.is_ascii() {
            text.push_str(fold(letter));
        }
    }
}

fn fold(letter: char) -> &'static str {
    match letter {
        'À'..='Å' | 'à'..='å' | 'Ă' | 'ă' | 'ą' | 'ạ' | 'Ạ'..='ặ' => "a",
        'Æ' | 'æ' => "ae",
        'Ç' | 'ç' | 'Ć' | 'ć' | 'č' => "c",
        'Đ' | 'đ' | 'Ð' | 'ð' => "d",
        'È'..='Ë' | 'è'..='ë' | 'ę' | 'ě' | 'Ẹ'..='ệ' => "e",
        'Ğ' | 'ğ' => "g",
        'Ì'..='Ï' | 'ì'..='ï' | 'İ' | 'ı' | 'ĩ' | 'Ỉ'..='ị' => "i",
        'Ł' | 'ł' => "l",
        'Ñ' | 'ñ' | 'ń' | 'ň' => "n",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ő' | 'ő' | 'ơ' | 'Ơ' | 'Ọ'..='ợ' => "o",
        'Œ' | 'œ' => "oe",
        'ř' => "r",
        'Ś' | 'ś' | 'Ş' | 'ş' | 'š' | 'Š' | 'Ṣ' | 'ṣ' => "s",
        'ß' => "ss",
        'Þ' | 'þ' => "th",
        'Ù'..='Ü' | 'ù'..='ü' | 'ũ' | 'ű' | 'Ű' | 'ư' | 'Ư' | 'Ụ'..='ự' => "u",
        'Ý' | 'ý' | 'ÿ' | 'Ỳ'..='ỹ' => "y",
        'Ź' | 'ź' | 'Ż' | 'ż' | 'ž' | 'Ž' => "z",
        // Combining marks, apostrophes and the like.
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain_letters() {
        let folded = |name: &str| {
            let mut text = Text::default();
            push_folded(&mut text, name);
            text
        };
        assert_eq!(folded("Ó Súilleabháin"), "osuilleabhain");
        assert_eq!(folded("Großmann-O’Łęcki"), "grossmannolecki");
        assert_eq!(folded("Nguyễn Thị Ngọc Ánh"), "nguyenthingocanh");
        assert_eq!(folded("Fẹ́mi"), "femi");
    }
}
