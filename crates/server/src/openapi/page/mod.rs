//! The OpenAPI document as a page: complete without scripts, and without asking anybody for anything.

mod types;

use std::fmt::Write;

use serde_json::Value;

use types::spelled;

use crate::html::{self, Escaped};

const STYLE: &str = include_str!("style.css");

/// The policy under which the page is served.
pub(super) fn policy() -> String {
    html::policy(STYLE, "'none'")
}

/// The whole page.
pub(super) fn render(document: &Value) -> String {
    let mut page = String::new();
    let title = Escaped(text(&document["info"]["title"]));
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}: the API</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#operations\">Skip to the operations</a>\n<header>\n<h1>{title}: the API</h1>\n",
    );
    for paragraph in text(&document["info"]["description"]).split("\n\n") {
        let _ = writeln!(page, "<p>{}</p>", Escaped(paragraph));
    }
    page.push_str("<p>The same for machines: <a href=\"/openapi.json\">openapi.json</a>.</p>\n</header>\n");
    contents(document, &mut page);
    page.push_str("<main id=\"operations\">\n");
    for tag in items(&document["tags"]) {
        section(document, tag, &mut page);
    }
    page.push_str("<h2 id=\"shapes\">Shapes</h2>\n");
    for (name, schema) in members(&document["components"]["schemas"]) {
        shape(name, schema, &mut page);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn contents(document: &Value, page: &mut String) {
    page.push_str("<nav aria-label=\"Contents\">\n<ul>\n");
    for tag in items(&document["tags"]) {
        let name = Escaped(text(&tag["name"]));
        let _ = writeln!(page, "<li><a href=\"#{name}\">{name}</a></li>");
    }
    page.push_str("<li><a href=\"#shapes\">Shapes</a></li>\n</ul>\n</nav>\n");
}

fn section(document: &Value, tag: &Value, page: &mut String) {
    let name = text(&tag["name"]);
    let (shown, about) = (Escaped(name), Escaped(text(&tag["description"])));
    let _ = writeln!(
        page,
        "<section aria-labelledby=\"{shown}\">\n<h2 id=\"{shown}\">{shown}</h2>\n<p>{about}.</p>"
    );
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            if operation["tags"][0] == name {
                self::operation(document, path, method, operation, page);
            }
        }
    }
    page.push_str("</section>\n");
}

fn operation(document: &Value, path: &str, method: &str, operation: &Value, page: &mut String) {
    let id = Escaped(text(&operation["operationId"]));
    let (path, summary) = (Escaped(path), Escaped(text(&operation["summary"])));
    let _ = writeln!(
        page,
        "<details id=\"{id}\"><summary><h3><code><span class=\"method\">{}</span> {path}</code></h3> <p>{summary}</p></summary>\n\
         <div class=\"inside\">",
        Escaped(&method.to_ascii_uppercase()),
    );
    let mut rows = Vec::new();
    for parameter in items(&operation["parameters"]) {
        let parameter = resolved(document, parameter);
        let place = format!("{}, {}", text(&parameter["in"]), needed(parameter["required"] == true));
        rows.push([
            text(&parameter["name"]).to_owned(),
            place,
            spelled(&parameter["schema"]),
            meaning(parameter),
        ]);
    }
    table("Parameters", ["Name", "Where", "Type", "Meaning"], &rows, page);
    for (media_type, content) in members(&operation["requestBody"]["content"]) {
        let schema = &content["schema"];
        let rows = fields(schema);
        if rows.is_empty() {
            let _ = writeln!(page, "<p>Body: <code>{}</code></p>", Escaped(media_type));
        }
        table(&format!("Body: {media_type}"), ["Field", "Needed", "Type", "Meaning"], &rows, page);
    }
    let mut rows = Vec::new();
    for (status, response) in members(&operation["responses"]) {
        let response = resolved(document, response);
        let (mut types, mut schemas) = (Vec::new(), Vec::new());
        for (media_type, content) in members(&response["content"]) {
            types.push(media_type.to_owned());
            if !content["schema"].is_null() && !media_type.ends_with("/xml") {
                schemas.push(spelled(&content["schema"]));
            }
        }
        rows.push([status.to_owned(), types.join(", "), schemas.join(", "), meaning(response)]);
    }
    table("Answers", ["Status", "Content", "Type", "Meaning"], &rows, page);
    page.push_str("</div></details>\n");
}

fn shape(name: &str, schema: &Value, page: &mut String) {
    let name = Escaped(name);
    let _ = writeln!(
        page,
        "<details id=\"schema-{name}\"><summary><h3><code>{name}</code></h3></summary>\n<div class=\"inside\">"
    );
    let rows = fields(schema);
    if rows.is_empty() {
        let _ = writeln!(page, "<p>{}</p>", spelled(schema));
    }
    table("Members", ["Name", "There", "Type", "Meaning"], &rows, page);
    page.push_str("</div></details>\n");
}

/// The members of an object, a row for each.
fn fields(schema: &Value) -> Vec<[String; 4]> {
    let required = |name: &str| items(&schema["required"]).any(|item| item == name);
    members(&schema["properties"])
        .map(|(name, member)| {
            [name.to_owned(), needed(required(name)).to_owned(), spelled(member), meaning(member)]
        })
        .collect()
}

const fn needed(needed: bool) -> &'static str {
    if needed { "always" } else { "may be absent" }
}

/// A table, if there is anything in it. The third column is HTML already.
fn table(caption: &str, heads: [&str; 4], rows: &[[String; 4]], page: &mut String) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(page, "<table><caption>{}</caption><thead><tr>", Escaped(caption));
    for head in heads {
        let _ = write!(page, "<th scope=\"col\">{}</th>", Escaped(head));
    }
    page.push_str("</tr></thead><tbody>\n");
    for [name, place, kind, meaning] in rows {
        let (name, place, meaning) = (Escaped(name), Escaped(place), Escaped(meaning));
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{place}</td><td>{kind}</td><td>{meaning}</td></tr>"
        );
    }
    page.push_str("</tbody></table>\n");
}

fn meaning(value: &Value) -> String {
    text(&value["description"]).to_owned()
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_of_the_document_becomes_markup() {
        let evil = "<script>alert(\"1\")</script>&'";
        let schema = json!({"type": "object", "description": evil, "properties": {evil: {"enum": [evil], "description": evil}}});
        let operation = json!({
            "tags": [evil], "operationId": evil, "summary": evil,
            "parameters": [{"name": evil, "in": evil, "description": evil, "schema": {"enum": [evil]}}],
            "requestBody": {"content": {evil: {"schema": schema}}},
            "responses": {evil: {"description": evil, "content": {evil: {"schema": {"$ref": evil}}}}},
        });
        let page = render(&json!({
            "info": {"title": evil, "description": evil},
            "tags": [{"name": evil, "description": evil}],
            "paths": {evil: {evil: operation}},
            "components": {"schemas": {evil: schema}},
        }));
        assert!(!page.to_lowercase().contains("<script"), "{page}");
        assert!(!page.contains("alert(\""), "{page}");
        assert!(page.matches("&lt;script&gt;").count() > 20, "{page}");
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        let page = crate::openapi::page().0;
        for outward in ["src=", "href=\"http", "@import", "url(", "<script", "style=\"", "<form", "onclick"] {
            assert!(!page.contains(outward), "{outward}");
        }
        for link in page.split("href=\"#").skip(1) {
            let (target, _) = link.split_once('"').unwrap();
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
        assert_eq!(page.matches("<h1").count(), 1);
    }
}
