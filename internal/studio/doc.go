// Package studio holds programmes in the making: from the evidence of a shortage to a published
// certifying programme.
//
// A programme answers an alert, or is opened without one and says so. A working group of designers and
// invited experts writes its référentiel, the framework: blocs of activities, each with the competencies
// it takes and the criteria by which they are judged (Code du travail, L6113-1: each bloc can be assessed
// alone). Projects assess competencies; a version can be published only when every competency is assessed
// by one. A published version never changes: what is taught and examined refers to it for ever.
package studio
