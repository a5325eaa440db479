//! Departments, the jobs in them, and what they pay.

/// A department and its ladder of jobs.
pub(crate) struct Branch {
    pub(crate) name: &'static str,
    /// Of a thousand people, how many work here.
    pub(crate) share: u32,
    /// The department whose head this one's head reports to; none for those under the chief executive.
    pub(crate) under: Option<u8>,
    /// Pay in per cent of the company's usual.
    pub(crate) pay: i64,
    /// The title of the head of a department in a company with titles.
    pub(crate) head: &'static str,
    /// What managers manage: `Manager, Talent`.
    pub(crate) field: &'static str,
    /// What those do who manage nobody.
    pub(crate) tracks: &'static [Track],
}

/// A career without reports, in three steps.
pub(crate) struct Track {
    pub(crate) titles: [&'static str; 3],
    pub(crate) weight: u32,
    /// Paid by the hour where that is usual.
    pub(crate) hourly: bool,
}

const fn track(titles: [&'static str; 3], weight: u32) -> Track {
    Track { titles, weight, hourly: false }
}

const fn hourly(titles: [&'static str; 3], weight: u32) -> Track {
    Track { titles, weight, hourly: true }
}

/// Steps on the ladder. The first three are a [`Track`]'s.
pub(crate) mod rank {
    pub(crate) const JUNIOR: u8 = 0;
    pub(crate) const REGULAR: u8 = 1;
    pub(crate) const SENIOR: u8 = 2;
    pub(crate) const MANAGER: u8 = 3;
    pub(crate) const DIRECTOR: u8 = 4;
    pub(crate) const SENIOR_DIRECTOR: u8 = 5;
    pub(crate) const VICE_PRESIDENT: u8 = 6;
    pub(crate) const HEAD: u8 = 7;
    pub(crate) const CHIEF: u8 = 8;
}

/// A year's pay in the middle of each rank's band, in US dollars in the United States.
pub(crate) const BANDS: [i64; 9] =
    [56_000, 76_000, 102_000, 124_000, 158_000, 186_000, 225_000, 268_000, 390_000];

/// Index of the department that the chief executive belongs to.
pub(crate) const EXECUTIVE: u8 = 0;
/// Index of the department that keeps this system.
pub(crate) const HUMAN_RESOURCES: u8 = 1;
/// Index of the department that keeps all other systems.
pub(crate) const INFORMATION_TECHNOLOGY: u8 = 8;

/// Departments, those that a growing company needs first before others.
pub(crate) const BRANCHES: [Branch; 14] = [
    Branch {
        name: "Executive",
        share: 0,
        under: None,
        pay: 100,
        head: "Chief Executive Officer",
        field: "Strategy",
        tracks: &[track(["Executive Assistant", "Chief of Staff", "Senior Advisor"], 1)],
    },
    Branch {
        name: "Human Resources",
        share: 40,
        under: None,
        pay: 88,
        head: "Human Resources Director",
        field: "People",
        tracks: &[
            track(["HR Coordinator", "HR Business Partner", "Senior HR Business Partner"], 4),
            track(["Recruiting Coordinator", "Recruiter", "Senior Recruiter"], 4),
            track(["Payroll Clerk", "Payroll Specialist", "Senior Payroll Specialist"], 2),
            track(["Training Assistant", "Learning Designer", "Senior Learning Designer"], 1),
        ],
    },
    Branch {
        name: "Engineering",
        share: 260,
        under: None,
        pay: 122,
        head: "Chief Technology Officer",
        field: "Engineering",
        tracks: &[
            track(["Junior Software Developer", "Software Developer", "Senior Software Developer"], 12),
            track(["Junior Test Engineer", "Test Engineer", "Senior Test Engineer"], 3),
            track(["Junior Reliability Engineer", "Site Reliability Engineer", "Principal Engineer"], 3),
            track(["Junior Mobile Developer", "Mobile Developer", "Senior Mobile Developer"], 3),
            track(["Security Analyst", "Security Engineer", "Senior Security Engineer"], 1),
        ],
    },
    Branch {
        name: "Sales",
        share: 160,
        under: None,
        pay: 98,
        head: "Chief Revenue Officer",
        field: "Sales",
        tracks: &[
            track(["Sales Development Rep", "Account Executive", "Senior Account Executive"], 8),
            track(["Account Coordinator", "Account Manager", "Key Account Manager"], 5),
            track(["Associate Sales Engineer", "Sales Engineer", "Senior Sales Engineer"], 3),
        ],
    },
    Branch {
        name: "Customer Support",
        share: 150,
        under: None,
        pay: 74,
        head: "VP of Customer Support",
        field: "Support",
        tracks: &[
            hourly(["Support Agent", "Support Specialist", "Senior Support Specialist"], 9),
            track(["Onboarding Associate", "Customer Success Manager", "Senior Success Manager"], 4),
            track(["Documentation Assistant", "Technical Writer", "Senior Technical Writer"], 1),
        ],
    },
    Branch {
        name: "Product",
        share: 55,
        under: None,
        pay: 116,
        head: "Chief Product Officer",
        field: "Product",
        tracks: &[
            track(["Associate Product Manager", "Product Manager", "Senior Product Manager"], 4),
            track(["Product Analyst", "Product Researcher", "Senior Product Researcher"], 1),
        ],
    },
    Branch {
        name: "Marketing",
        share: 70,
        under: None,
        pay: 90,
        head: "Chief Marketing Officer",
        field: "Marketing",
        tracks: &[
            track(["Marketing Assistant", "Marketing Specialist", "Senior Marketing Specialist"], 4),
            track(["Junior Copywriter", "Copywriter", "Senior Copywriter"], 2),
            track(["Event Coordinator", "Event Planner", "Senior Event Planner"], 1),
            track(["Community Assistant", "Community Lead", "Public Relations Lead"], 1),
        ],
    },
    Branch {
        name: "Finance",
        share: 50,
        under: None,
        pay: 96,
        head: "Chief Financial Officer",
        field: "Finance",
        tracks: &[
            track(["Bookkeeper", "Accountant", "Senior Accountant"], 5),
            track(["Junior Financial Analyst", "Financial Analyst", "Senior Financial Analyst"], 3),
            track(["Purchasing Clerk", "Buyer", "Senior Buyer"], 2),
        ],
    },
    Branch {
        name: "Information Technology",
        share: 40,
        under: None,
        pay: 94,
        head: "VP of Information Technology",
        field: "IT",
        tracks: &[
            hourly(["Service Desk Agent", "Service Desk Analyst", "Senior Service Desk Analyst"], 4),
            track(["Junior System Administrator", "System Administrator", "Senior System Administrator"], 4),
            track(["Junior Network Engineer", "Network Engineer", "Senior Network Engineer"], 2),
        ],
    },
    Branch {
        name: "Operations",
        share: 80,
        under: None,
        pay: 80,
        head: "Chief Operating Officer",
        field: "Operations",
        tracks: &[
            track(["Operations Assistant", "Operations Analyst", "Senior Operations Analyst"], 3),
            hourly(["Warehouse Associate", "Logistics Coordinator", "Logistics Planner"], 5),
            track(["Project Coordinator", "Project Manager", "Senior Project Manager"], 2),
        ],
    },
    Branch {
        name: "Data & Research",
        share: 35,
        under: Some(2),
        pay: 124,
        head: "VP of Data",
        field: "Data",
        tracks: &[
            track(["Junior Data Analyst", "Data Analyst", "Senior Data Analyst"], 3),
            track(["Junior Data Scientist", "Data Scientist", "Principal Scientist"], 3),
            track(["Junior Data Engineer", "Data Engineer", "Senior Data Engineer"], 2),
        ],
    },
    Branch {
        name: "Design",
        share: 25,
        under: Some(5),
        pay: 104,
        head: "VP of Design",
        field: "Design",
        tracks: &[
            track(["Junior Designer", "Product Designer", "Senior Product Designer"], 4),
            track(["Junior Illustrator", "Illustrator", "Art Director"], 1),
        ],
    },
    Branch {
        name: "Legal",
        share: 12,
        under: Some(7),
        pay: 118,
        head: "General Counsel",
        field: "Legal",
        tracks: &[
            track(["Paralegal", "Counsel", "Senior Counsel"], 3),
            track(["Compliance Analyst", "Compliance Officer", "Senior Compliance Officer"], 1),
        ],
    },
    Branch {
        name: "Facilities",
        share: 23,
        under: Some(7),
        pay: 68,
        head: "Head of Facilities",
        field: "Facilities",
        tracks: &[
            hourly(["Receptionist", "Office Manager", "Senior Office Manager"], 4),
            hourly(["Custodian", "Building Technician", "Senior Building Technician"], 3),
        ],
    },
];

/// Which job it is: the department, the rank, and the track for those who manage nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Post {
    pub(crate) branch: u8,
    pub(crate) rank: u8,
    pub(crate) track: u8,
}

/// Jobs a department can have: three a track for at most five tracks, then those that lead.
const ROOM: i64 = 20;

impl Post {
    /// The identifier of the job: the same in companies of every size.
    pub(crate) fn job(self) -> i64 {
        let within = if self.rank <= rank::SENIOR {
            i64::from(self.track) * 3 + i64::from(self.rank)
        } else {
            15 + i64::from(self.rank.min(rank::HEAD) - rank::MANAGER)
        };
        i64::from(self.branch) * ROOM + within + 1
    }

    /// The title.
    pub(crate) fn title(self) -> String {
        let branch = &BRANCHES[usize::from(self.branch)];
        match self.rank {
            rank::MANAGER => format!("Manager, {}", branch.field),
            rank::DIRECTOR => format!("Director of {}", branch.field),
            rank::SENIOR_DIRECTOR => format!("Senior Director, {}", branch.field),
            rank::VICE_PRESIDENT => format!("Vice President, {}", branch.field),
            rank::HEAD | rank::CHIEF => branch.head.to_owned(),
            staff => branch.tracks[usize::from(self.track)].titles[usize::from(staff)].to_owned(),
        }
    }

    /// Whether it is paid by the hour where that is usual.
    pub(crate) fn is_hourly(self) -> bool {
        self.rank <= rank::SENIOR && BRANCHES[usize::from(self.branch)].tracks[usize::from(self.track)].hourly
    }

    /// Every job of a department.
    pub(crate) fn of_branch(branch: u8) -> impl Iterator<Item = Post> {
        let tracks = BRANCHES[usize::from(branch)].tracks.len() as u8;
        let staff = (0..tracks).flat_map(move |track| (0..=rank::SENIOR).map(move |rank| (rank, track)));
        let lowest = if branch == EXECUTIVE { rank::HEAD } else { rank::MANAGER };
        let leading = (lowest..=rank::HEAD).map(|rank| (rank, 0));
        staff.chain(leading).map(move |(rank, track)| Post { branch, rank, track })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn jobs_have_an_identifier_and_a_title_each() {
        let posts: Vec<Post> = (0..BRANCHES.len() as u8).flat_map(Post::of_branch).collect();
        let jobs: BTreeSet<i64> = posts.iter().map(|post| post.job()).collect();
        let titles: BTreeSet<String> = posts.iter().map(|post| post.title()).collect();
        assert_eq!((jobs.len(), titles.len()), (posts.len(), posts.len()));
    }

    #[test]
    fn shares_make_up_the_company() {
        assert_eq!(BRANCHES.iter().map(|branch| branch.share).sum::<u32>(), 1000);
        assert_eq!(BRANCHES[usize::from(HUMAN_RESOURCES)].name, "Human Resources");
        assert_eq!(BRANCHES[usize::from(INFORMATION_TECHNOLOGY)].name, "Information Technology");
        let top = BRANCHES.iter().skip(1).filter(|branch| branch.under.is_none()).count();
        assert!(top <= 9, "the chief executive can lead them all");
    }
}
