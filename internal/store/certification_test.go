package store_test

import (
	"testing"

	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestATitleWhoseRegistrationRanOutIsNotActive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) { // the clock of tests stands in March 2025
		var records []any
		for _, c := range []occupation.Certification{
			{ID: "RNCP1", Title: "a", Active: true, Expires: "2024-12-31"},
			{ID: "RNCP2", Title: "b", Active: true, Expires: "2026-12-31"},
			{ID: "RNCP3", Title: "c", Active: true},
			{ID: "RNCP4", Title: "d"},
		} {
			records = append(records, c, occupation.CertificationLink{Certification: c.ID, Occupation: "rome3-M1805"})
		}
		records = append(records, occupation.Certifier{Certification: "RNCP2", Name: "Ministère du travail"})
		release(t, s, "r1", "rncp", "2021", records...)
		active, total, err := s.Certifications(t.Context(), "rome3-M1805", true, 10)
		if err != nil {
			t.Fatal(err)
		}
		if total != 2 || len(active) != 2 || active[0].ID != "RNCP2" || active[1].ID != "RNCP3" {
			t.Errorf("active: %+v (%d)", active, total)
		}
		if active[0].Certifier != "Ministère du travail" {
			t.Errorf("certifier %q", active[0].Certifier)
		}
		if _, all, err := s.Certifications(t.Context(), "rome3-M1805", false, 10); err != nil || all != 4 {
			t.Errorf("%d in all, %v; want 4", all, err)
		}
	})
}
