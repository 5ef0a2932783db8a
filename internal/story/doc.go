// Package story plays the demonstration: one real shortage, the programme that answers it, a cohort on the
// way, a graduate, a report.
//
// It does what people would do, through the same steps and rules, at the dates they would have done it: it
// moves the clock, and every row comes from the domain. The figures are the official ones of the sample;
// the programme and the course were written for this project; the people are invented and their addresses
// lead nowhere (example.org is reserved, RFC 2606). Playing it again does only what is missing.
package story
