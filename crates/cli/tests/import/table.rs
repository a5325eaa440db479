//! A table of people as a spreadsheet would hold it, with faults planted in it or without.

use std::fmt::Write as _;

const HEADER: [&str; 15] = [
    "username",
    "email",
    "first_name",
    "last_name",
    "hire_date",
    "employee_num",
    "manager",
    "department",
    "pay_type",
    "pay_rate",
    "currency",
    "full_time",
    "status",
    "address1",
    "birthdate",
];

/// Something wrong in the table, and what is to be said of it.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) field: &'static str,
    pub(crate) message: &'static str,
}

/// Row, column, what is put there, and what is to be told.
const PLANTED: [(usize, usize, &str, &str); 28] = [
    (100, 1, "person100.acme.example", "is not an e-mail address"),
    (333, 0, "person 333", "may not contain white space or a colon"),
    (334, 0, "person:334", "may not contain white space or a colon"),
    (400, 2, "", "is required"),
    (401, 3, "  ", "is required"),
    (402, 4, "", "is required"),
    (500, 4, "2021-02-30", "names a day that does not exist"),
    (501, 4, "30.1.2021", "must be a date spelled YYYY-MM-DD"),
    (502, 14, "yesterday", "must be a date spelled YYYY-MM-DD"),
    (600, 9, "1x5", "is not a decimal number"),
    (601, 9, "-5", "must not be less than 0"),
    (602, 9, "1.00001", "has more than four decimals"),
    (603, 10, "EURO", "is not a currency code of three letters"),
    (604, 8, "WEEKLY", "is not one of ANNUAL, HOURLY, MONTHLY"),
    (700, 11, "maybe", "is neither yes nor no"),
    (701, 12, "RETIRED", "is not one of ACTIVE, SUSPENDED, TERMINATED"),
    (702, 1, "", "is required"),
    (1800, 0, "PERSON7", "is already that of line 9"),
    (1801, 1, "Person8@ACME.example", "is already that of line 10"),
    (1802, 5, "10009", "is already that of line 11"),
    (2000, 6, "nobody", "is nobody's username, e-mail address or employee number"),
    (2001, 6, "person2001", "is the same person: nobody manages themselves"),
    (3000, 6, "person3001@acme.example", "makes a ring of managers"),
    (4000, 13, "a\u{1}b", "contains a control character"),
    (4001, 13, LONG, "is longer than 255 characters"),
    (4002, 13, "NOT UTF-8", "is not UTF-8 text"),
    (5000, 7, "Sales\u{7f}", "contains a control character"),
    (9999, 12, "here", "is not one of ACTIVE, SUSPENDED, TERMINATED"),
];

const LONG: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
                    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

fn row(number: usize) -> Vec<String> {
    let manager = match number {
        0 => String::new(),
        // The other half of a ring.
        3001 => "person3000".to_owned(),
        _ => format!("person{}", number / 10),
    };
    vec![
        format!("person{number}"),
        format!("person{number}@acme.example"),
        format!("First{number}"),
        format!("Last{number}"),
        format!("20{:02}-{:02}-{:02}", number % 25, number % 12 + 1, number % 28 + 1),
        (10_000 + number).to_string(),
        manager,
        format!("Department {}", number % 20),
        "ANNUAL".to_owned(),
        "65346.30".to_owned(),
        "CAD".to_owned(),
        "yes".to_owned(),
        "ACTIVE".to_owned(),
        format!("{number} Main Street"),
        format!("19{:02}-05-17", 50 + number % 50),
    ]
}

/// A table without faults.
pub(crate) fn sound(rows: usize) -> String {
    let mut table = HEADER.join(",") + "\n";
    for number in 0..rows {
        let _ = writeln!(table, "{}", row(number).join(","));
    }
    table
}

/// A table with faults, in order: those of [`PLANTED`], somebody who is in it twice, and a row without its last cell.
pub(crate) fn with_faults(rows: usize) -> (Vec<u8>, Vec<Fault>) {
    let (mut table, mut faults) = (HEADER.join(",") + "\n", Vec::new());
    for number in 0..rows {
        let mut cells = row(number);
        let here: Vec<_> = PLANTED.iter().filter(|planted| planted.0 == number).collect();
        for (_, column, text, _) in &here {
            (*text).clone_into(&mut cells[*column]);
        }
        let mut tell = |column: usize, field, message| {
            let before: usize = cells[..column].iter().map(|cell| cell.chars().count() + 1).sum();
            faults.push(Fault { line: number as u64 + 2, column: before as u64 + 1, field, message });
        };
        for (_, column, _, message) in here {
            tell(*column, HEADER[*column], *message);
        }
        match number {
            7000 => {
                tell(0, HEADER[0], "is already that of line 19, and so is email, employee_num");
                let twin = row(17);
                for column in [0, 1, 5] {
                    cells[column].clone_from(&twin[column]);
                }
            }
            7001 => {
                tell(0, "", "the row has 14 cells where the header has 15");
                cells.pop();
            }
            _ => {}
        }
        let _ = writeln!(table, "{}", cells.join(","));
    }
    let mut table = table.into_bytes();
    let at = table.windows(9).position(|bytes| bytes == b"NOT UTF-8").unwrap_or_default();
    table[at] = 0xeb;
    (table, faults)
}
