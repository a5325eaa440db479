//! Invitations (`users.md`, v1 shapes: `skip_invite`): asked for by administrators, taken up by whoever has the mail.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{Actor, EmploymentStatus, Right, Sent, Source, UserId};
use folkmoot_store::Author;
use folkmoot_wire::input::Faults;
use folkmoot_wire::{ErrorCode, Form, Success};
use http::{Method, Request, Response, StatusCode};
use jiff::Timestamp;
use subtle::ConstantTimeEq;

use super::id;
use super::user_writes::{check_password, known};
use crate::accounts::LiveAccount;
use crate::app::App;
use crate::context::Api;
use crate::error::Refusal;
use crate::html::{Escaped, page};
use crate::once::Once;
use crate::rate_limit::RateLimit;
use crate::{input, respond};

/// How often a client may try in a minute, and all of them. Nobody guesses what opens an invitation; this is so that
/// trying costs the server little.
pub(crate) fn limit() -> RateLimit {
    RateLimit::new(30, 3000)
}

/// `POST /users/{id}/invitations`: invites somebody, or once more. What they were sent before is worthless then.
pub(crate) async fn invite(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = UserId(id::number(&segment).ok_or_else(|| Refusal::invalid_id("User"))?);
        let person = known(&request, id)?.clone();
        if !request.viewer.may(&request.directory, Right::CreateEmployee, &person) {
            return Err(Refusal::new(ErrorCode::Access, "Only administrators may invite a user."));
        }
        if person.status(request.directory.as_of()) != EmploymentStatus::Active {
            return Err(Refusal::new(ErrorCode::Save, "Whoever may not log in is not invited."));
        }
        let once = Once::of(&request, "invite a user", Some(id.0), &Form::default())?;
        let (store, account, author) = (request.app.store.clone(), request.account.id(), request.author());
        let mut tx = store.begin_together(account, author).await?;
        if once.made(&mut tx).await?.is_none() {
            request.must_expect_nothing()?;
            tx.invite(id).await?;
            once.note(&mut tx, id.0).await?;
        }
        request.context.commit(tx).await?;
        request.app.post.is_waiting();
        request.answers_a_change();
        let messages = vec!["The invitation is on its way".into()];
        Ok(respond::success(request.format, request.version, &Success { code: "CREATED", messages }))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `GET` and `POST /invitations/{secret}`: the page on which somebody who was invited chooses a password.
pub(crate) async fn take_up(
    app: &Arc<App>,
    account: &Arc<LiveAccount>,
    client: IpAddr,
    secret: &str,
    mut request: Request<Body>,
) -> Result<Response<Body>, Refusal> {
    if !app.invitations.allows(client, app.store.clock().now()) {
        return Err(Refusal::too_much(60, "Too much was asked; try again in a minute."));
    }
    let Some((user, made)) = opened(app, account, secret).await? else { return Ok(worthless()) };
    let directory = app.accounts.directory(account).await?;
    let may_log_in = |status| status == EmploymentStatus::Active;
    let Some(person) = directory.person(user).filter(|person| may_log_in(person.status(directory.as_of())))
    else {
        return Ok(worthless());
    };
    let asks = |problem: Option<&str>| choose(&directory.account().name, &person.user.username, problem);
    match *request.method() {
        Method::GET | Method::HEAD => return Ok(asks(None)),
        Method::POST => {}
        _ => return Err(Refusal::MethodNotAllowed("GET, HEAD, POST")),
    }
    input::take(app, &mut request).await?;
    let form = request.extensions_mut().remove::<Form>().unwrap_or_default();
    let password = form.text("password").unwrap_or_default();
    let mut faults = Faults::default();
    let sent = Sent { key: "The password".into(), value: password.into() };
    check_password(&sent, &mut faults);
    if let Some(problem) = faults.into_messages().first() {
        return Ok(asks(Some(problem)));
    }
    if form.text("again") != Some(password) {
        return Ok(asks(Some("The two are not the same.")));
    }
    let hash = app.passwords.hash(password.to_owned()).await?;
    let author = Author::new(Actor::User(user), Source::Web);
    let mut tx = app.store.begin_together(account.id(), author).await?;
    if !tx.end_invitation(user, made).await? {
        return Ok(worthless());
    }
    tx.set_password_hash(user, &hash).await?;
    let revision = tx.commit().await?;
    app.after_write(account, &directory, revision).await?;
    let name = Escaped(&person.user.username);
    let body = format!(
        "<p>From now on, log in as <strong>{name}</strong> with the password that you have chosen.</p>"
    );
    Ok(page(StatusCode::OK, "Your password is set", &body))
}

/// Whose invitation `secret` opens, and when they were given it.
async fn opened(
    app: &App,
    account: &LiveAccount,
    secret: &str,
) -> Result<Option<(UserId, Timestamp)>, Refusal> {
    let Some((user, secret)) = secret.split_once('-') else { return Ok(None) };
    let (Some(user), Some(secret)) = (id::number(user).map(UserId), bytes(secret)) else { return Ok(None) };
    let Some(made) = app.store.invited_at(account.id(), user).await? else { return Ok(None) };
    let expected = app.store.keys().invitation(account.id(), user, made);
    Ok(bool::from(expected.ct_eq(&secret)).then_some((user, made)))
}

/// What 64 hexadecimal digits stand for.
fn bytes(digits: &str) -> Option<[u8; 32]> {
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 64 || !digits.bytes().all(lower) {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// The same for whatever is wrong with it: it tells nobody who was invited.
fn worthless() -> Response<Body> {
    let body = "<p>It was used already, it is older than two weeks, or a newer one was sent. Whoever administers the \
                directory can invite you again.</p>";
    page(StatusCode::NOT_FOUND, "This link does not work (any more)", body)
}

/// The form. It is posted to its own address.
fn choose(company: &str, username: &str, problem: Option<&str>) -> Response<Body> {
    let (company, username) = (Escaped(company), Escaped(username));
    let (status, alert) = match problem {
        None => (StatusCode::OK, String::new()),
        Some(problem) => (StatusCode::BAD_REQUEST, format!("<p role=\"alert\">{}</p>\n", Escaped(problem))),
    };
    let body = format!(
        "<p>For the employee directory of {company}. You log in as <strong>{username}</strong>.</p>\n{alert}\
         <form method=\"post\">\n<input type=\"hidden\" name=\"username\" value=\"{username}\" \
         autocomplete=\"username\">\n<label for=\"password\">Password, at least ten characters</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" minlength=\"10\" \
         required autofocus>\n<label for=\"again\">The same once more</label>\n<input id=\"again\" name=\"again\" \
         type=\"password\" autocomplete=\"new-password\" required>\n<button>Set the password</button>\n</form>"
    );
    page(status, "Choose a password", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_digits_in_lower_case_are_taken() {
        let digits = "00ff".repeat(16);
        assert_eq!(bytes(&digits).unwrap()[..4], [0, 255, 0, 255]);
        for wrong in ["", "0", &digits[1..], &digits.to_uppercase(), &format!("{digits}0"), &"+f".repeat(32)]
        {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
