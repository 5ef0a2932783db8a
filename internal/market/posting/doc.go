// Package posting holds adverts as they come: read from what sources send, cleaned, rid of what tells of persons, their
// place, contract, pay and day in one form. It says nothing of what an advert is about; occupations and skills are
// found by the matcher.
package posting
