// Package campus holds the teaching: courses and paths, learners' enrolments and progress, mentoring,
// submissions, defences, juries.
//
// A path leads through the projects of a published version, with courses beside them. A learner enrols,
// reads, answers quizzes, meets a mentor, hands in each project and defends it before an assessor who is
// never their mentor. A jury, quorum met, then decides of each bloc, and signs its minutes. What it decides
// is final; the registrar makes diplomas of it.
package campus
