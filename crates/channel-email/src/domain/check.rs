//! A sender's domain as hops: what was found, and the record to publish where something lacks.

use channel::{DkimKey, EmailAccount, Hop};

use super::align::{organisation, relaxed};
use super::names::{Names, NotAsked};
use super::public::Public;
use super::spf::{self, Spf};

/// All hops, in the order in which receivers look.
pub(crate) async fn health(email: &EmailAccount, names: &dyn Names) -> Vec<Hop> {
    let from = domain(&email.from);
    // Bounces go to the return path, and that is whose SPF receivers ask for.
    let back = email.inbound.as_ref().map_or(from, |inbound| inbound.domain.as_str());
    let mut hops = vec![asked("spf", spf(names, back).await), asked("dkim", dkim("dkim", email.dkim.as_ref(), names).await)];
    if let Some(key) = &email.dkim_also {
        hops.push(asked("dkim_also", dkim("dkim_also", Some(key), names).await));
    }
    hops.push(asked("dmarc", dmarc(email, names, from, back).await));
    hops.push(asked("mx", mx(email, names, from, back).await));
    hops
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

fn asked(hop: &str, found: Result<Hop, NotAsked>) -> Hop {
    found.unwrap_or_else(|error| Hop::unasked(hop, error.to_string()))
}

async fn spf(names: &dyn Names, domain: &str) -> Result<Hop, NotAsked> {
    let publish = format!("publish one TXT record at {domain}: v=spf1 include:<what your mail service names> ~all");
    Ok(match spf::read(names, domain).await? {
        Spf::Missing => Hop::broken("spf", format!("{domain} says nothing about who may send for it"), publish),
        Spf::Several => {
            Hop::broken("spf", format!("{domain} has several SPF records, which count as none"), format!("merge them: {publish}"))
        }
        Spf::TooManyLookups => Hop::broken(
            "spf",
            format!("the SPF record of {domain} needs more than ten lookups, or includes what has no record: receivers give up"),
            "take out what you do not send by any more",
        ),
        Spf::Everybody => Hop::broken("spf", format!("{domain} lets everybody send for it (+all)"), "end the record with ~all or -all"),
        Spf::Open => Hop::doubtful(
            "spf",
            format!("the SPF record of {domain} does not say what becomes of mail from elsewhere"),
            "end the record with ~all or -all",
        ),
        Spf::Good { lookups } => {
            Hop::good("spf", format!("{domain} has an SPF record ({lookups} of 10 lookups); see that it names your mail server"))
        }
    })
}

/// `hop` is the setting that has the key.
async fn dkim(hop: &str, key: Option<&DkimKey>, names: &dyn Names) -> Result<Hop, NotAsked> {
    let Some(key) = key else {
        return Ok(Hop::unasked(hop, "the mail server signs, if anybody does; its selector is not known here"));
    };
    let Ok(public) = Public::of(key.private_key.reveal()) else {
        return Ok(Hop::broken(hop, "the private key cannot be read", "connect the sender again with its key"));
    };
    let place = format!("{}._domainkey.{}", key.selector, key.domain);
    let publish = format!("publish one TXT record at {place}: {}", public.record());
    let texts = names.texts(&place).await?;
    let found = texts.iter().filter_map(|text| tag(text, "p").map(|p| (p, tag(text, "t").unwrap_or_default()))).next();
    Ok(match found {
        None => Hop::broken(hop, format!("{place} has no key"), publish),
        Some((p, _)) if p.is_empty() => Hop::broken(hop, format!("the key at {place} was revoked"), publish),
        Some((p, _)) if p != public.p && p != public.bare => {
            Hop::broken(hop, format!("{place} has another key than the one that mails are signed with"), publish)
        }
        Some((_, flags)) if flags.split(':').any(|flag| flag == "y") => Hop::doubtful(
            hop,
            format!("the key at {place} is marked as a test, so its signatures may not count"),
            "take t=y out of the record",
        ),
        Some(_) => Hop::good(hop, format!("{place} has the key that mails are signed with")),
    })
}

async fn dmarc(email: &EmailAccount, names: &dyn Names, from: &str, back: &str) -> Result<Hop, NotAsked> {
    let above = organisation(from);
    let mut record = None;
    for name in if above == from { vec![from] } else { vec![from, above.as_str()] } {
        let texts = names.texts(&format!("_dmarc.{name}")).await?;
        record = texts.into_iter().find(|text| tag(text, "v").is_some_and(|v| v.eq_ignore_ascii_case("dmarc1")));
        if record.is_some() {
            break;
        }
    }
    let Some(record) = record else {
        let mend = format!("publish one TXT record at _dmarc.{above}: v=DMARC1; p=none; rua=mailto:<where reports may go>");
        return Ok(Hop::broken("dmarc", format!("{from} has no DMARC record, which large mailbox services ask for"), mend));
    };
    let strict = |name: &str| tag(&record, name).is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
    let agrees = |domain: &str, mode: &str| if strict(mode) { domain.eq_ignore_ascii_case(from) } else { relaxed(domain, from) };
    let by_key = email.dkim.iter().chain(&email.dkim_also).any(|key| agrees(&key.domain, "adkim"));
    let by_return = agrees(back, "aspf");
    let wish = tag(&record, "p").unwrap_or_default();
    Ok(match (by_key, by_return) {
        (false, false) => Hop::doubtful(
            "dmarc",
            format!("neither the signature's domain nor the return path ({back}) belongs to {from}, so mails may fail DMARC (p={wish})"),
            format!("sign with a key of {from}, or take the return path under {above}"),
        ),
        (key, back) => {
            let by = match (key, back) {
                (true, true) => "signature and return path",
                (true, false) => "the signature",
                _ => "the return path",
            };
            Hop::good("dmarc", format!("{from} has a DMARC record (p={wish}), and {by} belong to it"))
        }
    })
}

async fn mx(email: &EmailAccount, names: &dyn Names, from: &str, back: &str) -> Result<Hop, NotAsked> {
    let taken = |hosts: &[String]| hosts.iter().any(|host| !host.is_empty());
    if email.inbound.is_some() && !taken(&names.mail_hosts(back).await?) {
        let mend = format!("publish an MX record at {back} that leads to this machine, or to the service that takes the mail");
        return Ok(Hop::broken("mx", format!("no host takes mail for {back}: bounces and answers never come back"), mend));
    }
    if !taken(&names.mail_hosts(from).await?) {
        let mend = format!("publish an MX record at {from}, so that people can write to {}", email.from);
        return Ok(Hop::doubtful(
            "mx",
            format!("no host takes mail for {from}, and receivers mistrust addresses that cannot be answered"),
            mend,
        ));
    }
    Ok(Hop::good("mx", format!("mail for {from} and {back} is taken")))
}

/// The value of a tag in a list such as `v=DKIM1; k=rsa; p=…`, without white space.
fn tag(record: &str, name: &str) -> Option<String> {
    let pairs = record.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(given, _)| given.trim().eq_ignore_ascii_case(name))?;
    Some(value.split_whitespace().collect())
}
