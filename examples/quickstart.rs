//! The first fifteen minutes: from a policy and a request's headers to verdicts, and to the lines of the response.
//!
//! `cargo run --example quickstart --features toml`
//!
//! The clock is fixed, so that every line is the same on every run. A server passes `Utc::now()`.

use chrono::DateTime;
use consent_gate::{Category, Facts, Gate, Policy};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let now = DateTime::from_timestamp(1_795_435_200, 0).ok_or("the time is out of range")?;
    println!("At {now}, a visitor in France: analytics granted five days ago, advertising refused, GPC on.\n");

    let gate = Gate::new(Policy::from_toml(include_str!("learning_platform/policy.toml"))?)?; // lists all mistakes
    let headers = [("cookie", "__Host-consent=1.4.1795000000.4.10.0; _lum1=a"), ("sec-gpc", "1")];
    let visitor = gate.visitor(headers, Facts::in_region("FR".parse()?), now);

    assert!(visitor.may_track(Category::ANALYTICS)); // granted five days ago
    println!("analytics             {}", visitor.decide(Category::ANALYTICS));
    assert_eq!(visitor.decide(Category::ADVERTISING).code(), "refused");
    println!("advertising           {}", visitor.decide(Category::ADVERTISING));

    let verdict = visitor.judge_set_cookie("_adl=9; Path=/"); // a raw header, judged by the policy
    assert!(verdict.is_deny());
    println!("Set-Cookie: _adl      {}", verdict.decision());
    let pixel = visitor.decide_address("https://px.lumen.example/v.gif");
    assert!(pixel.is_allow());
    println!("px.lumen.example      {pixel}");

    visitor.refuse(Category::ANALYTICS)?; // a click on the settings page
    assert!(!visitor.may_track(Category::ANALYTICS)); // holds for the rest of this request
    println!("\nThe visitor refuses analytics.");
    println!("analytics             {}", visitor.decide(Category::ANALYTICS));

    println!("\nThe response carries the new answer, and expires what is denied now:");
    let lines: Vec<String> = visitor.finish().into_iter().map(String::from).collect();
    assert!(lines.iter().any(|line| line.starts_with("__Host-consent=1.4.1795435200.")));
    assert!(lines.iter().any(|line| line.starts_with("_lum1=;")));
    for line in lines {
        println!("Set-Cookie: {line}");
    }
    Ok(())
}
