//! What is said of an operation, and how the document says it.

use folkmoot_wire::Format;
use serde_json::{Map, Value, json};

use super::schema::{self, about, named};

/// How an address says its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    /// By `.json` or `.xml` after it.
    Either,
    /// Not at all: it is not a document of the API.
    None,
}

/// What a successful answer holds.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// A document of this schema, in both formats.
    Document(Value),
    /// The document, in JSON; but in version 1 always in XML.
    Change(Value),
    /// A document that there is in JSON alone.
    Json(Value),
    /// A picture.
    Picture,
    /// A web page.
    Page,
    /// Nothing succeeds here.
    Never,
}

/// One method of one address, in every format that the address has.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// In lower case, as the document names it.
    pub(super) method: &'static str,
    /// Without the suffix.
    pub(super) path: &'static str,
    pub(super) tag: &'static str,
    name: &'static str,
    summary: &'static str,
    suffix: Suffix,
    versioned: bool,
    conditional: bool,
    parameters: Vec<Value>,
    body: Option<Value>,
    answer: Answer,
    /// Statuses besides those that every operation has.
    statuses: Vec<u16>,
    also: Option<(&'static str, Value)>,
    checked: bool,
}

/// `GET`, which answers with a document.
pub(super) fn get(
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    Operation { conditional: true, statuses: vec![304], ..operation("get", tag, path, name, summary) }
}

/// `POST`.
pub(super) fn post(
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    change("post", tag, path, name, summary)
}

/// `PUT`.
pub(super) fn put(
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    change("put", tag, path, name, summary)
}

/// `DELETE`.
pub(super) fn delete(
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    change("delete", tag, path, name, summary).document(named("Success"))
}

/// What changes something: it may be told to be made once, and to a certain state alone.
fn change(
    method: &'static str,
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    let parameters = ["IdempotencyKey", "IfMatch"];
    let parameters = parameters.map(|name| json!({"$ref": format!("#/components/parameters/{name}")})).into();
    Operation { parameters, ..operation(method, tag, path, name, summary) }.refuses(&[408, 412, 413, 422])
}

fn operation(
    method: &'static str,
    tag: &'static str,
    path: &'static str,
    name: &'static str,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        tag,
        name,
        summary,
        suffix: Suffix::Either,
        versioned: true,
        conditional: false,
        parameters: Vec::new(),
        body: None,
        answer: Answer::Never,
        statuses: Vec::new(),
        also: None,
        checked: false,
    }
}

impl Operation {
    /// Answers with a document of this schema.
    pub(super) fn document(self, schema: Value) -> Operation {
        Operation { answer: Answer::Document(schema), ..self }
    }

    /// Answers with this.
    pub(super) fn answers(self, answer: Answer) -> Operation {
        Operation { answer, ..self }
    }

    /// Takes a form of this schema.
    pub(super) fn form(self, schema: Value) -> Operation {
        let mut body = json!({"required": true, "content": {}});
        body["content"]["application/x-www-form-urlencoded"]["schema"] = schema;
        Operation { body: Some(body), ..self }
    }

    /// Takes this request body.
    pub(super) fn body(self, body: Value) -> Operation {
        Operation { body: Some(body), ..self }
    }

    /// Its address has no suffix, and asks for no version.
    pub(super) fn bare(self) -> Operation {
        Operation { suffix: Suffix::None, versioned: false, ..self }
    }

    /// Its answer is the same whatever version is asked for, one that there is not included.
    pub(super) fn unversioned(self) -> Operation {
        Operation { versioned: false, ..self }
    }

    /// Takes this in the query string.
    pub(super) fn query(mut self, name: &str, meaning: &str, schema: Value) -> Operation {
        let mut parameter = json!({"name": name, "in": "query", "description": meaning});
        parameter["schema"] = schema;
        self.parameters.push(parameter);
        self
    }

    /// Can be asked as it was, or will be, on a day, and as it was known then (`users.md`, History). What is dated is shown
    /// to those who see history, and a past day of everybody is not always at hand at once.
    pub(super) fn at_a_moment(self) -> Operation {
        let day = json!({"type": "string", "format": "date", "examples": ["2026-01-31"]});
        let moment = json!({"anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
        ]});
        self.query("as_of", "The day of which to tell; today, if it is not sent", day)
            .query("known_at", "What was written by then, and no later, is told: a day, or a moment", moment)
            .refuses(&[400, 403, 404, 503])
    }

    /// Must be given this in the query string.
    pub(super) fn must_query(self, name: &str, meaning: &str, schema: Value) -> Operation {
        let mut asking = self.query(name, meaning, schema);
        if let Some(parameter) = asking.parameters.last_mut() {
            parameter["required"] = true.into();
        }
        asking
    }

    /// Answers with these statuses, too.
    pub(super) fn refuses(mut self, statuses: &[u16]) -> Operation {
        self.statuses.extend(statuses);
        self
    }

    /// Answers with another type of content, too.
    pub(super) fn also(self, media_type: &'static str, schema: Value) -> Operation {
        Operation { also: Some((media_type, schema)), ..self }
    }

    /// What it takes is held against what there is: a name that is somebody's, a number of nothing. No schema says that,
    /// so what fits this one may be refused.
    pub(super) fn checked(self) -> Operation {
        Operation { checked: true, ..self }
    }

    /// The addresses in the document, and what it says of each.
    pub(super) fn describe(&self) -> Vec<(String, Value)> {
        match self.suffix {
            Suffix::None => vec![(self.path.to_owned(), self.described(None))],
            Suffix::Either if matches!(self.answer, Answer::Json(_)) => {
                vec![(format!("{}.json", self.path), self.described(Some("json")))]
            }
            Suffix::Either => ["json", "xml"]
                .map(|format| (format!("{}.{format}", self.path), self.described(Some(format))))
                .into(),
        }
    }

    fn described(&self, format: Option<&'static str>) -> Value {
        let mut parameters = Vec::new();
        if self.path.contains("{id}") {
            parameters.push(json!({"name": "id", "in": "path", "required": true, "schema": schema::id()}));
        }
        parameters.extend(self.parameters.iter().cloned());
        let by_name = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
        if self.versioned {
            parameters.push(by_name("Version"));
        }
        if self.conditional {
            parameters.push(by_name("IfNoneMatch"));
        }
        let suffix = format.map(|format| format!("_{format}")).unwrap_or_default();
        let mut described = json!({
            "tags": [self.tag],
            "operationId": format!("{}{suffix}", self.name),
            "summary": self.summary,
            "parameters": parameters,
        });
        if let Some(body) = &self.body {
            described["requestBody"] = body.clone();
        }
        if self.checked {
            described["x-checked-against-what-there-is"] = true.into();
        }
        described["responses"] = self.responses(format);
        described
    }

    fn responses(&self, format: Option<&'static str>) -> Value {
        let mut responses = Map::new();
        if let Some(content) = self.content(format) {
            let mut success = json!({"description": "What was asked for", "content": content});
            let mut headers = Map::new();
            if format.is_some() {
                headers.insert("X-API-Version".into(), json!({"$ref": "#/components/headers/Version"}));
            }
            if self.conditional {
                headers.insert("ETag".into(), json!({"$ref": "#/components/headers/ETag"}));
            }
            success["headers"] = headers.into();
            responses.insert("200".into(), success);
        }
        let mut statuses: Vec<u16> = [&[400, 401, 403, 404, 429, 500, 503], &self.statuses[..]].concat();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let answer = match status {
                206 => {
                    json!({"description": "The range of bytes that was asked for", "content": self.content(format)})
                }
                404 if matches!(self.answer, Answer::Picture | Answer::Page) => {
                    by_reference("404_without_body")
                }
                _ => by_reference(&refusal_name(status, format)),
            };
            responses.insert(status.to_string(), answer);
        }
        responses.into()
    }

    fn content(&self, format: Option<&'static str>) -> Option<Value> {
        let mut content = Map::new();
        let json = "application/json";
        match (&self.answer, format) {
            (Answer::Never, _) => return None,
            (Answer::Picture, _) => {
                for kind in ["image/jpeg", "image/png"] {
                    content.insert(kind.into(), json!({}));
                }
            }
            (Answer::Page, _) => {
                content.insert("text/html".into(), json!({"schema": {"type": "string"}}));
            }
            (Answer::Document(_) | Answer::Change(_), Some("xml")) => {
                content.insert("application/xml".into(), xml());
            }
            (Answer::Change(schema), _) => {
                content.insert(json.into(), json!({"schema": schema}));
                content.insert("application/xml".into(), xml());
            }
            (Answer::Document(schema) | Answer::Json(schema), _) => {
                content.insert(json.into(), json!({"schema": schema}));
            }
        }
        if let Some((media_type, schema)) = &self.also {
            content.insert((*media_type).into(), json!({"schema": schema}));
        }
        Some(content.into())
    }
}

/// Every answer but those to what succeeds, by the names that operations refer to them by.
pub(super) fn refusals() -> Map<String, Value> {
    const STATUSES: [u16; 14] = [304, 400, 401, 403, 404, 408, 409, 412, 413, 416, 422, 429, 500, 503];
    let mut refusals = Map::new();
    for status in STATUSES {
        for format in [Format::Json, Format::Xml] {
            refusals.insert(refusal_name(status, Some(format.suffix())), refusal(status, format));
        }
    }
    refusals.insert("404_without_body".into(), json!({"description": "There is no such thing"}));
    refusals
}

/// What has no body is the same in both formats.
fn refusal_name(status: u16, format: Option<&str>) -> String {
    match (status, format) {
        (304 | 401 | 416, _) => status.to_string(),
        (_, Some("xml")) => format!("{status}_xml"),
        _ => format!("{status}_json"),
    }
}

fn by_reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/responses/{name}")})
}

fn refusal(status: u16, format: Format) -> Value {
    let error = match format {
        Format::Xml => json!({"application/xml": xml()}),
        Format::Json => json!({"application/json": {"schema": named("Error")}}),
    };
    let later = json!({"Retry-After": {"$ref": "#/components/headers/RetryAfter"}});
    let told = |about: &str| json!({"description": about, "content": error});
    match status {
        304 => json!({"description": "The client has it already"}),
        400 => told("Something is wrong with what was sent, one message for each fault"),
        401 => json!({
            "description": "Nobody who is known here; no body",
            "headers": {"WWW-Authenticate": {"$ref": "#/components/headers/Challenge"}},
        }),
        403 => told("The caller may not"),
        404 => told("There is no such thing, or the caller may not know of it"),
        408 => told("The body took too long to arrive"),
        409 => told("It is in use"),
        412 => told("It has been changed since"),
        413 => told("The body is larger than is accepted"),
        416 => json!({"description": "No such range of bytes"}),
        422 => told("The idempotency key is another request's"),
        429 => json!({"description": "Too many wrong passwords", "content": error, "headers": later}),
        503 => json!({"description": "Not now", "content": error, "headers": later}),
        _ => told("Something went wrong on the server, or its database cannot be reached"),
    }
}

fn xml() -> Value {
    json!({"schema": about(schema::text(), "The same in XML")})
}
