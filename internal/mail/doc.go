// Package mail carries the messages of the outbox to people, by SMTP.
//
// The rest of the program never sends anything: it puts a message into the outbox, in the transaction of
// the change that causes it. A worker takes messages out one at a time, hands each to the configured
// server, and writes down what became of it. What fails for now is tried again with growing waits
// (people.Backoff); what the server refuses for good is given up and shown with the server's reason.
//
// A message is sent at least once, not exactly once: between the server's answer "accepted" and our note
// of it, the program can die, and the message is then sent again. Every try carries the same Message-ID
// and Date, by which receiving servers and mail programs tell the copy.
//
// Sources: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 8314 (implicit TLS), RFC 3834 (Auto-Submitted).
//
// What it does not do: HTML, attachments, lists, bounces. The server it hands messages to does the
// delivering.
package mail
