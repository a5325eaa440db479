//! What people are called for short.

/// First names in Latin letters, sorted, and their short forms.
const SHORT_FORMS: [(&str, &str); 58] = [
    ("Abigail", "Abby"),
    ("Aleksandra", "Ola"),
    ("Alexandros", "Alekos"),
    ("Andrew", "Andy"),
    ("Anthony", "Tony"),
    ("Beatrice", "Bea"),
    ("Benjamin", "Ben"),
    ("Charles", "Charlie"),
    ("Charlotte", "Lottie"),
    ("Christopher", "Chris"),
    ("Daniel", "Dan"),
    ("David", "Dave"),
    ("Deepika", "Deepu"),
    ("Dorothy", "Dot"),
    ("Douglas", "Doug"),
    ("Eleanor", "Nell"),
    ("Elizabeth", "Liz"),
    ("Emily", "Em"),
    ("Franziska", "Franzi"),
    ("Gregory", "Greg"),
    ("Gwendolyn", "Gwen"),
    ("Henry", "Hal"),
    ("Isabella", "Izzy"),
    ("Jakub", "Kuba"),
    ("James", "Jim"),
    ("José", "Pepe"),
    ("João", "Joca"),
    ("Katarzyna", "Kasia"),
    ("Kateryna", "Katia"),
    ("Katharina", "Kathi"),
    ("Katherine", "Kate"),
    ("Konstantinos", "Kostas"),
    ("László", "Laci"),
    ("Malcolm", "Mal"),
    ("Margaret", "Maggie"),
    ("Matthew", "Matt"),
    ("Maximilian", "Max"),
    ("Małgorzata", "Gosia"),
    ("Mohammed", "Mo"),
    ("Montserrat", "Montse"),
    ("Nathan", "Nate"),
    ("Oleksandr", "Sashko"),
    ("Oliver", "Ollie"),
    ("Patrick", "Paddy"),
    ("Rebecca", "Becky"),
    ("Robert", "Bob"),
    ("Rosalind", "Roz"),
    ("Samantha", "Sam"),
    ("Samuel", "Sam"),
    ("Santiago", "Santi"),
    ("Sebastian", "Basti"),
    ("Theodore", "Teddy"),
    ("Thomas", "Tom"),
    ("Victoria", "Vicky"),
    ("Volodymyr", "Volodia"),
    ("William", "Bill"),
    ("Zsófia", "Zsófi"),
    ("Étienne", "Titi"),
];

/// The short form of a first name, if it has one.
pub(crate) fn nickname(first: &str) -> Option<&'static str> {
    let found = SHORT_FORMS.binary_search_by_key(&first, |(name, _)| name).ok()?;
    Some(SHORT_FORMS[found].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_short_forms_are_found() {
        for (name, short) in SHORT_FORMS {
            assert_eq!(nickname(name), Some(short));
        }
        assert_eq!(nickname("Zebulon"), None);
    }
}
