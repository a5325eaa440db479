//! `folkmoot config`.

use folkmoot_server::Settings;
use serde_json::json;

use crate::args::Config;
use crate::exit::Exit;
use crate::output;

pub(crate) fn run(arguments: &Config, settings: &Settings) -> Exit {
    if arguments.json {
        let entries: Vec<_> = settings
            .entries()
            .map(|setting| {
                json!({
                    "key": setting.key,
                    "value": setting.value,
                    "origin": setting.origin.to_string(),
                    "variable": setting.variable,
                })
            })
            .collect();
        output::say_json(&json!(entries));
        return Exit::Done;
    }
    for setting in settings.entries() {
        output::say(format_args!("{} = {:?}  # {}", setting.key, setting.value, setting.origin));
    }
    Exit::Done
}
