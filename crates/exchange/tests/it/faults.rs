//! Every fault of a table is told, where it stands, and nothing else.

use crate::common::{directory, faults, options, plan_new};
use folkmoot_core::Sequences;
use folkmoot_exchange::import::{plan, read_csv};

const HEADER: [&str; 16] = [
    "username",
    "email",
    "First Name",
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
    "leave_usages.PTO.days_used",
    "custom:Notes",
];

/// A table as it is written, with the place of each cell.
#[derive(Default)]
struct Table {
    bytes: Vec<u8>,
    line: u32,
    column: u32,
}

impl Table {
    fn new() -> Table {
        Table { bytes: Vec::new(), line: 1, column: 1 }
    }

    fn put(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        for byte in text {
            match byte {
                b'\n' => (self.line, self.column) = (self.line + 1, 1),
                0x80..0xc0 => {}
                _ => self.column += 1,
            }
        }
    }

    /// Writes a row and answers where each cell begins.
    fn row(&mut self, cells: &[Vec<u8>]) -> Vec<(u32, u32)> {
        let mut places = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.put(b",");
            }
            places.push((self.line, self.column));
            if cell.iter().any(|byte| b",\"\n\r".contains(byte)) {
                self.put(b"\"");
                self.put(String::from_utf8_lossy(cell).replace('"', "\"\"").as_bytes());
                self.put(b"\"");
            } else {
                self.put(cell);
            }
        }
        self.put(b"\r\n");
        places
    }
}

/// Row `index` of a company, everything in order; some cells hold line breaks, quotes and characters of many bytes.
fn sound_row(index: usize) -> Vec<Vec<u8>> {
    let manager = match index {
        0 => String::new(),
        _ if index.is_multiple_of(3) => format!("USER{}", index / 10),
        _ if index % 3 == 1 => format!("user{}@example.org", index / 10),
        _ => format!("{}", 100_000 + index / 10),
    };
    let cells = [
        format!("user{index}"),
        format!("user{index}@example.org"),
        ["Zoë", "George", "Łukasz", "😀"][index % 4].to_owned(),
        if index.is_multiple_of(7) { "Smith, \"Jr\"".to_owned() } else { format!("Last{index}") },
        format!("20{:02}-{}-{:02}", index % 25, index % 12 + 1, index % 28 + 1),
        format!("{}", 100_000 + index),
        manager,
        format!("Department {}", index % 20),
        ["ANNUAL", "hourly wage", "3", ""][index % 4].replace("hourly wage", "Hourly Rate"),
        ["65346.30", "23.4567", "4000", ""][index % 4].to_owned(),
        "usd".to_owned(),
        ["yes", "0", "TRUE", "no"][index % 4].to_owned(),
        ["ACTIVE", "active", "0", ""][index % 4].to_owned(),
        format!("{index} Main Street"),
        ["5.0", "0.25", "", "-1"][index % 4].to_owned(),
        if index.is_multiple_of(5) { "first line\nsecond, line".to_owned() } else { String::new() },
    ];
    cells.into_iter().map(String::into_bytes).collect()
}

/// What is planted: the row, the column, what is put there, and what is to be told.
const PLANTED: [(usize, usize, &[u8], &str); 24] = [
    (300, 1, b"user300.example.org", "is not an e-mail address"),
    (333, 0, b"user 333", "may not contain white space or a colon"),
    (400, 3, b"  ", "is required"),
    (401, 4, b"", "is required"),
    (500, 4, b"2021-02-30", "names a day that does not exist"),
    (501, 4, b"30.1.2021", "must be a date spelled YYYY-MM-DD, such as 2013-09-30"),
    (600, 9, b"1,5", "is not a decimal number"),
    (604, 9, b"-5", "must not be less than 0"),
    (608, 9, b"1.00001", "has more than four decimals"),
    (700, 10, b"EURO", "is not a currency code of three letters"),
    (704, 8, b"WEEKLY", "is not one of ANNUAL, HOURLY, MONTHLY"),
    (708, 8, b"", "needs a pay type next to it"),
    (712, 9, b"", "needs a pay rate next to it"),
    (800, 11, b"maybe", "is neither yes nor no (1, 0, true, false, yes, no)"),
    (900, 12, b"RETIRED", "is not one of ACTIVE, SUSPENDED, TERMINATED"),
    (1000, 0, b"USER7", "is already that of line "),
    (1001, 1, b"User8@Example.ORG", "is already that of line "),
    (1002, 5, b"100009", "is already that of line "),
    (
        2000,
        6,
        b"nobody",
        "is nobody's username, e-mail address or employee number, neither in the file nor in the account",
    ),
    (2001, 6, b"user2001", "is the same person: nobody manages themselves"),
    (4000, 13, b"a\0b", "contains a control character"),
    (4001, 13, &[b'x'; 256], "is longer than 255 characters"),
    (4002, 2, b"Zo\xeb", "is not UTF-8 text"),
    (9999, 14, b"five", "is not a decimal number"),
];

#[test]
fn thirty_faults_in_ten_thousand_lines_are_told_and_nothing_else() {
    let mut table = Table::new();
    let mut header: Vec<Vec<u8>> = HEADER.iter().map(|name| name.as_bytes().to_vec()).collect();
    header.push(b"shoe_size".to_vec());
    let mut expected = Vec::new();
    let places = table.row(&header);
    expected.push((places[16], "shoe_size".to_owned(), "is not a known column".to_owned()));
    let mut starts = Vec::new();
    for index in 0..10_000 {
        let mut row = sound_row(index);
        row.push(b"44".to_vec());
        for (_, column, bytes, _) in PLANTED.iter().filter(|planted| planted.0 == index) {
            row[*column] = bytes.to_vec();
        }
        match index {
            // Somebody whose username is another's employee number makes a manager ambiguous.
            5000 => row[0] = b"109003".to_vec(),
            5001 => row[6] = b"109003".to_vec(),
            // A ring of three.
            6000 => row[6] = b"user6002".to_vec(),
            6001 => row[6] = b"user6000".to_vec(),
            6002 => row[6] = b"user6001".to_vec(),
            // Two rows that lose or gain a cell; others name these people as their managers.
            70 => drop(row.pop()),
            71 => row.push(b"more".to_vec()),
            // Somebody is in the file twice: one fault, not three.
            7000 => {
                let twin = sound_row(17);
                row[0].clone_from(&twin[0]);
                row[1].clone_from(&twin[1]);
                row[5].clone_from(&twin[5]);
            }
            _ => {}
        }
        // A quote that is never closed costs its own line.
        if index == 8001 {
            row[13] = b"@open@".to_vec();
        }
        let places = table.row(&row);
        if index == 8001 {
            let at = table.bytes.windows(6).rposition(|bytes| bytes == b"@open@").unwrap();
            table.bytes.splice(at..at + 6, *b"\"open ");
        }
        starts.push(places[0].0);
        let mut tell = |column: usize, message: &str| {
            let name = HEADER.get(column).copied().unwrap_or_default();
            expected.push((places[column.min(16)], name.to_owned(), message.to_owned()));
        };
        for (row, column, _, message) in PLANTED.iter().filter(|planted| planted.0 == index) {
            let other = match row {
                1000 => starts[7].to_string(),
                1001 => starts[8].to_string(),
                1002 => starts[9].to_string(),
                _ => String::new(),
            };
            tell(*column, &format!("{message}{other}"));
        }
        // A type that is missing is told of the rate, and a rate that is missing of the type.
        match index {
            708 | 712 => {
                let last = expected.last_mut().unwrap();
                let column = if index == 708 { 9 } else { 8 };
                (last.0, last.1) = (places[column], HEADER[column].to_owned());
            }
            6000 => tell(6, "makes a ring of managers: user6000 → user6002 → user6001 → user6000"),
            70 | 71 => {
                let have = if index == 70 { 16 } else { 18 };
                let message = format!(
                    "the row has {have} cells where the header has 17; is a cell that contains the delimiter not in \
                     quotes?"
                );
                expected.push((places[0], String::new(), message));
            }
            7000 => {
                tell(0, &format!("is already that of line {}, and so is email, employee_num", starts[17]));
            }
            8001 => tell(13, "has a quote inside quotes that is not doubled"),
            _ => {}
        }
    }
    let message =
        format!("can mean the person on line {} or the person on line {}", starts[5000], starts[9003]);
    let length = |column: usize| sound_row(5001)[column].len() as u32 + 1;
    let at = (starts[5001], 1 + (0..6).map(length).sum::<u32>());
    expected.push((at, "manager".to_owned(), message));
    expected.sort();
    let drafts = read_csv(&table.bytes);
    let found = plan_new(&drafts, true).unwrap_err();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let expected: Vec<String> = expected
        .into_iter()
        .map(|((line, column), field, message)| {
            let field = if field.is_empty() { field } else { format!("{field}: ") };
            format!("line {line}, column {column}: {field}{message}")
        })
        .collect();
    assert_eq!(found, expected);
    assert!(found.len() >= 30, "{}", found.len());
}

#[test]
fn a_sound_table_has_no_faults() {
    let mut table = Table::new();
    table.row(&HEADER.map(|name| name.as_bytes().to_vec()));
    for index in 0..500 {
        table.row(&sound_row(index));
    }
    let plan = plan_new(&read_csv(&table.bytes), false).unwrap();
    assert_eq!(plan.people.len(), 500);
    assert_eq!(plan.org.departments.len(), 20);
    assert_eq!(plan.people[499].assignment[0].data.manager, Some(plan.people[49].user.id));
    let notes = plan.org.custom_fields.values().next().unwrap();
    assert_eq!((notes.kind.code(), notes.privacy.name()), ("textarea", "Employee & Manager"));

    // The same people again: everybody is there already, and told once.
    let before = directory(plan.org, plan.people);
    let again = plan_again(&table.bytes, &before);
    assert_eq!(again.len(), 500);
    assert!(
        again[0]
            .ends_with("username: is already that of user 1 in the account, and so is email, employee_num")
    );
}

fn plan_again(bytes: &[u8], before: &folkmoot_core::Directory) -> Vec<String> {
    let found = plan(&read_csv(bytes), before, Sequences::default(), &options(false)).expect_err("faults");
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn managers_and_names_are_found_in_the_account() {
    let boss = "username,email,first_name,last_name,hire_date,employee_num,department,custom:Car\n\
                boss,boss@x.org,B,O,2020-1-1,77,Sales,none\n";
    let plan_of = plan_new(&read_csv(boss.as_bytes()), false).unwrap();
    let (sequences, before) = (plan_of.sequences, directory(plan_of.org, plan_of.people));
    let text = "Username;E-Mail;First Name;Last Name;Hired;Manager;Department;CUSTOM:car;Currency\r\n\
                a;a@x.org;A;A;2021-01-01;77;SALES;Golf;EUR\r\n;;;;;;;;\r\n\
                b;b@x.org;B;B;2021-01-01;BOSS@x.org;Support;;\r\n";
    let added = plan(&read_csv(text.as_bytes()), &before, sequences, &options(false)).unwrap();
    let boss = before.by_identifier("boss").unwrap();
    for person in &added.people {
        assert_eq!(person.assignment[0].data.manager, Some(boss.user.id));
        assert_eq!(person.assignment[0].data.pay, None);
    }
    assert_eq!(added.org.departments.len(), 1);
    assert_eq!(
        added.people[0].assignment[0].data.department,
        before.org().departments.keys().next().copied()
    );
    assert_eq!(added.org.departments.values().next().unwrap().order, 2, "behind what there is");
    assert_eq!(
        added.people[0].custom_field_records[0].field,
        *before.org().custom_fields.keys().next().unwrap()
    );
    assert!(added.org.custom_fields.is_empty());
    assert_eq!(added.people[0].user.id.0, 2);
}

#[test]
fn headers_are_told_with_a_guess() {
    let text = "username,emial,phone,Username,custom:,leave_usages.PTO.days,first_name,last_name,hours\na,b,c,d,e,f,g,h,8\n";
    assert_eq!(
        faults(&read_csv(text.as_bytes())),
        [
            "line 1, column 1: date_hired: is required, and there is no such column",
            "line 1, column 10: emial: is not a known column; did you mean email?",
            "line 1, column 16: phone: can mean assignment_record.phone or employee_record.phone",
            "line 1, column 22: Username: is already column 1",
            "line 1, column 31: custom:: names no custom field",
            "line 1, column 39: leave_usages.PTO.days: is not a known column",
        ]
    );
    assert_eq!(faults(&read_csv(b"")), ["line 1, column 1: the file is empty"]);
    assert_eq!(
        faults(&read_csv(b"\xff\xfea\0")),
        ["line 1, column 1: the file is UTF-16; save it as CSV in UTF-8"]
    );
    assert_eq!(faults(&read_csv(b"1;2\n3;4\n")).len(), 1, "no header at all is one fault");
    let unnamed =
        "username,email,first_name,last_name,date_hired,,\na,a@x,A,B,2020-01-01,,\nb,b@x,A,B,2020-01-01,x,\n";
    assert_eq!(
        faults(&read_csv(unnamed.as_bytes())),
        ["line 1, column 48: the column has no name, but cells with something in them (line 3)"]
    );
}
