//! Delivery reports (RFC 3464) and complaints (RFC 5965), as mail servers write them.

use model::Timestamp;

use super::state::Kept;

/// A mail that is sent back.
pub(super) struct Returned<'a> {
    pub return_path: &'a str,
    pub recipient: &'a str,
    pub envelope: Option<&'a str>,
    pub head: &'a str,
}

pub(super) fn date(at: Timestamp) -> String {
    at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

pub(super) fn bounce(mail: &Returned<'_>, status: &str, id: u64, now: Timestamp) -> Vec<u8> {
    let (to, head) = (mail.recipient, mail.head);
    let envelope = mail.envelope.map(|envelope| format!("Original-Envelope-Id: {envelope}\r\n")).unwrap_or_default();
    let action = if status.starts_with('4') { "delayed" } else { "failed" };
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nTo: <{}>\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Date: {date}\r\nMessage-ID: <bounce-{id}@mx.example.net>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b{id}\"\r\n\r\n\
         --b{id}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour mail to {to} could not be delivered.\r\n\
         --b{id}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n{envelope}Arrival-Date: {date}\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nOriginal-Recipient: rfc822;{to}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} refused by script\r\n\r\n\
         --b{id}\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--b{id}--\r\n",
        mail.return_path,
        date = date(now),
    )
    .into_bytes()
}

pub(super) fn complaint(kept: &Kept, recipient: &str, id: u64, now: Timestamp) -> Vec<u8> {
    format!(
        "From: <feedback@isp.example.net>\r\nTo: <{path}>\r\nSubject: FW: {subject}\r\nDate: {date}\r\n\
         Message-ID: <complaint-{id}@isp.example.net>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"c{id}\"\r\n\r\n\
         --c{id}\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n\
         --c{id}\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Simulated/1.0\r\nVersion: 1\r\n\
         Original-Mail-From: <{path}>\r\nOriginal-Rcpt-To: <{recipient}>\r\nArrival-Date: {date}\r\n\r\n\
         --c{id}\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--c{id}--\r\n",
        path = kept.return_path,
        subject = kept.subject,
        date = date(now),
        head = kept.head,
    )
    .into_bytes()
}
