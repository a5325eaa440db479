//! The mail that invites somebody to choose a password.

use folkmoot_core::UserId;
use jiff::Timestamp;
use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;

use super::MailError;
use crate::routes::INVITATIONS;

/// The address's path at which an invitation is taken up: whose it is, and what opens it.
pub(super) fn path(user: UserId, secret: &[u8; 32]) -> String {
    let start = format!("{INVITATIONS}{user}-");
    secret.iter().fold(start, |path, byte| path + &format!("{byte:02x}"))
}

/// The mail. `company` is the account's name.
pub(super) fn message(
    (from, to): (&Mailbox, &str),
    company: &str,
    link: &str,
    now: Timestamp,
) -> Result<Message, MailError> {
    let unwritable = |error: &dyn std::fmt::Display| MailError::Unwritable(error.to_string());
    let to = to.parse().map_err(|error| unwritable(&error))?;
    let text = format!(
        "Hello,\n\nyou have been added to the employee directory of {company}. Choose a password for it here:\n\n\
         {link}\n\nThe link can be used once, and for two weeks. Whoever has it can choose your password, so do not \
         pass it on.\n"
    );
    Message::builder()
        .date(now.into())
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(format!("Your access to the directory of {company}"))
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|error| unwritable(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, company: &str) -> Result<String, MailError> {
        let from: Mailbox = "HR <hr@acme.example>".parse().unwrap();
        let message =
            message((&from, to), company, "https://acme.example/invitations/7-00", Timestamp::UNIX_EPOCH)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn it_says_where_from_to_whom_and_how_to_go_on() {
        let text = mail("ida@acme.example", "Acme").unwrap();
        for line in [
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n",
            "From: HR <hr@acme.example>\r\n",
            "To: ida@acme.example\r\n",
            "/invitations/7-00\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains("Subject: Your access to the directory of Acme\r\n"), "{text}");
    }

    #[test]
    fn nothing_that_an_account_is_called_makes_a_header() {
        let text = mail("ida@acme.example", "Acme\r\nBcc: eve@evil.example").unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc:")), "{text}");
        assert!(matches!(
            mail("ida@acme.example\r\nBcc: eve@evil.example", "Acme"),
            Err(MailError::Unwritable(_))
        ));
    }
}
