// Package registrar keeps the register of diplomas: issues one for every complete decision of a jury, revokes
// one when it must, and answers for all of them.
//
// A diploma is an Open Badges 3.0 credential (package vc) signed with the school's key. What it says is
// frozen when it is issued: the register keeps the very bytes that were signed. Anybody can verify it
// without asking us anything but our keys and the list of what was revoked, which say nothing of whom they
// ask about. The school itself is named by its site (did:web).
//
// An office is the registrar at work: it has the key. Only jury decisions make diplomas; there is no other
// way in, and issuing again what was issued changes nothing.
package registrar
