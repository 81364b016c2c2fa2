//! Bad files: every fault has its place, its code and its mending; one slip is one error.

use journey::{CompileContext, Compiled, Severity, compile, reload, template_file};

fn check(source: &str) -> Compiled {
    let templates = crate::support::templates();
    let queues = ["front_desk".to_owned(), "support".to_owned()];
    compile("test.yaml", source, &CompileContext { schema: None, templates: &templates, queues: &queues })
}

/// Errors and warnings as `line:column code`.
fn places(source: &str) -> Vec<String> {
    let compiled = check(source);
    assert_eq!(compiled.journey.is_some(), compiled.diagnostics.iter().all(|d| d.severity != Severity::Error));
    let loud = compiled.diagnostics.iter().filter(|d| d.severity != Severity::Note);
    loud.map(|d| format!("{}:{} {}", d.line, d.column, d.code)).collect()
}

const SOUND: &str = r#"journey: sound
owner: front_desk
purpose: transactional
entry: { on: booked, key: event.id }
context:
  starts_at: { type: time, from: event.starts_at }
goal: { name: came, on: came, within: 7d }
start: ask
steps:
  ask:
    send:
      whatsapp:
        in_window: { buttons: { body: "Come?", buttons: [ { id: confirm, title: Yes }, { id: reschedule, title: No } ] } }
        out_of_window: { template: reminder, variables: { when: "soon" } }
      max_lateness: 1h
      fallback: { too_late: done, any: done }
    next: answer
  answer:
    await:
      reply_to: ask
      replies: { confirm: done, reschedule: done }
      default: done
      timeout: { after: 4h, to: done }
  done: { end: done }
"#;

#[test]
fn richer_messages_are_checked_where_they_stand() {
    let with = |channel: &str, body: &str| {
        let out = if channel == "whatsapp" {
            format!("whatsapp: {{ in_window: {{ {body} }}, out_of_window: {{ template: reminder, variables: {{ when: soon }} }} }}")
        } else {
            format!("{channel}: {{ {body} }}")
        };
        let source = SOUND.split_once("      whatsapp:").unwrap().0.to_owned()
            + "      "
            + &out
            + "\n      max_lateness: 1h\n      expects_reply: false\n      fallback: { too_late: done, any: done }\n    next: done\n  done: { end: done }\n";
        let compiled = check(&source);
        compiled.diagnostics.iter().filter(|d| d.severity != Severity::Note).map(|d| d.code.to_owned()).collect::<Vec<_>>()
    };
    for (sound, body) in [
        ("link", r#"link: { body: "Your order", label: Open, url: "https://example.com/{{ contact.id }}" }"#),
        ("location", r#"location: { latitude: 52.52, longitude: -13.4, name: Shop, address: "1 Main Street" }"#),
        ("contacts", r#"contacts: [ { name: "Ana Example", phone: "+12025550123", organisation: Shop } ]"#),
        ("request", r#"request: { wanted: location, body: "Where are you?" }"#),
    ] {
        assert_eq!(with("whatsapp", body), Vec::<String>::new(), "{sound}");
        let in_mail = with("email", body);
        assert_eq!(in_mail, [if sound == "request" { "JRN032" } else { "JRN045" }], "{sound}: what a channel cannot show is said");
    }
    for (wrong, codes) in [
        (r#"link: { body: "Your order", label: Open, url: "example.com" }"#, "JRN032"),
        (r#"link: { body: "Your order", label: "far too long for a button", url: "https://example.com" }"#, "JRN032"),
        (r#"link: { body: "Your order", label: Open }"#, "JRN005"),
        (r#"location: { latitude: 91, longitude: 0 }"#, "JRN032"),
        (r#"location: { latitude: 1, longitude: 0, address: "1 Main Street" }"#, "JRN005"),
        (r#"contacts: [ { name: Ana } ]"#, "JRN005"),
        (r#"request: { wanted: money, body: "Please" }"#, "JRN008"),
        (r#"text: "a", link: { body: b, label: c, url: "https://example.com" }"#, "JRN016"),
    ] {
        assert!(with("whatsapp", wrong).iter().any(|code| code == codes), "{wrong}: {:?}", with("whatsapp", wrong));
    }
}

#[test]
fn the_sound_file_has_nothing_to_complain_about() {
    assert_eq!(places(SOUND), Vec::<String>::new());
}

/// U5, and "a journey file with 20 different faults": all of them in one run, each with its place.
#[test]
#[expect(clippy::disallowed_methods, reason = "whoever starts the tests says in the environment that golden files are written anew")]
fn u5_twenty_faults_give_twenty_positioned_errors() {
    let source = std::fs::read_to_string(crate::support::testdata("twenty_faults.journey.yaml")).unwrap();
    let compiled = check(&source);
    assert!(compiled.journey.is_none());
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    let shown: String = errors.iter().map(|d| d.one_line() + "\n").collect();
    let golden = crate::support::testdata("twenty_faults.expected.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&golden, &shown).unwrap();
    }
    assert_eq!(shown, std::fs::read_to_string(&golden).unwrap());
    assert!(errors.len() >= 20, "{shown}");
    for error in errors {
        assert!(error.line > 0 && error.column > 0 && (error.end_line, error.end_column) > (error.line, error.column), "{error:?}");
        assert!(!error.what.is_empty() && !error.fix.is_empty(), "{error:?}");
    }
}

/// Replaces one piece of the sound file and names the findings.
fn with(from: &str, to: &str) -> Vec<String> {
    assert!(SOUND.contains(from), "{from}");
    places(&SOUND.replacen(from, to, 1))
}

fn codes(from: &str, to: &str) -> Vec<String> {
    with(from, to).into_iter().map(|place| place.split(' ').next_back().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a78_an_await_without_timeout_does_not_compile() {
    assert_eq!(with("      timeout: { after: 4h, to: done }\n", ""), ["18:3 JRN024"]);
}

#[test]
fn a26_a_reply_without_default_does_not_compile() {
    assert_eq!(with("      default: done\n", ""), ["18:3 JRN025"]);
}

#[test]
fn a27_what_a_channel_does_not_show_is_a_warning() {
    let also = |body: &str| {
        let out = "        out_of_window: { template: reminder, variables: { when: \"soon\" } }\n";
        codes(out, &format!("{out}      {body}\n"))
    };
    let buttons = "{ buttons: { body: \"Come?\", buttons: [ { id: confirm, title: Yes }, { id: reschedule, title: No } ] } }";
    assert_eq!(also(&format!("sms: {buttons}")), ["JRN045"]);
    assert_eq!(also(&format!("email: {buttons}")), ["JRN045"]);
    assert_eq!(also(&format!("rcs: {buttons}")), Vec::<String>::new());
    assert_eq!(also("sms: { media: { kind: image, link: \"https://example.com/a.png\" } }"), ["JRN045"]);
    assert_eq!(also("sms: { template: reminder, variables: { when: \"soon\" } }"), ["JRN032"]);
}

#[test]
fn a57_a_send_without_purpose_does_not_compile() {
    assert_eq!(with("purpose: transactional\n", ""), ["9:3 JRN020"]);
}

#[test]
fn a47_a_send_without_max_lateness_does_not_compile() {
    assert_eq!(with("      max_lateness: 1h\n", ""), ["10:3 JRN023"]);
}

#[test]
fn a3_a_journey_without_goal_does_not_compile_unless_waived() {
    assert_eq!(with("goal: { name: came, on: came, within: 7d }\n", ""), ["1:1 JRN022"]);
    assert_eq!(codes("goal: { name: came, on: came, within: 7d }", "goal: { none: \"\" }"), ["JRN022"]);
    assert!(with("goal: { name: came, on: came, within: 7d }", "goal: { none: \"A notice that the law asks for\" }").is_empty());
}

#[test]
fn a33_a_conversion_has_a_name_that_the_platform_takes_and_a_purchase_its_worth() {
    let goal = "goal: { name: came, on: came, within: 7d }";
    let with = |conversion: &str| codes(goal, &format!("goal: {{ name: came, on: came, within: 7d, conversion: {conversion} }}"));
    for sound in [
        "QualifiedLead",
        "{ event: OrderCreated }",
        "{ event: Purchase, value: event.total, currency: \"'EUR'\" }",
        "{ event: QualifiedLead, value: 20, currency: event.currency }",
    ] {
        assert_eq!(with(sound), [""; 0], "{sound}");
    }
    for (wrong, code) in [
        ("Lead", "JRN008"),
        ("Purchase", "JRN005"),
        ("{ event: Purchase, value: event.total }", "JRN016"),
        ("{ event: Purchase, value: \"'ten'\", currency: \"'EUR'\" }", "JRN011"),
        ("{ value: 3, currency: \"'EUR'\" }", "JRN005"),
        ("{ event: QualifiedLead, price: 3 }", "JRN004"),
    ] {
        assert!(with(wrong).contains(&code.to_owned()), "{wrong}: {:?}", with(wrong));
    }
}

#[test]
fn a24_an_answer_that_nobody_takes_does_not_compile() {
    let alone = SOUND.replacen("next: answer", "next: done", 1);
    let start = alone.find("  answer:").unwrap();
    let end = alone.find("  done: {").unwrap();
    let alone = format!("{}{}", &alone[..start], &alone[end..]);
    assert_eq!(places(&alone), ["10:3 JRN031"]);
    assert!(places(&alone.replacen("max_lateness", "expects_reply: inbox\n      max_lateness", 1)).is_empty());
}

#[test]
fn a25_replies_name_buttons_that_exist() {
    assert_eq!(codes("confirm: done, reschedule", "confrim: done, reschedule"), ["JRN030", "JRN044"]);
    assert_eq!(codes("reschedule: done }", "reschedule: nowhere }"), ["JRN013"]);
}

#[test]
fn a71_template_variables_must_match() {
    assert_eq!(with("{ when: \"soon\" }", "{}"), ["14:36 JRN029"]);
    assert_eq!(codes("{ when: \"soon\" }", "{ whem: \"soon\" }"), ["JRN029"]);
    assert_eq!(codes("template: reminder", "template: remainder"), ["JRN028"]);
}

#[test]
fn r_win_2_free_form_needs_an_alternative_where_the_window_may_be_shut() {
    let source = SOUND.replacen("        out_of_window: { template: reminder, variables: { when: \"soon\" } }\n", "", 1).replacen(
        ", any: done",
        "",
        1,
    );
    assert_eq!(places(&source), ["10:3 JRN027", "10:3 JRN040"]);
    // Right after the person wrote, the window is open.
    let after = SOUND.replacen("default: done", "default: thanks", 1).replacen(
        "  done: {",
        "  thanks: { send: { whatsapp: { in_window: { text: Thanks } }, max_lateness: 1h }, next: done }\n  done: {",
        1,
    );
    assert_eq!(places(&after), ["24:3 JRN040"]);
}

#[test]
fn expressions_are_marked_inside_their_scalar() {
    assert_eq!(with("key: event.id }", "key: event.id, where: \"run.strats_at > now\" }"), ["4:45 JRN011"]);
    assert_eq!(with("body: \"Come?\"", "body: \"Come {{ run.start }}?\""), ["13:48 JRN012"]);
}

#[test]
fn a_cycle_without_a_wait_does_not_compile() {
    let source = SOUND.replacen("  done: {", "  turn: { set: { contact.x: \"1\" }, next: back }\n  back: { branch: [ { when: \"true\", to: turn } ], otherwise: done }\n  done: {", 1)
        .replacen("default: done", "default: turn", 1);
    assert_eq!(places(&source), ["24:3 JRN026"]);
}

#[test]
fn u5_a_send_in_a_round_needs_a_bound() {
    let source = SOUND.replacen("default: done", "default: ask", 1);
    assert_eq!(places(&source), ["1:1 JRN036"]);
    let bounded = source.replacen("owner:", "max_messages: 3\nowner:", 1);
    let compiled = check(&bounded);
    assert_eq!(compiled.journey.expect("sound").worst_case_messages, 3);
}

#[test]
fn other_checks_have_their_codes() {
    assert_eq!(codes("owner: front_desk", "owner: front_dsk"), ["JRN035"]);
    assert_eq!(codes("owner: front_desk\n", ""), ["JRN021"]);
    assert_eq!(codes("start: ask", "start: done"), ["JRN014", "JRN014"]);
    assert_eq!(codes("too_late: done, ", ""), ["JRN038"]);
    assert_eq!(codes("title: Yes", "title: Yes I would very much like that"), ["JRN032"]);
    assert_eq!(codes("id: reschedule, title", "id: confirm, title"), ["JRN015"]);
    assert_eq!(codes("start: ask\n", "start: ask\nstart: ask\n"), ["JRN002"]);
    assert_eq!(codes("  done: { end: done }", "  done: { end: done }\n  lost: { end: lost }"), ["JRN014"]);
    assert_eq!(codes("starts_at: { type: time", "starts_at: { type: date"), ["JRN008"]);
    assert_eq!(codes("  done: { end: done }", "  done: { end: done"), ["JRN001"]);
}

#[test]
fn broken_files_are_findings_and_never_panics() {
    for source in [
        "",
        "journey",
        "[]",
        "- a",
        "journey: {",
        "a: b: c",
        "\u{0}",
        "&a [*a]",
        "journey: x\nsteps: 3",
        "x: !!int y",
        "---\na: 1\n---\nb: 2",
        "? [a]\n: b",
    ] {
        let compiled = check(source);
        assert!(compiled.journey.is_none() && !compiled.diagnostics.is_empty(), "{source:?}");
    }
    let deep = "a:\n".to_owned() + &(1..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>();
    assert!(check(&deep).journey.is_none());
}

/// R-VER-4: what a person never sees does not change the version; anything else does.
#[test]
fn r_ver_4_cosmetic_changes_keep_the_version() {
    let version = |source: &str| reload("x", source).expect("sound").version;
    let base = version(SOUND);
    let same = [
        SOUND.replacen("owner:", "title: A new title\ntags: [a]\ndescription: Words\nowner:", 1),
        SOUND.replacen("name: came, on", "name: showed_up, on", 1).replacen("within: 7d", "within: 9d", 1),
        format!("# a comment\n{}", SOUND.replace("key: event.id ", "key:   event . id ")),
    ];
    for source in same {
        assert_eq!(version(&source), base, "{source}");
    }
    let other = [
        SOUND.replacen("after: 4h", "after: 5h", 1),
        SOUND.replacen("Come?", "Come!", 1),
        SOUND.replacen("purpose: transactional", "purpose: service", 1),
        SOUND.replacen("key: event.id", "key: event.ref", 1),
    ];
    for source in other {
        assert_ne!(version(&source), base, "{source}");
    }
    assert_eq!(base.len(), 32);
}

/// What the gate asks when several promotions want one person. A person may see the difference, so it is another version (R-VER-4); a file
/// that says nothing keeps the one that it had before there was anything to say.
#[test]
fn r_prio_1_priority_and_value_are_read_and_make_a_version() {
    let of = |source: &str| check(source).journey.unwrap();
    let plain = of(SOUND);
    assert_eq!((plain.priority, plain.value), (0, 0));
    let weighed = of(&SOUND.replacen("owner:", "priority: 7\nvalue: 250\nowner:", 1));
    assert_eq!((weighed.priority, weighed.value), (7, 250));
    assert_ne!(weighed.version, plain.version);
    assert_eq!(of(&SOUND.replacen("owner:", "priority: 0\nvalue: 0\nowner:", 1)).version, plain.version);
    for fault in ["priority: high", "priority: 1001", "value: -1", "value: 2.5"] {
        assert_eq!(codes("owner:", &format!("{fault}\nowner:")), ["JRN008"], "{fault}");
    }
}

/// A published file is read back although its template is gone since.
#[test]
fn r_ver_1_a_published_file_is_read_back_without_its_templates() {
    assert!(reload("x", SOUND).is_ok());
    let compiled = compile("x", SOUND, &CompileContext::default());
    assert!(compiled.diagnostics.iter().any(|d| d.code == "JRN028"));
}

#[test]
fn template_files_are_checked() {
    let codes = |source: &str| -> Vec<&'static str> {
        template_file::parse("t.yaml", source).err().unwrap_or_default().into_iter().map(|d| d.code).collect()
    };
    let good = "template: x\npurpose: service\nvariables: { a: { sample: b } }\nlanguages:\n  en: { body: \"Hello {{a}}!\" }\n";
    assert!(codes(good).is_empty());
    assert_eq!(codes(&good.replace("{{a}}", "{{b}}")), ["TPL004", "TPL008"]);
    assert_eq!(codes(&good.replace("Hello {{a}}!", "{{a}}")), ["TPL007"]);
    assert_eq!(codes(&good.replace("{ sample: b }", "{}")), ["TPL005"]);
    assert_eq!(codes(&good.replace("  en:", "  English:")), ["TPL001"]);
    assert_eq!(codes(&format!("{good}  es: {{ body: \"Hola {{{{a}}}}.\" }}\n")), ["TPL003"]);
    assert_eq!(codes(&good.replace("purpose: service\n", "")), ["JRN020"]);
    assert_eq!(codes(""), ["JRN001"]);
}

/// A journey with one SMS, and the warning about its segments.
fn dear(words: &str) -> Option<(String, String)> {
    let source = SMS.replace("WORDS", words);
    let compiled = check(&source);
    assert!(compiled.journey.is_some(), "{:#?}", compiled.diagnostics);
    let found = compiled.diagnostics.into_iter().find(|d| d.code == "JRN033")?;
    assert_eq!(found.severity, Severity::Warning);
    Some((found.what, found.fix))
}

const SMS: &str = r#"journey: texts
owner: front_desk
purpose: transactional
entry: { on: booked, key: event.id }
goal: { none: "a test of what texts cost" }
start: say
steps:
  say: { send: { sms: { text: "WORDS" }, max_lateness: 1h, fallback: { any: done } }, next: done }
  done: { end: done }
"#;

#[test]
fn a_text_that_fits_one_segment_at_worst_is_no_finding() {
    assert_eq!(dear("Your table is ready, {{ contact.first_name }}."), None);
    assert_eq!(dear(&"a".repeat(160)), None);
    assert_eq!(dear("See you soon 👍"), None, "an emoji that costs nothing");
    assert_eq!(dear(&format!("{}{{{{ contact.first_name | truncate: 10 }}}}", "a".repeat(150))), None);
}

#[test]
fn a_value_at_its_limit_is_counted() {
    let (what, _) = dear(&format!("{}{{{{ contact.first_name }}}}", "a".repeat(150))).expect("a warning");
    assert_eq!(what, "the SMS takes up to 2 segments, and each one is paid for (values without `truncate` counted with 30 letters)");
    let (what, _) = dear(&"a".repeat(161)).expect("a warning");
    assert_eq!(what, "the SMS takes 2 segments, and each one is paid for");
}

#[test]
fn a60_the_price_of_an_emoji_is_said_with_the_letter_that_costs() {
    let words = format!("{} 👍", "a".repeat(140));
    let (what, fix) = dear(&words).expect("a warning");
    assert_eq!(what, "the SMS takes 3 segments, and each one is paid for; `👍` makes it so: 1 without");
    assert!(fix.contains("plain letters"), "{fix}");
    let (what, _) = dear(&format!("It’s {} – fine", "a".repeat(140))).expect("a warning");
    assert_eq!(what, "the SMS takes 3 segments, and each one is paid for; `’`, `–` make it so: 1 without");
}

#[test]
fn a_long_link_is_counted_as_it_is_and_as_a_short_one() {
    let words = format!("{} https://example.com/orders/{}", "a".repeat(100), "b".repeat(60));
    let (what, _) = dear(&words).expect("a warning");
    assert_eq!(what, "the SMS takes 2 segments, and each one is paid for; 1 where links are shortened");
}
