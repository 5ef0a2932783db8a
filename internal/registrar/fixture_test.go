package registrar_test

import (
	"testing"

	"filiere/internal/campus"
	"filiere/internal/registrar"
	"filiere/internal/registrar/registrartest"
)

var noon = registrartest.Noon

func office(t testing.TB, site string, due ...campus.DecisionID) (*registrar.Office, *registrartest.Book) {
	t.Helper()
	return registrartest.Office(t, site, due...)
}

func issued(t testing.TB, o *registrar.Office, id campus.DecisionID) registrar.Diploma {
	t.Helper()
	return registrartest.Issued(t, o, id)
}

func decided(id campus.DecisionID) registrar.Due { return registrartest.Decided(id) }
