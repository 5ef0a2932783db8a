package registrar

import (
	"fmt"
	"net/url"
	"strconv"
	"time"

	"filiere/internal/registrar/vc"
	"filiere/internal/studio"
)

// School is who issues diplomas: a name, and the origin of its site, which names it (did:web).
type School struct {
	Name string
	Site string // "https://filiere.example.org"

	// Guessed says that nobody gave the address: it is that of the machine the program runs on, and a diploma
	// would name it as its issuer for ever. No diploma is issued then.
	Guessed bool
}

// DID is the school's name by did:web.
func (s School) DID() string { return vc.DIDOf(s.Site) }

// Page is the address of a diploma's page, which is also the name of its credential.
func (s School) Page(id DiplomaID) string { return s.Site + "/diplomas/" + url.PathEscape(string(id)) }

// List is the address of a status list.
func (s School) List(n int) string { return s.Site + "/status/" + strconv.Itoa(n) }

func (s School) version(id studio.VersionID) string {
	return s.Site + "/versions/" + url.PathEscape(string(id))
}

// Credential is what a diploma says, as an Open Badges 3.0 credential to be signed.
//
// The holder is named and nothing more: no address, no account. Each competency is an alignment and each
// bloc a result, with the permanent address of the version for what they mean.
func Credential(s School, d Diploma) vc.Document {
	version := s.version(d.Version)
	var alignments, descriptions, results []any
	for _, b := range d.Blocs {
		result := version + "#bloc-" + url.PathEscape(b.ID)
		descriptions = append(descriptions, map[string]any{
			"id": result, "type": []any{"ResultDescription"}, "name": b.Code + " " + b.Title, "resultType": "Status",
		})
		results = append(results, map[string]any{"type": []any{"Result"}, "resultDescription": result, "status": "Completed"})
		for _, c := range b.Competencies {
			alignments = append(alignments, map[string]any{
				"type": []any{"Alignment"}, "targetType": "ceasn:Competency", "targetCode": c.Code, "targetName": c.Statement,
				"targetFramework": b.Code + " " + b.Title, "targetUrl": version + "#competency-" + url.PathEscape(c.ID),
			})
		}
	}
	achievement := map[string]any{
		"id": version, "type": []any{"Achievement"}, "achievementType": "Diploma", "name": d.Title,
		"description": textOr(d.Summary, d.Title),
		"criteria":    map[string]any{"id": version, "narrative": narrative(d)},
		"humanCode":   d.Number, "version": strconv.Itoa(d.Edition),
		"resultDescription": descriptions,
	}
	if len(alignments) > 0 {
		achievement["alignment"] = alignments
	}
	at := d.IssuedAt.UTC().Format(time.RFC3339)
	return vc.Document{
		"@context":    []any{vc.ContextCredentials, vc.ContextOpenBadges},
		"id":          s.Page(d.ID),
		"type":        []any{"VerifiableCredential", "OpenBadgeCredential"},
		"name":        d.Title,
		"issuer":      map[string]any{"id": s.DID(), "type": []any{"Profile"}, "name": s.Name, "url": s.Site},
		"validFrom":   at,
		"awardedDate": d.Jury.DecidedAt.UTC().Format(time.RFC3339),
		"credentialSubject": map[string]any{
			"type": []any{"AchievementSubject"}, "name": d.Name, "licenseNumber": d.Number,
			"identifier": []any{map[string]any{
				"type": "IdentityObject", "hashed": false, "identityHash": d.Name, "identityType": "name",
			}},
			"achievement": achievement, "result": results,
		},
		"evidence": []any{map[string]any{
			"id": s.Page(d.ID), "type": []any{"Evidence"}, "name": d.Number,
			"narrative": fmt.Sprintf("Decision of a jury of %d on %s, after %d projects were defended before independent assessors. "+
				"SHA-256 of the signed minutes: %s", d.Jury.Jurors, d.Jury.DecidedAt.UTC().Format(time.DateOnly), d.Jury.Projects, d.Jury.Minutes),
		}},
		"credentialStatus": map[string]any{
			"id": s.List(d.Status.List) + "#" + strconv.Itoa(d.Status.Index), "type": "BitstringStatusListEntry",
			"statusPurpose": "revocation", "statusListIndex": strconv.Itoa(d.Status.Index), "statusListCredential": s.List(d.Status.List),
		},
	}
}

// narrative says what it took to earn a diploma.
func narrative(d Diploma) string {
	return fmt.Sprintf("Every bloc of competencies was found acquired by a jury, from %d projects each defended before an assessor "+
		"who had not mentored the holder. European Qualifications Framework level %d.", d.Jury.Projects, d.Level)
}

func textOr(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
